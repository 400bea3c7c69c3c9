import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { sqlState } from '../platform/database/database-errors.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { conflict, forbidden, notFound } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import type { EmergencyBegun, EmergencyRow } from './emergency-access.model.js';
import { type BreakGlassInput, LONGEST_EMERGENCY } from './emergency.inputs.js';

const SHORTEST_REASON = 10;
const LONGEST_REASON = 500;

const BEGIN = 'select a.id, a.started_at, a.ends_at from clinic.begin_emergency($1, $2, $3, $4) a';
const END = 'select a.id from clinic.end_emergency($1) a';

/** Opens and ends emergency access. It cannot be opened without a reason, nor by the database for longer than an hour; what is read meanwhile is marked in the trail. */
@Injectable()
export class EmergencyService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Opens emergency access for the caller, or answers the one that is open and changes nothing. BAD_USER_INPUT, CONFLICT. */
  begin(ctx: Ctx, input: BreakGlassInput): Promise<EmergencyBegun> {
    const { reason, minutes } = checked(input);
    const id = uuidv7();
    return this.db.write(ctx, async (tx) => {
      const keys = await this.keyring.of(ctx.tenantId);
      tx.reason = reason;
      const [row] = await tx.query<Pick<EmergencyRow, 'id' | 'started_at' | 'ends_at'>>(
        BEGIN, [id, ctx.member.sessionId, minutes, keys.seal('clinic.emergency_accesses', id, 'reason', { reason })]).catch(refused);
      // It was open before: this call opened none.
      if (row!.id !== id) ctx.action = 'VIEWED';
      tx.record('emergency-access', row!.id);
      return { id: row!.id, startedAt: row!.started_at, endsAt: row!.ends_at };
    });
  }

  /** Ends the caller's emergency access, or with security:manage another member's; NOT_FOUND when none is open. */
  end(ctx: Ctx, whose: string | null): Promise<boolean> {
    return this.db.write(ctx, async (tx) => {
      const memberId = whose ?? ctx.member.memberId;
      if (memberId !== ctx.member.memberId && !ctx.holds('security:manage')) throw forbidden('security:manage');
      const ended = await tx.query<Pick<EmergencyRow, 'id'>>(END, [memberId]);
      if (!ended.length) throw notFound();
      ended.forEach(({ id }) => tx.record('emergency-access', id));
      return true;
    });
  }
}

function refused(error: unknown): never {
  const state = sqlState(error);
  if (state === 'SK050') throw conflict('EMERGENCY_JUST_ENDED', 'Somebody else has just ended your emergency access or your sessions.');
  if (state === 'SK051') throw conflict('EMERGENCIES_USED_UP', 'You have opened emergency access too often in the last 24 hours.');
  throw error;
}

function checked({ reason: raw, minutes }: BreakGlassInput): { reason: string; minutes: number } {
  const check = new InputCheck();
  const reason = check.line(['reason'], raw, LONGEST_REASON);
  if (reason && [...reason].length < SHORTEST_REASON) check.blame(['reason'], 'TOO_SHORT', { min: SHORTEST_REASON });
  if (minutes < 1 || minutes > LONGEST_EMERGENCY) check.blame(['minutes'], 'OUT_OF_RANGE', { min: 1, max: LONGEST_EMERGENCY });
  check.throwIfAny();
  return { reason: reason!, minutes };
}

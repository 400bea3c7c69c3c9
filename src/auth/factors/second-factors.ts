import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { AuthDb } from '../auth-db.js';
import { DevicesService } from '../devices.service.js';
import { SHORTEST_PASSWORD } from '../passwords/password-policy.js';
import { SessionsService } from '../sessions.service.js';
import { factorIsRequired, lastWayIn, passwordIsTooShort } from './factors.errors.js';
import { type FactorRow, dropRecoveryCodes, factorsOf, putRecoveryCodes } from './factor-rows.js';
import type { FactorKind } from './held-proof.js';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-code.js';

/** Which second factors a person has. */
export interface Factors {
  oneTimeCodesSince: Date | null;
  passkeys: number;
  recoveryCodesLeft: number;
  /** By what a second factor can be proven; empty when there is none. */
  kinds: FactorKind[];
}

/** The password of an account that is locked, and whether a second factor is beside it. */
interface LockedAccount {
  has_password: boolean;
  password_long: boolean;
  has_factor: boolean;
}

const LOCK = `
select u.password_hash is not null as has_password, u.password_long, exists (select from auth.passkeys p where p.user_id = u.id)
  or exists (select from auth.one_time_codes o where o.user_id = u.id and o.confirmed_at is not null) as has_factor
from auth.users u where u.id = $1 for update of u`;
const HAS_WAY_IN = `
select from auth.users u where u.id = $1 and (u.password_hash is not null
  or exists (select from auth.passkeys p where p.user_id = u.id) or exists (select from auth.identities i where i.user_id = u.id))`;
const REQUIRING = 'select from auth.practices_requiring_factor($1)';
const PROVEN = 'update auth.sessions set second_factor_at = now() where id = $1';
const UNPROVEN = 'update auth.sessions set second_factor_at = null where user_id = $1 and ended_at is null';

/** What holds for all second factors of an account together: the first one brings recovery codes, and the last one takes them away. */
@Injectable()
export class SecondFactors {
  constructor(
    private readonly db: AuthDb,
    private readonly sessions: SessionsService,
    private readonly devices: DevicesService,
  ) {}

  /** Which second factors a person has. */
  async of(userId: string): Promise<Factors> {
    const [rows] = await this.db.read(factorsOf(userId));
    return toFactors(rows![0] as unknown as FactorRow);
  }

  /** The same within a transaction. */
  async within(tx: AuditedTx, userId: string): Promise<Factors> {
    const [rows] = await tx.group(factorsOf(userId));
    return toFactors(rows![0] as unknown as FactorRow);
  }

  /** Locks the account, so that factors are added and removed one after the other. */
  async lock(tx: AuditedTx, userId: string): Promise<LockedAccount> {
    const [account] = await tx.query<LockedAccount>(LOCK, [userId]);
    return account!;
  }

  /** After the caller added a factor to their account, as it was when it was locked: the session has proven it, and with the first factor every other session ends and every other device is forgotten; gives recovery codes if there are none. */
  async added(tx: AuditedTx, ctx: Ctx, account: LockedAccount): Promise<string[] | null> {
    const { userId } = ctx.known;
    if (!account.has_factor) {
      // Whoever is in by the password alone would stay in, and be known where they were.
      await this.devices.forgetAllOf(tx, userId, ctx.member.sessionId);
      await this.sessions.endAllOf(tx, userId, 'FACTOR_ADDED', ctx.member.sessionId);
    }
    await tx.query(PROVEN, [ctx.member.sessionId]);
    const { recoveryCodesLeft } = await this.within(tx, userId);
    return recoveryCodesLeft ? null : this.renewRecoveryCodes(tx, userId);
  }

  /** After the caller removed a factor from their locked account: throws CONFLICT when that one was needed. */
  async removed(tx: AuditedTx, ctx: Ctx, account: LockedAccount): Promise<void> {
    const { userId } = ctx.known;
    await this.mustLeaveAWayIn(tx, userId);
    if ((await this.within(tx, userId)).kinds.length) return;
    if ((await tx.query(REQUIRING, [userId])).length) throw factorIsRequired();
    if (account.has_password && !account.password_long) throw passwordIsTooShort(SHORTEST_PASSWORD);
    tx.record('recovery-codes', userId);
    await tx.group(dropRecoveryCodes(userId), { text: UNPROVEN, values: [userId] });
  }

  /** After something that signs in was taken from a locked account: throws CONFLICT when nothing is left that does. */
  async mustLeaveAWayIn(tx: AuditedTx, userId: string): Promise<void> {
    if (!(await tx.query(HAS_WAY_IN, [userId])).length) throw lastWayIn();
  }

  /** Ten new recovery codes; the former ones are void. */
  async renewRecoveryCodes(tx: AuditedTx, userId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    tx.record('recovery-codes', userId);
    await tx.group(...putRecoveryCodes(userId, codes.map(recoveryCodeHash)));
    return codes;
  }
}

function toFactors({ one_time_codes_since: oneTimeCodesSince, passkeys, recovery_codes: recoveryCodesLeft }: FactorRow): Factors {
  const own: FactorKind[] = [...(oneTimeCodesSince ? (['ONE_TIME_CODE'] as const) : []), ...(passkeys ? (['PASSKEY'] as const) : [])];
  return { oneTimeCodesSince, passkeys, recoveryCodesLeft, kinds: own.length && recoveryCodesLeft ? [...own, 'RECOVERY_CODE'] : own };
}

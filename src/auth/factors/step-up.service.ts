import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, sessionEnded } from '../../platform/errors.js';
import { AccountsService } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import { type Ceremony, PasskeyProofs } from '../passkeys/passkey-proofs.js';
import { FactorProofs, demandOne } from './factor-proofs.js';
import type { StepUpInput } from './factors.inputs.js';
import type { FactorKind, HeldProof } from './held-proof.js';
import { SecondFactors } from './second-factors.js';

/** How the caller can prove who they are. */
export interface StepUpWays {
  kinds: FactorKind[];
  byPassword: boolean;
  ceremony: Ceremony | undefined;
}

const PROVEN = `
update auth.sessions set authenticated_at = now(), second_factor_at = case when $2 then now() else second_factor_at end
where id = $1 and ended_at is null returning id`;

/** Fresh proofs of identity within a session: by a second factor where the person has one, otherwise by the password. */
@Injectable()
export class StepUpService {
  constructor(
    private readonly db: AuthDb,
    private readonly tenantDb: TenantDb,
    private readonly accounts: AccountsService,
    private readonly factors: SecondFactors,
    private readonly proofs: FactorProofs,
    private readonly passkeys: PasskeyProofs,
  ) {}

  /** Tells how the caller can prove who they are, and makes a challenge for their passkeys. */
  async begin(ctx: Ctx): Promise<StepUpWays> {
    const { userId } = ctx.known;
    const { kinds } = await this.factors.of(userId);
    return this.db.write(ctx, async (tx) => {
      const { sessionId } = ctx.member;
      tx.record('session', sessionId);
      const ceremony = kinds.includes('PASSKEY') ? await this.passkeys.ask(tx, { purpose: 'STEP_UP', boundTo: sessionId }, userId) : undefined;
      return { kinds, byPassword: !kinds.length, ceremony };
    });
  }

  /** Notes in the caller's session that they have just proven who they are; rejects with SIGN_IN_REFUSED, or BAD_USER_INPUT for a password where a second factor is due. */
  async prove(ctx: Ctx, input: StepUpInput): Promise<void> {
    demandOne(input, ['password', 'oneTimeCode', 'recoveryCode', 'passkey']);
    await this.tenantDb.authorise(ctx);
    const held = typeof input.password === 'string' ? await this.#byPassword(ctx, input.password) : await this.#byFactor(ctx, input);
    await this.db.write(ctx, async (tx) => {
      await held?.claim(tx);
      if (!(await tx.query(PROVEN, [ctx.member.sessionId, held !== undefined])).length) throw sessionEnded();
      tx.record('session', ctx.member.sessionId);
    });
  }

  #byFactor(ctx: Ctx, input: StepUpInput): Promise<HeldProof> | HeldProof {
    return this.proofs.check(ctx, ctx.known.userId, input, { purpose: 'STEP_UP', boundTo: ctx.member.sessionId });
  }

  async #byPassword(ctx: Ctx, password: string): Promise<undefined> {
    const { userId } = ctx.known;
    const { kinds } = await this.factors.of(userId);
    if (kinds.length) throw badInput([{ path: ['input', 'password'], reason: 'SECOND_FACTOR_NEEDED' }]);
    if (!(await this.accounts.isPasswordOf(userId, password))) throw signInRefused();
  }
}

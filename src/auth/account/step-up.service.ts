import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { FRESH_MINUTES } from '../../platform/access/fresh.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput } from '../../platform/errors.js';
import type { FaultReason } from '../../platform/fault-reasons.js';
import { AccountsService } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import { FactorProofs, demandOne } from '../factors/factor-proofs.js';
import type { FactorKind, HeldProof } from '../factors/held-proof.js';
import { SecondFactors } from '../factors/second-factors.js';
import { GoogleAccounts, provenAt } from '../google/google-accounts.service.js';
import { GoogleTrips } from '../google/google-trips.service.js';
import { type Ceremony, PasskeyProofs } from '../passkeys/passkey-proofs.js';
import { type IssuedTokens, SessionsService } from '../sessions.service.js';
import { Throttle } from '../throttle/throttle.service.js';
import type { StepUpInput } from './account.inputs.js';

/** How the caller can prove who they are. */
export interface StepUpWays {
  kinds: FactorKind[];
  byPassword: boolean;
  byGoogle: boolean;
  ceremony: Ceremony | undefined;
}

/** The tokens of a session in which somebody proved who they are once more, and until when that counts. */
export interface SteppedUp {
  tokens: IssuedTokens;
  freshUntil: Date;
}

const FRESH_MS = FRESH_MINUTES * 60_000;

/** Fresh proofs of identity within a session: by a second factor where the person has one, otherwise by the password, otherwise by Google. */
@Injectable()
export class StepUpService {
  constructor(
    private readonly db: AuthDb,
    private readonly tenantDb: TenantDb,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly factors: SecondFactors,
    private readonly proofs: FactorProofs,
    private readonly passkeys: PasskeyProofs,
    private readonly trips: GoogleTrips,
    private readonly google: GoogleAccounts,
    private readonly throttle: Throttle,
  ) {}

  /** Tells how the caller can prove who they are, and makes a challenge for their passkeys. */
  async begin(ctx: Ctx): Promise<StepUpWays> {
    const { userId } = ctx.known;
    const { kinds } = await this.factors.of(userId);
    const hasPassword = await this.accounts.hasPassword(userId);
    return this.db.write(ctx, async (tx) => {
      const { sessionId } = ctx.member;
      tx.record('session', sessionId);
      const ceremony = kinds.includes('PASSKEY') ? await this.passkeys.ask(tx, { purpose: 'STEP_UP', boundTo: sessionId }, userId) : undefined;
      return { kinds, byPassword: !kinds.length && hasPassword, byGoogle: !kinds.length && !hasPassword, ceremony };
    });
  }

  /** Notes in the caller's session that they have just proven who they are, and gives its new tokens; rejects with SIGN_IN_REFUSED or THROTTLED, or BAD_USER_INPUT for less than is due. `browsers` are the secrets of the browser's trips to Google. */
  async prove(ctx: Ctx, input: StepUpInput, browsers: string[]): Promise<SteppedUp> {
    demandOne(input, ['password', 'oneTimeCode', 'recoveryCode', 'passkey', 'googleCode']);
    await this.tenantDb.authorise(ctx);
    return this.throttle.attempt(ctx, 'stepUp', { account: ctx.known.userId }, () => this.#prove(ctx, input, browsers));
  }

  async #prove(ctx: Ctx, input: StepUpInput, browsers: string[]): Promise<SteppedUp> {
    const { held, at } = await this.#proofIn(ctx, input, browsers);
    const { tokens, provenAt: since } = await this.sessions.proveAgain(ctx, { at, secondFactor: held !== undefined }, held?.claim);
    return { tokens, freshUntil: new Date(since.getTime() + FRESH_MS) };
  }

  /** The second factor that was proven, or nothing; and when, unless just now. */
  async #proofIn(ctx: Ctx, input: StepUpInput, browsers: string[]): Promise<{ held?: HeldProof; at?: Date }> {
    if (typeof input.googleCode === 'string') return { at: await this.#byGoogle(ctx, input.googleCode, browsers) };
    if (typeof input.password !== 'string') return { held: await this.proofs.check(ctx, ctx.known.userId, input, { purpose: 'STEP_UP', boundTo: ctx.member.sessionId }) };
    await this.#byPassword(ctx, input.password);
    return {};
  }

  async #byPassword(ctx: Ctx, password: string): Promise<void> {
    const { userId } = ctx.known;
    await this.#refuseBesideFactors(userId, 'password');
    if (!(await this.accounts.isPasswordOf(userId, password))) throw signInRefused();
  }

  /** When the person signed in at Google, which is not long ago. */
  async #byGoogle(ctx: Ctx, code: string, browsers: string[]): Promise<Date> {
    const { userId } = ctx.known;
    await this.#refuseBesideFactors(userId, 'googleCode');
    if (await this.accounts.hasPassword(userId)) throw lessThanDue('googleCode', 'PASSWORD_NEEDED');
    const { identity } = await this.trips.finish(code, browsers, 'STEP_UP', ctx.member.sessionId);
    if ((await this.google.linkedTo(identity)) !== userId) throw signInRefused();
    // That somebody came by Google just now tells nothing of who sits at a computer at which both sessions are open.
    if (identity.authenticatedAt === null) throw lessThanDue('googleCode', 'TIME_NOT_TOLD');
    const at = provenAt(identity.authenticatedAt);
    if (Date.now() - at.getTime() >= FRESH_MS) throw lessThanDue('googleCode', 'NOT_FRESH');
    return at;
  }

  async #refuseBesideFactors(userId: string, field: string): Promise<void> {
    const { kinds } = await this.factors.of(userId);
    if (kinds.length) throw lessThanDue(field, 'FACTOR_INSTEAD');
  }
}

const lessThanDue = (field: string, reason: FaultReason) => badInput([{ path: ['input', field], reason }]);

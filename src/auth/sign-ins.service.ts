import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { newSecret } from '../platform/crypto/secrets.js';
import { AccountsService, type Practice } from './accounts.service.js';
import { AuthDb } from './auth-db.js';
import { signInRefused } from './auth.errors.js';
import type { SignInInput } from './auth.inputs.js';
import { DevicesService } from './devices.service.js';
import { FactorProofs, demandOne } from './factors/factor-proofs.js';
import type { FinishSignInInput } from './factors/factors.inputs.js';
import type { FactorKind } from './factors/held-proof.js';
import { type PendingRow, addPending, finishPending, tryPending } from './factors/pending-rows.js';
import { SecondFactors } from './factors/second-factors.js';
import { GoogleAccounts } from './google/google-accounts.service.js';
import type { JoinWithGoogleInput, SignInWithGoogleInput } from './google/google.inputs.js';
import { type Ceremony, PasskeyProofs } from './passkeys/passkey-proofs.js';
import type { SignInWithPasskeyInput } from './passkeys/passkeys.inputs.js';
import { type Claim, type Proven, SessionsService, type Tokens } from './sessions.service.js';
import { Throttle } from './throttle/throttle.service.js';

/** A sign-in that waits for a second factor, for the caller alone. */
export interface PendingSignIn {
  signInToken: string;
  expiresAt: Date;
  kinds: FactorKind[];
  passkeyOptions: string | null;
}

/** Ways into a session. Who has a second factor gets none by a password or by Google alone; a passkey is both factors in one. */
@Injectable()
export class SignInsService {
  constructor(
    private readonly db: AuthDb,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly devices: DevicesService,
    private readonly factors: SecondFactors,
    private readonly proofs: FactorProofs,
    private readonly passkeys: PasskeyProofs,
    private readonly google: GoogleAccounts,
    private readonly throttle: Throttle,
  ) {}

  /** Signs in by password; rejects with SIGN_IN_REFUSED or THROTTLED. `deviceSecret` is what the device has kept of an earlier sign-in. */
  async byPassword(ctx: Ctx, input: SignInInput, deviceSecret: string | undefined): Promise<Tokens | PendingSignIn> {
    return this.throttle.attempt(ctx, 'signIn', await this.accounts.claimant(ctx, input.email, deviceSecret), async () => {
      const { userId, practices, claim } = await this.accounts.verify(ctx, input);
      const practice = chosen(practices, input.practiceId);
      return this.#proceed(ctx, { userId, practices, practice, client: input.client, method: 'PASSWORD', secondFactor: false, deviceSecret }, claim);
    });
  }

  /** Ends a sign-in that waits by a second factor; rejects with SIGN_IN_REFUSED or THROTTLED. Five tries, of which one can succeed, and no more by beginning anew. */
  async finish(ctx: Ctx, input: FinishSignInInput, deviceSecret: string | undefined): Promise<Tokens> {
    const [rows] = await this.db.apply(tryPending(input.signInToken));
    const pending = rows![0] as unknown as PendingRow | undefined;
    const claimant = pending ? await this.accounts.claimantById(ctx, pending.user_id, deviceSecret) : {};
    return this.throttle.attempt(ctx, 'secondFactor', claimant, () => this.#finish(ctx, pending, input, deviceSecret));
  }

  async #finish(ctx: Ctx, pending: PendingRow | undefined, input: FinishSignInInput, deviceSecret: string | undefined): Promise<Tokens> {
    if (!pending) throw signInRefused();
    demandOne(input, ['oneTimeCode', 'recoveryCode', 'passkey']);
    const { id, user_id: userId, client, method } = pending;
    const practices = await this.accounts.practicesOfClaimed(ctx, userId);
    const held = await this.proofs.check(ctx, userId, input, { purpose: 'FINISH_SIGN_IN', boundTo: id });
    const practice = chosen(practices, pending.tenant_id);
    return this.sessions.begin(ctx, { userId, practices, practice, client, method, secondFactor: true, deviceSecret }, async (tx) => {
      const [finished] = await tx.group(finishPending(id));
      if (!finished!.length) throw signInRefused();
      await held.claim(tx);
    });
  }

  /** Makes a challenge for a passkey of whoever it may be; rejects with THROTTLED. `deviceSecret` is what the device has kept of an earlier sign-in. */
  async beginPasskey(ctx: Ctx, deviceSecret: string | undefined): Promise<Ceremony> {
    return this.throttle.attempt(ctx, 'ceremony', { device: await this.devices.ofAnybody(deviceSecret) }, () => this.db.write(ctx, (tx) => this.passkeys.ask(tx, { purpose: 'SIGN_IN' })));
  }

  /** Signs in by a passkey; rejects with SIGN_IN_REFUSED or THROTTLED. */
  byPasskey(ctx: Ctx, input: SignInWithPasskeyInput, deviceSecret: string | undefined): Promise<Tokens> {
    return this.throttle.attempt(ctx, 'passkey', {}, () => this.#byPasskey(ctx, input, deviceSecret));
  }

  async #byPasskey(ctx: Ctx, input: SignInWithPasskeyInput, deviceSecret: string | undefined): Promise<Tokens> {
    const taken = await this.passkeys.take(input.passkey, { purpose: 'SIGN_IN' });
    if (!taken) throw signInRefused();
    const userId = taken.row.user_id;
    const practices = await this.accounts.practicesOfClaimed(ctx, userId);
    const held = await this.passkeys.hold(ctx, taken);
    const practice = chosen(practices, input.practiceId);
    return this.sessions.begin(ctx, { userId, practices, practice, client: input.client, method: 'PASSKEY', secondFactor: true, deviceSecret }, held.claim);
  }

  /** Signs in by a linked Google account; rejects with SIGN_IN_REFUSED or THROTTLED. `browsers` are the secrets of the browser's trips to Google. */
  byGoogle(ctx: Ctx, input: SignInWithGoogleInput, browsers: string[], deviceSecret: string | undefined): Promise<Tokens | PendingSignIn> {
    return this.throttle.attempt(ctx, 'google', {}, () => this.#byGoogle(ctx, input, browsers, deviceSecret));
  }

  async #byGoogle(ctx: Ctx, input: SignInWithGoogleInput, browsers: string[], deviceSecret: string | undefined): Promise<Tokens | PendingSignIn> {
    const { userId, provenAt } = await this.google.signIn(ctx, input.code, browsers);
    const practices = await this.accounts.practicesOfClaimed(ctx, userId);
    const practice = chosen(practices, input.practiceId);
    return this.#proceed(ctx, { userId, practices, practice, client: input.client, method: 'GOOGLE', provenAt, secondFactor: false, deviceSecret });
  }

  /** Redeems a joining code for whom Google vouches, and signs them in; rejects with SIGN_IN_REFUSED, THROTTLED or CONFLICT. */
  byJoiningWithGoogle(ctx: Ctx, input: JoinWithGoogleInput, browsers: string[], deviceSecret: string | undefined): Promise<Tokens | PendingSignIn> {
    return this.throttle.attempt(ctx, 'google', {}, () => this.#byJoiningWithGoogle(ctx, input, browsers, deviceSecret));
  }

  async #byJoiningWithGoogle(ctx: Ctx, input: JoinWithGoogleInput, browsers: string[], deviceSecret: string | undefined): Promise<Tokens | PendingSignIn> {
    const { userId, tenantId, provenAt } = await this.google.join(ctx, input.code, browsers);
    ctx.action = 'SIGNED_IN';
    const practices = await this.accounts.practicesOfClaimed(ctx, userId);
    const practice = chosen(practices, tenantId);
    return this.#proceed(ctx, { userId, practices, practice, client: input.client, method: 'GOOGLE', provenAt, secondFactor: false, deviceSecret });
  }

  // After a first factor was proven: begins a session, or asks for the second factor that the person has; what `claim` does is committed with it.
  async #proceed(ctx: Ctx, proven: Proven & { method: PendingRow['method'] }, claim?: Claim): Promise<Tokens | PendingSignIn> {
    const { kinds } = await this.factors.of(proven.userId);
    return kinds.length ? this.#askForSecond(ctx, proven, kinds, claim) : this.sessions.begin(ctx, proven, claim);
  }

  #askForSecond(ctx: Ctx, { userId, practice, client, method }: Proven & { method: PendingRow['method'] }, kinds: FactorKind[], claim?: Claim): Promise<PendingSignIn> {
    const signInToken = newSecret();
    const id = uuidv7();
    ctx.action = 'CHALLENGED';
    ctx.concerned = [{ tenantId: practice.tenantId, actor: { userId, memberId: practice.memberId } }];
    return this.db.write(ctx, async (tx) => {
      await claim?.(tx);
      const [kept] = await tx.group(addPending(signInToken, { id, user_id: userId, tenant_id: practice.tenantId, method, client }));
      const ceremony = kinds.includes('PASSKEY') ? await this.passkeys.ask(tx, { purpose: 'FINISH_SIGN_IN', boundTo: id }, userId) : undefined;
      tx.record('sign-in', id);
      return { signInToken, kinds, expiresAt: kept![0]!['expires_at'] as Date, passkeyOptions: ceremony?.options ?? null };
    });
  }
}

function chosen(practices: Practice[], practiceId: string | null | undefined): Practice {
  const practice = practiceId ? practices.find(({ tenantId }) => tenantId === practiceId) : practices[0];
  if (!practice) throw signInRefused();
  return practice;
}

import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { newSecret } from '../platform/crypto/secrets.js';
import { DomainError, ErrorCode } from '../platform/errors.js';
import { AccountsService, type Practice } from './accounts.service.js';
import { AuthDb } from './auth-db.js';
import { signInRefused } from './auth.errors.js';
import type { JoinInput, SignInInput } from './auth.inputs.js';
import { deviceTokenOf, secretsIn } from './device-token.js';
import { DevicesService } from './devices.service.js';
import { FactorProofs, demandOne } from './factors/factor-proofs.js';
import type { FinishSignInInput } from './factors/factors.inputs.js';
import { HalfSignInNotice } from './factors/half-sign-in-notice.js';
import type { FactorKind } from './factors/held-proof.js';
import { type PendingRow, addPending, finishPending, openDevice, sealDevice, tryPending } from './factors/pending-rows.js';
import { SecondFactors } from './factors/second-factors.js';
import { GoogleAccounts } from './google/google-accounts.service.js';
import type { JoinWithGoogleInput, SignInWithGoogleInput } from './google/google.inputs.js';
import { JoiningService } from './joining.service.js';
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
    private readonly keyring: Keyring,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly devices: DevicesService,
    private readonly factors: SecondFactors,
    private readonly proofs: FactorProofs,
    private readonly passkeys: PasskeyProofs,
    private readonly google: GoogleAccounts,
    private readonly joining: JoiningService,
    private readonly notice: HalfSignInNotice,
    private readonly throttle: Throttle,
  ) {}

  /** Signs in by password; rejects with SIGN_IN_REFUSED or THROTTLED. `deviceToken` is what the device has kept of earlier sign-ins. */
  async byPassword(ctx: Ctx, input: SignInInput, deviceToken: string | undefined): Promise<Tokens | PendingSignIn> {
    return this.throttle.attempt(ctx, 'signIn', await this.accounts.claimant(ctx, input.email, deviceToken), async () => {
      const { userId, practices, claim } = await this.accounts.verify(ctx, input);
      const practice = chosen(practices, input.practiceId);
      return this.#proceed(ctx, { userId, practices, practice, client: input.client, method: 'PASSWORD', secondFactor: false, deviceToken }, claim);
    });
  }

  /** Ends a sign-in that waits by a second factor; rejects with SIGN_IN_REFUSED or THROTTLED. Five tries, of which one can succeed, and no more by beginning anew. */
  async finish(ctx: Ctx, input: FinishSignInInput): Promise<Tokens> {
    const pending = await this.throttle.attempt(ctx, 'signInToken', {}, () => this.#pending(input.signInToken));
    const deviceToken = openDevice(await this.keyring.of(INSTALLATION, pending.device ? [pending.device] : []), pending);
    return this.throttle.attempt(ctx, 'secondFactor', await this.accounts.claimantById(ctx, pending.user_id, deviceToken), async () => {
      demandOne(input, ['oneTimeCode', 'recoveryCode', 'passkey']);
      const practices = await this.accounts.practicesOfClaimed(ctx, pending.user_id);
      try {
        return await this.#finish(ctx, pending, practices, input, deviceToken);
      } catch (error) {
        if (pending.method === 'PASSWORD' && isRefusal(error)) await this.notice.tell(ctx, pending.user_id, practices);
        throw error;
      }
    });
  }

  async #pending(signInToken: string): Promise<PendingRow> {
    const [rows] = await this.db.apply(tryPending(signInToken));
    if (!rows!.length) throw signInRefused();
    return rows![0] as unknown as PendingRow;
  }

  async #finish(ctx: Ctx, { id, user_id: userId, tenant_id: tenantId, client, method }: PendingRow, practices: Practice[], input: FinishSignInInput, deviceToken: string | undefined): Promise<Tokens> {
    const held = await this.proofs.check(ctx, userId, input, { purpose: 'FINISH_SIGN_IN', boundTo: id });
    const practice = chosen(practices, tenantId);
    return this.sessions.begin(ctx, { userId, practices, practice, client, method, secondFactor: true, deviceToken }, async (tx) => {
      const [finished] = await tx.group(finishPending(id));
      if (!finished!.length) throw signInRefused();
      await held.claim(tx);
    });
  }

  /** Makes a challenge for a passkey of whoever it may be; rejects with THROTTLED. `deviceToken` is what the device has kept of earlier sign-ins. */
  async beginPasskey(ctx: Ctx, deviceToken: string | undefined): Promise<Ceremony> {
    return this.throttle.attempt(ctx, 'ceremony', { device: await this.devices.ofAnybody(ctx, deviceToken) }, () => this.db.write(ctx, (tx) => this.passkeys.ask(tx, { purpose: 'SIGN_IN' })));
  }

  /** Signs in by a passkey; rejects with SIGN_IN_REFUSED or THROTTLED. */
  byPasskey(ctx: Ctx, input: SignInWithPasskeyInput, deviceToken: string | undefined): Promise<Tokens> {
    return this.throttle.attempt(ctx, 'passkey', {}, () => this.#byPasskey(ctx, input, deviceToken));
  }

  async #byPasskey(ctx: Ctx, input: SignInWithPasskeyInput, deviceToken: string | undefined): Promise<Tokens> {
    const taken = await this.passkeys.take(input.passkey, { purpose: 'SIGN_IN' });
    if (!taken) throw signInRefused();
    const userId = taken.row.user_id;
    const practices = await this.accounts.practicesOfClaimed(ctx, userId);
    const held = await this.passkeys.hold(ctx, taken);
    const practice = chosen(practices, input.practiceId);
    return this.sessions.begin(ctx, { userId, practices, practice, client: input.client, method: 'PASSKEY', secondFactor: true, deviceToken }, held.claim);
  }

  /** Signs in by a linked Google account; rejects with SIGN_IN_REFUSED or THROTTLED. `browsers` are the secrets of the browser's trips to Google. */
  byGoogle(ctx: Ctx, input: SignInWithGoogleInput, browsers: string[], deviceToken: string | undefined): Promise<Tokens | PendingSignIn> {
    return this.throttle.attempt(ctx, 'google', {}, () => this.#byGoogle(ctx, input, browsers, deviceToken));
  }

  async #byGoogle(ctx: Ctx, input: SignInWithGoogleInput, browsers: string[], deviceToken: string | undefined): Promise<Tokens | PendingSignIn> {
    const { userId, provenAt } = await this.google.signIn(ctx, input.code, browsers);
    const practices = await this.accounts.practicesOfClaimed(ctx, userId);
    const practice = chosen(practices, input.practiceId);
    return this.#proceed(ctx, { userId, practices, practice, client: input.client, method: 'GOOGLE', provenAt, secondFactor: false, deviceToken });
  }

  /** Redeems a joining code by the password of an account, old or new, and signs in; rejects with SIGN_IN_REFUSED, THROTTLED or BAD_USER_INPUT. */
  async byJoining(ctx: Ctx, input: JoinInput, deviceToken: string | undefined): Promise<Tokens | PendingSignIn> {
    // Without an invitation no password is tried, and it counts for nobody's account: a stranger could otherwise keep out who was invited.
    const [kind, claimant] = (await this.joining.isInvited(input)) ? (['join', await this.accounts.claimant(ctx, input.email)] as const) : (['joinUninvited', {}] as const);
    return this.throttle.attempt(ctx, kind, claimant, async () => {
      const { userId, tenantId, claim } = await this.joining.join(ctx, input);
      ctx.action = 'SIGNED_IN';
      const practices = await this.accounts.practicesOfClaimed(ctx, userId);
      const practice = chosen(practices, tenantId);
      return this.#proceed(ctx, { userId, practices, practice, client: input.client, method: 'PASSWORD', secondFactor: false, deviceToken }, claim);
    });
  }

  /** Redeems a joining code for whom Google vouches, and signs them in; rejects with SIGN_IN_REFUSED, THROTTLED or CONFLICT. */
  byJoiningWithGoogle(ctx: Ctx, input: JoinWithGoogleInput, browsers: string[], deviceToken: string | undefined): Promise<Tokens | PendingSignIn> {
    return this.throttle.attempt(ctx, 'google', {}, () => this.#byJoiningWithGoogle(ctx, input, browsers, deviceToken));
  }

  async #byJoiningWithGoogle(ctx: Ctx, input: JoinWithGoogleInput, browsers: string[], deviceToken: string | undefined): Promise<Tokens | PendingSignIn> {
    const { userId, tenantId, provenAt } = await this.google.join(ctx, input.code, browsers);
    ctx.action = 'SIGNED_IN';
    const practices = await this.accounts.practicesOfClaimed(ctx, userId);
    const practice = chosen(practices, tenantId);
    return this.#proceed(ctx, { userId, practices, practice, client: input.client, method: 'GOOGLE', provenAt, secondFactor: false, deviceToken });
  }

  // After a first factor was proven: begins a session, or asks for the second factor that the person has; what `claim` does is committed with it.
  async #proceed(ctx: Ctx, proven: Proven & { method: PendingRow['method'] }, claim?: Claim): Promise<Tokens | PendingSignIn> {
    const { kinds } = await this.factors.of(proven.userId);
    if (kinds.length) return this.#askForSecond(ctx, proven, kinds, claim);
    return this.sessions.begin(ctx, proven, async (tx) => {
      await claim?.(tx);
      // Asked again under the lock: a factor that was added meanwhile would be none to this session.
      if ((await this.factors.within(tx, proven.userId)).kinds.length) throw signInRefused();
    });
  }

  async #askForSecond(ctx: Ctx, { userId, practice, client, method, deviceToken }: Proven & { method: PendingRow['method'] }, kinds: FactorKind[], claim?: Claim): Promise<PendingSignIn> {
    const signInToken = newSecret();
    const id = uuidv7();
    const device = deviceToken === undefined ? null : sealDevice(await this.keyring.of(INSTALLATION), id, deviceTokenOf(secretsIn(deviceToken)));
    ctx.action = 'CHALLENGED';
    ctx.concerned = [{ tenantId: practice.tenantId, actor: { userId, memberId: practice.memberId } }];
    return this.db.write(ctx, async (tx) => {
      await claim?.(tx);
      const [kept] = await tx.group(addPending(signInToken, { id, user_id: userId, tenant_id: practice.tenantId, method, client, device }));
      const ceremony = kinds.includes('PASSKEY') ? await this.passkeys.ask(tx, { purpose: 'FINISH_SIGN_IN', boundTo: id }, userId) : undefined;
      tx.record('sign-in', id);
      return { signInToken, kinds, expiresAt: kept![0]!['expires_at'] as Date, passkeyOptions: ceremony?.passkeyOptions ?? null };
    });
  }
}

const isRefusal = (error: unknown): boolean => error instanceof DomainError && error.code === ErrorCode.SIGN_IN_REFUSED;

function chosen(practices: Practice[], practiceId: string | null | undefined): Practice {
  const practice = practiceId ? practices.find(({ tenantId }) => tenantId === practiceId) : practices[0];
  if (!practice) throw signInRefused();
  return practice;
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import { badInput } from '../../platform/errors.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import type { Purpose } from '../passkeys/passkey-challenges.js';
import { PasskeyProofs } from '../passkeys/passkey-proofs.js';
import { type OneTimeRow, acceptStep, confirmedCodes, openSeed, useRecoveryCode } from './factor-rows.js';
import { AccountNotices } from '../account/account-notices.js';
import { factorLetter } from './factor-letters.js';
import type { HeldProof } from './held-proof.js';
import { stepOfCode } from './one-time-code.js';
import { recoveryCodeHash } from './recovery-code.js';

/** What a person gives as a second factor: one of these. */
export interface FactorInput {
  oneTimeCode?: string | null;
  recoveryCode?: string | null;
  passkey?: string | null;
}

/** Refuses an input that does not give exactly one of these. */
export function demandOne<T extends object>(input: T, names: Array<keyof T & string>): void {
  if (names.filter((name) => typeof input[name] === 'string').length !== 1) {
    throw badInput([{ path: ['input'], reason: 'EXACTLY_ONE', params: { of: names.join(' ') } }]);
  }
}

/** Checks second factors. Nothing is used up but a passkey's challenge, until the proof is claimed. */
@Injectable()
export class FactorProofs {
  constructor(
    private readonly db: AuthDb,
    private readonly keyring: Keyring,
    private readonly passkeys: PasskeyProofs,
    private readonly notices: AccountNotices,
  ) {}

  /** The proof that a person gave; throws SIGN_IN_REFUSED when it is none of theirs. A passkey must have answered the challenge that was made for `purpose`. */
  check(ctx: Ctx, userId: string, { oneTimeCode, recoveryCode, passkey }: FactorInput, purpose: Purpose): Promise<HeldProof> | HeldProof {
    if (typeof oneTimeCode === 'string') return this.#oneTimeCode(userId, oneTimeCode);
    if (typeof recoveryCode === 'string') return this.#recoveryCode(ctx, userId, recoveryCode);
    return this.#passkey(ctx, userId, passkey!, purpose);
  }

  async #oneTimeCode(userId: string, code: string): Promise<HeldProof> {
    const [rows] = await this.db.read(confirmedCodes(userId));
    const row = rows![0] as unknown as OneTimeRow | undefined;
    if (!row) throw signInRefused();
    const keys = await this.keyring.of(INSTALLATION, [row.seed]);
    const step = stepOfCode(openSeed(keys, row), code);
    if (step === undefined) throw signInRefused();
    return {
      kind: 'ONE_TIME_CODE',
      claim: async (tx) => {
        const [accepted] = await tx.group(acceptStep(row.id, step));
        if (!accepted!.length) throw signInRefused();
        tx.record('one-time-codes', row.id);
      },
    };
  }

  #recoveryCode(ctx: Ctx, userId: string, code: string): HeldProof {
    return {
      kind: 'RECOVERY_CODE',
      claim: async (tx) => {
        const [used] = await tx.group(useRecoveryCode(userId, recoveryCodeHash(code)));
        if (!used!.length) throw signInRefused();
        tx.record('recovery-codes', userId);
        await this.notices.tell(tx, ctx, userId, factorLetter('RECOVERY_CODE_USED'));
      },
    };
  }

  async #passkey(ctx: Ctx, userId: string, text: string, purpose: Purpose): Promise<HeldProof> {
    const taken = await this.passkeys.take(text, purpose);
    if (taken?.row.user_id !== userId) throw signInRefused();
    return this.passkeys.hold(ctx, taken);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Config } from '../../config.js';
import type { Ctx } from '../../platform/context/ctx.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { CONFIG } from '../../platform/platform.module.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import type { HeldProof } from '../factors/held-proof.js';
import { type Purpose, keepChallenge, newChallenge, takeChallenge } from './passkey-challenges.js';
import { type PasskeyRow, passkeyBy, passkeysOf, suspectCopy, toKnown, usePasskey } from './passkey-rows.js';
import { type Answer, passkeyRequest, readAssertion, verifyAssertion } from './webauthn.js';

/** An answer whose challenge was used up, and the passkey that it says to come from. */
export interface PasskeyAnswer {
  answer: Answer<AuthenticationResponseJSON>;
  row: PasskeyRow;
}

/** Options for a browser's passkeys, and until when they can be answered. */
export interface Ceremony {
  passkeyOptions: string;
  expiresAt: Date;
}

/** Checks what passkeys sign. A challenge is used up by the first answer to it, right or wrong. */
@Injectable()
export class PasskeyProofs {
  constructor(
    private readonly db: AuthDb,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes a challenge for any passkey, or for those of one person. */
  async ask(tx: AuditedTx, purpose: Purpose, userId?: string): Promise<Ceremony> {
    const challenge = newChallenge();
    const [kept, own] = await tx.group(keepChallenge(challenge, purpose), ...(userId ? [passkeysOf(userId)] : []));
    const known = own && toKnown(own as unknown as PasskeyRow[]);
    return { passkeyOptions: await passkeyRequest(this.config.relyingParty, challenge, known), expiresAt: kept![0]!['expires_at'] as Date };
  }

  /** Uses up the challenge that a browser's answer is to, and finds the passkey; undefined when there is no such challenge for this, or no such passkey. */
  async take(text: string, purpose: Purpose): Promise<PasskeyAnswer | undefined> {
    const answer = readAssertion(text);
    if (!answer) return undefined;
    const [taken, found] = await this.db.apply(takeChallenge(answer.challenge, purpose), passkeyBy(Buffer.from(answer.response.id, 'base64url')));
    const row = found![0] as unknown as PasskeyRow | undefined;
    return taken!.length && row ? { answer, row } : undefined;
  }

  /** The proof that an answer is; throws SIGN_IN_REFUSED when its signature is not that of the passkey, or the passkey's counter went back, which is noted. */
  async hold(ctx: Ctx, { answer, row }: PasskeyAnswer): Promise<HeldProof> {
    const use = await verifyAssertion(this.config.relyingParty, answer, row.public_key);
    const { userHandle } = answer.response.response;
    if (!use || (userHandle && Buffer.from(userHandle, 'base64url').toString() !== row.user_id)) throw signInRefused();
    const before = Number(row.counter);
    if (use.counter <= before && (use.counter > 0 || before > 0)) {
      ctx.reason = 'the counter of the passkey went back, as that of a copy does';
      await this.db.apply(suspectCopy(row.id));
      throw signInRefused();
    }
    return {
      kind: 'PASSKEY',
      claim: async (tx) => {
        const [used] = await tx.group(usePasskey(row.id, use));
        if (!used!.length) throw signInRefused();
        tx.record('passkey', row.id);
      },
    };
  }
}

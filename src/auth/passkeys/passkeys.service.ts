import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, notFound } from '../../platform/errors.js';
import type { FaultReason } from '../../platform/fault-reasons.js';
import { CONFIG } from '../../platform/platform.module.js';
import { AccountsService } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { AccountNotices } from '../account/account-notices.js';
import { factorLetter } from '../factors/factor-letters.js';
import { tooManyPasskeys } from '../factors/factors.errors.js';
import { SecondFactors } from '../factors/second-factors.js';
import { keepChallenge, newChallenge, takeChallenge } from './passkey-challenges.js';
import type { Ceremony } from './passkey-proofs.js';
import { type PasskeyRow, addPasskey, dropPasskey, openName, passkeysOf, renamePasskey, sealName, toKnown } from './passkey-rows.js';
import type { RegisterPasskeyInput, RenamePasskeyInput } from './passkeys.inputs.js';
import { passkeyCreation, readCreation, verifyCreation } from './webauthn.js';

/** How many passkeys an account may have. */
const MOST_PASSKEYS = 20;

/** A passkey with the name that its person gave it. */
export interface NamedPasskey {
  row: PasskeyRow;
  name: string;
}

const notAccepted = (reason: FaultReason) => badInput([{ path: ['input', 'passkey'], reason }]);

/** The passkeys of the caller's account. */
@Injectable()
export class PasskeysService {
  constructor(
    private readonly db: AuthDb,
    private readonly tenantDb: TenantDb,
    private readonly keyring: Keyring,
    private readonly accounts: AccountsService,
    private readonly factors: SecondFactors,
    private readonly notices: AccountNotices,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller's passkeys, oldest first. */
  async list(ctx: Ctx): Promise<NamedPasskey[]> {
    const [rows] = await this.db.read(passkeysOf(ctx.known.userId));
    const passkeys = rows as unknown as PasskeyRow[];
    const keys = await this.keyring.of(INSTALLATION, passkeys.map(({ name }) => name));
    return passkeys.map((row) => {
      ctx.disclose('passkey', row.id);
      return { row, name: openName(keys, row) };
    });
  }

  /** Makes a challenge, bound to the caller's session, for a new passkey. */
  async begin(ctx: Ctx): Promise<Ceremony> {
    const { userId } = ctx.known;
    const { email, nameEn } = await this.accounts.profileOf(userId);
    const challenge = newChallenge();
    return this.db.write(ctx, async (tx) => {
      const { sessionId } = ctx.member;
      const [own, kept] = await tx.group(passkeysOf(userId), keepChallenge(challenge, { purpose: 'REGISTER', boundTo: sessionId }));
      tx.record('session', sessionId);
      const passkeyOptions = await passkeyCreation(this.config.relyingParty, challenge, { id: userId, name: email, displayName: nameEn }, toKnown(own as unknown as PasskeyRow[]));
      return { passkeyOptions, expiresAt: kept![0]!['expires_at'] as Date };
    });
  }

  /** Keeps a passkey that answered a challenge of this session; gives recovery codes if the account has none. Throws BAD_USER_INPUT, CONFLICT. */
  async register(ctx: Ctx, input: RegisterPasskeyInput): Promise<{ passkey: NamedPasskey; recoveryCodes: string[] | null }> {
    await this.tenantDb.authorise(ctx);
    const { userId } = ctx.known;
    const answer = readCreation(input.passkey);
    const [taken] = answer ? await this.db.apply(takeChallenge(answer.challenge, { purpose: 'REGISTER', boundTo: ctx.member.sessionId })) : [];
    const made = answer && taken?.length ? await verifyCreation(this.config.relyingParty, answer) : undefined;
    if (!made) throw notAccepted('NOT_ACCEPTED');
    const id = uuidv7();
    const name = sealName(await this.keyring.of(INSTALLATION), id, input.name);
    return this.db.write(ctx, async (tx) => {
      const account = await this.factors.lock(tx, userId);
      if ((await this.factors.within(tx, userId)).passkeys >= MOST_PASSKEYS) throw tooManyPasskeys(MOST_PASSKEYS);
      const [added, own] = await tx.group(addPasskey(id, userId, name, made), passkeysOf(userId));
      if (!added!.length) throw notAccepted('REGISTERED_ALREADY');
      tx.record('passkey', id);
      tx.change('passkey', id, 'name', null, input.name);
      await this.notices.tell(tx, ctx, userId, factorLetter('PASSKEY_ADDED'));
      const row = (own as unknown as PasskeyRow[]).find((one) => one.id === id)!;
      return { passkey: { row, name: input.name }, recoveryCodes: await this.factors.added(tx, ctx, account) };
    });
  }

  /** Renames one of the caller's passkeys; throws NOT_FOUND. */
  async rename(ctx: Ctx, { id, name }: RenamePasskeyInput): Promise<NamedPasskey> {
    const { userId } = ctx.known;
    const keys = await this.keyring.of(INSTALLATION);
    return this.db.write(ctx, async (tx) => {
      await this.factors.lock(tx, userId);
      const [before, renamed, after] = await tx.group(passkeysOf(userId), renamePasskey(id, userId, sealName(keys, id, name)), passkeysOf(userId));
      if (!renamed!.length) throw notFound();
      const [was, is] = [before, after].map((rows) => (rows as unknown as PasskeyRow[]).find((row) => row.id === id)!);
      tx.record('passkey', id);
      tx.change('passkey', id, 'name', openName(await this.keyring.of(INSTALLATION, [was!.name]), was!), name);
      return { row: is!, name };
    });
  }

  /** Removes one of the caller's passkeys; throws NOT_FOUND, or CONFLICT when it is needed. */
  remove(ctx: Ctx, id: string): Promise<void> {
    const { userId } = ctx.known;
    return this.db.write(ctx, async (tx) => {
      const account = await this.factors.lock(tx, userId);
      const [before, dropped] = await tx.group(passkeysOf(userId), dropPasskey(id, userId));
      if (!dropped!.length) throw notFound();
      const was = (before as unknown as PasskeyRow[]).find((row) => row.id === id)!;
      tx.record('passkey', id);
      tx.change('passkey', id, 'name', openName(await this.keyring.of(INSTALLATION, [was.name]), was), null);
      await this.factors.removed(tx, ctx, account);
      await this.notices.tell(tx, ctx, userId, factorLetter('PASSKEY_REMOVED'));
    });
  }
}

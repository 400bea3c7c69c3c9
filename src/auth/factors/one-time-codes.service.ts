import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import { badInput, notFound } from '../../platform/errors.js';
import { AccountsService } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { type OneTimeRow, SET_UP_SECONDS, beginCodes, begunCodes, confirmCodes, dropCodes, openSeed, sealSeed } from './factor-rows.js';
import { AccountNotices } from '../account/account-notices.js';
import { factorLetter } from './factor-letters.js';
import { noSecondFactor } from './factors.errors.js';
import { newOneTimeSecret, stepOfCode } from './one-time-code.js';
import { SecondFactors } from './second-factors.js';

/** One-time codes that are being set up: the secret for the app, for the caller alone. */
export interface BegunCodes {
  secret: string;
  uri: string;
  qrCode: string;
  expiresAt: Date;
}

const notAccepted = () => badInput([{ path: ['input', 'code'], reason: 'NOT_ACCEPTED' }]);

/** One-time codes of the caller's account. Those set up count from their first right code on; until then the former ones do. */
@Injectable()
export class OneTimeCodesService {
  constructor(
    private readonly db: AuthDb,
    private readonly keyring: Keyring,
    private readonly accounts: AccountsService,
    private readonly factors: SecondFactors,
    private readonly notices: AccountNotices,
  ) {}

  /** Makes a secret for an app; it counts for nothing until it is confirmed. */
  async begin(ctx: Ctx): Promise<BegunCodes> {
    const { userId } = ctx.known;
    const { email } = await this.accounts.profileOf(userId);
    const { seed, uri } = newOneTimeSecret(email);
    const id = uuidv7();
    const keys = await this.keyring.of(INSTALLATION);
    await this.db.write(ctx, async (tx) => {
      await this.factors.lock(tx, userId);
      await tx.group(...beginCodes(id, userId, sealSeed(keys, id, seed)));
      tx.record('one-time-codes', id);
    });
    const { default: QRCode } = await import('qrcode');
    const svg = await QRCode.toString(uri, { type: 'svg', errorCorrectionLevel: 'M' });
    return { secret: seed, uri, qrCode: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`, expiresAt: new Date(Date.now() + SET_UP_SECONDS * 1000) };
  }

  /** Makes what was begun count, after a right code of it; gives recovery codes if the account has none. Throws BAD_USER_INPUT. */
  async confirm(ctx: Ctx, code: string): Promise<string[] | null> {
    const { userId } = ctx.known;
    const [rows] = await this.db.read(begunCodes(userId));
    const row = rows![0] as unknown as OneTimeRow | undefined;
    if (!row) throw badInput([{ path: ['input', 'code'], reason: 'NOTHING_BEGUN' }]);
    const keys = await this.keyring.of(INSTALLATION, [row.seed]);
    const step = stepOfCode(openSeed(keys, row), code);
    if (step === undefined) throw notAccepted();
    return this.db.write(ctx, async (tx) => {
      const account = await this.factors.lock(tx, userId);
      const [replaced, confirmed] = await tx.group(...confirmCodes(row.id, userId, step));
      if (!confirmed!.length) throw notAccepted();
      for (const { id } of replaced!) tx.record('one-time-codes', id as string);
      tx.record('one-time-codes', row.id);
      tx.change('one-time-codes', row.id, 'counts', false, true);
      await this.notices.tell(tx, ctx, userId, factorLetter(replaced!.length ? 'CODES_REPLACED' : 'CODES_ADDED'));
      return this.factors.added(tx, ctx, account);
    });
  }

  /** Removes one-time codes from the account; throws NOT_FOUND when there are none, CONFLICT when they are needed. */
  remove(ctx: Ctx): Promise<void> {
    const { userId } = ctx.known;
    return this.db.write(ctx, async (tx) => {
      const account = await this.factors.lock(tx, userId);
      const [dropped] = await tx.group(dropCodes(userId));
      const counted = dropped!.find(({ confirmed_at: at }) => at !== null);
      if (!counted) throw notFound();
      tx.record('one-time-codes', counted['id'] as string);
      tx.change('one-time-codes', counted['id'] as string, 'counts', true, false);
      await this.factors.removed(tx, ctx, account);
      await this.notices.tell(tx, ctx, userId, factorLetter('CODES_REMOVED'));
    });
  }

  /** Ten new recovery codes in place of those before; throws CONFLICT without a second factor. */
  renewRecoveryCodes(ctx: Ctx): Promise<string[]> {
    const { userId } = ctx.known;
    return this.db.write(ctx, async (tx) => {
      await this.factors.lock(tx, userId);
      if (!(await this.factors.within(tx, userId)).kinds.length) throw noSecondFactor();
      await this.notices.tell(tx, ctx, userId, factorLetter('RECOVERY_CODES_RENEWED'));
      return this.factors.renewRecoveryCodes(tx, userId);
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { AccountNotices } from '../account/account-notices.js';
import { AccountsService } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import { JoiningService } from '../joining.service.js';
import { SecondFactors } from '../factors/second-factors.js';
import { linkedLetter, unlinkedLetter } from './google-letters.js';
import { GoogleProvider } from './google-provider.js';
import { type IdentityRow, addIdentity, dropIdentity, identitiesOf, identityOf, useIdentity } from './google-rows.js';
import { GoogleTrips } from './google-trips.service.js';
import { googleIsOff, linkedAlready, tooManyGoogleAccounts } from './google.errors.js';
import type { GoogleIdentity } from './id-token.js';

/** How many Google accounts may be linked to one account. */
const MOST_ACCOUNTS = 5;

const TABLE = 'auth.identities';

/** A Google account that is linked, with its e-mail address when it was, if Google had verified it. */
export interface LinkedAccount {
  row: IdentityRow;
  email: string | null;
}

/** Somebody for whom Google vouched, and when they last signed in there. */
export interface KnownByGoogle {
  userId: string;
  provenAt: Date | undefined;
}

interface Details {
  subject: string;
  email: string | null;
}

/** Google accounts that are linked to people's accounts. Whose one is, its issuer and subject tell, and never its e-mail address. */
@Injectable()
export class GoogleAccounts {
  constructor(
    private readonly db: AuthDb,
    private readonly tenantDb: TenantDb,
    private readonly keyring: Keyring,
    private readonly joining: JoiningService,
    private readonly factors: SecondFactors,
    private readonly trips: GoogleTrips,
    private readonly accounts: AccountsService,
    private readonly notices: AccountNotices,
    @Inject(GoogleProvider) private readonly provider: GoogleProvider | undefined,
  ) {}

  /** The person to whom the Google account is linked from which a browser came back; rejects with SIGN_IN_REFUSED. */
  async signIn(ctx: Ctx, code: string, browsers: string[]): Promise<KnownByGoogle> {
    const { identity } = await this.trips.finish(code, browsers, 'SIGN_IN');
    const [rows] = await this.db.apply(useIdentity(this.#issuer, await this.#token(identity)));
    const known = rows![0] as Pick<IdentityRow, 'user_id'> | undefined;
    if (!known) {
      ctx.reason = 'the Google account is linked to nobody';
      throw signInRefused();
    }
    return { userId: known.user_id, provenAt: await this.#provenAt(identity, known.user_id) };
  }

  /** Redeems a joining code for the person to whom the Google account is linked, or makes an account for whoever was invited under its address. Rejects with SIGN_IN_REFUSED, CONFLICT. */
  async join(ctx: Ctx, code: string, browsers: string[]): Promise<KnownByGoogle & { tenantId: string }> {
    const { identity, joining } = await this.trips.finish(code, browsers, 'JOIN');
    const { email } = identity;
    if (email === null) {
      ctx.reason = 'Google has not verified the e-mail address';
      throw signInRefused();
    }
    const linked = await this.linkedTo(identity);
    const { joinCode, ...names } = joining!;
    const joined = await this.joining.joinProven(ctx, { code: joinCode, email, ...names }, linked, async (tx, userId) => {
      if (!linked) await this.#insert(tx, userId, identity);
    });
    // Whoever is new has just proven it, by the code that was mailed to them.
    return { ...joined, provenAt: linked ? await this.#provenAt(identity, linked) : undefined };
  }

  /** The id of the person to whom a Google account is linked. */
  async linkedTo(identity: GoogleIdentity): Promise<string | undefined> {
    const [rows] = await this.db.read(identityOf(this.#issuer, await this.#token(identity)));
    return (rows![0] as Pick<IdentityRow, 'user_id'> | undefined)?.user_id;
  }

  /** The caller's Google accounts, oldest first. */
  async list(ctx: Ctx): Promise<LinkedAccount[]> {
    const [rows] = await this.db.read(identitiesOf(ctx.known.userId));
    return Promise.all((rows as unknown as IdentityRow[]).map((row) => {
      ctx.disclose('google-account', row.id);
      return this.#opened(row);
    }));
  }

  /** Links the Google account from which the caller's browser came back, and tells them by mail; throws SIGN_IN_REFUSED, CONFLICT. */
  async link(ctx: Ctx, code: string, browsers: string[]): Promise<LinkedAccount> {
    await this.tenantDb.authorise(ctx);
    const { userId } = ctx.known;
    const { identity } = await this.trips.finish(code, browsers, 'LINK', ctx.member.sessionId);
    return this.db.write(ctx, async (tx) => {
      await this.factors.lock(tx, userId);
      const [own] = await tx.group(identitiesOf(userId));
      if (own!.length >= MOST_ACCOUNTS) throw tooManyGoogleAccounts(MOST_ACCOUNTS);
      const linked = await this.#insert(tx, userId, identity);
      await this.notices.tell(tx, ctx, userId, linkedLetter(linked.email));
      return linked;
    });
  }

  /** Unlinks one of the caller's Google accounts, and tells them by mail; throws NOT_FOUND, or CONFLICT when nobody could sign in any more. */
  async unlink(ctx: Ctx, id: string): Promise<void> {
    const { userId } = ctx.known;
    await this.db.write(ctx, async (tx) => {
      await this.factors.lock(tx, userId);
      const [dropped] = await tx.group(dropIdentity(id, userId));
      if (!dropped!.length) throw notFound();
      await this.factors.mustLeaveAWayIn(tx, userId);
      const { email } = await this.#opened(dropped![0] as unknown as IdentityRow);
      tx.record('google-account', id);
      tx.change('google-account', id, 'email', email, null);
      await this.notices.tell(tx, ctx, userId, unlinkedLetter(email));
    });
  }

  // Where Google does not tell when the person signed in there, that they come from there is a proof for whoever has no other, who could never set one up otherwise.
  async #provenAt({ authenticatedAt, issuedAt }: GoogleIdentity, userId: string): Promise<Date> {
    if (authenticatedAt !== null) return provenAt(authenticatedAt);
    return provenAt((await this.accounts.hasPassword(userId)) ? 0 : issuedAt);
  }

  async #insert(tx: AuditedTx, userId: string, identity: GoogleIdentity): Promise<LinkedAccount> {
    const id = uuidv7();
    const { subject, email } = identity;
    const keys = await this.keyring.of(INSTALLATION);
    const details = keys.seal(TABLE, id, 'details', { subject, email } satisfies Details);
    const [added] = await tx.group(addIdentity({ id, user_id: userId, issuer: this.#issuer, subjectToken: await this.#token(identity), details }));
    if (!added!.length) throw linkedAlready();
    tx.record('google-account', id);
    tx.change('google-account', id, 'email', null, email);
    return { row: added![0] as unknown as IdentityRow, email };
  }

  async #opened(row: IdentityRow): Promise<LinkedAccount> {
    const keys = await this.keyring.of(INSTALLATION, [row.details]);
    return { row, email: keys.open<Details>(TABLE, row.id, 'details', row.details).email };
  }

  async #token({ subject }: GoogleIdentity): Promise<Buffer> {
    return (await this.keyring.of(INSTALLATION)).token('google-subject', subject);
  }

  get #issuer(): string {
    if (!this.provider) throw googleIsOff();
    return this.provider.config.issuer;
  }
}

/** When somebody proved who they are, by what Google says, in seconds since 1970; never in the future. */
export const provenAt = (seconds: number): Date => new Date(Math.min(seconds * 1000, Date.now()));

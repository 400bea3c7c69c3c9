import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, MoreThan, Raw } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { hashOf, newSecret } from '../platform/crypto/secrets.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { notFound, sessionEnded } from '../platform/errors.js';
import { AccessTokens, type Subject } from './access-tokens.js';
import { AccountsService, type Practice } from './accounts.service.js';
import { AuthDb } from './auth-db.js';
import { signInRefused } from './auth.errors.js';
import { DevicesService } from './devices.service.js';
import { NewDeviceNotice } from './new-device-notice.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session, type SignInMethod } from './session.entity.js';
import { Throttle } from './throttle/throttle.service.js';

const HOUR_MS = 3_600_000;
const IDLE_MS = 12 * HOUR_MS;
/** How long a session lives at most, however busy it is, in milliseconds. */
export const ABSOLUTE_MS = 30 * 24 * HOUR_MS;
/** How long a client whose answer got lost may repeat a refresh, in milliseconds. */
export const REFRESH_RETRY_MS = 10_000;

/** How many sessions of a person live at the same time; a further one ends the oldest. */
export const MOST_SESSIONS = 30;

const LOCK_USER = 'select from auth.users where id = $1 for no key update';
const END_OLDEST = `
update auth.sessions set ended_at = now(), end_reason = 'TOO_MANY' where id in (
  select id from auth.sessions where user_id = $1 and ended_at is null and idle_expires_at > now() and absolute_expires_at > now()
  order by id desc offset $2)
returning id`;
const SESSION_OF_TOKEN = 'select t.session_id from auth.refresh_tokens t where t.token_hash = :tokenHash';
const PROVEN_AGAIN = `
update auth.sessions set secret_hash = $3, authenticated_at = coalesce($4::timestamptz, now()), second_factor_at = case when $5 then now() else second_factor_at end
where id = $1 and secret_hash = $2 and ended_at is null returning authenticated_at`;
const REPLACE_REFRESH_TOKEN = 'update auth.refresh_tokens set used_at = now(), successor_hash = $2 where session_id = $1 and used_at is null';
const ADD_REFRESH_TOKEN = 'insert into auth.refresh_tokens (token_hash, session_id) values ($1, $2)';
const END_ALL = 'update auth.sessions set ended_at = now(), end_reason = $2 where user_id = $1 and ended_at is null and id is distinct from $3::uuid returning id';

/** Tokens of a session, for the caller alone. */
export interface IssuedTokens {
  client: Subject['client'];
  accessToken: string;
  accessTokenExpiresAt: Date;
  refreshToken: string | undefined;
  /** By what the device is known again; only when a session began. */
  deviceToken?: string;
}

/** Tokens of a session, and where it can work. */
export interface Tokens extends IssuedTokens {
  tenantId: string;
  practices: Practice[];
}

/** A proof within a session: when it was given, unless just now, and whether it was a second factor. */
export interface Reproof {
  at: Date | undefined;
  secondFactor: boolean;
}

/** Who has proven who they are, how, and where they are going to work. */
export interface Proven {
  userId: string;
  practice: Practice;
  practices: Practice[];
  client: Subject['client'];
  method: SignInMethod;
  /** When they proved it, unless just now. */
  provenAt?: Date;
  /** Whether a second factor was proven too. */
  secondFactor: boolean;
  /** What the device has kept of earlier sign-ins. */
  deviceToken: string | undefined;
}

/** Uses up, in the transaction that it opens, what somebody gave as a proof; throws SIGN_IN_REFUSED when it holds no longer. */
export type Claim = (tx: AuditedTx) => Promise<void>;

/** The secret from which successors of refresh tokens are made; it lives outside the database. */
export class RefreshSecret {
  constructor(readonly bytes: Buffer) {}
}

/**
 * Sessions and their refresh tokens. A refresh token is `<session secret>.<random>`, kept as SHA-256 and accepted once.
 * Used again, it ends the session, except within ten seconds while its successor is unused: then the answer had got lost.
 * One that a step-up replaced is refused, and ends the session only once the refresh token of the step-up was used.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly db: AuthDb,
    private readonly accounts: AccountsService,
    private readonly devices: DevicesService,
    private readonly newDeviceNotice: NewDeviceNotice,
    private readonly throttle: Throttle,
    private readonly accessTokens: AccessTokens,
    private readonly refreshSecret: RefreshSecret,
  ) {}

  /** Begins a session for whoever has proven who they are; what `claim` does is committed with it, while their account is locked. */
  async begin(ctx: Ctx, proven: Proven, claim?: Claim): Promise<Tokens> {
    const { userId, practice, practices, client, method } = proven;
    const { sessionSecret, refreshToken } = newTokens();
    const id = uuidv7();
    const deviceToken = await this.db.write(ctx, async (tx) => {
      // Before all else: sessions of a person begin one after the other, and none while their factors or password are changed.
      await tx.query(LOCK_USER, [userId]);
      await claim?.(tx);
      const device = await this.devices.note(tx, userId, proven.deviceToken);
      if (device.isNew && !device.isFirst) await this.newDeviceNotice.tell(tx, ctx, userId);
      const now = new Date();
      await tx.manager.insert(Session, {
        id, userId, tenantId: practice.tenantId, memberId: practice.memberId, client, method, deviceId: device.id,
        ip: ctx.origin.ip, device: ctx.origin.device, authenticatedAt: proven.provenAt ?? (() => 'now()'), ...(proven.secondFactor && { secondFactorAt: () => 'now()' }),
        secretHash: secretHashOf(sessionSecret),
        idleExpiresAt: new Date(now.getTime() + IDLE_MS), absoluteExpiresAt: new Date(now.getTime() + ABSOLUTE_MS),
      });
      await tx.manager.insert(RefreshToken, { tokenHash: hashOf(refreshToken), sessionId: id });
      tx.record('session', id);
      for (const { id: oldest } of await tx.query<{ id: string }>(END_OLDEST, [userId, MOST_SESSIONS])) {
        tx.record('session', oldest);
        tx.change('session', oldest, 'ended', null, 'TOO_MANY');
      }
      tx.record(device.isNew ? 'new-device' : 'device', device.id);
      ctx.concerned = [{ tenantId: practice.tenantId, actor: this.#actor(userId, practice, id) }];
      return device.token;
    });
    return { ...(await this.#tokens({ userId, tenantId: practice.tenantId, client }, refreshToken, practices)), deviceToken };
  }

  /** Notes in the caller's session a proof that `claim` uses up. New tokens take the place of those before, which are accepted no more; gives them, and when the proof was given. Throws UNAUTHENTICATED when somebody was quicker. */
  async proveAgain(ctx: Ctx, { at, secondFactor }: Reproof, claim?: Claim): Promise<{ tokens: IssuedTokens; provenAt: Date }> {
    const { userId, tenantId, client } = ctx.known;
    const { sessionSecret, refreshToken } = newTokens();
    const provenAt = await this.db.write(ctx, async (tx) => {
      const { sessionId } = ctx.member;
      await claim?.(tx);
      const [proven] = await tx.query<{ authenticated_at: Date }>(PROVEN_AGAIN, [sessionId, hashOf(ctx.known.sessionSecret), secretHashOf(sessionSecret), at ?? null, secondFactor]);
      if (!proven) throw sessionEnded();
      await tx.group({ text: REPLACE_REFRESH_TOKEN, values: [sessionId, hashOf(refreshToken)] }, { text: ADD_REFRESH_TOKEN, values: [hashOf(refreshToken), sessionId] });
      tx.record('session', sessionId);
      return proven.authenticated_at;
    });
    return { tokens: await this.#issue({ userId, tenantId, client }, sessionSecret, refreshToken), provenAt };
  }

  /** Exchanges a refresh token for its successor; rejects with SIGN_IN_REFUSED or THROTTLED. */
  refresh(ctx: Ctx, refreshToken: string): Promise<Tokens> {
    return this.throttle.attempt(ctx, 'refresh', {}, () => this.#refresh(ctx, refreshToken));
  }

  async #refresh(ctx: Ctx, refreshToken: string): Promise<Tokens> {
    const renewed = await this.db.write(ctx, async (tx) => {
      // The session before its tokens: whatever changes these holds it.
      const session = await tx.manager.findOne(Session, { where: { id: Raw((id) => `${id} = (${SESSION_OF_TOKEN})`, { tokenHash: hashOf(refreshToken) }) }, lock: { mode: 'pessimistic_write' } });
      if (!session || !this.#isLive(session)) throw signInRefused();
      const token = await tx.manager.findOneByOrFail(RefreshToken, { tokenHash: hashOf(refreshToken) });
      ctx.concerned = [{ tenantId: session.tenantId, actor: { userId: session.userId, sessionId: session.id } }];
      tx.record('session', session.id);
      if (!(await this.#mayRefresh(tx, refreshToken, token))) {
        await this.#end(tx, { id: session.id }, 'REFRESH_REUSED');
        tx.reason = 'a refresh token was used again';
        ctx.action = 'SESSION_ENDED';
        return undefined;
      }
      const successor = this.#successorOf(refreshToken);
      if (!token.usedAt) {
        await tx.manager.insert(RefreshToken, { tokenHash: hashOf(successor), sessionId: session.id });
        await tx.manager.update(RefreshToken, { tokenHash: token.tokenHash }, { usedAt: new Date(), successorHash: hashOf(successor) });
      }
      const idleExpiresAt = new Date(Date.now() + IDLE_MS);
      await tx.manager.update(Session, { id: session.id }, { lastSeenAt: new Date(), idleExpiresAt });
      return { session, successor };
    });
    if (!renewed) throw signInRefused();
    const { session, successor } = renewed;
    return this.#tokens(session, successor, await this.accounts.practicesOf(session.userId));
  }

  /** Moves the caller's session to another of their practices; tokens for the former one stop working. */
  async switchPractice(ctx: Ctx, practiceId: string): Promise<Tokens> {
    const { userId, client, sessionSecret } = ctx.known;
    const practices = await this.accounts.practicesOf(userId);
    const practice = practices.find(({ tenantId }) => tenantId === practiceId);
    if (!practice) throw notFound();
    await this.db.write(ctx, async (tx) => {
      const { affected } = await tx.manager.update(Session, { secretHash: hashOf(sessionSecret), endedAt: IsNull() }, { tenantId: practiceId, memberId: practice.memberId });
      if (!affected) throw notFound();
      tx.change('session', ctx.member.sessionId, 'practice', ctx.tenantId, practiceId);
      tx.record('session', ctx.member.sessionId);
    });
    return this.#tokensFor({ userId, tenantId: practiceId, client }, sessionSecret.toString('base64url'), undefined, practices);
  }

  /** The caller's live sessions, newest first. */
  async list(ctx: Ctx): Promise<{ sessions: Session[]; currentHash: Buffer }> {
    const now = new Date();
    const sessions = await this.db.find(Session, {
      where: { userId: ctx.known.userId, endedAt: IsNull(), idleExpiresAt: MoreThan(now), absoluteExpiresAt: MoreThan(now) },
      order: { id: 'DESC' },
    });
    sessions.forEach(({ id }) => ctx.disclose('session', id));
    return { sessions, currentHash: hashOf(ctx.known.sessionSecret) };
  }

  /** Ends one of the caller's own sessions. */
  endOne(ctx: Ctx, id: string): Promise<void> {
    return this.db.write(ctx, async (tx) => {
      tx.record('session', id);
      if (!(await this.#end(tx, { id, userId: ctx.known.userId }, 'ENDED_BY_USER'))) throw notFound();
    });
  }

  /** Ends every session of the caller but the one that asks; gives how many there were. */
  endOthers(ctx: Ctx): Promise<number> {
    return this.db.write(ctx, (tx) => this.endAllOf(tx, ctx.known.userId, 'ENDED_BY_USER', ctx.member.sessionId));
  }

  /** Ends every session of a person, but one if told, in a transaction that names each; gives how many there were. */
  async endAllOf(tx: AuditedTx, userId: string, reason: NonNullable<Session['endReason']>, but: string | null = null): Promise<number> {
    const ended = await tx.query<{ id: string }>(END_ALL, [userId, reason, but]);
    ended.forEach(({ id }) => tx.record('session', id));
    return ended.length;
  }

  /** Ends the session that asks. */
  signOut(ctx: Ctx): Promise<void> {
    return this.db.write(ctx, async (tx) => {
      tx.record('session', ctx.member.sessionId);
      await this.#end(tx, { secretHash: hashOf(ctx.known.sessionSecret) }, 'SIGNED_OUT');
    });
  }

  /** Ends every session of the caller; gives how many there were. */
  signOutEverywhere(ctx: Ctx): Promise<number> {
    return this.db.write(ctx, (tx) => this.endAllOf(tx, ctx.known.userId, 'SIGNED_OUT_EVERYWHERE'));
  }

  async #end(tx: AuditedTx, which: FindOptionsWhere<Session>, endReason: Session['endReason']): Promise<number> {
    const { affected } = await tx.manager.update(Session, { ...which, endedAt: IsNull() }, { endedAt: new Date(), endReason });
    return affected ?? 0;
  }

  async #mayRefresh(tx: AuditedTx, refreshToken: string, token: RefreshToken): Promise<boolean> {
    if (!token.usedAt) return true;
    await this.#refuseIfReplaced(tx, refreshToken, token);
    if (!isRecent(token.usedAt)) return false;
    const renewed = this.#successorOf(refreshToken);
    const successor = await tx.manager.findOneByOrFail(RefreshToken, { tokenHash: hashOf(renewed) });
    if (!successor.usedAt) return true;
    await this.#refuseIfReplaced(tx, renewed, successor);
    return false;
  }

  // A step-up took its place, perhaps just now in another tab, or its answer got lost: whoever comes with it is late, and no thief unless somebody has gone on with the new tokens.
  async #refuseIfReplaced(tx: AuditedTx, refreshToken: string, { usedAt, successorHash }: RefreshToken): Promise<void> {
    if (successorHash?.equals(hashOf(this.#successorOf(refreshToken)))) return;
    const successor = successorHash && (await tx.manager.findOneBy(RefreshToken, { tokenHash: successorHash }));
    if (!successor?.usedAt || isRecent(usedAt!)) throw signInRefused();
  }

  #isLive(session: Session): boolean {
    const now = Date.now();
    return !session.endedAt && session.idleExpiresAt.getTime() > now && session.absoluteExpiresAt.getTime() > now;
  }

  #successorOf(refreshToken: string): string {
    const [sessionSecret] = refreshToken.split('.');
    return `${sessionSecret}.${createHmac('sha256', this.refreshSecret.bytes).update(refreshToken).digest('base64url')}`;
  }

  #actor(userId: string, practice: Practice, sessionId: string) {
    return { userId, memberId: practice.memberId, sessionId, roles: [practice.isOwner ? 'OWNER' : '', ...practice.roles].join(' ').trim() };
  }

  #tokens(subject: Subject, refreshToken: string, practices: Practice[]): Promise<Tokens> {
    return this.#tokensFor(subject, refreshToken.split('.')[0]!, refreshToken, practices);
  }

  async #tokensFor(
    { userId, tenantId, client }: Subject,
    sessionSecret: string, refreshToken: string | undefined, practices: Practice[],
  ): Promise<Tokens> {
    return { ...(await this.#issue({ userId, tenantId, client }, sessionSecret, refreshToken)), tenantId, practices };
  }

  async #issue(subject: Subject, sessionSecret: string, refreshToken: string | undefined): Promise<IssuedTokens> {
    const { token, expiresAt } = await this.accessTokens.issue({ ...subject, sessionSecret });
    return { client: subject.client, accessToken: token, accessTokenExpiresAt: expiresAt, refreshToken };
  }
}

const isRecent = (usedAt: Date): boolean => Date.now() - usedAt.getTime() <= REFRESH_RETRY_MS;

const secretHashOf = (sessionSecret: string): Buffer => hashOf(Buffer.from(sessionSecret, 'base64url'));

function newTokens(): { sessionSecret: string; refreshToken: string } {
  const sessionSecret = newSecret();
  return { sessionSecret, refreshToken: `${sessionSecret}.${newSecret()}` };
}

import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { type Permission, type SelfPermission, isSelfPermission } from '../access/permissions.js';
import { AuditTrail } from '../context/audit-trail.js';
import type { Ctx, Entered } from '../context/ctx.js';
import { Keyring } from '../crypto/keyring.js';
import { forbidden, patientIsMerged, secondFactorNeeded, sessionEnded, stepUpNeeded } from '../errors.js';
import { type AuditedTx, runAudited } from './audited-tx.js';
import { sqlState } from './database-errors.js';
import { Databases, withClient } from './databases.js';
import { type Row, type Statement, runGroup } from './statement-group.js';

interface EnteredRow {
  session_id: string;
  member_id: string;
  profile: Buffer;
  is_owner: boolean;
  roles: string | null;
  permissions: string | null;
}

const SERIALISATION_FAILURES = new Set(['40001', '40P01']);
const ATTEMPTS = 3;
/** How many chambers' rights are remembered for one access token: its holder can name any number of them. */
const CHAMBERS_REMEMBERED = 100;

/** The only door to a tenant's data. Every use enters the tenant in PostgreSQL, which checks session, member and permission. */
@Injectable()
export class TenantDb {
  readonly #permissionSets = new Map<string, ReadonlySet<string>>();
  readonly #names = new Map<string, string>();

  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly trail: AuditTrail,
  ) {}

  /** Checks session and permission, and nothing else. One round trip. */
  async authorise(ctx: Ctx): Promise<void> {
    await this.read(ctx);
  }

  /** Reads in one round trip; gives the rows of each statement. The entry follows before the answer leaves. */
  async read(ctx: Ctx, ...statements: Statement[]): Promise<Row[][]> {
    const [entered, ...rows] = await withClient(this.databases.app, (client) =>
      runGroup(client, [this.#enterStatement(ctx), ...statements])).catch((error) => this.#explain(ctx, error));
    await this.#noteEntered(ctx, entered![0] as unknown as EnteredRow);
    return rows;
  }

  /**
   * Runs `work` in a transaction that commits together with its audit entry. `work` may run again after a serialisation
   * failure. The statements in `first` travel with the opening, at no further round trip; `work` gets the rows of each.
   */
  async write<T>(ctx: Ctx, work: (tx: AuditedTx, rows: Row[][]) => Promise<T>, ...first: Statement[]): Promise<T> {
    let rows: Row[][] = [];
    const settings = {
      pool: this.databases.app,
      source: this.databases.appSource,
      trail: this.trail,
      opening: [this.#enterStatement(ctx), ...first],
      opened: ([entered, ...others]: Row[][]) => {
        rows = others;
        return this.#noteEntered(ctx, entered![0] as unknown as EnteredRow);
      },
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return await runAudited(settings, ctx, (tx) => work(tx, rows));
      } catch (error) {
        if (attempt < ATTEMPTS && SERIALISATION_FAILURES.has(sqlState(error) ?? '')) continue;
        return this.#explain(ctx, error);
      }
    }
  }

  #enterStatement(ctx: Ctx): Statement {
    const { permission } = ctx;
    if (!permission) throw new Error(`${ctx.operation} reached a tenant's data without an access rule`);
    return {
      text: 'select session_id, member_id, profile, is_owner, roles, permissions from platform.enter($1, $2, $3, $4, $5)',
      values: [ctx.known.sessionSecret, ctx.tenantId, ctx.chamberId, demanded(permission), ctx.stepUp],
    };
  }

  async #noteEntered(ctx: Ctx, row: EnteredRow): Promise<void> {
    const entered: Entered = {
      sessionId: row.session_id,
      memberId: row.member_id,
      memberName: await this.#nameOf(ctx.tenantId, row.member_id, row.profile),
      isOwner: row.is_owner,
      roles: row.roles ?? '',
      permissions: this.#permissionSet(row.permissions ?? ''),
    };
    ctx.entered = entered;
    const { lastKnown } = ctx.known;
    if (lastKnown.size >= CHAMBERS_REMEMBERED) lastKnown.clear();
    lastKnown.set(ctx.chamberId ?? '', entered);
  }

  // The key is the whole text that the database sent, so a change of rights can never find an old set.
  #permissionSet(text: string): ReadonlySet<string> {
    let set = this.#permissionSets.get(text);
    if (!set) {
      if (this.#permissionSets.size > 10_000) this.#permissionSets.clear();
      this.#permissionSets.set(text, (set = new Set(text.split(' ').filter(Boolean))));
    }
    return set;
  }

  async #nameOf(tenantId: string, memberId: string, profile: Buffer): Promise<string> {
    // With its place, for a profile that was moved to another member must not open here either.
    const key = `${tenantId}:${memberId}:${profile.toString('latin1')}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      const keys = await this.keyring.of(tenantId, [profile]);
      name = keys.open<{ nameEn: string }>('clinic.members', memberId, 'profile', profile).nameEn;
      if (this.#names.size > 10_000) this.#names.clear();
      this.#names.set(key, name);
    }
    return name;
  }

  async #explain(ctx: Ctx, error: unknown): Promise<never> {
    const state = sqlState(error);
    if (state === 'SK001') throw sessionEnded();
    if (state === 'SK040') throw patientIsMerged((error as pg.DatabaseError).detail!);
    if (state === undefined || !refusals.has(state)) throw error;
    const held = JSON.parse((error as pg.DatabaseError).detail!) as { sessionId: string; memberId: string; roles: string; profile: string };
    await this.#noteEntered(ctx, {
      session_id: held.sessionId, member_id: held.memberId, roles: held.roles, is_owner: false, permissions: '',
      profile: Buffer.from(held.profile, 'base64'),
    });
    throw refusals.get(state)!(ctx.permission!);
  }
}

/** What the database refuses a live session, by its SQLSTATE. */
const refusals: ReadonlyMap<string, (permission: Permission | SelfPermission) => Error> = new Map([
  ['SK003', forbidden],
  ['SK004', secondFactorNeeded],
  ['SK005', stepUpNeeded],
]);

// What every member may do with their own person is no permission; but to enrol is possible without the required factor.
const demanded = (permission: Permission | SelfPermission): string | null =>
  isSelfPermission(permission) && permission !== 'self:enrol' ? null : permission;

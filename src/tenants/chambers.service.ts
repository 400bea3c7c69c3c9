import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, forbidden, notFound, staleVersion } from '../platform/errors.js';
import { constraintOf } from '../platform/database/database-errors.js';
import { ChamberEntity } from './chamber.entity.js';
import type { AddChamberInput, EditChamberInput } from './chamber.inputs.js';
import { CHAMBER_COLUMNS, type Chamber, type ChamberRow, toChamber } from './chamber.model.js';
import { alreadyExists, chamberHasPatients, sessionsToCome } from './tenants.errors.js';

const ALL = `select ${CHAMBER_COLUMNS} from clinic.chambers c where c.tenant_id = $1 and ($2 or c.archived_at is null) order by c.id`;
const ONE = `select ${CHAMBER_COLUMNS} from clinic.chambers c where c.tenant_id = $1 and c.id = $2`;

/** Locks the sessions of a chamber that are not over, as whoever books locks them, in the order of their ids: $1 tenant, $2 chamber */
const LOCK_SESSIONS = `select s.id from clinic.sessions s where s.tenant_id = $1 and s.chamber_id = $2 and s.status not in ('CLOSED', 'CANCELLED') order by s.id for no key update`;

/** Locks a chamber, behind its sessions, against who brings a cancelled one back: $1 tenant, $2 chamber */
const LOCK_CHAMBER = 'select from clinic.chambers c where c.tenant_id = $1 and c.id = $2 for no key update of c';

/** Those that are to come or under way in which places are taken: $1 tenant, $2 chamber */
const SESSIONS_WITH_PATIENTS = `
select s.id from clinic.sessions s
where s.tenant_id = $1 and s.chamber_id = $2 and coalesce(clinic.booking_obstacle(s), '') not in ('SESSION_STATUS', 'SESSION_OVER')
  and exists (select from clinic.taken_places t where t.tenant_id = $1 and t.session_id = s.id)
order by s.starts_at, s.id limit 100`;

const MAY_MANAGE = `
select m.is_owner or exists (
  select from clinic.chamber_assignments a
  where a.tenant_id = m.tenant_id and a.member_id = m.id and a.chamber_id = $3 and 'chambers:manage' = any (a.permissions)
    and a.valid_from <= now() and (a.valid_to is null or a.valid_to > now())) as may
from clinic.members m where m.tenant_id = $1 and m.id = $2`;

/** $1 tenant, $2 chamber */
const SESSIONS_TO_COME = `
select count(*)::integer as count from clinic.sessions s
where s.tenant_id = $1 and s.chamber_id = $2 and s.status not in ('CLOSED', 'CANCELLED') and (s.status <> 'PLANNED' or s.ends_at > now())`;

/** The chambers of a practice. Whoever manages one chamber does not thereby manage another. */
@Injectable()
export class ChambersService {
  constructor(private readonly db: TenantDb) {}

  /** The chambers in the order they were added. */
  async list(ctx: Ctx, archivedToo: boolean): Promise<Chamber[]> {
    const [rows] = await this.db.read(ctx, { text: ALL, values: [ctx.tenantId, archivedToo] });
    return this.#disclosed(ctx, rows as unknown as ChamberRow[]);
  }

  /** One chamber; NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<Chamber> {
    const [rows] = await this.db.read(ctx, { text: ONE, values: [ctx.tenantId, id] });
    const [chamber] = this.#disclosed(ctx, rows as unknown as ChamberRow[]);
    if (!chamber) throw notFound();
    return chamber;
  }

  /** Adds a chamber; ALREADY_EXISTS when its receipt prefix is taken. */
  add(ctx: Ctx, { name, timeZone, locale, address, receiptPrefix }: AddChamberInput): Promise<Chamber> {
    const id = uuidv7();
    return this.db.write(ctx, async (tx) => {
      try {
        await tx.manager.insert(ChamberEntity, { tenantId: ctx.tenantId, id, name, timeZone, locale, address, receiptPrefix });
      } catch (error) {
        throw constraintOf(error) === 'chambers__receipt_prefix' ? alreadyExists(['input', 'receiptPrefix']) : error;
      }
      const after = await this.#read(tx, ctx, id);
      for (const field of ['name', 'timeZone', 'locale', 'address', 'receiptPrefix'] as const) tx.change('chamber', id, field, null, after[field]);
      return after;
    });
  }

  /** Edits a chamber; NOT_FOUND, CONFLICT (STALE_VERSION; SESSIONS_TO_COME for its time zone), FORBIDDEN when the caller does not manage this one. */
  edit(ctx: Ctx, { id, version, name, timeZone, locale, address }: EditChamberInput): Promise<Chamber> {
    return this.db.write(ctx, async (tx) => {
      const before = await this.#forManaging(tx, ctx, id);
      const edited = {
        name: name ?? before.name, timeZone: timeZone ?? before.timeZone, locale: locale ?? before.locale, address: address ?? before.address,
      };
      if (edited.timeZone !== before.timeZone) await this.#refuseWithSessions(tx, ctx, id);
      const { affected } = await tx.manager.update(ChamberEntity, { tenantId: ctx.tenantId, id, version }, { ...edited, version: () => 'version + 1' });
      if (!affected) throw staleVersion();
      for (const field of ['name', 'timeZone', 'locale', 'address'] as const) tx.change('chamber', id, field, before[field], edited[field]);
      return this.#read(tx, ctx, id);
    });
  }

  /** Archives a chamber: it stays readable and takes nobody new. NOT_FOUND, CONFLICT, FORBIDDEN as for an edit, and CONFLICT (CHAMBER_HAS_PATIENTS) while somebody has a place there. */
  archive(ctx: Ctx, id: string, version: number): Promise<Chamber> {
    return this.db.write(ctx, async (tx) => {
      const before = await this.#forManaging(tx, ctx, id);
      if (before.archived) throw badInput([{ path: ['id'], reason: 'ARCHIVED' }]);
      // Whoever books waits for these locks, and then finds the chamber archived.
      const [, , busy] = await tx.group({ text: LOCK_SESSIONS, values: [ctx.tenantId, id] }, { text: LOCK_CHAMBER, values: [ctx.tenantId, id] }, { text: SESSIONS_WITH_PATIENTS, values: [ctx.tenantId, id] });
      if (busy!.length) throw chamberHasPatients(busy!.map((session) => session['id'] as string));
      const { affected } = await tx.manager.update(ChamberEntity, { tenantId: ctx.tenantId, id, version }, { archivedAt: new Date(), version: () => 'version + 1' });
      if (!affected) throw staleVersion();
      tx.change('chamber', id, 'archived', false, true);
      return this.#read(tx, ctx, id);
    });
  }

  // They are at instants, which another zone's clock shows otherwise.
  async #refuseWithSessions(tx: AuditedTx, ctx: Ctx, id: string): Promise<void> {
    const [row] = await tx.query<{ count: number }>(SESSIONS_TO_COME, [ctx.tenantId, id]);
    if (row!.count) throw sessionsToCome(row!.count);
  }

  async #forManaging(tx: AuditedTx, ctx: Ctx, id: string): Promise<Chamber> {
    const chamber = await this.#read(tx, ctx, id);
    const [caller] = await tx.query<{ may: boolean }>(MAY_MANAGE, [ctx.tenantId, ctx.member.memberId, id]);
    if (!caller?.may) throw forbidden('chambers:manage');
    return chamber;
  }

  async #read(tx: AuditedTx, ctx: Ctx, id: string): Promise<Chamber> {
    const [row] = await tx.query<ChamberRow>(ONE, [ctx.tenantId, id]);
    if (!row) throw notFound();
    tx.record('chamber', id);
    return toChamber(row);
  }

  #disclosed(ctx: Ctx, rows: ChamberRow[]): Chamber[] {
    rows.forEach(({ id }) => ctx.disclose('chamber', id));
    return rows.map(toChamber);
  }
}

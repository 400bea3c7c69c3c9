import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { AuditAction, AuditOutcome } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import { type AuditPayload, payloadHash } from './audit-payload.js';
import { type EntryFilter, countStatement, pageStatement } from './audit-query.js';
import type { AuditActor, AuditEntry, AuditedChange, AuditedRecord } from './audit.models.js';

interface EntryRow {
  id: string;
  occurred_at: Date;
  chamber_id: string | null;
  actor_user_id: string | null;
  actor_member_id: string | null;
  actor_roles: string | null;
  session_id: string | null;
  action: AuditAction;
  operation: string;
  outcome: AuditOutcome;
  error_code: string | null;
  request_id: string;
  ip: string | null;
  payload: Buffer;
  payload_hash: Buffer;
  record_count: number;
  names_patient: boolean;
  records: AuditedRecord[];
  records_intact: boolean;
  member_id: string | null;
  member_profile: Buffer | null;
  time_zone: string;
}

/** Reads a practice's own audit trail. What it shows is itself recorded: each entry, and the patients it was asked about or whose values it showed. */
@Injectable()
export class AuditReader {
  constructor(
    private readonly tenantDb: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The entries that the filter lets through, newest first; one SQL statement, and one more when they are counted. */
  async list(ctx: Ctx, filter: EntryFilter, page: PageArgs): Promise<Page<AuditEntry>> {
    if (filter.patientId) ctx.disclose('audit-of-patient', filter.patientId, filter.patientId);
    const [rows] = await this.tenantDb.read(ctx, pageStatement(ctx.tenantId, filter, idOfCursor(page.after), page.first + 1));
    const shown = rows as unknown as EntryRow[];
    const keys = await this.#keysFor(ctx.tenantId, shown);
    const entries = shown.map((row) => toEntry(row, keys, ctx.holds('patients:read-clinical')));
    entries.slice(0, page.first).forEach((entry) => discloseEntry(ctx, entry));
    return pageOf(entries, page, () => this.#count(ctx, filter));
  }

  async #count(ctx: Ctx, filter: EntryFilter): Promise<number> {
    const [rows] = await this.tenantDb.read(ctx, countStatement(ctx.tenantId, filter));
    return (rows![0] as { count: number }).count;
  }

  // A value whose seal was damaged must not hide the entries beside it.
  async #keysFor(tenantId: string, rows: EntryRow[]): Promise<ScopeKeys> {
    const sealed = rows.flatMap(({ payload, member_profile: profile }) => (profile ? [payload, profile] : [payload]));
    return this.keyring.of(tenantId, sealed).catch(() => this.keyring.of(tenantId));
  }
}

function discloseEntry(ctx: Ctx, { id, records, changes }: AuditEntry): void {
  ctx.disclose('audit-entry', id);
  const shown = new Set(changes.filter(({ withheld }) => !withheld).map((change) => `${change.type}:${change.id}`));
  for (const { type, id: recordId, patientId } of records) {
    if (patientId && shown.has(`${type}:${recordId}`)) ctx.disclose('audit-of-patient', patientId, patientId);
  }
}

function toEntry(row: EntryRow, keys: ScopeKeys, mayReadClinical: boolean): AuditEntry {
  const payload = openPayload(row, keys);
  return {
    id: row.id,
    occurredAt: row.occurred_at,
    occurredAtLocal: localTime(row.occurred_at, row.time_zone),
    actor: row.actor_user_id ? toActor(row, row.actor_user_id, keys, payload) : null,
    sessionId: row.session_id,
    action: row.action,
    operation: row.operation,
    outcome: row.outcome,
    errorCode: row.error_code,
    missingPermission: payload?.permission ?? null,
    chamberId: row.chamber_id,
    requestId: row.request_id,
    ip: row.ip,
    device: payload?.device ?? null,
    reason: payload?.reason ?? null,
    records: row.records,
    recordCount: row.record_count,
    changes: toChanges(payload, row.names_patient && !mayReadClinical),
    payloadIntact: payload !== undefined && payload.ip === row.ip,
    recordsIntact: row.records_intact,
  };
}

function openPayload(row: EntryRow, keys: ScopeKeys): AuditPayload | undefined {
  try {
    const json = keys.openBytes('audit.entries', row.id, 'payload', row.payload);
    return payloadHash(json).equals(row.payload_hash) ? (JSON.parse(json.toString('utf8')) as AuditPayload) : undefined;
  } catch {
    return undefined;
  }
}

const toActor = (row: EntryRow, userId: string, keys: ScopeKeys, payload: AuditPayload | undefined): AuditActor => ({
  userId,
  memberId: row.actor_member_id ?? row.member_id,
  name: payload?.actorName ?? presentName(row, keys),
  roles: row.actor_roles ? row.actor_roles.split(' ') : [],
});

function presentName({ member_id: memberId, member_profile: profile }: EntryRow, keys: ScopeKeys): string | null {
  if (!memberId || !profile) return null;
  try {
    return keys.open<{ nameEn: string }>('clinic.members', memberId, 'profile', profile).nameEn;
  } catch {
    return null;
  }
}

const toChanges = (payload: AuditPayload | undefined, withheld: boolean): AuditedChange[] =>
  (payload?.changes ?? []).map(({ type, id, field, before, after }) => ({
    type, id, field, withheld,
    before: withheld ? null : jsonText(before),
    after: withheld ? null : jsonText(after),
  }));

const jsonText = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

const localTime = (instant: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toString({ timeZoneName: 'never', fractionalSecondDigits: 3 });

import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { AuditFact } from '../platform/context/audit-trail.js';
import type { Ctx, RecordRef } from '../platform/context/ctx.js';
import type { ScopeKeys } from '../platform/crypto/keyring.js';
import type { Statement } from '../platform/database/statement-group.js';
import { type AuditPayload, payloadHash, recordsHash } from './audit-payload.js';

const INSERT_ENTRIES = `
insert into audit.entries (id, tenant_id, chamber_id, actor_user_id, actor_member_id, actor_roles, session_id,
  action, operation, outcome, error_code, request_id, ip, payload, payload_hash, records_hash)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[],
  $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[], $13::inet[], $14::bytea[], $15::bytea[], $16::bytea[])`;

const INSERT_RECORDS = `
insert into audit.entry_records (entry_id, tenant_id, record_type, record_id, patient_id)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[])`;

type EntryRow = unknown[];
type RecordRow = [string, string | null, string, string, string | null];

/** One entry with its records, as rows to insert. */
export interface EntryRows {
  entry: EntryRow;
  records: RecordRow[];
}

/** The tenant that an entry belongs to; null for the installation's own. */
export const tenantOf = (ctx: Ctx, fact: AuditFact): string | null => fact.tenantId ?? ctx.caller?.tenantId ?? null;

/** The rows of one entry; `keys` are those of its tenant, or of the installation. */
export function entryRows(keys: ScopeKeys, ctx: Ctx, fact: AuditFact): EntryRows {
  const id = uuidv7();
  const tenantId = tenantOf(ctx, fact);
  const { actor } = fact;
  const payload: AuditPayload = {
    salt: randomBytes(16).toString('hex'),
    actorName: actor?.name ?? ctx.entered?.memberName ?? null,
    ip: ctx.origin.ip,
    device: ctx.origin.device,
    permission: fact.permission ?? null,
    reason: fact.reason ?? null,
    changes: fact.changes ?? [],
  };
  const records = distinct(fact.records);
  const entry: EntryRow = [
    id, tenantId, ctx.chamberId,
    actor?.userId ?? ctx.caller?.userId ?? null,
    actor?.memberId ?? ctx.entered?.memberId ?? null,
    actor?.roles ?? ctx.entered?.roles ?? null,
    actor?.sessionId ?? ctx.entered?.sessionId ?? null,
    fact.action, ctx.operation, fact.outcome, fact.errorCode ?? null,
    ctx.origin.requestId, ctx.origin.ip,
    keys.seal('audit.entries', id, 'payload', payload),
    payloadHash(JSON.stringify(payload)),
    recordsHash(records),
  ];
  return { entry, records: records.map((record) => [id, tenantId, record.type, record.id, record.patientId ?? null]) };
}

// One record may be named twice, in other letters and once without its patient.
const distinct = (records: readonly RecordRef[]): RecordRef[] => {
  const byPlace = new Map<string, RecordRef>();
  for (const { type, id, patientId } of records) {
    const place = `${type}:${id.toLowerCase()}`;
    byPlace.set(place, { type, id: id.toLowerCase(), patientId: patientId?.toLowerCase() ?? byPlace.get(place)?.patientId });
  }
  return [...byPlace.values()];
};

const transpose = (rows: unknown[][], width: number): unknown[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));

/** The statements that insert these entries, all in one go. */
export const insertStatements = (rows: EntryRows[]): Statement[] => {
  const records = rows.flatMap((row) => row.records);
  const entries = { text: INSERT_ENTRIES, values: transpose(rows.map((row) => row.entry), 16) };
  return records.length ? [entries, { text: INSERT_RECORDS, values: transpose(records, 5) }] : [entries];
};

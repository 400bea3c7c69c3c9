import { Temporal } from 'temporal-polyfill';
import type { AuditAction, AuditOutcome } from '../platform/context/audit-trail.js';
import type { Keyring, ScopeKeys } from '../platform/crypto/keyring.js';
import { type AuditPayload, payloadHash } from './audit-payload.js';
import type { AuditActor, AuditEntry, AuditedChange, AuditedRecord } from './audit.model.js';

/** A row of `pageStatement`. */
export interface EntryRow {
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

/** The sealed values of a row. */
export const sealedIn = ({ payload, member_profile: profile }: Pick<EntryRow, 'payload' | 'member_profile'>): Buffer[] => (profile ? [payload, profile] : [payload]);

/** The keys that open these values, or as many of them as can be opened: one whose seal was damaged must not hide the others. */
export const keysOpening = (keyring: Keyring, tenantId: string, sealed: Buffer[]): Promise<ScopeKeys> =>
  keyring.of(tenantId, sealed).catch(() => keyring.of(tenantId));

/** An entry with its payload opened; a payload that does not open, or is not what its hash commits to, leaves its fields empty. */
export function toEntry(row: EntryRow, keys: ScopeKeys, mayReadClinical: boolean): AuditEntry {
  const payload = openPayload(row, keys);
  // What somebody wrote of a patient may be medical, whatever it was written beside.
  const withheld = row.names_patient && !mayReadClinical;
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
    reason: withheld ? null : (payload?.reason ?? null),
    records: row.records,
    recordCount: row.record_count,
    changes: toChanges(payload, withheld),
    payloadIntact: payload !== undefined && payload.ip === row.ip,
    recordsIntact: row.records_intact,
  };
}

/** The patients whose values an entry shows: the disclosure of the entry is one of theirs. */
export function patientsShown({ records, changes }: AuditEntry): string[] {
  const shown = new Set(changes.filter(({ withheld }) => !withheld).map(({ type, id }) => `${type}:${id}`));
  return records.flatMap(({ type, id, patientId }) => (patientId && shown.has(`${type}:${id}`) ? [patientId] : []));
}

/** The present name in a member's sealed profile; null when it does not open. */
export function presentName(keys: ScopeKeys, memberId: string | null, profile: Buffer | null): string | null {
  if (!memberId || !profile) return null;
  try {
    return keys.open<{ nameEn: string }>('clinic.members', memberId, 'profile', profile).nameEn;
  } catch {
    return null;
  }
}

/** The payload of an entry; undefined when it does not open, or is not what its hash commits to. */
export function openPayload(row: Pick<EntryRow, 'id' | 'payload' | 'payload_hash'>, keys: ScopeKeys): AuditPayload | undefined {
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
  name: payload?.actorName ?? presentName(keys, row.member_id, row.member_profile),
  roles: row.actor_roles ? row.actor_roles.split(' ') : [],
});

const toChanges = (payload: AuditPayload | undefined, withheld: boolean): AuditedChange[] =>
  (payload?.changes ?? []).map(({ type, id, field, before, after }) => ({
    type, id, field, withheld,
    before: withheld ? null : jsonText(before),
    after: withheld ? null : jsonText(after),
  }));

const jsonText = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

const QUARTER_MS = 900_000;
const offsets = new Map<string, { quarter: number; offset: string; offsetMs: number }>();

// Clocks change at full quarters of an hour, and entries come in the order of time: one offset serves many of them.
function localTime(instant: Date, timeZone: string): string {
  const quarter = Math.floor(instant.getTime() / QUARTER_MS);
  let known = offsets.get(timeZone);
  if (known?.quarter !== quarter) {
    const { offset, offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(quarter * QUARTER_MS).toZonedDateTimeISO(timeZone);
    offsets.set(timeZone, (known = { quarter, offset, offsetMs: offsetNanoseconds / 1_000_000 }));
  }
  return new Date(instant.getTime() + known.offsetMs).toISOString().slice(0, -1) + known.offset;
}

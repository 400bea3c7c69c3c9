import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditOutcome } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { presentMember } from './audit-query.js';
import { keysOpening, openPayload, presentName, sealedIn } from './opened-entry.js';
import { firstIdAt, namingPatient } from './search-plan.js';

/** How many entries are read at a time. */
const PART = 500;

/** One use, or attempted use, of a patient's record, without what the trail knows of other patients. */
export interface PatientAccess {
  id: string;
  occurredAt: Date;
  action: AuditAction;
  operation: string;
  outcome: AuditOutcome;
  actorMemberId: string | null;
  /** Their name when they acted, or else their present one; null when nobody was signed in, or when what was sealed does not open. */
  actorName: string | null;
  actorRoles: string[];
  chamberId: string | null;
  ip: string | null;
  /** The kinds of records of this patient that were concerned. */
  recordTypes: string[];
}

interface AccessRow {
  /** Where the list goes on, also where records have no entry: those must not hide the entries behind them. */
  place: string;
  id: string | null;
  occurred_at: Date;
  action: AuditAction;
  operation: string;
  outcome: AuditOutcome;
  actor_member_id: string | null;
  actor_roles: string | null;
  chamber_id: string | null;
  ip: string | null;
  payload: Buffer;
  payload_hash: Buffer;
  record_types: string[];
  member_id: string | null;
  member_profile: Buffer | null;
}

/** The newest entries that name a patient: $1 tenant, $2 the patient's ids, $3 lowest id, $4 below this id, $5 how many */
const ACCESSES = `
select named.entry_id as place, e.id, e.occurred_at, e.action, e.operation, e.outcome, e.actor_member_id, e.actor_roles, e.chamber_id, host(e.ip) as ip, e.payload, e.payload_hash, k.record_types, m.id as member_id, m.profile as member_profile
from (
  select distinct n.entry_id from (${namingPatient('$1', 'r.entry_id >= $3 and r.entry_id < $4', 'select unnest($2::uuid[]) as id', 'order by r.entry_id desc limit $5')}) n
  order by n.entry_id desc limit $5) named
left join lateral (select a.* from audit.entries a where a.tenant_id = $1 and a.id = named.entry_id offset 0) e on true
cross join lateral (
  select array_agg(distinct r.record_type order by r.record_type) as record_types from audit.entry_records r
  where r.tenant_id = $1 and r.entry_id = e.id and (r.patient_id = any ($2::uuid[]) or r.record_id = any ($2::uuid[]))) k
${presentMember('e.actor_user_id')}
order by named.entry_id desc`;

/** Reads everything that the trail says of one patient, for that patient. Whoever asks names it in the audit entry of the answer. */
@Injectable()
export class PatientAccessReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Every use of a patient's record, under any of the ids it had, from one instant until before another, the latest first, a part in each round trip. */
  async *of(ctx: Ctx, patientIds: readonly string[], from: Date, to: Date): AsyncGenerator<PatientAccess[]> {
    let below = firstIdAt(to);
    for (;;) {
      const [rows] = await this.db.read(ctx, { text: ACCESSES, values: [ctx.tenantId, patientIds, firstIdAt(from), below, PART] });
      const found = rows as unknown as AccessRow[];
      if (!found.length) return;
      const accesses = found.filter((row): row is AccessRow & { id: string } => row.id !== null);
      const keys = await keysOpening(this.keyring, ctx.tenantId, accesses.flatMap(sealedIn));
      if (accesses.length) yield accesses.map((row) => toAccess(row, keys));
      below = found.at(-1)!.place;
    }
  }
}

const toAccess = (row: AccessRow & { id: string }, keys: ScopeKeys): PatientAccess => ({
  id: row.id,
  occurredAt: row.occurred_at,
  action: row.action,
  operation: row.operation,
  outcome: row.outcome,
  actorMemberId: row.actor_member_id ?? row.member_id,
  actorName: openPayload(row, keys)?.actorName ?? presentName(keys, row.member_id, row.member_profile),
  actorRoles: row.actor_roles ? row.actor_roles.split(' ') : [],
  chamberId: row.chamber_id,
  ip: row.ip,
  recordTypes: row.record_types,
});

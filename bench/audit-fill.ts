import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { type AuditPayload, payloadHash } from '../src/audit/audit-payload.js';
import type { OwnerDb } from '../src/operator/owner-db.js';
import type { BenchPractice } from './data.js';

/** How large a trail, and how it is spread. The first practice has three entries in five; its first person one in 25 of all, its first patient one in 2,000. */
export interface TrailSize {
  entries: number;
  /** Whole months that the entries lie in, the present one included. */
  months: number;
}

/** The id of a person, patient, session or chamber of a practice, as `fillTrail` makes them; `n` counts from 0. */
export const idOf = (tenantId: string, kind: 'person' | 'patient' | 'session' | 'chamber', n: number): string => {
  const hex = createHash('md5').update(`${tenantId}:${kind}:${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};

const MAKE_ID = `create function pg_temp.bench_id(text) returns uuid language sql immutable as
  $$ select (left(m, 12) || '4' || substr(m, 14, 3) || '8' || substr(m, 18))::uuid from md5($1) m $$`;

// Evenly spread numbers between 0 and 1 that depend on the row and nothing else.
const chance = (seed: number): string => `((hashint8extended(n, ${seed}) & 16777215) / 16777216.0)`;

const FILL_MONTH = `
with numbers as (
  select n, ${chance(1)} as r1, ${chance(2)} as r2, ${chance(3)} as r3, ${chance(4)} as r4, ${chance(5)} as r5, ${chance(6)} as r6, ${chance(7)} as r7, ${chance(8)} as r8
  from generate_series($1::bigint, $2::bigint) n
), placed as (
  select *, $3::timestamptz + (n - $1::bigint) * ($4::timestamptz - $3::timestamptz) / ($2::bigint - $1::bigint + 1) as at,
    case when r1 < 0.6 then 0 else 1 + floor(power((r1 - 0.6) / 0.4, 2) * (cardinality($5::uuid[]) - 1))::integer end as practice,
    case when r2 < 1 / 15.0 then 0 else 1 + floor(power(r2, 2) * 200)::integer end as person,
    case when r3 < 1 / 1200.0 then 0 else 1 + floor(r3 * 20000)::integer end as patient,
    case when r4 < 0.78 then 'VIEWED' when r4 < 0.86 then 'UPDATED' when r4 < 0.92 then 'CREATED' when r4 < 0.955 then 'REFRESHED' when r4 < 0.975 then 'SIGNED_IN'
      when r4 < 0.985 then 'SIGNED_OUT' when r4 < 0.993 then 'REFUSED' when r4 < 0.998 then 'PRINTED' when r4 < 0.9990 then 'ARCHIVED' when r4 < 0.9992 then 'EXPORTED'
      when r4 < 0.9995 then 'GRANTED' when r4 < 0.9998 then 'REVOKED' else 'INVITED' end as action
  from numbers
), entries as (
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id,
    ($5::uuid[])[practice + 1] as tenant_id, *,
    pg_temp.bench_id(($5::uuid[])[practice + 1] || ':patient:' || patient) as patient_id,
    action not in ('REFRESHED', 'SIGNED_IN', 'SIGNED_OUT', 'REFUSED', 'GRANTED', 'REVOKED', 'INVITED') and r5 < 0.92 as names_patient
  from placed
), recorded as (
  insert into audit.entry_records (entry_id, tenant_id, record_type, record_id, patient_id)
  select id, tenant_id, 'patient', patient_id, patient_id from entries where names_patient
  union all
  select id, tenant_id, 'prescription', pg_temp.bench_id(n || ':prescription'), patient_id from entries where names_patient and r6 < 0.15
)
insert into audit.entries (id, tenant_id, chamber_id, actor_user_id, actor_member_id, actor_roles, session_id, action, operation, outcome, error_code, request_id, ip, payload, payload_hash, records_hash)
select id, tenant_id,
  case when r6 < 0.2 then null else pg_temp.bench_id(tenant_id || ':chamber:' || case when r6 < 0.2005 then 0 else 1 + floor(r6 * 5) end) end,
  case when person = 0 then ($6::uuid[])[practice + 1] else pg_temp.bench_id(tenant_id || ':person:' || person) end, null, 'RECEPTIONIST',
  pg_temp.bench_id(tenant_id || ':session:' || person * 1000 + extract(doy from at)),
  action,
  case action
    when 'VIEWED' then (array['Query.patient', 'Query.patient', 'Query.patient', 'Query.patients', 'Query.findPatients', 'Query.viewer', 'Query.chambers'])[1 + floor(r7 * 7)]
    when 'REFUSED' then 'query' when 'SIGNED_IN' then 'Mutation.signIn' when 'REFRESHED' then 'Mutation.refreshSession' when 'SIGNED_OUT' then 'Mutation.signOut'
    when 'EXPORTED' then 'GET /patient-exports/:id' when 'PRINTED' then 'GET /patients/:id/summary' else 'Mutation.' || lower(action) || 'Patient' end,
  case when action = 'REFUSED' then 'FAILED' when r8 < 0.985 then 'SUCCESS' when r8 < 0.995 then 'DENIED' else 'FAILED' end,
  case when action = 'REFUSED' then 'QUERY_REFUSED' when r8 < 0.985 then null when r8 < 0.995 then 'NOT_FOUND' else 'CONFLICT' end,
  pg_temp.bench_id(n || ':request'),
  (case when r7 < 0.99 then '203.0.113.' || floor(power(r3, 2) * 30) else '198.51.' || floor(r6 * 256) || '.' || floor(r5 * 256) end)::inet,
  $7::bytea, sha256(id::text::bytea),
  sha256(convert_to(case when names_patient then 'patient|' || patient_id || '|' || patient_id
    || case when r6 < 0.15 then E'\\nprescription|' || pg_temp.bench_id(n || ':prescription') || '|' || patient_id else '' end else '' end, 'UTF8'))
from entries`;

/**
 * Fills the trail, as superuser and without its indexes, which are built afterwards. Each practice's first person is its
 * owner. Payloads are random bytes of a usual length: they do not open until `sealEntries` has replaced them.
 */
export async function fillTrail(client: pg.Client, practices: BenchPractice[], { entries, months }: TrailSize, say: (text: string) => void): Promise<void> {
  const tenants = practices.map(({ tenantId }) => tenantId);
  const owners = await ownersOf(client, tenants);
  await client.query(`set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '64MB'`);
  await client.query(MAKE_ID);
  const restoreIndexes = await dropIndexes(client, ['audit.entries', 'audit.entry_records']);
  const begin = new Date();
  const firstMonth = Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() - months + 1);
  const each = Math.floor(entries / months);
  for (let month = 0; month < months; month++) {
    const [from, to] = [month, month + 1].map((n) => new Date(Date.UTC(new Date(firstMonth).getUTCFullYear(), new Date(firstMonth).getUTCMonth() + n)));
    await client.query('select audit.make_partitions($1)', [from]);
    const end = month === months - 1 ? begin : to!;
    await client.query(FILL_MONTH, [month * each + 1, (month + 1) * each, from, end, tenants, owners, randomBytes(330)]);
    say(`${(month + 1) * each} entries`);
  }
  await restoreIndexes();
  await client.query('vacuum (analyze) audit.entries');
  await client.query('vacuum (analyze) audit.entry_records');
}

const ownersOf = async (client: pg.Client, tenants: string[]): Promise<string[]> => {
  const { rows } = await client.query<{ tenant_id: string; user_id: string }>('select tenant_id, user_id from clinic.members where is_owner and tenant_id = any ($1)', [tenants]);
  return tenants.map((tenant) => rows.find(({ tenant_id }) => tenant_id === tenant)!.user_id);
};

/** Drops the indexes of tables, but for their primary keys; gives what builds them again. */
export async function dropIndexes(client: pg.Client, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ drop: string; make: string }>(`
    select case when c.oid is null then 'drop index ' || i.indexrelid::regclass else 'alter table ' || i.indrelid::regclass || ' drop constraint ' || c.conname end as drop,
      case when c.oid is null then pg_get_indexdef(i.indexrelid) else 'alter table ' || i.indrelid::regclass || ' add constraint ' || c.conname || ' ' || pg_get_constraintdef(c.oid) end as make
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'u' where i.indrelid = any ($1::regclass[]) and not i.indisprimary`, [tables]);
  for (const { drop } of rows) await client.query(drop);
  return async () => {
    for (const { make } of rows) await client.query(make.replace(' ON ONLY ', ' ON '));
  };
}

/** Gives these entries of a practice payloads that open, as the server would have sealed them. */
export async function sealEntries(client: pg.Client, owner: OwnerDb, tenantId: string, ids: string[]): Promise<void> {
  const keys = await owner.keysOf(tenantId);
  const { rows } = await client.query<{ id: string; ip: string | null }>('select id, host(ip) as ip from audit.entries where tenant_id = $1 and id = any ($2)', [tenantId, ids]);
  const sealed = rows.map(({ id, ip }) => {
    const payload: AuditPayload = {
      salt: randomBytes(16).toString('hex'), actorName: 'Rokeya Akter', ip, device: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      permission: null, reason: null, changes: [],
    };
    return { id, payload: keys.seal('audit.entries', id, 'payload', payload), hash: payloadHash(JSON.stringify(payload)) };
  });
  await client.query('begin');
  await client.query('alter table audit.entries disable trigger append_only');
  await client.query('update audit.entries e set payload = s.payload, payload_hash = s.hash from unnest($2::uuid[], $3::bytea[], $4::bytea[]) s (id, payload, hash) where e.tenant_id = $1 and e.id = s.id',
    [tenantId, sealed.map(({ id }) => id), sealed.map(({ payload }) => payload), sealed.map(({ hash }) => hash)]);
  await client.query('alter table audit.entries enable always trigger append_only');
  await client.query('commit');
}

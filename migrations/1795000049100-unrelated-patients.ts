import type { MigrationInterface, QueryRunner } from 'typeorm';

const signature = `function audit.unrelated(p_tenant uuid, p_user uuid, p_from timestamptz, p_to timestamptz, p_since timestamptz)`;

/** Reads of the trail what is looked for and no more: contacts with patients entry by entry, new entries along their index. */
export class UnrelatedPatients1795000049100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- The planner does not see how little lies between two snapshots, and would read every month from end to end.
alter function audit.facts(pg_snapshot, pg_snapshot, uuid, integer) set enable_seqscan = off;
create or replace ${signature}
  returns table (count integer, first uuid, last uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with opened as (
      select (array_agg(distinct r.patient_id))[1] as patient_id, e.id
      from audit.entries e
      cross join lateral (select s.patient_id, s.record_type from audit.entry_records s where s.tenant_id = p_tenant and s.entry_id = e.id offset 0) r
      where e.tenant_id = p_tenant and e.actor_user_id = p_user and e.outcome = 'SUCCESS' and e.id >= audit.first_id_at(p_from) and e.id < audit.first_id_at(p_to)
        and e.operation not in ('Query.searchPatients', 'Query.possibleDuplicates', 'Query.findPatients', 'Query.patients')
        and r.patient_id is not null and r.record_type not like 'requested:%' and r.record_type <> 'audit-of-patient'
      group by e.id having count(distinct r.patient_id) = 1
    ), patients as (
      select o.patient_id, min(o.id::text) as first, max(o.id::text) as last from opened o group by o.patient_id
    )
    select count(*)::integer, min(p.first)::uuid, max(p.last)::uuid
    from patients p
    where not exists (
      select from (select s.entry_id from audit.entry_records s where s.tenant_id = p_tenant and s.patient_id = p.patient_id and s.entry_id >= audit.first_id_at(p_since)
        and s.record_type not like 'requested:%' offset 0) r
      cross join lateral (select a.outcome, a.action from audit.entries a where a.tenant_id = p_tenant and a.id = r.entry_id offset 0) e
      where e.outcome = 'SUCCESS' and e.action not in ('VIEWED', 'EXPORTED', 'PRINTED'));
  end;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
alter function audit.facts(pg_snapshot, pg_snapshot, uuid, integer) reset enable_seqscan;
create or replace ${signature}
  returns table (count integer, first uuid, last uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with opened as (
      select (array_agg(distinct r.patient_id))[1] as patient_id, e.id
      from audit.entries e join audit.entry_records r on r.tenant_id = e.tenant_id and r.entry_id = e.id
      where e.tenant_id = p_tenant and e.actor_user_id = p_user and e.outcome = 'SUCCESS' and e.id >= audit.first_id_at(p_from) and e.id < audit.first_id_at(p_to)
        and e.operation not in ('Query.searchPatients', 'Query.possibleDuplicates', 'Query.findPatients', 'Query.patients')
        and r.patient_id is not null and r.record_type not like 'requested:%' and r.record_type <> 'audit-of-patient'
      group by e.id having count(distinct r.patient_id) = 1
    ), patients as (
      select o.patient_id, min(o.id::text) as first, max(o.id::text) as last from opened o group by o.patient_id
    )
    select count(*)::integer, min(p.first)::uuid, max(p.last)::uuid
    from patients p
    where not exists (
      select from audit.entry_records r join audit.entries e on e.tenant_id = r.tenant_id and e.id = r.entry_id
      where r.tenant_id = p_tenant and r.patient_id = p.patient_id and r.entry_id >= audit.first_id_at(p_since) and r.record_type not like 'requested:%'
        and e.outcome = 'SUCCESS' and e.action not in ('VIEWED', 'EXPORTED', 'PRINTED'));
  end;
`);
  }
}

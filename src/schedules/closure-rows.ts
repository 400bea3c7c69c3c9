/** A row of clinic.closures. Days are yyyy-mm-dd. */
export interface ClosureRow {
  id: string;
  chamber_id: string | null;
  doctor_id: string | null;
  first_day: string;
  last_day: string;
  reason: Buffer;
}

const COLUMNS = 'k.id, k.chamber_id, k.doctor_id, k.first_day::text as first_day, k.last_day::text as last_day, k.reason';

/** Those that stand and are not over: $1 tenant, $2 chamber */
export const CLOSURES_OF_CHAMBER = `
select ${COLUMNS} from clinic.closures k join clinic.chambers c on c.tenant_id = $1 and c.id = $2
where k.tenant_id = $1 and k.removed_at is null and k.last_day >= (now() at time zone c.time_zone)::date and (k.chamber_id is null or k.chamber_id = $2)
order by k.first_day, k.id`;

/** $1 tenant, then the columns in their order */
export const ADD_CLOSURE = `
insert into clinic.closures as k (tenant_id, id, chamber_id, doctor_id, first_day, last_day, reason) values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`;

/** $1 tenant, $2 id */
export const CLOSURE_TO_REMOVE = `select ${COLUMNS} from clinic.closures k where k.tenant_id = $1 and k.id = $2 and k.removed_at is null for no key update`;
export const REMOVE_CLOSURE = 'update clinic.closures k set removed_at = now() where k.tenant_id = $1 and k.id = $2';

/**
 * The chambers that a closure is about, with whether the caller manages each: the one that is told, or all in which the doctor has hours or sessions to come
 * or sees patients; an owner sees patients everywhere. $1 tenant, $2 chamber or null for all, $3 doctor or null
 */
export const CHAMBERS_TO_CLOSE = `
select c.id, c.time_zone, c.observes_holidays, t.country, false as archived, clinic.may_in($1, platform.current_member(), c.id, 'chambers:manage') as may
from clinic.chambers c join clinic.tenants t on t.id = c.tenant_id
where c.tenant_id = $1 and c.archived_at is null and ($2::uuid is null or c.id = $2)
  and ($2::uuid is not null
    or exists (select from clinic.schedules h where h.tenant_id = $1 and h.chamber_id = c.id and h.doctor_id = $3)
    or exists (select from clinic.sessions s where s.tenant_id = $1 and s.chamber_id = c.id and s.doctor_id = $3 and s.status not in ('CLOSED', 'CANCELLED') and s.ends_at > now())
    or exists (select from clinic.members m where m.tenant_id = $1 and m.id = $3 and (m.is_owner or exists (
      select from clinic.chamber_assignments a where a.tenant_id = $1 and a.member_id = m.id and a.chamber_id = c.id and a.role = 'DOCTOR' and (a.valid_to is null or a.valid_to > now())))))
order by c.id`;

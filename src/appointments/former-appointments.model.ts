/** In SQL, `former`: some appointments (`of_id`), each with itself and all in whose place it is (`id`). $1 tenant, $2 appointments */
export const FORMER_APPOINTMENTS = `
with recursive former as (
  select a.id as of_id, a.id, a.rescheduled_from from clinic.appointments a where a.tenant_id = $1 and a.id = any ($2::uuid[])
  union all
  select f.of_id, b.id, b.rescheduled_from from former f join clinic.appointments b on b.tenant_id = $1 and b.id = f.rescheduled_from
)`;

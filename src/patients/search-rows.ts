import { COLUMNS, type PatientRow } from './patient-rows.js';

/** A patient whose tokens meet what was asked for; whether the name fits is for who opens it to say. */
export interface SearchRow extends PatientRow {
  /** True when a token that was asked for has more holders than were looked at. */
  cut: boolean;
}

/**
 * Patients who have enough of the words asked for, those first of whom the tokens say most, then the newest.
 * `hits` looks at the newest holders of each token only, by their ids, which the server makes in the order of time. For a
 * word with a token of more holders than that, `late` asks for those whom another word found: Mohammad needs no more than
 * the holders of the rarer word beside it. Every look-up is an equality on the primary key's columns, since nothing else
 * keeps its index under row security; LIMIT keeps the planner from joining the whole table instead.
 * $1 tenant, $2 words, $3 fields, $4 tokens, $5 kinds, $6 holders looked at, $7 medical record number or null,
 * $8 words needed, $9 status, $10 candidates looked at, $11 how many
 */
export const SEARCH_PATIENTS = `
with asked as materialized (
  select * from unnest($2::smallint[], $3::text[], $4::bytea[], $5::smallint[]) as a (word, field, token, kind)
), hits as materialized (
  select a.word, a.field, a.token, a.kind, t.patient_id, t.place
  from asked a cross join lateral (
    select h.patient_id, row_number() over (order by h.patient_id desc) as place
    from (
      select k.patient_id from clinic.patient_tokens k
      where k.tenant_id = $1 and k.field = a.field and k.token = a.token
      order by k.patient_id desc limit $6
    ) h
  ) t
), cut as materialized (
  select distinct word, field, token, kind from hits where place = $6 and kind > 1
), late as (
  select c.word, c.kind, o.patient_id
  from cut c
  cross join lateral (select distinct h.patient_id from hits h where h.word <> c.word and h.word < 100) o
  cross join lateral (
    select 1 from clinic.patient_tokens k
    where k.tenant_id = $1 and k.field = c.field and k.token = c.token and k.patient_id = o.patient_id limit 1
  ) t
), words as (
  select patient_id, word, bit_or(kind) as kinds
  from (
    select word, kind, patient_id from hits
    union all select word, kind, patient_id from late
    union all select 0::smallint, 8::smallint, p.id from clinic.patients p where p.tenant_id = $1 and p.mrn = $7::bigint
  ) h
  group by patient_id, word
), candidates as materialized (
  select patient_id, sum(kinds) as weight from words
  group by patient_id having count(*) filter (where word < 100) >= $8
  order by weight desc, patient_id desc limit $10
)
select p.*, exists (select from cut) as cut
from candidates c cross join lateral (
  select ${COLUMNS} from clinic.patients p where p.tenant_id = $1 and p.id = c.patient_id and p.status = $9 limit 1
) p
order by c.weight desc, p.mrn desc limit $11`;

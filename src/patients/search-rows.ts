import { COLUMNS, type FoundRow } from './patient-rows.js';

/** A patient whose tokens meet what was asked for, or who holds what such a one was merged into; whether they fit is for who opens them to say. */
export interface SearchRow extends FoundRow {
  /** The record number by which they were found: theirs, or that of the one who was merged into them. */
  found_mrn: string;
  /** The kinds of token (KIND) that speak for the word which fewest speak for. */
  weakest: number;
  /** True when a token that was asked for has more holders than were looked at. */
  cut: boolean;
}

/** Of a token that only a slip leads to, fewer holders are looked at; of the rarest word, more. */
const SLIP_HOLDERS = 60;
const DEEP_HOLDERS = 2_000;

/**
 * Patients who have enough of the words asked for, those first of whom the tokens say most, then the newest.
 * `hits` looks at the newest holders of each token only, by their ids, which the server makes in the order of time; `cut`
 * are the tokens that have more of them. Where several words are asked for, the rarest of them leads: if it was cut, `deep`
 * looks at more of its holders, and `late` asks who of its holders has the other words that were cut. So Mohammad Kulsum
 * costs what Kulsum does. Every look-up is an equality on the columns of the primary key, since nothing else keeps its index
 * under row security; LIMIT keeps the planner from joining the whole table instead. The arrays are selected so that the
 * planner does not see their length, or it would plan anew for each, which takes longer than the search.
 * $1 tenant, $2 words, $3 fields, $4 tokens, $5 kinds, $6 holders looked at, $7 medical record number or null,
 * $8 words needed, $9 status, $10 candidates looked at, $11 how many
 */
export const SEARCH_PATIENTS = `
with asked as materialized (
  select * from unnest((select $2::smallint[]), (select $3::text[]), (select $4::bytea[]), (select $5::smallint[])) as a (word, field, token, kind)
), hits as materialized (
  select a.word, a.field, a.token, a.kind, t.patient_id, t.place
  from asked a cross join lateral (
    select h.patient_id, row_number() over (order by h.patient_id desc) as place
    from (
      select k.patient_id from clinic.patient_tokens k
      where k.tenant_id = $1 and k.field = a.field and k.token = a.token
      order by k.patient_id desc limit case when a.kind = 1 then ${SLIP_HOLDERS} else $6 end
    ) h
  ) t
), cut as materialized (
  select distinct word, field, token, kind from hits where place = $6 and kind > 1
), rarest as materialized (
  select word from hits where word < 100 and exists (select from asked a where a.word <> hits.word)
  group by word order by count(*), word limit 1
), deep as materialized (
  select c.word, c.kind, t.patient_id
  from cut c join rarest l on l.word = c.word and c.kind = (select max(o.kind) from cut o where o.word = c.word)
  cross join lateral (
    select k.patient_id from clinic.patient_tokens k
    where k.tenant_id = $1 and k.field = c.field and k.token = c.token
    order by k.patient_id desc offset $6 limit ${DEEP_HOLDERS}
  ) t
), led as materialized (
  select h.patient_id from hits h join rarest l on l.word = h.word union select d.patient_id from deep d
), late as (
  select c.word, c.kind, l.patient_id
  from cut c cross join led l cross join lateral (
    select 1 from clinic.patient_tokens k
    where k.tenant_id = $1 and k.field = c.field and k.token = c.token and k.patient_id = l.patient_id limit 1
  ) t
  -- Who has a word whole has its consonants too.
  where not exists (select from rarest o where o.word = c.word) and (c.kind < 8 or not exists (select from cut o where o.word = c.word and o.kind = 2))
), words as (
  select patient_id, word, bit_or(kind) as kinds
  from (
    select word, kind, patient_id from hits
    union all select word, kind, patient_id from deep
    union all select word, kind, patient_id from late
    union all select 0::smallint, 8::smallint, p.id from clinic.patients p where p.tenant_id = $1 and p.mrn = $7::bigint
  ) h
  group by patient_id, word
), met as (
  select patient_id, sum(kinds) as weight, min(kinds) filter (where word < 100) as weakest, max(min(kinds) filter (where word < 100)) over () as best
  from words group by patient_id having count(*) filter (where word < 100) >= $8
), candidates as materialized (
  -- Beside who has every word by sound, consonants and beginning (14), who has one by a slip only (1) is somebody else.
  select patient_id, weight, weakest from met where best < 14 or weakest > 1
  order by weight desc, patient_id desc limit $10
)
select p.*, f.weakest, f.found_as, f.found_by, f.mrn as found_mrn, exists (select from cut) as cut
from (
  select c.weight, c.weakest, n.mrn, n.shown_id, n.found_as, n.found_by
  from candidates c cross join lateral (
    select f.mrn, case when $9 = 'MERGED' then f.id else coalesce(f.merged_into, f.id) end as shown_id,
      case when f.merged_into is not null then f.id end as found_as, case when f.merged_into is not null then f.identity end as found_by
    from clinic.patients f where f.tenant_id = $1 and f.id = c.patient_id and f.status in ($9, 'MERGED') limit 1
  ) n
  order by c.weight desc, n.mrn desc limit $11
) f cross join lateral (
  select ${COLUMNS} from clinic.patients p where p.tenant_id = $1 and p.id = f.shown_id and p.status = $9 limit 1
) p
order by f.weight desc, f.mrn desc`;

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import type { DrugMatch } from './drug-product.model.js';
import { DRUG_ROW, type DrugRow, OWN_COLUMNS, SHARED_COLUMNS } from './drug-rows.js';
import { type TypedDrug, typedDrug } from './drug-words.js';

/** A medicine that was found, and how. */
export interface FoundRow extends DrugRow {
  match: DrugMatch;
}

// As in reference.close_terms.
const LEAST_ALIKE = 0.65;

// The columns of OWN_COLUMNS by their names.
const OWN_LIST = 'p.id, p.country, p.brand, p.brand_bn, p.form, p.strength, p.ingredients, p.ingredient_names, p.strengths, p.pack_sizes, p.maker, p.retired, p.version';

// True when each of the texts begins a word beside which the row `w` stands.
const among = (texts: string): string => `not exists (select from unnest(${texts}::text[]) as t (typed) where strpos(w.words, ' ' || t.typed) = 0)`;

// True when each of the texts begins one of the words of `p`.
const begins = (texts: string): string =>
  `not exists (select from unnest(${texts}::text[]) as t (typed) where not exists (select from unnest(p.words) as w (word) where starts_with(w.word, t.typed)))`;

/**
 * $1 the practice, $2 the country or null for that of the practice, $3 all words typed, $4 the one that names the medicine, $5 its
 * sound or null, $6 the numbers among them, $7 how many. Words compare byte by byte, so that a range finds what begins with a text.
 * Thousands of medicines can begin so: they are put in order by their words alone, and looked at one after another until there are
 * enough, which OFFSET 0 keeps so. Only where nothing begins so, words are looked for that sound like it.
 */
export const SEARCH_DRUGS = `
with here as (
  select coalesce($2, t.country) as country, t.country as own from clinic.tenants t where t.id = $1
), own as (
  select ${OWN_COLUMNS}, p.words, p.sounds from clinic.drug_products p cross join (select h.own as country from here h where h.own = h.country) as t
  where p.tenant_id = $1 and p.retired_at is null
), begun as (
  select w.product, min(w.rank) as rank, w.place from reference.drug_words w
  where w.country = (select h.country from here h) and w.word >= $4 and w.word < $4 || chr(1114111) and ${among('$3')} group by w.product, w.place order by rank, w.place
), fitting as (
  (select p.*, b.rank, b.place from begun b cross join lateral (
    select ${SHARED_COLUMNS} from reference.drug_products p where p.id = b.product and p.retired_at is null offset 0) p limit $7)
  union all
  select ${OWN_LIST}, case when starts_with(lower(p.brand), $4) or starts_with(p.brand_bn, $4) then 0 when strpos(' ' || lower(p.brand) || ' ' || coalesce(p.brand_bn, ''), ' ' || $4) > 0 then 1 else 2 end, 0
  from own p where ${begins('$3')}
), alike as (
  select w.product, max(c.likeness) as likeness, min(w.rank) as rank, w.place from reference.close_terms($5) c
  join reference.drug_words w on w.country = (select h.country from here h) and w.word = c.word
  where $5 is not null and not exists (select from fitting) and ${among('$6')} group by w.product, w.place order by likeness desc, rank, w.place
), close as (
  (select p.*, a.rank, a.place, a.likeness from alike a cross join lateral (
    select ${SHARED_COLUMNS} from reference.drug_products p where p.id = a.product and p.retired_at is null offset 0) p limit $7)
  union all
  select ${OWN_LIST}, 0, 0, l.likeness from own p cross join lateral (
    select max(trigrams.word_similarity($5, s.sound) + trigrams.similarity($5, s.sound)) as likeness from unnest(p.sounds) as s (sound)
  ) l where $5 is not null and not exists (select from fitting) and l.likeness >= ${LEAST_ALIKE} and ${begins('$6')}
), best as (
  select f.*, 0::real as likeness, row_number() over (order by f.rank, f.place, f.id) as nth, case when f.rank < 2 then 'BRAND' else 'INGREDIENT' end as match from fitting f
  union all
  select c.*, row_number() over (order by c.likeness desc, c.rank, c.place, c.id), 'CLOSE' from close c
)
select ${DRUG_ROW}, p.match from best p where p.nth <= $7 order by p.nth`;

/** The values of SEARCH_DRUGS. */
export const searchValues = (tenantId: string, { words, name, key, numbers }: TypedDrug, first: number, country: string | null): unknown[] =>
  [tenantId, country, words, name, key, numbers, first];

/** Finds medicines while somebody types. */
@Injectable()
export class DrugSearch {
  constructor(private readonly db: TenantDb) {}

  /** At most `first` medicines of a country, null for the practice's own, that fit what somebody is typing, the likeliest first. */
  async search(ctx: Ctx, text: string, first: number, country: string | null): Promise<FoundRow[]> {
    const typed = typedDrug(text);
    if (!typed) {
      await this.db.authorise(ctx);
      return [];
    }
    const [rows] = await this.db.read(ctx, { text: SEARCH_DRUGS, values: searchValues(ctx.tenantId, typed, first, country) });
    const found = rows as unknown as FoundRow[];
    for (const { id, version } of found) if (version !== null) ctx.disclose('drug-product', id);
    return found;
  }
}

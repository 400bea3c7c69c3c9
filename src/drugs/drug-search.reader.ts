import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { drugFormNames } from './drug-form.model.js';
import type { DrugMatch } from './drug-product.model.js';
import { DRUG_ROW, type DrugRow, OWN_COLUMNS, SHARED_COLUMNS } from './drug-rows.js';
import { type TypedDrug, typedDrug } from './drug-words.js';

/** A medicine that was found, and how. */
export interface FoundRow extends DrugRow {
  match: DrugMatch;
}

// As in reference.close_terms.
const LEAST_ALIKE = 0.65;

// True when each of the texts begins one of the words of `p`.
const begins = (texts: string): string =>
  `not exists (select from unnest(${texts}::text[]) as t (typed) where not exists (select from unnest(p.words) as w (word) where starts_with(w.word, t.typed)))`;

// The likeliest first; among those alike the brand that was meant, what has fewer ingredients, what has no maker's brand, then in the order in which people look.
const ORDER = (of: string): string => `${of}.rank, ${of}.likeness desc, not ${of}.in_brand, cardinality(${of}.ingredients), ${of}.maker is not null, lower(${of}.brand),
  array_position($9::text[], ${of}.form), substring(${of}.strength from '[0-9]+(?:[.][0-9]+)?')::numeric nulls first, ${of}.strength, ${of}.maker, ${of}.id`;

/**
 * $1 the practice, $2 the country or null for that of the practice, $3 all words typed, $4 the one that names the medicine, $5 its
 * sound or null, $6 the numbers among them, $7 how many, $8 what was typed, $9 all forms in their order. Words compare byte by byte,
 * so that a range finds what begins with a text. Only where nothing begins so, words are looked for that sound like it.
 */
export const SEARCH_DRUGS = `
with here as (
  select coalesce($2, t.country) as country, t.country as own from clinic.tenants t where t.id = $1
), begun as (
  select w.product, bool_or(w.in_brand) as in_brand from reference.drug_words w
  where w.country = (select h.country from here h) and w.word >= $4 and w.word < $4 || chr(1114111) group by w.product
), own as (
  select ${OWN_COLUMNS}, p.words, p.sounds from clinic.drug_products p cross join (select h.own as country from here h where h.own = h.country) as t
  where p.tenant_id = $1 and p.retired_at is null
), fitting as (
  select ${SHARED_COLUMNS}, b.in_brand from begun b join reference.drug_products p on p.id = b.product where p.retired_at is null and ${begins('$3')}
  union all
  select p.id, p.country, p.brand, p.brand_bn, p.form, p.strength, p.ingredients, p.ingredient_names, p.strengths, p.pack_sizes, p.maker, p.retired, p.version,
    strpos(' ' || lower(p.brand) || ' ' || coalesce(p.brand_bn, ''), ' ' || $4) > 0
  from own p where ${begins('$3')}
), alike as (
  select w.product, bool_or(w.in_brand) as in_brand, max(c.likeness) as likeness from reference.close_terms($5) c
  join reference.drug_words w on w.country = (select h.country from here h) and w.word = c.word
  where $5 is not null and not exists (select from fitting) group by w.product
), ranked as (
  select f.*, case when starts_with(lower(f.brand), lower($8)) or starts_with(f.brand_bn, $8) then 0 when f.in_brand then 1 else 2 end as rank, 0::real as likeness,
    case when f.in_brand then 'BRAND' else 'INGREDIENT' end as match from fitting f
  union all
  select ${SHARED_COLUMNS}, a.in_brand, 3, a.likeness, 'CLOSE' from alike a join reference.drug_products p on p.id = a.product where p.retired_at is null and ${begins('$6')}
  union all
  select p.id, p.country, p.brand, p.brand_bn, p.form, p.strength, p.ingredients, p.ingredient_names, p.strengths, p.pack_sizes, p.maker, p.retired, p.version, false, 3, l.likeness, 'CLOSE'
  from own p cross join lateral (
    select max(trigrams.word_similarity($5, s.sound) + trigrams.similarity($5, s.sound)) as likeness from unnest(p.sounds) as s (sound)
  ) l where $5 is not null and not exists (select from fitting) and l.likeness >= ${LEAST_ALIKE} and ${begins('$6')}
), best as (
  select r.* from ranked r
  order by ${ORDER('r')} limit $7
)
select ${DRUG_ROW}, p.match from best p
order by ${ORDER('p')}`;

/** The values of SEARCH_DRUGS. */
export const searchValues = (tenantId: string, text: string, { words, name, key, numbers }: TypedDrug, first: number, country: string | null): unknown[] =>
  [tenantId, country, words, name, key, numbers, first, text.trim().normalize('NFC'), drugFormNames];

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
    const [rows] = await this.db.read(ctx, { text: SEARCH_DRUGS, values: searchValues(ctx.tenantId, text, typed, first, country) });
    const found = rows as unknown as FoundRow[];
    for (const { id, version } of found) if (version !== null) ctx.disclose('drug-product', id);
    return found;
  }
}

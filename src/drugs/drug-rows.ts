import type { DrugForm } from './drug-form.model.js';

/** An ingredient of a medicine, as it is read. */
export interface IngredientRow {
  id: string;
  name: string;
  nameBn: string | null;
  atcCode: string | null;
  strength: string;
}

/** A medicine of the catalogue or of a practice's own, as it is read. `version` is null for one of the catalogue. */
export interface DrugRow {
  id: string;
  country: string;
  brand: string;
  brand_bn: string | null;
  form: DrugForm;
  strength: string;
  pack_sizes: number[];
  maker: string | null;
  retired: boolean;
  version: number | null;
  ingredients: IngredientRow[];
}

/** Columns of `reference.drug_products p` that both kinds of medicines have; the practice's own have `p.version` and names of ingredients besides. */
export const SHARED_COLUMNS = `p.id, p.country, p.brand, p.brand_bn, p.form, p.strength, p.ingredients, null::text[] as ingredient_names, p.strengths, p.pack_sizes, p.maker,
  p.retired_at is not null as retired, null::integer as version`;

/** Columns of `clinic.drug_products p`, in the order of SHARED_COLUMNS; `t` is the row of the practice. */
export const OWN_COLUMNS = `p.id::text, t.country, p.brand, p.brand_bn, p.form, p.strength, p.ingredients, p.ingredient_names, p.strengths, p.pack_sizes, p.maker,
  p.retired_at is not null as retired, p.version`;

/** What to select of a medicine `p` with the columns above, to have a DrugRow. */
export const DRUG_ROW = `p.id, p.country, p.brand, p.brand_bn, p.form, p.strength, to_json(p.pack_sizes) as pack_sizes, p.maker, p.retired, p.version, (
    select json_agg(json_build_object('id', n.slug, 'name', coalesce(i.name, n.name, n.slug), 'nameBn', i.name_bn, 'atcCode', i.atc_code, 'strength', n.strength) order by n.place)
    from unnest(p.ingredients, p.ingredient_names, p.strengths) with ordinality as n (slug, name, strength, place)
    left join reference.ingredients i on i.slug = n.slug) as ingredients`;

/** The generic name of a medicine: its ingredients. */
export const genericOf = (ingredients: ReadonlyArray<{ name: string }>): string => ingredients.map(({ name }) => name).join(' + ');


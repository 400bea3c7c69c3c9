import { type Listed, type NameWord, indexWords, placesOf } from '../drugs/drug-words.js';
import { slugsOf } from '../drugs/ingredient-slug.js';
import type { ListedDrug } from '../drugs/national-list.js';
import { soundKey } from '../drugs/sound-key.js';
import type { OwnerDb } from './owner-db.js';

/** What an import did to the medicines of a country, and which ingredients it had to make. */
export interface ImportedDrugs {
  added: number;
  updated: number;
  retired: number;
  ingredients: string[];
}

// One import at a time; readers see the former list until this one is whole.
const LOCK = 'lock table reference.drug_products in share row exclusive mode';

const KNOWN = 'select a.alias, a.ingredient from reference.ingredient_aliases a where a.alias = any ($1)';
const MAKE = `
with made as (insert into reference.ingredients (slug, name) select m.slug, m.name from unnest($1::text[], $2::text[]) as m (slug, name))
insert into reference.ingredient_aliases (alias, ingredient) select m.slug, m.slug from unnest($1::text[]) as m (slug)`;
const NAMES = `select i.slug, array[i.name, coalesce(i.name_bn, '')] || i.other_names as names from reference.ingredients i where i.slug = any ($1)`;

/** $1 the medicines, $2 country, $3 version */
const PUT = `
with put as (
  insert into reference.drug_products as p (id, country, brand, brand_bn, form, strength, ingredients, strengths, pack_sizes, maker, version)
  select g.id, $2, g.brand, g.brand_bn, g.form, g.strength, g.ingredients, g.strengths, g.pack_sizes, g.maker, $3
  from jsonb_to_recordset($1) as g (id text, brand text, brand_bn text, form text, strength text, ingredients text[], strengths text[], pack_sizes numeric[], maker text)
  on conflict (id) do update set brand = excluded.brand, brand_bn = coalesce(excluded.brand_bn, p.brand_bn), ingredients = excluded.ingredients, strengths = excluded.strengths,
    strength = excluded.strength, pack_sizes = excluded.pack_sizes, maker = excluded.maker, version = excluded.version, retired_at = null
  where (p.brand, p.brand_bn, p.strength, p.ingredients, p.strengths, p.pack_sizes, p.maker, p.version, p.retired_at)
    is distinct from (excluded.brand, coalesce(excluded.brand_bn, p.brand_bn), excluded.strength, excluded.ingredients, excluded.strengths, excluded.pack_sizes, excluded.maker, excluded.version, null)
  returning p.xmax = 0 as added
)
select count(*) filter (where put.added)::integer as added, count(*) filter (where not put.added)::integer as updated from put`;

/** $1 country, $2 ids */
const RETIRE = `
update reference.drug_products p set retired_at = now()
where p.country = $1 and p.retired_at is null and not exists (select from unnest($2::text[]) as g (id) where g.id = p.id)`;

// In the order of words, so that what is found together lies together.
const INDEX = `
insert into reference.drug_words (country, word, product, rank, place, words)
select $1, w.word, w.product, w.rank, w.place, w.words from unnest($2::text[], $3::text[], $4::smallint[], $5::integer[], $6::text[]) as w (word, product, rank, place, words) order by w.word`;
const TERMS = `
insert into reference.drug_terms (word, sound) select t.word, t.sound from unnest($1::text[], $2::text[]) as t (word, sound) on conflict (word) do nothing`;
const FORGET_TERMS = 'delete from reference.drug_terms t where not exists (select from reference.drug_words w where w.word = t.word and w.country in (\'BD\', \'AE\'))';

/** Makes a list that of the medicines of a country: puts in what is new or changed, and retires what is not in it. None is ever deleted, and what stays the same product keeps its id. */
export async function importDrugs(db: OwnerDb, country: string, version: string, list: readonly ListedDrug[]): Promise<ImportedDrugs> {
  await db.client.query(LOCK);
  const { idOf, made } = await resolveIngredients(db, list);
  const named = list.map((drug) => ({ ...drug, ingredients: drug.generics.map((name) => idOf.get(name)!) }));
  const { rows: known } = await db.client.query<{ slug: string; names: string[] }>(NAMES, [[...new Set(named.flatMap(({ ingredients }) => ingredients))]]);
  const names = new Map(known.map((row) => [row.slug, row.names]));
  const indexed = named.map((drug) => ({ ...drug, index: indexWords({ ...drug, generics: drug.ingredients.flatMap((slug) => names.get(slug)!) }) }));
  const { rows } = await db.client.query<{ added: number; updated: number }>(PUT, [
    JSON.stringify(indexed.map(({ id, brand, brandBn, form, strength, ingredients, strengths, packSizes, maker }) =>
      ({ id, brand, brand_bn: brandBn, form, strength, ingredients, strengths, pack_sizes: packSizes, maker }))), country, version]);
  const { rowCount } = await db.client.query(RETIRE, [country, list.map(({ id }) => id)]);
  const imported = { ...rows[0]!, retired: rowCount ?? 0, ingredients: made };
  if (imported.added + imported.updated + imported.retired > 0) await indexAll(db, country, indexed);
  await db.record('importDrugs', {
    action: 'UPDATED', outcome: 'SUCCESS', records: [],
    reason: `medicines of ${country}, list ${version}: ${imported.added} added, ${imported.updated} updated, ${imported.retired} retired, ${made.length} ingredients made`,
  });
  return imported;
}

/** The id of each ingredient by its name in the list; those that nobody knew are made, in no class. */
async function resolveIngredients(db: OwnerDb, list: readonly ListedDrug[]): Promise<{ idOf: ReadonlyMap<string, string>; made: string[] }> {
  const slugs = new Map([...new Set(list.flatMap(({ generics }) => generics))].map((name) => [name, slugsOf(name)]));
  const { rows } = await db.client.query<{ alias: string; ingredient: string }>(KNOWN, [[...new Set([...slugs.values()].flat())]]);
  const known = new Map(rows.map(({ alias, ingredient }) => [alias, ingredient]));
  const idOf = new Map([...slugs].map(([name, each]) => [name, each.map((slug) => known.get(slug)).find(Boolean) ?? each[0]!]));
  const ids = new Set(known.values());
  const made = new Map([...idOf].filter(([, id]) => !ids.has(id)).map(([name, id]) => [id, name]));
  await db.client.query(MAKE, [[...made.keys()], [...made.values()]]);
  return { idOf, made: [...made.values()].sort() };
}

async function indexAll(db: OwnerDb, country: string, indexed: ReadonlyArray<Listed & { index: { names: NameWord[]; all: string[] } }>): Promise<void> {
  const places = placesOf(indexed);
  const words = indexed.flatMap(({ id, index }) => index.names.map((each) => ({ ...each, id, place: places.get(id)!, all: ` ${index.all.join(' ')}` })));
  await db.client.query('delete from reference.drug_words where country = $1', [country]);
  await db.client.query(INDEX, [country, words.map(({ word }) => word), words.map(({ id }) => id), words.map(({ rank }) => rank), words.map(({ place }) => place), words.map(({ all }) => all)]);
  const terms = [...new Set(words.map(({ word }) => word))].map((word) => ({ word, sound: soundKey(word) })).filter(({ sound }) => sound !== '');
  await db.client.query(TERMS, [terms.map(({ word }) => word), terms.map(({ sound }) => sound)]);
  await db.client.query(FORGET_TERMS);
}

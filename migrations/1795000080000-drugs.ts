import type { MigrationInterface, QueryRunner } from 'typeorm';
import { placesOf } from '../src/drugs/drug-words.js';
import { soundKey } from '../src/drugs/sound-key.js';
import { slugOf } from '../src/drugs/ingredient-slug.js';
import { starterProducts } from './drug-starter-products.js';
import { starterClasses, starterIngredients } from './drug-starter-set.js';

/**
 * The catalogue of medicines: what is the same for all practices in the schema of what belongs to nobody, and a practice's own
 * additions. Trigrams come from the extension pg_trgm, in a schema of its own, because searching calls its functions as the application.
 */
export class Drugs1795000080000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create schema trigrams;
comment on schema trigrams is 'PostgreSQL''s own extension pg_trgm, by which words are found that are misspelt.';
create extension pg_trgm schema trigrams;
grant usage on schema trigrams to sinduk_app;

create table reference.drug_classes (
  slug text collate "C" not null,
  name text not null,
  name_bn text not null,
  parent text collate "C",
  constraint drug_classes__pkey primary key (slug),
  constraint drug_classes__parent foreign key (parent) references reference.drug_classes (slug),
  constraint drug_classes__slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and parent <> slug)
);
comment on table reference.drug_classes is 'Classes of ingredients, for which allergies and interactions are stated.';
comment on column reference.drug_classes.slug is 'Id: penicillins.';
comment on column reference.drug_classes.name is 'Name in English.';
comment on column reference.drug_classes.name_bn is 'Name in Bangla.';
comment on column reference.drug_classes.parent is 'The class that it is part of.';

create table reference.ingredients (
  slug text collate "C" not null,
  name text not null,
  name_bn text,
  atc_code text collate "C",
  other_names text[] not null default '{}',
  constraint ingredients__pkey primary key (slug),
  constraint ingredients__slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  constraint ingredients__name check (length(name) between 1 and 200 and length(name_bn) between 1 and 200),
  constraint ingredients__atc_code check (atc_code ~ '^[A-Z][0-9]{2}[A-Z]{2}([0-9]{2})?$')
);
comment on table reference.ingredients is 'Active ingredients of medicines. None is ever deleted, because a prescription may name it.';
comment on column reference.ingredients.slug is 'Id, made of the name: clavulanic-acid.';
comment on column reference.ingredients.name is 'International nonproprietary name, where it has one.';
comment on column reference.ingredients.name_bn is 'The name in Bangla.';
comment on column reference.ingredients.atc_code is 'Code of the ATC classification of the World Health Organization, of the substance alone, or of its group.';
comment on column reference.ingredients.other_names is 'Names under which it is looked for as well.';

create table reference.ingredient_aliases (
  alias text collate "C" not null,
  ingredient text collate "C" not null,
  constraint ingredient_aliases__pkey primary key (alias),
  constraint ingredient_aliases__ingredient foreign key (ingredient) references reference.ingredients (slug)
);
create index ingredient_aliases__by_ingredient on reference.ingredient_aliases (ingredient);
comment on table reference.ingredient_aliases is 'The one ingredient that each name stands for, written as ids are.';
comment on column reference.ingredient_aliases.alias is 'The name: acetaminophen, and paracetamol too.';
comment on column reference.ingredient_aliases.ingredient is 'The ingredient.';

create table reference.ingredient_classes (
  ingredient text collate "C" not null,
  class text collate "C" not null,
  constraint ingredient_classes__pkey primary key (ingredient, class),
  constraint ingredient_classes__ingredient foreign key (ingredient) references reference.ingredients (slug),
  constraint ingredient_classes__class foreign key (class) references reference.drug_classes (slug)
);
create index ingredient_classes__by_class on reference.ingredient_classes (class);
comment on table reference.ingredient_classes is 'Which ingredients are of which class; of its parents they are besides.';
comment on column reference.ingredient_classes.ingredient is 'The ingredient.';
comment on column reference.ingredient_classes.class is 'The class.';

create table reference.drug_products (
  id text collate "C" not null,
  country text collate "C" not null,
  brand text not null,
  brand_bn text,
  form text collate "C" not null,
  strength text not null,
  ingredients text[] collate "C" not null,
  strengths text[] not null,
  pack_sizes numeric[] not null,
  maker text,
  version text not null,
  retired_at timestamptz,
  constraint drug_products__pkey primary key (id),
  -- Made of what the product is (UUIDv5): no id of a practice's record, which are of other versions, can stand here.
  constraint drug_products__id check (id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'),
  constraint drug_products__country check (country in ('BD', 'AE')),
  constraint drug_products__texts check (length(brand) between 1 and 200 and length(brand_bn) between 1 and 200 and length(strength) <= 200 and length(maker) between 1 and 200),
  constraint drug_products__ingredients check (cardinality(ingredients) between 1 and 50 and cardinality(strengths) = cardinality(ingredients))
);
create index drug_products__by_country on reference.drug_products (country);
comment on table reference.drug_products is 'Medicines as they are sold. None is ever deleted, because a prescription may name it.';
comment on column reference.drug_products.id is 'UUIDv5 of country, brand, form, strength and maker.';
comment on column reference.drug_products.country is 'Where it is sold: BD or AE.';
comment on column reference.drug_products.brand is 'Brand, or the name of the ingredients.';
comment on column reference.drug_products.brand_bn is 'The same in Bangla.';
comment on column reference.drug_products.form is 'Form: TABLET, SYRUP.';
comment on column reference.drug_products.strength is 'Strength as written: 500 mg + 125 mg. Empty where the list has none.';
comment on column reference.drug_products.ingredients is 'Ids of the ingredients, in the order of the strength.';
comment on column reference.drug_products.strengths is 'The strength of each ingredient.';
comment on column reference.drug_products.pack_sizes is 'Sizes in which it is sold, in what the form is measured in: ml of a bottle, grams of a tube.';
comment on column reference.drug_products.maker is 'Who makes it.';
comment on column reference.drug_products.version is 'The list that it was last in.';
comment on column reference.drug_products.retired_at is 'Since when it is in no list any more and can be prescribed no more.';

create table reference.drug_words (
  country text collate "C" not null,
  word text collate "C" not null,
  product text collate "C" not null,
  rank smallint not null,
  place integer not null,
  words text collate "C" not null,
  constraint drug_words__pkey primary key (country, word, product),
  constraint drug_words__product foreign key (product) references reference.drug_products (id)
);
create index drug_words__by_product on reference.drug_words (product);
comment on table reference.drug_words is 'The words of names that medicines are found by.';
comment on column reference.drug_words.country is 'Country of the product.';
comment on column reference.drug_words.word is 'In lower case.';
comment on column reference.drug_words.product is 'The product.';
comment on column reference.drug_words.rank is '0 when the brand begins with it, 1 for another word of the brand, 2 for one of an ingredient.';
comment on column reference.drug_words.place is 'The place of the product among those of its country in the order of lists.';
comment on column reference.drug_words.words is 'Every word that can narrow a search for the product, in lower case, each after a space.';

create table reference.drug_terms (
  word text collate "C" not null,
  sound text collate "C" not null,
  constraint drug_terms__pkey primary key (word)
);
create index drug_terms__sound on reference.drug_terms using gin (sound trigrams.gin_trgm_ops);
comment on table reference.drug_terms is 'Every word of drug_words once, with how it sounds, by which misspelt words are found.';
comment on column reference.drug_terms.word is 'In lower case.';
comment on column reference.drug_terms.sound is 'The word in Latin letters.';

-- A word of which half is typed, with a slip, has no more than this in common with what was typed.
create function reference.close_terms(p_sound text) returns table (word text, likeness real)
  language sql stable rows 10 set search_path = pg_catalog, pg_temp set pg_trgm.word_similarity_threshold = 0.35 as $$
  select c.word, c.likeness from (
    select t.word, trigrams.word_similarity(p_sound, t.sound) + trigrams.similarity(p_sound, t.sound) as likeness from reference.drug_terms t where t.sound operator(trigrams.%>) p_sound
  ) c where c.likeness >= 0.65 order by c.likeness desc, c.word limit 10 $$;
comment on function reference.close_terms(text) is 'The words of medicines that sound most like a misspelt one.';

grant select on reference.drug_classes, reference.ingredients, reference.ingredient_aliases, reference.ingredient_classes, reference.drug_products,
  reference.drug_words, reference.drug_terms to sinduk_app;
grant execute on function reference.close_terms(text) to sinduk_app;

create table clinic.drug_products (
  tenant_id uuid not null,
  id uuid not null,
  brand text not null,
  brand_bn text,
  form text collate "C" not null,
  strength text not null,
  ingredients text[] collate "C" not null,
  ingredient_names text[] not null,
  strengths text[] not null,
  pack_sizes numeric[] not null,
  maker text,
  words text[] collate "C" not null,
  sounds text[] collate "C" not null,
  added_by uuid not null,
  added_at timestamptz not null default now(),
  retired_at timestamptz,
  version integer not null default 1,
  constraint drug_products__pkey primary key (tenant_id, id),
  constraint drug_products__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint drug_products__added_by foreign key (tenant_id, added_by) references clinic.members (tenant_id, id),
  constraint drug_products__texts check (length(brand) between 1 and 200 and length(brand_bn) between 1 and 200 and length(strength) <= 200 and length(maker) between 1 and 200),
  constraint drug_products__ingredients check (cardinality(ingredients) between 1 and 20
    and cardinality(strengths) = cardinality(ingredients) and cardinality(ingredient_names) = cardinality(ingredients))
);
create unique index drug_products__same on clinic.drug_products (tenant_id, lower(brand), form, strength) where retired_at is null;
comment on table clinic.drug_products is 'Medicines that a practice added to the catalogue, for itself alone. A retired one stays, because a prescription may name it.';
comment on column clinic.drug_products.tenant_id is 'The practice.';
comment on column clinic.drug_products.id is 'UUIDv7.';
comment on column clinic.drug_products.brand is 'Brand, or the name of the ingredients.';
comment on column clinic.drug_products.brand_bn is 'The same in Bangla.';
comment on column clinic.drug_products.form is 'Form: TABLET, SYRUP.';
comment on column clinic.drug_products.strength is 'Strength as written: 500 mg + 125 mg.';
comment on column clinic.drug_products.ingredients is 'Ids of the ingredients; of one that the catalogue does not know, the id that it would have.';
comment on column clinic.drug_products.ingredient_names is 'Their names as the practice wrote them.';
comment on column clinic.drug_products.strengths is 'The strength of each ingredient.';
comment on column clinic.drug_products.pack_sizes is 'Sizes in which it is sold, in what the form is measured in: ml of a bottle, grams of a tube.';
comment on column clinic.drug_products.maker is 'Who makes it.';
comment on column clinic.drug_products.words is 'Every word that a search finds it by, in lower case.';
comment on column clinic.drug_products.sounds is 'Its names in Latin letters, by which misspelt words find it.';
comment on column clinic.drug_products.added_by is 'The member who added it.';
comment on column clinic.drug_products.added_at is 'When.';
comment on column clinic.drug_products.retired_at is 'Since when it can be prescribed no more.';
comment on column clinic.drug_products.version is 'Counts the edits.';

call platform.secure_tenant_table('clinic.drug_products');
grant select on clinic.drug_products to sinduk_app;
grant insert (tenant_id, id, brand, brand_bn, form, strength, ingredients, ingredient_names, strengths, pack_sizes, maker, words, sounds, added_by) on clinic.drug_products to sinduk_app;
grant update (brand, brand_bn, form, strength, ingredients, ingredient_names, strengths, pack_sizes, maker, words, sounds, retired_at, version) on clinic.drug_products to sinduk_app;
`);
    await putSubstances(q);
    await putProducts(q);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.drug_products;
drop function reference.close_terms(text);
drop table reference.drug_terms, reference.drug_words, reference.drug_products, reference.ingredient_classes, reference.ingredient_aliases, reference.ingredients, reference.drug_classes;
drop extension pg_trgm;
drop schema trigrams;
`);
  }
}

async function putSubstances(q: QueryRunner): Promise<void> {
  const named = starterIngredients.map(([name, nameBn, atc, classes, others]) =>
    ({ slug: slugOf(name), name, nameBn: nameBn.normalize('NFC'), atc, classes: classes.split(' ').filter(Boolean), others: others.split(', ').filter(Boolean) }));
  await q.query('insert into reference.drug_classes (slug, name, name_bn, parent) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])',
    [0, 1, 2, 3].map((part) => starterClasses.map((each) => each[part]?.normalize('NFC') ?? null)));
  await q.query(
    `insert into reference.ingredients (slug, name, name_bn, atc_code, other_names)
     select i.slug, i.name, i.name_bn, i.atc_code, case when i.others = '' then '{}' else string_to_array(i.others, ', ') end
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as i (slug, name, name_bn, atc_code, others)`,
    [named.map(({ slug }) => slug), named.map(({ name }) => name), named.map(({ nameBn }) => nameBn), named.map(({ atc }) => atc), named.map(({ others }) => others.join(', '))]);
  const aliases = new Map<string, Set<string>>();
  for (const { slug, name, others } of named) {
    for (const alias of [name, ...others].map(slugOf)) aliases.set(alias, (aliases.get(alias) ?? new Set()).add(slug));
  }
  // A name that several have, such as iron, tells none of them.
  const certain = [...aliases].flatMap(([alias, slugs]) => (slugs.size === 1 ? [...slugs].map((slug) => ({ alias, slug })) : []));
  await q.query('insert into reference.ingredient_aliases (alias, ingredient) select * from unnest($1::text[], $2::text[])',
    [certain.map(({ alias }) => alias), certain.map(({ slug }) => slug)]);
  const memberships = named.flatMap(({ slug, classes }) => classes.map((each) => ({ slug, each })));
  await q.query('insert into reference.ingredient_classes (ingredient, class) select * from unnest($1::text[], $2::text[])',
    [memberships.map(({ slug }) => slug), memberships.map(({ each }) => each)]);
}

async function putProducts(q: QueryRunner): Promise<void> {
  const products = starterProducts().map(({ words, brandBn, ...product }) => ({ ...product, brand_bn: brandBn.normalize('NFC'), pack_sizes: product.packSizes, index: words }));
  await q.query(
    `insert into reference.drug_products (id, country, brand, brand_bn, form, strength, ingredients, strengths, pack_sizes, maker, version)
     select p.id, p.country, p.brand, p.brand_bn, p.form, p.strength, p.ingredients, p.strengths, p.pack_sizes, p.maker, 'starter 1'
     from jsonb_to_recordset($1) as p (id text, country text, brand text, brand_bn text, form text, strength text, ingredients text[], strengths text[], pack_sizes numeric[], maker text)`,
    [JSON.stringify(products)]);
  const places = new Map(['BD', 'AE'].flatMap((country) => [...placesOf(products.filter((product) => product.country === country))]));
  const words = products.flatMap(({ id, country, index }) => index.names.map((each) => ({ ...each, country, id, place: places.get(id)!, all: ` ${index.all.join(' ')}` })));
  await q.query('insert into reference.drug_words (country, word, product, rank, place, words) select * from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::integer[], $6::text[])',
    [words.map(({ country }) => country), words.map(({ word }) => word), words.map(({ id }) => id), words.map(({ rank }) => rank), words.map(({ place }) => place), words.map(({ all }) => all)]);
  const terms = [...new Set(words.map(({ word }) => word))].map((word) => ({ word, sound: soundKey(word) })).filter(({ sound }) => sound !== '');
  await q.query('insert into reference.drug_terms (word, sound) select * from unnest($1::text[], $2::text[])', [terms.map(({ word }) => word), terms.map(({ sound }) => sound)]);
}

import { Injectable } from '@nestjs/common';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { slugOf } from './ingredient-slug.js';

/** An ingredient of the catalogue with its names and every class that it is of, parents included. */
export interface Substance {
  id: string;
  name: string;
  nameBn: string | null;
  atcCode: string | null;
  /** Ids of its names, as of `substanceId`, that tell no other one. */
  aliases: string[];
  classes: string[];
}

/** A class of ingredients. */
export interface SubstanceClass {
  id: string;
  name: string;
  nameBn: string;
  /** The classes that it is part of. */
  within: string[];
}

/** By what ingredients are looked up. */
export interface SubstanceNames {
  ids: readonly string[];
  /** As of `substanceId`. */
  aliases: readonly string[];
  atcCodes: readonly string[];
  /** As of `plainBangla`. */
  namesBn: readonly string[];
}

/** The id that a substance of this name would have; empty when the name has no Latin letter or digit. */
export const substanceId = slugOf;

/** A name without joiners, which are written or left out as it comes. */
export const plainBangla = (name: string): string => name.normalize('NFC').replace(/[\u200B-\u200D]/g, '');

/** $1 ids, $2 aliases, $3 ATC codes, $4 names in Bangla without joiners. A walk up the classes ends even where they went in a circle. */
const SUBSTANCES = `
with recursive wanted as (
  select i.slug from reference.ingredients i
  where i.slug = any ($1::text[]) or i.atc_code = any ($3::text[]) or (cardinality($4::text[]) > 0 and translate(i.name_bn, U&'\\200B\\200C\\200D', '') = any ($4::text[]))
  union
  select a.ingredient from reference.ingredient_aliases a where a.alias = any ($2::text[])
), membership (ingredient, class) as (
  select m.ingredient, m.class from reference.ingredient_classes m where m.ingredient in (select w.slug from wanted w)
  union
  select m.ingredient, c.parent from membership m join reference.drug_classes c on c.slug = m.class where c.parent is not null
)
select i.slug as id, i.name, i.name_bn as "nameBn", i.atc_code as "atcCode",
  (select coalesce(json_agg(a.alias), '[]') from reference.ingredient_aliases a where a.ingredient = i.slug) as aliases,
  (select coalesce(json_agg(m.class order by m.class), '[]') from membership m where m.ingredient = i.slug) as classes
from reference.ingredients i join wanted w on w.slug = i.slug`;

const CLASSES = `
with recursive within (slug, class) as (
  select c.slug, c.parent from reference.drug_classes c where c.parent is not null
  union
  select w.slug, c.parent from within w join reference.drug_classes c on c.slug = w.class where c.parent is not null
)
select c.slug as id, c.name, c.name_bn as "nameBn", (select coalesce(json_agg(w.class), '[]') from within w where w.slug = c.slug) as within from reference.drug_classes c`;

/** Tells other modules what the catalogue knows of ingredients by their ids and names, and of the classes. */
@Injectable()
export class SubstancesReader {
  /** Asks of ingredients, and of all classes: two statements. */
  ask({ ids, aliases, atcCodes, namesBn }: SubstanceNames): [Statement, Statement] {
    return [{ text: SUBSTANCES, values: [ids, aliases, atcCodes, namesBn] }, { text: CLASSES }];
  }

  /** The answers to what `ask` had sent. */
  answer([substances, classes]: Row[][]): { substances: Substance[]; classes: SubstanceClass[] } {
    return { substances: substances as unknown as Substance[], classes: classes as unknown as SubstanceClass[] };
  }
}

import { Injectable } from '@nestjs/common';
import type { Row, Statement } from '../platform/database/statement-group.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import type { DoseUnit } from './dose-unit.model.js';
import { type Dispensing, type DrugForm, type PackUnit, formRules, packUnitOf } from './drug-form.model.js';
import { OWN_COLUMNS, SHARED_COLUMNS, genericOf } from './drug-rows.js';

/** A class of an ingredient. */
export interface ClassOfDrug {
  id: string;
  name: string;
  nameBn: string;
}

/** An ingredient of a medicine with every class that it is of, parents included. */
export interface KnownIngredient {
  id: string;
  name: string;
  nameBn: string | null;
  atcCode: string | null;
  strength: string;
  /** False for one that the catalogue does not have: nothing is known of its classes, and no check of it is complete. */
  known: boolean;
  classes: ClassOfDrug[];
}

/** A medicine as a prescription needs it. */
export interface KnownDrug {
  id: string;
  country: Country;
  brand: string;
  brandBn: string | null;
  generic: string;
  form: DrugForm;
  strength: string;
  doseUnit: DoseUnit;
  dispensing: Dispensing;
  packSizes: number[];
  packUnit: PackUnit;
  maker: string | null;
  ownAddition: boolean;
  /** It can be prescribed no more. */
  retired: boolean;
  ingredients: KnownIngredient[];
}

/** $1 the practice, $2 ids as text. A walk up the classes ends even where they went in a circle. */
const KNOWN_DRUGS = `
with recursive wanted as (
  select ${SHARED_COLUMNS} from reference.drug_products p where p.id = any ($2::text[])
  union all
  select ${OWN_COLUMNS} from clinic.drug_products p join clinic.tenants t on t.id = p.tenant_id where p.tenant_id = $1 and p.id = any ($2::uuid[])
), membership (ingredient, class) as (
  select m.ingredient, m.class from reference.ingredient_classes m where m.ingredient in (select unnest(w.ingredients) from wanted w)
  union
  select m.ingredient, c.parent from membership m join reference.drug_classes c on c.slug = m.class where c.parent is not null
)
select p.id, p.country, p.brand, p.brand_bn, p.form, p.strength, to_json(p.pack_sizes) as pack_sizes, p.maker, p.retired, p.version, (
  select json_agg(json_build_object('id', n.slug, 'name', coalesce(i.name, n.name, n.slug), 'nameBn', i.name_bn, 'atcCode', i.atc_code, 'strength', n.strength, 'known', i.slug is not null, 'classes', (
    select coalesce(json_agg(json_build_object('id', c.slug, 'name', c.name, 'nameBn', c.name_bn) order by c.slug), '[]')
    from membership m join reference.drug_classes c on c.slug = m.class where m.ingredient = n.slug)) order by n.place)
  from unnest(p.ingredients, p.ingredient_names, p.strengths) with ordinality as n (slug, name, strength, place)
  left join reference.ingredients i on i.slug = n.slug) as ingredients
from wanted p`;

type KnownRow = Omit<KnownDrug, 'brandBn' | 'packSizes'> & { brand_bn: string | null; pack_sizes: number[]; version: number | null };

/** What other modules ask about medicines: of the catalogue of any country, and of the practice's own additions. */
@Injectable()
export class DrugsReader {
  /** What to send along with other statements, for any number of ids. */
  ask(tenantId: string, ids: readonly string[]): Statement {
    const each = [...new Set(ids)];
    return { text: KNOWN_DRUGS, values: [tenantId, each] };
  }

  /** The medicines by id, retired ones too; those that are not there, or are of another practice, are missing. `rows` are the answer to what `ask` had sent along. */
  answer(rows: Row[]): Map<string, KnownDrug> {
    return new Map((rows as unknown as KnownRow[]).map(({ brand_bn: brandBn, pack_sizes: packSizes, version, ...row }) => {
      const { unit, dispensed } = formRules(row.form);
      return [row.id, {
        ...row, brandBn, packSizes, generic: genericOf(row.ingredients), doseUnit: unit, dispensing: dispensed, packUnit: packUnitOf[dispensed], ownAddition: version !== null,
      }];
    }));
  }
}

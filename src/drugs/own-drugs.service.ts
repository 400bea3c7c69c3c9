import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { DomainError, ErrorCode, conflict, notFound, staleVersion } from '../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import { type DrugProduct, toDrugProduct } from './drug-product.model.js';
import { DRUG_ROW, type DrugRow, OWN_COLUMNS } from './drug-rows.js';
import { type KnownName, type OwnDrug, aliasesOf, ownDrugFrom, wordsOfOwn } from './own-drug.js';
import type { AddDrugProductInput, DrugProductsArgs, EditDrugProductInput } from './own-drug.inputs.js';

const OWN = `select ${OWN_COLUMNS} from clinic.drug_products p join clinic.tenants t on t.id = p.tenant_id where p.tenant_id = $1`;
const ONE = `select ${DRUG_ROW} from (${OWN} and p.id = $2) p`;
const PAGE = `select ${DRUG_ROW} from (${OWN} and ($2 or p.retired_at is null) and ($3::uuid is null or p.id < $3) order by p.id desc limit $4) p order by p.id desc`;
const COUNT = 'select count(*)::integer as count from clinic.drug_products p where p.tenant_id = $1 and ($2 or p.retired_at is null)';
const TO_CHANGE = `
select p.id, p.brand, p.brand_bn as "brandBn", p.form, p.strength, p.ingredients, p.ingredient_names as "ingredientNames", p.strengths, to_json(p.pack_sizes) as "packSizes", p.maker,
  p.retired_at is not null as retired, p.version
from clinic.drug_products p where p.tenant_id = $1 and p.id = $2 for no key update`;
const KNOWN = `
select a.alias, a.ingredient, array[i.name, coalesce(i.name_bn, '')] || i.other_names as names
from reference.ingredient_aliases a join reference.ingredients i on i.slug = a.ingredient where a.alias = any ($1)`;
/** $1 the practice, $2 brand, $3 form, $4 strength */
const SAME = `
select p.id from reference.drug_products p join clinic.tenants t on t.country = p.country
where t.id = $1 and p.retired_at is null and lower(p.brand) = lower($2) and p.form = $3 and p.strength = $4 limit 1`;
const VALUES = '$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13';
const COLUMNS = 'brand, brand_bn, form, strength, ingredients, ingredient_names, strengths, pack_sizes, maker, words, sounds';
const ADD = `insert into clinic.drug_products (tenant_id, id, ${COLUMNS}, added_by) values ($1, $2, ${VALUES}, $14)`;
const CHANGE = `update clinic.drug_products p set (${COLUMNS}) = row (${VALUES}), version = p.version + 1 where p.tenant_id = $1 and p.id = $2`;
const RETIRE = 'update clinic.drug_products p set retired_at = now(), version = p.version + 1 where p.tenant_id = $1 and p.id = $2';

interface OwnRow extends OwnDrug {
  id: string;
  retired: boolean;
  version: number;
}

/** The medicines that a practice adds to the catalogue for itself. None is deleted, and none stands twice beside another of the same brand, form and strength. */
@Injectable()
export class OwnDrugsService {
  constructor(private readonly db: TenantDb) {}

  /** The practice's own medicines, the latest first. */
  async list(ctx: Ctx, args: DrugProductsArgs): Promise<Page<DrugProduct>> {
    const [rows] = await this.db.read(ctx, { text: PAGE, values: [ctx.tenantId, args.retired, idOfCursor(args.after), args.first + 1] });
    const page = pageOf((rows as unknown as DrugRow[]).map(toDrugProduct), args, async () => {
      const [counted] = await this.db.read(ctx, { text: COUNT, values: [ctx.tenantId, args.retired] });
      return counted![0]!['count'] as number;
    });
    page.edges.forEach(({ node }) => ctx.disclose('drug-product', node.id));
    return page;
  }

  /** Adds a medicine; ALREADY_EXISTS, BAD_USER_INPUT. */
  add(ctx: Ctx, input: AddDrugProductInput): Promise<DrugProduct> {
    return this.db.write(ctx, async (tx, [known]) => {
      const id = uuidv7();
      const drug = ownDrugFrom(input, known as unknown as KnownName[]);
      return save(ctx, tx, id, ADD, drug, known!, [ctx.member.memberId]);
    }, toKnow(input.ingredients));
  }

  /** Changes a medicine; NOT_FOUND, CONFLICT, ALREADY_EXISTS, BAD_USER_INPUT. */
  edit(ctx: Ctx, input: EditDrugProductInput): Promise<DrugProduct> {
    return this.db.write(ctx, async (tx, [rows, stated]) => {
      const before = toChange(rows!, input.version);
      const ingredients = input.ingredients ?? before.ingredientNames.map((name, index) => ({ name, strength: before.strengths[index]! }));
      const known = input.ingredients ? stated! : (await tx.group(toKnow(ingredients)))[0]!;
      const drug = ownDrugFrom({
        brand: input.brand ?? before.brand, brandBn: input.brandBn === undefined ? before.brandBn : input.brandBn, form: input.form ?? before.form, ingredients,
        packSizes: input.packSizes ?? before.packSizes, maker: input.maker === undefined ? before.maker : input.maker,
      }, known as unknown as KnownName[]);
      return save(ctx, tx, before.id, CHANGE, drug, known, [], before);
    }, { text: TO_CHANGE, values: [ctx.tenantId, input.id] }, toKnow(input.ingredients ?? []));
  }

  /** Retires a medicine for good; NOT_FOUND, CONFLICT. */
  retire(ctx: Ctx, id: string, version: number): Promise<DrugProduct> {
    return this.db.write(ctx, async (tx, [rows]) => {
      toChange(rows!, version);
      const [, after] = await tx.group({ text: RETIRE, values: [ctx.tenantId, id] }, { text: ONE, values: [ctx.tenantId, id] });
      tx.record('drug-product', id);
      tx.change('drug-product', id, 'retired', false, true);
      return toDrugProduct(after![0] as unknown as DrugRow);
    }, { text: TO_CHANGE, values: [ctx.tenantId, id] });
  }
}

const toKnow = (ingredients: ReadonlyArray<{ name: string }>): Statement => ({ text: KNOWN, values: [aliasesOf(ingredients.map(({ name }) => name))] });

function toChange(rows: Row[], version: number): OwnRow {
  const [row] = rows as unknown as OwnRow[];
  if (!row) throw notFound();
  if (row.retired) throw conflict('RETIRED', 'The medicine was retired.');
  if (row.version !== version) throw staleVersion();
  return row;
}

async function save(ctx: Ctx, tx: AuditedTx, id: string, statement: string, drug: OwnDrug, known: Row[], further: unknown[], before?: OwnDrug): Promise<DrugProduct> {
  const { brand, brandBn, form, strength, ingredients, ingredientNames, strengths, packSizes, maker } = drug;
  const { words, sounds } = wordsOfOwn(drug, known as unknown as KnownName[]);
  const [same, , after] = await tx.group(
    { text: SAME, values: [ctx.tenantId, brand, form, strength] },
    { text: statement, values: [ctx.tenantId, id, brand, brandBn, form, strength, ingredients, ingredientNames, strengths, packSizes, maker, words, sounds, ...further] },
    { text: ONE, values: [ctx.tenantId, id] },
  ).catch(explain);
  if (same!.length) throw existsAlready();
  tx.record('drug-product', id);
  for (const field of ['brand', 'brandBn', 'form', 'strength', 'ingredientNames', 'packSizes', 'maker'] as const) tx.change('drug-product', id, field, before?.[field] ?? null, drug[field]);
  return toDrugProduct(after![0] as unknown as DrugRow);
}

const existsAlready = (): DomainError =>
  new DomainError(ErrorCode.ALREADY_EXISTS, 'The catalogue has a medicine of this brand, form and strength.', { faults: [{ path: ['input', 'brand'], reason: 'TAKEN' }] });

function explain(error: unknown): never {
  if (constraintOf(error) !== 'drug_products__same') throw error;
  throw existsAlready();
}

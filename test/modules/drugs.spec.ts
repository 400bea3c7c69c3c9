import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { starterProducts } from '../../migrations/drug-starter-products.js';
import { starterClasses, starterCombinations, starterIngredients } from '../../migrations/drug-starter-set.js';
import { starterBrands } from '../../migrations/drug-starter-brands.js';
import { loadConfig } from '../../src/config.js';
import { SEARCH_DRUGS, searchValues } from '../../src/drugs/drug-search.reader.js';
import { typedDrug } from '../../src/drugs/drug-words.js';
import { type KnownDrug, DrugsReader } from '../../src/drugs/drugs.reader.js';
import { slugOf } from '../../src/drugs/ingredient-slug.js';
import { importDrugsFile } from '../../src/operator/commands.js';
import { converse } from '../contract/conversation.js';
import { Drugs, inventedDrug } from '../support/drugs.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { type Practice, World } from '../support/world.js';

describe('the catalogue of medicines', () => {
  let world: World;
  let practice: Practice;
  let drugs: Drugs;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    drugs = new Drugs(world, practice.owner.token);
  });
  afterAll(() => world.close());

  describe('that the product brings along', () => {
    it('has at least 150 ingredients, each once, named in both languages, in classes that there are', () => {
      expect(starterIngredients.length).toBeGreaterThanOrEqual(150);
      expect(new Set(starterIngredients.map(([name]) => slugOf(name))).size).toBe(starterIngredients.length);
      const classes = new Set(starterClasses.map(([slug]) => slug));
      const used = new Set(starterIngredients.flatMap(([, , , of]) => of.split(' ').filter(Boolean)));
      expect([...used].filter((slug) => !classes.has(slug))).toEqual([]);
      for (const [name, nameBn, atc] of starterIngredients) {
        expect([name, /\p{Script=Bengali}/u.test(nameBn), atc === null || /^[A-Z]\d\d[A-Z]{2}(\d\d)?$/.test(atc)]).toEqual([name, true, true]);
      }
    });

    it('sells every ingredient, alone or with others, in strengths that have a part for each', () => {
      const products = starterProducts();
      const sold = new Set(products.flatMap(({ ingredients }) => ingredients));
      expect(starterIngredients.map(([name]) => slugOf(name)).filter((slug) => !sold.has(slug))).toEqual([]);
      expect(products.filter(({ strengths, ingredients }) => strengths.length !== ingredients.length)).toEqual([]);
      expect(new Set(products.map(({ id }) => id)).size).toBe(products.length);
      expect(starterCombinations.length).toBeGreaterThanOrEqual(40);
      expect(starterBrands.every(([, , , maker]) => maker.includes('Invented'))).toBe(true);
    });

    it('is in the database as it was written', async () => {
      expect(await world.sql('superuser', `
        select (select count(*)::integer from reference.ingredients) as ingredients, (select count(*)::integer from reference.drug_products) as products,
          (select count(distinct product)::integer from reference.drug_words) as found`)).toEqual([{ ingredients: starterIngredients.length, products: starterProducts().length, found: starterProducts().length }]);
    });
  });

  describe('while somebody types', () => {
    it.each([
      ['para', 'Paracetamol TABLET 500 mg'], ['para 500', 'Paracetamol TABLET 500 mg'], ['PARA ১২০', 'Paracetamol SYRUP 120 mg/5 ml'], ['tab para', 'Paracetamol TABLET 500 mg'], ['syp para', 'Paracetamol SYRUP 120 mg/5 ml'],
      ['প্যারা', 'Paracetamol TABLET 500 mg'], ['প্যারা ৫০০', 'Paracetamol TABLET 500 mg'], ['acetamin', 'Paracetamol TABLET 500 mg'], ['dohelin', 'Dohelin TABLET 500 mg'], ['দোহে', 'Dohelin TABLET 500 mg'],
      ['amox clav 625', undefined], ['clav amox 875', 'Amoxicillin + Clavulanic acid TABLET 875 mg + 125 mg'], ['amoxycil 250', 'Amoxicillin CAPSULE 250 mg'], ['500mg metro', 'Metronidazole TABLET 500 mg'],
      ['ors', 'Oral rehydration salts SACHET 10.25 g/500 ml'], ['স্যালাইন', 'Oral rehydration salts SACHET 10.25 g/500 ml'], ['salbu inh', 'Salbutamol INHALER 100 mcg/puff'], ['eye drops cipro', 'Ciprofloxacin EYE_DROPS 0.3%'], ['cap', 'Captopril TABLET 25 mg'],
    ])('%j comes first to %s', async (text, first) => {
      expect((await drugs.found(text))[0]).toBe(first);
    });

    it.each([
      ['paracetmol', 'Paracetamol TABLET 500 mg'], ['amoxisilin 500', 'Amoxicillin CAPSULE 500 mg'], ['azythrom', 'Azithromycin TABLET 250 mg'], ['omiprazol 40', 'Omeprazole CAPSULE 40 mg'],
      ['প্যরাসিটামোল', 'Paracetamol TABLET 500 mg'], ['ডহেলিন', 'Dohelin TABLET 500 mg'], ['মেটফর্মীন', 'Metformin TABLET 500 mg'],
    ])('%j, misspelt, comes closest to %s', async (text, first) => {
      const [found] = await drugs.search(text);
      expect([found?.match, `${found?.product.brand} ${found?.product.form} ${found?.product.strength}`]).toEqual(['CLOSE', first]);
    });

    it('tells all there is to a medicine', async () => {
      const [{ match, product: { id, ...product } }] = await drugs.search('kadomoxa clav susp 125', { first: 1 });
      expect({ match, product }).toEqual({ match: 'BRAND', product: {
        brand: 'Kadomoxa Clav', brandBn: 'কদমক্সা ক্ল্যাভ', generic: 'Amoxicillin + Clavulanic acid', form: 'POWDER_FOR_SUSPENSION', strength: '125 mg + 31.25 mg/5 ml', doseUnit: 'ML', dispensing: 'BOTTLE',
        packSizes: [60, 100], packUnit: 'ML', maker: 'Doyel Invented Laboratories', country: 'BD', ownAddition: false, retired: false, version: null, ingredients: [
          { id: 'amoxicillin', name: 'Amoxicillin', nameBn: 'অ্যামোক্সিসিলিন', atcCode: 'J01CA04', strength: '125 mg/5 ml' },
          { id: 'clavulanic-acid', name: 'Clavulanic acid', nameBn: 'ক্ল্যাভুলানিক অ্যাসিড', atcCode: null, strength: '31.25 mg/5 ml' },
        ],
      } });
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    });

    it('looks where the practice is, or where one asks', async () => {
      expect(new Set((await drugs.search('paracetamol', { first: 50 })).map(({ product }) => product.country))).toEqual(new Set(['BD']));
      expect((await drugs.found('sidranola', { country: 'AE' }))[0]).toBe('Sidranola TABLET 500 mg');
      expect((await drugs.search('sidranola'))[0]?.match).not.toBe('BRAND');
    });

    it.each(['', '  ', '-', '%', '500', '\'; drop table reference.drug_products; --', '\\', 'qqqq', 'ঃ', '\u{10FFFF}', 'x'.repeat(100)])('%j finds nothing and harms nothing', async (text) => {
      expect(await drugs.found(text)).toEqual([]);
    });

    it('refuses what is too long or too much', async () => {
      const refused = async (variables: object) => faultsOf(await world.graphql('query ($text: String!, $first: Int) { searchDrugs(text: $text, first: $first) { match } }', { ...variables }, practice.owner.token));
      expect(await refused({ text: 'x'.repeat(101) })).toEqual(['text MAX_LENGTH']);
      expect(await refused({ text: 'x', first: 51 })).toEqual(['first MAX']);
    });

    it('is for who may read prescriptions', async () => {
      const assistant = await hire(world, practice, await openChamber(world, practice, 'Uttara'), 'ASSISTANT');
      const ask = (token?: string) => world.graphql('{ searchDrugs(text: "para") { match } }', {}, token);
      expect(codeOf(await ask(assistant.token))).toBe('FORBIDDEN');
      expect(codeOf(await ask())).toBe('UNAUTHENTICATED');
    });

    it('is one round trip, and one for its entry', async () => {
      expect((await roundTripsOf(() => drugs.found('para'))).map(({ connection }) => connection)).toEqual(['sinduk app', 'sinduk audit']);
    });
  });

  describe('for other modules', () => {
    const reader = new DrugsReader();
    const known = async (ids: string[], person: Practice['owner'] = practice.owner): Promise<Map<string, KnownDrug>> => {
      const { text, values } = reader.ask(person.tenantId, ids);
      return converse(world, 'app', person, async (ask) => reader.answer(await ask(text, values)));
    };

    it('has all classes of each ingredient, those above them too, in one statement', async () => {
      const [[{ product: clav }], [{ product: captopril }], own] = [await drugs.search('amoxi clav 500'), await drugs.search('captopril'), await drugs.add({ brand: 'Kept Apart', ingredients: [{ name: 'Diclofenac Sodium', strength: '50 mg' }, { name: 'Neverheardofine', strength: '1 mg' }] })];
      const found = await known([clav.id, captopril.id, own.id, '0195d0a0-0000-7000-8000-000000000000']);
      expect([...found.keys()].sort()).toEqual([clav.id, captopril.id, own.id].sort());
      const classes = (id: string) => found.get(id)!.ingredients.map((each) => [each.id, each.strength, each.known, each.classes.map((of) => of.id)]);
      expect(classes(clav.id)).toEqual([['amoxicillin', '500 mg', true, ['beta-lactams', 'penicillins']], ['clavulanic-acid', '125 mg', true, ['beta-lactams']]]);
      expect(classes(captopril.id)).toEqual([['captopril', '25 mg', true, ['ace-inhibitors', 'raas-blockers']]]);
      expect(classes(own.id)).toEqual([['diclofenac', '50 mg', true, ['nsaids']], ['neverheardofine', '1 mg', false, []]]);
      expect(found.get(own.id)).toMatchObject({ brand: 'Kept Apart', generic: 'Diclofenac + Neverheardofine', doseUnit: 'ML', dispensing: 'BOTTLE', ownAddition: true, retired: false });
      await drugs.retire(own);
      expect((await known([own.id])).get(own.id)).toMatchObject({ retired: true });
    });

    it('has nothing of another practice', async () => {
      const own = await drugs.add({ brand: 'Ours Alone' });
      const other = await world.practice('Kadam Clinic');
      expect((await known([own.id], other.owner)).size).toBe(0);
      expect((await new Drugs(world, other.owner.token).found('ours alone')).filter((each) => each.startsWith('Ours'))).toEqual([]);
    });
  });

  describe('that a practice adds to', () => {
    const ADD = 'mutation ($input: AddDrugProductInput!) { addDrugProduct(input: $input) { id } }';
    const refusedTo = async (operation: string, input: object, token = practice.owner.token) => world.graphql(`mutation ($input: ${operation[0]!.toUpperCase()}${operation.slice(1)}Input!) { ${operation}(input: $input) { id } }`, { input }, token);

    it('finds what was added like anything else, and marks it', async () => {
      const own = await drugs.add({ brand: 'Boishakhi Mixture', brandBn: 'বৈশাখী মিক্সচার', ingredients: [{ name: 'acetaminophen', strength: '250mg / 5ml' }], packSizes: [100, 60, 60] });
      expect(own).toMatchObject({ generic: 'Paracetamol', strength: '250 mg/5 ml', packSizes: [60, 100], ownAddition: true, version: 1, country: 'BD', ingredients: [{ id: 'paracetamol', atcCode: 'N02BE01', strength: '250 mg/5 ml' }] });
      for (const text of ['boisha', 'বৈশা', 'boisha 250', 'syrup boisha', 'boisakhy']) expect((await drugs.search(text))[0]?.product).toEqual(own);
      expect((await drugs.found('para 250 syr', { first: 50 }))).toContain('Boishakhi Mixture SYRUP 250 mg/5 ml');
      expect(await drugs.found('boisha 500')).toEqual([]);
      expect(await drugs.found('boisha', { country: 'AE' })).not.toContain('Boishakhi Mixture SYRUP 250 mg/5 ml');
    });

    it('lets nothing stand twice, of the practice or of the catalogue', async () => {
      await drugs.add({ brand: 'Only Once' });
      expect(faultsOf(await refusedTo('addDrugProduct', inventedDrug({ brand: 'ONLY once' })))).toEqual(['input.brand TAKEN']);
      expect(codeOf(await refusedTo('addDrugProduct', inventedDrug({ brand: 'dohelin' })))).toBe('ALREADY_EXISTS');
      const other = await drugs.add({ brand: 'Another Once' });
      expect(codeOf(await refusedTo('editDrugProduct', { id: other.id, version: 1, brand: 'Only Once' }))).toBe('ALREADY_EXISTS');
      const tries = await Promise.all([1, 2, 3].map(() => refusedTo('addDrugProduct', inventedDrug({ brand: 'At Once' }))));
      expect(tries.map((answer) => answer.errors?.[0]?.extensions.code ?? 'ADDED').sort()).toEqual(['ADDED', 'ALREADY_EXISTS', 'ALREADY_EXISTS']);
    });

    it('is edited by version, and each change is in the trail', async () => {
      const own = await drugs.add({ brand: 'Edited Often', maker: 'Shapla' });
      const edited = await drugs.edit({ id: own.id, version: 1, brand: 'Edited Again', form: 'TABLET', maker: null, ingredients: [{ name: 'Ibuprofen', strength: '400 mg' }] });
      expect(edited).toMatchObject({ brand: 'Edited Again', form: 'TABLET', generic: 'Ibuprofen', strength: '400 mg', maker: null, packSizes: [60], version: 2 });
      expect((await drugs.search('edited often'))[0]).toMatchObject({ match: 'CLOSE', product: { brand: 'Edited Again' } });
      expect(await drugs.found('ibup edited')).toEqual(['Edited Again TABLET 400 mg']);
      expect(codeOf(await refusedTo('editDrugProduct', { id: own.id, version: 1, brand: 'Too Late' }))).toBe('CONFLICT');
      const [entry] = (await entriesOf(world, practice.owner.token)).filter(({ operation, outcome }) => operation === 'Mutation.editDrugProduct' && outcome === 'SUCCESS');
      expect(entry!.records).toEqual([{ type: 'drug-product', id: own.id, patientId: null }]);
      expect(entry!.changes.map(({ field }) => field).sort()).toEqual(['brand', 'form', 'ingredientNames', 'maker', 'strength']);
    });

    it('retires for good, and then is found no more; another one may take the name', async () => {
      const own = await drugs.add({ brand: 'Gone Soon' });
      expect(await drugs.retire(own)).toMatchObject({ retired: true, version: 2 });
      expect(await drugs.found('gone soon')).toEqual([]);
      expect((await refusedTo('editDrugProduct', { id: own.id, version: 2, brand: 'Back' })).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'RETIRED' });
      await drugs.add({ brand: 'Gone Soon' });
    });

    it('lists page by page, the latest first', async () => {
      const added = [];
      for (const brand of ['Page One', 'Page Two', 'Page Three']) added.push((await drugs.add({ brand })).id);
      const page = (after: string | null) => world.ok('query ($after: String) { drugProducts(first: 2, after: $after, retired: true) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } }', { after }, practice.owner.token);
      const { drugProducts: first } = await page(null);
      const { drugProducts: second } = await page(first.pageInfo.endCursor);
      expect([...first.edges, ...second.edges].map(({ node }: any) => node.id).slice(0, 3)).toEqual(added.reverse());
      expect(first.totalCount).toBeGreaterThan(3);
    });

    it('tells every fault with its place', async () => {
      const faults = async (fields: object) => faultsOf(await world.graphql(ADD, { input: inventedDrug(fields) }, practice.owner.token));
      expect(await faults({ brand: ' ', brandBn: 'x'.repeat(201), maker: 'a\u202eb', packSizes: [0, 60] })).toEqual(['input.brand EMPTY', 'input.brandBn TOO_LONG', 'input.maker BIDIRECTIONAL_CONTROL', 'input.packSizes.0 OUT_OF_RANGE']);
      expect(await faults({ ingredients: [] })).toEqual(['input.ingredients REQUIRED']);
      expect(await faults({ ingredients: [{ name: 'প্যারাসিটামল' }, { name: 'Aspirin', strength: '75 mg' }, { name: 'Acetylsalicylic acid', strength: '1 mg + 2 mg' }] }))
        .toEqual(['input.ingredients.0.name WRONG_CHARACTERS', 'input.ingredients.0.strength REQUIRED', 'input.ingredients.2.name DUPLICATE', 'input.ingredients.2.strength WRONG_CHARACTERS']);
      expect(await faults({ ingredients: Array.from({ length: 21 }, (_, n) => ({ name: `Ingredient ${n}` })) })).toEqual(['input.ingredients TOO_MANY']);
    });

    it('is for who may write prescriptions', async () => {
      const nurse = await hire(world, practice, await openChamber(world, practice, 'Banani'), 'ASSISTANT');
      expect(codeOf(await refusedTo('addDrugProduct', inventedDrug({ brand: 'Not Mine' }), nurse.token))).toBe('FORBIDDEN');
    });
  });

  describe('from a national list', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sinduk-drugs-'));
    afterAll(() => rmSync(directory, { recursive: true }));

    const importList = async (text: string, country = 'BD', version = '2026'): Promise<string[]> => {
      const file = join(directory, 'list.csv');
      writeFileSync(file, text);
      const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DATA_DIR: directory });
      const said: string[] = [];
      await importDrugsFile(config, [file, '--country', country, '--version', version], (line) => said.push(line));
      return said;
    };
    const everything = () => world.sql('superuser', `
      select p.*, (select array_agg(w.word || w.rank order by w.word) from reference.drug_words w where w.product = p.id) as index from reference.drug_products p order by p.id`);

    it('nothing is taken while one line is at fault, and every fault is told', async () => {
      const before = await everything();
      await expect(importList('brand,generic,form,strength,pack\nKadol Test,Paracetamol,Tablet,500 mg,\nBad,Paracetamol,Potion,500 mg,x\nWorse,Paracetamol + Caffeine,Tablet,500 mg,\nkadol test,Paracetamol,TABLET,500mg,\n,প্যারা,Tablet,,\nShort,x\n')).rejects.toThrow([
        'The list has 7 faults:', 'line 3: form UNKNOWN_FORM', 'line 3: pack NOT_A_NUMBER', 'line 4: strength has 1 parts for 2 ingredients', 'line 5: kadol test is on line 2 already, in this form and strength, of this maker',
        'line 6: brand EMPTY', 'line 6: generic WRONG_CHARACTERS', 'line 7: has 2 columns instead of 5',
      ].join('\n  '));
      await expect(importList('brand,generic,form,strength\nA,Paracetamol,Tablet,500 mg\n', 'IN')).rejects.toThrow('--country BD or AE');
      expect(await everything()).toEqual(before);
    });

    it('medicines are added and changed under their ids, those missing retire, and of other countries nothing changes', async () => {
      const ids = async () => new Map((await world.sql<{ id: string; brand: string }>('superuser', `select id, brand from reference.drug_products where brand = 'Dohelin' and form = 'TABLET'`)).map(({ id, brand }) => [brand, id]));
      const [before, total] = [await ids(), starterProducts().filter(({ country }) => country === 'BD').length];
      const [told, said] = await importList(['brand,brand_bn,generic,form,strength,pack,maker', 'DOHELIN,,Paracetamol,film coated tablet,500 mg,10,Doyel Invented Laboratories',
        'Ubiquin Test,উবিকুইন,Ubiquinonium Hydrochloride + Amoxicillin Trihydrate,Capsule,100mg+250mg,,Nobody'].join('\n'));
      expect(told).toBe('1 ingredients were not known, and are in no class: allergies and interactions of classes are not found in them. Ubiquinonium Hydrochloride');
      expect(said).toBe(`2 medicines of BD, 2026: 1 added, 1 updated, ${total - 1} retired.`);
      expect((await drugs.search('dohelin')).map(({ product }) => [product.id, product.brand, product.brandBn, product.packSizes])).toEqual([[before.get('Dohelin'), 'DOHELIN', 'দোহেলিন', [10]]]);
      expect((await drugs.search('উবিকুই'))[0].product).toMatchObject({ brand: 'Ubiquin Test', strength: '100 mg + 250 mg', ingredients: [{ id: 'ubiquinonium-hydrochloride', strength: '100 mg' }, { id: 'amoxicillin', strength: '250 mg' }] });
      for (const gone of ['meghnadaz', 'মেঘনাদাজ', 'metronidazole']) expect((await drugs.found(gone)).filter((each) => /Meghnadaz|Metronidazole/.test(each))).toEqual([]);
      expect((await drugs.found('sidranola', { country: 'AE' })).length).toBeGreaterThan(3);
      expect((await world.sql('superuser', `select count(*)::integer as kept from reference.drug_products where country = 'BD' and retired_at is not null`))).toEqual([{ kept: total - 1 }]);
    });

    it('the same list again changes nothing, and a retired medicine comes back under its id', async () => {
      const list = 'brand,generic,form,strength,maker\nMeghnadaz,Metronidazole,Tablet,400 mg,Kashphul Invented Remedies\n';
      await importList(list, 'BD', '2027');
      const before = await everything();
      expect(await importList(list, 'BD', '2027')).toEqual(['1 medicines of BD, 2027: 0 added, 0 updated, 0 retired.']);
      expect(await everything()).toEqual(before);
      expect((await drugs.search('meghna'))[0].product.id).toBe(starterProducts().find(({ brand, form }) => brand === 'Meghnadaz' && form === 'TABLET')!.id);
    });

    it('thousands of medicines are searched by indexes', async () => {
      const lines = Array.from({ length: 5_000 }, (_, n) => `Zarvo${n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!)},Paracetamol,Tablet,${n % 7}00 mg`);
      await importList(`brand,generic,form,strength\n${lines.join('\n')}\nOmar,Omeprazole,Capsule,20 mg\n`, 'BD', 'many');
      await world.sql('superuser', 'analyze reference.drug_products, reference.drug_words, reference.drug_terms');
      expect(await drugs.found('para 300', { first: 50 })).toHaveLength(50);
      expect((await drugs.search('omeprasol'))[0]).toMatchObject({ match: 'CLOSE', product: { brand: 'Omar' } });
      const plan = await converse(world, 'app', practice.owner, (ask) => ask(`explain ${SEARCH_DRUGS}`, searchValues(practice.tenantId, typedDrug('omep 20')!, 20, null)));
      expect(plan.map((line) => line['QUERY PLAN'] as string).filter((line) => /Seq Scan on drug_(products|words|terms)/.test(line) && !line.includes('clinic'))).toEqual([]);
    });

    it('the import is in the installation’s trail', async () => {
      const rows = await world.sql<{ operation: string }>('superuser', `select operation from audit.entries where operation = 'operator.importDrugs'`);
      expect(rows.length).toBeGreaterThanOrEqual(4);
    });
  });
});

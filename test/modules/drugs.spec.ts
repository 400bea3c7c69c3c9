import { starterProducts } from '../../migrations/drug-starter-products.js';
import { starterClasses, starterCombinations, starterIngredients } from '../../migrations/drug-starter-set.js';
import { starterBrands } from '../../migrations/drug-starter-brands.js';
import { slugOf } from '../../src/drugs/ingredient-slug.js';
import { Drugs } from '../support/drugs.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
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
});

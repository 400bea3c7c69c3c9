import { drugWords, indexWords, typedDrug } from './drug-words.js';
import { slugOf, slugsOf } from './ingredient-slug.js';
import { formNamed } from './national-list.js';
import { productId } from './product-id.js';
import { soundKey } from './sound-key.js';

describe('the words of a medicine', () => {
  it.each([
    ['Amoxicillin 500mg', ['amoxicillin', '500']], ['62.5 mg + 250 mg', ['62.5', '250']], ['প্যারা ৫০০ মিগ্রা', ['প্যারা', '500']], ['Co-trimoxazole', ['co', 'trimoxazole']], ['-', []],
  ])('of %j are %j', (text, words) => {
    expect(drugWords(text)).toEqual(words.map((word) => word.normalize('NFKC')));
  });

  it.each([['tab para 500', 'para', 'para', ['500']], ['cap', 'cap', null, []], ['syrup ace', 'ace', null, []], ['প্যারা', 'প্যারা', 'para', []]])('typed as %j name %j', (text, name, key, numbers) => {
    expect(typedDrug(text)).toMatchObject({ name, key, numbers });
  });

  it.each(['', '500', '12.5 mg', '%'])('%j names none', (text) => {
    expect(typedDrug(text)).toBeNull();
  });

  it('are those of the brand, of the ingredients, and of form and strength', () => {
    expect(indexWords({ brand: 'Ace 24', brandBn: 'এস', form: 'SYRUP', strength: '120 mg/5 ml', generics: ['Paracetamol', 'Acetaminophen'] })).toEqual({
      names: [{ word: 'ace', rank: 0 }, { word: 'এস', rank: 0 }, { word: 'paracetamol', rank: 2 }, { word: 'acetaminophen', rank: 2 }], all: ['ace', 'এস', 'paracetamol', 'acetaminophen', '24', '120', '5', 'syrup', 'সিরাপ', 'syp'],
    });
  });

  it('sound alike in either script, and however the vowels are written', () => {
    expect(soundKey('Amoxicillin')).toBe('amoxicillin');
    expect(soundKey('প্যারাসিটামোল')).toBe('parasitamol');
    expect(soundKey('মেটফর্মীন')).toBe(soundKey('মেটফর্মিন'));
  });
});

describe('the id of an ingredient', () => {
  it.each([['Clavulanic acid', 'clavulanic-acid'], ['Zinc Sulphate', 'zinc-sulfate'], ['Povidone-iodine', 'povidone-iodine'], ['প্যারাসিটামল', '']])('of %j is %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  it.each([
    ['Diclofenac Sodium', ['diclofenac-sodium', 'diclofenac']], ['Amlodipine (as besilate)', ['amlodipine-as-besilate', 'amlodipine']], ['Naloxone Hydrochloride Dihydrate', ['naloxone-hydrochloride-dihydrate', 'naloxone-hydrochloride', 'naloxone']],
    ['Sodium', ['sodium']], ['Paracetamol', ['paracetamol']],
  ])('of %j can be %j', (name, slugs) => {
    expect(slugsOf(name)).toEqual(slugs);
  });
});

describe('a form of a national list', () => {
  it.each([['Tablet', 'TABLET'], ['powder for suspension', 'POWDER_FOR_SUSPENSION'], ['Film-Coated Tablet', 'TABLET'], ['IM/IV Injection', 'INJECTION'], ['potion', undefined], ['toString', undefined], ['', undefined]])('%j is %j', (raw, form) => {
    expect(formNamed(raw)).toBe(form);
  });
});

describe('the id of a product', () => {
  it('is made of what it is, whatever the case', () => {
    const dohelin = { country: 'BD', brand: 'Dohelin', form: 'TABLET', strength: '500 mg', maker: null } as const;
    expect(productId(dohelin)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(productId({ ...dohelin, brand: 'DOHELIN' })).toBe(productId(dohelin));
    for (const other of [{ country: 'AE' }, { brand: 'Dohelix' }, { form: 'CAPSULE' as const }, { strength: '250 mg' }, { maker: 'Doyel' }]) expect(productId({ ...dohelin, ...other })).not.toBe(productId(dohelin));
  });
});

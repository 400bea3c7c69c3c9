import fc from 'fast-check';
import { ageOn, birthFromInput, isMinorOn } from '../patients/birth-date.js';
import { normaliseIdentifier } from '../patients/identifiers.js';
import { cleanName, isBangla } from '../patients/person-name.js';
import { normalisePhone } from '../patients/phone.model.js';
import {
  AREAS,
  FAMILY_NAMES,
  FEMALE_GIVEN_NAMES,
  FEMALE_PREFIXES,
  FEMALE_SECOND_NAMES,
  MALE_GIVEN_NAMES,
  MALE_PREFIXES,
  NEVER_TOGETHER,
  type SpelledName,
} from './names.bn.js';
import { demoPatients, type DemoPatient } from './people.js';

const TODAY = '2026-01-01';
const BANGLADESH = demoPatients(7, 2_000, 'BD');
const EMIRATES = demoPatients(7, 2_000, 'AE');
const EVERYONE = [...BANGLADESH, ...EMIRATES];

const birthOf = (person: DemoPatient) => birthFromInput(person.birth, TODAY);
const share = (people: DemoPatient[], holds: (person: DemoPatient) => boolean): number =>
  people.filter(holds).length / people.length;

describe('the lists of names', () => {
  it('hold enough names of each sort', () => {
    expect(MALE_GIVEN_NAMES.length).toBeGreaterThanOrEqual(80);
    expect(FEMALE_GIVEN_NAMES.length).toBeGreaterThanOrEqual(80);
    expect(FAMILY_NAMES.length).toBeGreaterThanOrEqual(60);
  });

  it.each<[string, readonly SpelledName[]]>([
    ['male given names', MALE_GIVEN_NAMES],
    ['female given names', FEMALE_GIVEN_NAMES],
    ['family names', FAMILY_NAMES],
    ['female second names', FEMALE_SECOND_NAMES],
    ['male prefixes', MALE_PREFIXES],
    ['female prefixes', FEMALE_PREFIXES],
  ])('spell %s once, in Bangla and in plain Latin', (_list, names) => {
    expect(new Set(names.map(({ bn }) => bn)).size).toBe(names.length);
    for (const { bn, latin } of names) {
      expect([bn, isBangla(bn)]).toEqual([bn, true]);
      for (const spelling of latin) expect(spelling).toMatch(/^[A-Z][A-Za-z]*( [A-Z][a-z]+)*\.?$/);
      expect(new Set(latin).size).toBe(latin.length);
    }
  });

  it('bar only pairs of names that exist', () => {
    const given = [...MALE_GIVEN_NAMES, ...FEMALE_GIVEN_NAMES].map(({ latin }) => latin[0]);
    const second = [...FAMILY_NAMES, ...FEMALE_SECOND_NAMES].map(({ latin }) => latin[0]);
    expect(given).toEqual(expect.arrayContaining(Object.keys(NEVER_TOGETHER)));
    expect(second).toEqual(expect.arrayContaining(Object.values(NEVER_TOGETHER).flat()));
  });
});

describe('demoPatients', () => {
  it('gives the same people for the same seed, and others for another', () => {
    expect(demoPatients(7, 2_000, 'BD')).toEqual(BANGLADESH);
    expect(demoPatients(8, 50, 'BD')).not.toEqual(BANGLADESH.slice(0, 50));
  });

  it('gives exactly as many as asked, a shorter list being the start of a longer one', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 60 }), fc.constantFrom('BD', 'AE'), (seed, count, country) => {
        const people = demoPatients(seed, count, country);
        expect(people).toHaveLength(count);
        expect(demoPatients(seed, count + 5, country).slice(0, count)).toEqual(people);
      }),
      { numRuns: 50 },
    );
  });

  it.each([-1, 1.5, Number.NaN, 1_000_001])('refuses to invent %d people', (count) => {
    expect(() => demoPatients(1, count, 'BD')).toThrow(RangeError);
  });

  it('writes every name as the name rule would store it', () => {
    for (const { nameEn, nameBn, guardian } of EVERYONE) {
      expect(cleanName(nameEn)).toBe(nameEn);
      expect(cleanName(nameBn)).toBe(nameBn);
      expect(nameEn).toMatch(/^[A-Za-z. ]+$/);
      expect(isBangla(nameBn)).toBe(true);
      if (guardian) expect(cleanName(guardian.name)).toBe(guardian.name);
    }
  });

  it('gives only telephones that are stored as they are', () => {
    for (const { phones, guardian, address } of EVERYONE) {
      expect(phones).toHaveLength(1);
      for (const { number } of phones) expect(normalisePhone(number, address.country)).toBe(number);
      if (guardian) expect(normalisePhone(guardian.phone, address.country)).toBe(guardian.phone);
    }
  });

  it('keeps to telephone ranges nobody is reached on', () => {
    for (const { phones } of BANGLADESH) expect(phones[0]?.number).toMatch(/^\+8801100\d{6}$/);
    for (const { phones } of EMIRATES) expect(phones[0]?.number).toMatch(/^\+971500\d{6}$/);
  });

  it.each([['BD', BANGLADESH] as const, ['AE', EMIRATES] as const])(
    'gives identifiers in %s that are stored as they are, without warnings, each to one person',
    (_country, people) => {
      const identifiers = people.flatMap((person) => person.identifiers);
      for (const { kind, value } of identifiers) expect(normaliseIdentifier(kind, value)).toEqual({ value, warnings: [] });
      expect(new Set(identifiers.map(({ kind, value }) => `${kind} ${value}`)).size).toBe(identifiers.length);
    },
  );

  it('gives each country the papers used there', () => {
    const kinds = (people: DemoPatient[]) => [...new Set(people.flatMap((p) => p.identifiers.map(({ kind }) => kind)))].sort();
    expect(kinds(BANGLADESH)).toEqual(['BIRTH_REGISTRATION', 'NID', 'PASSPORT']);
    expect(kinds(EMIRATES)).toEqual(['EMIRATES_ID', 'PASSPORT']);
    const nids = BANGLADESH.flatMap((p) => p.identifiers.filter(({ kind }) => kind === 'NID'));
    expect(new Set(nids.map(({ value }) => value.length))).toEqual(new Set([10, 13, 17]));
  });

  it('gives births the birth rule accepts, of all three precisions and believable ages', () => {
    const births = BANGLADESH.map(birthOf);
    for (const precision of ['DAY', 'YEAR', 'AGE_ESTIMATE'] as const) {
      const part = births.filter((birth) => birth.precision === precision).length / births.length;
      expect([precision, part > 0.1]).toEqual([precision, true]);
    }
    const ages = EVERYONE.map((person) => ageOn(birthOf(person), TODAY).years);
    expect(Math.max(...ages)).toBeLessThanOrEqual(95);
    expect(ages.filter((age) => age < 18).length / ages.length).toBeGreaterThan(0.15);
    expect(ages.filter((age) => age > 60).length / ages.length).toBeGreaterThan(0.05);
  });

  it('follows the day of registration it is given', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('2024-02-29', '2025-03-01', '2031-12-31'), (seed, today) => {
        for (const person of demoPatients(seed, 40, 'BD', today)) {
          expect(isMinorOn(birthFromInput(person.birth, today), today)).toBe(person.guardian !== undefined);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives a guardian to every minor and to nobody else: a parent from the same home', () => {
    for (const [index, person] of EVERYONE.entries()) {
      expect(person.guardian !== undefined).toBe(isMinorOn(birthOf(person), TODAY));
      if (!person.guardian) continue;
      const { name, relation, phone } = person.guardian;
      const parent = EVERYONE.slice(0, index).findLast((other) => other.nameEn === name);
      expect(parent?.sex).toBe(relation === 'FATHER' ? 'MALE' : 'FEMALE');
      expect(parent?.address).toEqual(person.address);
      expect(parent?.phones[0]?.number).toBe(phone);
      const older = parent ? ageOn(birthOf(parent), TODAY).years - ageOn(birthOf(person), TODAY).years : 0;
      expect(older).toBeGreaterThanOrEqual(18);
    }
  });

  it('lets families share telephones, and nobody else', () => {
    for (const people of [BANGLADESH, EMIRATES]) {
      for (const [index, person] of people.entries()) {
        const [phone] = person.phones;
        expect(phone?.label).toBe(person.family ? 'FAMILY' : 'OWN');
        if (!person.family) continue;
        const owner = people[person.family.sharesPhoneWith];
        expect(person.family.sharesPhoneWith).toBeLessThan(index);
        expect(owner?.phones).toEqual([{ number: person.family.number, label: 'OWN' }]);
        expect(phone?.number).toBe(person.family.number);
        expect(owner?.address).toEqual(person.address);
      }
      const owned = people.filter(({ family }) => !family).map(({ phones }) => phones[0]?.number);
      expect(new Set(owned).size).toBe(owned.length);
      expect(share(people, ({ family }) => family !== undefined)).toBeGreaterThan(0.2);
    }
  });

  it('puts each clinic in its own city', () => {
    const places = (people: DemoPatient[]) => new Set(people.map(({ address }) => `${address.city} ${address.country}`));
    expect(places(BANGLADESH)).toEqual(new Set(['Dhaka BD', 'Chattogram BD']));
    expect(places(EMIRATES)).toEqual(new Set(['Dubai AE']));
    const areas = new Set<string>(Object.values(AREAS).flat());
    for (const { address } of EVERYONE) expect(areas.has(address.area)).toBe(true);
  });

  it('has every sex, and blood groups and notes only for some', () => {
    expect(new Set(EVERYONE.map(({ sex }) => sex))).toEqual(new Set(['MALE', 'FEMALE', 'OTHER']));
    expect(share(EVERYONE, ({ bloodGroup }) => bloodGroup !== undefined)).toBeCloseTo(0.6, 1);
    const noted = share(EVERYONE, ({ notes }) => notes !== undefined);
    expect(noted).toBeGreaterThan(0.01);
    expect(noted).toBeLessThan(0.1);
  });

  it('writes one Bangla name in several Latin spellings', () => {
    const spellings = new Map<string, Set<string>>();
    for (const { nameBn, nameEn } of demoPatients(3, 10_000, 'BD')) {
      spellings.set(nameBn, (spellings.get(nameBn) ?? new Set()).add(nameEn));
    }
    expect([...spellings.values()].filter(({ size }) => size > 1).length).toBeGreaterThan(50);
  });

  it('never puts a barred pair of names together', () => {
    const bangla = new Map([...FAMILY_NAMES, ...FEMALE_SECOND_NAMES].map(({ latin, bn }) => [latin[0], bn]));
    const barred = [...MALE_GIVEN_NAMES, ...FEMALE_GIVEN_NAMES].flatMap(({ bn, latin }) =>
      (NEVER_TOGETHER[latin[0]] ?? []).map((second) => cleanName(`${bn} ${bangla.get(second)}`)),
    );
    expect(barred.length).toBeGreaterThan(50);
    const names = demoPatients(5, 20_000, 'BD').map(({ nameBn }) => ` ${nameBn}`);
    expect(names.filter((name) => barred.some((pair) => name.endsWith(` ${pair}`)))).toEqual([]);
  });
});

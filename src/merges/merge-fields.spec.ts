import fc from 'fast-check';
import {
  type Choices, type MergeField, type Values, clinicalFields, clinicalOf, identityFields, identityOf, merged, restored, valuesOf, valuesOfClinical,
  valuesOfIdentity,
} from './merge-fields.js';

type Identity = ReturnType<typeof identityOf>;

const nobody: Identity = { nameEn: null, nameBn: null, sex: 'UNKNOWN', birth: null, phones: [], identifiers: [], address: null, guardian: null };
const nid = (value: string) => ({ kind: 'NID' as const, value, warnings: [] });
const phone = (number: string, label: 'OWN' | 'FAMILY' = 'OWN') => ({ number, label });

const plan = (survivor: Partial<Identity>, duplicate: Partial<Identity>, choices: Array<[MergeField, 'SURVIVOR' | 'DUPLICATE' | 'BOTH']> = []) =>
  new Map(merged(identityFields, valuesOfIdentity({ ...nobody, ...survivor }), valuesOfIdentity({ ...nobody, ...duplicate }), new Map(choices)).map((one) => [one.field, one]));

describe('merged', () => {
  it('takes what only one has, and says from whom', () => {
    const fields = plan({ nameEn: 'Salma', sex: 'UNKNOWN' }, { nameBn: 'সালমা', sex: 'FEMALE' });
    expect(fields.get('NAME_EN')).toMatchObject({ value: 'Salma', from: 'SURVIVOR', conflict: false });
    expect(fields.get('NAME_BN')).toMatchObject({ value: 'সালমা', from: 'DUPLICATE', conflict: false });
    expect(fields.get('SEX')).toMatchObject({ value: 'FEMALE', from: 'DUPLICATE', conflict: false });
    expect(fields.get('ADDRESS')).toMatchObject({ value: null, from: 'BOTH', conflict: false });
  });

  it.each([
    [{ nameEn: 'A' }, { nameEn: 'B' }, 'NAME_EN'],
    [{ birth: { precision: 'YEAR' as const, date: '1990-01-01' } }, { birth: { precision: 'DAY' as const, date: '1990-07-21' } }, 'BIRTH'],
    [{ identifiers: [nid('1')] }, { identifiers: [nid('2')] }, 'NID'],
    [{ guardian: { name: 'A', relation: 'FATHER' as const, phone: null } }, { guardian: { name: 'B', relation: 'FATHER' as const, phone: null } }, 'GUARDIAN'],
  ] as Array<[Partial<Identity>, Partial<Identity>, MergeField]>)('finds a conflict between %j and %j', (survivor, duplicate, field) => {
    expect(plan(survivor, duplicate).get(field)).toMatchObject({ conflict: true, from: undefined });
    expect(plan(survivor, duplicate, [[field, 'DUPLICATE']]).get(field)).toMatchObject({ conflict: true, from: 'DUPLICATE', value: valuesOfIdentity({ ...nobody, ...duplicate })[field] });
  });

  it('unites telephones by number, the survivor’s first and as the survivor labels them', () => {
    const fields = plan({ phones: [phone('+1'), phone('+2')] }, { phones: [phone('+2', 'FAMILY'), phone('+3')] });
    expect(fields.get('PHONES')).toMatchObject({ value: [phone('+1'), phone('+2'), phone('+3')], from: 'BOTH', conflict: false });
  });

  it('sees no conflict where one list holds the other', () => {
    expect(plan({ identifiers: [nid('1'), nid('2')] }, { identifiers: [nid('2')] }).get('NID')).toMatchObject({ value: [nid('1'), nid('2')], from: 'BOTH', conflict: false });
    expect(plan({ identifiers: [nid('2')] }, { identifiers: [nid('2'), nid('1')] }).get('NID')).toMatchObject({ value: [nid('2'), nid('1')], from: 'BOTH', conflict: false });
    expect(plan({ identifiers: [nid('2')] }, { identifiers: [{ kind: 'PASSPORT', value: '2', warnings: [] }] }).get('PASSPORT')).toMatchObject({ from: 'DUPLICATE', conflict: false });
  });

  it('puts notes one after the other when both are chosen', () => {
    const [, notes] = merged(clinicalFields, valuesOfClinical({ bloodGroup: null, notes: 'a' }), valuesOfClinical({ bloodGroup: null, notes: 'b' }), new Map([['NOTES', 'BOTH']]) satisfies Choices);
    expect(notes).toMatchObject({ value: 'a\n\nb', from: 'BOTH' });
  });
});

describe('restored', () => {
  const one = (before: unknown, after: unknown, now: unknown, keep: MergeField[] = []) =>
    restored(['PHONES'], { PHONES: before }, { PHONES: after }, { PHONES: now }, new Set(keep))[0];

  it.each([
    ['what the merge changed becomes as before', 'a', 'b', 'b', 'a'],
    ['what the merge did not change stays as it is', 'a', 'a', 'c', 'c'],
    ['a list loses what the merge added and keeps what came later', ['1'], ['1', '2'], ['1', '2', '3'], ['1', '3']],
    ['a list gets back what the merge took away', ['1'], ['2'], ['2', '3'], ['3', '1']],
    ['what was deleted later stays deleted', ['1', '4'], ['1', '4', '2'], ['1', '2'], ['1']],
  ])('%s', (_, before, after, now, value) => {
    expect(one(before, after, now)).toMatchObject({ value, conflict: false });
  });

  it('finds a conflict where a single value was edited since, unless it is to be kept', () => {
    expect(one('a', 'b', 'c')).toMatchObject({ conflict: true });
    expect(one('a', 'b', 'c', ['PHONES'])).toMatchObject({ value: 'c', conflict: false });
  });
});

describe('merging and undoing', () => {
  const text = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
  const identity: fc.Arbitrary<Identity> = fc.record({
    nameEn: text, nameBn: text, sex: fc.constantFrom('MALE' as const, 'FEMALE' as const, 'UNKNOWN' as const),
    birth: fc.option(fc.constantFrom('1990-01-01', '1991-01-01').map((date) => ({ precision: 'YEAR' as const, date })), { nil: null }),
    phones: fc.uniqueArray(fc.record({ number: fc.constantFrom('+1', '+2', '+3'), label: fc.constantFrom('OWN' as const, 'FAMILY' as const) }), { selector: ({ number }) => number }),
    identifiers: fc.uniqueArray(fc.record({ kind: fc.constantFrom('NID' as const, 'PASSPORT' as const), value: fc.constantFrom('1', '2', '3'), warnings: fc.constant([]) }), { selector: ({ kind, value }) => kind + value }),
    address: fc.option(fc.constantFrom('x', 'y').map((line) => ({ line, area: null, city: null, district: null, postalCode: null, country: 'BD' })), { nil: null }),
    guardian: fc.option(fc.constantFrom('x', 'y').map((name) => ({ name, relation: 'FATHER' as const, phone: null })), { nil: null }),
  });
  const clinical = fc.record({ bloodGroup: fc.option(fc.constantFrom('A_POSITIVE' as const, 'O_NEGATIVE' as const), { nil: null }), notes: text });
  const decided = (survivor: Values, duplicate: Values, fields: readonly MergeField[], takes: Array<'SURVIVOR' | 'DUPLICATE'>) =>
    merged(fields, survivor, duplicate, new Map(fields.map((field, index) => [field, takes[index % takes.length]!])));

  const sorted = (values: Values) => Object.fromEntries(Object.entries(values).map(([field, value]) =>
    [field, Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value]));

  it('gives back exactly what was, whatever was chosen', () => {
    const takes = fc.array(fc.constantFrom('SURVIVOR' as const, 'DUPLICATE' as const), { minLength: 1, maxLength: 11 });
    fc.assert(fc.property(identity, identity, clinical, clinical, takes, (a, b, ca, cb, chosen) => {
      const fields = decided(valuesOfIdentity(a), valuesOfIdentity(b), identityFields, chosen);
      const result = identityOf(valuesOf(fields), a, b);
      expect(sorted(valuesOfIdentity(result))).toEqual(sorted(valuesOf(fields)));
      const back = restored(identityFields, valuesOfIdentity(a), valuesOfIdentity(result), valuesOfIdentity(result), new Set());
      expect(identityOf(valuesOf(back), a, result)).toEqual(a);
      const after = clinicalOf(valuesOf(decided(valuesOfClinical(ca), valuesOfClinical(cb), clinicalFields, chosen)));
      expect(clinicalOf(valuesOf(restored(clinicalFields, valuesOfClinical(ca), valuesOfClinical(after), valuesOfClinical(after), new Set())))).toEqual(ca);
    }), { numRuns: 500 });
  });

  it('takes every value from one of the two', () => {
    fc.assert(fc.property(identity, identity, (a, b) => {
      for (const { field, value, from, conflict } of merged(identityFields, valuesOfIdentity(a), valuesOfIdentity(b), new Map())) {
        expect(from === undefined).toBe(conflict);
        const [s, d] = [valuesOfIdentity(a)[field], valuesOfIdentity(b)[field]];
        if (Array.isArray(value)) for (const each of value) expect([...(s as unknown[]), ...(d as unknown[])]).toContainEqual(each);
        else expect([s, d]).toContainEqual(value);
      }
    }));
  });
});

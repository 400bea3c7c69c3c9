import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { type GraphqlAnswer, type Practice, World, isEmptyHanded } from '../support/world.js';

describe('input that no patient can have', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Togor Chamber');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const count = async (): Promise<number> => (await world.sql('superuser', 'select 1 from clinic.patients where tenant_id = $1', [practice.tenantId])).length;
  const tomorrow = () => new Date(Date.now() + 30 * 3_600_000).toISOString().slice(0, 10);

  it.each<[string, object | (() => object), string[]]>([
    ['no name', {}, ['input NAME_REQUIRED']],
    ['empty names', { nameEn: '', nameBn: ' ' }, ['input.nameEn EMPTY', 'input.nameBn EMPTY']],
    ['a huge name', { nameEn: 'x'.repeat(900_000) }, ['input.nameEn TOO_LONG']],
    ['a name of 201 characters', { nameBn: 'ক'.repeat(201) }, ['input.nameBn TOO_LONG']],
    ['NUL', { nameEn: 'A\u0000', address: { line: '\u0000' } }, ['input.nameEn NUL_CHARACTER', 'input.address.line NUL_CHARACTER']],
    ['lone surrogates', { nameEn: 'A\uD83D', phones: [{ number: '\uDE00' }] }, ['input.nameEn LONE_SURROGATE', 'input.phones.0.number LONE_SURROGATE']],
    ['bidirectional overrides', { nameEn: 'A\u202E', address: { city: '\u2067B' }, guardian: { name: '\u202AC', relation: 'OTHER' } },
      ['input.nameEn BIDIRECTIONAL_CONTROL', 'input.address.city BIDIRECTIONAL_CONTROL', 'input.guardian.name BIDIRECTIONAL_CONTROL']],
    ['control characters', { nameEn: 'A\u001B[2J', address: { area: 'B\u0007' } }, ['input.nameEn CONTROL_CHARACTER', 'input.address.area CONTROL_CHARACTER']],
    ['tomorrow', () => ({ nameEn: 'A', birth: { date: tomorrow() } }), ['input.birth.date FUTURE']],
    ['29 February of a common year', { nameEn: 'A', birth: { date: '2023-02-29' } }, ['input.birth.date NOT_A_DATE']],
    ['a birth in another notation', { nameEn: 'A', birth: { date: '08/02/2023' } }, ['input.birth.date NOT_A_DATE']],
    ['a birth 131 years ago', { nameEn: 'A', birth: { year: 1800 } }, ['input.birth.year TOO_LONG_AGO']],
    ['a negative age', { nameEn: 'A', birth: { ageYears: -1 } }, ['input.birth.ageYears NEGATIVE']],
    ['two births', { nameEn: 'A', birth: { year: 1990, ageYears: 3 } }, ['input.birth EXACTLY_ONE_REQUIRED']],
    ['an empty birth', { nameEn: 'A', birth: {} }, ['input.birth EXACTLY_ONE_REQUIRED']],
    ['phone -1', { nameEn: 'A', phones: [{ number: '-1' }] }, ['input.phones.0.number TOO_SHORT']],
    ['no phone', { nameEn: 'A', phones: [{ number: '01100123456' }, { number: 'none' }] }, ['input.phones.1.number NOT_A_NUMBER']],
    ['a huge phone', { nameEn: 'A', phones: [{ number: '০'.repeat(200_000) }] }, ['input.phones.0.number TOO_LONG']],
    ['a valid phone with junk far behind it', { nameEn: 'A', phones: [{ number: `01100123456${' '.repeat(200)}junk` }] }, ['input.phones.0.number TOO_LONG']],
    ['the same phone twice', { nameEn: 'A', phones: [{ number: '01100123456' }, { number: '+880 1100 123456' }] }, ['input.phones.1.number DUPLICATE']],
    ['11 phones', { nameEn: 'A', phones: Array.from({ length: 11 }, (_, i) => ({ number: `011001234${i + 10}` })) }, ['input.phones TOO_MANY']],
    ['11 identifiers', { nameEn: 'A', identifiers: Array.from({ length: 11 }, (_, i) => ({ kind: 'NID', value: `12345678${i + 10}` })) }, ['input.identifiers TOO_MANY']],
    ['wrong identifiers', { nameEn: 'A', identifiers: [
      { kind: 'NID', value: '12' }, { kind: 'PASSPORT', value: 'ZZ 01_2345' }, { kind: 'EMIRATES_ID', value: '999199012345678' }, { kind: 'NID', value: '0000000000' },
    ] }, ['input.identifiers.0.value WRONG_LENGTH', 'input.identifiers.1.value WRONG_CHARACTERS', 'input.identifiers.2.value WRONG_FORMAT', 'input.identifiers.3.value PLACEHOLDER']],
    ['the same identifier twice', { nameEn: 'A', identifiers: [{ kind: 'PASSPORT', value: 'zz0111111' }, { kind: 'PASSPORT', value: 'ZZ-0111111' }] }, ['input.identifiers.1.value DUPLICATE']],
    ['an empty address', { nameEn: 'A', address: {} }, ['input.address EMPTY']],
    ['a long address', { nameEn: 'A', address: { line: 'x'.repeat(301) } }, ['input.address.line TOO_LONG']],
    ['an unknown country', { nameEn: 'A', address: { city: 'Atlantis', country: 'XX' } }, ['input.address.country NOT_A_COUNTRY']],
    ['a guardian without a name', { nameEn: 'A', guardian: { name: ' ', relation: 'MOTHER', phone: '1' } }, ['input.guardian.name EMPTY', 'input.guardian.phone TOO_SHORT']],
  ])('is refused with its path and reason: %s', async (_case, input, expected) => {
    const before = await count();
    const answer = await patients.registerAnswer(typeof input === 'function' ? input() : input);
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(faultsOf(answer).sort()).toEqual([...expected].sort());
    expect(isEmptyHanded(answer)).toBe(true);
    expect(await count()).toBe(before);
  });

  it('is named all at once', async () => {
    const answer = await patients.registerAnswer({
      nameEn: '', birth: { ageYears: 131 }, phones: [{ number: 'x' }], identifiers: [{ kind: 'NID', value: 'x' }], address: { line: '\u202E' }, guardian: { name: '', relation: 'OTHER' },
    });
    expect(faultsOf(answer)).toEqual([
      'input.nameEn EMPTY', 'input.birth.ageYears TOO_LONG_AGO', 'input.phones.0.number NOT_A_NUMBER', 'input.identifiers.0.value WRONG_CHARACTERS',
      'input.address.line BIDIRECTIONAL_CONTROL', 'input.guardian.name EMPTY',
    ]);
  });

  it.each<[string, object, string]>([
    ['a number for a name', { nameEn: 5 }, 'input.nameEn WRONG_TYPE'],
    ['a list for a name', { nameEn: ['A'] }, 'input.nameEn WRONG_TYPE'],
    ['a text for a year', { nameEn: 'A', birth: { year: '1990' } }, 'input.birth.year WRONG_TYPE'],
    ['half a year', { nameEn: 'A', birth: { ageYears: 1.5 } }, 'input.birth.ageYears WRONG_TYPE'],
    ['a year beyond 32 bits', { nameEn: 'A', birth: { year: 3_000_000_000 } }, 'input.birth.year WRONG_TYPE'],
    ['an unknown field', { nameEn: 'A', mrn: 'P-000001' }, 'input.mrn UNKNOWN_FIELD'],
    ['an unknown sex', { nameEn: 'A', sex: 'M' }, 'input.sex WRONG_TYPE'],
    ['no id', { nameEn: 'A', id: '1' }, 'input.id WRONG_TYPE'],
    ['null for a phone', { nameEn: 'A', phones: [null] }, 'input.phones.0 REQUIRED'],
    ['a phone without a number', { nameEn: 'A', phones: [{ label: 'OWN' }] }, 'input.phones.0.number REQUIRED'],
  ])('is refused when its type is wrong: %s', async (_case, input, expected) => {
    const answer = await patients.registerAnswer(input);
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(faultsOf(answer)).toEqual([expected]);
  });

  it('never comes back in the answer', async () => {
    const answers: GraphqlAnswer[] = [
      await patients.registerAnswer({ nameEn: 'Canary\u202E', phones: [{ number: '0110099' }], identifiers: [{ kind: 'NID', value: 'Canary' }] }),
      await patients.registerAnswer({ nameEn: 'A', sex: 'Canary' }),
      await patients.findAnswer({ phone: 'Canary' }),
      await patients.findAnswer({ phone: { Canary: 1 } }),
    ];
    for (const answer of answers) {
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(JSON.stringify(answer)).not.toMatch(/Canary|0110099/);
    }
  });

  it.each<[object, object]>([
    [{ birth: { date: '২০২৪-০২-২৯' } }, { birth: { date: '2024-02-29' } }],
    [{ phones: [{ number: '০১১০০ ১২৩ ৪৫৬' }] }, { phones: [{ number: '+8801100123456' }] }],
    [{ identifiers: [{ kind: 'BIRTH_REGISTRATION', value: '১৯৯০১২৩৪৫৬৭৮৯০১২৩' }] }, { identifiers: [{ value: '19901234567890123' }] }],
    [{ phones: [], identifiers: [], address: null }, { phones: [], address: null }],
    [{ phones: Array.from({ length: 10 }, (_, i) => ({ number: `0110012340${i}` })) }, { phones: Array.from({ length: 10 }, (_, i) => ({ number: `+880110012340${i}` })) }],
    [{ address: { line: 'ক'.repeat(300) } }, { address: { line: 'ক'.repeat(300) } }],
  ])('is not this: %j', async (input, expected) => {
    expect(await patients.register({ nameEn: 'Fine', ...input })).toMatchObject(expected);
  });
});

import { Temporal } from 'temporal-polyfill';
import { birthFromInput, isMinorOn } from '../patients/birth-date.js';
import { luhnDigit, type IdentifierKind } from '../patients/identifiers.js';
import { cleanName } from '../patients/person-name.js';
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

const DEMO_DAY = '2026-01-01';
const MOST_PATIENTS = 1_000_000;

export type DemoCountry = 'BD' | 'AE';
export type DemoSex = 'MALE' | 'FEMALE' | 'OTHER';
export type DemoBloodGroup = (typeof BLOOD_GROUPS)[number];
export type DemoBirth = { date: string } | { year: number } | { ageYears: number };

export interface DemoAddress {
  line: string;
  area: string;
  city: string;
  country: DemoCountry;
}

/** An invented person; `family` names, by its place in the answer, the earlier person whose telephone this one uses. */
export interface DemoPatient {
  nameEn: string;
  nameBn: string;
  sex: DemoSex;
  birth: DemoBirth;
  phones: Array<{ number: string; label: 'OWN' | 'FAMILY' }>;
  identifiers: Array<{ kind: IdentifierKind; value: string }>;
  address: DemoAddress;
  guardian?: { name: string; relation: 'FATHER' | 'MOTHER'; phone: string };
  family?: { sharesPhoneWith: number; number: string };
  bloodGroup?: DemoBloodGroup;
  notes?: string;
}

// Each group as often as it roughly occurs in Bangladesh.
const BLOOD_GROUPS = ['B+', 'B+', 'B+', 'O+', 'O+', 'O+', 'A+', 'A+', 'AB+', 'B-', 'O-', 'A-', 'AB-'] as const;

const NOTES = [
  'Prefers to be called after 5 pm',
  'Hard of hearing in the left ear: speak to the right',
  'Reads Bangla only',
  'Comes with a relative who interprets',
  'Uses a wheelchair: needs the ground-floor room',
  'Asks for a female doctor',
  'Sends reminders to the son abroad as well',
  'Lives outside the city: group the visits on one day',
];

interface Dice {
  chance(probability: number): boolean;
  int(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
}

interface Member {
  role: 'HEAD' | 'SPOUSE' | 'CHILD' | 'ELDER';
  sex: DemoSex;
  age: number;
}

interface Household {
  members: Member[];
  origin: 'arabic' | 'sanskrit';
  familyName: SpelledName;
  usedGivenNames: Set<SpelledName>;
  address: DemoAddress;
}

interface Run {
  dice: Dice;
  country: DemoCountry;
  today: string;
  serial(n: number): string;
  phonesGiven: number;
}

/**
 * Invents `count` (at most a million) patients of one clinic, household by household, as they would be registered on
 * `today` (yyyy-mm-dd). The same arguments give the same people; within one answer no two share an identifier, and only
 * a household shares a telephone. Numbers are valid in form but lie where none are in use: Bangladesh 011 (a network that
 * no longer runs), Emirates subscriber numbers starting with 0, national numbers of district 00, passports ZZ0.
 */
export function demoPatients(seed: number, count: number, country: DemoCountry, today = DEMO_DAY): DemoPatient[] {
  if (!Number.isInteger(count) || count < 0 || count > MOST_PATIENTS) {
    throw new RangeError(`The number of demo patients lies between 0 and ${MOST_PATIENTS}`);
  }
  const dice = diceFrom(seed);
  const run: Run = { dice, country, today, serial: serialsFrom(dice), phonesGiven: 0 };

  const patients: DemoPatient[] = [];
  while (patients.length < count) addHousehold(run, patients);
  return patients.slice(0, count);
}

function addHousehold(run: Run, patients: DemoPatient[]): void {
  const household = inventHousehold(run);
  const start = patients.length;
  const parentCount = household.members.filter(({ role }) => role === 'HEAD' || role === 'SPOUSE').length;
  for (const member of household.members) {
    const patient = inventPerson(run, household, member, patients.length);
    const parents = patients.slice(start, start + parentCount);
    givePhone(run, member, patient, parents, start);
    if (isMinorOn(birthFromInput(patient.birth, run.today), run.today)) giveGuardian(run.dice, patient, parents);
    patients.push(patient);
  }
}

function inventHousehold({ dice, country }: Run): Household {
  const origin = dice.chance(0.85) ? 'arabic' : 'sanskrit';
  return {
    members: inventMembers(dice),
    origin,
    familyName: dice.pick(ofOrigin(FAMILY_NAMES, origin)),
    usedGivenNames: new Set(),
    address: inventAddress(dice, country),
  };
}

// Parents come first, so that whoever shares a telephone shares that of somebody already in the list.
function inventMembers(dice: Dice): Member[] {
  if (dice.chance(0.35)) return [inventLoner(dice)];

  const motherAge = dice.int(20, 58);
  const mother: Member = { role: 'HEAD', sex: 'FEMALE', age: motherAge };
  if (dice.chance(0.12)) return [mother, ...inventChildren(dice, motherAge)];

  const fatherAge = motherAge + dice.int(1, 9);
  const members: Member[] = [
    { role: 'HEAD', sex: 'MALE', age: fatherAge },
    { ...mother, role: 'SPOUSE' },
    ...(dice.chance(0.75) ? inventChildren(dice, motherAge) : []),
  ];
  const elderAge = fatherAge + dice.int(18, 32);
  if (elderAge <= 95 && dice.chance(0.25)) {
    members.push({ role: 'ELDER', sex: dice.chance(0.65) ? 'FEMALE' : 'MALE', age: elderAge });
  }
  return members;
}

function inventLoner(dice: Dice): Member {
  const sex = dice.chance(0.02) ? 'OTHER' : dice.chance(0.55) ? 'MALE' : 'FEMALE';
  return { role: 'HEAD', sex, age: dice.chance(0.7) ? dice.int(18, 50) : dice.int(50, 92) };
}

function inventChildren(dice: Dice, motherAge: number): Member[] {
  const children: Member[] = [];
  const most = dice.int(1, 4);
  let age = dice.int(0, Math.min(motherAge - 19, 26));
  while (age >= 0 && children.length < most) {
    children.push({ role: 'CHILD', sex: dice.chance(0.5) ? 'MALE' : 'FEMALE', age });
    age -= dice.int(1, 5);
  }
  return children;
}

function inventAddress(dice: Dice, country: DemoCountry): DemoAddress {
  const city = country === 'AE' ? 'Dubai' : dice.pick(['Dhaka', 'Dhaka', 'Chattogram'] as const);
  const line =
    country === 'AE'
      ? `Flat ${dice.int(1, 12)}0${dice.int(1, 9)}, Building ${dice.int(1, 90)}`
      : `House ${dice.int(1, 140)}, Road ${dice.int(1, 32)}`;
  return { line, area: dice.pick<string>(AREAS[city]), city, country };
}

function inventPerson(run: Run, household: Household, member: Member, index: number): DemoPatient {
  const { dice, today } = run;
  const birth = inventBirth(run, member.age);
  const patient: DemoPatient = {
    ...inventName(dice, household, member.sex),
    sex: member.sex,
    birth,
    phones: [],
    identifiers: inventIdentifiers(run, member.age, birthFromInput(birth, today).date.slice(0, 4), index),
    address: { ...household.address },
  };
  if (dice.chance(0.6)) patient.bloodGroup = dice.pick(BLOOD_GROUPS);
  if (member.age >= 18 && dice.chance(0.06)) patient.notes = dice.pick(NOTES);
  return patient;
}

function inventName(dice: Dice, household: Household, sex: DemoSex): { nameEn: string; nameBn: string } {
  const female = sex === 'FEMALE' || (sex === 'OTHER' && dice.chance(0.5));
  const given = pickGivenName(dice, household, female);
  const second = pickSecondName(dice, household, female, given);
  const prefixed = household.origin === 'arabic' && dice.chance(female ? 0.15 : 0.4);
  const prefix = prefixed ? [dice.pick(female ? FEMALE_PREFIXES : MALE_PREFIXES)] : [];

  const names = [...prefix, given, second];
  return {
    nameEn: cleanName(names.map((name) => spell(dice, name)).join(' ')),
    nameBn: cleanName(names.map((name) => name.bn).join(' ')),
  };
}

function pickGivenName(dice: Dice, household: Household, female: boolean): SpelledName {
  const names = ofOrigin(female ? FEMALE_GIVEN_NAMES : MALE_GIVEN_NAMES, household.origin);
  const given = dice.pick(names.filter((name) => !household.usedGivenNames.has(name)));
  household.usedGivenNames.add(given);
  return given;
}

function pickSecondName(dice: Dice, household: Household, female: boolean, given: SpelledName): SpelledName {
  const barred = NEVER_TOGETHER[given.latin[0]] ?? [];
  const allowed = (name: SpelledName): boolean => !barred.includes(name.latin[0]);

  if (female && dice.chance(household.origin === 'arabic' ? 0.65 : 0.2)) {
    return dice.pick(ofOrigin(FEMALE_SECOND_NAMES, household.origin).filter(allowed));
  }
  if (allowed(household.familyName) && dice.chance(0.8)) return household.familyName;
  return dice.pick(ofOrigin(FAMILY_NAMES, household.origin).filter(allowed));
}

function spell(dice: Dice, name: SpelledName): string {
  return dice.chance(0.6) ? name.latin[0] : dice.pick(name.latin);
}

// The older the person, the less often the day is known; Emirates residents all have it on a card.
function inventBirth({ dice, country, today }: Run, age: number): DemoBirth {
  const knowsDay = country === 'AE' ? 0.88 : age < 18 ? 0.8 : age < 60 ? 0.5 : 0.2;
  if (age < 2 || dice.chance(knowsDay)) {
    const date = Temporal.PlainDate.from(today).subtract({ years: age }).subtract({ days: dice.int(0, 364) });
    return { date: date.toString() };
  }
  if (dice.chance(0.4)) return { year: Temporal.PlainDate.from(today).year - age };
  return { ageYears: age };
}

function inventIdentifiers(run: Run, age: number, birthYear: string, index: number): DemoPatient['identifiers'] {
  const { dice, country } = run;
  const serial = run.serial(index);
  const identifiers: DemoPatient['identifiers'] = [];
  const maybe = (probability: number, kind: IdentifierKind, value: string): void => {
    if (dice.chance(probability)) identifiers.push({ kind, value });
  };

  if (country === 'AE') {
    const payload = `784${birthYear}0${serial}`;
    maybe(0.85, 'EMIRATES_ID', payload + luhnDigit(payload));
    maybe(0.35, 'PASSPORT', `ZZ0${serial}`);
    return identifiers;
  }
  if (age < 18) {
    maybe(0.6, 'BIRTH_REGISTRATION', `${birthYear}00${serial.padStart(11, '0')}`);
    return identifiers;
  }
  const short = `010${serial}`;
  maybe(0.7, 'NID', dice.pick([`0${short}`, `0000${short}`, `${birthYear}0000${short}`]));
  maybe(0.08, 'PASSPORT', `ZZ0${serial}`);
  return identifiers;
}

function givePhone(run: Run, member: Member, patient: DemoPatient, parents: DemoPatient[], start: number): void {
  const lender = run.dice.chance(ownPhoneChance(member)) ? undefined : pickLender(run.dice, parents, start);
  const number = lender?.number ?? inventPhone(run);
  patient.phones.push({ number, label: lender ? 'FAMILY' : 'OWN' });
  if (lender) patient.family = lender;
}

function ownPhoneChance(member: Member): number {
  if (member.role === 'HEAD') return 1;
  if (member.role === 'SPOUSE') return 0.55;
  if (member.role === 'ELDER') return 0.3;
  return member.age < 14 ? 0 : member.age < 18 ? 0.25 : 0.85;
}

function pickLender(dice: Dice, parents: DemoPatient[], start: number): { sharesPhoneWith: number; number: string } {
  const owned = parents.flatMap(({ phones }, offset) =>
    phones.filter(({ label }) => label === 'OWN').map(({ number }) => ({ sharesPhoneWith: start + offset, number })),
  );
  return dice.pick(owned);
}

function inventPhone(run: Run): string {
  const serial = run.serial(run.phonesGiven++);
  return run.country === 'AE' ? `+971500${serial}` : `+8801100${serial}`;
}

function giveGuardian(dice: Dice, patient: DemoPatient, parents: DemoPatient[]): void {
  const parent = dice.pick(parents);
  const phone = parent.phones[0];
  if (!phone) throw new Error('Every demo parent can be reached by telephone');
  patient.guardian = { name: parent.nameEn, relation: parent.sex === 'MALE' ? 'FATHER' : 'MOTHER', phone: phone.number };
}

function ofOrigin(names: readonly SpelledName[], origin: 'arabic' | 'sanskrit'): readonly SpelledName[] {
  return names.filter((name) => name.origin === origin || name.origin === 'either');
}

// Six digits, different for every n below a million because 611 953 has no factor in common with it.
function serialsFrom(dice: Dice): (n: number) => string {
  const first = dice.int(0, MOST_PATIENTS - 1);
  return (n) => String((first + n * 611_953) % MOST_PATIENTS).padStart(6, '0');
}

// A Weyl sequence through a 32-bit mixing function: repeatable everywhere, and no secret depends on it.
function diceFrom(seed: number): Dice {
  let state = Math.trunc(seed) >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    chance: (probability) => next() < probability,
    int,
    pick: <T>(list: readonly T[]): T => {
      const place = int(0, list.length - 1);
      if (place >= list.length || place < 0) throw new RangeError('Nothing to pick from');
      return list[place] as T;
    },
  };
}

import { isSupportedCountry } from 'libphonenumber-js/max';
import type { InputFault } from '../platform/errors.js';
import { InputCheck, textFault } from '../platform/input-check.js';
import { InvalidText } from '../platform/plain-text.js';
import { type Country, todayIn } from '../tenants/practice-countries.reader.js';
import { type BirthDate, type BirthInput, birthFromInput, InvalidBirthDate, isMinorOn } from './birth-date.js';
import { type IdentifierKind, type IdentifierWarning, InvalidIdentifier, normaliseIdentifier } from './identifiers.js';
import type { BloodGroup, GuardianRelation, PatientWarning, PhoneLabel, Sex } from './patient.enums.js';
import { cleanName, InvalidName, LONGEST_NAME } from './person-name.js';
import { InvalidPhone, normalisePhone } from './phone.model.js';

/** The most of each that a patient can have; lengths in code points. */
export const patientLimits = {
  name: LONGEST_NAME, phones: 10, identifiers: 10, addressLine: 300, place: 100, postalCode: 20, notes: 10_000,
} as const;

const LONGEST_NUMBER_TYPED = 100;

export interface Address {
  line: string | null;
  area: string | null;
  city: string | null;
  district: string | null;
  postalCode: string | null;
  country: string;
}

export interface Guardian {
  name: string;
  relation: GuardianRelation;
  phone: string | null;
}

/** Who a patient is, as sealed in `clinic.patients.identity`: names clean, telephones in E.164, identifiers in their one spelling. */
export interface Identity {
  nameEn: string | null;
  nameBn: string | null;
  sex: Sex;
  birth: BirthDate | null;
  phones: Array<{ number: string; label: PhoneLabel }>;
  identifiers: Array<{ kind: IdentifierKind; value: string; warnings: IdentifierWarning[] }>;
  address: Address | null;
  guardian: Guardian | null;
}

/** What is sealed in `clinic.patients.clinical`. */
export interface Clinical {
  bloodGroup: BloodGroup | null;
  notes: string | null;
}

/** A change of an identity: an absent field stays as it is, null clears it. */
export interface IdentityInput {
  nameEn?: string | null;
  nameBn?: string | null;
  sex?: Sex | null;
  birth?: BirthInput | null;
  phones?: Array<{ number: string; label: PhoneLabel }> | null;
  identifiers?: Array<{ kind: IdentifierKind; value: string }> | null;
  address?: { [part in keyof Address]?: string | null } | null;
  guardian?: { name: string; relation: GuardianRelation; phone?: string | null } | null;
}

/** A change of what is clinical: an absent field stays as it is, null clears it. */
export interface ClinicalInput {
  bloodGroup?: BloodGroup | null;
  notes?: string | null;
}

export const nobody: Readonly<Identity> = {
  nameEn: null, nameBn: null, sex: 'UNKNOWN', birth: null, phones: [], identifiers: [], address: null, guardian: null,
};

export const nothingClinical: Readonly<Clinical> = { bloodGroup: null, notes: null };

/**
 * The identity after a change, in a practice of this country. Throws BAD_USER_INPUT that names every fault at once by its
 * path under `input`; a patient without any name is a fault too.
 */
export function changedIdentity(before: Identity, input: IdentityInput, country: Country): Identity {
  const check = new Check(country);
  const after = readIdentity(check, before, input);
  if (!after.nameEn && !after.nameBn && !check.blames('nameEn', 'nameBn')) check.blame([], 'NAME_REQUIRED');
  check.throwIfAny();
  return after;
}

/** As much of a new identity as can be read of what somebody has typed by now, and what is wrong with the parts that are left out. */
export function typedIdentity(input: IdentityInput, country: Country): { identity: Identity; ignored: readonly InputFault[] } {
  const check = new Check(country);
  const identity = readIdentity(check, nobody, input);
  return { identity, ignored: check.faults };
}

function readIdentity(check: Check, before: Identity, input: IdentityInput): Identity {
  return {
    nameEn: changed(before.nameEn, null, input.nameEn, (raw) => check.name(['nameEn'], raw)),
    nameBn: changed(before.nameBn, null, input.nameBn, (raw) => check.name(['nameBn'], raw)),
    sex: changed(before.sex, 'UNKNOWN', input.sex, (sex) => sex),
    birth: changed(before.birth, null, input.birth, (birth) => check.birth(birth)),
    phones: changed(before.phones, [], input.phones, (phones) => check.phones(phones)),
    identifiers: changed(before.identifiers, [], input.identifiers, (identifiers) => check.identifiers(identifiers)),
    address: changed(before.address, null, input.address, (address) => check.address(address)),
    guardian: changed(before.guardian, null, input.guardian, (guardian) => check.guardian(guardian)),
  };
}

/** What is clinical after a change. Throws BAD_USER_INPUT. */
export function changedClinical(before: Clinical, input: ClinicalInput): Clinical {
  const check = new InputCheck();
  const after: Clinical = {
    bloodGroup: changed(before.bloodGroup, null, input.bloodGroup, (group) => group),
    notes: changed(before.notes, null, input.notes, (raw) => check.lines(['notes'], raw, patientLimits.notes)),
  };
  check.throwIfAny();
  return after;
}

/** What somebody should look at again, today, in a practice of this country. */
export function warningsOf(identity: Identity, country: Country): PatientWarning[] {
  const warnings: PatientWarning[] = [];
  if (identity.birth && !identity.guardian && isMinorOn(identity.birth, todayIn(country))) warnings.push('GUARDIAN_MISSING');
  if (identity.identifiers.some((identifier) => identifier.warnings.length)) warnings.push('EMIRATES_ID_CHECK_DIGIT');
  return warnings;
}

/** The fault that a refused value is; any other error is thrown again. */
export function faultOf(path: string[], error: unknown): InputFault {
  if (error instanceof InvalidPhone || error instanceof InvalidIdentifier) return { path, reason: error.reason };
  if (error instanceof InvalidBirthDate) return { path: error.field === 'birth' ? path : [...path, error.field], reason: error.reason };
  if (error instanceof InvalidName) return { path, reason: error.reason, ...(error.reason === 'TOO_LONG' && { params: { max: LONGEST_NAME } }) };
  return textFault(path, error);
}

/** A number as typed; throws InvalidText when it is so long that the parsers need not see it. */
export function typedNumber(raw: string): string {
  if (raw.length > LONGEST_NUMBER_TYPED) throw new InvalidText('TOO_LONG', LONGEST_NUMBER_TYPED);
  return raw;
}

const changed = <Kept, Given>(before: Kept, cleared: Kept, given: Given | null | undefined, read: (given: Given) => Kept): Kept =>
  given === undefined ? before : given === null ? cleared : read(given);

/** Reads the parts of an identity and gathers what is wrong with them. */
class Check extends InputCheck {
  constructor(private readonly country: Country) {
    super(faultOf);
  }

  name(path: string[], raw: string): string | null {
    return this.at(path, () => cleanName(raw)) ?? null;
  }

  birth(birth: BirthInput): BirthDate | null {
    return this.at(['birth'], () => birthFromInput(birth, todayIn(this.country))) ?? null;
  }

  phones(phones: NonNullable<IdentityInput['phones']>): Identity['phones'] {
    if (this.tooMany('phones', phones, patientLimits.phones)) return [];
    const seen = new Set<string>();
    return phones.flatMap(({ number: raw, label }, index) => {
      const path = ['phones', String(index), 'number'];
      const number = this.at(path, () => normalisePhone(typedNumber(raw), this.country));
      return number && this.#first(seen, number, path) ? [{ number, label }] : [];
    });
  }

  identifiers(identifiers: NonNullable<IdentityInput['identifiers']>): Identity['identifiers'] {
    if (this.tooMany('identifiers', identifiers, patientLimits.identifiers)) return [];
    const seen = new Set<string>();
    return identifiers.flatMap(({ kind, value: raw }, index) => {
      const path = ['identifiers', String(index), 'value'];
      const identifier = this.at(path, () => normaliseIdentifier(kind, typedNumber(raw)));
      return identifier && this.#first(seen, `${kind} ${identifier.value}`, path) ? [{ kind, ...identifier }] : [];
    });
  }

  address(given: NonNullable<IdentityInput['address']>): Address {
    const part = (name: keyof Address, longest: number): string | null => this.line(['address', name], given[name], longest);
    const address: Address = {
      line: part('line', patientLimits.addressLine),
      area: part('area', patientLimits.place),
      city: part('city', patientLimits.place),
      district: part('district', patientLimits.place),
      postalCode: part('postalCode', patientLimits.postalCode),
      country: given.country ?? this.country,
    };
    if (!isSupportedCountry(address.country)) this.blame(['address', 'country'], 'NOT_A_COUNTRY');
    if (![given.line, given.area, given.city, given.district].some((raw) => typeof raw === 'string')) this.blame(['address'], 'EMPTY');
    return address;
  }

  guardian({ name, relation, phone }: NonNullable<IdentityInput['guardian']>): Guardian {
    return {
      name: this.name(['guardian', 'name'], name) ?? '',
      relation,
      phone: typeof phone === 'string' ? (this.at(['guardian', 'phone'], () => normalisePhone(typedNumber(phone), this.country)) ?? null) : null,
    };
  }

  #first(seen: Set<string>, value: string, path: string[]): boolean {
    if (seen.has(value)) this.blame(path, 'DUPLICATE');
    return !seen.has(value) && Boolean(seen.add(value));
  }
}

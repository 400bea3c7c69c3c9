import { canonical } from '../platform/canonical.js';
import type { PatientRecord } from '../patients/patient.model.js';
import type { HeldPatient } from '../patients/patients.writer.js';

type Identity = PatientRecord['identity'];
type Clinical = HeldPatient['clinical'];
type IdentifierField = 'NID' | 'BIRTH_REGISTRATION' | 'PASSPORT' | 'EMIRATES_ID';

export const identityFields = [
  'NAME_EN', 'NAME_BN', 'SEX', 'BIRTH', 'PHONES', 'NID', 'BIRTH_REGISTRATION', 'PASSPORT', 'EMIRATES_ID', 'ADDRESS', 'GUARDIAN',
] as const;
export const clinicalFields = ['BLOOD_GROUP', 'NOTES'] as const;
const identifierFields = ['NID', 'BIRTH_REGISTRATION', 'PASSPORT', 'EMIRATES_ID'] as const satisfies readonly IdentifierField[];

export type MergeField = (typeof identityFields)[number] | (typeof clinicalFields)[number];
export type MergeSource = 'SURVIVOR' | 'DUPLICATE' | 'BOTH';
export type Choices = ReadonlyMap<MergeField, MergeSource>;

/** The fields of a patient that a merge decides one by one; the identifiers of each kind are one field. */
export type Values = Partial<Record<MergeField, unknown>>;

/** What becomes of one field. `from` is undefined while a conflict waits for a choice; `value` is then the survivor's. */
export interface MergedValue {
  field: MergeField;
  survivor: unknown;
  duplicate: unknown;
  value: unknown;
  from: MergeSource | undefined;
  conflict: boolean;
}

const united: ReadonlySet<MergeField> = new Set<MergeField>(['PHONES', 'NOTES', ...identifierFields]);

/** The fields of who a patient is. */
export const valuesOfIdentity = ({ nameEn, nameBn, sex, birth, phones, identifiers, address, guardian }: Identity): Values => ({
  NAME_EN: nameEn, NAME_BN: nameBn, SEX: sex, BIRTH: birth, PHONES: phones, ADDRESS: address, GUARDIAN: guardian,
  ...Object.fromEntries(identifierFields.map((kind) => [kind, identifiers.filter((identifier) => identifier.kind === kind)])),
});

/** The identity that has these fields; identifiers come in the order in which `orders` have them, so that none moves without a change. */
export function identityOf(values: Values, ...orders: Identity[]): Identity {
  const order = orders.flatMap(({ identifiers }) => identifiers.map(canonical));
  const place = (identifier: unknown): number => {
    const at = order.indexOf(canonical(identifier));
    return at < 0 ? order.length : at;
  };
  const identifiers = identifierFields.flatMap((kind) => values[kind] as Identity['identifiers']);
  return {
    nameEn: values.NAME_EN as Identity['nameEn'],
    nameBn: values.NAME_BN as Identity['nameBn'],
    sex: values.SEX as Identity['sex'],
    birth: values.BIRTH as Identity['birth'],
    phones: values.PHONES as Identity['phones'],
    identifiers: identifiers.sort((a, b) => place(a) - place(b)),
    address: values.ADDRESS as Identity['address'],
    guardian: values.GUARDIAN as Identity['guardian'],
  };
}

/** The fields of what is medical. */
export const valuesOfClinical = ({ bloodGroup, notes }: Clinical): Values => ({ BLOOD_GROUP: bloodGroup, NOTES: notes });

/** What is medical with these fields. */
export const clinicalOf = (values: Values): Clinical =>
  ({ bloodGroup: values.BLOOD_GROUP as Clinical['bloodGroup'], notes: values.NOTES as Clinical['notes'] });

/**
 * What becomes of each field when a duplicate is merged into a survivor. Equal values and values that only one has need no
 * choice, telephones are united, and so is a list that holds the other; any other difference is a conflict to be chosen.
 */
export function merged(fields: readonly MergeField[], survivor: Values, duplicate: Values, choices: Choices): MergedValue[] {
  return fields.map((field) => {
    const [s, d] = [survivor[field], duplicate[field]];
    const equal = same(field, s, d);
    const contained = isList(s) && isList(d) && (field === 'PHONES' || holdsAll(s, d) || holdsAll(d, s));
    const conflict = !equal && !isEmpty(s) && !isEmpty(d) && !contained;
    const from = equal ? 'BOTH' : (choices.get(field) ?? (conflict ? undefined : unchosen(s, d)));
    return { field, survivor: s, duplicate: d, conflict, from, value: from === 'DUPLICATE' ? d : from === 'BOTH' && !equal ? union(s, d) : s };
  });
}

/** True when a choice of BOTH means something for the field. */
export const canUnite = (field: MergeField): boolean => united.has(field);

/** The values that fields are to have. */
export const valuesOf = (fields: ReadonlyArray<{ field: MergeField; value: unknown }>): Values => Object.fromEntries(fields.map(({ field, value }) => [field, value]));

/** What undoing a merge makes of one field of the survivor; `conflict` when it was edited since and cannot be both. */
export interface RestoredValue {
  field: MergeField;
  value: unknown;
  conflict: boolean;
}

/**
 * The survivor's fields once a merge is undone: what the merge had not changed stays as it is now, what it had changed becomes
 * as before. A list loses what the merge had added and keeps what came later. A single value that was edited after the merge
 * is a conflict, unless it is among those to `keep` as they are now.
 */
export function restored(fields: readonly MergeField[], before: Values, after: Values, now: Values, keep: ReadonlySet<MergeField>): RestoredValue[] {
  return fields.map((field) => {
    const [was, became, is] = [before[field], after[field], now[field]];
    const settled = (value: unknown): RestoredValue => ({ field, value, conflict: false });
    if (canonical(was) === canonical(became) || keep.has(field)) return settled(is);
    if (canonical(is) === canonical(became)) return settled(was);
    if (isList(was) && isList(became) && isList(is)) {
      const left = is.filter((one) => contains(was, one) || !contains(became, one));
      return settled([...left, ...was.filter((one) => !contains(became, one) && !contains(left, one))]);
    }
    return { field, value: is, conflict: true };
  });
}

const unchosen = (survivor: unknown, duplicate: unknown): MergeSource =>
  isEmpty(duplicate) ? 'SURVIVOR' : isEmpty(survivor) ? 'DUPLICATE' : 'BOTH';

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === 'UNKNOWN' || (isList(value) && value.length === 0);

const contains = (list: unknown[], one: unknown): boolean => list.some((other) => canonical(other) === canonical(one));

// A telephone is the same one whoever it is said to belong to, and an identifier whatever is doubtful about it.
const keyOf = (one: unknown): unknown => {
  const { number, value } = one as { number?: string; value?: string };
  return number ?? value;
};

const holdsAll = (list: unknown[], others: unknown[]): boolean => others.every((other) => list.some((one) => keyOf(one) === keyOf(other)));

const same = (field: MergeField, a: unknown, b: unknown): boolean =>
  canonical(a) === canonical(b) || (identifierFields.includes(field as IdentifierField) && isList(a) && isList(b) && holdsAll(a, b) && holdsAll(b, a));

function union(survivor: unknown, duplicate: unknown): unknown {
  if (isList(survivor) && isList(duplicate)) return [...survivor, ...duplicate.filter((one) => !holdsAll(survivor, [one]))];
  return [survivor, duplicate].filter((text) => !isEmpty(text)).join('\n\n');
}

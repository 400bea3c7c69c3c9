import { Field, Int, ObjectType } from '@nestjs/graphql';
import { formatIncompletePhoneNumber } from 'libphonenumber-js/max';
import { Classified } from '../platform/access/classification.js';
import type { Permission } from '../platform/access/permissions.js';
import type { Ctx } from '../platform/context/ctx.js';
import type { InputFault } from '../platform/errors.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { type Country, todayIn } from '../tenants/practice-countries.reader.js';
import { type BirthDate, type BirthPrecision, ageOn, isMinorOn } from './birth-date.js';
import type { IdentifierKind } from './identifiers.js';
import type { DuplicateScore } from './duplicate-score.js';
import { formatMrn } from './mrn.js';
import type { Clinical, Identity } from './patient-identity.js';
import type { PatientRow } from './patient-rows.js';
import {
  BirthPrecisions, BloodGroup, DuplicateReason, GuardianRelation, IdentifierKinds, PatientMatch, PatientStatus, PatientWarning, PhoneLabel, Sex,
} from './patient.enums.js';
import { lastFour } from './phone.model.js';

export { GuardianRelation };

/** A patient with the identity opened and what is clinical still sealed. */
export interface PatientRecord {
  row: PatientRow;
  identity: Identity;
  country: Country;
}

/** Somebody who may be the same person as the subject. */
export interface Candidate extends DuplicateScore {
  record: PatientRecord;
  /** The record that is like the subject, when it was merged into this patient. */
  mergedRecordId: string | null;
}

@ObjectType({ description: 'When the patient was born, as well as it is known.' })
@Classified('patient')
export class Birth {
  @Field(() => BirthPrecisions, { description: 'How well it is known.' })
  precision: BirthPrecision;

  @Field(() => LocalDateScalar, { description: 'The day, the 1 January of the year, or the estimated day: see `precision`.' })
  date: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'For AGE_ESTIMATE: the day on which the age was stated.' })
  asOf: string | null;

  @Field(() => Int, { description: 'Completed years today, where the practice is; an estimate unless `precision` is DAY.' })
  readonly ageYears: number;

  @Field(() => Boolean, { description: 'Whether that is less than 18 years.' })
  readonly isMinor: boolean;
}

@ObjectType({ description: 'A telephone number of a patient. Families share numbers: none is unique.' })
@Classified('patient')
export class PatientPhone {
  @Field({ description: 'In E.164, to dial: +8801100123456.' })
  number: string;

  @Field(() => String, { description: 'Spaced as people read it: +880 1100 123456.' })
  readonly display: string;

  @Field(() => String, { description: 'Its last four digits, to tell numbers apart without showing them: 3456.' })
  readonly lastFour: string;

  @Field(() => PhoneLabel, { description: 'Whose it is.' })
  label: PhoneLabel;
}

@ObjectType({ description: 'A number from an official document. Within a practice no two patients have the same one.' })
@Classified('patient')
export class PatientIdentifier {
  @Field(() => IdentifierKinds, { description: 'From which document.' })
  kind: IdentifierKind;

  @Field({ description: 'In ASCII, without spaces and hyphens, in upper case: 784199012345678.' })
  value: string;

  @Field(() => [PatientWarning], { description: 'What is doubtful about it.' })
  warnings: PatientWarning[];
}

@ObjectType({ description: 'Where a patient lives.' })
@Classified('patient')
export class PatientAddress {
  @Field(() => String, { nullable: true, description: 'House and road, or village.' })
  line: string | null;

  @Field(() => String, { nullable: true, description: 'Area, thana or upazila.' })
  area: string | null;

  @Field(() => String, { nullable: true, description: 'City or town.' })
  city: string | null;

  @Field(() => String, { nullable: true, description: 'District or emirate.' })
  district: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode: string | null;

  @Field({ description: 'ISO 3166-1 alpha-2, such as BD.' })
  country: string;
}

@ObjectType({ description: 'Who speaks for a patient, such as a parent for a minor.' })
@Classified('patient')
export class PatientGuardian {
  @Field({ description: 'Name, in any script.' })
  name: string;

  @Field(() => GuardianRelation, { description: 'What the guardian is to the patient.' })
  relation: GuardianRelation;

  @Field(() => String, { nullable: true, description: 'Telephone number in E.164. The patient is found by it too.' })
  phone: string | null;
}

@ObjectType({ description: 'What the caller may do with a patient. The server decides again on each call; this is for showing or hiding buttons.' })
@Classified('technical')
export class PatientViewerCan {
  @Field({ description: 'Change and add to what is not medical: `editPatient`, `linkFamily`, `recordConsent`, `withdrawConsent`, `addDocument` of a kind that is not medical, and what corrects or ends these. False for a patient who was merged: see whoever holds the record now.' })
  edit: boolean;

  @Field({ description: '`archivePatient` while ACTIVE, `restorePatient` while ARCHIVED; false for a patient who was merged.' })
  archive: boolean;

  @Field({ description: 'Every field of the patient, and every query, that needs patients:read-clinical: `clinical`, allergies, conditions, vital signs, clinical notes and documents, and the clinical kinds in `timeline`. Of a patient who was merged too.' })
  seeClinical: boolean;

  @Field({ description: '`editPatientClinical`; together with `seeClinical` also to record, correct and mark allergies, conditions, vital signs and clinical notes, and `addDocument` of a medical kind. False for a patient who was merged.' })
  editClinical: boolean;

  @Field({ description: '`mergePatients`, as the survivor (only while ACTIVE) or as the duplicate, `mergePreview`, and `undoMerge` of a merge whose survivor this is. False for a patient who was merged.' })
  merge: boolean;
}

@ObjectType({ description: 'What is medical about a patient, apart from visits.' })
@Classified('clinical')
export class PatientClinical {
  @Field(() => BloodGroup, { nullable: true, description: 'Blood group; null when nobody has recorded it.' })
  bloodGroup: BloodGroup | null;

  @Field(() => String, { nullable: true, description: 'Free text, with line ends, up to 10,000 characters.' })
  notes: string | null;
}

@ObjectType({ description: 'A patient of the practice.' })
@Classified('patient')
export class Patient {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field({ description: 'Medical record number, for people: P-000123. Counted up in the practice, without gaps, never reused.' })
  mrn: string;

  @Field(() => String, { nullable: true, description: 'Name in Latin letters. At least one of the two names is there.' })
  nameEn: string | null;

  @Field(() => String, { nullable: true, description: 'Name in Bangla letters.' })
  nameBn: string | null;

  @Field(() => Sex, { description: 'Sex.' })
  sex: Sex;

  @Field(() => Birth, { nullable: true, description: 'Birth; null when nobody has stated it.' })
  birth: Birth | null;

  @Field(() => [PatientPhone], { description: 'Telephone numbers, the preferred one first.' })
  phones: PatientPhone[];

  @Field(() => [PatientIdentifier], { description: 'Numbers from official documents.' })
  identifiers: PatientIdentifier[];

  @Field(() => PatientAddress, { nullable: true, description: 'Where the patient lives.' })
  address: PatientAddress | null;

  @Field(() => PatientGuardian, { nullable: true, description: 'Who speaks for the patient.' })
  guardian: PatientGuardian | null;

  @Field(() => PatientStatus, { description: 'Whether the patient is in the everyday list, or what became of them.' })
  status: PatientStatus;

  @Field(() => UuidScalar, { nullable: true, description: 'For MERGED: id of the patient who holds everything now. That one is never merged too.' })
  mergedInto: string | null;

  @Field(() => DateTimeScalar, { description: 'When the patient was registered.' })
  registeredAt: Date;

  @Field(() => DateTimeScalar, { description: 'When the patient’s own fields (those of `editPatient` and `editPatientClinical`) or status last changed, or they took part in a merge or its undoing. Clinical entries, documents, consents and family links do not count.' })
  updatedAt: Date;

  @Field(() => Int, { description: 'Rises with each change that `updatedAt` tells of. Send it back with an edit, so that nobody else’s change is overwritten; an edit that changes nothing leaves it as it is.' })
  version: number;

  @Field(() => PatientViewerCan, { description: 'What the caller may do.' })
  viewerCan: PatientViewerCan;

  /** Opened only when asked for and allowed; see the resolver's field `clinical`. */
  sealedClinical: Buffer;
}

@ObjectType({ description: 'A patient as it would be registered.' })
@Classified('patient')
export class PatientDraft {
  @Field(() => String, { nullable: true, description: 'Name in Latin letters. At least one of the two names is there.' })
  nameEn: string | null;

  @Field(() => String, { nullable: true, description: 'Name in Bangla letters.' })
  nameBn: string | null;

  @Field(() => Sex, { description: 'Sex.' })
  sex: Sex;

  @Field(() => Birth, { nullable: true, description: 'Birth; null when it is not told.' })
  birth: Birth | null;

  @Field(() => [PatientPhone], { description: 'Telephone numbers, the preferred one first.' })
  phones: PatientPhone[];

  @Field(() => [PatientIdentifier], { description: 'Numbers from official documents.' })
  identifiers: PatientIdentifier[];

  @Field(() => PatientAddress, { nullable: true, description: 'Where the patient lives.' })
  address: PatientAddress | null;

  @Field(() => PatientGuardian, { nullable: true, description: 'Who speaks for the patient.' })
  guardian: PatientGuardian | null;
}

export const PatientConnection = ConnectionOf(Patient, 'Patient');

@ObjectType({ description: 'A patient who may be the same person.' })
@Classified('patient')
export class PossibleDuplicate {
  @Field(() => Patient, { description: 'The patient.' })
  patient: Patient;

  @Field(() => Int, { description: 'How likely it is, from 40 (look at it) to 100 (hardly a doubt).' })
  score: number;

  @Field(() => [DuplicateReason], { description: 'What speaks for it, the most telling first.' })
  reasons: DuplicateReason[];

  @Field(() => UuidScalar, { nullable: true, description: 'When it is a record that was merged into the patient who is alike: its id, one of the patient’s `mergedRecords`.' })
  mergedRecordId: string | null;
}

@ObjectType({ description: 'What belongs to the reason of a fault, by the names that errors use.' })
@Classified('technical')
export class IgnoredInputParams {
  @Field(() => Int, { description: 'The most that there may be.' })
  max: number;
}

@ObjectType({ description: 'A part of an input that could not be read and was left out, as `extensions.faults` of an error tells it.' })
@Classified('technical')
export class IgnoredInput {
  @Field(() => [String], { description: 'Where it is, from the arguments down: ["input", "phones", "0", "number"].' })
  path: string[];

  @Field({ description: 'Why it could not be read: a stable word, as `registerPatient` would answer it.' })
  reason: string;

  @Field(() => IgnoredInputParams, { nullable: true, description: 'What belongs to the reason.' })
  params: IgnoredInputParams | null;
}

@ObjectType({ description: 'Whether somebody who is registered may be the same person, and who.' })
@Classified('patient')
export class PossibleDuplicates {
  @Field({ description: 'Whether there is somebody.' })
  found: boolean;

  @Field(() => [PossibleDuplicate], { nullable: true, description: 'Who, the likeliest first, at most 10; null for callers without patients:read.' })
  candidates: PossibleDuplicate[] | null;

  @Field(() => [IgnoredInput], { description: 'What was left out of the comparison because it cannot be read, as long as it is half typed or for good; empty when nothing was.' })
  ignored: IgnoredInput[];
}

@ObjectType({ description: 'A patient as saved, and what to look at again.' })
@Classified('patient')
export class PatientSaved {
  @Field(() => Patient, { description: 'The patient, as it is now.' })
  patient: Patient;

  @Field(() => [PatientWarning], { description: 'What somebody should look at again; empty when nothing. It was saved all the same.' })
  warnings: PatientWarning[];

  @Field(() => [PossibleDuplicate], { nullable: true, description: 'For registerPatient: who may be the same person, the likeliest first, at most 10; null for callers without patients:read, whom only the warning POSSIBLE_DUPLICATE tells that there is somebody. For other changes null: see `Patient.possibleDuplicates`.' })
  possibleDuplicates: PossibleDuplicate[] | null;
}

@ObjectType({ description: 'A patient whom a search found.' })
@Classified('patient')
export class FoundPatient {
  @Field(() => Patient, { description: 'The patient.' })
  patient: Patient;

  @Field(() => PatientMatch, { description: 'By what.' })
  by: PatientMatch;

  @Field(() => UuidScalar, { nullable: true, description: 'When what fits is a record that was merged into the patient: its id, one of the patient’s `mergedRecords`.' })
  mergedRecordId: string | null;
}

@ObjectType({ description: 'What a search found.' })
@Classified('patient')
export class PatientSearch {
  @Field(() => [FoundPatient], { description: 'Those who fit best first; among equals, those registered last. Empty when nobody fits.' })
  found: FoundPatient[];

  @Field({ description: 'Whether more patients may fit than are shown: ask for more, or type more.' })
  hasMore: boolean;
}

/** A patient as this caller may see it. */
export function toPatient(ctx: Ctx, { row, identity, country }: PatientRecord): Patient {
  return {
    id: row.id,
    mrn: mrnText(row.mrn),
    ...toPatientDraft(identity, country),
    status: row.status,
    mergedInto: row.merged_into,
    registeredAt: row.registered_at,
    updatedAt: row.updated_at,
    version: row.version,
    viewerCan: viewerCan(ctx, row.merged_into !== null),
    sealedClinical: row.clinical,
  };
}

// Every change answers with what it shows, so that seeing it belongs to each.
const viewerCan = (ctx: Ctx, isMerged: boolean): PatientViewerCan => {
  const mayChange = (...permissions: Permission[]): boolean => !isMerged && ['patients:read' as const, ...permissions].every((permission) => ctx.holds(permission));
  return {
    edit: mayChange('patients:edit'),
    archive: mayChange('patients:archive'),
    seeClinical: ctx.holds('patients:read-clinical'),
    editClinical: mayChange('patients:edit-clinical'),
    merge: mayChange('patients:merge', 'patients:read-clinical'),
  };
};

/** Those who may be the same person, as this caller may see them; the list is kept from who may not read patients. */
export const toPossibleDuplicates = (ctx: Ctx, candidates: Candidate[]): PossibleDuplicate[] | null =>
  (ctx.holds('patients:read') ? candidates.map(({ record, score, reasons, mergedRecordId }) => ({ patient: toPatient(ctx, record), score, reasons, mergedRecordId })) : null);

/** A fault of a part that was left out. */
export const toIgnored = ({ path, reason, params }: InputFault): IgnoredInput =>
  ({ path, reason, params: typeof params?.['max'] === 'number' ? { max: params['max'] } : null });

/** The medical record number of a counter that the driver gave as text. */
export const mrnText = (counter: string): string => formatMrn(Number(counter));

/** Who a patient is, in a practice of this country. */
export const toPatientDraft = ({ nameEn, nameBn, sex, birth, phones, identifiers, address, guardian }: Identity, country: Country): PatientDraft => ({
  nameEn, nameBn, sex, identifiers, address, guardian,
  birth: birth && toBirth(birth, country),
  phones: phones.map(toPhone),
});

/** What is medical, as its readers see it. */
export const toClinical = ({ bloodGroup, notes }: Clinical): PatientClinical => ({ bloodGroup, notes });

// What takes time to work out is a getter, so that it is worked out only when asked for.
const toBirth = (birth: BirthDate, country: Country): Birth => ({
  precision: birth.precision,
  date: birth.date,
  asOf: birth.asOf ?? null,
  get ageYears() {
    return ageOn(birth, todayIn(country)).years;
  },
  get isMinor() {
    return isMinorOn(birth, todayIn(country));
  },
});

const toPhone = ({ number, label }: Identity['phones'][number]): PatientPhone => ({
  number,
  label,
  lastFour: lastFour(number),
  get display() {
    return formatIncompletePhoneNumber(number);
  },
});

import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { IsInt, Max, Min } from 'class-validator';
import { PageArgs } from '../platform/graphql/connection.js';
import { limits } from '../platform/graphql/limits.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import type { IdentifierKind } from './identifiers.js';
import { patientLimits } from './patient-identity.js';
import { BloodGroup, GuardianRelation, IdentifierKinds, PatientStatus, PhoneLabel, Sex } from './patient.enums.js';
import { LONGEST_SEARCH, MOST_SHOWN, MOST_WORDS } from './search-text.js';

// What the values must be is decided in one place, patient-identity.ts, which names all faults at once.

const DIGITS = 'Bangla and Arabic digits are accepted.';

@InputType({ description: 'A birth: exactly one of the three. Reasons of faults: EXACTLY_ONE_REQUIRED, NOT_A_DATE, FUTURE, TOO_LONG_AGO (over 130 years), NEGATIVE.' })
export class BirthInput {
  @Field(() => String, { nullable: true, description: `The day as yyyy-mm-dd, such as 1990-07-21. ${DIGITS}` })
  date?: string | null;

  @Field(() => Int, { nullable: true, description: 'The year, such as 1962, when that is all that is known.' })
  year?: number | null;

  @Field(() => Int, { nullable: true, description: 'Completed years, 0 to 130, as stated today.' })
  ageYears?: number | null;
}

@InputType({ description: 'A telephone number.' })
export class PhoneInput {
  @Field({ description: `As people write it: 01100-123456, +880 1100 123456. Without a country code it is one of the practice’s country. ${DIGITS} Reasons of faults: EMPTY, NOT_A_NUMBER, TOO_SHORT, TOO_LONG, INVALID_FOR_COUNTRY, DUPLICATE.` })
  number: string;

  @Field(() => PhoneLabel, { defaultValue: 'OWN', description: 'Whose it is.' })
  label: PhoneLabel;
}

@InputType({ description: 'A number from an official document.' })
export class IdentifierInput {
  @Field(() => IdentifierKinds, { description: 'From which document.' })
  kind: IdentifierKind;

  @Field({ description: `As written there; spaces and hyphens do not count. ${DIGITS} Reasons of faults: EMPTY, WRONG_CHARACTERS, WRONG_LENGTH, WRONG_FORMAT, PLACEHOLDER, TOO_LONG, DUPLICATE; ALREADY_EXISTS when another patient has it.` })
  value: string;
}

@InputType({ description: 'Where a patient lives; at least one part besides postal code and country. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL, NOT_A_COUNTRY.' })
export class AddressInput {
  @Field(() => String, { nullable: true, description: `House and road, or village; up to ${patientLimits.addressLine} characters.` })
  line?: string | null;

  @Field(() => String, { nullable: true, description: `Area, thana or upazila; up to ${patientLimits.place} characters.` })
  area?: string | null;

  @Field(() => String, { nullable: true, description: `City or town; up to ${patientLimits.place} characters.` })
  city?: string | null;

  @Field(() => String, { nullable: true, description: `District or emirate; up to ${patientLimits.place} characters.` })
  district?: string | null;

  @Field(() => String, { nullable: true, description: `Postal code; up to ${patientLimits.postalCode} characters.` })
  postalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2 in capitals; the practice’s country unless told.' })
  country?: string | null;
}

@InputType({ description: 'Who speaks for a patient.' })
export class GuardianInput {
  @Field({ description: `Name, in any script; up to ${patientLimits.name} characters.` })
  name: string;

  @Field(() => GuardianRelation, { description: 'What the guardian is to the patient.' })
  relation: GuardianRelation;

  @Field(() => String, { nullable: true, description: `Telephone number, as people write it. ${DIGITS}` })
  phone?: string | null;
}

const NAME = `up to ${patientLimits.name} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.`;

@InputType({ description: 'Changes to who a patient is. An absent field stays as it is; null clears it; a list replaces the whole list. One of the two names must remain (NAME_REQUIRED).' })
export class EditPatientInput {
  @Field(() => String, { nullable: true, description: `Name in Latin letters; ${NAME}` })
  nameEn?: string | null;

  @Field(() => String, { nullable: true, description: `Name in Bangla letters; ${NAME}` })
  nameBn?: string | null;

  @Field(() => Sex, { nullable: true, description: 'Sex; null makes it UNKNOWN.' })
  sex?: Sex | null;

  @Field(() => BirthInput, { nullable: true, description: 'Birth.' })
  birth?: BirthInput | null;

  @Field(() => [PhoneInput], { nullable: true, description: `Telephone numbers, the preferred one first; up to ${patientLimits.phones} (TOO_MANY).` })
  phones?: PhoneInput[] | null;

  @Field(() => [IdentifierInput], { nullable: true, description: `Numbers from official documents; up to ${patientLimits.identifiers} (TOO_MANY).` })
  identifiers?: IdentifierInput[] | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where the patient lives; it replaces the whole address.' })
  address?: AddressInput | null;

  @Field(() => GuardianInput, { nullable: true, description: 'Who speaks for the patient; it replaces the whole guardian.' })
  guardian?: GuardianInput | null;
}

@InputType({ description: 'As much of a new patient as somebody has typed by now; the more, the surer. The values are read as in registerPatient; what would be at fault there is left out here, and the answer says so.' })
export class PossibleDuplicatesInput extends EditPatientInput {
  @Field(() => UuidScalar, { nullable: true, description: 'For a patient who is registered and being edited: their id, so that they are not told to be their own duplicate.' })
  patientId?: string | null;
}

@InputType({ description: 'A new patient. One of the two names is required (NAME_REQUIRED); all else may come later.' })
export class RegisterPatientInput extends EditPatientInput {
  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each patient to register, the same on every retry: the patient is then registered once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Changes to what is medical. An absent field stays as it is; null clears it.' })
export class EditPatientClinicalInput {
  @Field(() => BloodGroup, { nullable: true, description: 'Blood group.' })
  bloodGroup?: BloodGroup | null;

  @Field(() => String, { nullable: true, description: `Free text, with line ends, up to ${patientLimits.notes} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  notes?: string | null;
}

@InputType({ description: 'An identifier to find its patient by.' })
export class IdentifierKey {
  @Field(() => IdentifierKinds, { description: 'From which document.' })
  kind: IdentifierKind;

  @Field({ description: `As written there. ${DIGITS}` })
  value: string;
}

@InputType({ description: 'What to find patients by: exactly one of the four (EXACTLY_ONE_REQUIRED).' })
export class PatientKey {
  @Field(() => String, { nullable: true, description: `Medical record number as people type it: P-000123, p 123, 123. ${DIGITS} Reason of a fault: NOT_AN_MRN.` })
  mrn?: string | null;

  @Field(() => String, { nullable: true, description: `A whole telephone number, the patient’s or the guardian’s, as people write it. ${DIGITS} Reasons of faults as in PhoneInput.` })
  phone?: string | null;

  @Field(() => String, { nullable: true, description: `The last four digits of a telephone number. ${DIGITS} Reason of a fault: FOUR_DIGITS_REQUIRED.` })
  phoneLastFour?: string | null;

  @Field(() => IdentifierKey, { nullable: true, description: 'A number from an official document. Reasons of faults as in IdentifierInput.' })
  identifier?: IdentifierKey | null;
}

@ArgsType()
export class FindPatientsArgs {
  @Field({ description: 'The key.' })
  by: PatientKey;

  @Field(() => Int, { defaultValue: 50, description: `How many, 1 to ${limits.pageSize}.` })
  @IsInt()
  @Min(1)
  @Max(limits.pageSize)
  first: number = 50;

  @Field(() => UuidScalar, { nullable: true, description: 'Only those that come after this patient: the last one of the list before.' })
  after?: string | null;
}

@ArgsType()
export class PatientsArgs extends PageArgs {
  @Field(() => PatientStatus, { defaultValue: 'ACTIVE', description: 'Which patients.' })
  status: PatientStatus = 'ACTIVE';
}

@ArgsType()
export class SearchPatientsArgs {
  @Field({ description: `What is known of the patient: words of the name in any order, in Bangla or Latin letters, whole or their first two letters and more; the first five digits and more (01711…) or the last four and more of a telephone number; a medical record number; a number from an official document, whole. Words and digits together narrow the search. Up to ${LONGEST_SEARCH} characters. Reasons of faults: EMPTY, NOTHING_TO_SEARCH (neither letters nor digits), TOO_SHORT (one letter), TOO_LONG, TOO_MANY_WORDS (over ${MOST_WORDS}), NUL_CHARACTER, CONTROL_CHARACTER, LONE_SURROGATE, BIDIRECTIONAL_CONTROL.` })
  text: string;

  @Field(() => Int, { defaultValue: 10, description: `How many, 1 to ${MOST_SHOWN}.` })
  @IsInt()
  @Min(1)
  @Max(MOST_SHOWN)
  first: number = 10;

  @Field(() => PatientStatus, { defaultValue: 'ACTIVE', description: 'Among which patients. For one who was merged the patient is shown who holds everything now; MERGED shows the merged ones themselves.' })
  status: PatientStatus = 'ACTIVE';
}

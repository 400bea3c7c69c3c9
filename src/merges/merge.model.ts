import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Patient, mrnText, toPatient } from '../patients/patient.model.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import type { BookedTwice as BookedTwiceRow } from './booked-twice.js';
import { type MergeField, type MergeSource, type MergedValue, type Values, merged, valuesOfClinical, valuesOfIdentity } from './merge-fields.js';
import type { MergeRecord, RowCount, SealedClinical } from './merge-records.js';
import { MergeFields, MergeSources } from './merge.enums.js';
import type { MergeDone, Preview } from './merges.service.js';

const JSON_TEXT = 'as JSON text in the form that its `MergeField` tells';

@ObjectType({ description: 'One field of two patients, and what merging makes of it.' })
@Classified('patient')
export class MergedField {
  @Field(() => MergeFields, { description: 'The field.' })
  field: MergeField;

  @Field(() => String, { nullable: true, description: `What the survivor had before, ${JSON_TEXT}; null when nothing.` })
  survivor: string | null;

  @Field(() => String, { nullable: true, description: `What the duplicate had, ${JSON_TEXT}; null when nothing.` })
  duplicate: string | null;

  @Field(() => String, { nullable: true, description: `What the survivor has after the merge, ${JSON_TEXT}; null when nothing, or while a choice is missing.` })
  value: string | null;

  @Field(() => MergeSources, { nullable: true, description: 'From whom it is; null while a choice is missing.' })
  from: MergeSource | null;

  @Field({ description: 'Whether the two differ so that somebody must choose.' })
  conflict: boolean;
}

@ObjectType({ description: 'How many rows of one kind change hands.' })
@Classified('clinical')
export class MergedRows {
  @Field({ description: 'What they are, in the words of the audit trail, such as `allergy`.' })
  kind: string;

  @Field(() => Int, { description: 'How many.' })
  count: number;
}

@ObjectType({ description: 'An appointment of each of two patients: places in one session, or slots at the same time.' })
@Classified('appointment')
export class BookedTwice {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the survivor’s; null where the caller may not see both.' })
  survivorAppointmentId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the duplicate’s; null where the caller may not see both.' })
  duplicateAppointmentId: string | null;
}

@ObjectType({ description: 'What a merge would do. Nothing has been done.' })
@Classified('patient')
export class MergePreview {
  @Field(() => Patient, { description: 'The patient who would stay, as now.' })
  survivor: Patient;

  @Field(() => Patient, { description: 'The patient who would be merged into the other, as now.' })
  duplicate: Patient;

  @Field(() => [MergedField], { description: 'Who the patient would be, field by field.' })
  fields: MergedField[];

  @Field(() => [MergeFields], { description: 'The fields about which somebody must still choose, clinical ones too.' })
  undecided: MergeField[];

  /** See the resolver's fields `clinicalFields` and `rows`. */
  clinical: { fields: MergedValue[]; rows: RowCount[] };

  /** See the resolver's field `bookedTwice`. */
  twice: BookedTwiceRow[];
}

@ObjectType({ description: 'That two patients were merged: what became of each field, and whether it still stands.' })
@Classified('patient')
export class PatientMerge {
  @Field(() => UuidScalar, { description: 'Id of the merge.' })
  id: string;

  @Field(() => UuidScalar, { description: 'The patient who stayed.' })
  survivorId: string;

  @Field(() => UuidScalar, { description: 'The patient who was merged into the other.' })
  duplicateId: string;

  @Field({ description: 'Medical record number of the duplicate: P-000123. The search by it shows the survivor.' })
  duplicateMrn: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  mergedAt: Date;

  @Field(() => MemberName, { description: 'Who merged.' })
  mergedBy: MemberName;

  @Field({ description: 'Why.' })
  reason: string;

  @Field(() => [MergedField], { description: 'What became of who the two were, field by field.' })
  fields: MergedField[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was undone; null while it stands.' })
  undoneAt: Date | null;

  @Field(() => MemberName, { nullable: true, description: 'Who undid it; null while it stands.' })
  undoneBy: MemberName | null;

  @Field(() => String, { nullable: true, description: 'Why it was undone.' })
  undoReason: string | null;

  @Field(() => [MergeFields], { description: 'The fields that undoing left as they had become.' })
  keptFields: MergeField[];

  @Field(() => UuidScalar, { nullable: true, description: 'The later merge that must be undone before this one; null when there is none.' })
  blockedBy: string | null;

  /** See the resolver's field `clinicalFields`. */
  sealedClinical: Buffer;
}

@ObjectType({ description: 'Two patients after a merge, or after its undoing.' })
@Classified('patient')
export class PatientsMerged {
  @Field(() => Patient, { description: 'The survivor, as now.' })
  survivor: Patient;

  @Field(() => Patient, { description: 'The duplicate, as now.' })
  duplicate: Patient;

  @Field(() => PatientMerge, { description: 'The record of the merge.' })
  merge: PatientMerge;
}

/** A preview as its callers see it, with what is clinical left to a field of its own. */
export const toPreview = (ctx: Ctx, { survivor, duplicate, fields, clinicalFields, rows, bookedTwice }: Preview): MergePreview => ({
  survivor: toPatient(ctx, survivor),
  duplicate: toPatient(ctx, duplicate),
  fields: fields.map(toField),
  undecided: [...fields, ...clinicalFields].filter(({ from }) => from === undefined).map(({ field }) => field),
  clinical: { fields: clinicalFields, rows },
  twice: bookedTwice,
});

/** A merge as its readers see it. */
export const toMerge = ({ row, identity, undone }: MergeRecord): PatientMerge => ({
  id: row.id,
  survivorId: row.survivor_id,
  duplicateId: row.duplicate_id,
  duplicateMrn: mrnText(row.duplicate_mrn),
  mergedAt: row.merged_at,
  mergedBy: { id: row.merged_by },
  reason: identity.reason,
  fields: fieldsOf(identity.from, valuesOfIdentity(identity.survivor), valuesOfIdentity(identity.duplicate), valuesOfIdentity(identity.result)),
  undoneAt: row.undone_at,
  undoneBy: row.undone_by === null ? null : { id: row.undone_by },
  undoReason: undone?.reason ?? null,
  keptFields: undone?.kept ?? [],
  blockedBy: row.undone_at ? null : row.blocked_by,
  sealedClinical: row.clinical,
});

/** Two patients and their merge as the caller may see them. */
export const toMerged = (ctx: Ctx, { survivor, duplicate, merge }: MergeDone): PatientsMerged =>
  ({ survivor: toPatient(ctx, survivor), duplicate: toPatient(ctx, duplicate), merge: toMerge(merge) });

const fieldsOf = (from: Partial<Record<MergeField, MergeSource>>, survivor: Values, duplicate: Values, result: Values): MergedField[] =>
  merged(Object.keys(from) as MergeField[], survivor, duplicate, new Map(Object.entries(from) as Array<[MergeField, MergeSource]>))
    .map((one) => toField({ ...one, value: result[one.field] }));

/** What became of what is medical, as its readers see it. */
export const toClinicalFields = ({ from, survivor, duplicate, result }: SealedClinical): MergedField[] =>
  fieldsOf(from, valuesOfClinical(survivor), valuesOfClinical(duplicate), valuesOfClinical(result));

/** What would become of what is medical, as its readers see it. */
export function toPreviewedClinicalFields(ctx: Ctx, { survivor, duplicate, clinical }: MergePreview): MergedField[] {
  for (const { id } of [survivor, duplicate]) ctx.disclose('patient-clinical', id, id);
  return clinical.fields.map(toField);
}

/** Appointments of both patients, named where the caller may see them. */
export const toBookedTwice = (ctx: Ctx, { survivor, duplicate, twice }: MergePreview): BookedTwice[] => twice.map(({ survivor_id: of, duplicate_id: and, may }) => {
  if (!may) return { survivorAppointmentId: null, duplicateAppointmentId: null };
  ctx.disclose('appointment', of, survivor.id);
  ctx.disclose('appointment', and, duplicate.id);
  return { survivorAppointmentId: of, duplicateAppointmentId: and };
});

const toField = ({ field, survivor, duplicate, value, from, conflict }: MergedValue): MergedField => ({
  field, conflict,
  survivor: jsonText(survivor),
  duplicate: jsonText(duplicate),
  value: from ? jsonText(value) : null,
  from: from ?? null,
});

const jsonText = (value: unknown): string | null => {
  const nothing = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  return nothing ? null : JSON.stringify(value);
};

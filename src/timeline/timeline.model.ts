import { ArgsType, Field, InterfaceType, ObjectType, createUnionType, registerEnumType } from '@nestjs/graphql';
import type { Patient } from '../patients/patient.model.js';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import { type TimelineKind as Kind, branchOf, timelineKinds } from './timeline-branches.js';
import type { TimelineRow } from './timeline-rows.js';

export const TimelineKind = Object.fromEntries(timelineKinds.map((kind) => [kind, kind])) as { [K in Kind]: K };
registerEnumType(TimelineKind, {
  name: 'TimelineKind',
  description: 'What happened.',
  valuesMap: Object.fromEntries(timelineKinds.map((kind) => {
    const { description, clinical } = branchOf(kind);
    return [kind, { description: clinical ? `${description} Clinical: it needs patients:read-clinical.` : description }];
  })),
});

const recordsOf = (clinical: boolean, name: string, description: string) => createUnionType({
  name, description,
  types: () => timelineKinds.map(branchOf).filter((branch) => branch.clinical === clinical).map(({ model }) => model),
  resolveType: ({ __typename }: { __typename: string }) => __typename,
});

@InterfaceType({
  description: 'Something that happened to a patient. `ClinicalTimelineItem` and `PatientTimelineItem` have its record.',
  resolveType: ({ kind }: TimelineItem) => (branchOf(kind).clinical ? ClinicalTimelineItem : PatientTimelineItem),
})
@Classified('patient')
export abstract class TimelineItem {
  @Field(() => UuidScalar, { description: 'Id of the record.' })
  id: string;

  @Field(() => TimelineKind, { description: 'What happened.' })
  kind: Kind;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  occurredAt: Date;

  @Field(() => MemberName, { description: 'Who recorded it.' })
  recordedBy: MemberName;

  @Field(() => String, { nullable: true, description: 'What it is about in one line; null where `kind` says all.' })
  readonly title?: string | null;

  /** Its place in the list. */
  place: string;
  /** The patient whose it is, who was read already. */
  patient: Patient;
}

// That something happened, and when, is left out by the reader for callers who may not know it; its title and record have guards of their own.
@ObjectType({ implements: () => [TimelineItem], description: 'Something clinical that happened to a patient. It is there only for callers with patients:read-clinical.' })
@Classified('patient')
export class ClinicalTimelineItem extends TimelineItem {}

@ObjectType({ implements: () => [TimelineItem], description: 'Something that happened to a patient and is not clinical.' })
@Classified('patient')
export class PatientTimelineItem extends TimelineItem {}

/** The records of clinical items. */
export const ClinicalTimelineRecord = recordsOf(true, 'ClinicalTimelineRecord', 'The record of a clinical item.');

/** The records of all other items. */
export const PatientTimelineRecord = recordsOf(false, 'PatientTimelineRecord', 'The record of an item that is not clinical.');

@ObjectType('TimelineConnection', { description: 'A page of a patient’s timeline.' })
@Classified('technical')
export class TimelineConnection extends ConnectionOf(TimelineItem as new () => TimelineItem, 'TimelineItem') {
  @Field(() => [TimelineKind], { description: 'The kinds, of those asked for, that were left out because the caller may not see them, whether there are any or not: say that there may be more. Empty when nothing was left out.' })
  withheldKinds: Kind[];
}

@ArgsType()
export class TimelineArgs extends PageArgs {
  @Field(() => [TimelineKind], { nullable: true, description: 'Only these kinds; all unless told.' })
  kinds?: Kind[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only what happened at this instant or later.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only what happened before this instant.' })
  to?: Date | null;

  @Field({ defaultValue: false, description: 'Whether to list also what was entered in error, and merges that were undone.' })
  includeEnteredInError: boolean = false;
}

/** The record of an item, with the type that it has among the others of its union. */
export const toRecord = ({ kind }: TimelineItem, record: object): object => ({ ...record, __typename: branchOf(kind).model.name });

/** An item as its readers see it. */
export const toItem = (patient: Patient, { kind, id, at, micros, by }: TimelineRow): TimelineItem =>
  ({ id, kind, occurredAt: at, recordedBy: { id: by }, place: `${micros} ${id} ${kind}`, patient });

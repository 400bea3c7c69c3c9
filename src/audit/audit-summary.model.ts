import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import type { AuditAction as Action } from '../platform/context/audit-trail.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { AuditAction } from './audit.model.js';

/** By what entries are summed up. */
export const AuditGrouping = { PERSON: 'PERSON', ACTION: 'ACTION', DAY: 'DAY', PATIENT: 'PATIENT' } as const;
export type Grouping = keyof typeof AuditGrouping;
registerEnumType(AuditGrouping, {
  name: 'AuditGrouping',
  description: 'By what entries of the audit trail are summed up.',
  valuesMap: {
    PERSON: { description: 'By who acted.' },
    ACTION: { description: 'By what was done.' },
    DAY: { description: 'By the day, on the clock of the practice’s first chamber.' },
    PATIENT: { description: 'By the patient named; an entry that names several counts for each, one that names none for nobody.' },
  },
});

@ObjectType({ description: 'A person whose entries are summed up.' })
@Classified('trail')
export class AuditSummaryPerson {
  @Field(() => UuidScalar, { description: 'Id of the person’s account.' })
  userId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of their membership in this practice.' })
  memberId: string | null;

  @Field(() => String, { nullable: true, description: 'Their present name.' })
  name: string | null;
}

@ObjectType({ description: 'Entries that have something in common; what was not asked to be told apart is null.' })
@Classified('trail')
export class AuditSummaryGroup {
  @Field(() => AuditSummaryPerson, { nullable: true, description: 'Who acted; null also for what nobody signed in did.' })
  person: AuditSummaryPerson | null;

  @Field(() => AuditAction, { nullable: true, description: 'What was done or attempted.' })
  action: Action | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day.' })
  day: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The patient.' })
  patientId: string | null;

  @Field(() => Int, { description: 'How many entries.' })
  entries: number;

  @Field(() => Int, { description: 'How many of them were denied.' })
  denied: number;

  @Field(() => Int, { description: 'How many of them failed for another reason.' })
  failed: number;

  @Field(() => DateTimeScalar, { description: 'The first of them.' })
  firstAt: Date;

  @Field(() => DateTimeScalar, { description: 'The last of them.' })
  lastAt: Date;
}

@ObjectType({ description: 'Counts of entries of the audit trail.' })
@Classified('trail')
export class AuditSummary {
  @Field(() => [AuditSummaryGroup], { description: 'Days in their order, the newest first; otherwise the largest group first. 500 at the most.' })
  groups: AuditSummaryGroup[];

  @Field(() => Int, { description: 'How many entries were summed up.' })
  entries: number;

  @Field({ description: 'Whether that is all that the filter lets through, in all their groups. Otherwise narrow the time range.' })
  complete: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Where it is not complete: entries before this instant were not looked at; null when all were.' })
  from: Date | null;
}

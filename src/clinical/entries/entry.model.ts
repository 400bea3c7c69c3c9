import { ArgsType, Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';
import type { Entry } from './entry-table.js';

export const EntryStatus = { ACTIVE: 'ACTIVE', ENTERED_IN_ERROR: 'ENTERED_IN_ERROR' } as const;
export type EntryStatus = keyof typeof EntryStatus;
registerEnumType(EntryStatus, {
  name: 'EntryStatus',
  description: 'Whether a clinical entry stands as it was recorded.',
  valuesMap: {
    ACTIVE: { description: 'It stands.' },
    ENTERED_IN_ERROR: { description: 'It should never have been recorded so: show it struck out, with who, when and why. It stays so for good.' },
  },
});

@ObjectType({ description: 'Who marked a clinical entry as entered in error, when and why.' })
@Classified('clinical')
export class EnteredInError {
  @Field(() => MemberName, { description: 'Who marked it.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field({ description: 'Why, in one line.' })
  reason: string;
}

/** What every clinical entry tells. What was recorded is never rewritten: a correction is an entry of its own. */
@ObjectType({ isAbstract: true })
@Classified('clinical')
export abstract class ClinicalEntry {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => UuidScalar, { description: 'The patient’s id.' })
  patientId: string;

  @Field(() => MemberName, { description: 'Who recorded it.' })
  recordedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  recordedAt: Date;

  @Field(() => EntryStatus, { description: 'Whether it stands.' })
  status: EntryStatus;

  @Field(() => EnteredInError, { nullable: true, description: 'Who marked it as entered in error, when and why; null while it stands.' })
  enteredInError: EnteredInError | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the entry in error that it replaces.' })
  correctsId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the entry that replaces it, when it was corrected.' })
  correctedById: string | null;

  @Field(() => Int, { description: 'Rises with each change of its status. Send it back with a change, so that nobody else’s is overwritten.' })
  version: number;
}

/** What every clinical entry tells, of one that was opened. */
export const toClinicalEntry = ({ row, errorReason }: Entry<object>): ClinicalEntry => ({
  id: row.id,
  patientId: row.patient_id,
  recordedBy: { id: row.recorded_by },
  recordedAt: row.recorded_at,
  status: row.status,
  enteredInError: row.error_by && row.error_at && errorReason !== null ? { by: { id: row.error_by }, at: row.error_at, reason: errorReason } : null,
  correctsId: row.corrects,
  correctedById: row.corrected_by,
  version: row.version,
});

@ArgsType()
export class EntriesArgs extends PageArgs {
  @Field({ defaultValue: false, description: 'Whether to list also what was entered in error.' })
  includeEnteredInError: boolean = false;
}


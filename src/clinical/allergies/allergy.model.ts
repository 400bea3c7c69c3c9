import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { ApproximateDateModel } from '../entries/approximate-date.model.js';
import { ClinicalEntry, toClinicalEntry } from '../entries/entry.model.js';
import type { Entry } from '../entries/entry-table.js';
import type { AllergyContent } from './allergy-content.js';
import type { AllergyRow, StatementContent, StatementRow } from './allergy-rows.js';
import { AllergyClinicalStatus, AllergyCriticality, AllergySeverity, AllergyVerification, ReactionKind, SubstanceKind } from './allergy.enums.js';

@ObjectType({ description: 'A code of a substance in a terminology.' })
@Classified('clinical')
export class SubstanceCode {
  @Field({ description: 'The terminology, as a URI.' })
  system: string;

  @Field({ description: 'The code there.' })
  code: string;
}

@ObjectType({ description: 'What an allergy is to.' })
@Classified('clinical')
export class Substance {
  @Field({ description: 'As it was written.' })
  text: string;

  @Field(() => SubstanceKind, { description: 'What kind of substance.' })
  kind: SubstanceKind;

  @Field(() => SubstanceCode, { nullable: true, description: 'Its code in a terminology.' })
  code: SubstanceCode | null;
}

@ObjectType({ description: 'A reaction that the patient had.' })
@Classified('clinical')
export class AllergyReaction {
  @Field(() => ReactionKind, { description: 'How it showed itself.' })
  kind: ReactionKind;

  @Field(() => String, { nullable: true, description: 'More about it.' })
  text: string | null;
}

@ObjectType({ description: 'A judgement of an allergy: the one it was recorded with, or a later one.' })
@Classified('clinical')
export class AllergyStatusChange {
  @Field(() => AllergyClinicalStatus, { description: 'Whether the patient still reacted.' })
  clinicalStatus: AllergyClinicalStatus;

  @Field(() => AllergyVerification, { description: 'How certain it was.' })
  verification: AllergyVerification;

  @Field(() => String, { nullable: true, description: 'What it rested on.' })
  note: string | null;

  @Field(() => MemberName, { description: 'Who judged.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;
}

@ObjectType({ description: 'An allergy or intolerance of a patient, as somebody recorded it.' })
@Classified('clinical')
export class Allergy extends ClinicalEntry {
  @Field(() => Substance, { description: 'What it is to.' })
  substance: Substance;

  @Field(() => [AllergyReaction], { description: 'The reactions before it was recorded.' })
  reactions: AllergyReaction[];

  @Field(() => AllergySeverity, { nullable: true, description: 'How bad the worst reaction was; null when nobody said.' })
  severity: AllergySeverity | null;

  @Field(() => AllergyCriticality, { nullable: true, description: 'How dangerous a future exposure may be; null when nobody said.' })
  criticality: AllergyCriticality | null;

  @Field(() => AllergyClinicalStatus, { description: 'Whether the patient still reacts, as last judged.' })
  clinicalStatus: AllergyClinicalStatus;

  @Field(() => AllergyVerification, { description: 'How certain it is, as last judged.' })
  verification: AllergyVerification;

  @Field(() => ApproximateDateModel, { nullable: true, description: 'When it first showed itself.' })
  onset: ApproximateDateModel | null;

  @Field(() => String, { nullable: true, description: 'Free text, with line ends.' })
  note: string | null;
}

export const AllergyConnection = ConnectionOf(Allergy, 'Allergy');

@ObjectType({ description: 'Somebody’s statement that a patient has no known allergies. It holds until an allergy is recorded or it is stated anew.' })
@Classified('clinical')
export class AllergyStatement extends ClinicalEntry {
  @Field(() => String, { nullable: true, description: 'Who was asked, and such.' })
  note: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when it held; null while it does, or when it was entered in error before.' })
  endedAt: Date | null;

  @Field(() => MemberName, { nullable: true, description: 'Who ended it, by recording an allergy or by stating it anew.' })
  endedBy: MemberName | null;
}

export const AllergyStatementConnection = ConnectionOf(AllergyStatement, 'AllergyStatement');

/** What changing an allergy answers with; the resolver's field `allergy` shows it. */
@ObjectType({ description: 'An allergy as saved.' })
@Classified('clinical')
export class AllergySaved {
  saved: Allergy;
}

/** What stating or unsaying answers with; the resolver's field `statement` shows it. */
@ObjectType({ description: 'A statement as saved.' })
@Classified('clinical')
export class AllergyStatementSaved {
  saved: AllergyStatement;
}

/** An opened allergy, for those who may see it. */
export const toAllergy = (entry: Entry<AllergyContent, AllergyRow>): Allergy => ({
  ...toClinicalEntry(entry),
  ...entry.content,
  clinicalStatus: entry.row.clinical_status,
  verification: entry.row.verification,
});

/** An opened statement, for those who may see it. */
export const toStatement = (entry: Entry<StatementContent, StatementRow>): AllergyStatement => ({
  ...toClinicalEntry(entry),
  note: entry.content.note,
  endedAt: entry.row.ended_at,
  endedBy: entry.row.ended_by === null ? null : { id: entry.row.ended_by },
});

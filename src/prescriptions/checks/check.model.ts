import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';
import type { CheckRecord } from './check-rows.js';
import { type CheckSource as Source, findingKinds, severities } from './finding.js';

const enumOf = <Name extends string>(names: readonly Name[]): { readonly [Each in Name]: Each } => Object.fromEntries(names.map((name) => [name, name])) as { readonly [Each in Name]: Each };

export const FindingKind = enumOf(findingKinds);
registerEnumType(FindingKind, {
  name: 'FindingKind',
  description: 'What a finding of the checks is.',
  valuesMap: {
    ALLERGY: { description: 'The patient is allergic to it, or to what is akin to it.' },
    DUPLICATE: { description: 'The same ingredient twice, or two of one class.' },
    INTERACTION: { description: 'Two medicines that do not go together.' },
    AGE: { description: 'It is not for this age.' },
    PREGNANCY: { description: 'It is not for pregnant women.' },
    BREASTFEEDING: { description: 'It is not for women who breast-feed.' },
    DOSE: { description: 'Too much at once, in a day, or too often.' },
    UNCHECKED: { description: 'Something could not be checked; `of` tells what. It does not mean that all is well.' },
    UNAVAILABLE: { description: 'A source of knowledge could not be asked. It does not mean that all is well.' },
  },
});

export const FindingSeverity = enumOf(severities);
registerEnumType(FindingSeverity, {
  name: 'FindingSeverity',
  description: 'How much a finding weighs.',
  valuesMap: {
    CONTRAINDICATED: { description: 'Published advice is never to do it.' },
    SERIOUS: { description: 'To be avoided, or done only with care that it names.' },
    MODERATE: { description: 'To be watched.' },
    MINOR: { description: 'To be known.' },
  },
});

export const CheckSourceName = enumOf(['RULES', 'KNOWLEDGE_BASE'] as const);
registerEnumType(CheckSourceName, {
  name: 'CheckSourceName',
  description: 'Where findings come from.',
  valuesMap: { RULES: { description: 'The server’s own small set of well-known rules.' }, KNOWLEDGE_BASE: { description: 'The knowledge base that the operator has connected.' } },
});

export const CheckFailure = enumOf(['TIMEOUT', 'ERROR'] as const);
registerEnumType(CheckFailure, {
  name: 'CheckFailure',
  description: 'Why a source of knowledge could not be asked.',
  valuesMap: { TIMEOUT: { description: 'It did not answer in time.' }, ERROR: { description: 'It could not be reached, or answered what cannot be read.' } },
});

@ObjectType({ description: 'A source of knowledge that was asked.' })
@Classified('prescription')
export class CheckSource implements Source {
  @Field(() => CheckSourceName, { description: 'Which one.' })
  name: Source['name'];

  @Field(() => String, { nullable: true, description: 'Name and version of its knowledge; null when it could not be asked.' })
  knowledge: string | null;

  @Field(() => CheckFailure, { nullable: true, description: 'Why it could not be asked; null when it answered.' })
  unavailable: Source['unavailable'];
}

@ObjectType({ description: 'An item of another signed prescription that the patient still takes.' })
@Classified('prescription')
export class OtherItem {
  @Field(() => UuidScalar, { description: 'Id of that prescription.' })
  prescriptionId: string;

  @Field(() => UuidScalar, { description: 'Id of its item.' })
  itemId: string;
}

@ObjectType({ description: 'Something that the checks found, or could not check.' })
@Classified('prescription')
export class PrescriptionFinding {
  @Field({ description: 'What it is about, the same whenever this version is checked. Reasons are given by it.' })
  key: string;

  @Field(() => FindingKind, { description: 'What it is.' })
  kind: keyof typeof FindingKind;

  @Field(() => FindingKind, { nullable: true, description: 'With UNCHECKED, what could not be checked; null when nothing about a medicine could be.' })
  of: keyof typeof FindingKind | null;

  @Field(() => FindingSeverity, { description: 'How much it weighs.' })
  severity: keyof typeof FindingSeverity;

  @Field(() => Boolean, { description: 'Whether signing needs a reason for going on.' })
  needsReason: boolean;

  @Field(() => [UuidScalar], { description: 'Ids of the items of the prescription that it is about.' })
  itemIds: string[];

  @Field(() => [OtherItem], { description: 'Items of other prescriptions that it is about.' })
  others: OtherItem[];

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the allergy that it is about.' })
  allergyId: string | null;

  @Field({ description: 'The finding in English.' })
  textEn: string;

  @Field({ description: 'The finding in Bangla.' })
  textBn: string;

  @Field({ description: 'In what kind of publication the fact stands, or who tells it.' })
  source: string;

  @Field({ description: 'Name and version of the knowledge that it comes from.' })
  knowledge: string;

  @Field(() => String, { nullable: true, description: 'Why the doctor who signed went on; null until then, and where no reason was given.' })
  override: string | null;
}

@ObjectType({ description: 'What checking a prescription found.' })
@Classified('prescription')
export class PrescriptionCheck {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => Int, { description: 'The version of the prescription that was checked. A draft that was changed since is not checked.' })
  prescriptionVersion: number;

  @Field(() => MemberName, { description: 'Who had it checked.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field(() => [CheckSource], { description: 'What knowledge was asked.' })
  sources: CheckSource[];

  @Field(() => [PrescriptionFinding], { description: 'What was found and what could not be checked, the heaviest first.' })
  findings: PrescriptionFinding[];

  @Field(() => [String], { description: 'Names of ingredients of which the rules know no dose range, so that no dose of theirs was compared with one.' })
  withoutDoseRange: string[];
}

/** An opened check, for those who may see it. */
export const toCheck = ({ row, sources, findings, withoutDoseRange, overrides }: CheckRecord): PrescriptionCheck => ({
  id: row.id, prescriptionVersion: row.prescription_version, by: { id: row.checked_by }, at: row.checked_at, sources, withoutDoseRange,
  findings: findings.map((finding) => ({ ...finding, override: overrides.find(({ key }) => key === finding.key)?.reason ?? null })),
});

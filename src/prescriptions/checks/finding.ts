/** What is looked at when a prescription is checked. */
export const checkKinds = ['ALLERGY', 'DUPLICATE', 'INTERACTION', 'AGE', 'PREGNANCY', 'BREASTFEEDING', 'DOSE'] as const;
export type CheckKind = (typeof checkKinds)[number];

/** What a finding is: something found, or that something could not be checked, or that a whole source of knowledge could not be asked. */
export const findingKinds = [...checkKinds, 'UNCHECKED', 'UNAVAILABLE'] as const;
export type FindingKind = (typeof findingKinds)[number];

/** How much a finding weighs, the heaviest first. */
export const severities = ['CONTRAINDICATED', 'SERIOUS', 'MODERATE', 'MINOR'] as const;
export type Severity = (typeof severities)[number];

/** Something that checking a prescription found; the doctor who signs must give a reason for going on when `needsReason`. */
export interface Finding {
  /** The rule, or what could not be checked, and the ids of what it is about: the same whenever the same version is checked. */
  key: string;
  kind: FindingKind;
  /** Of UNCHECKED what could not be checked; null for what was found, and for medicines of which nothing could be. */
  of: CheckKind | null;
  severity: Severity;
  needsReason: boolean;
  /** Items of the prescription. */
  itemIds: string[];
  /** Items of other signed prescriptions that the patient still takes. */
  others: Array<{ prescriptionId: string; itemId: string }>;
  allergyId: string | null;
  textEn: string;
  textBn: string;
  /** Where the fact is published, or who tells it. */
  source: string;
  /** Name and version of the knowledge that it comes from. */
  knowledge: string;
}

/** A source of knowledge that was asked, and whether it answered. */
export interface CheckSource {
  name: 'RULES' | 'KNOWLEDGE_BASE';
  /** Name and version, as in findings; null when it could not be asked. */
  knowledge: string | null;
  /** Why it could not be asked; null when it answered. */
  unavailable: 'TIMEOUT' | 'ERROR' | null;
}

/** All that one run of the checks gave. */
export interface CheckResult {
  sources: CheckSource[];
  findings: Finding[];
  /** Names of ingredients of which the rules know no dose range. */
  withoutDoseRange: string[];
  /** SHA-256 of what was known of the patient, by which it is told whether that has changed since. */
  facts: string;
}

/** A check as it becomes part of what is signed: what was found, and why the doctor went on all the same. */
export interface SignedChecks {
  /** An instant in UTC, ISO 8601. */
  checkedAt: string;
  sources: CheckSource[];
  findings: Array<Finding & { override: string | null }>;
  withoutDoseRange: string[];
}

/** The heavier of two severities. */
export const heavier = (one: Severity, other: Severity): Severity => (severities.indexOf(one) <= severities.indexOf(other) ? one : other);

/** Whether a doctor who goes on in spite of a finding of this weight has to say why. */
export const weighs = (severity: Severity): boolean => severity === 'CONTRAINDICATED' || severity === 'SERIOUS';

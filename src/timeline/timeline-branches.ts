import { AllergiesReader } from '../clinical/allergies/allergies.reader.js';
import { Allergy, AllergyStatement, toAllergy, toStatement } from '../clinical/allergies/allergy.model.js';
import { Condition, toCondition } from '../clinical/conditions/condition.model.js';
import { ConditionsReader } from '../clinical/conditions/conditions.reader.js';
import { ClinicalNote, toNote } from '../clinical/notes/note.model.js';
import { NotesReader } from '../clinical/notes/notes.reader.js';
import { Vitals, toVitals } from '../clinical/vitals/vitals.model.js';
import { VitalsReader } from '../clinical/vitals/vitals.reader.js';
import { Consent, toConsent } from '../consents/consent.model.js';
import { ConsentsReader } from '../consents/consents.reader.js';
import { Document, toDocument } from '../documents/document.model.js';
import { DocumentsReader } from '../documents/documents.reader.js';
import { PatientMerge, toMerge } from '../merges/merge.model.js';
import { MergesReader } from '../merges/merges.reader.js';
import { Patient } from '../patients/patient.model.js';
import type { Ctx } from '../platform/context/ctx.js';
import { notFound } from '../platform/errors.js';

const LONGEST_TITLE = 120;

/** What the records of a timeline are read with. */
export interface TimelineReaders {
  allergies: AllergiesReader;
  conditions: ConditionsReader;
  vitals: VitalsReader;
  notes: NotesReader;
  documents: DocumentsReader;
  consents: ConsentsReader;
  merges: MergesReader;
}

/** A record with what it is about in one line; null where its kind says all. */
export interface Shown {
  title: string | null;
  record: object;
}

/** Where one kind of thing that happens to patients is kept, and how it is shown. */
export interface Branch {
  description: string;
  /** Whether it takes patients:read-clinical to see it. */
  clinical: boolean;
  /** What the audit trail calls its records. */
  recordType: string;
  table: `clinic.${string}`;
  /** As SQL of a row `e`: which rows of the table are of this kind; all unless told. */
  only?: string;
  /** The columns that name the patient (`patient_id` unless told), when it happened, and who recorded it. */
  patient?: string;
  at: string;
  by: string;
  /** As SQL of a row `e`: that it was neither entered in error nor undone. */
  stands: string;
  /** The GraphQL type of its record. */
  model: new () => object;
  show: (readers: TimelineReaders, ctx: Ctx, id: string, patient: Patient) => Promise<Shown>;
}

const document = {
  recordType: 'document', table: 'clinic.documents', at: 'recorded_at', by: 'recorded_by', stands: 'e.error_at is null', model: Document,
  show: async ({ documents }: TimelineReaders, ctx: Ctx, id: string) => {
    const record = toDocument(ctx, await documents.get(ctx, id));
    return { title: record.title, record };
  },
} as const;

const entry = { clinical: true, at: 'recorded_at', by: 'recorded_by', stands: `e.status = 'ACTIVE'` } as const;

/** Everything that a timeline shows. A table needs an index on (tenant_id, patient, at, id), with what `only` asks for before `at`. */
export const timelineBranches = {
  REGISTERED: {
    description: 'The patient was registered; the record is the patient.', clinical: false, recordType: 'patient',
    table: 'clinic.patients', patient: 'id', at: 'registered_at', by: 'registered_by', stands: 'true', model: Patient,
    show: async (_, __, ___, patient) => ({ title: patient.mrn, record: patient }),
  },
  CONSENT: {
    description: 'Somebody decided about consent.', clinical: false, recordType: 'consent',
    table: 'clinic.consents', at: 'decided_at', by: 'recorded_by', stands: 'e.error_at is null', model: Consent,
    show: async ({ consents }, ctx, id) => {
      const record = toConsent(await consents.get(ctx, id));
      return { title: `${record.purpose}: ${record.decision}`, record };
    },
  },
  DOCUMENT: { ...document, description: 'A document that is not clinical was added.', clinical: false, only: 'e.is_clinical = false' },
  MERGED: {
    description: 'Another patient was merged into this one.', clinical: false, recordType: 'patient-merge',
    table: 'clinic.patient_merges', patient: 'survivor_id', at: 'merged_at', by: 'merged_by', stands: 'e.undone_at is null', model: PatientMerge,
    show: async ({ merges }, ctx, id, patient) => {
      const merge = (await merges.ofPatient(ctx, patient.id)).find(({ row }) => row.id === id);
      if (!merge) throw notFound();
      const record = toMerge(merge);
      return { title: record.duplicateMrn, record };
    },
  },
  ALLERGY: {
    ...entry, description: 'An allergy was recorded.', recordType: 'allergy', table: 'clinic.allergies', model: Allergy,
    show: async ({ allergies }, ctx, id) => {
      const record = toAllergy(await allergies.get(ctx, id));
      return { title: record.substance.text, record };
    },
  },
  ALLERGY_STATEMENT: {
    ...entry, description: 'It was stated that there are no known allergies.', recordType: 'allergy-statement', table: 'clinic.allergy_statements', model: AllergyStatement,
    show: async ({ allergies }, ctx, id) => {
      const record = toStatement(await allergies.getStatement(ctx, id));
      return { title: record.note && firstLine(record.note), record };
    },
  },
  CONDITION: {
    ...entry, description: 'A condition was recorded.', recordType: 'condition', table: 'clinic.conditions', model: Condition,
    show: async ({ conditions }, ctx, id) => {
      const record = toCondition(await conditions.get(ctx, id));
      return { title: [record.code, record.text ?? record.title].filter(Boolean).join(' '), record };
    },
  },
  VITALS: {
    ...entry, at: 'measured_at', description: 'Vital signs were measured.', recordType: 'vitals', table: 'clinic.vitals', model: Vitals,
    show: async ({ vitals }, ctx, id) => {
      const record = toVitals(await vitals.get(ctx, id));
      return { title: record.summary, record };
    },
  },
  NOTE: {
    ...entry, at: 'occurred_at', description: 'What a clinical note tells happened.', recordType: 'note', table: 'clinic.notes', model: ClinicalNote,
    show: async ({ notes }, ctx, id) => {
      const record = toNote(await notes.get(ctx, id));
      return { title: firstLine(record.text), record };
    },
  },
  CLINICAL_DOCUMENT: { ...document, description: 'A clinical document was added, such as a laboratory report.', clinical: true, only: 'e.is_clinical = true' },
} as const satisfies Record<string, Branch>;

export type TimelineKind = keyof typeof timelineBranches;

/** Every kind, in the order of the list. */
export const timelineKinds = Object.keys(timelineBranches) as TimelineKind[];

/** The branch of a kind. */
export const branchOf = (kind: TimelineKind): Branch => timelineBranches[kind];

function firstLine(text: string): string {
  const line = [...text.split('\n', 1)[0]!];
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE - 1).join('')}…` : line.join('');
}

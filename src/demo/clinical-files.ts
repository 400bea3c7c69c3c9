import type { Api } from './api.js';

/** What is recorded of one patient in turn, out of a few invented histories. */
interface ClinicalFile {
  allergy?: { substance: { text: string; kind: string }; severity: string; reactions: Array<{ kind: string; text?: string }>; verification: string };
  vitals: Array<{ systolic: number; diastolic: number; pulse: number; weightKg: string; daysAgo: number }>;
  note: string;
}

const files: ClinicalFile[] = [
  {
    allergy: { substance: { text: 'Penicillin', kind: 'CLASS' }, severity: 'SEVERE', reactions: [{ kind: 'URTICARIA', text: 'within an hour' }], verification: 'CONFIRMED' },
    vitals: [
      { systolic: 152, diastolic: 94, pulse: 88, weightKg: '78.5', daysAgo: 60 },
      { systolic: 144, diastolic: 90, pulse: 84, weightKg: '77.8', daysAgo: 30 },
      { systolic: 136, diastolic: 86, pulse: 80, weightKg: '76.9', daysAgo: 2 },
    ],
    note: 'Blood pressure comes down since salt was cut. To be seen again in a month.',
  },
  {
    vitals: [{ systolic: 118, diastolic: 76, pulse: 72, weightKg: '61.2', daysAgo: 5 }],
    note: 'Itching patches on both forearms for three weeks; no fever.',
  },
  {
    allergy: { substance: { text: 'Prawn', kind: 'FOOD' }, severity: 'MILD', reactions: [{ kind: 'ITCHING', text: 'of the mouth' }], verification: 'UNCONFIRMED' },
    vitals: [{ systolic: 124, diastolic: 80, pulse: 76, weightKg: '68.0', daysAgo: 12 }],
    note: 'পুরোনো একজিমা, শীতে বাড়ে।',
  },
];

const DAY_MS = 86_400_000;

/** Records an invented clinical file of a grown-up patient through the API; the `turn` chooses which. */
export async function recordClinicalFile(api: Api, token: string, patientId: string, turn: number): Promise<void> {
  const { allergy, vitals, note } = files[turn % files.length]!;
  if (allergy) await api('mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { allergy { id } } }', { input: { patientId, ...allergy } }, token);
  else await api('mutation ($input: NoKnownAllergiesInput!) { stateNoKnownAllergies(input: $input) { statement { id } } }', { input: { patientId } }, token);
  for (const { systolic, diastolic, pulse, weightKg, daysAgo } of vitals) {
    await api('mutation ($input: RecordVitalsInput!) { recordVitals(input: $input) { vitals { id } } }', { input: {
      patientId, measuredAt: new Date(Date.now() - daysAgo * DAY_MS).toISOString(),
      systolic: { value: String(systolic) }, diastolic: { value: String(diastolic) }, pulse: { value: String(pulse) }, weight: { value: weightKg, unit: 'kg' },
    } }, token);
  }
  await api('mutation ($input: RecordClinicalNoteInput!) { recordClinicalNote(input: $input) { note { id } } }', { input: { patientId, kind: 'CONSULTATION', text: note } }, token);
}

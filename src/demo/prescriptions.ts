import { randomUUID } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { OwnerDb } from '../operator/owner-db.js';
import type { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import type { Api } from './api.js';

/** Where and by whom prescriptions are signed. */
export interface Prescribing {
  tenantId: string;
  chamberId: string;
  doctorId: string;
  timeZone: string;
}

interface DemoPrescription {
  complaints: string[];
  examination?: string;
  diagnoses: Array<{ code: string }>;
  /** `text` finds the medicine in the catalogue. */
  medicines: Array<{ text: string; dose: string; meal?: string; route: string }>;
  advice: string[];
  comesAgainAfterDays: number;
}

const bloodPressure: DemoPrescription = {
  complaints: ['Headache in the mornings'], examination: 'BP 136/86 mmHg', diagnoses: [{ code: 'I10' }],
  medicines: [{ text: 'amlodipine 5 mg tablet', dose: '1+0+0 ×30d', meal: 'AFTER_MEAL', route: 'ORAL' }], advice: ['Less salt', 'প্রতিদিন ৩০ মিনিট হাঁটবেন'], comesAgainAfterDays: 30,
};
const sinusitis: DemoPrescription = {
  complaints: ['জ্বর ও মুখে ব্যথা, ১০ দিন'], diagnoses: [{ code: 'J01.9' }],
  medicines: [
    { text: 'cefuroxime 500 mg tablet', dose: '1+0+1 ×7d', meal: 'AFTER_MEAL', route: 'ORAL' }, { text: 'paracetamol 500 mg tablet', dose: '1 sos every 6h max 4/d ×3d', meal: 'AFTER_MEAL', route: 'ORAL' },
  ], advice: ['Drink plenty of water'], comesAgainAfterDays: 7,
};
const itching: DemoPrescription = {
  complaints: ['Itching patches on both forearms for three weeks'], diagnoses: [{ code: 'B35.4' }],
  medicines: [{ text: 'clotrimazole 1% cream', dose: '1+0+1 ×28d', route: 'TOPICAL' }, { text: 'cetirizine 10 mg tablet', dose: '0+0+1 ×10d', route: 'ORAL' }], advice: ['কাপড় ও তোয়ালে আলাদা রাখবেন'], comesAgainAfterDays: 28,
};
const eczema: DemoPrescription = {
  complaints: ['পুরোনো একজিমা, শীতে বাড়ে'], diagnoses: [{ code: 'L20.9' }],
  medicines: [{ text: 'hydrocortisone 1% cream', dose: '1+0+1 ×7d', route: 'TOPICAL' }], advice: ['গোসলের পরে ময়েশ্চারাইজার মাখবেন'], comesAgainAfterDays: 21,
};

/** By the places of the patients among those with a clinical file: every third is allergic to penicillin, so that sinusitis needs a reason there. */
const SIGNED: ReadonlyArray<readonly [place: number, prescription: DemoPrescription]> = [[0, bloodPressure], [3, sinusitis], [1, itching], [2, eczema]];
const DRAFTED_FOR = 5;
const HANDED_OUT_OF = 1;
const AMENDED = 2;
const REASON = 'Took cefuroxime in 2024 without any reaction';

/** Signs prescriptions of patients with a clinical file, with a reason where the checks ask for one; amends one, hands a part of one out, leaves a draft, by the assistant where one is given, and keeps a template and favourites. `doctor` and `assistant` are tokens; the doctor's is of a session in which identity was just proven. */
export async function seedPrescriptions(owner: { ownerUrl: string; keks: KeyEncryptionKeys }, api: Api, { doctor, assistant }: { doctor: string; assistant: string | null }, at: Prescribing, patientIds: readonly string[]): Promise<void> {
  const signed: Array<Versioned & { items: Array<{ id: string }> }> = [];
  for (const [place, prescription] of SIGNED) signed.push(await sign(api, doctor, await draft(api, doctor, at, patientIds[place]!, prescription)));
  await handOut(owner, api, at, signed[HANDED_OUT_OF]!.id, signed[HANDED_OUT_OF]!.items[0]!.id);
  await amend(api, doctor, at, signed[AMENDED]!);
  await draft(api, assistant ?? doctor, at, patientIds[DRAFTED_FOR]!, eczema);
  await keep(api, doctor, signed[0]!.id);
}

/** A template of what was signed, and favourites, for the doctor. */
async function keep(api: Api, token: string, prescriptionId: string): Promise<void> {
  const kept = [{ kind: 'TEMPLATE', name: 'High blood pressure', prescriptionId }, { kind: 'INVESTIGATION', investigations: [{ name: 'CBC' }] }, { kind: 'INVESTIGATION', investigations: [{ name: 'HbA1c' }] }];
  for (const input of kept) await api('mutation ($input: KeepTemplateInput!) { keepTemplate(input: $input) { id } }', { input }, token);
}

interface Versioned {
  id: string;
  version: number;
}

async function draft(api: Api, token: string, at: Prescribing, patientId: string, prescription: DemoPrescription): Promise<Versioned> {
  const input = { patientId, chamberId: at.chamberId, doctorId: at.doctorId, ...(await contentOf(api, token, at, prescription)) };
  const { draftPrescription } = await api<{ draftPrescription: { prescription: Versioned } }>('mutation ($input: DraftPrescriptionInput!) { draftPrescription(input: $input) { prescription { id version } } }', { input }, token);
  return draftPrescription.prescription;
}

async function contentOf(api: Api, token: string, { timeZone }: Prescribing, { medicines, comesAgainAfterDays, ...said }: DemoPrescription): Promise<object> {
  const items = [];
  for (const { text, ...taken } of medicines) {
    const { searchDrugs } = await api<{ searchDrugs: Array<{ product: { id: string } }> }>('query ($text: String!) { searchDrugs(text: $text, first: 1) { product { id } } }', { text }, token);
    items.push({ productId: searchDrugs[0]!.product.id, ...taken });
  }
  return { ...said, items, pregnancy: 'NEITHER', followUp: { on: Temporal.Now.plainDateISO(timeZone).add({ days: comesAgainAfterDays }).toString() } };
}

async function sign(api: Api, token: string, { id, version }: Versioned): Promise<Versioned & { items: Array<{ id: string }> }> {
  const { checkPrescription } = await api<{ checkPrescription: { prescription: { checks: { findings: Array<{ key: string; needsReason: boolean }> } } } }>(
    'mutation ($id: UUID!, $version: Int!) { checkPrescription(id: $id, version: $version) { prescription { checks { findings { key needsReason } } } } }', { id, version }, token);
  const overrides = checkPrescription.prescription.checks.findings.filter(({ needsReason }) => needsReason).map(({ key }) => ({ key, reason: REASON }));
  const { signPrescription } = await api<{ signPrescription: { prescription: Versioned & { items: Array<{ id: string }> } } }>(
    'mutation ($id: UUID!, $version: Int!, $overrides: [OverrideInput!]) { signPrescription(id: $id, version: $version, overrides: $overrides) { prescription { id version items { id } } } }', { id, version, overrides }, token);
  return signPrescription.prescription;
}

async function amend(api: Api, token: string, at: Prescribing, { id, version }: Versioned): Promise<void> {
  const { amendPrescription } = await api<{ amendPrescription: { prescription: Versioned } }>('mutation ($input: AmendPrescriptionInput!) { amendPrescription(input: $input) { prescription { id version } } }',
    { input: { id, version, reason: 'Cetirizine makes sleepy at work' } }, token);
  const content = await contentOf(api, token, at, { ...itching, medicines: [itching.medicines[0]!, { text: 'bilastine 20 mg tablet', dose: '1+0+0 ×10d', meal: 'BEFORE_MEAL', route: 'ORAL' }] });
  const { editPrescription } = await api<{ editPrescription: { prescription: Versioned } }>('mutation ($input: EditPrescriptionInput!) { editPrescription(input: $input) { prescription { id version } } }',
    { input: { ...amendPrescription.prescription, ...content } }, token);
  await sign(api, token, editPrescription.prescription);
}

/** What a pharmacy does with the paper, on which alone the code is. */
async function handOut({ ownerUrl, keks }: { ownerUrl: string; keks: KeyEncryptionKeys }, api: Api, { tenantId, doctorId }: Prescribing, id: string, itemId: string): Promise<void> {
  const code = await OwnerDb.run(ownerUrl, keks, async (db) => {
    const keys = await db.keysOf(tenantId);
    await db.enter(tenantId, doctorId);
    const { rows: [row] } = await db.client.query<{ signed: Buffer }>('select p.signed from clinic.prescriptions p where p.tenant_id = $1 and p.id = $2', [tenantId, id]);
    return keys.open<{ code: string }>('clinic.prescriptions', id, 'signed', row!.signed).code;
  });
  await api('mutation ($input: RecordDispensingInput!) { recordDispensing(input: $input) { id } }',
    { input: { code, items: [{ itemId, quantity: '6' }], pharmacy: 'Padma Pharmacy', pharmacist: 'C-00012', idempotencyKey: randomUUID() } });
}

import type { Words } from './words/words.js';

/** One kind of records of a patient in a copy: the rows of one table. */
export interface CopySection {
  /** Its name in the JSON. */
  key: string;
  title: Words;
  /** The kind of record that the audit trail calls its rows. */
  recordType: string;
  table: `clinic.${string}`;
  /** The columns that name the patient whose record a row is; it is in the copy when one of them does. */
  patients: readonly string[];
  /** The column that names a row of another section, for a table that names no patient itself. */
  belongsTo?: { column: string; table: `clinic.${string}` };
  /** Every sealed column. */
  sealed: readonly string[];
  /** What is left out of a sealed column: all of it, or these of its parts. */
  withheld?: Readonly<Record<string, 'ALL' | readonly string[]>>;
  /** The columns of keyed hashes of what it tells itself; they are left out. */
  hashes?: readonly string[];
  /** The columns that name members of the practice. */
  members: readonly string[];
  /** The column by which the rows are ordered. */
  order: string;
}

const words = (en: string, bn: string): Words => ({ en, bn });

/** What a clinical entry has in every table of such. */
const entry = { patients: ['patient_id'], sealed: ['content', 'error_reason'], members: ['recorded_by', 'error_by'] } as const;

/** Everything that is held of a patient besides who they are, in the order of the copy. */
export const copySections: readonly CopySection[] = [
  { ...entry, key: 'allergies', title: words('Allergies', 'অ্যালার্জি'), recordType: 'allergy', table: 'clinic.allergies', order: 'recorded_at' },
  {
    key: 'allergyStatusChanges', title: words('How allergies were judged', 'অ্যালার্জির বিচার'), recordType: 'allergy-status-change', table: 'clinic.allergy_status_changes',
    patients: ['patient_id'], sealed: ['note'], members: ['changed_by'], order: 'changed_at',
  },
  {
    ...entry, key: 'allergyStatements', title: words('Statements of no known allergies', 'কোনো অ্যালার্জি জানা নেই বলে বিবৃতি'), recordType: 'allergy-statement', table: 'clinic.allergy_statements',
    members: [...entry.members, 'ended_by'], order: 'recorded_at',
  },
  { ...entry, key: 'conditions', title: words('Conditions', 'রোগ'), recordType: 'condition', table: 'clinic.conditions', order: 'recorded_at' },
  {
    key: 'conditionStatusChanges', title: words('How conditions were judged', 'রোগের বিচার'), recordType: 'condition-status-change', table: 'clinic.condition_status_changes',
    patients: ['patient_id'], sealed: ['details'], members: ['changed_by'], order: 'changed_at',
  },
  { ...entry, key: 'vitals', title: words('Measurements', 'পরিমাপ'), recordType: 'vitals', table: 'clinic.vitals', order: 'measured_at' },
  { ...entry, key: 'notes', title: words('Clinical notes', 'চিকিৎসার নোট'), recordType: 'note', table: 'clinic.notes', order: 'occurred_at' },
  {
    key: 'documents', title: words('Documents', 'নথি'), recordType: 'document', table: 'clinic.documents',
    patients: ['patient_id'], sealed: ['description', 'error_reason'], members: ['recorded_by', 'error_by'], order: 'recorded_at',
  },
  {
    key: 'documentFiles', title: words('Files of documents', 'নথির ফাইল'), recordType: 'document-file', table: 'clinic.document_files',
    patients: [], belongsTo: { column: 'document_id', table: 'clinic.documents' }, sealed: ['content'], withheld: { content: ['key'] }, members: ['stored_by'], order: 'stored_at',
  },
  {
    key: 'prescriptions', title: words('Prescriptions', 'ব্যবস্থাপত্র'), recordType: 'prescription', table: 'clinic.prescriptions', patients: ['patient_id'],
    sealed: ['content', 'reason', 'signed', 'cancel_reason'], withheld: { signed: 'ALL' }, hashes: ['content_hash', 'code_hash'], members: ['doctor_id', 'signed_by', 'cancelled_by', 'drafted_by', 'updated_by'], order: 'drafted_at',
  },
  {
    key: 'prescriptionDeliveries', title: words('Prescriptions sent to other systems', 'অন্য ব্যবস্থায় পাঠানো ব্যবস্থাপত্র'), recordType: 'prescription-delivery', table: 'clinic.prescription_deliveries',
    patients: [], belongsTo: { column: 'prescription_id', table: 'clinic.prescriptions' }, sealed: [], members: ['queued_by'], order: 'queued_at',
  },
  {
    key: 'dispensings', title: words('What pharmacies handed out', 'ফার্মেসি যা দিয়েছে'), recordType: 'dispensing', table: 'clinic.dispensings',
    patients: [], belongsTo: { column: 'prescription_id', table: 'clinic.prescriptions' }, sealed: ['pharmacy', 'void_reason'], hashes: ['request_hash'], members: ['voided_by'], order: 'recorded_at',
  },
  {
    key: 'prescriptionChecks', title: words('Checks of prescriptions', 'ব্যবস্থাপত্র যাচাই'), recordType: 'prescription-check', table: 'clinic.prescription_checks', patients: ['patient_id'],
    sealed: ['result', 'overrides'], withheld: { result: ['facts'] }, members: ['checked_by'], order: 'checked_at',
  },
  {
    key: 'appointments', title: words('Appointments', 'অ্যাপয়েন্টমেন্ট'), recordType: 'appointment', table: 'clinic.appointments',
    patients: ['patient_id'], sealed: ['details'], members: ['booked_by', 'doctor_id', 'ended_by'], order: 'created_at',
  },
  {
    key: 'invoices', title: words('Invoices and credit notes', 'চালান ও ফেরত-চালান'), recordType: 'invoice', table: 'clinic.invoices',
    patients: ['patient_id'], sealed: ['details'], members: ['discount_approved_by', 'drafted_by', 'issued_by', 'updated_by'], order: 'drafted_at',
  },
  {
    key: 'invoiceLines', title: words('Lines of invoices', 'চালানের সারি'), recordType: 'invoice-line', table: 'clinic.invoice_lines',
    patients: [], belongsTo: { column: 'invoice_id', table: 'clinic.invoices' }, sealed: ['details'], members: ['doctor_id'], order: 'no',
  },
  {
    key: 'payments', title: words('Payments', 'পরিশোধ'), recordType: 'payment', table: 'clinic.payments',
    patients: ['patient_id'], sealed: ['details'], members: ['taken_by'], order: 'created_at',
  },
  {
    key: 'allocations', title: words('What payments pay', 'কোন পরিশোধে কোন চালান'), recordType: 'allocation', table: 'clinic.allocations',
    patients: [], belongsTo: { column: 'payment_id', table: 'clinic.payments' }, sealed: [], members: ['allocated_by'], order: 'allocated_at',
  },
  {
    key: 'deposits', title: words('Deposits of bookings', 'বুকিংয়ের জামানত'), recordType: 'deposit', table: 'clinic.deposits',
    patients: [], belongsTo: { column: 'id', table: 'clinic.payments' }, sealed: [], members: ['settled_by'], order: 'held_at',
  },
  {
    key: 'refunds', title: words('Refunds', 'ফেরত দেওয়া টাকা'), recordType: 'refund', table: 'clinic.refunds',
    patients: [], belongsTo: { column: 'payment_id', table: 'clinic.payments' }, sealed: ['details'], members: ['requested_by', 'decided_by', 'paid_by'], order: 'requested_at',
  },
  {
    key: 'messages', title: words('Messages', 'এসএমএস'), recordType: 'message', table: 'clinic.messages',
    patients: [], belongsTo: { column: 'appointment_id', table: 'clinic.appointments' }, sealed: ['content'], members: [], order: 'due',
  },
  {
    key: 'waitlist', title: words('Waiting for a place', 'অপেক্ষমাণ তালিকা'), recordType: 'waitlist-entry', table: 'clinic.waitlist_entries',
    patients: ['patient_id'], sealed: ['details'], members: ['added_by', 'doctor_id'], order: 'created_at',
  },
  {
    key: 'policies', title: words('Insurance', 'বীমা'), recordType: 'patient-policy', table: 'clinic.patient_policies',
    patients: ['patient_id'], sealed: ['details'], members: ['added_by'], order: 'added_at',
  },
  {
    key: 'claims', title: words('Insurance claims', 'বীমা দাবি'), recordType: 'claim', table: 'clinic.claims', patients: ['patient_id'], sealed: ['details'], members: ['made_by'], order: 'made_at',
  },
  {
    key: 'claimLines', title: words('What was claimed, line by line', 'প্রতিটি সারিতে যা দাবি করা হয়েছে'), recordType: 'claim', table: 'clinic.claim_lines',
    patients: [], belongsTo: { column: 'claim_id', table: 'clinic.claims' }, sealed: ['details'], members: ['doctor_id'], order: 'no',
  },
  {
    key: 'claimSettlements', title: words('What insurers answered', 'বীমা প্রতিষ্ঠানের উত্তর'), recordType: 'claim', table: 'clinic.claim_settlements',
    patients: [], belongsTo: { column: 'claim_id', table: 'clinic.claims' }, sealed: [], members: [], order: 'id',
  },
  {
    key: 'consents', title: words('Decisions about consent', 'সম্মতির সিদ্ধান্ত'), recordType: 'consent', table: 'clinic.consents',
    patients: ['patient_id'], sealed: ['details', 'error_details'], members: ['recorded_by', 'error_by'], order: 'decided_at',
  },
  {
    key: 'familyLinks', title: words('Relatives', 'আত্মীয়'), recordType: 'family-link', table: 'clinic.family_links',
    patients: ['patient_id', 'relative_id'], sealed: ['details', 'end_details'], members: ['linked_by', 'ended_by'], order: 'linked_at',
  },
  {
    key: 'sourceIds', title: words('Numbers in former lists or software', 'আগের তালিকা বা সফটওয়্যারের নম্বর'), recordType: 'source-id', table: 'clinic.patient_source_ids',
    patients: ['patient_id'], sealed: ['value'], hashes: ['token'], members: [], order: 'id',
  },
  {
    key: 'mergedPatients', title: words('Records that were merged into this one', 'এই রেকর্ডের সঙ্গে মেলানো রেকর্ড'), recordType: 'patient', table: 'clinic.patients',
    patients: ['merged_into'], sealed: ['identity', 'clinical'], members: ['registered_by'], order: 'registered_at',
  },
  {
    key: 'merges', title: words('Merging of records', 'রেকর্ড মেলানো'), recordType: 'patient-merge', table: 'clinic.patient_merges',
    patients: ['survivor_id', 'duplicate_id'], sealed: ['identity', 'clinical', 'undone_because'], members: ['merged_by', 'undone_by'], order: 'merged_at',
    // Both patients as they were: after a merge that was a mistake, one of them is somebody else.
    withheld: { identity: ['survivor', 'duplicate', 'result', 'from'], clinical: 'ALL' },
  },
];

/** Columns that name a patient and are in no section, and why. */
export const notInCopies: Readonly<Record<string, string>> = {
  'clinic.patient_merge_rows.merge_id': 'Which records a merge moved: they are in the copy themselves.',
  'clinic.leased_numbers.used_by': 'That a number was given by a device without a connection: it is in the copy with its appointment.',
  'clinic.online_bookings.id': 'By whose telephone an appointment was booked online, as a keyed hash; what was written is with the appointment.',
  'clinic.visit_links.appointment_id': 'Links to visits by video, of which nothing is kept but a hash.',
  'clinic.session_change_appointments.appointment_id': 'What became of appointments when their sessions were changed: they are in the copy themselves, with what took their place.',
  'clinic.session_change_appointments.to_appointment_id': 'The same.',
  'clinic.session_change_appointments.restored_id': 'The same.',
  'clinic.deposits.appointment_id': 'Of which booking a deposit is: the copy has it with its payment, which is of the same patient.',
  'clinic.deposits.invoice_id': 'The same of the invoice that it pays.',
  'clinic.allocations.invoice_id': 'What pays an invoice: the copy has it with the payment, which is of the same patient.',
  'clinic.wallet_payments.id': 'What a provider of wallets was asked about a payment: what came of it is in the copy with the payment.',
  'clinic.wallet_payments.invoice_id': 'Which invoice a payment was begun for: what it pays is in the copy with it.',
  'clinic.wallet_refunds.refund_id': 'What a provider of wallets was asked about a refund: what came of it is in the copy with the refund.',
  'clinic.wallet_statement_lines.payment_id': 'That a provider listed a payment on its statement: the payment is in the copy itself.',
  'clinic.wallet_statement_lines.refund_id': 'The same of a refund.',
  'clinic.invoice_lines.appointment_id': 'The visit that a line bills: the copy has the line with its invoice.',
  'clinic.invoice_lines.free_of_appointment_id': 'The same of an earlier visit.',
  'clinic.share_accruals.invoice_id': 'What a doctor gets of what was paid: it is of the practice and its doctors, and tells nothing of the patient.',
  'clinic.share_accruals.allocation_id': 'The same.',
  'clinic.share_accruals.credit_note_id': 'The same.',
  'clinic.share_accruals.settlement_id': 'The same.',
  'clinic.day_receivables.invoice_id': 'What of an invoice was still to be paid when a day was closed: the copy has the invoice and its payments.',
  'clinic.open_invoices.id': 'What is still to be paid of an invoice: the copy has the invoice and its payments.',
  'clinic.billed_visits.appointment_id': 'Which invoice bills a visit: the copy has it with the lines of the invoice.',
  'clinic.billed_visits.invoice_id': 'The same.',
  'clinic.seen_before.appointment_id': 'That the place of who was seen stays taken in a session that took the place of the one in which that was: the appointment is in the copy itself.',
  'clinic.patient_tokens.patient_id': 'Keyed hashes of telephones, names and identifiers that the copy tells itself: without the key they say nothing.',
};

/** The ids of a section's rows, with whom they name, in their order: $1 tenant, $2 patient */
export const idsOf = ({ table, patients, belongsTo, members, order }: CopySection): string => `
select t.id, array_remove(array[${members.map((column) => `t.${column}`).join(', ')}]::uuid[], null) as members, array[${patients.map((column) => `t.${column}`).join(', ')}]::uuid[] as patients
from ${table} t where t.tenant_id = $1 and (${[...patients.map((column) => `t.${column} = $2`), ...(belongsTo ? [belonging(belongsTo)] : [])].join(' or ')})
order by t.${order}, t.id`;

const belonging = ({ column, table }: NonNullable<CopySection['belongsTo']>): string => {
  const owner = copySections.find((section) => section.table === table)!;
  return `t.${column} in (select o.id from ${table} o where o.tenant_id = $1 and (${owner.patients.map((one) => `o.${one} = $2`).join(' or ')}))`;
};

/** Rows of a section, whole, in no order: $1 tenant, $2 ids */
export const rowsOf = ({ table }: CopySection): string => `select t.* from ${table} t where t.tenant_id = $1 and t.id = any ($2::uuid[])`;

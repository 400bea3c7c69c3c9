import { setTimeout as delay } from 'node:timers/promises';
import { randomInt, randomUUID } from 'node:crypto';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { hashOf, newSecret } from '../../src/platform/crypto/secrets.js';
import { TrailWatcher } from '../../src/alerts/watch/trail-watcher.service.js';
import { Appointments, dayFromNow, weekdayOf } from '../support/appointments.js';
import { Allergies } from '../support/allergies.js';
import { Claims, remittanceFile } from '../support/claims.js';
import { Conditions } from '../support/conditions.js';
import { Authenticator } from '../support/authenticator.js';
import { Billing, answerOf, bdt, service } from '../support/billing.js';
import { CashDesk, counted } from '../support/cash-desk.js';
import { ClinicalNotes } from '../support/clinical-notes.js';
import { Documents } from '../support/documents.js';
import { type ExpenseAnswer, Expenses } from '../support/expenses.js';
import { Drugs } from '../support/drugs.js';
import { byPassword, enrol, passkeyOptions, registerPasskey } from '../support/factors.js';
import { Fees } from '../support/fees.js';
import { Merges } from '../support/merges.js';
import { takeDepositAnswer } from '../support/deposits.js';
import { Online } from '../support/online.js';
import { Passwords } from '../support/passwords.js';
import { Papers } from '../support/papers.js';
import { Patients } from '../support/patients.js';
import { prepareExport } from '../support/audit-exports.js';
import { Imports, importServer } from '../support/imports.js';
import { Insurance } from '../support/insurance.js';
import { Prescriptions, license } from '../support/prescriptions.js';
import { Shares } from '../support/shares.js';
import { at, hire, inventedEmail, invite, openChamber } from '../support/staff.js';
import { Vitals } from '../support/vitals.js';
import type { GraphqlAnswer, Person, Practice, World } from '../support/world.js';

/** A practice in which every table of the clinic has a row. */
export interface Seeded extends Practice {
  chamberId: string;
  nurse: Person;
  /** A member without any permission. */
  assistant: Person;
  patientId: string;
  documentId: string;
  sessionId: string;
  /** An appointment that was booked online, whose patient is not known. */
  onlineId: string;
  depositId: string;
  allergyId: string;
  statementId: string;
  conditionId: string;
  invoiceId: string;
  draftInvoiceId: string;
  paymentId: string;
  refundId: string;
  walletPaymentId: string;
  walletStatementId: string;
  /** A signed prescription that was amended. */
  prescriptionId: string;
  templateId: string;
  draftId: string;
  payerId: string;
  policyId: string;
  /** A claim that was paid in part. */
  claimId: string;
  submissionId: string;
}

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(1, 10)).join('');

/** Opens a practice and leaves something of everything in it. */
export async function seedPractice(world: World, name: string): Promise<Seeded> {
  const practice = await world.practice(name);
  const chamberId = await openChamber(world, practice, `${name} Uttara`);
  const nurse = await hire(world, practice, chamberId, 'NURSE');
  const assistant = await hire(world, practice, chamberId, 'ASSISTANT');
  await invite(world, practice.owner.token, inventedEmail('invited'), [{ chamberId, role: 'RECEPTIONIST' }]);
  await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }',
    { input: { permission: 'payments:take', memberId: nurse.memberId } }, practice.owner.token);
  const { registerPatient } = await world.ok('mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }', { input: {
    idempotencyKey: randomUUID(), nameEn: 'Amena Begum', birth: { year: 1971 }, phones: [{ number: `01100${digits(6)}` }],
    identifiers: [{ kind: 'NID', value: digits(10) }, { kind: 'EMIRATES_ID', value: `7841990${digits(8)}` }],
  } }, practice.owner.token);
  const patientId: string = registerPatient.patient.id;
  const { recordConsent } = await world.ok(`mutation ($id: UUID!) { recordConsent(patientId: $id, input: { purpose: SMS, choice: GRANTED, method: VERBAL, givenBy: { kind: PATIENT } }) { consent { id } } }`,
    { id: patientId }, practice.owner.token);
  await world.ok('mutation ($id: UUID!) { markConsentEnteredInError(id: $id, reason: "another patient") { consent { id } } }', { id: recordConsent.consent.id }, practice.owner.token);
  const documents = new Documents(world, practice.owner.token);
  await documents.mark(await documents.store(patientId), 'another patient');
  const { id: documentId } = await documents.store(patientId, undefined, { correctsId: (await documents.store(patientId)).id });
  await seedFamily(world, practice, patientId);
  const insured = await seedInsurance(world, practice, chamberId, patientId);
  const booked = await seedAppointments(world, practice, chamberId, patientId);
  await seedDesk(world, practice, patientId);
  await new Drugs(world, practice.owner.token).add({ brand: `${name} Mixture` });
  await seedImports(world, practice);
  const clinical = await seedClinical(world, practice, chamberId, patientId);
  const prescriptions = await seedPrescriptions(world, practice, chamberId, patientId);
  const billed = await seedBilling(world, practice, chamberId, patientId, booked.sessionId, nurse);
  const claimed = await seedClaims(world, practice, chamberId, patientId, insured);
  const walleted = await seedWallets(world, practice, chamberId, patientId, billed.refundId);
  await leaveMerges(world, practice);
  await seedFactors(world, await hire(world, practice, chamberId, 'ASSISTANT'));
  await new Passwords(world).ask(nurse.email);
  return { ...practice, chamberId, nurse, assistant, patientId, documentId, ...insured, ...booked, ...clinical, ...prescriptions, ...billed, ...walleted, ...claimed };
}

// A signed prescription that was amended, of which something was handed out that is void, one that was cancelled, and a draft; a template, and a key that was replaced.
async function seedPrescriptions(world: World, { owner, tenantId }: Practice, chamberId: string, patientId: string): Promise<Pick<Seeded, 'prescriptionId' | 'draftId' | 'templateId'>> {
  await license(world, owner, owner.memberId, '2999-12-31');
  const doctor = new Prescriptions(world, owner, chamberId);
  const signed = async () => doctor.sign(await doctor.draft(patientId, { items: [{ freeText: 'Napadol 500 mg', dose: '1+0+1 ×5d', unit: 'TABLET' }] }));
  const first = await signed();
  const papers = new Papers(world);
  const handed = await papers.dispense({ code: await papers.codeOf(tenantId, first.id), items: [{ itemId: first.items[0]!.id, quantity: '2' }] });
  await world.ok('mutation ($id: UUID!) { voidDispensing(id: $id, reason: "never came") { prescription { id } } }', { id: handed.id }, owner.token);
  await world.ok('mutation { setPrescriptionWebhook(input: { url: "https://exchange.invalid/rx", onSigning: true }) { url } }', {}, owner.token);
  await doctor.sign(await doctor.amend(first, 'too little'));
  await doctor.cancelAnswer(await signed(), 'another patient');
  const { signingKeys } = await world.ok('query ($id: UUID!) { signingKeys(memberId: $id) { id } }', { id: owner.memberId }, owner.token);
  await world.ok('mutation ($id: UUID!) { replaceSigningKey(id: $id) { id } }', signingKeys[0], owner.token);
  const { keepTemplate } = await world.ok('mutation { keepTemplate(input: { kind: TEMPLATE, name: "Fever", advice: ["Rest"] }) { id } }', {}, owner.token);
  return { templateId: keepTemplate.id, prescriptionId: first.id, draftId: (await doctor.draft(patientId)).id };
}

// How the practice bills, and what visits will cost; a visit that is billed and paid, a part of which was credited and given back; an invoice that is due; what the doctor gets of it, a part of which was paid out; a drawer that was counted, money that was moved, an expense that was paid, and a day whose books are closed.
async function seedBilling(world: World, { owner }: Practice, chamberId: string, patientId: string, sessionId: string, nurse: Person): Promise<Pick<Seeded, 'invoiceId' | 'draftInvoiceId' | 'paymentId' | 'refundId'>> {
  await world.ok('mutation { editBillingSettings(input: { version: 0, discountLimit: 500 }) { version } }', {}, owner.token);
  await world.sql('superuser', `insert into clinic.raised_limits (tenant_id, name, former, raised_by) values ($1, 'EXPENSE', 200000, $2)`, [owner.tenantId, owner.memberId]);
  await new Fees(world, owner.token).add({ chamberId, doctorId: owner.memberId, visitType: 'REPORT', validFrom: dayFromNow(9), freeDays: 7 });
  const shares = new Shares(world, owner);
  await shares.add(owner.memberId);
  const desk = new Billing(world, owner, chamberId);
  await desk.openDrawer(1_000);
  const { id: appointmentId } = (await new Appointments(world, owner.token).queue(sessionId)).find((one) => one.patientId === patientId)!;
  const consultation = { kind: 'CONSULTATION', unitPrice: bdt(50_000), taxCategory: 'EXEMPT' };
  const invoice = await desk.bill(patientId, [consultation, service(20_000, { code: { system: 'CPT', code: '93000' } })], { appointmentId, note: 'for the daughter' });
  const payment = await desk.take(patientId, 70_000, { paidBy: 'Her brother', allocations: [{ invoiceId: invoice.id }] });
  await desk.credit(invoice.id, { lines: [{ no: 2 }] });
  await desk.bill(patientId, [service(700)]);
  const refund = await desk.refund(payment.id, 20_000);
  const till = new CashDesk(world, nurse, chamberId);
  await answerOf(till.close((await new Billing(world, nurse, chamberId).openDrawer(500)).id, counted({ 2: 2 })));
  const office = new CashDesk(world, owner, chamberId);
  await answerOf(office.move('OWNER', 'SAFE', 10_000, { note: 'to begin with' }));
  // The credit note counts for yesterday, so that the books of yesterday have something when they are closed.
  await world.sql('superuser', `set session_replication_role = replica; update clinic.invoices set local_date = local_date - 1 where credits = '${invoice.id}';
    update clinic.ledger_lines l set local_date = l.local_date - 1 from clinic.ledger_entries e join clinic.invoices n on n.id = e.source_id where e.id = l.entry_id and n.credits = '${invoice.id}';
    update clinic.ledger_entries e set local_date = e.local_date - 1 from clinic.invoices n where n.id = e.source_id and n.credits = '${invoice.id}'`);
  await answerOf(office.closeDay(dayFromNow(-1)));
  const expenses = new Expenses(world, owner, chamberId);
  const { id: categoryId } = await answerOf<{ id: string }>(expenses.addCategory(`Electricity ${randomUUID()}`));
  const expense = await answerOf<ExpenseAnswer>(expenses.request(categoryId, 1_000));
  await expenses.addReceipt(expense.id);
  await answerOf(expenses.pay(expense, 'SAFE'));
  await answerOf(shares.payAnswer(chamberId, owner.memberId, 10_000, { reference: 'voucher 1' }));
  return { invoiceId: invoice.id, draftInvoiceId: (await desk.draft(patientId, [service(1_000)])).id, paymentId: payment.id, refundId: refund.id };
}

// A payment by wallet that came to nothing, since nothing answers where bKash would be; what was asked about a refund, and a statement.
async function seedWallets(world: World, { owner, tenantId }: Practice, chamberId: string, patientId: string, refundId: string): Promise<Pick<Seeded, 'walletPaymentId' | 'walletStatementId'>> {
  await world.ok('mutation { setBkashAccount(input: { username: "merchant", password: "secret", appKey: "key", appSecret: "secret" }) { site } }', {}, owner.token);
  const { startWalletPayment } = await world.ok('mutation ($input: StartWalletPaymentInput!) { startWalletPayment(input: $input) { payment { id } } }',
    { input: { provider: 'BKASH', chamberId, patientId, amount: bdt(1_000), idempotencyKey: randomUUID() } }, owner.token);
  const { id } = startWalletPayment.payment;
  const keys = await world.app.get(Keyring, { strict: false }).of(tenantId);
  const checkout = keys.seal('clinic.wallet_payments', id, 'checkout', { url: 'https://bkash.invalid/pay' });
  const ending = keys.seal('clinic.wallet_payments', id, 'ending', { reason: 'It never came' });
  await world.sql('superuser', `set session_replication_role = replica; update clinic.wallet_payments set checkout_id = 'TR' || id, checkout = '\\x${checkout.toString('hex')}', opened_at = now(),
    ending = '\\x${ending.toString('hex')}', ended_by = '${owner.memberId}', ended_at = now() where id = '${id}'`);
  await world.sql('superuser', 'insert into clinic.wallet_refunds (tenant_id, refund_id) values ($1, $2)', [tenantId, refundId]);
  const { importWalletStatement } = await world.ok('mutation ($input: ImportWalletStatementInput!) { importWalletStatement(input: $input) { statement { id } } }',
    { input: { provider: 'BKASH', content: 'trxid,date,amount\nBK00000001,2026-11-01,500', idempotencyKey: randomUUID() } }, owner.token);
  return { walletPaymentId: id, walletStatementId: importWalletStatement.statement.id };
}

// One entry of each kind stands, and one is in error.
async function seedClinical(world: World, { owner }: Practice, chamberId: string, patientId: string): Promise<Pick<Seeded, 'allergyId' | 'statementId' | 'conditionId'>> {
  const allergies = new Allergies(world, owner.token);
  await allergies.unstate(await allergies.stateNone(patientId, 'asked the daughter'), 'another patient');
  const statement = await allergies.stateNone(patientId);
  const wrong = await allergies.record(patientId, 'Asprin');
  const { id } = await allergies.change(await allergies.correct(wrong, 'Aspirin', 'misspelt'), { verification: 'CONFIRMED', note: 'seen in the chamber' });
  const [vitals, notes] = [new Vitals(world, owner.token), new ClinicalNotes(world, owner.token)];
  await vitals.correct(await vitals.record(patientId, { pulse: { value: 70 } }, at(chamberId)), { pulse: { value: 77 } }, 'misread');
  await notes.correct(await notes.record(patientId, 'Left knee.'), 'Right knee.', 'the other side');
  const conditions = new Conditions(world, owner.token);
  const condition = await conditions.resolve(await conditions.correct(await conditions.record(patientId, { code: 'E10.9' }), { code: 'E11.9' }, 'misread'), { note: 'diet' });
  return { allergyId: id, statementId: statement.id, conditionId: condition.id };
}

// One-time codes, a passkey, a sign-in that waits and its challenge.
async function seedFactors(world: World, person: Person): Promise<void> {
  const { token, email } = await enrol(world, person);
  await registerPasskey(world, token, new Authenticator(world.config.publicOrigins[0]!).create(await passkeyOptions(world, token)));
  await byPassword(world, email, { deviceToken: newSecret() });
}

// A saved search, a prepared export, an emergency that is over, and the alert of it.
async function seedDesk(world: World, { owner }: Practice, patientId: string): Promise<void> {
  await world.ok('mutation ($id: UUID!) { saveAuditFilter(input: { name: "Amena", filter: { patientId: $id } }) { id } }', { id: patientId }, owner.token);
  await prepareExport(world, owner.token, 'CSV', { patientId });
  await world.ok('mutation { breakGlass(input: { reason: "fainted at the door" }) { id } }', {}, owner.token);
  await world.ok('mutation { endEmergencyAccess }', {}, owner.token);
  await world.ok('mutation { setAlertWebhook(url: "https://alerts.invalid/in") { url } }', {}, owner.token);
  await world.app.get(TrailWatcher, { strict: false }).watch();
  const { alerts } = await world.ok('{ alerts(rule: EMERGENCY_ACCESS) { edges { node { id version } } } }', {}, owner.token);
  await world.ok('mutation ($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { id } }', { input: { ...alerts.edges[0].node, note: 'asked' } }, owner.token);
}

// A claim that was sent and paid in part.
async function seedClaims(world: World, { owner, tenantId }: Practice, chamberId: string, patientId: string, { payerId, policyId }: Pick<Seeded, 'payerId' | 'policyId'>): Promise<Pick<Seeded, 'claimId' | 'submissionId'>> {
  await license(world, owner, owner.memberId, '2999-12-31', 'DHA-P-0000901');
  const invoice = await new Billing(world, owner, chamberId).bill(patientId, [service(10_000, { doctorId: owner.memberId, code: { system: 'CPT', code: '99213' } })]);
  const claims = new Claims(world, owner);
  const { id: claimId, code } = await claims.step('readyClaim', await claims.make(invoice.id, policyId, { diagnoses: ['E11.9'] }));
  const { id: submissionId } = await claims.submit(chamberId, payerId);
  const { imported, faults } = await claims.import(chamberId, remittanceFile([{ code, reference: tenantId, activities: [{ id: '1', net: 10_000, paid: 4_000, denial: 'PRCE-001' }] }], { sender: payerCodeOf(tenantId) }));
  if (!imported) throw new Error(JSON.stringify(faults));
  return { claimId, submissionId };
}

const payerCodeOf = (tenantId: string): string => `INS-${tenantId.slice(-12)}`;

// A chamber's licence, and a policy.
async function seedInsurance(world: World, { owner, tenantId }: Practice, chamberId: string, patientId: string): Promise<Pick<Seeded, 'payerId' | 'policyId'>> {
  const insurance = new Insurance(world, owner);
  await insurance.licence(chamberId);
  const { id: payerId } = await insurance.addPayer({ name: `Payer of ${tenantId}`, payerCode: payerCodeOf(tenantId), receiverCode: payerCodeOf(tenantId) });
  return { payerId, policyId: (await insurance.addPolicy(patientId, payerId)).id };
}

// A link that was ended.
async function seedFamily(world: World, { owner }: Practice, patientId: string): Promise<void> {
  const { registerPatient } = await world.ok('mutation { registerPatient(input: { nameEn: "Karim Begum" }) { patient { id } } }', {}, owner.token);
  const { linkFamily } = await world.ok('mutation ($input: LinkFamilyInput!) { linkFamily(input: $input) { member { id } } }',
    { input: { patientId, relativeId: registerPatient.patient.id, relation: 'CHILD' } }, owner.token);
  await world.ok('mutation ($id: UUID!) { unlinkFamily(id: $id, reason: "a namesake", enteredInError: true) { id } }', { id: linkFamily.member.id }, owner.token);
}

/** Leaves a merge that was undone, and one that stands and moved a row. */
async function leaveMerges(world: World, { owner }: Practice): Promise<void> {
  const patients = new Patients(world, owner.token);
  const merges = new Merges(world, owner.token);
  const [a, b, c] = [await patients.register({ nameEn: 'Shirin Akter' }), await patients.register({ nameEn: 'Shirin Akter' }), await patients.register({ nameEn: 'Shirin Akter' })];
  await merges.undo((await merges.merge(a, b)).merge.id);
  const { survivor } = await merges.merge({ ...b, version: 3 }, c);
  await merges.merge({ ...a, version: 3 }, survivor);
}

// Hours, a closed day, a holiday, a room, a session in which somebody booked again elsewhere, one that was shifted and put back, one in which somebody was seen before it was cancelled and put back, and one in which a place is held online.
async function seedAppointments(world: World, practice: Practice, chamberId: string, patientId: string): Promise<Pick<Seeded, 'sessionId' | 'onlineId' | 'depositId'>> {
  const { owner, tenantId } = practice;
  const desk = new Appointments(world, owner.token);
  const run = (operation: string, input: object): Promise<GraphqlAnswer['data']> =>
    world.ok(`mutation ($input: ${operation[0]!.toUpperCase()}${operation.slice(1)}Input!) { ${operation}(input: $input) { ${operation === 'addRoom' ? 'id' : '__typename'} } }`, { input }, owner.token);
  const { addRoom } = await run('addRoom', { chamberId, name: 'Room 1' });
  const hours = { chamberId, doctorId: owner.memberId, roomId: addRoom.id, startsAt: '17:00', endsAt: '20:00', mode: 'SLOT', slotMinutes: 30 };
  await desk.addSchedule({ ...hours, weekday: weekdayOf(dayFromNow(6)) });
  await run('addClosure', { doctorId: owner.memberId, firstDay: dayFromNow(20), lastDay: dayFromNow(20), reason: 'at a congress' });
  await run('setHoliday', { chamberId, day: dayFromNow(30), name: 'Repairs', closed: true });
  await run('createQueueDisplay', { chamberId, name: 'Waiting room' });
  // Without quiet hours, so that a message is sent at whatever time this runs.
  await run('editMessageSettings', { version: 0, quietFrom: '00:00', quietUntil: '00:00' });
  await world.ok('mutation ($id: UUID!) { recordConsent(patientId: $id, input: { purpose: SMS, choice: GRANTED, method: VERBAL, givenBy: { kind: PATIENT } }) { consent { id } } }', { id: patientId }, owner.token);
  const session = await desk.addSession({ ...hours, capacity: undefined, localDate: dayFromNow(1) });
  const booked = await desk.book({ sessionId: session.id, patientId, slotFrom: session.startsAt, note: 'with her daughter' });
  await desk.rescheduleAnswer({ id: booked.id, version: booked.version, sessionId: session.id, slotFrom: new Date(Date.parse(session.startsAt) + 30 * 60_000).toISOString() });
  while (!(await world.sql('superuser', `select from clinic.messages where tenant_id = $1 and state = 'SENT'`, [tenantId])).length) await delay(20);
  await world.ok('mutation { createCalendarFeed { url } }', {}, owner.token);
  // This server was not set up for visits by video.
  await world.sql('superuser', 'insert into clinic.visit_links (tenant_id, id, appointment_id, secret_hash, created_by) values ($1, $2, $3, $4, $5)', [owner.tenantId, randomUUID(), booked.id, hashOf(newSecret()), owner.memberId]);
  const other = await desk.addSession({ ...hours, capacity: undefined, localDate: dayFromNow(4) });
  await desk.book({ sessionId: other.id, patientId, slotFrom: other.startsAt });
  await desk.undo((await desk.change({ sessionId: other.id, kind: 'SHIFT', startsAt: '09:00' })).id);
  const begun = await desk.addSession({ ...hours, mode: 'SERIAL', slotMinutes: null, capacity: 5, localDate: dayFromNow(3) });
  const seen = await desk.book({ sessionId: begun.id, patientId });
  await desk.open(begun.id);
  for (const [step, id] of [['noteArrival', seen.id], ['startClinicSession', begun.id], ['callPatient', seen.id], ['beginConsultation', seen.id], ['completeConsultation', seen.id]] as const) await desk.step(step, id);
  await desk.undo((await desk.change({ sessionId: begun.id, kind: 'CANCEL' })).id);
  const serial = await desk.addSession({ ...hours, mode: 'SERIAL', slotMinutes: null, online: true, localDate: dayFromNow(2) });
  const { recurrenceId } = await desk.bookRecurring({ sessionId: serial.id, patientId, unit: 'WEEK', count: 2 });
  await desk.cancelSeriesAnswer({ recurrenceId });
  await run('joinWaitlist', { chamberId, doctorId: owner.memberId, firstDay: dayFromNow(50), lastDay: dayFromNow(51), patientId, visitType: 'NEW' });
  const online = await Online.open(world, practice, chamberId, { deposit: 20_000 });
  await online.hold(serial.id, `01711${digits(6)}`);
  const { id: onlineId } = (await desk.queue(serial.id)).find(({ status }) => status === 'HELD')!;
  await world.ok('mutation ($chamberId: UUID!) { setDepositPolicy(input: { chamberId: $chamberId, version: 0, freeHours: 24, whenCancelled: CARRIED, latePoints: 5000, noShowPoints: 10000, whenPracticeCancels: REFUNDABLE }) { id } }', { chamberId }, owner.token);
  const depositId = (await takeDepositAnswer(world, owner.token, onlineId, { patientId })).data.answer.id as string;
  await online.code(`01711${digits(6)}`);
  const deviceId = randomUUID();
  const { leaseNumbers: lease } = await world.ok('mutation ($input: LeaseNumbersInput!) { leaseNumbers(input: $input) { id numbers } }', { input: { sessionId: serial.id, count: 2, deviceId } }, owner.token);
  await world.ok('mutation ($input: HandInBookingsInput!) { handInBookings(input: $input) { outcome } }',
    { input: { deviceId, bookings: [{ clientId: randomUUID(), leaseId: lease.id, number: lease.numbers[0], patientId, visitType: 'RETURNING', bookedAt: new Date().toISOString() }] } }, owner.token);
  return { sessionId: serial.id, onlineId, depositId };
}

// One import that has ended, and one whose lines still hold something.
async function seedImports(world: World, { owner }: Practice): Promise<void> {
  const imports = new Imports(importServer(world), owner.token);
  await imports.run('Patient ID,Name\nR-1,Selim Reza\n');
  await imports.check('Patient ID,Name,Age\nR-1,Selim Reza,40\nR-2,,41\n');
}

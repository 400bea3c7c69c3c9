import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSecret } from '../../src/platform/crypto/secrets.js';
import { openPractice } from '../../src/operator/open-practice.js';
import { OwnerDb } from '../../src/operator/owner-db.js';
import { TrailWatcher } from '../../src/alerts/watch/trail-watcher.service.js';
import { Appointments, dayFromNow } from '../support/appointments.js';
import { fetchExport, prepareExport } from '../support/audit-exports.js';
import { Authenticator } from '../support/authenticator.js';
import { Documents, files } from '../support/documents.js';
import { ageProof, byPassword, enrol, passkeyOptions, registerPasskey } from '../support/factors.js';
import { GoogleServer, googlePerson, leaveGoogle } from '../support/google.js';
import { Imports, importServer } from '../support/imports.js';
import { MailServer } from '../support/mail-server.js';
import { leaveMail, letterTo, mailOnce, queueLetter } from '../support/mails.js';
import { Online } from '../support/online.js';
import { Passwords } from '../support/passwords.js';
import { SmsGateway } from '../support/sms-gateway.js';
import { Papers } from '../support/papers.js';
import { Billing, answerOf, service } from '../support/billing.js';
import { CashDesk } from '../support/cash-desk.js';
import { Claims } from '../support/claims.js';
import { Expenses } from '../support/expenses.js';
import { license } from '../support/prescriptions.js';
import { Insurance } from '../support/insurance.js';
import { openChamber } from '../support/staff.js';
import { PASSWORD, World } from '../support/world.js';

const CANARIES = 1_000;
// Every planted value holds one of these; the digits stand for phones and identifiers.
const words = ['Qzxwhale', 'কঙ্খড়াধ'];
const digits = ['17198761', '8642097531'];

/** How a value could lie on a disk: UTF-8, hex in both cases, base64 at each of its three alignments. */
const disguises = (text: string): string[] => {
  const bytes = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    // The first and last characters also depend on the neighbours.
    return encoded.slice(shift ? shift + 1 : 0, -1);
  });
  return [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64];
};

const patterns = [...words, ...digits].flatMap(disguises);
const foundIn = (content: string): string[] => patterns.filter((pattern) => content.includes(pattern));

const filesUnder = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });

describe('a stolen disk, dump or backup', () => {
  let world: World;
  let documentDirectory: string;
  let mails: MailServer;
  let google: GoogleServer;
  let sms: SmsGateway;
  beforeAll(async () => {
    documentDirectory = mkdtempSync(join(tmpdir(), 'documents-'));
    mails = await MailServer.start();
    google = await GoogleServer.start();
    sms = await SmsGateway.start();
    world = await World.open({ DOCUMENT_DIR: documentDirectory, SMTP_URL: mails.url, PUBLIC_ORIGINS: 'https://clinic.example', ...google.settings(), ...sms.settings() });
  });
  afterAll(async () => {
    await world.close();
    await mails.stop();
    await google.stop();
    await sms.stop();
    rmSync(documentDirectory, { recursive: true });
  });

  it('shows none of 1,000 planted names, phones, identifiers, addresses, notes, mails, e-mail addresses and contents of documents', async () => {
    const practice = await world.practice('Canary Chamber');
    const { owner } = practice;
    const register = `mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id version phones { number } } } }`;
    const edit = `mutation ($id: UUID!, $version: Int!, $input: EditPatientClinicalInput!) { editPatientClinical(id: $id, version: $version, input: $input) { patient { id } } }`;
    const consent = `mutation ($id: UUID!, $input: RecordConsentInput!) { recordConsent(patientId: $id, input: $input) { consent { id } } }`;
    const chamberId = await openChamber(world, practice, 'Canary Hill');
    await license(world, owner, owner.memberId, '2999-12-31');
    const insurance = new Insurance(world, owner);
    const expenses = new Expenses(world, owner, chamberId);
    const category = await answerOf<{ id: string }>(expenses.addCategory('Tea'));
    let planted = 0;
    for (let i = 0; planted < CANARIES; i++) {
      const number = String(i).padStart(3, '0');
      const { registerPatient } = await world.ok(register, { input: {
        nameEn: `Qzxwhale${number}`, nameBn: `কঙ্খড়াধ${number}`, sex: 'OTHER', birth: { ageYears: 30 },
        phones: [{ number: `+88017198761${number.slice(1)}` }],
        identifiers: [{ kind: 'NID', value: `8642097531${String(i).padStart(7, '0')}` }],
        address: { line: `Qzxwhale road ${number}` }, guardian: { name: `Qzxwhale guardian ${number}`, relation: 'MOTHER' },
      } }, owner.token);
      expect(registerPatient.patient.phones[0].number).toContain(digits[0]);
      const { id, version } = registerPatient.patient;
      await world.ok(edit, { id, version, input: { notes: `Qzxwhale diagnosis ${number}` } }, owner.token);
      const { recordConsent } = await world.ok(consent, { id, input: {
        purpose: 'SMS', choice: 'GRANTED', method: 'VERBAL', note: `Qzxwhale note ${number}`, textVersion: `Qzxwhale text ${number}`,
        givenBy: { kind: 'REPRESENTATIVE', name: `Qzxwhale sister ${number}`, relation: 'SIBLING' },
      } }, owner.token);
      await world.ok('mutation ($id: UUID!) { markConsentEnteredInError(id: $id, reason: "Qzxwhale mistake") { consent { id } } }', { id: recordConsent.consent.id }, owner.token);
      const { registerPatient: { patient: aunt } } = await world.ok(register, { input: { nameEn: `Qzxwhale aunt ${number}` } }, owner.token);
      const { linkFamily } = await world.ok('mutation ($input: LinkFamilyInput!) { linkFamily(input: $input) { member { id } } }',
        { input: { patientId: id, relativeId: aunt.id, relation: 'OTHER', note: `Qzxwhale aunt ${number}` } }, owner.token);
      await world.ok('mutation ($id: UUID!) { unlinkFamily(id: $id, reason: "Qzxwhale feud") { id } }', { id: linkFamily.member.id }, owner.token);
      const payer = await insurance.addPayer({ name: `Payer ${number}`, payerCode: `INS${number}` });
      const policy = await insurance.editPolicy(await insurance.addPolicy(id, payer.id, { memberNumber: `Qzxwhale-${number}` }), { memberNumber: `Qzxwhale/${number}` });
      const treated = await new Billing(world, owner, chamberId).bill(id, [service(1_000, { description: `Qzxwhale bath ${number}` })]);
      await new Claims(world, owner).make(treated.id, policy.id, { diagnoses: ['E11.9'], priorAuthorization: `Qzxwhale-${number}` });
      await world.ok(`mutation ($id: UUID!, $note: String!) { recordVitals(input: { patientId: $id, pulse: { value: 70 }, note: $note }) { vitals { id } } }`, { id, note: `Qzxwhale breath ${number}` }, owner.token);
      const { recordClinicalNote } = await world.ok(`mutation ($id: UUID!, $text: String!) { recordClinicalNote(input: { patientId: $id, kind: PHONE, text: $text }) { note { id } } }`, { id, text: `Qzxwhale\nconsultation ${number}` }, owner.token);
      await world.ok('mutation ($id: UUID!) { markClinicalNoteEnteredInError(id: $id, version: 1, reason: "Qzxwhale slip") { note { id } } }', { id: recordClinicalNote.note.id }, owner.token);
      const documents = new Documents(world, owner.token);
      const scan = await documents.store(id, Buffer.concat([files.pdf, Buffer.from(`Qzxwhale কঙ্খড়াধ 8642097531 tumour ${number}\n`.repeat(10))]),
        { title: `Qzxwhale scan ${number}`, fileName: `Qzxwhale ${number}.pdf`, note: `Qzxwhale paper ${number}` });
      await documents.mark(scan, `Qzxwhale blunder ${number}`);
      const { recordAllergy } = await world.ok(`mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { allergy { id } } }`, { input: {
        patientId: id, substance: { text: `Qzxwhale oil ${number}`, kind: 'FOOD', code: { system: 'Qzxwhale', code: `Qzxwhale${number}` } }, note: `Qzxwhale dinner ${number}`,
        reactions: [{ kind: 'OTHER', text: `কঙ্খড়াধ ${number}` }],
      } }, owner.token);
      await world.ok('mutation ($id: UUID!) { changeAllergyStatus(id: $id, version: 1, input: { verification: REFUTED, note: "Qzxwhale challenge" }) { allergy { id } } }', { id: recordAllergy.allergy.id }, owner.token);
      await world.ok('mutation ($id: UUID!) { markAllergyEnteredInError(id: $id, version: 2, reason: "Qzxwhale sister") { allergy { id } } }', { id: recordAllergy.allergy.id }, owner.token);
      await world.ok('mutation ($id: UUID!) { stateNoKnownAllergies(input: { patientId: $id, note: "Qzxwhale said so" }) { statement { id } } }', { id }, owner.token);
      const { recordCondition } = await world.ok(`mutation ($input: RecordConditionInput!) { recordCondition(input: $input) { condition { id } } }`, { input: {
        patientId: id, code: 'B20', text: `Qzxwhale fever ${number}`, note: `কঙ্খড়াধ ${number}`,
      } }, owner.token);
      const { draftPrescription } = await world.ok('mutation ($input: DraftPrescriptionInput!) { draftPrescription(input: $input) { prescription { id } } }', { input: {
        patientId: id, chamberId, complaints: [`Qzxwhale cough ${number}`], examination: 'Qzxwhale chest', items: [{ freeText: `Qzxwhale drops ${number}`, dose: '1 sos', unit: 'DROP', note: 'Qzxwhale slowly' }],
      } }, owner.token);
      await world.ok('mutation ($input: KeepTemplateInput!) { keepTemplate(input: $input) { id } }', { input: { kind: 'TEMPLATE', name: `Qzxwhale ${number}`, advice: ['Qzxwhale slowly'] } }, owner.token);
      const { checkPrescription } = await world.ok('mutation ($id: UUID!) { checkPrescription(id: $id, version: 1) { prescription { checks { findings { key } } } } }', { id: draftPrescription.prescription.id }, owner.token);
      const overrides = checkPrescription.prescription.checks.findings.map(({ key }: { key: string }) => ({ key, reason: 'Qzxwhale anyway' }));
      const { signPrescription: { prescription: signed } } = await world.ok('mutation ($id: UUID!, $overrides: [OverrideInput!]!) { signPrescription(id: $id, version: 1, overrides: $overrides) { prescription { id items { id } } } }', { id: draftPrescription.prescription.id, overrides }, owner.token);
      const papers = new Papers(world);
      const handed = await papers.dispense({ code: await papers.codeOf(practice.tenantId, signed.id), pharmacy: 'Qzxwhale Pharma', pharmacist: `Qzxwhale ${number}`, items: [{ itemId: signed.items[0].id, quantity: '1' }] });
      await world.ok('mutation ($id: UUID!) { voidDispensing(id: $id, reason: "Qzxwhale blunder") { prescription { id } } }', { id: handed.id }, owner.token);
      await world.ok('mutation ($id: UUID!) { cancelPrescription(id: $id, version: 2, reason: "Qzxwhale mistake") { prescription { id } } }', { id: draftPrescription.prescription.id }, owner.token);
      await world.ok('mutation ($id: UUID!) { resolveCondition(id: $id, version: 1, input: { note: "Qzxwhale cure" }) { condition { id } } }', { id: recordCondition.condition.id }, owner.token);
      const desk = new Billing(world, owner, chamberId);
      const invoice = await desk.bill(id, [service(10_000, { description: `Qzxwhale dressing ${number}`, code: { system: 'DDC', code: `QZXWHALE-${number}` } })], { note: `কঙ্খড়াধ ${number}` });
      const payment = await desk.take(id, 20_000, { method: 'CARD', reference: `card ${number}`, paidBy: `Qzxwhale brother ${number}` });
      await desk.credit(invoice.id, { reason: `Qzxwhale mistake ${number}` });
      await desk.refund(payment.id, 5_000, { reason: `Qzxwhale gone ${number}` });
      await answerOf(new CashDesk(world, owner, chamberId).move('OWNER', 'SAFE', 100, { note: `Qzxwhale slip ${number}` }));
      await answerOf(expenses.request(category.id, 100, { description: `কঙ্খড়াধ bill ${number}` }));
      planted += 52;
    }
    await world.ok(`mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { expiresAt } }`,
      { input: { email: 'qzxwhale@practice.example', nameEn: 'Qzxwhale Member', licence: '8642097531', assignments: [] } }, owner.token);
    await world.graphql(`mutation { signIn(input: { email: "Qzxwhale@practice.example", password: "8642097531 Qzxwhale" }) { ... on SignedIn { accessTokenExpiresAt } } }`);
    await world.graphql(`{ findPatients(by: { phone: "+8801719876100" }) { id } }`, {}, owner.token);
    await world.ok('mutation { setPrescriptionWebhook(input: { url: "https://qzxwhale.invalid/Qzxwhale/rx" }) { url } }', {}, owner.token);
    await world.ok('mutation { setBkashAccount(input: { username: "Qzxwhale", password: "Qzxwhale-8642097531", appKey: "Qzxwhale-key", appSecret: "Qzxwhale-secret" }) { site } }', {}, owner.token);
    await world.ok('mutation { setAlertWebhook(url: "https://qzxwhale.invalid/Qzxwhale") { url } }', {}, owner.token);
    await world.ok('mutation { breakGlass(input: { reason: "Qzxwhale fainted at the door" }) { id } }', {}, owner.token);
    await world.app.get(TrailWatcher, { strict: false }).watch();
    const { alerts } = await world.ok('{ alerts(rule: EMERGENCY_ACCESS) { edges { node { id version } } } }', {}, owner.token);
    await world.ok('mutation ($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { id } }', { input: { ...alerts.edges[0].node, note: 'Qzxwhale asked' } }, owner.token);
    await world.ok('mutation { saveAuditFilter(input: { name: "Qzxwhale watch", filter: { operation: "Qzxwhale" } }) { id } }', {}, owner.token);
    await fetchExport(world, owner.token, (await prepareExport(world, owner.token, 'CSV', { action: ['EXPORTED'], ip: '203.0.113.7' })).path);
    // What is typed to search is personal too, whoever is found by it, and whether or not anybody is.
    for (const [text, found] of [['Qzxwhale', 10], ['কঙ্খড়াধ', 10], ['01719876100', 1], ['Qzxwhale nobody', 0]] as const) {
      const { searchPatients } = await world.ok('query ($text: String!) { searchPatients(text: $text) { found { patient { id } } } }', { text }, owner.token);
      expect({ text, found: searchPatients.found.length }).toEqual({ text, found });
    }
    expect((await world.graphql('{ searchPatients(text: "Qzxwhale \\u0007") { hasMore } }', {}, owner.token)).errors).toHaveLength(1);

    // Somebody who booked, and whose session was cancelled.
    const desk = new Appointments(world, owner.token);
    const session = await desk.addSession({ chamberId: await openChamber(world, { owner, tenantId: owner.tenantId }, 'Canary Uttara'), doctorId: owner.memberId });
    const { registerPatient: { patient: booker } } = await world.ok(register, { input: { nameEn: 'Qzxwhale booker' } }, owner.token);
    await desk.bookRecurring({ sessionId: session.id, patientId: booker.id, count: 2, note: 'Qzxwhale brings reports' });
    await desk.joinWaitlist({ sessionId: session.id, patientId: booker.id, note: 'Qzxwhale waits for evenings' });
    await desk.change({ sessionId: session.id, kind: 'CANCEL', reason: 'Qzxwhale has a fever' });

    const imports = new Imports(importServer(world), owner.token);
    const file = (count: number) => ['Patient ID,Name,Mobile,NID,Notes', ...Array.from({ length: count }, (_, i) =>
      `Qzxwhale-${i},${i % 5 ? `Qzxwhale imported ${i}` : 'কঙ্খড়াধ'},+88017198761${String(i).padStart(2, '0')},8642097531${String(90_000 + i).padStart(7, '0')},Qzxwhale diagnosis ${i}`), '8642097531,Qzxwhale,x,x,x'].join('\n');
    await imports.run(file(40), {}, { fileName: 'Qzxwhale.csv', source: 'Qzxwhale Clinic' });
    // Ready to be imported, and on its way.
    await imports.check(file(45), {}, { fileName: 'Qzxwhale.csv' });
    await imports.upload(file(5));

    // A message that left, with a number and a text.
    const number = '+8801719876199';
    const { registerPatient: { patient: told } } = await world.ok(register, { input: { nameEn: 'Qzxwhale told', phones: [{ number, label: 'OWN' }] } }, owner.token);
    await world.ok(consent, { id: told.id, input: { purpose: 'SMS', choice: 'GRANTED', method: 'VERBAL', givenBy: { kind: 'REPRESENTATIVE', name: 'Qzxwhale sister', relation: 'SIBLING' } } }, owner.token);
    await world.ok(`mutation { editMessageSettings(input: { version: 0, quietFrom: "00:00", quietUntil: "00:00" }) { version } }`, {}, owner.token);
    const { id: sessionId } = await desk.addSession({ chamberId: await openChamber(world, practice, 'Canary Street'), doctorId: owner.memberId });
    await desk.book({ sessionId, patientId: told.id, note: 'Qzxwhale comes with her aunt' });
    await sms.to(number);
    const lane = await openChamber(world, practice, 'Canary Lane');
    const online = await Online.open(world, practice, lane);
    const { id: onlineId } = await desk.addSession({ chamberId: lane, doctorId: owner.memberId, localDate: dayFromNow(8), online: true });
    await online.hold(onlineId, '+8801719876150', { name: 'Qzxwhale online' });
    await online.requestAnswer('+8801719876151');
    await sms.to('+8801719876151');

    // Secrets that would let a thief in.
    const guarded = await enrol(world, owner);
    const key = new Authenticator(world.config.publicOrigins[0]!);
    await registerPasskey(world, owner.token, key.create(await passkeyOptions(world, owner.token)), 'Qzxwhale telephone');
    const deviceToken = newSecret();
    const { signInToken, passkeyOptions: options } = await byPassword(world, owner.email, { deviceToken });
    const { challenge } = JSON.parse(options) as { challenge: string };
    patterns.push(...[guarded.secret, ...guarded.recoveryCodes, ...guarded.recoveryCodes.map((code) => code.replaceAll('-', '')), signInToken, deviceToken, challenge].flatMap(disguises));
    await ageProof(world, owner, 0);
    await leaveGoogle(world, google, owner.token, { ...googlePerson('qzxwhale@google.example'), email: 'Qzxwhale@google.example', sub: '8642097531000000001' });

    // A mail that left, one that is tried again after a reply that repeats the address, and one on its way.
    const letter = { ...letterTo('qzxwhale@practice.example', 'Qzxwhale'), link: { url: 'https://clinic.example/join#code=Qzxwhale8642097531', label: { en: 'Qzxwhale', bn: 'কঙ্খড়াধ' } } };
    await mailOnce(world, await queueLetter(world, letter), ({ state }) => state === 'SENT');
    mails.verdict = () => 451;
    const qzxwhaleOwner = { email: 'qzxwhale.owner@practice.example', nameEn: 'Qzxwhale Owner', nameBn: 'কঙ্খড়াধ', password: PASSWORD };
    await OwnerDb.run(world.ownerUrl, world.keks, (db) => openPractice(db, { name: 'Forgetful Chamber', country: 'BD', owner: qzxwhaleOwner }));
    await new Passwords(world).ask(qzxwhaleOwner.email);
    await mailOnce(world, await queueLetter(world, letter), ({ last_error }) => last_error === '451');
    await leaveMail(world, letter);

    const tables = await world.sql<{ name: string }>('superuser',
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`);
    expect(tables.length).toBeGreaterThan(15);
    let rows = 0;
    for (const { name } of tables) {
      const dumped = await world.sql<{ row: string }>('superuser', `select t::text as row from ${name} t`);
      rows += dumped.length;
      expect({ name, found: foundIn(dumped.map(({ row }) => row).join('\n')) }).toEqual({ name, found: [] });
    }
    expect(rows).toBeGreaterThan(CANARIES);

    await world.sql('superuser', 'checkpoint');
    const [{ directory, oid } = { directory: '', oid: '' }] = await world.sql<{ directory: string; oid: string }>('superuser',
      `select current_setting('data_directory') as directory, (select oid::text from pg_database where datname = current_database()) as oid`);
    const stored = filesUnder(documentDirectory);
    expect(stored.length).toBe(Math.ceil(CANARIES / 50));
    expect(stored.filter((path) => foundIn(path).length)).toEqual([]);
    const onDisk = [...stored, ...filesUnder(join(directory, 'base', oid)), ...filesUnder(join(directory, 'pg_wal')), ...filesUnder(join(directory, 'pg_stat_tmp'))];
    expect(onDisk.reduce((sum, file) => sum + statSync(file).size, 0)).toBeGreaterThan(1_000_000);
    for (const file of onDisk) expect({ file, found: foundIn(readFileSync(file).toString('latin1')) }).toEqual({ file, found: [] });
  });

  it('would be noticed by this test: a plain column is found', async () => {
    await world.sql('superuser', `create table public.leak as select 'Qzxwhale' as name, encode('Qzxwhale'::bytea, 'base64') as b, encode('xQzxwhale'::bytea, 'base64') as c, encode('কঙ্খড়াধ'::bytea, 'hex') as d`);
    const [row] = await world.sql<Record<string, string>>('superuser', 'select * from public.leak');
    for (const column of ['name', 'b', 'c', 'd']) expect(foundIn(row![column]!)).not.toEqual([]);
  });
});

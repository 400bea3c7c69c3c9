import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { validateXML } from 'xmllint-wasm';
import { luhnDigit } from '../../src/patients/identifiers.js';
import { converse, verdict } from '../contract/conversation.js';
import { Appointments } from '../support/appointments.js';
import { Billing } from '../support/billing.js';
import { type ClaimAnswer, Claims, remittanceFile } from '../support/claims.js';
import { Conditions } from '../support/conditions.js';
import { Insurance } from '../support/insurance.js';
import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { license } from '../support/prescriptions.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { Shares } from '../support/shares.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type GraphqlAnswer, type Person, type Practice, World } from '../support/world.js';

const aed = (amount: number) => ({ amount, currency: 'AED' });
const fixture = (fileName: string) => ({ fileName, contents: readFileSync(`test/fixtures/eclaims/${fileName}`, 'utf8') });
const reasonOf = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions['reason'];

describe('claims', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let claims: Claims;
  let insurance: Insurance;
  let billing: Billing;
  let patients: Patients;
  let payerId: string;

  beforeAll(async () => {
    world = await World.shared();
  });
  beforeEach(async () => {
    practice = await world.practice('Marina Clinic', 'AE');
    const { owner } = practice;
    chamberId = await openChamber(world, practice, 'Marina', 'Asia/Dubai');
    [claims, insurance, billing, patients] = [new Claims(world, owner), new Insurance(world, owner), new Billing(world, owner, chamberId), new Patients(world, owner.token)];
    await license(world, owner, owner.memberId, '2999-12-31', 'DHA-P-0000901');
    await insurance.licence(chamberId);
    payerId = (await insurance.addPayer()).id;
  });
  afterAll(() => world.close());

  const emiratesId = () => {
    const payload = `7841990${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`;
    return payload + luhnDigit(payload);
  };
  const line = (price: number, code: object | null, more: object = {}) => ({ kind: 'SERVICE', description: 'Visit', unitPrice: aed(price), taxCategory: 'EXEMPT', doctorId: practice.owner.memberId, ...(code && { code }), ...more });
  const cpt = (code: string) => ({ system: 'CPT', code });
  const insured = async (terms: object = { coPayment: 2000 }) => {
    const patient = await patients.register({ nameEn: 'Mariam Saleh', identifiers: [{ kind: 'EMIRATES_ID', value: emiratesId() }] });
    return { patient, policy: await insurance.addPolicy(patient.id, payerId, terms) };
  };
  /** An invoice of 300.00, of which the payer is to pay 240.00. */
  const billed = async (terms?: object, lines = [line(20_000, cpt('99213')), line(10_000, cpt('81001'))]) => {
    const { patient, policy } = await insured(terms);
    return { patient, policy, invoice: await billing.bill(patient.id, lines) };
  };
  const made = async (more: object = { diagnoses: ['E11.9', 'I10'] }, terms?: object): Promise<ClaimAnswer> => {
    const { invoice, policy } = await billed(terms);
    return claims.make(invoice.id, policy.id, more);
  };
  const sent = async (): Promise<ClaimAnswer> => {
    const ready = await claims.step('readyClaim', await made());
    await claims.submit(chamberId, payerId);
    return claims.claim(ready.id);
  };
  const answered = async (...paid: [number, number]): Promise<ClaimAnswer> => {
    const claim = await sent();
    const activities = [{ id: '1', net: 16_000, paid: paid[0], denial: paid[0] < 16_000 ? 'MNEC-003' : undefined }, { id: '2', net: 8_000, paid: paid[1], denial: paid[1] < 8_000 ? 'XYZ-1' : undefined }]
      .map(({ denial, ...activity }) => ({ ...activity, ...(denial && { denial }) }));
    expect((await claims.import(chamberId, remittanceFile([{ code: claim.code, activities }]))).faults).toEqual([]);
    return claims.claim(claim.id);
  };

  describe('making', () => {
    it('claims all but the co-payment, line by line, and lets the payer owe it', async () => {
      const { invoice, policy } = await billed();
      const claim = await claims.make(invoice.id, policy.id, { diagnoses: ['e119'], priorAuthorization: 'PA-77' });
      expect(claim).toMatchObject({
        code: `${invoice.number}-1`, status: 'DRAFT', gross: aed(30_000), patientShare: aed(6_000), net: aed(24_000), paid: aed(0), open: aed(24_000), memberNumber: 'GF-1029384', payerId, priorAuthorization: 'PA-77', version: 1,
        lines: [{ no: 1, code: cpt('99213'), gross: aed(20_000), net: aed(16_000) }, { no: 2, code: cpt('81001'), gross: aed(10_000), net: aed(8_000) }], faults: [],
      });
      expect(await billing.balances()).toEqual({ CLAIMS_RECEIVABLE: 24_000, RECEIVABLE: 6_000, REVENUE: -30_000 });
      expect((await billing.invoice(invoice.id)).due).toEqual(aed(6_000));
    });

    it.each<[string, object, number]>([['no more than the most of the co-payment', { coPayment: 5000, coPaymentMost: aed(5_000) }, 25_000], ['all without a co-payment', { coPayment: 0 }, 30_000]])('leaves the patient %s', async (_, terms, net) => {
      expect((await made({}, terms)).net).toEqual(aed(net));
    });

    it('claims no more than is due, and of several payers', async () => {
      const { patient, invoice, policy } = await billed({ coPayment: 5000 });
      expect((await claims.make(invoice.id, policy.id)).net).toEqual(aed(15_000));
      const second = await insurance.addPolicy(patient.id, (await insurance.addPayer({ name: 'Second', payerCode: 'INS901' })).id, { coPayment: 0 });
      expect(await claims.make(invoice.id, second.id)).toMatchObject({ code: `${invoice.number}-2`, net: aed(15_000) });
      expect(reasonOf(await claims.makeAnswer(invoice.id, policy.id))).toBe('NOTHING_TO_CLAIM');
      expect((await billing.invoice(invoice.id)).due).toEqual(aed(0));
    });

    it('happens once for a key', async () => {
      const { invoice, policy } = await billed();
      const key = { idempotencyKey: randomUUID() };
      const [first, second] = [await claims.make(invoice.id, policy.id, key), await claims.make(invoice.id, policy.id, key)];
      expect(second.id).toBe(first.id);
      expect(reasonOf(await claims.makeAnswer(invoice.id, policy.id, { ...key, priorAuthorization: 'X' }))).toBe('KEY_USED');
    });

    it('takes what was recorded as conditions since the visit began', async () => {
      const { patient, policy } = await insured();
      const conditions = new Conditions(world, practice.owner.token);
      await conditions.record(patient.id, { code: 'J06.9' });
      const invoice = await billing.bill(patient.id, [line(10_000, cpt('99213'))]);
      await conditions.record(patient.id, { code: 'E11.9' });
      const { id } = await claims.make(invoice.id, policy.id);
      expect((await claims.diagnosesAnswer(id)).data.answer.diagnoses).toEqual(['E11.9']);
    });

    it('is refused of drafts, by other patients’ policies, by those that are over, and for codes that are none', async () => {
      const { patient, invoice, policy } = await billed();
      const other = await insured();
      expect(faultsOf(await claims.makeAnswer(invoice.id, other.policy.id))).toEqual(['input.policyId ANOTHER_PATIENT']);
      expect(faultsOf(await claims.makeAnswer(invoice.id, policy.id, { diagnoses: ['E11.9', 'E11.9', 'nonsense'], priorAuthorization: 'a b' })))
        .toEqual(['input.diagnoses.1 DUPLICATE', 'input.diagnoses.2 NOT_A_CODE', 'input.priorAuthorization WRONG_FORMAT']);
      expect(reasonOf(await claims.makeAnswer((await billing.draft(patient.id, [line(1_000, null)])).id, policy.id))).toBe('NOTHING_TO_CLAIM');
      await insurance.editPolicy(policy, { validUntil: '2020-01-01' });
      expect(faultsOf(await claims.makeAnswer(invoice.id, policy.id))).toEqual(['input.policyId EXPIRED']);
      expect(await billing.balances()).toEqual({ RECEIVABLE: 30_000, REVENUE: -30_000 });
    });
  });

  describe('what is missing', () => {
    it('is told with its place, and keeps a claim from being sent', async () => {
      const patient = await patients.register({ nameEn: 'Mariam Saleh' });
      const policy = await insurance.addPolicy(patient.id, payerId);
      const bare = await openChamber(world, practice, 'Bare', 'Asia/Dubai');
      const invoice = await new Billing(world, practice.owner, bare).bill(patient.id, [line(1_000, null), line(1_000, cpt('99213'), { doctorId: null })]);
      const claim = await claims.make(invoice.id, policy.id);
      const fault = (place: string, reason = 'MISSING', blocks = true) => ({ place, reason, blocks });
      expect(claim.faults).toEqual([fault('facilityLicence'), fault('emiratesId'), fault('diagnoses'), fault('lines.1.code'), fault('lines.2.clinician')]);
      expect(reasonOf(await claims.stepAnswer('readyClaim', claim))).toBe('CLAIM_FAULTY');
      await patients.edit(patient, { identifiers: [{ kind: 'EMIRATES_ID', value: '784199012345670' }] });
      await license(world, practice.owner, practice.owner.memberId, '2020-01-01', 'DHA-P-0000901');
      expect((await claims.claim(claim.id)).faults).toEqual([fault('facilityLicence'), fault('emiratesId', 'CHECK_DIGIT', false), fault('diagnoses'), fault('lines.1.code'), fault('lines.1.clinician', 'EXPIRED'), fault('lines.2.clinician')]);
    });

    it('can be told afterwards', async () => {
      const claim = await made({});
      expect(claim.faults).toEqual([{ place: 'diagnoses', reason: 'MISSING', blocks: true }]);
      const edited = await claims.tell('editClaim', claim, { diagnoses: ['J06.9'], codes: [{ no: 2, system: 'HCPCS', code: 'J1100' }] });
      expect(edited.faults).toEqual([]);
      expect(edited.lines[1]).toMatchObject({ code: { system: 'HCPCS', code: 'J1100' } });
      expect(faultsOf(await claims.tellAnswer('editClaim', edited, { codes: [{ no: 2, system: 'CPT', code: 'J1' }, { no: 9, system: 'CPT', code: '99213' }] }))).toEqual(['input.codes.0.code NOT_A_CODE', 'input.codes.1.no NOT_FOUND']);
      expect((await claims.step('readyClaim', edited)).status).toBe('READY');
    });
  });

  describe('who may', () => {
    it('see diagnoses must see what is clinical', async () => {
      const claim = await made();
      const desk = await hire(world, practice, chamberId, 'RECEPTIONIST');
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: desk.memberId } }, practice.owner.token);
      const atDesk = new Claims(world, desk);
      expect((await atDesk.claim(claim.id)).id).toBe(claim.id);
      expect(codeOf(await atDesk.diagnosesAnswer(claim.id))).toBe('FORBIDDEN');
      expect(codeOf(await atDesk.tellAnswer('editClaim', claim, { diagnoses: ['I10'] }))).toBe('FORBIDDEN');
      expect((await claims.diagnosesAnswer(claim.id)).data.answer.diagnoses).toEqual(['E11.9', 'I10']);
      expect(codeOf(await atDesk.submitAnswer(chamberId, payerId))).toBe('FORBIDDEN');
      expect(codeOf(await atDesk.importAnswer(chamberId, remittanceFile([])))).toBe('FORBIDDEN');
      expect(codeOf(await new Claims(world, await hire(world, practice, chamberId, 'NURSE')).makeAnswer(claim['invoiceId'] as string, claim['policyId'] as string))).toBe('FORBIDDEN');
    });

    it('submit in one chamber submits in no other', async () => {
      const manager = new Claims(world, await hire(world, practice, await openChamber(world, practice, 'Deira', 'Asia/Dubai'), 'MANAGER'));
      expect(codeOf(await manager.submitAnswer(chamberId, payerId))).toBe('FORBIDDEN');
      expect(codeOf(await manager.importAnswer(chamberId, remittanceFile([])))).toBe('FORBIDDEN');
    });
  });

  describe('sending', () => {
    it('makes a file in the published structure, once', async () => {
      const claim = await claims.step('readyClaim', await made({ diagnoses: ['E11.9', 'I10'], priorAuthorization: 'PA-77' }));
      const key = { idempotencyKey: randomUUID() };
      const submission = await claims.submit(chamberId, payerId, key);
      expect(await claims.submit(chamberId, payerId, key)).toEqual(submission);
      const file = await claims.file(submission.id);
      const { errors } = await validateXML({ xml: [{ fileName: 'file.xml', contents: file }], schema: [fixture('claim-submission.xsd')], preload: [fixture('values.xsd')] });
      expect(errors).toEqual([]);
      for (const part of ['<SenderID>DHA-F-0000900</SenderID>', '<ReceiverID>INS900</ReceiverID>', '<RecordCount>1</RecordCount>', '<DispositionFlag>PRODUCTION</DispositionFlag>', `<ID>${claim.code}</ID>`,
        '<MemberID>GF-1029384</MemberID>', '<Gross>300.00</Gross>', '<PatientShare>60.00</PatientShare>', '<Net>240.00</Net>', '<Type>Principal</Type>', '<Code>E11.9</Code>', '<Clinician>DHA-P-0000901</Clinician>',
        '<PriorAuthorizationID>PA-77</PriorAuthorizationID>', '<Net>160.00</Net>', '<Net>80.00</Net>']) expect(file).toContain(part);
      expect((await claims.claim(claim.id)).status).toBe('SUBMITTED');
      expect(reasonOf(await claims.submitAnswer(chamberId, payerId))).toBe('NO_CLAIMS_READY');
      expect(await claims.list(chamberId, 'SUBMITTED')).toEqual([{ id: claim.id, status: 'SUBMITTED' }]);
    });

    it('as a test leaves the claims ready', async () => {
      const claim = await claims.step('readyClaim', await made());
      const { id } = await claims.submit(chamberId, payerId, { disposition: 'TEST' });
      expect(await claims.file(id)).toContain('<DispositionFlag>TEST</DispositionFlag>');
      expect((await claims.claim(claim.id)).status).toBe('READY');
    });

    it('looks once more at what changed since', async () => {
      await claims.step('readyClaim', await made());
      await license(world, practice.owner, practice.owner.memberId, '2020-01-01', 'DHA-P-0000901');
      expect(reasonOf(await claims.submitAnswer(chamberId, payerId))).toBe('CLAIM_FAULTY');
    });

    it('costs the same round trips for any number of claims', async () => {
      const trips = async (count: number) => {
        for (let i = 0; i < count; i++) await claims.step('readyClaim', await made());
        return toTheApp(await roundTripsOf(() => claims.submit(chamberId, payerId))).length;
      };
      await trips(1);
      expect(await trips(3)).toBe(await trips(1));
    });
  });

  describe('remittances', () => {
    it('pay claims, into the bank', async () => {
      const claim = await answered(16_000, 8_000);
      expect(claim).toMatchObject({ status: 'PAID', paid: aed(24_000), open: aed(0), payerReference: 'P-1' });
      expect(await billing.balances()).toEqual({ BANK: 24_000, RECEIVABLE: 6_000, REVENUE: -30_000 });
    });

    it('pay in part or nothing, and say why', async () => {
      const claim = await answered(16_000, 0);
      expect(claim).toMatchObject({ status: 'PARTLY_PAID', paid: aed(16_000), open: aed(8_000) });
      expect(claim.lines).toMatchObject([{ paid: aed(16_000), denialCode: null }, { paid: aed(0), denialCode: 'XYZ-1', denialWords: null }]);
      const denied = await answered(0, 0);
      expect(denied).toMatchObject({ status: 'DENIED', open: aed(24_000) });
      expect(denied.lines[0]).toMatchObject({ denialCode: 'MNEC-003', denialWords: 'Medically it was not needed, as far as the payer can see.' });
      expect(await billing.balances()).toEqual({ BANK: 16_000, CLAIMS_RECEIVABLE: 32_000, RECEIVABLE: 12_000, REVENUE: -60_000 });
    });

    it('are imported once, by the key and by the file', async () => {
      const claim = await sent();
      const file = remittanceFile([{ code: claim.code, activities: [{ id: '1', net: 16_000, paid: 1 }, { id: '2', net: 8_000, paid: 0 }] }]);
      const key = { idempotencyKey: randomUUID() };
      const first = await claims.import(chamberId, file, key);
      expect(first.imported).toMatchObject({ count: 1, paid: aed(1), claims: [{ id: claim.id, status: 'PARTLY_PAID' }] });
      expect(await claims.import(chamberId, file, key)).toEqual(first);
      await claims.tell('resubmitClaim', await claims.claim(claim.id), { kind: 'INTERNAL_COMPLAINT', comment: 'See the notes.' });
      await claims.submit(chamberId, payerId);
      expect(reasonOf(await claims.importAnswer(chamberId, file))).toBe('IMPORTED_ALREADY');
      expect((await billing.balances())['BANK']).toBe(1);
    });

    it('are imported once by the payment too, however the file that tells it differs', async () => {
      const [claim, other] = [await sent(), await sent()];
      const [first, second, good] = [{ id: '1', net: 16_000, paid: 100 }, { id: '2', net: 8_000, paid: 200 }, { code: other.code, activities: [{ id: '1', net: 16_000, paid: 16_000 }] }];
      const file = (activities: object[], more: object = {}) => remittanceFile([{ code: claim.code, activities: activities as Array<typeof first> }, good], { payment: 'BT-77', ...more });
      await claims.import(chamberId, remittanceFile([{ code: claim.code, activities: [first, { ...second, paid: 0 }] }], { payment: 'BT-77' }));
      await claims.tell('resubmitClaim', await claims.claim(claim.id), { kind: 'INTERNAL_COMPLAINT', comment: 'See the notes.' });
      await claims.submit(chamberId, payerId);
      const refused = { imported: null, faults: [{ place: 'Claim 1/Activity 1/PaymentAmount', reason: 'PAID_BEFORE' }] };
      expect(await claims.import(chamberId, file([first, { ...second, paid: 0 }]))).toEqual(refused);
      expect(await claims.import(chamberId, `${file([first])}\n`)).toEqual(refused);
      for (const payment of ['bt-77', 'BT 77', 'ＢＴ-77']) expect(await claims.import(chamberId, remittanceFile([{ code: claim.code, activities: [first, { ...second, paid: 0 }] }], { payment }))).toEqual(refused);
      expect(await claims.import(chamberId, file([first], { settled: '' }))).toEqual(refused);
      // Nor with another amount, be it more than is open.
      expect(await claims.import(chamberId, file([{ ...first, paid: 16_000 }, second]))).toEqual(refused);
      expect(await billing.balances()).toMatchObject({ BANK: 100 });
      await converse(world, 'app', practice.owner, async (ask) => {
        const remittance = randomUUID();
        await ask(`insert into clinic.claim_remittances (tenant_id, id, chamber_id, file_token, file, claims) values ('${practice.tenantId}', '${remittance}', '${chamberId}', '\\x00', '\\x00', 1)`);
        const settle = (no: number, reference: string, at: string | null) => verdict(ask, `insert into clinic.claim_settlements (tenant_id, id, remittance_id, claim_id, paid, payer_reference, payment_reference, settled_at, line_nos, line_paid, line_denials)
          values ('${practice.tenantId}', gen_random_uuid(), '${remittance}', '${claim.id}', 5, 'P-1', '${reference}', ${at && `'${at}'`}, '{${no}}', '{5}', '{null}')`);
        // One day in Dubai, and the next one.
        expect([await settle(1, 'BT-77', '2026-11-24 23:59+04'), await settle(1, 'BT-77', '2026-11-25 00:00+04'), await settle(2, 'BT-77', '2026-11-24 09:00+04'), await settle(1, 'BT-78', '2026-11-24 09:00+04')]).toEqual(['SK092', 'ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
        expect([await settle(1, 'bt 77', '2026-11-24 09:00+04'), await settle(1, 'BT-77', null), await settle(2, 'BT-77', null)]).toEqual(['SK092', 'SK092', 'ACCEPTED']);
      });
      // What the same payment pays of another activity, and another payment of this one, is new.
      expect((await claims.import(chamberId, file([{ ...first, paid: 0 }, second]))).faults).toEqual([]);
      await claims.tell('resubmitClaim', await claims.claim(claim.id), { kind: 'INTERNAL_COMPLAINT', comment: 'See the notes.' });
      await claims.submit(chamberId, payerId);
      expect((await claims.import(chamberId, remittanceFile([{ code: claim.code, activities: [first] }], { payment: 'BT-77', settled: '25/11/2026 09:00' }))).faults).toEqual([]);
      expect(await billing.balances()).toMatchObject({ BANK: 100 + 200 + 16_000 + 100 });
    });

    it('report everything that fits none, and import nothing', async () => {
      const [claim, other, draft] = [await sent(), await sent(), await made()];
      const good = { code: other.code, activities: [{ id: '1', net: 16_000, paid: 16_000 }] };
      const file = remittanceFile([
        good, { code: 'NO-SUCH', activities: [{ id: '1', net: 1, paid: 1 }] }, { code: draft.code, activities: [{ id: '1', net: 1, paid: 1 }] },
        { code: claim.code, activities: [{ id: '1', net: 16_000, paid: 16_001 }, { id: '1-1', net: 1, paid: 1 }] },
      ], { receiver: 'DHA-F-OTHER', disposition: 'TEST' });
      const { imported, faults } = await claims.import(chamberId, file);
      expect(imported).toBeNull();
      expect(faults).toEqual([
        { place: 'Header/ReceiverID', reason: 'OTHER_FACILITY' }, { place: 'Header/DispositionFlag', reason: 'NOT_PRODUCTION' }, { place: 'Claim 2/ID', reason: 'UNKNOWN_CLAIM' }, { place: 'Claim 3', reason: 'NOT_SENT' },
        { place: 'Claim 4/Activity 1/PaymentAmount', reason: 'MORE_THAN_CLAIMED' }, { place: 'Claim 4/Activity 2/ID', reason: 'UNKNOWN_ACTIVITY' },
      ]);
      expect((await claims.import(chamberId, '<!DOCTYPE a><Remittance.Advice/>')).faults).toEqual([{ place: 'Line 1', reason: 'DOCTYPE' }]);
      expect((await claims.import(chamberId, remittanceFile([good], { sender: 'INS999' }))).faults).toEqual([{ place: 'Header/SenderID', reason: 'OTHER_SENDER' }]);
      expect((await claims.claim(other.id)).status).toBe('SUBMITTED');
      expect(await billing.balances()).not.toHaveProperty('BANK');
      expect((await claims.import(chamberId, remittanceFile([good]))).imported).not.toBeNull();
    });
  });

  it('are listed for the clerk: files, answers, and those of a patient, page by page', async () => {
    const [first, second] = [await answered(16_000, 0), await answered(16_000, 8_000)];
    const manager = await hire(world, practice, chamberId, 'MANAGER');
    const list = async (of: string, fields: string, first: number, after: string | null = null, person: Person = manager) =>
      (await world.ok(`query ($chamberId: UUID!, $first: Int!, $after: String) { list: ${of}(chamberId: $chamberId, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } edges { node { ${fields} } } } }`, { chamberId, first, after }, person.token)).list as
        { totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean }; edges: Array<{ node: Record<string, unknown> }> };
    const nodes = ({ edges }: { edges: Array<{ node: object }> }) => edges.map(({ node }) => node);
    const files = await list('claimSubmissions', 'payerId disposition claims madeBy { id }', 1);
    expect(files).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
    expect(nodes(files)).toEqual([{ payerId, disposition: 'PRODUCTION', claims: 1, madeBy: { id: practice.owner.memberId } }]);
    const answers = await list('remittances', 'count paid { amount currency } importedBy { id } claims { id status }', 1);
    expect(nodes(answers)).toEqual([{ count: 1, paid: aed(24_000), importedBy: { id: practice.owner.memberId }, claims: [{ id: second.id, status: 'PAID' }] }]);
    expect(nodes(await list('remittances', 'claims { id status }', 5, answers.pageInfo.endCursor))).toEqual([{ claims: [{ id: first.id, status: 'PARTLY_PAID' }] }]);
    const ofPatient = 'query ($id: UUID!) { patient(id: $id) { claims { totalCount edges { node { id } } } } }';
    expect((await world.ok(ofPatient, { id: first['patientId'] }, practice.owner.token)).patient.claims).toEqual({ totalCount: 1, edges: [{ node: { id: first.id } }] });
    const reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
    expect(await Promise.all(['claimSubmissions', 'remittances'].map(async (of) => codeOf(await world.graphql(`query ($chamberId: UUID!) { ${of}(chamberId: $chamberId) { totalCount } }`, { chamberId }, reception.token))))).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  describe('what was denied', () => {
    it('is corrected as a whole, with other numbers of activities', async () => {
      const denied = await answered(0, 0);
      const draft = await claims.tell('resubmitClaim', denied, { kind: 'CORRECTION', comment: 'Corrected the diagnosis & code.' });
      expect(draft.status).toBe('DRAFT');
      await claims.step('readyClaim', await claims.tell('editClaim', draft, { diagnoses: ['I10'] }));
      const file = await claims.file((await claims.submit(chamberId, payerId)).id);
      for (const part of [`<ID>${denied.code}</ID>`, '<IDPayer>P-1</IDPayer>', '<ID>1-1</ID>', '<ID>2-1</ID>', '<Type>correction</Type>', '<Comment>Corrected the diagnosis &amp; code.</Comment>', '<Code>I10</Code>']) expect(file).toContain(part);
      expect((await claims.claim(denied.id)).status).toBe('RESUBMITTED');
      expect((await claims.import(chamberId, remittanceFile([{ code: denied.code, activities: [{ id: '1', net: 16_000, paid: 16_000 }] }]))).faults).toEqual([{ place: 'Claim 1/Activity 1/ID', reason: 'UNKNOWN_ACTIVITY' }]);
      await claims.import(chamberId, remittanceFile([{ code: denied.code, activities: [{ id: '1-1', net: 16_000, paid: 16_000 }, { id: '2-1', net: 8_000, paid: 8_000 }] }]));
      expect((await claims.claim(denied.id)).status).toBe('PAID');
    });

    it('is complained of alone, with its own numbers', async () => {
      const partly = await answered(16_000, 3_000);
      expect(reasonOf(await claims.tellAnswer('resubmitClaim', partly, { kind: 'CORRECTION', comment: 'x' }))).toBe('CLAIM_STATUS');
      expect((await claims.tell('resubmitClaim', partly, { kind: 'INTERNAL_COMPLAINT', comment: 'See the notes.' })).status).toBe('READY');
      const file = await claims.file((await claims.submit(chamberId, payerId)).id);
      expect(file).toContain('<Type>internal complaint</Type>');
      expect(file.match(/<Activity>/g)).toHaveLength(1);
      expect(file).toContain('<Net>50.00</Net>');
      await claims.import(chamberId, remittanceFile([{ code: partly.code, activities: [{ id: '2', net: 5_000, paid: 5_000 }] }]));
      expect(await claims.claim(partly.id)).toMatchObject({ status: 'PAID', paid: aed(24_000) });
    });

    it('is written off, or is the patient’s after all', async () => {
      const partly = await answered(16_000, 0);
      const key = { idempotencyKey: randomUUID(), rest: 'WRITTEN_OFF', reason: 'Not worth it' };
      const closed = await claims.tell('closeClaim', partly, key);
      expect(closed).toMatchObject({ status: 'CLOSED', writtenOff: aed(8_000), open: aed(0), closedBecause: 'Not worth it' });
      expect(await claims.tell('closeClaim', partly, key)).toEqual(closed);
      expect(await billing.balances()).toEqual({ BANK: 16_000, WRITE_OFF: 8_000, RECEIVABLE: 6_000, REVENUE: -30_000 });
      const denied = await answered(0, 0);
      await claims.tell('closeClaim', denied, { rest: 'TO_PATIENT', reason: 'Not covered' });
      expect((await billing.invoice(denied['invoiceId'] as string)).due).toEqual(aed(30_000));
      expect(await billing.balances()).toEqual({ BANK: 16_000, WRITE_OFF: 8_000, RECEIVABLE: 36_000, REVENUE: -60_000 });
    });
  });

  describe('the shares of doctors', () => {
    const ever = ['2020-01-01', '2999-12-31'] as const;
    let doctor: Person;
    let shares: Shares;

    beforeEach(async () => {
      doctor = await hire(world, practice, chamberId, 'DOCTOR');
      await license(world, practice.owner, doctor.memberId, '2999-12-31', 'DHA-P-0000902');
      shares = new Shares(world, practice.owner);
    });

    const statement = async () => {
      const { closing, entries } = await shares.statement(doctor.memberId, ...ever);
      return { payable: closing.amount, entries: entries.edges.map(({ node }) => [node.cause, node.amount.amount]) };
    };
    const pay = (patientId: string, invoiceId: string, amount: number) => billing.take(patientId, amount, { method: 'BANK', reference: randomUUID(), amount: aed(amount), allocations: [{ invoiceId, amount: aed(amount) }] });
    const remitted = async (claim: { id: string; code: string }, ...paid: number[]) =>
      expect((await claims.import(chamberId, remittanceFile([{ code: claim.code, reference: randomUUID(), activities: paid.map((amount, at) => ({ id: String(at + 1), net: amount, paid: amount })) }]))).faults).toEqual([]);
    const complained = async (claim: { id: string }) => {
      await claims.tell('resubmitClaim', await claims.claim(claim.id), { kind: 'INTERNAL_COMPLAINT', comment: 'See the notes.' });
      await claims.submit(chamberId, payerId);
    };
    /** A claim of 240.00 that was sent, of an invoice of 300.00 with 200.00 of the doctor's. */
    const claimed = async () => {
      const { patient, invoice, policy } = await billed(undefined, [line(20_000, cpt('99213'), { doctorId: doctor.memberId }), line(10_000, cpt('81001'))]);
      const claim = await claims.step('readyClaim', await claims.make(invoice.id, policy.id, { diagnoses: ['I10'] }));
      await claims.submit(chamberId, payerId);
      return { patient, invoice, claim };
    };

    it('accrue with what insurers pay as with what patients pay, by the difference, and go back with what is released', async () => {
      const rule = await shares.add(doctor.memberId, { kind: 'PERCENTAGE', rate: 3333 });
      const { patient, invoice, claim } = await claimed();
      const own = await pay(patient.id, invoice.id, 6_000);
      await remitted(claim, 5_001, 0);
      // 33.33 % of 200.00 × 110.01 / 300.00.
      expect(await statement()).toEqual({ payable: 2_444, entries: [['PAID', 1_333], ['REMITTED', 1_111]] });
      await complained(claim);
      await remitted(claim, 0, 0);
      expect((await statement()).entries).toHaveLength(2);
      await complained(claim);
      await remitted(claim, 0, 8_000);
      await claims.tell('closeClaim', await claims.claim(claim.id), { rest: 'TO_PATIENT', reason: 'Not covered' });
      const rest = await pay(patient.id, invoice.id, 10_999);
      expect((await statement()).payable).toBe(6_666);
      for (const [payment, amount] of [[rest, 10_999], [own, 6_000]] as const) expect((await billing.releaseAnswer(payment.id, invoice.id, amount, { amount: aed(amount) })).errors).toBeUndefined();
      // What the insurer paid stays: 33.33 % of 200.00 × 130.01 / 300.00.
      const { payable, entries } = await statement();
      expect([payable, entries.map(([cause]) => cause)]).toEqual([2_889, ['PAID', 'REMITTED', 'REMITTED', 'PAID', 'RELEASED', 'RELEASED']]);
      expect((await shares.statement(doctor.memberId, ...ever)).entries.edges[1]!.node).toMatchObject({ cause: 'REMITTED', invoiceId: invoice.id, invoiceNumber: invoice.number, rule: { id: rule.id } });
      const balances = await billing.balances();
      expect([balances['DOCTOR_SHARE'], balances['DOCTOR_PAYABLE'], Object.values(balances).reduce((sum, amount) => sum + amount, 0)]).toEqual([2_889, -2_889, 0]);
    });

    it('are nothing of what is denied or written off', async () => {
      await shares.add(doctor.memberId, { kind: 'PERCENTAGE', rate: 5000 });
      const { claim } = await claimed();
      await remitted(claim, 0, 0);
      await claims.tell('closeClaim', await claims.claim(claim.id), { rest: 'WRITTEN_OFF', reason: 'Too late' });
      expect(await statement()).toEqual({ payable: 0, entries: [] });
    });

    it('are reckoned one after the other when patients and insurers pay at the same moment', async () => {
      await shares.add(doctor.memberId, { kind: 'PERCENTAGE', rate: 3331 });
      const { patient, invoice, claim } = await claimed();
      const { id } = await billing.take(patient.id, 6_000, { method: 'BANK', reference: randomUUID(), amount: aed(6_000) });
      const paying = await openTransaction(world, practice.tenantId, practice.owner.memberId);
      await paying.query('insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values ($1, gen_random_uuid(), $2, $3, 6000)', [practice.tenantId, id, invoice.id]);
      const importing = remitted(claim, 2, 0);
      await untilItWaits(world, importing);
      await paying.commit();
      await importing;
      // 13.324 and 0.004 make 13.33, and each by itself 13.32 and nothing.
      expect((await statement()).payable).toBe(1_333);
    });

    it('for a session accrue when an insurer alone has paid a visit of it', async () => {
      await shares.add(doctor.memberId, { kind: 'SESSIONAL', amount: aed(50_000) });
      const { patient, policy } = await insured({ coPayment: 0 });
      const appointments = new Appointments(world, practice.owner.token);
      const { id: sessionId } = await appointments.addSession({ chamberId, doctorId: doctor.memberId });
      const { id: appointmentId } = await appointments.book({ sessionId, patientId: patient.id });
      const invoice = await billing.bill(patient.id, [{ kind: 'CONSULTATION', unitPrice: aed(20_000), taxCategory: 'EXEMPT', code: cpt('99213') }], { appointmentId });
      const claim = await claims.step('readyClaim', await claims.make(invoice.id, policy.id, { diagnoses: ['I10'] }));
      await claims.submit(chamberId, payerId);
      await remitted(claim, 20_000);
      expect(await statement()).toEqual({ payable: 50_000, entries: [['REMITTED', 50_000]] });
    });
  });

  it('keep what they are for from being credited, until they are over', async () => {
    const { invoice, policy } = await billed();
    const claim = await claims.make(invoice.id, policy.id);
    const refused = await billing.creditAnswer(invoice.id);
    expect(refused.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'MORE_THAN_THERE_IS', left: 6_000 });
    await billing.credit(invoice.id, { lines: [{ no: 1, amount: aed(6_000) }] });
    expect(reasonOf(await billing.creditAnswer(invoice.id, { lines: [{ no: 2, amount: aed(1) }] }))).toBe('MORE_THAN_THERE_IS');
    await claims.step('discardClaim', claim);
    await billing.credit(invoice.id);
    expect((await billing.invoice(invoice.id)).status).toBe('VOID');
    expect(await billing.balances()).toEqual({});
  });

  it('that were never sent can be discarded, and others cannot', async () => {
    const claim = await claims.step('readyClaim', await made());
    expect(await claims.step('discardClaim', await claims.step('reopenClaim', claim))).toMatchObject({ status: 'DISCARDED', returned: aed(24_000), open: aed(0) });
    expect(await billing.balances()).toEqual({ RECEIVABLE: 30_000, REVENUE: -30_000 });
    const out = await sent();
    for (const operation of ['discardClaim', 'readyClaim', 'reopenClaim']) expect(reasonOf(await claims.stepAnswer(operation, out))).toBe('CLAIM_STATUS');
    expect(reasonOf(await claims.tellAnswer('closeClaim', out, { rest: 'WRITTEN_OFF', reason: 'x' }))).toBe('CLAIM_STATUS');
    expect(reasonOf(await claims.stepAnswer('discardClaim', { ...out, version: 1 }))).toBe('STALE_VERSION');
  });

  it('go over to the survivor of a merge', async () => {
    const { patient, policy, invoice } = await billed();
    const claim = await claims.make(invoice.id, policy.id);
    const survivor = await patients.register({ nameEn: 'Mariam Saleh' });
    const { merge } = await new Merges(world, practice.owner.token).merge(survivor, patient);
    expect(merge.rows).toContainEqual({ kind: 'claim', count: 1 });
    expect(await claims.claim(claim.id)).toMatchObject({ patientId: survivor.id, version: claim.version });
  });

  describe('in the database', () => {
    it('take no step that there is not, and more of nothing than was claimed', async () => {
      const [draft, out] = [await made(), await sent()];
      const stranger = await patients.register({ nameEn: 'Salma Rashid' });
      await converse(world, 'app', practice.owner, async (ask) => {
        const change = (claim: { id: string }, what: string) => verdict(ask, `update clinic.claims set ${what}, version = version + 1 where id = $1`, [claim.id]);
        expect(await change(draft, `status = 'PAID'`)).toBe('SK095');
        expect(await change(draft, `status = 'SUBMITTED'`)).toBe('SK095');
        expect(await change(draft, 'returned = 1')).toBe('SK095');
        expect(await change(out, `status = 'CLOSED', written_off = net`)).toBe('SK095');
        expect(await change(out, `status = 'DISCARDED', returned = net`)).toBe('SK095');
        for (const column of ['net', 'paid', 'code', 'corrections', 'made_by']) expect(await verdict(ask, `update clinic.claims set ${column} = ${column} where id = $1`, [draft.id])).toBe('42501');
        expect(await verdict(ask, `update clinic.claims set details = '\\x00' where id = $1`, [draft.id])).toBe('SK091');
        expect(await verdict(ask, `update clinic.claims set patient_id = $2 where id = $1`, [draft.id, stranger.id])).toBe('SK091');
        expect(await verdict(ask, `update clinic.claim_lines set details = details where claim_id = $1`, [out.id])).toBe('SK091');
        expect(await verdict(ask, `insert into clinic.claim_lines (tenant_id, id, claim_id, no, quantity, billed, net, details) values ($1, gen_random_uuid(), $2, 9, 1, 1, 1, '\\x00')`, [practice.tenantId, draft.id])).toBe('SK091');
        const remittanceId = randomUUID();
        await ask(`insert into clinic.claim_remittances (tenant_id, id, chamber_id, file_token, file, claims) values ($1, $2, $3, '\\x01', '\\x00', 1)`, [practice.tenantId, remittanceId, chamberId]);
        const settle = (claim: { id: string }, paid: number, ofLine: number, no = 1) => verdict(ask, `
insert into clinic.claim_settlements (tenant_id, id, remittance_id, claim_id, paid, payer_reference, payment_reference, line_nos, line_paid, line_denials)
values ($1, gen_random_uuid(), $2, $3, $4, 'P', 'B', array[$6]::smallint[], array[$5]::bigint[], array[null]::text[])`, [practice.tenantId, remittanceId, claim.id, paid, ofLine, no]);
        expect(await settle(draft, 100, 100)).toBe('SK095');
        expect(await settle(out, 16_001, 16_001)).toBe('SK092');
        expect(await settle(out, 2, 1)).toBe('SK097');
        expect(await settle(out, 1, 1, 9)).toBe('SK097');
        expect(await settle(out, 16_000, 16_000)).toBe('ACCEPTED');
      });
    });
  });
});

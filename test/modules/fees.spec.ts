import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { FEE_RULE, type FeeAnswer, Fees, bdt } from '../support/fees.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { type Role, hire, inventedEmail, invite, join, openChamber } from '../support/staff.js';
import { type GraphqlAnswer, type Person, type Practice, World } from '../support/world.js';

const SETTINGS = 'fiscalYearMonth roundingUnit { amount currency } pricesIncludeTax taxRate discountLimit refundLimit { amount } expenseLimit { amount } taxNumber version';
const VISITS = ['NEW', 'RETURNING', 'FOLLOW_UP', 'REPORT'];

let world: World;
let practice: Practice;
let chambers: string[];
let doctors: string[];
let desk: Appointments;
let fees: Fees;

beforeAll(async () => {
  world = await World.shared();
  practice = await world.practice('Meghna Clinic');
  chambers = [await openChamber(world, practice, 'Meghna Uttara'), await openChamber(world, practice, 'Meghna Mirpur')];
  doctors = [await doctorEverywhere(), await doctorEverywhere()];
  [desk, fees] = [new Appointments(world, practice.owner.token), new Fees(world, practice.owner.token)];
});
afterAll(() => world.close());

const doctorEverywhere = async (): Promise<string> => {
  const email = inventedEmail('doctor');
  return (await join(world, email, await invite(world, practice.owner.token, email, chambers.map((chamberId) => ({ chamberId, role: 'DOCTOR' }))))).memberId;
};
/** Changes rows past the triggers, as time would. */
const pastTriggers = (statement: string) => world.sql('superuser', `set session_replication_role = replica; ${statement}`);
const noRules = () => pastTriggers(`delete from clinic.fee_rules where tenant_id = '${practice.tenantId}'`);
const anyPatient = async () => (await new Patients(world, practice.owner.token).register({ nameEn: `Patient ${randomUUID()}` })).id;
const inputFaults = (answer: GraphqlAnswer): string[] => faultsOf(answer).map((fault) => fault.replace(/^input\./, ''));
const staff = async (role: Role, chamberId: string, ...permissions: string[]): Promise<Person> => {
  const person = await hire(world, practice, chamberId, role);
  for (const permission of permissions) await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission, memberId: person.memberId } }, practice.owner.token);
  return person;
};

describe('how a practice bills', () => {
  const edit = (token: string, input: object) => world.graphql(`mutation ($input: EditBillingSettingsInput!) { editBillingSettings(input: $input) { ${SETTINGS} } }`, { input }, token);

  it('is as usual in its country until somebody sets it', async () => {
    const [emirates, here] = [await world.practice('Creek Clinic', 'AE'), await world.practice('Surma Clinic')];
    const read = async ({ owner }: Practice) => (await world.ok(`{ billingSettings { ${SETTINGS} } }`, {}, owner.token)).billingSettings;
    expect(await read(here)).toEqual({ fiscalYearMonth: 7, roundingUnit: { amount: 100, currency: 'BDT' }, pricesIncludeTax: false, taxRate: 1500, discountLimit: 1000, refundLimit: { amount: 100_000 }, expenseLimit: { amount: 200_000 }, taxNumber: null, version: 0 });
    expect(await read(emirates)).toEqual({ fiscalYearMonth: 1, roundingUnit: { amount: 1, currency: 'AED' }, pricesIncludeTax: true, taxRate: 500, discountLimit: 1000, refundLimit: { amount: 10_000 }, expenseLimit: { amount: 20_000 }, taxNumber: null, version: 0 });
    const changed = (await edit(here.owner.token, { version: 0, taxRate: 0, refundLimit: bdt(0), taxNumber: '০০০১২৩৪৫৬-0101' })).data.editBillingSettings;
    expect(changed).toMatchObject({ fiscalYearMonth: 7, taxRate: 0, refundLimit: { amount: 0 }, taxNumber: '0001234560101', version: 1 });
    expect(await read(here)).toEqual(changed);
    expect((await edit(here.owner.token, { version: 1, taxNumber: '' })).data.editBillingSettings).toMatchObject({ taxNumber: null, taxRate: 0, version: 2 });
    expect((await edit(emirates.owner.token, { version: 0, taxNumber: '100-2345-6789-0123' })).errors).toBeUndefined();
    const { auditEntries } = await world.ok('{ auditEntries(filter: { operation: "Mutation.editBillingSettings" }) { edges { node { changes { field before after } } } } }', {}, here.owner.token);
    expect(auditEntries.edges[1].node.changes).toEqual([{ field: 'taxRate', before: '1500', after: '0' }, { field: 'refundLimit', before: '100000', after: '0' }, { field: 'taxNumber', before: null, after: '"0001234560101"' }]);
  });

  it('is set once from one reading, by whoever manages the finances everywhere, and within its bounds', async () => {
    const answers = await Promise.all([11, 12, 13].map((taxRate) => edit(practice.owner.token, { version: 0, taxRate })));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['STALE_VERSION', 'STALE_VERSION']);
    const manager = await staff('MANAGER', chambers[0]!);
    expect(codeOf(await edit(manager.token, { version: 1, taxRate: 7 }))).toBe('FORBIDDEN');
    const faulty = await edit(practice.owner.token, { version: 1, fiscalYearMonth: 13, taxRate: -1, discountLimit: 10_001, roundingUnit: bdt(0), refundLimit: { amount: 1, currency: 'AED' }, expenseLimit: bdt(-1), taxNumber: '12' });
    expect(inputFaults(faulty)).toEqual(['fiscalYearMonth OUT_OF_RANGE', 'taxRate OUT_OF_RANGE', 'discountLimit OUT_OF_RANGE', 'roundingUnit.amount OUT_OF_RANGE', 'refundLimit.currency OTHER_CURRENCY', 'expenseLimit.amount OUT_OF_RANGE', 'taxNumber INVALID_FOR_COUNTRY']);
    const receptionist = await staff('RECEPTIONIST', chambers[0]!);
    expect(codeOf(await world.graphql('{ billingSettings { taxRate } }', {}, receptionist.token))).toBe('FORBIDDEN');
  });
});

describe('fee rules', () => {
  beforeEach(noRules);

  it('are added once under one key, are listed and counted, and are of their practice alone', async () => {
    const key = randomUUID();
    const input = { idempotencyKey: key, doctorId: doctors[0], chamberId: chambers[0], visitType: 'REPORT', amount: bdt(20_000), freeDays: 7 };
    const answers = await Promise.all([1, 2, 3].map(() => fees.addAnswer(input)));
    // Whoever was not the first is told so, and sends it again.
    expect(new Set([...answers.filter(({ errors }) => !errors), await fees.addAnswer(input)].map(({ data }) => data.addFeeRule.id)).size).toBe(1);
    expect(reasonOf(await fees.addAnswer({ ...input, amount: bdt(1) }))).toBe('KEY_USED');
    const rule = (await fees.list()).edges[0]!.node;
    expect(rule).toEqual({ id: rule.id, doctor: { id: doctors[0] }, chamberId: chambers[0], visitType: 'REPORT', amount: bdt(20_000), taxCategory: 'EXEMPT', validFrom: dayFromNow(0), validUntil: null, freeDays: 7, freeVisits: 1, createdBy: { id: practice.owner.memberId } });
    const later = await fees.add({ validFrom: dayFromNow(10), validUntil: dayFromNow(20) });
    const first = await fees.list({}, { first: 1 });
    expect([first.totalCount, first.pageInfo.hasNextPage, first.edges[0]!.node.id]).toEqual([2, true, later.id]);
    expect((await fees.list({}, { first: 1, after: first.edges[0]!.cursor })).edges.map(({ node }) => node.id)).toEqual([rule.id]);
    for (const [filter, found] of [[{ doctorId: doctors[0] }, [rule]], [{ doctorId: doctors[1] }, []], [{ chamberId: chambers[0] }, [rule]], [{ visitType: 'REPORT' }, [rule]], [{ on: dayFromNow(20) }, [later, rule]], [{ on: dayFromNow(21) }, [rule]], [{ on: dayFromNow(-1) }, []]] as const) {
      expect([filter, (await fees.list(filter)).edges.map(({ node }) => node.id)]).toEqual([filter, found.map(({ id }) => id)]);
    }
    const other = await world.practice('Karnaphuli Clinic');
    const theirs = new Fees(world, other.owner.token);
    expect((await theirs.list()).totalCount).toBe(0);
    expect([await theirs.endAnswer(rule.id, dayFromNow(1)), await theirs.removeAnswer(later.id), await theirs.addAnswer({ doctorId: doctors[0] }), await theirs.addAnswer({ chamberId: chambers[0] })].map(codeOf)).toEqual(Array(4).fill('NOT_FOUND'));
  });

  it('are told all faults at once', async () => {
    const [nurse, archived] = [await staff('NURSE', chambers[0]!), await openChamber(world, practice, 'Meghna Old')];
    await world.ok('mutation ($id: UUID!) { archiveChamber(id: $id, version: 1) { id } }', { id: archived }, practice.owner.token);
    const faulty = { doctorId: nurse.memberId, chamberId: archived, amount: bdt(-1), validFrom: dayFromNow(-2), validUntil: dayFromNow(-3), visitType: 'NEW', freeDays: 366 };
    expect(inputFaults(await fees.addAnswer(faulty))).toEqual(['amount.amount OUT_OF_RANGE', 'chamberId ARCHIVED', 'doctorId NOT_A_DOCTOR_THERE', 'validFrom PAST', 'validUntil BEFORE_FIRST', 'freeDays NOT_FOR_THIS_KIND', 'freeDays OUT_OF_RANGE']);
    expect(inputFaults(await fees.addAnswer({ amount: { amount: 1, currency: 'AED' }, visitType: 'REPORT', freeVisits: 0 }))).toEqual(['amount.currency OTHER_CURRENCY', 'freeVisits NOT_FOR_THIS_KIND', 'freeVisits OUT_OF_RANGE']);
    expect(codeOf(await fees.addAnswer({ amount: { amount: 0.5, currency: 'BDT' } }))).toBe('BAD_USER_INPUT');
    expect(codeOf(await fees.addAnswer({ amount: { amount: 2 ** 60, currency: 'BDT' } }))).toBe('BAD_USER_INPUT');
  });

  it('are changed in a chamber by whoever manages its finances, and for every chamber by whoever does so in all', async () => {
    const manager = await staff('MANAGER', chambers[0]!);
    const [theirs, cashier] = [new Fees(world, manager.token), new Fees(world, (await staff('RECEPTIONIST', chambers[0]!, 'payments:take')).token)];
    const own = await theirs.add({ chamberId: chambers[0], validFrom: dayFromNow(1) });
    const [everywhere, elsewhere] = [await fees.add({ validFrom: dayFromNow(1) }), await fees.add({ chamberId: chambers[1], validFrom: dayFromNow(1) })];
    expect([await theirs.addAnswer({}), await theirs.addAnswer({ chamberId: chambers[1] }), ...await Promise.all([everywhere, elsewhere].flatMap(({ id }) => [theirs.endAnswer(id, dayFromNow(2)), theirs.removeAnswer(id)])), await cashier.addAnswer({ chamberId: chambers[0] }), await cashier.endAnswer(own.id, dayFromNow(2))].map(codeOf))
      .toEqual(Array(8).fill('FORBIDDEN'));
    expect((await cashier.list()).edges.map(({ node }) => node.id).sort()).toEqual([own.id, everywhere.id].sort());
    expect((await theirs.removeAnswer(own.id)).data).toEqual({ removeFeeRule: true });
  });

  it('never hold twice for the same on one day, however many add them at the same moment', async () => {
    const answers = await Promise.all([0, 1, 2, 3, 4].map((from) => fees.addAnswer({ doctorId: doctors[0], visitType: 'NEW', validFrom: dayFromNow(from), validUntil: dayFromNow(from + 5) })));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(4).fill('FEE_RULES_OVERLAP'));
    const { id } = answers.find(({ errors }) => !errors)!.data.addFeeRule;
    await fees.add({ doctorId: doctors[0] });
    await fees.add({ visitType: 'NEW' });
    const next = await fees.add({ doctorId: doctors[0], visitType: 'NEW', validFrom: dayFromNow(30) });
    expect(reasonOf(await fees.endAnswer(id, dayFromNow(30)))).toBe('FEE_RULES_OVERLAP');
    expect((await fees.endAnswer(id, dayFromNow(29))).data.endFeeRule.validUntil).toBe(dayFromNow(29));
    expect(reasonOf(await fees.addAnswer({ doctorId: doctors[0], visitType: 'NEW', validFrom: dayFromNow(60) }))).toBe('FEE_RULES_OVERLAP');
    expect((await fees.removeAnswer(next.id)).errors).toBeUndefined();
    await fees.add({ doctorId: doctors[0], visitType: 'NEW', validFrom: dayFromNow(60) });
  });

  it('stay once they have begun, whoever tries: they end today or later, and are not taken back', async () => {
    const [begun, later] = [await fees.add({ visitType: 'NEW' }), await fees.add({ visitType: 'NEW', doctorId: doctors[0], validFrom: dayFromNow(2) })];
    expect(reasonOf(await fees.removeAnswer(begun.id))).toBe('FEE_RULE_BEGUN');
    expect((await fees.endAnswer(later.id, dayFromNow(1))).errors![0]!.extensions['faults']).toEqual([{ path: ['lastDay'], reason: 'BEFORE_FIRST' }]);
    await pastTriggers(`update clinic.fee_rules set valid_from = valid_from - 9 where id = '${begun.id}'`);
    expect((await fees.endAnswer(begun.id, dayFromNow(-1))).errors![0]!.extensions['faults']).toEqual([{ path: ['lastDay'], reason: 'PAST' }]);
    expect((await fees.endAnswer(begun.id, dayFromNow(0))).data.endFeeRule.validUntil).toBe(dayFromNow(0));
    const refused = async (statement: string) => expect([statement, await world.sql('superuser', `select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); ${statement}`).then(() => 'DONE', ({ code }) => code)]).toEqual([statement, 'SK091']);
    for (const change of ['amount = 1', `valid_from = current_date + 5, valid_until = null`, `valid_until = valid_from`, 'valid_until = null', 'free_days = 1, free_visits = 1', `doctor_id = '${doctors[1]}'`]) {
      await refused(`update clinic.fee_rules set ${change} where id = '${begun.id}'`);
    }
    await refused(`update clinic.fee_rules set amount = 1 where id = '${later.id}'`);
    await refused(`delete from clinic.fee_rules where id = '${begun.id}'`);
    await refused(`insert into clinic.fee_rules (tenant_id, id, amount, tax_category, valid_from) values ('${practice.tenantId}', gen_random_uuid(), 1, 'ZERO', current_date - 3)`);
    await pastTriggers(`update clinic.fee_rules set valid_until = valid_from where id = '${begun.id}'`);
    expect(reasonOf(await fees.endAnswer(begun.id, dayFromNow(3)))).toBe('ENDED_ALREADY');
    await refused(`update clinic.fee_rules set valid_until = current_date + 3 where id = '${begun.id}'`);
  });
});

describe('what a visit costs', () => {
  beforeEach(noRules);
  let sessions: Array<{ id: string; chamberId: string; doctorId: string; localDate: string }>;
  let patients: string[];
  beforeAll(async () => {
    patients = [await anyPatient(), await anyPatient()];
    sessions = [];
    for (const [index, days] of [1, 2, 4, 7].entries()) {
      for (const [which, doctorId] of doctors.entries()) {
        const chamberId = chambers[(index + which) % 2]!;
        const { id, localDate } = await desk.addSession({ chamberId, doctorId, localDate: dayFromNow(days) });
        sessions.push({ id, chamberId, doctorId, localDate });
        for (const patientId of patients) await desk.book({ sessionId: id, patientId });
      }
    }
  });
  const visit = async (doctorId: string, day: number, patientId: string, changes = {}): Promise<{ id: string; sessionId: string }> => {
    const { id } = await desk.addSession({ chamberId: chambers[0], doctorId, localDate: dayFromNow(day), startsAt: '09:00', endsAt: '10:00' });
    return desk.book({ sessionId: id, patientId, ...changes });
  };
  const seen = (id: string, at = 'local_date + interval \'9 hours\'') => pastTriggers(`update clinic.appointments set status = 'COMPLETED', consult_at = ${at} where id = '${id}'`);

  it('goes by the most specific rule of its day: by the doctor, then the chamber, then the visit type', async () => {
    const one = await visit(await doctorEverywhere(), 12, patients[0]!, { visitType: 'REPORT' });
    const { doctor } = (await world.ok('query ($id: UUID!) { appointment(id: $id) { doctor { id } } }', { id: one.id }, practice.owner.token)).appointment;
    const fee = async () => (await fees.ofSession(one.sessionId)).get(one.id)!;
    expect(await fee()).toEqual({ amount: null, reason: 'NO_RULE', taxCategory: null, rule: null, freeFollowUpOf: null });
    const keys = [{}, { visitType: 'REPORT' }, { chamberId: chambers[0] }, { chamberId: chambers[0], visitType: 'REPORT' }, { doctorId: doctor.id }, { doctorId: doctor.id, visitType: 'REPORT' }, { doctorId: doctor.id, chamberId: chambers[0] }, { doctorId: doctor.id, chamberId: chambers[0], visitType: 'REPORT' }];
    const reasons = ['PRACTICE', 'VISIT_TYPE', 'CHAMBER', 'CHAMBER_AND_VISIT_TYPE', 'DOCTOR', 'DOCTOR_AND_VISIT_TYPE', 'DOCTOR_AND_CHAMBER', 'DOCTOR_AND_CHAMBER_AND_VISIT_TYPE'];
    for (const [index, key] of keys.entries()) {
      await fees.add({ ...key, validFrom: dayFromNow(13) });
      const rule = await fees.add({ ...key, validUntil: dayFromNow(12), amount: bdt(index), taxCategory: 'STANDARD' });
      expect(await fee()).toEqual({ amount: { amount: index }, reason: `RULE_OF_${reasons[index]}`, taxCategory: 'STANDARD', rule: { id: rule.id }, freeFollowUpOf: null });
    }
  });

  it('is nothing for a follow-up within its days, tied to the latest consultation that the patient came to', async () => {
    const [doctorId, patientId] = [await doctorEverywhere(), await anyPatient()];
    const rule = await fees.add({ doctorId, visitType: 'FOLLOW_UP', amount: bdt(30_000), freeDays: 7, freeVisits: 2 });
    const [first, second, unseen] = [await visit(doctorId, 13, patientId), await visit(doctorId, 15, patientId, { visitType: 'RETURNING' }), await visit(doctorId, 16, patientId)];
    const [due, late, edge] = [await visit(doctorId, 17, patientId, { visitType: 'FOLLOW_UP' }), await visit(doctorId, 23, patientId, { visitType: 'FOLLOW_UP' }), await visit(doctorId, 22, patientId, { visitType: 'FOLLOW_UP' })];
    const feeOf = async ({ id, sessionId }: { id: string; sessionId: string }) => (await fees.ofSession(sessionId)).get(id)!;
    const paid = { amount: { amount: 30_000 }, reason: 'RULE_OF_DOCTOR_AND_VISIT_TYPE', taxCategory: 'EXEMPT', rule: { id: rule.id }, freeFollowUpOf: null };
    const free = ({ id }: { id: string }) => ({ ...paid, amount: { amount: 0 }, reason: 'FREE_FOLLOW_UP', freeFollowUpOf: { id } });
    expect(await feeOf(due)).toEqual(paid);
    await seen(first.id);
    expect(await feeOf(due)).toEqual(free(first));
    await seen(second.id);
    expect([await feeOf(due), await feeOf(edge), await feeOf(late)]).toEqual([free(second), free(second), paid]);
    // Neither somebody else's consultation, nor one with another doctor, nor a follow-up, nor one to which they did not come.
    for (const change of [`patient_id = '${patients[0]}'`, `doctor_id = '${doctors[0]}'`, `visit_type = 'FOLLOW_UP'`, `visit_type = 'REPORT'`, `status = 'NO_SHOW', ended_at = now()`]) {
      await pastTriggers(`create table if not exists kept as select * from clinic.appointments where id = '${second.id}'; update clinic.appointments set ${change} where id = '${second.id}'`);
      expect([change, await feeOf(due)]).toEqual([change, free(first)]);
      await pastTriggers(`update clinic.appointments a set (patient_id, doctor_id, visit_type, status, ended_at) = (k.patient_id, k.doctor_id, k.visit_type, k.status, null) from kept k where a.id = k.id; drop table kept`);
    }
    expect([await feeOf(due), await feeOf(unseen)]).toEqual([free(second), { ...paid, amount: null, taxCategory: null, rule: null, reason: 'NO_RULE' }]);
    // Later on the same day it is; before it was over on the same day it is not.
    const sameDay = await visit(doctorId, 30, patientId, { visitType: 'NEW' });
    const evening = await desk.book({ sessionId: (await desk.addSession({ chamberId: chambers[0], doctorId, localDate: dayFromNow(30) })).id, patientId, visitType: 'FOLLOW_UP' });
    await seen(sameDay.id);
    await seen(evening.id, `local_date + interval '17 hours'`);
    expect(await feeOf(evening)).toEqual(free(sameDay));
    await seen(evening.id, `local_date + interval '8 hours'`);
    expect(await feeOf(evening)).toEqual(paid);
  });

  it('is told to whoever takes payments in the chamber, in as many round trips for a session as for one patient', async () => {
    await fees.add({ amount: bdt(50_000) });
    const cashier = await staff('RECEPTIONIST', chambers[0]!, 'payments:take');
    const other = await staff('RECEPTIONIST', chambers[1]!);
    const read = (token: string, id: string) => world.graphql(`query ($id: UUID!) { clinicSession(id: $id) { appointments { fee { amount { display } rule { ${FEE_RULE} } } } } }`, { id }, token);
    const one = await visit(await doctorEverywhere(), 14, patients[0]!);
    const crowd = sessions.find(({ chamberId }) => chamberId === chambers[0])!;
    expect((await read(cashier.token, crowd.id)).data.clinicSession.appointments[0]).toMatchObject({ fee: { amount: { display: 'BDT 500.00' }, rule: { amount: bdt(50_000) } } });
    const trips = async (id: string) => toTheApp(await roundTripsOf(() => read(cashier.token, id))).length;
    expect(await trips(crowd.id)).toBe(await trips(one.sessionId));
    const refused = await read(other.token, sessions.find(({ chamberId }) => chamberId === chambers[1])!.id);
    expect([refused.data.clinicSession.appointments[0], refused.errors![0]!.extensions]).toMatchObject([{ fee: null }, { code: 'FORBIDDEN', permission: 'payments:take' }]);
  });

  it('is what a plain reckoning makes of any rules and any visits', async () => {
    const any = <T>(...values: T[]) => fc.constantFrom<T | null>(null, ...values);
    const rules = fc.array(fc.record({ doctor: any(0, 1), chamber: any(0, 1), visitType: any(...VISITS), amount: fc.nat(1000), from: fc.nat(4), length: fc.option(fc.nat(5)), freeDays: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 9 }) }), { minLength: 8, maxLength: 16 });
    const visits = fc.array(fc.record({ visitType: fc.constantFrom(...VISITS), status: fc.constantFrom('BOOKED', 'IN_CONSULT', 'COMPLETED', 'CALLED'), minute: fc.nat(599) }), { minLength: 16, maxLength: 16 });
    const rows = await world.sql<Visit>('superuser', `select id, session_id as "sessionId", patient_id as "patientId", doctor_id as "doctorId", chamber_id as "chamberId", local_date::text as day from clinic.appointments where session_id = any ($1) order by id`, [sessions.map(({ id }) => id)]);
    const tally = new Map<string, number>();
    await fc.assert(fc.asyncProperty(rules, visits, async (wanted, states) => {
      await noRules();
      const standing: Rule[] = [];
      for (const { doctor, chamber, visitType, amount, from, length, freeDays: days } of wanted) {
        const freeDays = ['FOLLOW_UP', 'REPORT'].includes(visitType ?? '') ? days : null;
        const key = { doctorId: doctor === null ? null : doctors[doctor]!, chamberId: chamber === null ? null : chambers[chamber]!, visitType };
        const days_ = { validFrom: dayFromNow(from), validUntil: length === null ? null : dayFromNow(from + length) };
        const answer = await fees.addAnswer({ ...key, ...days_, freeDays, amount: bdt(amount) });
        const overlaps = standing.some((other) => Object.entries(key).every(([name, value]) => other[name as keyof typeof key] === value) && other.validFrom <= (days_.validUntil ?? '9999') && days_.validFrom <= (other.validUntil ?? '9999'));
        if (overlaps) expect(reasonOf(answer)).toBe('FEE_RULES_OVERLAP');
        else standing.push({ id: answer.data.addFeeRule.id, ...key, ...days_, freeDays, amount });
      }
      const all = rows.map((row, index) => ({ ...row, ...states[index]!, seen: ['IN_CONSULT', 'COMPLETED'].includes(states[index]!.status) }));
      await pastTriggers(all.map(({ id, visitType, status, minute, seen: was }) => `update clinic.appointments set visit_type = '${visitType}', status = '${status}', consult_at = ${was ? `local_date + interval '${minute} minutes'` : 'null'} where id = '${id}'`).join(';'));
      const told = new Map((await Promise.all(sessions.map(({ id }) => fees.ofSession(id)))).flatMap((each) => [...each]));
      for (const one of all) {
        const expected = reckoned(one, all, standing);
        expect([one, told.get(one.id)]).toEqual([one, expected]);
        tally.set(expected.reason, (tally.get(expected.reason) ?? 0) + 1);
      }
    }), { numRuns: 30, seed: 20_261_123, endOnFailure: true });
    process.stdout.write(`${[...tally].sort().map(([reason, times]) => `${times} ${reason}`).join(', ')}\n`);
    expect(tally.size).toBe(10);
  });
});

interface Visit { id: string; sessionId: string; patientId: string; doctorId: string; chamberId: string; day: string }
interface Rule { id: string; doctorId: string | null; chamberId: string | null; visitType: string | null; validFrom: string; validUntil: string | null; freeDays: number | null; amount: number }
type Seen = Visit & { visitType: string; minute: number; seen: boolean };

/** The same, without the database. */
function reckoned(visit: Seen, all: Seen[], rules: Rule[]): FeeAnswer {
  const weight = ({ doctorId, chamberId, visitType }: Rule) => (doctorId ? 4 : 0) + (chamberId ? 2 : 0) + (visitType ? 1 : 0);
  const [rule] = rules.filter((one) => [null, visit.doctorId].includes(one.doctorId) && [null, visit.chamberId].includes(one.chamberId) && [null, visit.visitType].includes(one.visitType)
    && one.validFrom <= visit.day && visit.day <= (one.validUntil ?? '9999')).sort((a, b) => weight(b) - weight(a));
  if (!rule) return { amount: null, reason: 'NO_RULE', taxCategory: null, rule: null, freeFollowUpOf: null };
  const of = { taxCategory: 'EXEMPT', rule: { id: rule.id } };
  const earliest = rule.freeDays === null ? '9999' : Temporal.PlainDate.from(visit.day).subtract({ days: rule.freeDays }).toString();
  const when = ({ day, minute }: Seen) => `${day} ${String(minute).padStart(3, '0')}`;
  const [consultation] = all.filter((one) => one !== visit && one.seen && ['NEW', 'RETURNING'].includes(one.visitType) && one.patientId === visit.patientId && one.doctorId === visit.doctorId
    && one.day >= earliest && one.day <= visit.day && (!visit.seen || when(one) < when(visit))).sort((a, b) => (when(a) < when(b) ? 1 : -1));
  if (consultation) return { ...of, amount: { amount: 0 }, reason: 'FREE_FOLLOW_UP', freeFollowUpOf: { id: consultation.id } };
  const named = [rule.doctorId && 'DOCTOR', rule.chamberId && 'CHAMBER', rule.visitType && 'VISIT_TYPE'].filter(Boolean).join('_AND_');
  return { ...of, amount: { amount: rule.amount }, reason: `RULE_OF_${named || 'PRACTICE'}`, freeFollowUpOf: null };
}

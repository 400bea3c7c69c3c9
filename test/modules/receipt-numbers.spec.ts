import { randomUUID } from 'node:crypto';
import { knownMigrations, migrate, ownerSource } from '../../src/platform/database/migrate.js';
import { converse, verdict } from '../contract/conversation.js';
import { reasonOf } from '../support/appointments.js';
import { Billing, type PaymentAnswer, service } from '../support/billing.js';
import { cashier, chamberId, desk, freshPatient, managers, practice, useBillingClinic, world } from '../support/billing-clinic.js';
import { Patients } from '../support/patients.js';
import { openChamber } from '../support/staff.js';
import { World } from '../support/world.js';

useBillingClinic();

const receiptOf = (document: object): string => (document as { receiptNumber: string }).receiptNumber;
/** The number in a code, and what stands before it. */
const parts = (code: string): [series: string, number: number] => [code.slice(0, code.lastIndexOf('-')), Number(code.slice(code.lastIndexOf('-') + 1))];
const numbersOf = (documents: object[]): number[] => documents.map((each) => parts(receiptOf(each))[1]).sort((a, b) => a - b);
const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);
const byCard = () => ({ method: 'CARD', reference: randomUUID() });

it('count what was captured and what was given back without a gap, each in its chamber, whoever takes it at one moment', async () => {
  const patientId = await freshPatient();
  const [series, last] = parts(receiptOf(await desk.take(patientId, 1_000)));
  expect(series).toMatch(/^[A-Z0-9]+-R-\d{4}-\d\d$/);
  const patients = await Promise.all(Array.from({ length: 4 }, freshPatient));
  const taken = await Promise.all(Array.from({ length: 12 }, (_, at) => (at % 2 ? desk.take(patients[at % 4]!, 1_000) : managers.take(patients[at % 4]!, 1_000, byCard()))));
  expect(new Set(taken.map((payment) => parts(receiptOf(payment))[0]))).toEqual(new Set([series]));
  expect(numbersOf(taken)).toEqual(from(last + 1, 12));

  const [refunds, lastRefund] = parts(receiptOf(await desk.refund(taken[1]!.id, 100)));
  expect(refunds).toBe(series.replace('-R-', '-RF-'));
  const given = await Promise.all(taken.slice(0, 6).map(({ id, method }) => desk.refund(id, 100, method === 'CARD' ? { reference: randomUUID() } : {})));
  expect(numbersOf(given)).toEqual(from(lastRefund + 1, 6));

  const there = new Billing(world, practice.owner, await openChamber(world, practice, 'Rampura'));
  expect(parts(receiptOf(await there.take(patientId, 1_000, byCard())))[1]).toBe(1);
});

it('are given again when what was captured is not kept, and by the database alone', async () => {
  const patientId = await freshPatient();
  const before = parts(receiptOf(await desk.take(patientId, 1_000)))[1];
  await converse(world, 'app', cashier, async (ask) => {
    const id = randomUUID();
    await ask(`insert into clinic.payments (tenant_id, id, chamber_id, patient_id, method, provider, reference, amount, details) values ($1, $2, $3, $4, 'CARD', 'CARD', $5, 5, '\\x00')`, [practice.tenantId, id, chamberId, patientId, randomUUID()]);
    await ask(`update clinic.payments set status = 'CAPTURED', version = version + 1 where tenant_id = $1 and id = $2`, [practice.tenantId, id]);
    expect(await ask('select number from clinic.payments where tenant_id = $1 and id = $2', [practice.tenantId, id])).toEqual([{ number: before + 1 }]);
    for (const table of ['payments', 'refunds']) for (const column of ['number', 'code', 'fiscal_year']) expect([table, column, await verdict(ask, `update clinic.${table} set ${column} = null where tenant_id = $1`, [practice.tenantId])]).toEqual([table, column, '42501']);
  });
  expect(parts(receiptOf(await desk.take(patientId, 1_000)))[1]).toBe(before + 1);
});

it('find their payments, as do their status and the doctor whose lines they pay', async () => {
  const other = await world.practice('Surma Clinic');
  const till = new Billing(world, other.owner, await openChamber(world, other, 'Zindabazar'));
  const { id: patientId } = await new Patients(world, other.owner.token).register({ nameEn: 'Rahela Khatun' });
  const doctorId = other.owner.memberId;
  const invoice = await till.bill(patientId, [service(1_000, { doctorId })]);
  const [paying, advance, pending] = [await till.take(patientId, 1_000, { ...byCard(), allocations: [{ invoiceId: invoice.id }] }), await till.take(patientId, 1_000, byCard()), await till.take(patientId, 1_000, byCard())];
  await world.sql('superuser', `set session_replication_role = replica;
    update clinic.payments set status = 'PENDING', captured_at = null, local_date = null, fiscal_year = null, number = null, code = null where id = '${pending.id}'`);
  const listed = async (filter: object): Promise<string[]> =>
    ((await world.ok('query ($filter: PaymentsFilter) { payments(filter: $filter) { totalCount edges { node { id } } } }', { filter }, other.owner.token)).payments.edges as Array<{ node: PaymentAnswer }>).map(({ node }) => node.id);
  expect([await listed({}), await listed({ status: 'PENDING' }), await listed({ status: 'FAILED' })]).toEqual([[advance.id, paying.id], [pending.id], []]);
  expect([await listed({ receiptNumber: receiptOf(advance) }), await listed({ doctorId })]).toEqual([[advance.id], [paying.id]]);
  expect([await listed({ status: 'PENDING', until: '2020-01-01' }), await listed({ status: 'PENDING', from: '2020-01-01' })]).toEqual([[], [pending.id]]);
});

it('keep the fiscal year as it is once the first was given in it', async () => {
  const other = await world.practice('Meghna Clinic');
  const { token } = other.owner;
  const edit = async (settings: object) => {
    const { billingSettings } = await world.ok('{ billingSettings { version } }', {}, token);
    return world.graphql('mutation ($input: EditBillingSettingsInput!) { editBillingSettings(input: $input) { fiscalYearMonth } }', { input: { version: billingSettings.version, ...settings } }, token);
  };
  expect((await edit({ fiscalYearMonth: 4 })).errors).toBeUndefined();
  const till = new Billing(world, other.owner, await openChamber(world, other, 'Bhairab'));
  await till.take((await new Patients(world, token).register({ nameEn: 'Rahela Khatun' })).id, 1_000, byCard());
  expect(reasonOf(await edit({ fiscalYearMonth: 1 }))).toBe('FISCAL_YEAR_BEGUN');
  expect((await edit({ fiscalYearMonth: 4, discountLimit: 500 })).errors).toBeUndefined();
  // A year goes by.
  await world.sql('superuser', `update clinic.invoice_counters set fiscal_year = fiscal_year - 1 where tenant_id = '${other.tenantId}'`);
  expect((await edit({ fiscalYearMonth: 1 })).data.editBillingSettings.fiscalYearMonth).toBe(1);
});

it('of what was captured before there were any are in the order of capture', async () => {
  const clinic = await World.open();
  try {
    const other = await clinic.practice('Korotoa Clinic');
    const { tenantId, owner } = other;
    const till = new Billing(clinic, owner, await openChamber(clinic, other, 'Bogura'));
    const { id: patientId } = await new Patients(clinic, owner.token).register({ nameEn: 'Rahela Khatun' });
    const [first, second] = [await till.take(patientId, 1_000, byCard()), await till.take(patientId, 2_000, byCard())];
    await till.refund(second.id, 500);
    await till.refund(first.id, 500);
    const numbered = `select id, code from clinic.payments where tenant_id = '${tenantId}' union all select id, code from clinic.refunds where tenant_id = '${tenantId}' order by code`;
    const before = await clinic.sql('superuser', numbered);
    const source = ownerSource(clinic.ownerUrl);
    await source.initialize();
    try {
      for (const _ of knownMigrations().slice(knownMigrations().findIndex((name) => name.startsWith('ReceiptNumbers')))) await source.undoLastMigration({ transaction: 'each' });
    } finally {
      await source.destroy();
    }
    await migrate(clinic.ownerUrl);
    expect(before).toHaveLength(4);
    expect(await clinic.sql('superuser', numbered)).toEqual(before);
    expect(parts(receiptOf(await till.take(patientId, 1_000, byCard())))[1]).toBe(3);
  } finally {
    await clinic.close();
  }
});

import { randomUUID } from 'node:crypto';
import { type Seeded, seedPractice } from '../contract/two-practices.js';
import { converse, verdict } from '../contract/conversation.js';
import { Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { Billing, type RefundAnswer, answerOf, service } from '../support/billing.js';
import { Fees, bdt } from '../support/fees.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { untilItWaits } from '../support/transactions.js';
import { type Person, World } from '../support/world.js';

const OWN_WORD = 'SK096';

let world: World;
let ours: Seeded;
/** Takes payments at the desk. */
let desk: Billing;
let owner: Billing;
let patientId: string;

beforeAll(async () => {
  world = await World.open();
  ours = await seedPractice(world, 'Shapla Chamber');
  [desk, owner] = [new Billing(world, ours.nurse, ours.chamberId), new Billing(world, ours.owner, ours.chamberId)];
  await desk.openDrawer();
});
afterAll(() => world.close());
beforeEach(async () => {
  patientId = (await new Patients(world, ours.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
});

const byCard = (more: object = {}): object => ({ method: 'CARD', reference: `C-${randomUUID()}`, ...more });

describe('somebody at the desk who wants the cash in their drawer', () => {
  it('does not get it for a payment by card that they write down themselves: that is for somebody else to approve', async () => {
    const invented = await desk.take(patientId, 90_000, byCard());
    const refund = await desk.refund(invented.id, 90_000, { method: 'CASH' });
    expect(refund).toMatchObject({ status: 'REQUESTED', needsApproval: true });
    expect(reasonOf(await desk.payRefundAnswer(refund))).toBe('APPROVAL_NEEDED');
    expect(codeOf(await desk.approveRefundAnswer(refund))).toBe('FORBIDDEN');
    await converse(world, 'app', ours.nurse, async (ask) => {
      expect(await verdict(ask, `update clinic.refunds set status = 'PAID', version = version + 1, drawer_id = (select id from clinic.drawers where tenant_id = '${ours.tenantId}' and status = 'OPEN' and cashier_id = platform.current_member()) where tenant_id = '${ours.tenantId}' and id = '${refund.id}'`)).toBe('SK093');
    });
    const approved = await answerOf<RefundAnswer>(owner.approveRefundAnswer(refund));
    expect(await answerOf<RefundAnswer>(desk.payRefundAnswer(approved))).toMatchObject({ status: 'PAID', method: 'CASH' });
  });

  it('does not get it in parts below the limit, of one payment or of many, one after the other or at once', async () => {
    const payments = [await desk.take(patientId, 60_000), await desk.take(patientId, 60_000), await desk.take(patientId, 60_000)];
    const refunds = await Promise.all(payments.map(({ id }) => desk.refund(id, 60_000)));
    expect(refunds.map(({ status }) => status).sort()).toEqual(['PAID', 'REQUESTED', 'REQUESTED']);
    for (const refund of refunds.filter(({ status }) => status === 'REQUESTED')) expect(reasonOf(await desk.payRefundAnswer(refund))).toBe('APPROVAL_NEEDED');
    const other = (await new Patients(world, ours.owner.token).register({ nameEn: 'Amena Begum' })).id;
    expect(await desk.refund((await desk.take(other, 60_000)).id, 60_000)).toMatchObject({ status: 'PAID' });
  });
});

describe('somebody at the desk of another chamber', () => {
  it('reads nothing of what is billed and paid here', async () => {
    const elsewhere = await openChamber(world, ours, `Mirpur ${randomUUID().slice(0, 8)}`);
    const stranger = await hire(world, ours, elsewhere, 'RECEPTIONIST');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: stranger.memberId } }, ours.owner.token);
    const there = new Billing(world, stranger, elsewhere);
    const invoice = await desk.bill(patientId, [service(5_000)]);
    const payment = await desk.take(patientId, 6_000, { allocations: [{ invoiceId: invoice.id }] });
    const refund = await desk.refund(payment.id, 500);
    await there.bill(patientId, [service(700)]);
    const own = await there.take(patientId, 300, byCard());
    const read = (query: string, id: string, person: Person) => world.graphql(`query ($id: UUID!) { ${query}(id: $id) { id } }`, { id }, person.token);
    for (const [query, id] of [['invoice', invoice.id], ['payment', payment.id], ['refund', refund.id]] as const) {
      expect([query, codeOf(await read(query, id, stranger)), (await read(query, id, ours.nurse)).errors]).toEqual([query, 'FORBIDDEN', undefined]);
    }
    const listed = 'query ($id: UUID!) { patient(id: $id) { invoices { totalCount edges { node { total { amount } } } } payments { totalCount edges { node { id } } } } }';
    expect((await world.ok(listed, { id: patientId }, stranger.token)).patient).toEqual({ invoices: { totalCount: 1, edges: [{ node: { total: { amount: 700 } } }] }, payments: { totalCount: 1, edges: [{ node: { id: own.id } }] } });
    expect((await world.ok(listed, { id: patientId }, ours.owner.token)).patient).toMatchObject({ invoices: { totalCount: 2 }, payments: { totalCount: 2 } });
  });
});

describe('the id of a transaction', () => {
  it('is counted once, however it is written', async () => {
    const slip = randomUUID();
    const take = (reference: string, provider: string) => desk.takeAnswer(patientId, 1_000, { method: 'WALLET', reference, provider });
    expect((await take(`Trx ${slip}`, 'Nagad')).errors).toBeUndefined();
    for (const [reference, provider] of [[`TRX${slip.toUpperCase()}`, 'Nagad'], [`trx‐${slip}`, 'nagad'], [`ＴＲＸ ${slip}`, 'NAGAD '], [`trx ${slip.replaceAll('-', '')}`, 'Na-gad']] as const) {
      expect([reference, reasonOf(await take(reference, provider))]).toEqual([reference, 'REFERENCE_USED']);
    }
    expect((await take(`Trx ${slip}`, 'Rocket')).errors).toBeUndefined();
    const both = await Promise.all(['a', 'A', 'a '].map((first) => take(`${first}${slip}`, 'Upay')));
    expect(both.filter(({ errors }) => !errors)).toHaveLength(1);
  });

  it('of a provider that says itself what was paid is told by nobody else', async () => {
    for (const method of ['CARD', 'BANK', 'WALLET']) expect([method, faultsOf(await desk.takeAnswer(patientId, 1_000, { method, provider: 'BKASH', reference: randomUUID() }))]).toEqual([method, ['input.provider NOT_ALLOWED']]);
    const cash = await desk.take(patientId, 1_000);
    await converse(world, 'app', ours.nurse, async (ask) => {
      const take = (method: string, provider: string, reference: string | null) => verdict(ask, `insert into clinic.payments (tenant_id, id, chamber_id, patient_id, method, provider, reference, drawer_id, amount, details)
        values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, case $4 when 'CASH' then (select d.id from clinic.drawers d where d.tenant_id = $1 and d.status = 'OPEN' and d.cashier_id = platform.current_member()) end, 5, '\\x00')`, [ours.tenantId, ours.chamberId, patientId, method, provider, reference]);
      expect([await take('WALLET', 'BKASH', 'X'), await take('BKASH', 'Nagad', 'X'), await take('CASH', 'BKASH', null), await take('CASH', 'CASH', 'X'), await take('CASH', 'CASH', null)]).toEqual(['SK095', 'SK095', 'SK095', 'SK095', 'ACCEPTED']);
      const refund = (provider: string, reference: string | null) => verdict(ask, `insert into clinic.refunds (tenant_id, id, payment_id, method, provider, reference, amount, details) values ($1, gen_random_uuid(), $2, 'CASH', $3, $4, 5, '\\x00')`, [ours.tenantId, cash.id, provider, reference]);
      expect([await refund('BKASH', 'X'), await refund('CASH', 'X'), await refund('CASH', null)]).toEqual(['SK095', 'SK095', 'ACCEPTED']);
    });
  });
});

describe('somebody who runs SQL of their choice as the application', () => {
  /** Tries statements as a member; gives those that were not refused as they must be, each with what came of it. */
  const notRefused = async (person: Person, expected: string, statements: readonly string[]): Promise<string[]> => converse(world, 'app', person, async (ask) => {
    const others: string[] = [];
    for (const statement of statements) {
      const found = await verdict(ask, statement);
      if (found !== expected) others.push(`${found}: ${statement}`);
    }
    return others;
  });
  const tenant = (): string => `'${ours.tenantId}'`;
  const rules = (): string[] => [
    `insert into clinic.billing_settings (tenant_id, fiscal_month, rounding_unit, prices_include_tax, tax_rate, discount_limit, refund_limit, expense_limit) values (${tenant()}, 7, 100, false, 0, 10000, 100000000000, 100000000000) on conflict (tenant_id) do update set refund_limit = excluded.refund_limit`,
    `insert into clinic.fee_rules (tenant_id, id, amount, tax_category, valid_from, chamber_id) values (${tenant()}, gen_random_uuid(), 0, 'EXEMPT', current_date + 400, '${ours.chamberId}')`,
    `insert into clinic.fee_rules (tenant_id, id, amount, tax_category, valid_from) values (${tenant()}, gen_random_uuid(), 0, 'EXEMPT', current_date + 400)`,
    `update clinic.fee_rules set valid_until = current_date + 400`, 'delete from clinic.fee_rules',
    `insert into clinic.share_rules (tenant_id, id, doctor_id, kind, rate, valid_from) values (${tenant()}, gen_random_uuid(), platform.current_member(), 'PERCENTAGE', 10000, current_date + 400)`,
    `update clinic.share_rules set valid_until = current_date + 400`, 'delete from clinic.share_rules',
    `update clinic.wallet_settings set credentials = '\\x00', version = version + 1`, `insert into clinic.wallet_settings (tenant_id, id, provider, site, credentials) values (${tenant()}, gen_random_uuid(), 'BKASH', 'LIVE', '\\x00')`,
    `insert into clinic.expense_categories (tenant_id, id, name) values (${tenant()}, gen_random_uuid(), 'Presents')`, 'update clinic.expense_categories set retired_at = now()',
    `insert into clinic.payers (tenant_id, id, kind, name, payer_code, receiver_code) values (${tenant()}, gen_random_uuid(), 'OTHER', 'Nobody', 'AAA', 'BBB')`, `update clinic.payers set receiver_code = 'CCC'`,
    `insert into clinic.claim_submissions (tenant_id, id, chamber_id, payer_id, disposition, claims, file) values (${tenant()}, gen_random_uuid(), '${ours.chamberId}', '${ours.payerId}', 'PRODUCTION', 1, '\\x00')`, `update clinic.facility_licences set licence = 'ZZZ'`,
    `insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) select a.tenant_id, gen_random_uuid(), a.payment_id, a.invoice_id, -1 from clinic.allocations a limit 1`,
  ];

  it('changes no rule by which money is counted, and releases nothing, at the desk or without any right', async () => {
    expect(await notRefused(ours.nurse, OWN_WORD, rules())).toEqual([]);
    expect(await notRefused(ours.assistant, OWN_WORD, rules())).toEqual([]);
    expect(await notRefused(ours.owner, 'ACCEPTED', rules().filter((statement) => /billing_settings|'Presents'|'Nobody'|allocations/.test(statement)))).toEqual([]);
  });

  it('changes no rule of the whole practice while none of its chambers is in use, unless they own it', async () => {
    for (const [person, state] of [[ours.nurse, 'SK096'], [ours.owner, 'ACCEPTED']] as const) {
      await converse(world, 'app', person, async (ask) => {
        await ask(`update clinic.chambers set archived_at = now() where tenant_id = ${tenant()}`);
        expect(await verdict(ask, rules()[0]!)).toBe(state);
      });
    }
  });

  it('begins, changes or pays no invoice without the right to', async () => {
    const draft = await desk.draft(patientId, [service(1_000)]);
    const [invoice, payment] = [await desk.bill(patientId, [service(1_000)]), await desk.take(patientId, 1_000)];
    const statements = [
      `insert into clinic.invoices (tenant_id, id, chamber_id, patient_id, tax_included, details) values (${tenant()}, gen_random_uuid(), '${ours.chamberId}', '${patientId}', false, '\\x00')`,
      `insert into clinic.invoices (tenant_id, id, kind, credits, chamber_id, patient_id, tax_included, details) values (${tenant()}, gen_random_uuid(), 'CREDIT_NOTE', '${invoice.id}', '${ours.chamberId}', '${patientId}', false, '\\x00')`,
      `update clinic.invoices set status = 'DISCARDED', version = version + 1 where id = '${draft.id}'`, `update clinic.invoices set appointment_id = null, version = version + 1 where id = '${draft.id}'`,
      `insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values (${tenant()}, gen_random_uuid(), '${payment.id}', '${invoice.id}', 1000)`,
    ];
    expect(await notRefused(ours.assistant, OWN_WORD, statements)).toEqual([]);
    expect(await notRefused(ours.nurse, OWN_WORD, [statements[1]!])).toEqual([]);
    expect(await notRefused(ours.nurse, 'ACCEPTED', statements.filter((_, place) => place !== 1))).toEqual([]);
  });

  it('does not put other lines under the approval of a discount', async () => {
    const draft = await desk.draft(patientId, [service(100_000, { discountRate: 5_000 })]);
    const approved = await answerOf<{ id: string; version: number }>(owner.approveDiscountAnswer(draft));
    await converse(world, 'app', ours.nurse, async (ask) => {
      const issue = `update clinic.invoices set status = 'ISSUED', version = version + 1 where tenant_id = ${tenant()} and id = '${draft.id}'`;
      const lines = `delete from clinic.invoice_lines where tenant_id = ${tenant()} and invoice_id = '${draft.id}';
        insert into clinic.invoice_lines (tenant_id, id, invoice_id, no, kind, quantity, unit_price, discount, tax_category, tax_rate, tax_included, details) values (${tenant()}, gen_random_uuid(), '${draft.id}', 1, 'SERVICE', 1, 50000, 50000, 'EXEMPT', 0, false, '\\x00')`;
      expect([await verdict(ask, `${lines}; ${issue}`), await verdict(ask, issue)]).toEqual(['SK097', 'ACCEPTED']);
    });
    expect((await desk.issue(approved)).status).toBe('ISSUED');
    const other = await desk.draft(patientId, [service(100_000)]);
    await converse(world, 'app', ours.owner, async (ask) => {
      const line = `delete from clinic.invoice_lines where tenant_id = ${tenant()} and invoice_id = '${other.id}';
        insert into clinic.invoice_lines (tenant_id, id, invoice_id, no, kind, quantity, unit_price, discount, tax_category, tax_rate, tax_included, details) values (${tenant()}, gen_random_uuid(), '${other.id}', 1, 'SERVICE', 1, 100000, 100000, 'EXEMPT', 0, false, '\\x00')`;
      const approve = `update clinic.invoices set discount_approved = 1, version = version + 1 where tenant_id = ${tenant()} and id = '${other.id}'`;
      expect([await verdict(ask, `${line}; ${approve}`), await verdict(ask, approve)]).toEqual(['SK097', 'ACCEPTED']);
    });
  });

  it('bills a consultation to nobody but its patient, and for nothing but what the fee rules say', async () => {
    const doctor = await hire(world, ours, ours.chamberId, 'DOCTOR');
    const rule = await new Fees(world, ours.owner.token).add({ chamberId: ours.chamberId, doctorId: doctor.memberId, visitType: 'NEW', amount: bdt(80_000) });
    const appointments = new Appointments(world, ours.owner.token);
    const visit = await appointments.book({ sessionId: (await appointments.addSession({ chamberId: ours.chamberId, doctorId: doctor.memberId, localDate: dayFromNow(1) })).id, patientId, visitType: 'NEW' });
    const stranger = (await new Patients(world, ours.owner.token).register({ nameEn: 'Amena Begum' })).id;
    const [draft, strange] = [await desk.draft(patientId, [service(1)]), await desk.draft(stranger, [service(1)])];
    await converse(world, 'app', ours.nurse, async (ask) => {
      const bill = (changed: object = {}) => {
        const line = { invoice_id: draft.id, unit_price: 80_000, quantity: 1, doctor_id: doctor.memberId, fee_rule_id: rule.id, fee_reason: 'RULE_OF_DOCTOR_AND_CHAMBER_AND_VISIT_TYPE', free_of_appointment_id: null, ...changed };
        return verdict(ask, `insert into clinic.invoice_lines (tenant_id, id, no, kind, tax_category, tax_rate, tax_included, appointment_id, details, ${Object.keys(line).join(', ')})
          values ($1, gen_random_uuid(), 2, 'CONSULTATION', 'EXEMPT', 0, false, $2, '\\x00', ${Object.keys(line).map((_, place) => `$${place + 3}`).join(', ')})`, [ours.tenantId, visit.id, ...Object.values(line)]);
      };
      const forged = [{ invoice_id: strange.id }, { unit_price: 0 }, { unit_price: 79_999 }, { quantity: 2 }, { doctor_id: ours.owner.memberId }, { fee_rule_id: null, fee_reason: 'NO_RULE', unit_price: 5 }, { fee_reason: 'FREE_FOLLOW_UP', free_of_appointment_id: visit.id, unit_price: 0 }];
      for (const changed of forged) expect([changed, await bill(changed)]).toEqual([changed, 'SK097']);
      expect(await bill()).toBe('ACCEPTED');
    });
  });

  it('adds no line to a statement that was imported', async () => {
    const line = `insert into clinic.wallet_statement_lines (tenant_id, statement_id, line, transaction_id, kind, at, amount, fee) values (${tenant()}, '${ours.walletStatementId}', 999, 'ABCD1234', 'PAYMENT', now(), 100, 0)`;
    for (const person of [ours.assistant, ours.nurse, ours.owner]) expect(await notRefused(person, 'SK091', [line])).toEqual([]);
  });

  it('gains nothing by doing two things at the same moment that are refused one after the other', async () => {
    const take = (reference: string): string => `insert into clinic.payments (tenant_id, id, chamber_id, patient_id, method, provider, reference, amount, details)
      values (${tenant()}, gen_random_uuid(), '${ours.chamberId}', '${patientId}', 'CARD', 'VISA', '${reference}', 5, '\\x00')`;
    const slip = randomUUID();
    expect(await atOnce([take(`a${slip}`)], [take(`A${slip}`)])).toBe('23505');

    const refunds = await Promise.all([1, 2].map(async () => [randomUUID(), (await desk.take(patientId, 60_000)).id] as const));
    const [one, other] = refunds.map(([id, paymentId]) => [
      `insert into clinic.refunds (tenant_id, id, payment_id, method, provider, amount, details) values (${tenant()}, '${id}', '${paymentId}', 'CASH', 'CASH', 60000, '\\x00')`,
      `update clinic.refunds set status = 'PAID', version = version + 1, drawer_id = (select id from clinic.drawers where tenant_id = ${tenant()} and status = 'OPEN' and cashier_id = platform.current_member()) where tenant_id = ${tenant()} and id = '${id}'`,
    ]);
    expect(await atOnce(one!, other!)).toBe('SK093');
  });

  /** How the second of two transactions ends whose statements come while the first has not been committed. */
  const atOnce = (first: readonly string[], second: readonly string[]): Promise<string> => converse(world, 'app', ours.nurse, async (one) => {
    for (const statement of first) await one(statement);
    return converse(world, 'app', ours.nurse, async (other) => {
      const waiting = (async () => {
        for (const statement of second.slice(0, -1)) await other(statement);
        return verdict(other, second.at(-1)!);
      })();
      await untilItWaits(world, waiting);
      await one('commit');
      return waiting;
    });
  });
});

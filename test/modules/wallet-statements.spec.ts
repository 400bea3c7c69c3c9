import { randomUUID } from 'node:crypto';
import { Billing } from '../support/billing.js';
import { BkashServer } from '../support/bkash-server.js';
import { stepUp } from '../support/factors.js';
import { Patients, codeOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { Wallets } from '../support/wallets.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const FINDINGS = 'findings { finding lines amount { amount } fees { amount } }';
const IMPORT = `mutation ($input: ImportWalletStatementInput!) { answer: importWalletStatement(input: $input) { statement { id provider firstAt lastAt ${FINDINGS} importedBy { id } } faults { line column reason } } }`;
const HEADING = 'Trx ID,Date Time,Amount,Type,Fee';

describe('statements of wallets', () => {
  let bkash: BkashServer;
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let billing: Billing;
  let wallets: Wallets;
  let patientId: string;

  beforeAll(async () => {
    bkash = await BkashServer.start();
    world = await World.open(bkash.settings());
  });
  beforeEach(async () => {
    bkash.reset();
    practice = await world.practice('Shapla Chamber');
    await stepUp(world, practice.owner, { password: PASSWORD });
    chamberId = await openChamber(world, practice, 'Uttara');
    billing = new Billing(world, practice.owner, chamberId);
    wallets = new Wallets(world, bkash, practice.owner, chamberId);
    await wallets.open();
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
  });
  afterAll(async () => {
    await world.close();
    await bkash.stop();
  });

  const paid = async (amount: number): Promise<{ id: string; trxID: string }> => {
    const { payment: { id } } = await wallets.start(patientId, amount);
    await wallets.callback(wallets.payer(id, 'AGREED'));
    return { id, trxID: wallets.at(id).trxID! };
  };
  const now = (): string => new Date().toISOString();
  const imported = (lines: string[], more: object = {}, { token }: Person = practice.owner) =>
    world.graphql(IMPORT, { input: { provider: 'BKASH', content: [HEADING, ...lines].join('\n'), idempotencyKey: randomUUID(), ...more } }, token);
  const answer = async (lines: string[], more: object = {}): Promise<{ statement: { id: string; findings: object[] }; faults: object[] }> => {
    const { data, errors } = await imported(lines, more);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const linesOf = async (id: string): Promise<Array<[number, string, string | null]>> =>
    (await world.ok('query ($id: UUID!) { walletStatementLines(id: $id) { line finding paymentId refundId } }', { id }, practice.owner.token)).walletStatementLines
      .map(({ line, finding, paymentId, refundId }: Record<string, unknown>) => [line, finding, paymentId ?? refundId]);

  it('settle what agrees, once, and tell of all that does not', async () => {
    const [first, second, third] = [await paid(50_000), await paid(20_000), await paid(10_000)];
    const { statement } = await answer([
      `${first.trxID},${now()},500.00,Payment,9.25`, `${second.trxID},${now()},200.01,Payment,3`, `BK99999999,${now()},70,Payment,1`, `${first.trxID.toLowerCase()},${now()},500,Payment,9.25`,
    ]);
    expect(await linesOf(statement.id)).toEqual([[2, 'MATCHED', first.id], [3, 'AMOUNT_DIFFERS', second.id], [4, 'UNKNOWN', null], [5, 'REUSED', first.id]]);
    expect(statement.findings).toContainEqual({ finding: 'MATCHED', lines: 1, amount: { amount: 50_000 }, fees: { amount: 925 } });
    expect(await billing.balances()).toEqual({ WALLET_CLEARING: 30_000, BANK: 49_075, FEES: 925, ADVANCE: -80_000 });
    const wide = await answer([`${first.trxID},2020-01-01,500.00,Payment,9.25`, `BK88888888,2999-01-01,70,Payment,1`]);
    expect(await linesOf(wide.statement.id)).toEqual([[2, 'SEEN_BEFORE', first.id], [3, 'UNKNOWN', null]]);
    const { paymentsMissingInStatement } = await world.ok('query ($id: UUID!) { paymentsMissingInStatement(id: $id) { id } }', { id: wide.statement.id }, practice.owner.token);
    expect(paymentsMissingInStatement).toEqual([{ id: second.id }, { id: third.id }]);
    // The same transaction for another amount is no second one.
    expect(await linesOf((await answer([`${first.trxID},${now()},700.00,Payment,0`])).statement.id)).toEqual([[2, 'REUSED', first.id]]);
    // What differed is settled once it comes right.
    expect(await linesOf((await answer([`${second.trxID},${now()},200.00,Payment,0`])).statement.id)).toEqual([[2, 'MATCHED', second.id]]);
    expect(await billing.balances()).toEqual({ WALLET_CLEARING: 10_000, BANK: 69_075, FEES: 925, ADVANCE: -80_000 });
    expect((await world.ok(`{ walletStatements { id ${FINDINGS} } }`, {}, practice.owner.token)).walletStatements).toHaveLength(4);
  });

  it('settle refunds too', async () => {
    const payment = await paid(50_000);
    const refund = await billing.refund(payment.id, 20_000);
    await wallets.job();
    const { refundTrxId } = wallets.at(payment.id).refunds[0]!;
    const { statement } = await answer([`${payment.trxID},${now()},500,Payment,10`, `${refundTrxId},${now()},200,Refund,0`]);
    expect(await linesOf(statement.id)).toEqual([[2, 'MATCHED', payment.id], [3, 'MATCHED', refund.id]]);
    expect(await billing.balances()).toEqual({ BANK: 29_000, FEES: 1_000, ADVANCE: -30_000 });
  });

  it('find the payment that was flagged for its amount', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    bkash.twists.set('execute', (told) => ({ ...told, amount: '5.00' }));
    await wallets.callback(wallets.payer(id, 'AGREED'));
    const { statement } = await answer([`${wallets.at(id).trxID},${now()},5,Payment,0`]);
    expect(await linesOf(statement.id)).toEqual([[2, 'AMOUNT_DIFFERS', id]]);
    expect(await billing.balances()).toEqual({});
  });

  it('with a fault are not taken at all, and every fault is told', async () => {
    const { trxID } = await paid(50_000);
    expect(await answer([`${trxID},${now()},500,Payment,0`, 'x,y,z,Payment,0', 'BK01,2026-11-23'])).toEqual({
      statement: null,
      faults: [
        { line: 3, column: 'TRANSACTION_ID', reason: 'NOT_A_TRANSACTION_ID' }, { line: 3, column: 'TIME', reason: 'NOT_A_TIME' }, { line: 3, column: 'AMOUNT', reason: 'NOT_AN_AMOUNT' },
        { line: 4, column: null, reason: 'COLUMN_COUNT' },
      ],
    });
    expect(await billing.balances()).toEqual({ WALLET_CLEARING: 50_000, ADVANCE: -50_000 });
    expect((await world.ok('{ walletStatements { id } }', {}, practice.owner.token)).walletStatements).toEqual([]);
  });

  it('are taken once under a key, and settle once when many come at a time', async () => {
    const { trxID } = await paid(50_000);
    const line = `${trxID},${now()},500,Payment,10`;
    const idempotencyKey = randomUUID();
    const ids = new Set((await Promise.all([1, 2, 3].map(() => imported([line], { idempotencyKey })))).flatMap(({ data }) => data?.answer?.statement.id ?? []));
    expect(ids.size).toBe(1);
    await Promise.all([1, 2, 3].map(() => imported([line])));
    expect(await billing.balances()).toEqual({ BANK: 49_000, FEES: 1_000, ADVANCE: -50_000 });
  });

  it('take the same few round trips and little time with thousands of lines', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `BKX${index + 10_000},${now()},${index + 1},Payment,0`);
    const { statement } = await answer(lines);
    expect(statement.findings).toEqual([expect.objectContaining({ finding: 'UNKNOWN', lines: 5_000 })]);
  });

  it('are for who manages the finances of every chamber, and never change', async () => {
    const manager = await hire(world, practice, chamberId, 'MANAGER');
    expect((await imported([`BK0001,${now()},5,Payment,0`], {}, manager)).errors).toBeUndefined();
    await openChamber(world, practice, 'Agrabad');
    expect(codeOf(await imported([`BK0001,${now()},5,Payment,0`], {}, manager))).toBe('FORBIDDEN');
    const receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
    for (const query of ['{ walletStatements { id } }', '{ flaggedWalletPayments { outcome } }']) expect(codeOf(await world.graphql(query, {}, receptionist.token))).toBe('FORBIDDEN');
    const entered = `select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}');`;
    for (const change of [`update clinic.wallet_statement_lines set finding = 'MATCHED'`, 'delete from clinic.wallet_statement_lines', 'delete from clinic.wallet_statements']) {
      await expect(world.sql('superuser', `${entered} ${change} where tenant_id = '${practice.tenantId}'`)).rejects.toThrow(/stays as it is/);
    }
  });
});

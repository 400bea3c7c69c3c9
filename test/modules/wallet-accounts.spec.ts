import { BkashServer } from '../support/bkash-server.js';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Practice, World } from '../support/world.js';

const SET = 'mutation ($input: BkashAccountInput!) { setBkashAccount(input: $input) { provider site changedBy { id } changedAt } }';
const LIST = '{ walletAccounts { provider site changedBy { id } changedAt } }';
const REMOVE = 'mutation { removeWalletAccount(provider: BKASH) }';
const INPUT = { username: 'merchant', password: 'Qzxwhale-password', appKey: 'Qzxwhale-key', appSecret: 'Qzxwhale-secret' };

describe('accounts at providers of wallets', () => {
  let bkash: BkashServer;
  let world: World;
  let practice: Practice;
  let chamberId: string;

  beforeAll(async () => {
    bkash = await BkashServer.start();
    world = await World.open(bkash.settings());
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
  });
  afterAll(async () => {
    await world.close();
    await bkash.stop();
  });

  const set = (input: object = {}, { token } = practice.owner) => world.graphql(SET, { input: { ...INPUT, ...input } }, token);
  const site = async (): Promise<string[]> => (await world.ok(LIST, {}, practice.owner.token)).walletAccounts.map((account: { site: string }) => account.site);

  it('show no secret ever again, to nobody', async () => {
    await stepUp(world, practice.owner, { password: PASSWORD });
    const answer = await set();
    expect(answer.data.setBkashAccount).toEqual({ provider: 'BKASH', site: 'LIVE', changedBy: { id: practice.owner.memberId }, changedAt: expect.any(String) });
    const all = JSON.stringify([answer, await world.ok(LIST, {}, practice.owner.token), await entriesOf(world, practice.tenantId, 'Mutation.setBkashAccount')]);
    expect(all).not.toContain('Qzxwhale');
    const [row] = await world.sql<{ credentials: Buffer }>('superuser', 'select credentials from clinic.wallet_settings where tenant_id = $1', [practice.tenantId]);
    expect(row!.credentials.toString('latin1')).not.toContain('Qzxwhale');
  });

  it('are replaced, removed, and set anew', async () => {
    const desk = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: desk.memberId } }, practice.owner.token);
    const told = async (): Promise<string[]> => (await world.ok('{ billingSettings { wallets } }', {}, desk.token)).billingSettings.wallets;
    await set({ site: 'SANDBOX' });
    expect([await site(), await told()]).toEqual([['SANDBOX'], ['BKASH']]);
    await world.ok(REMOVE, {}, practice.owner.token);
    expect([await site(), await told()]).toEqual([[], []]);
    const [row] = await world.sql<{ credentials: Buffer | null }>('superuser', 'select credentials from clinic.wallet_settings where tenant_id = $1', [practice.tenantId]);
    expect(row!.credentials).toBeNull();
    expect(codeOf(await world.graphql(REMOVE, {}, practice.owner.token))).toBe('NOT_FOUND');
    await set();
    expect(await site()).toEqual(['LIVE']);
  });

  it('tell every fault of what is entered', async () => {
    expect(faultsOf(await set({ username: '', password: 'two words', appKey: 'x'.repeat(201), appSecret: 'গোপন' }))).toEqual(['username', 'password', 'appKey', 'appSecret'].map((field) => `input.${field} WRONG_FORMAT`));
  });

  it('are for who manages the finances of every chamber', async () => {
    const [manager, desk] = [await hire(world, practice, chamberId, 'MANAGER'), await hire(world, practice, chamberId, 'RECEPTIONIST')];
    await stepUp(world, manager, { password: PASSWORD });
    expect(codeOf(await world.graphql(LIST, {}, desk.token))).toBe('FORBIDDEN');
    expect((await set({}, manager)).errors).toBeUndefined();
    await openChamber(world, practice, 'Agrabad');
    expect(codeOf(await set({}, manager))).toBe('FORBIDDEN');
  });

  it('are none where money is no taka', async () => {
    const marina = await world.practice('Marina Clinic', 'AE');
    await stepUp(world, marina.owner, { password: PASSWORD });
    expect((await set({}, marina.owner)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'WALLET_CURRENCY', currency: 'BDT' });
  });
});

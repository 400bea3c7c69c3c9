import argon2 from '@node-rs/argon2';
import { OTHER_PASSWORD, Passwords } from '../support/passwords.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, inventedEmail, openChamber } from '../support/staff.js';
import { type GraphqlAnswer, type Practice, World } from '../support/world.js';

/** What an answer cost: each use of a connection with its number of statements, and how often a password was hashed. */
interface Cost {
  trips: string[];
  hashes: number;
}

describe('nobody learns who has an account from', () => {
  let world: World;
  let passwords: Passwords;
  let practice: Practice;
  const people: Record<string, string> = {};

  beforeAll(async () => {
    world = await World.shared();
    passwords = new Passwords(world);
    practice = await world.practice('Shapla Chamber');
    const chamberId = await openChamber(world, practice, 'Gulshan');
    const leave = async (email: string): Promise<void> => {
      const { memberId } = await hire(world, practice, chamberId, 'NURSE', email);
      await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { status } }', { input: { memberId, reason: 'Moved to Sylhet' } }, practice.owner.token);
    };
    people['has an account'] = (await hire(world, practice, chamberId, 'NURSE')).email;
    people['asked a moment ago'] = (await hire(world, practice, chamberId, 'NURSE')).email;
    await passwords.ask(people['asked a moment ago']);
    people['left'] = inventedEmail('left');
    await leave(people['left']);
    const second = await world.practice('Padma Clinic');
    people['works in two practices'] = inventedEmail('two');
    await hire(world, practice, chamberId, 'NURSE', people['works in two practices']);
    await hire(world, second, await openChamber(world, second, 'Sylhet'), 'NURSE', people['works in two practices']);
    const { memberId } = await hire(world, practice, chamberId, 'NURSE', (people['has no password'] = inventedEmail('google')));
    await world.sql('owner', 'update auth.users set password_hash = null where id = (select user_id from auth.sessions where member_id = $1)', [memberId]);
  });
  afterAll(() => world.close());

  async function costOf(work: () => Promise<GraphqlAnswer>): Promise<Cost & { answer: object }> {
    const [hash, verify] = [jest.spyOn(argon2, 'hash'), jest.spyOn(argon2, 'verify')];
    let answer: GraphqlAnswer | undefined;
    // Keys are fetched once a minute, whenever that is, and mails are sent later, by somebody else.
    const trips = (await roundTripsOf(async () => (answer = await work()))).filter(({ connection }) => !['sinduk keys', 'sinduk jobs'].includes(connection));
    const hashes = hash.mock.calls.length + verify.mock.calls.length;
    [hash, verify].forEach((spy) => spy.mockRestore());
    const { status, data, errors } = answer!;
    return { trips: trips.map(({ connection, statements }) => `${connection}: ${statements}`), hashes, answer: { status, data, errors: errors?.map(({ message, path, extensions: { requestId: _, ...rest } }) => ({ message, path, ...rest })) } };
  }

  const operations: Record<string, (email: string) => Promise<GraphqlAnswer>> = {
    'signing in': (email) => world.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email, password: OTHER_PASSWORD } }),
    'asking for a new password': (email) => passwords.ask(email),
    'joining without a name': (email) => world.graphql('mutation ($input: JoinInput!) { join(input: $input) { __typename } }', { input: { code: 'a guess', email, password: OTHER_PASSWORD } }),
    'joining': (email) => world.graphql('mutation ($input: JoinInput!) { join(input: $input) { __typename } }', { input: { code: 'a guess', email, password: OTHER_PASSWORD, nameEn: 'Rokeya Akter' } }),
  };

  it.each(Object.keys(operations))('%s: the same answer, after as many statements and hashes', async (name) => {
    const nobody = await costOf(() => operations[name]!(inventedEmail('nobody')));
    expect(nobody.trips.length).toBeGreaterThan(1);
    expect(nobody.hashes).toBe(name === 'asking for a new password' ? 0 : 1);
    expect(Object.keys(people)).toHaveLength(5);
    for (const [who, email] of Object.entries(people)) expect([who, await costOf(() => operations[name]!(email))]).toEqual([who, nobody]);
  });
});

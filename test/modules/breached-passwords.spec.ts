import { createHash } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hire, openChamber } from '../support/staff.js';
import { Passwords } from '../support/passwords.js';
import { PASSWORD, type Person, World } from '../support/world.js';

const KNOWN = 'the heron waits at noon';
const PADDED = 'eleven umbrellas drift east';
const UNKNOWN = 'copper lantern beyond fields';

const digitsOf = (password: string): string => createHash('sha1').update(password).digest('hex').toUpperCase();
const lineOf = (password: string, count: number): string => `${digitsOf(password).slice(5)}:${count}`;

/** A service that knows breaches, as the published one answers: suffixes with counts, those with 0 as padding. */
describe('a password that is known from a breach', () => {
  const asked: Array<{ path: string; padding: string | undefined }> = [];
  let answer: { status: number; body: string } | undefined;
  let service: Server;
  let world: World;
  let person: Person;
  let passwords: Passwords;

  beforeAll(async () => {
    service = createServer((request, response) => {
      asked.push({ path: request.url!, padding: request.headers['add-padding'] as string | undefined });
      if (answer) response.writeHead(answer.status).end(answer.body);
      else request.socket.destroy();
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    world = await World.open({ BREACHED_PASSWORDS_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}/range/` });
    passwords = new Passwords(world);
    const practice = await world.practice('Shapla Chamber');
    answer = { status: 200, body: '' };
    person = await hire(world, practice, await openChamber(world, practice, 'Gulshan'), 'NURSE');
  });
  afterAll(async () => {
    await world.close();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
  });
  beforeEach(() => asked.splice(0));

  const faultsOf = async (password: string): Promise<unknown> => (await passwords.change(person, password)).errors?.[0]?.extensions['faults'];

  it('is refused, and only five digits of its hash have left', async () => {
    answer = { status: 200, body: [lineOf(UNKNOWN, 0), lineOf(KNOWN, 7)].join('\r\n') };
    expect(await faultsOf(KNOWN)).toEqual([{ path: ['input', 'newPassword'], reason: 'BREACHED' }]);
    expect(asked).toEqual([{ path: `/range/${digitsOf(KNOWN).slice(0, 5)}`, padding: 'true' }]);
  });

  it('is not one that the answer has as padding', async () => {
    answer = { status: 200, body: `${lineOf(PADDED, 0)}\r\n${lineOf(KNOWN, 3)}` };
    expect(await faultsOf(PADDED)).toBeUndefined();
    expect(await passwords.change(person, PASSWORD, PADDED)).toMatchObject({ data: { changePassword: 0 } });
  });

  it.each([['says that it is out of order', { status: 503, body: '' }], ['hangs up', undefined]])('is let through when the service %s: it must not keep people from their work', async (_, said) => {
    answer = said;
    expect(await faultsOf(UNKNOWN)).toBeUndefined();
    expect(asked.length).toBeGreaterThan(0);
    await passwords.change(person, PASSWORD, UNKNOWN);
  });

  it('is not looked up when the policy refuses it already', async () => {
    expect(await faultsOf('bangladesh12345')).toEqual([{ path: ['input', 'newPassword'], reason: 'TOO_COMMON' }]);
    expect(asked).toEqual([]);
  });
});

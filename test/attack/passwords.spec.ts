import { randomBytes } from 'node:crypto';
import { openPractice } from '../../src/operator/open-practice.js';
import { OwnerDb } from '../../src/operator/owner-db.js';
import { OTHER_PASSWORD, Passwords, codeIn, codeOf } from '../support/passwords.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const FRONTEND = 'https://desk.clinic.example';

describe('whoever wants into an account by its password', () => {
  let world: World;
  let passwords: Passwords;
  let practice: Practice;
  let chamberId: string;
  beforeAll(async () => {
    world = await World.open({ FRONTEND_URL: FRONTEND });
    passwords = new Passwords(world);
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
  });
  afterAll(() => world.close());

  const somebody = (): Promise<Person> => hire(world, practice, chamberId, 'NURSE');
  const refused = async (code: string): Promise<void> => expect(codeOf(await passwords.reset(code))).toBe('SIGN_IN_REFUSED');
  const userOf = (person: Person) => world.sql<{ user_id: string }>('superuser', 'select user_id from auth.sessions where member_id = $1 limit 1', [person.memberId]).then(([row]) => row!.user_id);
  const living = (userId: string) => world.sql('superuser', 'select id from auth.sessions where user_id = $1 and ended_at is null', [userId]);

  describe('cannot use a link', () => {
    it('twice', async () => {
      const nurse = await somebody();
      const code = await passwords.code(nurse.email);
      expect(codeOf(await passwords.reset(code))).toBeUndefined();
      await refused(code);
    });

    it('more than once of twenty times at once', async () => {
      const nurse = await somebody();
      const code = await passwords.code(nurse.email);
      const words = 'amber basil cedar delta ember fjord grove heath inlet jetty knoll lemon maple north ochre pearl quill ridge slate thyme'.split(' ');
      const chosen = words.map((word) => `${word} boats on the lake`);
      const answers = await Promise.all(chosen.map((password) => passwords.reset(code, password)));
      expect(answers.map(codeOf).filter((error) => error === undefined)).toHaveLength(1);
      expect(new Set(answers.map(codeOf))).toEqual(new Set([undefined, 'SIGN_IN_REFUSED']));
      const winner = chosen[answers.findIndex(({ errors }) => !errors)]!;
      expect(await passwords.signIn(nurse.email, winner)).toBeUndefined();
    });

    it('after thirty minutes', async () => {
      const nurse = await somebody();
      const code = await passwords.code(nurse.email);
      await passwords.age('30 minutes');
      await refused(code);
    });

    it('for anybody but its person', async () => {
      const [one, other] = [await somebody(), await somebody()];
      const code = await passwords.code(one.email);
      await passwords.code(other.email);
      expect(codeOf(await passwords.reset(code))).toBeUndefined();
      expect(await passwords.signIn(other.email, OTHER_PASSWORD)).toBe('SIGN_IN_REFUSED');
      expect(await passwords.signIn(other.email, PASSWORD)).toBeUndefined();
    });

    it('that they guess, cut, lengthen, or read in the database', async () => {
      const code = await passwords.code((await somebody()).email);
      const [row] = await world.sql<{ hash: Buffer; token: Buffer }>('superuser', 'select code_hash as hash, email_token as token from auth.password_resets order by asked_at desc limit 1');
      const flipped = code.replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
      for (const wrong of [randomBytes(32).toString('base64url'), code.slice(0, -1), `${code}A`, flipped, `${code}%`, row!.hash.toString('base64url'), row!.hash.toString('hex'), row!.token.toString('base64url'), ' ']) await refused(wrong);
      expect(codeOf(await passwords.reset(code))).toBeUndefined();
    });

    it('of which the database keeps nothing but a hash', async () => {
      const code = await passwords.code((await somebody()).email);
      const rows = await world.sql<{ line: string }>('superuser', `select r::text as line from auth.password_resets r union all select encode(m.sealed, 'escape') from platform.mails m where m.sealed is not null`);
      const found = rows.filter(({ line }) => [code, Buffer.from(code).toString('hex'), Buffer.from(code, 'base64url').toString('hex')].some((form) => line.includes(form)));
      expect([rows.length > 0, found]).toEqual([true, []]);
    });

    it('that went to an address which the person has no longer', async () => {
      const nurse = await somebody();
      const code = await passwords.code(nurse.email);
      await world.sql('owner', `update auth.users set email_token = sha256(email_token) where id = $1`, [await userOf(nurse)]);
      await refused(code);
    });

    it('after the password was changed otherwise', async () => {
      const nurse = await somebody();
      const code = await passwords.code(nurse.email);
      expect(codeOf(await passwords.change(nurse, OTHER_PASSWORD))).toBeUndefined();
      await refused(code);
    });

    it('once no practice has them any more, nor get one', async () => {
      const nurse = await somebody();
      const code = await passwords.code(nurse.email);
      await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { status } }', { input: { memberId: nurse.memberId, reason: 'Moved to Sylhet' } }, practice.owner.token);
      await refused(code);
      await passwords.age('1 day');
      const before = await passwords.mails();
      expect((await passwords.ask(nurse.email)).data).toEqual({ requestPasswordReset: true });
      expect(await passwords.mails()).toBe(before);
    });

    it('several times in one request', async () => {
      const code = await passwords.code((await somebody()).email);
      const input = `input: { code: "${code}", newPassword: "${OTHER_PASSWORD}" }`;
      expect(codeOf(await world.graphql(`mutation { a: resetPassword(${input}) b: resetPassword(${input}) }`))).toBe('QUERY_REFUSED');
      expect(codeOf(await world.graphql('mutation { a: requestPasswordReset(input: { email: "a@b.example" }) b: requestPasswordReset(input: { email: "b@b.example" }) }'))).toBe('QUERY_REFUSED');
      const change = 'changePassword(input: { currentPassword: "a guess", newPassword: "nine herons leave at dusk" })';
      expect(codeOf(await world.graphql(`mutation { a: ${change} b: ${change} }`, {}, practice.owner.token))).toBe('QUERY_REFUSED');
    });
  });

  describe('keeps no session', () => {
    it('that they began by the former password while it was being changed', async () => {
      const nurse = await somebody();
      const userId = await userOf(nurse);
      const change = await openTransaction(world, nurse.tenantId, nurse.memberId);
      await change.query('update auth.users set password_changed_at = clock_timestamp() where id = $1', [userId]);
      const signingIn = passwords.signIn(nurse.email, PASSWORD);
      await untilItWaits(world, signingIn);
      await change.commit();
      expect(await signingIn).toBe('SIGN_IN_REFUSED');
    });

    it('that was beginning when it was changed', async () => {
      const nurse = await somebody();
      const userId = await userOf(nurse);
      const code = await passwords.code(nurse.email);
      const hindrance = await openTransaction(world, nurse.tenantId, nurse.memberId);
      await hindrance.query('lock table auth.refresh_tokens in exclusive mode');
      const signingIn = passwords.signIn(nurse.email, PASSWORD);
      await untilItWaits(world, signingIn);
      const changing = passwords.reset(code);
      await untilItWaits(world, changing, 2);
      await hindrance.commit();
      expect([await signingIn, codeOf(await changing)]).toEqual([undefined, undefined]);
      expect(await living(userId)).toEqual([]);
    });

    it('and a session that is over proves nothing', async () => {
      const nurse = await somebody();
      const stolen = await world.signIn(nurse.email);
      await passwords.reset(await passwords.code(nurse.email));
      expect(codeOf(await passwords.change(stolen, 'two geese land at seven', OTHER_PASSWORD))).toBe('UNAUTHENTICATED');
      expect(codeOf(await world.graphql('mutation ($t: String!) { refreshSession(refreshToken: $t) { accessToken } }', { t: stolen.refreshToken }))).toBe('SIGN_IN_REFUSED');
    });
  });

  describe('cannot choose what a mail says', () => {
    it('by headers of the request: the link leads where the settings say', async () => {
      const nurse = await somebody();
      await passwords.ask(nurse.email, {
        host: 'evil.example', origin: world.config.publicOrigins[0]!, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example', referer: 'https://evil.example/',
        'user-agent': 'Mozilla/5.0 (<b>evil.example</b>) \u00e9vil https://evil.example/',
      });
      const { text, html, raw } = await world.mailTo(nurse.email);
      expect(codeIn(text)).toHaveLength(43);
      expect(text.match(/https?:\/\/[^/\s]+/g)).toEqual([FRONTEND, FRONTEND]);
      expect([text, html, raw].join()).not.toContain('evil.example');
    });

    it('by a name: no header, no recipient and no markup comes of it', async () => {
      const email = 'odd.name@practice.example';
      const nameEn = 'Odd\r\nBcc: thief@evil.example\r\n\r\n<a href="https://evil.example">sign in here</a>';
      await OwnerDb.run(world.ownerUrl, world.keks, (db) => openPractice(db, { name: 'Odd', country: 'BD', owner: { email, nameEn, password: PASSWORD } }));
      await passwords.ask(email);
      const { raw, html, to } = await world.mailTo(email);
      expect(to).toBe(email);
      expect(raw.slice(0, raw.indexOf('\n\n'))).not.toMatch(/bcc|evil/i);
      expect(html).not.toContain('<a href="https://evil.example">');
      expect(html).toContain('&lt;a href=');
    });
  });
});

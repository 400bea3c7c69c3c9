import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { Authenticator, type Quirks } from '../support/authenticator.js';
import {
  type Protected, byPasskey, byPassword, codeOf, enrol, finish, forgetSteps, outcomeOf, passkeyOptions, registerPasskey, signInOptions, stepUp, stepUpOptions, userIdOf, wrongCodeOf,
} from '../support/factors.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const REFUSED = 'SIGN_IN_REFUSED';
const accepted = (outcomes: string[]): number => outcomes.filter((outcome) => outcome === 'ACCEPTED').length;

describe('second factors', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let origin: string;
  let nurse: Protected;
  let doctor: Protected;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
    origin = world.config.publicOrigins[0]!;
    nurse = await enrol(world, await hire(world, practice, chamberId, 'NURSE'));
    doctor = await enrol(world, await hire(world, practice, chamberId, 'DOCTOR'));
  });
  afterAll(() => world.close());
  // How many tries are let through at all is tried elsewhere.
  const forgetTries = () => world.sql('superuser', 'truncate auth.throttles');
  beforeEach(() => Promise.all([forgetSteps(world, nurse), forgetSteps(world, doctor), forgetTries()]));

  const ask = async (person: Person): Promise<string> => (await byPassword(world, person.email)).signInToken;
  const sessionsOf = async (person: Person): Promise<number> =>
    (await world.sql('superuser', 'select from auth.sessions where member_id = $1', [person.memberId])).length;
  const outcomes = async (answers: Array<ReturnType<typeof finish>>): Promise<string[]> => (await Promise.all(answers)).map(outcomeOf);

  describe('a one-time code', () => {
    it('that was accepted is not accepted again, for whatever', async () => {
      const code = { oneTimeCode: codeOf(nurse.secret) };
      expect(outcomeOf(await finish(world, await ask(nurse), code))).toBe('ACCEPTED');
      expect(outcomeOf(await finish(world, await ask(nurse), code))).toBe(REFUSED);
      expect(outcomeOf(await stepUp(world, nurse, code))).toBe(REFUSED);
    });

    it('of an earlier step is refused after a later one, as after a clock that was set back', async () => {
      const [now, next] = [codeOf(nurse.secret), codeOf(nurse.secret, 1)];
      expect(outcomeOf(await finish(world, await ask(nurse), { oneTimeCode: next }))).toBe('ACCEPTED');
      for (const oneTimeCode of [now, next]) expect(outcomeOf(await finish(world, await ask(nurse), { oneTimeCode }))).toBe(REFUSED);
    });

    it('sent twenty times at once begins one session', async () => {
      const before = await sessionsOf(nurse);
      const signInToken = await ask(nurse);
      const oneTimeCode = codeOf(nurse.secret);
      expect(accepted(await outcomes(Array.from({ length: 20 }, () => finish(world, signInToken, { oneTimeCode }))))).toBe(1);
      expect(await sessionsOf(nurse)).toBe(before + 1);
    });

    it('sent to several sign-ins at once begins one session', async () => {
      const tokens = await Promise.all(Array.from({ length: 6 }, () => ask(nurse)));
      const oneTimeCode = codeOf(nurse.secret);
      expect(accepted(await outcomes(tokens.map((token) => finish(world, token, { oneTimeCode }))))).toBe(1);
    });

    it('sent to several proofs of identity at once is accepted once', async () => {
      const oneTimeCode = codeOf(nurse.secret);
      expect(accepted(await outcomes(Array.from({ length: 10 }, () => stepUp(world, nurse, { oneTimeCode }))))).toBe(1);
    });

    it('is not found by guessing: after five wrong ones the right one is too late', async () => {
      const signInToken = await ask(nurse);
      const oneTimeCode = wrongCodeOf(nurse.secret);
      expect(await outcomes(Array.from({ length: 5 }, () => finish(world, signInToken, { oneTimeCode })))).toEqual(Array.from({ length: 5 }, () => REFUSED));
      await forgetTries();
      expect(outcomeOf(await finish(world, signInToken, { oneTimeCode: codeOf(nurse.secret) }))).toBe(REFUSED);
      const [row] = await world.sql<{ tries: number }>('superuser', 'select tries from auth.pending_sign_ins order by id desc limit 1');
      expect(row!.tries).toBe(5);
    });

    it('of one person opens nothing of another', async () => {
      const signInToken = await ask(doctor);
      for (const proof of [{ oneTimeCode: codeOf(nurse.secret) }, { recoveryCode: nurse.recoveryCodes[0] }]) {
        expect(outcomeOf(await finish(world, signInToken, proof))).toBe(REFUSED);
        expect(outcomeOf(await stepUp(world, doctor, proof))).toBe(REFUSED);
      }
      expect(outcomeOf(await finish(world, await ask(nurse), { recoveryCode: nurse.recoveryCodes[0] }))).toBe('ACCEPTED');
    });
  });

  it('a recovery code sent at once to many sign-ins is accepted once', async () => {
    const tokens = await Promise.all(Array.from({ length: 6 }, () => ask(nurse)));
    expect(accepted(await outcomes(tokens.map((token) => finish(world, token, { recoveryCode: nurse.recoveryCodes[1] }))))).toBe(1);
  });

  it('that is confirmed while its person signs in by the password leaves them no session without it', async () => {
    const person = await hire(world, practice, chamberId, 'NURSE');
    const held = await openTransaction(world, practice.tenantId, person.memberId);
    await held.query('select from auth.users where id = $1 for update', [await userIdOf(world, person)]);
    const signIn = world.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email: person.email, password: PASSWORD } });
    await untilItWaits(world, signIn);
    await held.query(`insert into auth.one_time_codes (id, user_id, seed, confirmed_at) values (gen_random_uuid(), $1, '\\x00', now())`, [await userIdOf(world, person)]);
    await held.commit();
    expect(outcomeOf(await signIn)).toBe(REFUSED);
    expect(await sessionsOf(person)).toBe(1);
  });

  describe('a sign-in that waits', () => {
    it('is over after its time, once it was finished, and when nobody began it', async () => {
      const late = await ask(nurse);
      await world.sql('superuser', 'update auth.pending_sign_ins set expires_at = now()');
      // Before another one begins, which removes what is over.
      const tooLate = await finish(world, late, { oneTimeCode: codeOf(nurse.secret) });
      const done = await ask(nurse);
      expect(outcomeOf(await finish(world, done, { oneTimeCode: codeOf(nurse.secret) }))).toBe('ACCEPTED');
      const answers = [tooLate, ...(await Promise.all([done, 'x'.repeat(43)].map((token) => finish(world, token, { oneTimeCode: codeOf(nurse.secret, 1) }))))];
      for (const { errors, status } of answers) {
        expect([status, errors?.[0]?.message, errors?.[0]?.extensions.code]).toEqual([200, 'These credentials were not accepted.', REFUSED]);
      }
    });

    it('is over when the person lost their place in the practice meanwhile', async () => {
      const leaver = await enrol(world, await hire(world, practice, chamberId, 'NURSE'));
      const signInToken = await ask(leaver);
      await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId: leaver.memberId, reason: 'left' } }, practice.owner.token);
      expect(outcomeOf(await finish(world, signInToken, { oneTimeCode: codeOf(leaver.secret) }))).toBe(REFUSED);
    });
  });

  describe('a passkey', () => {
    let key: Authenticator;

    beforeAll(async () => {
      key = new Authenticator(origin);
      expect(outcomeOf(await registerPasskey(world, nurse.token, key.create(await passkeyOptions(world, nurse.token))))).toBe('ACCEPTED');
    });

    const lies: Array<[string, Quirks]> = [
      ['from a page of another origin', { origin: 'https://sinduk.evil.example' }],
      ['from a page whose origin only begins like ours', { origin: 'http://localhost.evil.example' }],
      ['for another domain', { rpId: 'evil.example' }],
      ['without user verification', { userVerified: false }],
      ['of another kind of ceremony', { type: 'webauthn.tampered' }],
      ['to a challenge of its own', { challenge: Buffer.alloc(32).toString('base64url') }],
    ];

    it.each(lies)('that answers %s is refused', async (_, quirks) => {
      const fresh = new Authenticator(origin);
      expect(outcomeOf(await registerPasskey(world, nurse.token, fresh.create(await passkeyOptions(world, nurse.token), quirks)))).toBe('BAD_USER_INPUT');
      expect(outcomeOf(await byPasskey(world, key.get(await signInOptions(world), quirks)))).toBe(REFUSED);
      expect(outcomeOf(await stepUp(world, nurse, { passkey: key.get(await stepUpOptions(world, nurse.token), quirks) }))).toBe(REFUSED);
      const { signInToken, passkeyOptions: options } = await byPassword(world, nurse.email);
      expect(outcomeOf(await finish(world, signInToken, { passkey: key.get(options, quirks) }))).toBe(REFUSED);
    });

    it('that lies about none of this is accepted, or the refusals above would show nothing', async () => {
      expect(outcomeOf(await byPasskey(world, key.get(await signInOptions(world))))).toBe('ACCEPTED');
      expect(outcomeOf(await stepUp(world, nurse, { passkey: key.get(await stepUpOptions(world, nurse.token)) }))).toBe('ACCEPTED');
      const { signInToken, passkeyOptions: options } = await byPassword(world, nurse.email);
      expect(outcomeOf(await finish(world, signInToken, { passkey: key.get(options) }))).toBe('ACCEPTED');
    });

    it('that brings its maker’s certificate is refused: nobody asked for one, and to check it the server would ask others', async () => {
      const { cert, private: privateKey } = await generate([{ name: 'commonName', value: 'Invented Keys' }], { keyType: 'ec', curve: 'P-256' });
      const maker = { certificate: new X509Certificate(cert).raw, key: privateKey };
      expect(outcomeOf(await registerPasskey(world, nurse.token, new Authenticator(origin).create(await passkeyOptions(world, nurse.token), { maker })))).toBe('BAD_USER_INPUT');
    });

    it('answers a challenge once, also twenty times at once', async () => {
      const passkey = key.get(await signInOptions(world));
      expect(accepted(await outcomes(Array.from({ length: 20 }, () => byPasskey(world, passkey))))).toBe(1);
      expect(outcomeOf(await byPasskey(world, passkey))).toBe(REFUSED);
    });

    it('answers no challenge that was made for something else or for somebody else', async () => {
      expect(outcomeOf(await stepUp(world, nurse, { passkey: key.get(await signInOptions(world)) }))).toBe(REFUSED);
      expect(outcomeOf(await byPasskey(world, key.get(await stepUpOptions(world, nurse.token))))).toBe(REFUSED);
      const another = await byPassword(world, nurse.email);
      const { signInToken } = await byPassword(world, nurse.email);
      expect(outcomeOf(await finish(world, signInToken, { passkey: key.get(another.passkeyOptions) }))).toBe(REFUSED);
      // A challenge of the doctor's session, answered in it with the nurse's passkey, and the other way round.
      expect(outcomeOf(await registerPasskey(world, doctor.token, new Authenticator(origin).create(await passkeyOptions(world, nurse.token))))).toBe('BAD_USER_INPUT');
      const doctors = new Authenticator(origin);
      await registerPasskey(world, doctor.token, doctors.create(await passkeyOptions(world, doctor.token)));
      expect(outcomeOf(await stepUp(world, doctor, { passkey: key.get(await stepUpOptions(world, doctor.token)) }))).toBe(REFUSED);
      expect(outcomeOf(await stepUp(world, doctor, { passkey: doctors.get(await stepUpOptions(world, nurse.token)) }))).toBe(REFUSED);
    });

    it('is too late when its challenge is over', async () => {
      const options = [await signInOptions(world), await passkeyOptions(world, nurse.token)] as const;
      await world.sql('superuser', 'update auth.passkey_challenges set expires_at = now()');
      expect(outcomeOf(await byPasskey(world, key.get(options[0])))).toBe(REFUSED);
      expect(outcomeOf(await registerPasskey(world, nurse.token, new Authenticator(origin).create(options[1])))).toBe('BAD_USER_INPUT');
    });

    it('whose counter goes back is refused, and that is told to the person and in the trail', async () => {
      expect(outcomeOf(await byPasskey(world, key.get(await signInOptions(world), { counter: 1000 })))).toBe('ACCEPTED');
      for (const counter of [999, 1000, 0]) expect(outcomeOf(await byPasskey(world, key.get(await signInOptions(world), { counter })))).toBe(REFUSED);
      key.counter = 1000;
      const { mySecurity } = await world.ok('{ mySecurity { passkeys { copySuspectedAt } } }', {}, nurse.token);
      expect(mySecurity.passkeys).toEqual([{ copySuspectedAt: expect.any(String) }]);
      const { auditEntries } = await world.ok('{ auditEntries(filter: { operation: "Mutation.signInWithPasskey", outcome: [DENIED] }, first: 3) { edges { node { reason actor { memberId } } } } }', {}, practice.owner.token);
      expect(auditEntries.edges.map(({ node }: { node: object }) => node)).toEqual(Array.from({ length: 3 }, () => (
        { reason: 'the counter of the passkey went back, as that of a copy does', actor: { memberId: nurse.memberId } })));
    });

    it('that names another person, or signs by another key, is refused', async () => {
      const userHandle = Buffer.from(await userIdOf(world, doctor)).toString('base64url');
      expect(outcomeOf(await byPasskey(world, key.get(await signInOptions(world), { userHandle })))).toBe(REFUSED);
      const impostor = new Authenticator(origin);
      key.id.copy(impostor.id);
      impostor.counter = 5000;
      expect(outcomeOf(await byPasskey(world, impostor.get(await signInOptions(world))))).toBe(REFUSED);
    });

    it('that somebody else has registered is not taken over', async () => {
      const thief = new Authenticator(origin);
      key.id.copy(thief.id);
      const answer = await registerPasskey(world, doctor.token, thief.create(await passkeyOptions(world, doctor.token)));
      expect(answer.errors?.[0]?.extensions['faults']).toEqual([{ path: ['input', 'passkey'], reason: 'REGISTERED_ALREADY' }]);
      expect(outcomeOf(await byPasskey(world, key.get(await signInOptions(world))))).toBe('ACCEPTED');
    });

    it('of another person is not there to rename or remove', async () => {
      const { mySecurity } = await world.ok('{ mySecurity { passkeys { id } } }', {}, nurse.token);
      const [{ id }] = mySecurity.passkeys;
      expect(outcomeOf(await world.graphql('mutation ($id: UUID!) { removePasskey(id: $id) }', { id }, doctor.token))).toBe('NOT_FOUND');
      expect(outcomeOf(await world.graphql('mutation ($input: RenamePasskeyInput!) { renamePasskey(input: $input) { id } }', { input: { id, name: 'Mine' } }, doctor.token))).toBe('NOT_FOUND');
    });

    const nonsense = ['', '{}', '[]', 'null', '"x"', '{"id":"a","rawId":"a","type":"public-key","response":{}}', '{"id":"a","rawId":"b","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}', '{'.repeat(19_000)];
    it.each(nonsense.map((text) => [text.slice(0, 60), text]))('is refused as "%s"', async (_, passkey) => {
      for (const answer of [await byPasskey(world, passkey), await registerPasskey(world, nurse.token, passkey), await stepUp(world, nurse, { passkey })]) {
        expect(['BAD_USER_INPUT', REFUSED]).toContain(outcomeOf(answer));
      }
    });
  });
});

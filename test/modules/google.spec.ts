import { ageProof, enrol, codeOf, finish, outcomeOf, userIdOf } from '../support/factors.js';
import { GoogleServer, type GooglePerson, PAGE, Visitor, googlePerson, linkGoogle } from '../support/google.js';
import { hire, invite, inventedEmail, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { type Person, type Practice, World } from '../support/world.js';

const SECURITY = '{ mySecurity { hasPassword methods googleAccounts { id email linkedAt lastUsedAt } } }';
const UNLINK = 'mutation ($id: UUID!) { unlinkGoogle(id: $id) }';

const reasonOf = ({ errors }: { errors?: Array<{ extensions: Record<string, unknown> }> }) => errors?.[0]?.extensions['reason'];

describe('signing in with Google', () => {
  let google: GoogleServer;
  let world: World;
  let practice: Practice;
  let chamberId: string;

  beforeAll(async () => {
    google = await GoogleServer.start();
    world = await World.open({ PUBLIC_ORIGINS: 'https://clinic.example', ...google.settings() });
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
  });
  beforeEach(() => google.behave());
  afterAll(async () => {
    await world.close();
    await google.stop();
  });

  /** Somebody goes to Google as this person and signs in with what they bring back. */
  const signIn = async (person: GooglePerson, more: object = {}) => {
    google.person = person;
    const visitor = new Visitor(world);
    return visitor.signIn(await visitor.travel('SIGN_IN'), more);
  };
  const join = async (person: GooglePerson, joinCode: string) => {
    google.person = person;
    const visitor = new Visitor(world);
    return visitor.join(await visitor.travel('JOIN', undefined, { joinCode, nameEn: 'Rokeya Akter', nameBn: 'রোকেয়া আক্তার' }));
  };
  const personOf = (email: string, { data: { answer } }: { data?: any }): Person => {
    const { id, memberId } = answer.practices.find(({ current }: { current: boolean }) => current);
    return { email, token: answer.accessToken, refreshToken: answer.refreshToken, tenantId: id, memberId };
  };
  /** Somebody who joined with Google and has nothing else. */
  const joiner = async (where = practice): Promise<Person & { person: GooglePerson }> => {
    const email = inventedEmail('nurse');
    const person = googlePerson(email.toUpperCase());
    const answer = await join(person, await invite(world, where.owner.token, email));
    return { ...personOf(email, answer), person };
  };
  const emailsOf = async (token: string) => (await world.ok(SECURITY, {}, token)).mySecurity.googleAccounts.map(({ email }: { email: string }) => email);

  it('is told to be possible', async () => {
    expect(await world.ok('{ signInMethods { google } }')).toEqual({ signInMethods: { google: true } });
  });

  describe('by a linked account', () => {
    it('begins a session like any other', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const person = googlePerson('rokeya.private@google.example');
      await linkGoogle(world, google, nurse.token, person);
      const signedIn = personOf(nurse.email, await signIn(person));
      expect(signedIn).toMatchObject({ tenantId: practice.tenantId, memberId: nurse.memberId });
      const { mySessions, mySecurity } = await world.ok(`{ mySessions { method secondFactor current } ${SECURITY.slice(1)}`, {}, signedIn.token);
      expect(mySessions[0]).toEqual({ method: 'GOOGLE', secondFactor: false, current: true });
      expect(mySecurity).toEqual({ hasPassword: true, methods: ['PASSWORD', 'GOOGLE'], googleAccounts: [{
        id: expect.any(String), email: 'rokeya.private@google.example', linkedAt: expect.any(String), lastUsedAt: expect.any(String) }] });
    });

    it('goes by Google’s id of it, whatever becomes of its address', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const person = googlePerson('before@google.example');
      await linkGoogle(world, google, nurse.token, person);
      expect(outcomeOf(await signIn({ ...person, email: 'after@google.example', email_verified: false }))).toBe('ACCEPTED');
      expect(outcomeOf(await signIn(googlePerson('before@google.example')))).toBe('SIGN_IN_REFUSED');
    });

    it('keeps a browser’s tokens in cookies and knows its device again', async () => {
      const { person } = await joiner();
      google.person = person;
      const visitor = new Visitor(world);
      const code = await visitor.travel('SIGN_IN');
      const { data, response } = await visitor.send(
        'mutation ($input: SignInWithGoogleInput!) { signInWithGoogle(input: $input) { ... on SignedIn { accessToken refreshToken } } }', { input: { code } });
      expect(data.signInWithGoogle).toEqual({ accessToken: null, refreshToken: null });
      expect(response.cookies.map(({ name }) => name).sort()).toEqual(['__Host-sinduk-access', '__Host-sinduk-device', '__Host-sinduk-refresh']);
    });

    it('asks whoever has a second factor for it', async () => {
      const { person, ...nurse } = await joiner();
      const { secret } = await enrol(world, nurse);
      const { data } = await signIn(person);
      expect(data.answer).toEqual({ signInToken: expect.any(String), kinds: ['ONE_TIME_CODE', 'RECOVERY_CODE'] });
      const finished = await finish(world, data.answer.signInToken, { oneTimeCode: codeOf(secret) });
      expect(outcomeOf(finished)).toBe('ACCEPTED');
    });

    it('works in the practice that is asked for, and in none of others', async () => {
      const other = await world.practice('Padma Clinic');
      const { person, email } = await joiner();
      expect(outcomeOf(await join(person, await invite(world, other.owner.token, email)))).toBe('ACCEPTED');
      expect(personOf(email, await signIn(person, { practiceId: other.tenantId })).tenantId).toBe(other.tenantId);
      expect(outcomeOf(await signIn(person, { practiceId: (await world.practice('Kadam Clinic')).tenantId }))).toBe('SIGN_IN_REFUSED');
    });

    it('is refused to whoever works nowhere any more', async () => {
      const { person, memberId } = await joiner();
      await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId, reason: 'left the practice' } }, practice.owner.token);
      expect(outcomeOf(await signIn(person))).toBe('SIGN_IN_REFUSED');
    });

    it('works in two tabs at once, and not by the back button', async () => {
      const { person } = await joiner();
      google.person = person;
      const visitor = new Visitor(world);
      const [one, other] = [await visitor.atGoogle(await visitor.begin('SIGN_IN')), await visitor.atGoogle(await visitor.begin('SIGN_IN'))];
      const codes = [(await visitor.back(other)).code!, (await visitor.back(one)).code!];
      for (const code of codes) expect(outcomeOf(await visitor.signIn(code))).toBe('ACCEPTED');
      expect((await visitor.back(one)).error).toBe('EXPIRED');
    });

    it('leaves what happened in the trail', async () => {
      const { person, memberId } = await joiner();
      await signIn(person);
      const entries = await entriesOf(world, practice.owner.token, { actorMemberId: memberId });
      expect(entries.map(({ operation, action, outcome, records }) => [operation, action, outcome, records.map(({ type }) => type).sort()])).toEqual([
        ['Mutation.signInWithGoogle', 'SIGNED_IN', 'SUCCESS', ['new-device', 'session']],
        ['Mutation.joinWithGoogle', 'SIGNED_IN', 'SUCCESS', ['new-device', 'session']],
        ['Mutation.joinWithGoogle', 'JOINED', 'SUCCESS', ['google-account', 'member']],
      ]);
    });
  });

  describe('is as fresh a proof as Google says', () => {
    const minutesAgo = (minutes: number): number => Math.floor(Date.now() / 1000) - minutes * 60;
    const outcomeAt = async (auth_time: number | undefined): Promise<string> => {
      const { person, email } = await joiner();
      const signedIn = personOf(email, await signIn({ ...person, auth_time }));
      return outcomeOf(await world.graphql('mutation { beginOneTimeCodes { secret } }', {}, signedIn.token));
    };

    it.each([['just now', 0, 'ACCEPTED'], ['four minutes ago', 4, 'ACCEPTED'], ['six minutes ago', 6, 'STEP_UP_NEEDED'], ['in an hour', -60, 'ACCEPTED']])('%s', async (_, minutes, outcome) => {
      expect(await outcomeAt(minutesAgo(minutes))).toBe(outcome);
    });

    it('and one by signing in when it says nothing, so that whoever has nothing else can set up more', async () => {
      expect(await outcomeAt(undefined)).toBe('ACCEPTED');
    });

    it('but none for whoever has a password to prove', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const person = googlePerson('rokeya.untold@google.example');
      await linkGoogle(world, google, nurse.token, person);
      const { token } = personOf(nurse.email, await signIn({ ...person, auth_time: undefined }));
      expect(outcomeOf(await world.graphql('mutation { beginOneTimeCodes { secret } }', {}, token))).toBe('STEP_UP_NEEDED');
    });

    it('but joining is one in itself, by the code that was mailed', async () => {
      const email = inventedEmail('nurse');
      const { token } = personOf(email, await join({ ...googlePerson(email), auth_time: undefined }, await invite(world, practice.owner.token, email)));
      expect(outcomeOf(await world.graphql('mutation { beginOneTimeCodes { secret } }', {}, token))).toBe('ACCEPTED');
    });
  });

  describe('joining', () => {
    it('makes an account without a password, which a password cannot open', async () => {
      const { email, token } = await joiner();
      expect((await world.ok(SECURITY, {}, token)).mySecurity).toMatchObject({ hasPassword: false, methods: ['GOOGLE'], googleAccounts: [{ email }] });
      const answer = await world.graphql('mutation ($email: String!) { signIn(input: { email: $email, password: "seven quiet rivers cross" }) { __typename } }', { email });
      expect(outcomeOf(answer)).toBe('SIGN_IN_REFUSED');
    });

    it('needs a name of whoever is new, and of nobody else', async () => {
      const [other, email] = [await world.practice('Padma Clinic'), inventedEmail('nurse')];
      const person = googlePerson(email);
      const joinUnnamed = async (joinCode: string, who = person) => {
        google.person = who;
        const visitor = new Visitor(world);
        return visitor.join(await visitor.travel('JOIN', undefined, { joinCode }));
      };
      const code = await invite(world, practice.owner.token, email);
      expect((await joinUnnamed(code)).errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['input'], reason: 'NAME_NEEDED' }] });
      expect(outcomeOf(await join(person, code))).toBe('ACCEPTED');
      expect(outcomeOf(await joinUnnamed(await invite(world, other.owner.token, email)))).toBe('ACCEPTED');
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      expect(reasonOf(await joinUnnamed(await invite(world, other.owner.token, nurse.email), googlePerson(nurse.email)))).toBe('ADDRESS_HAS_ACCOUNT');
    });

    it('uses the code up', async () => {
      const email = inventedEmail('nurse');
      const joinCode = await invite(world, practice.owner.token, email);
      const person = googlePerson(email);
      expect(outcomeOf(await join(person, joinCode))).toBe('ACCEPTED');
      expect(outcomeOf(await join(person, joinCode))).toBe('SIGN_IN_REFUSED');
    });

    it('under an address that has an account leads to signing in and linking, and that to joining', async () => {
      const other = await world.practice('Padma Clinic');
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const joinCode = await invite(world, other.owner.token, nurse.email);
      const person = googlePerson(nurse.email);
      const refused = await join(person, joinCode);
      expect([outcomeOf(refused), reasonOf(refused)]).toEqual(['CONFLICT', 'ADDRESS_HAS_ACCOUNT']);
      await linkGoogle(world, google, nurse.token, person);
      expect(personOf(nurse.email, await join(person, joinCode)).tenantId).toBe(other.tenantId);
      expect(await userIdOf(world, nurse)).toBe((await world.sql<{ user_id: string }>('superuser', 'select user_id from clinic.members where tenant_id = $1 and not is_owner', [other.tenantId]))[0]!.user_id);
    });

    it('by an invitation to the account’s own address needs the linked Google account, whatever its address', async () => {
      const other = await world.practice('Padma Clinic');
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const person = googlePerson('rokeya.elsewhere@google.example');
      const joinCode = await invite(world, other.owner.token, nurse.email);
      expect(outcomeOf(await join(person, joinCode))).toBe('SIGN_IN_REFUSED');
      await linkGoogle(world, google, nurse.token, person);
      expect(outcomeOf(await join(person, joinCode))).toBe('ACCEPTED');
    });

    it('twenty times at once makes one account', async () => {
      const email = inventedEmail('nurse');
      const joinCode = await invite(world, practice.owner.token, email);
      google.person = googlePerson(email);
      const visitors = Array.from({ length: 20 }, () => new Visitor(world));
      const codes = await Promise.all(visitors.map((visitor) => visitor.travel('JOIN', undefined, { joinCode, nameEn: 'Rokeya Akter' })));
      const answers = await Promise.all(visitors.map((visitor, index) => visitor.join(codes[index]!)));
      expect(answers.filter((answer) => outcomeOf(answer) === 'ACCEPTED')).toHaveLength(1);
      expect(answers.map(outcomeOf).filter((outcome) => !['ACCEPTED', 'SIGN_IN_REFUSED', 'CONFLICT'].includes(outcome))).toEqual([]);
    });
  });

  describe('linking', () => {
    it('needs a fresh proof of identity, on setting out and on coming back', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      google.person = googlePerson('rokeya@google.example');
      const visitor = new Visitor(world);
      const code = await visitor.travel('LINK', nurse.token);
      await ageProof(world, nurse, 6);
      expect(outcomeOf(await visitor.link(code, nurse.token))).toBe('STEP_UP_NEEDED');
      expect(outcomeOf(await visitor.beginAnswer('LINK', { returnTo: PAGE }, nurse.token))).toBe('STEP_UP_NEEDED');
      expect(outcomeOf(await visitor.beginAnswer('LINK', { returnTo: PAGE }))).toBe('UNAUTHENTICATED');
      expect(await emailsOf(nurse.token)).toEqual([]);
    });

    it('and unlinking are told by mail to the person’s own address', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const id = await linkGoogle(world, google, nurse.token, googlePerson('rokeya@google.example'));
      const linked = await world.mailTo(nurse.email);
      expect([linked.subject, linked.text]).toEqual([expect.stringContaining('was linked'), expect.stringContaining('the Google account rokeya@google.example signs in')]);
      await world.ok(UNLINK, { id }, nurse.token);
      const unlinked = await world.mailTo(nurse.email);
      expect(unlinked.subject).toContain('was unlinked');
      for (const { text } of [linked, unlinked]) {
        expect(text).toMatch(/^Dear Rokeya Akter,$/m);
        expect(text).toMatch(/^Time: .+ \(Asia\/Dhaka\)\nDevice: .+\nNetwork address: 127\.0\.0\.1$/m);
        expect(text).toMatch(/^https:\/\/clinic\.example\/account\/security$/m);
      }
    });

    it('takes no account twice, be it for the same person or for another', async () => {
      const [nurse, other] = [await hire(world, practice, chamberId, 'NURSE'), await hire(world, practice, chamberId, 'NURSE')];
      const person = googlePerson('rokeya@google.example');
      await linkGoogle(world, google, nurse.token, person);
      for (const { token } of [nurse, other]) {
        const visitor = new Visitor(world);
        const answer = await visitor.link(await visitor.travel('LINK', token), token);
        expect([outcomeOf(answer), reasonOf(answer)]).toEqual(['CONFLICT', 'LINKED_ALREADY']);
      }
      expect(await emailsOf(other.token)).toEqual([]);
    });

    it('takes five accounts', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      for (let left = 5; left; left--) await linkGoogle(world, google, nurse.token, googlePerson(`${left}@google.example`));
      google.person = googlePerson('6@google.example');
      const visitor = new Visitor(world);
      const answer = await visitor.link(await visitor.travel('LINK', nurse.token), nurse.token);
      expect(answer.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'TOO_MANY_GOOGLE_ACCOUNTS', most: 5 });
    });

    it('tells no address that Google has not verified', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      await linkGoogle(world, google, nurse.token, { ...googlePerson('not.theirs@google.example'), email_verified: false });
      expect(await emailsOf(nurse.token)).toEqual([null]);
    });

    it('leaves what changed in the trail', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const id = await linkGoogle(world, google, nurse.token, googlePerson('rokeya@google.example'));
      await world.ok(UNLINK, { id }, nurse.token);
      const entries = await entriesOf(world, practice.owner.token, { actorMemberId: nurse.memberId });
      expect(entries.slice(0, 2).map(({ operation, action, changes }) => [operation, action, changes])).toEqual([
        ['Mutation.unlinkGoogle', 'DELETED', [{ type: 'google-account', id, field: 'email', before: '"rokeya@google.example"', after: null, withheld: false }]],
        ['Mutation.linkGoogle', 'CREATED', [{ type: 'google-account', id, field: 'email', before: null, after: '"rokeya@google.example"', withheld: false }]],
      ]);
    });
  });

  describe('unlinking', () => {
    it('closes the way in, and needs a fresh proof of identity', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const person = googlePerson('rokeya@google.example');
      const id = await linkGoogle(world, google, nurse.token, person);
      await ageProof(world, nurse, 6);
      expect(outcomeOf(await world.graphql(UNLINK, { id }, nurse.token))).toBe('STEP_UP_NEEDED');
      await ageProof(world, nurse, 0);
      expect(outcomeOf(await world.graphql(UNLINK, { id }, nurse.token))).toBe('ACCEPTED');
      expect(outcomeOf(await signIn(person))).toBe('SIGN_IN_REFUSED');
      expect(outcomeOf(await world.graphql(UNLINK, { id }, nurse.token))).toBe('NOT_FOUND');
    });

    it('is for one’s own accounts', async () => {
      const [nurse, other] = [await hire(world, practice, chamberId, 'NURSE'), await hire(world, practice, chamberId, 'NURSE')];
      const id = await linkGoogle(world, google, nurse.token, googlePerson('rokeya@google.example'));
      expect(outcomeOf(await world.graphql(UNLINK, { id }, other.token))).toBe('NOT_FOUND');
    });

    it('leaves one way in', async () => {
      const { token } = await joiner();
      const [{ id }] = (await world.ok(SECURITY, {}, token)).mySecurity.googleAccounts;
      const answer = await world.graphql(UNLINK, { id }, token);
      expect([outcomeOf(answer), reasonOf(answer)]).toEqual(['CONFLICT', 'LAST_WAY_IN']);
      await linkGoogle(world, google, token, googlePerson('another@google.example'));
      expect(outcomeOf(await world.graphql(UNLINK, { id }, token))).toBe('ACCEPTED');
    });
  });

  describe('stepping up', () => {
    const stepUp = async (who: Person, person: GooglePerson) => {
      google.person = person;
      const visitor = new Visitor(world);
      return visitor.stepUp(await visitor.travel('STEP_UP', who.token), who);
    };
    const sensitive = async ({ token }: Person): Promise<string> => outcomeOf(await world.graphql('mutation { beginOneTimeCodes { secret } }', {}, token));
    const WAYS = 'mutation { beginStepUp { byPassword byGoogle kinds } }';

    it('opens what is sensitive to whoever has nothing else', async () => {
      const { person, ...nurse } = await joiner();
      await ageProof(world, nurse, 6);
      expect(await sensitive(nurse)).toBe('STEP_UP_NEEDED');
      expect(await world.ok(WAYS, {}, nurse.token)).toEqual({ beginStepUp: { byPassword: false, byGoogle: true, kinds: [] } });
      expect(outcomeOf(await stepUp(nurse, person))).toBe('ACCEPTED');
      expect(await sensitive(nurse)).toBe('ACCEPTED');
    });

    it('asks Google to have them sign in anew', async () => {
      const nurse = await joiner();
      const visitor = new Visitor(world);
      expect(new URL(await visitor.begin('STEP_UP', nurse.token)).searchParams.get('max_age')).toBe('0');
    });

    it.each<[string, Partial<GooglePerson>, string]>([
      ['six minutes ago', { auth_time: Math.floor(Date.now() / 1000) - 360 }, 'NOT_FRESH'],
      ['at a time that Google does not tell', { auth_time: undefined }, 'TIME_NOT_TOLD'],
      ['at a time that is none', { auth_time: 'just now' as unknown as number }, 'TIME_NOT_TOLD'],
    ])('is refused to whoever signed in there %s', async (_, change, reason) => {
      const { person, ...nurse } = await joiner();
      await ageProof(world, nurse, 6);
      const answer = await stepUp(nurse, { ...person, ...change });
      expect(answer.errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['input', 'googleCode'], reason }] });
      expect(await sensitive(nurse)).toBe('STEP_UP_NEEDED');
    });

    it('is not needed by whoever signs in anew, where Google never tells: they set a password, and prove that from then on', async () => {
      const { person, ...nurse } = await joiner();
      await ageProof(world, nurse, 6);
      const untold = { ...person, auth_time: undefined };
      expect((await stepUp(nurse, untold)).errors![0]!.extensions).toMatchObject({ faults: [{ reason: 'TIME_NOT_TOLD' }] });
      await world.ok('mutation { signOut }', {}, nurse.token);
      const { token } = personOf(nurse.email, await signIn(untold));
      await world.ok('mutation { setPassword(input: { newPassword: "nineteen amber lanterns glow" }) }', {}, token);
      await ageProof(world, nurse, 6);
      expect(outcomeOf(await world.graphql('mutation { stepUp(input: { password: "nineteen amber lanterns glow" }) { freshUntil } }', {}, token))).toBe('ACCEPTED');
    });

    it('takes the person’s own Google account only', async () => {
      const [nurse, other] = [await joiner(), await joiner()];
      await ageProof(world, nurse, 6);
      for (const person of [other.person, googlePerson(nurse.email)]) expect(outcomeOf(await stepUp(nurse, person))).toBe('SIGN_IN_REFUSED');
      expect(await sensitive(nurse)).toBe('STEP_UP_NEEDED');
    });

    it('is not for whoever has a password or a second factor', async () => {
      const withPassword = await hire(world, practice, chamberId, 'NURSE');
      const person = googlePerson('rokeya@google.example');
      await linkGoogle(world, google, withPassword.token, person);
      expect((await stepUp(withPassword, person)).errors![0]!.extensions).toMatchObject({ faults: [{ reason: 'PASSWORD_NEEDED' }] });
      const { person: other, ...withFactor } = await joiner();
      await enrol(world, withFactor);
      expect((await stepUp(withFactor, other)).errors![0]!.extensions).toMatchObject({ faults: [{ reason: 'FACTOR_INSTEAD' }] });
      expect(await world.ok(WAYS, {}, withFactor.token)).toEqual({ beginStepUp: { byPassword: false, byGoogle: false, kinds: ['ONE_TIME_CODE', 'RECOVERY_CODE'] } });
    });
  });
});

describe('a server that was not set up for Google', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ PUBLIC_ORIGINS: 'https://clinic.example' });
  });
  afterAll(() => world.close());

  it('says so', async () => {
    expect(await world.ok('{ signInMethods { google } }')).toEqual({ signInMethods: { google: false } });
    const answer = await new Visitor(world).beginAnswer('SIGN_IN', { returnTo: PAGE });
    expect([outcomeOf(answer), reasonOf(answer)]).toEqual(['CONFLICT', 'GOOGLE_IS_OFF']);
    expect((await new Visitor(world).back(new URL('https://api.clinic.example/auth/google/callback?code=a&state=b'))).error).toBe('EXPIRED');
  });
});

import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }';

describe('when the audit trail cannot be written', () => {
  let world: World;
  let practice: Practice;
  let doctor: Person;
  let patient: string;

  const patientQuery = (token?: string) => world.http({ query: 'query ($id: UUID!) { patient(id: $id) { id nameEn } }', variables: { id: patient } }, token ? { authorization: `Bearer ${token}` } : {});
  const bearer = (body: object | string, headers: Record<string, string> = {}) => world.http(body, { authorization: `Bearer ${doctor.token}`, ...headers });
  const signIn = (email: string, password: string) => world.http({ query: SIGN_IN, variables: { input: { email, password, client: 'BEARER' } } });

  const operations: Record<string, () => ReturnType<World['http']>> = {
    'a query': () => patientQuery(doctor.token),
    'two queries at once': () => bearer({ query: 'query ($id: UUID!) { a: patient(id: $id) { nameEn } b: viewer { member { nameEn } } }', variables: { id: patient } }),
    'an introspection': () => bearer({ query: '{ __schema { types { name } } }' }),
    'a denial': () => patientQuery(),
    'a missing record': () => bearer({ query: 'query { patient(id: "00000000-0000-7000-8000-000000000000") { id } }' }),
    'a failed sign-in': () => signIn(doctor.email, 'a wrong guess, though long'),
    'a failed sign-in to an unknown account': () => signIn('nobody@staff.example', PASSWORD),
    'a syntax error': () => bearer({ query: '{ patient(' }),
    'an unknown field': () => bearer({ query: '{ nothing }' }),
    'a form from another site': () => bearer('{"query":"{ __typename }"}', { 'content-type': 'text/plain' }),
    'a foreign origin': () => bearer({ query: '{ __typename }' }, { origin: 'https://evil.example' }),
    'too large a body': () => bearer(JSON.stringify({ query: `{ __typename } # ${'x'.repeat(2_000_000)}` })),
  };
  const mutations: Record<string, () => ReturnType<World['http']>> = {
    'a registration': () => bearer({ query: 'mutation { registerPatient(input: { nameEn: "Karim Uddin" }) { patient { id nameEn } } }' }),
    'an edit': () => bearer({ query: 'mutation ($id: UUID!) { editPatientClinical(id: $id, version: 1, input: { notes: "x" }) { patient { id } } }', variables: { id: patient } }),
    'a sign-in': () => signIn(doctor.email, PASSWORD),
    'a refresh': () => world.http({ query: 'mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }', variables: { token: doctor.refreshToken } }),
    'a sign-out': () => bearer({ query: 'mutation { signOut }' }),
  };

  /** Everything that those operations could have changed. */
  const state = () => world.sql('superuser', `
    select (select jsonb_agg(p order by id) from clinic.patients p) as patients, (select jsonb_agg(c) from clinic.counters c) as counters,
      (select jsonb_agg(s order by id) from auth.sessions s) as sessions, (select jsonb_agg(r order by token_hash) from auth.refresh_tokens r) as tokens,
      (select count(*) from audit.entries) as entries`);

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    doctor = await hire(world, practice, await openChamber(world, practice, 'Gulshan'), 'DOCTOR');
    const { registerPatient } = await world.ok('mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, doctor.token);
    patient = registerPatient.patient.id;
  });
  afterAll(() => world.close());

  describe('because its insert fails', () => {
    let before: unknown;
    beforeAll(async () => {
      before = await state();
      await world.sql('superuser', `
        create function audit.broken() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
        create trigger broken before insert on audit.entries for each row execute function audit.broken()`);
    });
    afterAll(() => world.sql('superuser', 'drop trigger broken on audit.entries; drop function audit.broken()'));

    it.each(Object.keys({ ...operations, ...mutations }))('%s discloses nothing', async (name) => {
      const response = await { ...operations, ...mutations }[name]!();
      expect(response.statusCode).toBe(503);
      expect(response.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'UNAVAILABLE', requestId: expect.any(String) } }] });
      expect(response.body).not.toMatch(/Amena|Karim|disk is full/);
      expect(response.headers['set-cookie']).toBeUndefined();
    });

    it('and none of them has changed anything', async () => {
      expect(await state()).toEqual(before);
    });
  });

  describe('because its own connections fail', () => {
    const connect = (verb: 'grant' | 'revoke') => world.sql('superuser', `
      do $$ begin execute format('${verb} connect on database %I ${verb === 'grant' ? 'to' : 'from'} sinduk_audit', current_database()); end $$;
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'sinduk_audit'`);
    beforeAll(() => connect('revoke'));
    afterAll(() => connect('grant'));

    it.each(Object.keys(operations))('%s discloses nothing', async (name) => {
      const before = await state();
      const response = await operations[name]!();
      expect(response.statusCode).toBe(503);
      expect(response.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'UNAVAILABLE', requestId: expect.any(String) } }] });
      expect(await state()).toEqual(before);
    });

    it('a mutation, which writes its entry itself, is done and recorded', async () => {
      const response = await mutations['a registration']!();
      expect(response.json()).toMatchObject({ data: { registerPatient: { patient: { nameEn: 'Karim Uddin' } } } });
      const entries = await world.sql('superuser', 'select operation, outcome from audit.entries where request_id = $1', [response.headers['x-request-id']]);
      expect(entries).toEqual([{ operation: 'Mutation.registerPatient', outcome: 'SUCCESS' }]);
    });

    it('and all is well again afterwards', async () => {
      await connect('grant');
      expect((await patientQuery(doctor.token)).json()).toMatchObject({ data: { patient: { nameEn: 'Amena Begum' } } });
      await connect('revoke');
    });
  });
});

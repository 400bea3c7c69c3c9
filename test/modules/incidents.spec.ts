import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

const CONCERNED = `query ($incident: IncidentInput!, $first: Int, $after: String) { incidentPatients(incident: $incident, first: $first, after: $after) { totalCount affectedCount pageInfo { endCursor hasNextPage }
  edges { node { id affected records { type seen changed } firstAt lastAt exported printed refusedAttempts patient { nameEn mrn } } } } }`;
const HOSTILE = '<script>alert(1)</script>';

describe('an incident', () => {
  let world: World;
  let practice: Practice;
  let thief: Person;
  let from: string;
  let seen: string;
  let changed: string;
  let copied: string;
  let tried: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    const chamberId = await openChamber(world, practice, 'Gulshan');
    const own = new Patients(world, practice.owner.token);
    [seen, changed, copied, tried] = [(await own.register({ nameEn: 'Amena Begum', nameBn: 'আমেনা বেগম' })).id, (await own.register({ nameEn: 'Belal Begum' })).id, (await own.register({ nameEn: `=cmd ${HOSTILE}` })).id, (await own.register({ nameEn: 'Dolly Begum' })).id] as [string, string, string, string];
    const untouched = await own.register({ nameEn: 'Untouched Begum' });
    await own.read(untouched.id);
    thief = await hire(world, practice, chamberId, 'MANAGER');
    const theirs = new Patients(world, thief.token);
    await theirs.read(tried);
    from = new Date(Date.now() + 1).toISOString();
    while (Date.now() <= Date.parse(from));
    await theirs.read(seen);
    await theirs.clinicalAnswer(seen);
    await theirs.edit(await theirs.read(changed), { nameEn: 'Belal Khan' });
    await world.app.inject({ method: 'GET', url: `/patients/${copied}/copy?format=json`, headers: { authorization: `Bearer ${thief.token}` } });
    await world.graphql('query ($id: UUID!) { whoSawPatient(patientId: $id) { totalCount } }', { id: tried }, thief.token);
    await world.graphql('mutation ($id: UUID!) { archivePatient(id: $id, version: 7, reason: "x") { patient { id } } }', { id: tried }, thief.token);
  });
  afterAll(() => world.close());

  const until = () => new Date(Date.now() + 1_000).toISOString();
  const concerned = async (who: object, more: object = {}) => (await world.ok(CONCERNED, { incident: { from, to: until(), ...who }, first: 50, ...more }, practice.owner.token)).incidentPatients;
  const nodes = async (who: object): Promise<any[]> => (await concerned(who)).edges.map(({ node }: any) => node);
  const report = (query: string, person = practice.owner) =>
    world.app.inject({ method: 'GET', url: `/incidents/report?${new URLSearchParams({ memberId: thief.memberId, from, to: until(), ...Object.fromEntries(new URLSearchParams(query)) }).toString()}`, headers: { authorization: `Bearer ${person.token}` } });

  it('concerns whom a member saw, changed, took away or tried, each with what', async () => {
    const { edges, totalCount, affectedCount } = await concerned({ memberId: thief.memberId });
    const found = new Map<string, any>(edges.map(({ node }: any) => [node.id, node]));
    expect([...found.keys()].sort()).toEqual([seen, changed, copied, tried].sort());
    expect({ totalCount, affectedCount }).toEqual({ totalCount: 4, affectedCount: 3 });
    expect(found.get(seen)).toMatchObject({ affected: true, exported: false, printed: false, refusedAttempts: 0, patient: { nameEn: 'Amena Begum' } });
    expect(found.get(seen).records).toEqual([{ type: 'patient', seen: 2, changed: 0 }, { type: 'patient-clinical', seen: 1, changed: 0 }]);
    expect(found.get(changed).records).toEqual([{ type: 'patient', seen: 1, changed: 1 }]);
    expect(found.get(copied)).toMatchObject({ affected: true, exported: true });
    expect(found.get(tried)).toMatchObject({ affected: false, records: [], refusedAttempts: 2, patient: { nameEn: 'Dolly Begum' } });
    expect(Date.parse(found.get(seen).firstAt)).toBeGreaterThanOrEqual(Date.parse(from));
    expect(found.get(seen).firstAt < found.get(seen).lastAt).toBe(true);
  });

  it('concerns the same by session, by account and by address', async () => {
    const ids = (await nodes({ memberId: thief.memberId })).map(({ id }) => id);
    const [session] = await world.sql<{ id: string; user_id: string }>('superuser', 'select id, user_id from auth.sessions where member_id = $1', [thief.memberId]);
    for (const who of [{ sessionId: session!.id }, { userId: session!.user_id }]) expect((await nodes(who)).map(({ id }) => id)).toEqual(ids);
    for (const address of ['127.0.0.1', '127.0.0.0/8', '127.0.0.1/32']) expect((await nodes({ address })).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    for (const address of ['127.0.0.2', '126.0.0.0/8', '::1', '127.0.0.2/31']) expect(await nodes({ address })).toEqual([]);
    expect(await nodes({ memberId: randomUUID() })).toEqual([]);
    expect(await nodes({ memberId: thief.memberId, to: from })).toEqual([]);
  });

  it('is told page by page, in as many round trips however many there are', async () => {
    const ids = (await nodes({ memberId: thief.memberId })).map(({ id }) => id);
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const { edges, pageInfo }: any = await concerned({ memberId: thief.memberId }, { first: 3, after });
      paged.push(...edges.map(({ node }: any) => node.id));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(paged).toEqual(ids);
    const trips = (first: number) => roundTripsOf(() => concerned({ memberId: thief.memberId }, { first }));
    expect(toTheApp(await trips(4))).toHaveLength(toTheApp(await trips(1)).length);
  });

  it.each([
    [{}, ['incident EXACTLY_ONE_REQUIRED']],
    [{ userId: randomUUID(), address: '127.0.0.1' }, ['incident EXACTLY_ONE_REQUIRED']],
    [{ address: '127.0.0.1/33' }, ['incident.address IS_ADDRESS_OR_RANGE']],
    [{ userId: randomUUID(), to: '2001-01-01T00:00:00Z' }, ['incident.to BEFORE_FROM']],
  ])('is not told by %j', async (who, faults) => {
    expect(faultsOf(await world.graphql(CONCERNED, { incident: { from, to: until(), ...who } }, practice.owner.token))).toEqual(faults);
  });

  it('needs audit:read, and shows names to who may see patients', async () => {
    expect(codeOf(await world.graphql(CONCERNED, { incident: { userId: randomUUID(), from, to: until() } }, thief.token))).toBe('FORBIDDEN');
    const other = await world.practice('Kadam Clinic');
    const { incidentPatients } = await world.ok(CONCERNED, { incident: { memberId: thief.memberId, from, to: until() } }, other.owner.token);
    expect(incidentPatients.edges).toEqual([]);
  });

  describe('has a report', () => {
    it('as JSON, with the practice, the terms, who made it and every patient', async () => {
      const answer = await report('format=json&language=bn');
      expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="?incident-\d{4}-\d\d-\d\d\.json/);
      const body = answer.json();
      expect(body).toMatchObject({
        format: 'sinduk-incident-report', version: 1, language: 'bn', madeBy: 'Owner of Shapla Chamber', practice: { name: 'Shapla Chamber' }, member: 'Rokeya Akter',
        incident: { memberId: thief.memberId, from }, affected: 3, tried: 1,
      });
      expect(body.patients.map(({ id }: any) => id).sort()).toEqual([seen, changed, copied, tried].sort());
      expect(body.patients.at(-1)).toMatchObject({ id: tried, affected: false, refusedAttempts: 2 });
      expect(body.patients.find(({ id }: any) => id === seen)).toMatchObject({ nameBn: 'আমেনা বেগম', mrn: expect.stringMatching(/^P-\d{6}$/), records: [{ type: 'patient', seen: 2, what: 'নাম, ফোন, ঠিকানা ইত্যাদি' }, {}] });
      expect(body.pointers.join()).toContain('GDPR');
    });

    it('as a page in both languages, in which no name is markup', async () => {
      const [en, bn] = [await report('language=en'), await report('language=bn')];
      expect(en.headers['content-security-policy']).toContain('sandbox');
      expect(en.body).toContain('<h1>Patients concerned by an incident</h1>');
      expect(en.body).toContain('Belal Khan');
      expect(en.body).toContain('name, telephone, address and the like (2)');
      expect(en.body).toContain('aligned with these rules and certified for none');
      expect(en.body).not.toContain(HOSTILE);
      expect(en.body).toContain('&lt;script&gt;');
      expect(bn.body).toContain('আমেনা বেগম');
      expect(bn.body).toContain('GDPR (ধারা ৩৩ ও ৩৪)');
      expect(en.body.match(/<tr class="refused">/g)).toHaveLength(1);
    });

    it('as CSV, safe in a spreadsheet', async () => {
      const { body } = await report('format=csv');
      const rows = parse<Record<string, string>>(body, { bom: true, columns: true });
      expect(rows).toHaveLength(4);
      expect(rows.find((row) => row['Patient']!.includes('cmd'))).toMatchObject({ 'Patient': `'=cmd ${HOSTILE}`, 'Left the system': 'as a file' });
    });

    it('that is an export in the trail, naming every patient in it', async () => {
      const answer = await report('format=json');
      const rows = await world.sql<{ action: string; outcome: string; patient_id: string }>('superuser', `
        select e.action, e.outcome, r.patient_id from audit.entries e join audit.entry_records r on r.entry_id = e.id where e.request_id = $1 and r.patient_id is not null`, [answer.headers['x-request-id']]);
      expect(new Set(rows.map(({ action, outcome }) => `${action} ${outcome}`))).toEqual(new Set(['EXPORTED SUCCESS']));
      expect([...new Set(rows.map(({ patient_id: id }) => id))].sort()).toEqual([seen, changed, copied, tried].sort());
    });

    it('for who may export the trail, after a fresh proof of identity', async () => {
      expect((await report('format=json', thief)).json().errors[0].extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'audit:export' });
      await world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '1 hour' where member_id = '${practice.owner.memberId}'`);
      expect((await report('format=json')).json().errors[0].extensions.code).toBe('STEP_UP_NEEDED');
      await world.sql('owner', `update auth.sessions set authenticated_at = now() where member_id = '${practice.owner.memberId}'`);
    });

    it.each([
      ['format=pdf', 'format'], ['language=fr', 'language'], ['userId=x', 'userId'], [`userId=${randomUUID()}`, 'incident'], ['address=x', 'address'],
      ['to=2026-01-01', 'to'], ['to=2001-01-01T00:00:00Z', 'to'], ['from=-2026-01-01T00:00:00Z', 'from'],
    ])('but not by %s', async (wrong, place) => {
      const answer = await report(wrong);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: [place] }] });
    });
  });

  it('is sent to no webhook within the installation’s own network: its address is refused at once', async () => {
    for (const url of ['http://127.0.0.1:9/in', 'http://[::1]/in', 'http://localhost/in', 'https://10.0.0.1', 'http://2130706433/', 'http://[::ffff:169.254.169.254]/']) {
      const { errors } = await world.graphql('mutation ($url: String!) { setAlertWebhook(url: $url) { url } }', { url }, (await world.signIn(practice.owner.email)).token);
      expect([url, errors?.[0]?.extensions['faults']]).toEqual([url, [{ path: ['url'], reason: 'NOT_PUBLIC' }]]);
    }
  });
});

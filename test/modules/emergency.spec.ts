import { randomUUID } from 'node:crypto';
import { fetchExport, prepareExport } from '../support/audit-exports.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { type Person, type Practice, World } from '../support/world.js';

const BREAK = 'mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { id startedAt endsAt } }';
const END = 'mutation ($memberId: UUID) { endEmergencyAccess(memberId: $memberId) }';
const ACCESSES = `{ emergencyAccesses { totalCount edges { node { id member { id nameEn } sessionId reason startedAt endsAt endedAt endReason patientCount patientsOpened { id nameEn }
  trail { actorMemberId emergency from to } } } } }`;
const READ = 'query ($id: UUID!) { patient(id: $id) { nameEn clinical { notes } } }';
const reason = 'Collapsed in the waiting room';

describe('emergency access', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Amena Begum' })).id;
    await new Patients(world, practice.owner.token).editClinicalAnswer(patientId, 1, { notes: 'Severe asthma' });
  });
  afterAll(() => world.close());

  const someone = (role: 'RECEPTIONIST' | 'NURSE' | 'ASSISTANT' | 'DOCTOR' = 'RECEPTIONIST'): Promise<Person> => hire(world, practice, chamberId, role);
  const open = async (person: Person, input: object = {}) => (await world.ok(BREAK, { input: { reason, ...input } }, person.token)).breakGlass;
  const notesSeenBy = async (person: Person): Promise<string | null> => (await world.graphql(READ, { id: patientId }, person.token)).data?.patient?.clinical?.notes ?? null;
  const accesses = async () => (await world.ok(ACCESSES, {}, practice.owner.token)).emergencyAccesses.edges.map(({ node }: { node: any }) => node);
  const accessOf = async ({ memberId }: Person) => (await accesses()).filter(({ member }: any) => member.id === memberId);
  const until = async (person: Person): Promise<string | null> => (await world.ok('{ viewer { emergencyUntil } }', {}, person.token)).viewer.emergencyUntil;

  describe('opens the clinical record to a receptionist', () => {
    let receptionist: Person;
    let begun: { id: string; startedAt: string; endsAt: string };

    beforeAll(async () => {
      receptionist = await someone();
      expect(await notesSeenBy(receptionist)).toBeNull();
      expect(await until(receptionist)).toBeNull();
      begun = await open(receptionist, { minutes: 20 });
    });

    it('at the next request, for as long as was asked', async () => {
      expect(await notesSeenBy(receptionist)).toBe('Severe asthma');
      expect(Date.parse(begun.endsAt) - Date.parse(begun.startedAt)).toBe(20 * 60_000);
      expect(await until(receptionist)).toBe(begun.endsAt);
    });

    it('and lets nothing be changed that their role does not let them change', async () => {
      const answer = await new Patients(world, receptionist.token).editClinicalAnswer(patientId, 2, { notes: 'no' });
      expect(codeOf(answer)).toBe('FORBIDDEN');
      expect(codeOf(await world.graphql('{ auditEntries { edges { cursor } } }', {}, receptionist.token))).toBe('FORBIDDEN');
    });

    it('and every entry made meanwhile says so, in every form that the trail takes', async () => {
      const entries = await entriesOf(world, practice.owner.token, { actorMemberId: receptionist.memberId, emergency: true });
      expect(entries.map(({ operation }) => operation)).toContain('Query.patient');
      expect(entries.map(({ actor }) => actor!.roles)).toEqual(entries.map(() => ['EMERGENCY', 'RECEPTIONIST']));
      const before = await entriesOf(world, practice.owner.token, { actorMemberId: receptionist.memberId, emergency: false });
      expect(before.map(({ operation, action, reason: why }) => [operation, action, why])).toContainEqual(['Mutation.breakGlass', 'EMERGENCY_BEGUN', reason]);
      expect(before.some(({ actor }) => actor?.roles.includes('EMERGENCY'))).toBe(false);
      const all = await entriesOf(world, practice.owner.token, { actorMemberId: receptionist.memberId });
      expect(all).toHaveLength(entries.length + before.length);

      const filter = { actorMemberId: receptionist.memberId, emergency: true, operation: 'Query.patient' };
      const csv = await fetchExport(world, practice.owner.token, (await prepareExport(world, practice.owner.token, 'CSV', filter)).path);
      expect(csv.body).toContain('"EMERGENCY RECEPTIONIST"');
      const fhir = await fetchExport(world, practice.owner.token, (await prepareExport(world, practice.owner.token, 'FHIR_NDJSON', filter)).path);
      expect(JSON.parse(fhir.body.split('\n')[0]!)).toMatchObject({ purposeOfEvent: [{ coding: [{ code: 'BTG' }] }], agent: [{ role: [{ text: 'EMERGENCY' }, { text: 'RECEPTIONIST' }] }, {}] });
    });

    it('and the patient’s report says so in both languages', async () => {
      const report = async (language: string) => (await world.app.inject({ method: 'GET', url: `/patients/${patientId}/access-report?language=${language}`, headers: { authorization: `Bearer ${practice.owner.token}` } })).body;
      expect(await report('en')).toContain('EMERGENCY ACCESS beyond the usual rights, receptionist');
      expect(await report('bn')).toContain('জরুরি প্রবেশাধিকার, সাধারণ অধিকারের বাইরে, রিসেপশনিস্ট');
    });

    it('and the compliance desk sees who, why, until when and whom', async () => {
      const [access] = await accessOf(receptionist);
      expect(access).toMatchObject({ id: begun.id, member: { nameEn: 'Rokeya Akter' }, reason, startedAt: begun.startedAt, endsAt: begun.endsAt, endedAt: null, endReason: null, patientCount: 1, patientsOpened: [{ id: patientId, nameEn: 'Amena Begum' }] });
      expect(access.trail).toEqual({ actorMemberId: receptionist.memberId, emergency: true, from: begun.startedAt, to: begun.endsAt });
      const seen = await entriesOf(world, practice.owner.token, access.trail);
      expect(seen.flatMap(({ records }) => records).some(({ patientId: whose, type }) => whose === patientId && type === 'patient-clinical')).toBe(true);
    });

    it('until it is ended', async () => {
      expect((await world.ok(END, {}, receptionist.token)).endEmergencyAccess).toBe(true);
      expect(await notesSeenBy(receptionist)).toBeNull();
      expect(await until(receptionist)).toBeNull();
      expect((await accessOf(receptionist))[0]).toMatchObject({ endReason: 'ENDED', endedAt: expect.stringMatching(/Z$/) });
      expect(codeOf(await world.graphql(END, {}, receptionist.token))).toBe('NOT_FOUND');
    });
  });

  it('is over when its time is up', async () => {
    const nurse = await someone();
    await open(nurse);
    expect(await notesSeenBy(nurse)).toBe('Severe asthma');
    await world.sql('superuser', `update clinic.members set emergency_until = now() where id = '${nurse.memberId}'`);
    await world.sql('superuser', `update clinic.emergency_accesses set started_at = started_at - interval '1 hour', ends_at = ends_at - interval '1 hour' where member_id = '${nurse.memberId}'`);
    expect(await notesSeenBy(nurse)).toBeNull();
    const [access] = await accessOf(nurse);
    expect(access).toMatchObject({ endReason: 'TIME_UP', endedAt: access.endsAt });
  });

  it('is over when its session ends, and not when another one does', async () => {
    const nurse = await someone();
    const other = await world.signIn(nurse.email, undefined, practice.tenantId);
    await open(nurse);
    await world.ok('mutation { signOut }', {}, (await world.signIn(nurse.email, undefined, practice.tenantId)).token);
    expect(await notesSeenBy(other)).toBe('Severe asthma');
    await world.ok('mutation { signOut }', {}, nurse.token);
    expect(await notesSeenBy(other)).toBeNull();
    expect((await accessOf(nurse))[0].endReason).toBe('SESSION_ENDED');
  });

  it('is over when the member is deactivated', async () => {
    const nurse = await someone();
    await open(nurse);
    await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId: nurse.memberId, reason: 'left' } }, practice.owner.token);
    expect(codeOf(await world.graphql(READ, { id: patientId }, nurse.token))).toBe('UNAUTHENTICATED');
    expect((await accessOf(nurse))[0].endReason).toBe('SESSION_ENDED');
  });

  it('asked for again while it is open is answered as it is, neither prolonged nor begun once more', async () => {
    const nurse = await someone();
    const first = await open(nurse, { minutes: 1 });
    expect(await open(nurse, { reason: 'Still no doctor here' })).toEqual(first);
    expect((await accessOf(nurse)).map(({ id, reason: why, endsAt }: any) => [id, why, endsAt])).toEqual([[first.id, reason, first.endsAt]]);
    expect(await until(nurse)).toBe(first.endsAt);
    const calls = (await entriesOf(world, practice.owner.token, { actorMemberId: nurse.memberId, operation: 'Mutation.breakGlass' })).map(({ action, reason: why, records }) => [action, why, records[0]!.id]);
    expect(calls.sort()).toEqual([['EMERGENCY_BEGUN', reason, first.id], ['VIEWED', 'Still no doctor here', first.id]]);
  });

  it('is opened once by calls at the same moment, as fields of one request or as requests', async () => {
    const [one, other] = [await someone(), await someone()];
    const fields = [1, 2, 3, 4, 5].map((n) => `n${n}: breakGlass(input: { reason: "${reason}" }) { id }`);
    const answer = await world.ok(`mutation { ${fields.join(' ')} }`, {}, one.token);
    expect(new Set(Object.values(answer).map(({ id }: any) => id)).size).toBe(1);
    const begun = await Promise.all([open(other), open(other), open(other), open(other)]);
    expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
    expect([await accessOf(one), await accessOf(other)].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('is opened five times within 24 hours, and not a sixth time', async () => {
    const nurse = await someone();
    for (let i = 0; i < 5; i++) {
      await open(nurse);
      await world.ok(END, {}, nurse.token);
    }
    const refused = await Promise.all([1, 2].map(() => world.graphql(BREAK, { input: { reason } }, nurse.token)));
    for (const { errors } of refused) expect(errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'EMERGENCIES_USED_UP' });
    expect(await notesSeenBy(nurse)).toBeNull();
    await world.sql('superuser', `update clinic.emergency_accesses set started_at = started_at - interval '24 hours', ends_at = ends_at - interval '24 hours'
      where id = (select min(id::text)::uuid from clinic.emergency_accesses where member_id = '${nurse.memberId}')`);
    await open(nurse);
  });

  it('is not opened for 15 minutes after somebody else ended it', async () => {
    const nurse = await someone();
    await open(nurse);
    await world.ok(END, { memberId: nurse.memberId }, practice.owner.token);
    expect((await world.graphql(BREAK, { input: { reason } }, nurse.token)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'EMERGENCY_JUST_ENDED' });
    expect(await notesSeenBy(nurse)).toBeNull();
    await world.sql('superuser', `update clinic.emergency_accesses set ended_at = ended_at - interval '15 minutes' where member_id = '${nurse.memberId}'`);
    await open(nurse);
    expect(await accessOf(nurse)).toHaveLength(2);
  });

  it('is not opened for 15 minutes after the practice ended the member’s sessions, whether or not it was open', async () => {
    for (const opens of [true, false]) {
      const nurse = await someone();
      if (opens) await open(nurse);
      expect(await world.ok('mutation ($id: UUID!) { endMemberSessions(memberId: $id) }', { id: nurse.memberId }, practice.owner.token)).toEqual({ endMemberSessions: 1 });
      const again = await world.signIn(nurse.email, undefined, practice.tenantId);
      expect((await world.graphql(BREAK, { input: { reason } }, again.token)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'EMERGENCY_JUST_ENDED' });
      await world.sql('superuser', `update auth.sessions set ended_at = ended_at - interval '15 minutes' where member_id = '${nurse.memberId}'`);
      await open(again);
    }
  });

  it('needs its permission, and no fresh proof of identity', async () => {
    const assistant = await someone('ASSISTANT');
    const answer = await world.graphql(BREAK, { input: { reason } }, assistant.token);
    expect(answer.errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'patients:break-glass' });
    const receptionist = await someone();
    await world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '3 hours' where member_id = '${receptionist.memberId}'`);
    await open(receptionist);
  });

  it('can be ended for somebody else by who manages security, and by nobody else', async () => {
    const [nurse, other] = [await someone('NURSE'), await someone()];
    await open(other);
    expect(codeOf(await world.graphql(END, { memberId: other.memberId }, nurse.token))).toBe('FORBIDDEN');
    expect(await notesSeenBy(other)).toBe('Severe asthma');
    await world.ok(END, { memberId: other.memberId }, practice.owner.token);
    expect(await notesSeenBy(other)).toBeNull();
    expect(codeOf(await world.graphql(END, { memberId: randomUUID() }, practice.owner.token))).toBe('NOT_FOUND');
  });

  it.each([
    [{ reason: 'urgent' }, ['input.reason TOO_SHORT']],
    [{ reason: '  ', minutes: 0 }, ['input.reason EMPTY', 'input.minutes OUT_OF_RANGE']],
    [{ reason: 'x'.repeat(501), minutes: 61 }, ['input.reason TOO_LONG', 'input.minutes OUT_OF_RANGE']],
  ])('is not opened by %j', async (input, faults) => {
    expect(faultsOf(await world.graphql(BREAK, { input }, practice.owner.token))).toEqual(faults);
  });

  it('cannot be taken by SQL: not without a reason on record, not for longer than an hour, not by writing the end', async () => {
    const refused = async (text: string) => {
      const client = await world.databases.app.connect();
      try {
        await client.query('begin');
        const { sid } = JSON.parse(Buffer.from(practice.owner.token.split('.')[1]!, 'base64url').toString()) as { sid: string };
        await client.query('select from platform.enter($1, $2, null, null)', [Buffer.from(sid, 'base64url'), practice.tenantId]);
        return await client.query(text).then(() => 'ACCEPTED', (error: { code: string }) => error.code);
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    expect(await refused(`update clinic.members set emergency_until = now() + interval '1 hour'`)).toBe('42501');
    expect(await refused(`insert into clinic.emergency_accesses select * from clinic.emergency_accesses`)).toBe('42501');
    expect(await refused(`update clinic.emergency_accesses set ends_at = ends_at`)).toBe('42501');
    expect(await refused(`delete from clinic.emergency_accesses`)).toBe('42501');
    expect(await refused(`select from clinic.begin_emergency(gen_random_uuid(), gen_random_uuid(), 61, 'x')`)).toBe('23514');
    expect(await refused(`select from clinic.begin_emergency(gen_random_uuid(), gen_random_uuid(), 60, null)`)).toBe('23502');
    expect(await refused(`select from clinic.begin_emergency(gen_random_uuid(), gen_random_uuid(), 60, 'x')`)).toBe('ACCEPTED');
  });

  it('costs three round trips to open, and a page of twenty as many statements as a page of one', async () => {
    const receptionist = await someone();
    await until(receptionist);
    expect(toTheApp(await roundTripsOf(() => open(receptionist)))).toHaveLength(3);
    await notesSeenBy(receptionist);
    const page = (first: number) => roundTripsOf(() => world.ok(`{ emergencyAccesses(first: ${first}) { edges { node { id member { nameEn } patientCount patientsOpened { nameEn } } } } }`, {}, practice.owner.token));
    const [one, many] = [toTheApp(await page(1)), toTheApp(await page(20))];
    expect(many.map(({ statements }) => statements)).toEqual(one.map(({ statements }) => statements));
  });
});

import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import { fetchExport, prepareExport } from '../support/audit-exports.js';
import { hire, inventedEmail, join, mailedCode, nextDay, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const REGISTER = 'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }';
const READ = 'query ($id: UUID!) { patient(id: $id) { id } }';
/** More than an export reads at a time. */
const MANY = 1_200;

describe('the trail of somebody who left and was hired again', () => {
  let world: World;
  let practice: Practice;
  let chamber: string;
  let patient: string;
  let userId: string;
  let before: Person;
  let again: Person;

  beforeAll(async () => {
    world = await World.open();
    await world.app.listen(0, '127.0.0.1');
    practice = await world.practice('Shapla Chamber');
    chamber = await openChamber(world, practice, 'Gulshan');
    patient = (await world.ok(REGISTER, { input: { nameEn: 'Amena Begum' } }, practice.owner.token)).registerPatient.patient.id;
    const email = inventedEmail('returning');
    before = await hire(world, practice, chamber, 'NURSE', email);
    await world.ok(READ, { id: patient }, before.token);
    await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId: before.memberId, reason: 'Left' } }, practice.owner.token);
    await nextDay(world);
    again = await hire(world, practice, chamber, 'NURSE', email);
    await world.ok(READ, { id: patient }, again.token);
    await world.ok(READ, { id: patient }, again.token);
    [{ id: userId }] = await world.sql<{ id: string }>('superuser', 'select user_id as id from clinic.members where id = $1', [again.memberId]) as [{ id: string }];
  });
  afterAll(() => world.close());

  const viewed = async (filter: object): Promise<string[]> =>
    (await entriesOf(world, practice.owner.token, { operation: 'Query.patient', ...filter })).map(({ actor }) => actor!.memberId!);

  it('tells each entry once', async () => {
    expect(await viewed({ actorUserId: userId })).toEqual([again.memberId, again.memberId, before.memberId]);
    const { whoSawPatient } = await world.ok('query ($id: UUID!) { whoSawPatient(patientId: $id) { totalCount edges { node { id operation actor { name } } } } }', { id: patient }, practice.owner.token);
    const ids = whoSawPatient.edges.map(({ node }: { node: { id: string } }) => node.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(whoSawPatient.totalCount);
  });

  it('tells each group of a summary once, by their last membership', async () => {
    const { auditSummary } = await world.ok('query ($filter: AuditFilter) { auditSummary(filter: $filter, groupBy: [PERSON]) { entries groups { entries person { userId memberId name } } } }',
      { filter: { actorUserId: userId, operation: 'Query.patient' } }, practice.owner.token);
    expect(auditSummary).toEqual({ entries: 3, groups: [{ entries: 3, person: { userId, memberId: again.memberId, name: expect.any(String) } }] });
  });

  it('is told apart by membership, also where an action leads the search', async () => {
    expect(await viewed({ actorMemberId: before.memberId })).toEqual([before.memberId]);
    expect(await viewed({ actorMemberId: again.memberId })).toEqual([again.memberId, again.memberId]);
    const changed = (person: Person) => entriesOf(world, practice.owner.token, { actorMemberId: person.memberId, action: ['SIGNED_IN', 'UPDATED'], outcome: ['FAILED', 'SUCCESS'] });
    expect(new Set((await changed(before)).map(({ actor }) => actor!.memberId))).toEqual(new Set([before.memberId]));
  });

  it('shows a refresh, which names no membership, under each', async () => {
    await world.ok('mutation ($token: String) { refreshSession(refreshToken: $token) { accessToken } }', { token: again.refreshToken }, again.token);
    for (const { memberId } of [before, again]) {
      expect((await entriesOf(world, practice.owner.token, { actorMemberId: memberId, operation: 'Mutation.refreshSession' })).map(({ actor }) => actor!.memberId)).toEqual([again.memberId]);
    }
  });

  it('is one with what came before, when they come back as the same member instead', async () => {
    const person = await hire(world, practice, chamber, 'NURSE');
    await world.ok(READ, { id: patient }, person.token);
    await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId: person.memberId, reason: 'Left' } }, practice.owner.token);
    expect(await viewed({ actorMemberId: person.memberId })).toEqual([person.memberId]);
    await nextDay(world);
    await world.ok('mutation ($input: ReactivateMemberInput!) { reactivateMember(input: $input) { id } }', { input: { memberId: person.memberId, reason: 'Came back' } }, practice.owner.token);
    await join(world, person.email, await mailedCode(world, person.email));
    await world.ok(READ, { id: patient }, (await world.signIn(person.email, PASSWORD, practice.tenantId)).token);
    expect(await viewed({ actorMemberId: person.memberId })).toEqual([person.memberId, person.memberId]);
    expect((await entriesOf(world, practice.owner.token, { recordId: person.memberId, action: ['DEACTIVATED', 'REACTIVATED'] })).map(({ action }) => action)).toEqual(['REACTIVATED', 'DEACTIVATED']);
  });

  describe('as an export', () => {
    beforeAll(() => world.sql('superuser', `
      insert into audit.entries (id, tenant_id, actor_user_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
      select (left(audit.first_id_at(now() - n * interval '1 second')::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $1, $2, 'VIEWED', 'many', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256('')
      from generate_series(1, ${MANY}) n`, [practice.tenantId, userId]));

    it('holds every entry once, to the end', async () => {
      const prepared = await prepareExport(world, practice.owner.token, 'CSV', { operation: 'many' });
      const lines = parse((await fetchExport(world, practice.owner.token, prepared.path)).rawPayload, { columns: true, bom: true }) as unknown as Array<Record<string, string>>;
      expect(prepared.expectedEntries).toBe(MANY);
      expect(new Set(lines.map((line) => line['Entry'])).size).toBe(MANY);
      expect(lines).toHaveLength(MANY);
    });

    it.each(['CSV', 'FHIR_NDJSON', 'FHIR_BUNDLE'])('that does not come to the number it was prepared with breaks off, and says so: %s', async (format) => {
      const { port } = world.app.getHttpServer().address() as AddressInfo;
      const prepared = await prepareExport(world, practice.owner.token, format, { operation: 'many' });
      await world.sql('superuser', 'update clinic.audit_exports set entries = entries + 1 where id = $1', [prepared.id]);
      const whole = await new Promise<boolean>((resolve) => {
        get({ port, host: '127.0.0.1', path: prepared.path, headers: { authorization: `Bearer ${practice.owner.token}` } }, (response) => {
          response.resume().on('close', () => resolve(response.complete)).on('error', () => undefined);
        });
      });
      expect(whole).toBe(false);
      const [ended] = await entriesOf(world, practice.owner.token, { recordId: prepared.id }, 1);
      expect(ended).toMatchObject({ action: 'EXPORTED', outcome: 'FAILED', errorCode: 'INTERNAL', reason: expect.stringMatching(new RegExp(`^Broken off by an error: at most ${MANY} of ${MANY + 1} entries`)) });
    });
  });
});

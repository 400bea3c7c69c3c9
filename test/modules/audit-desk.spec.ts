import { randomUUID } from 'node:crypto';
import { MOST_SAVED } from '../../src/audit/saved-filters.service.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { type Person, type Practice, World } from '../support/world.js';

const FILTER = 'id name shared savedBy { id nameEn } mayEdit version updatedAt filter { actorUserId actorMemberId patientId recordId sessionId action outcome operation chamberId ip from to }';
const SAVE = `mutation ($input: SaveAuditFilterInput!) { saveAuditFilter(input: $input) { ${FILTER} } }`;
const EDIT = `mutation ($id: UUID!, $version: Int!, $input: EditAuditFilterInput!) { editAuditFilter(id: $id, version: $version, input: $input) { ${FILTER} } }`;
const DELETE = 'mutation ($id: UUID!, $version: Int!) { deleteAuditFilter(id: $id, version: $version) }';
const LIST = `{ auditFilters { ${FILTER} } }`;
const SUMMARY = `query ($filter: AuditFilter, $groupBy: [AuditGrouping!]!) { auditSummary(filter: $filter, groupBy: $groupBy) {
  entries complete from groups { person { userId memberId name } action day patientId entries denied failed firstAt lastAt } } }`;
const READ = 'query ($id: UUID!) { patient(id: $id) { id } }';
const none = { actorUserId: null, actorMemberId: null, patientId: null, recordId: null, sessionId: null, action: null, outcome: null, operation: null, chamberId: null, ip: null, from: null, to: null };

describe('the compliance officer’s desk', () => {
  let world: World;
  let practice: Practice;
  let neighbour: Practice;
  let chamber: string;
  let officer: Person;
  let deputy: Person;
  let nurse: Person;
  const patients: string[] = [];
  /** The end of what the nurse did for these tests. */
  let until: string;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    neighbour = await world.practice('Kadam Clinic');
    chamber = await openChamber(world, practice, 'Gulshan');
    [officer, deputy, nurse] = [await hire(world, practice, chamber, 'ASSISTANT'), await hire(world, practice, chamber, 'ASSISTANT'), await hire(world, practice, chamber, 'NURSE')];
    for (const { memberId } of [officer, deputy]) {
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'audit:read', memberId } }, practice.owner.token);
    }
    for (let n = 0; n < 3; n++) {
      const { registerPatient } = await world.ok('mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }', { input: { nameEn: 'Amena Begum' } }, practice.owner.token);
      patients.push(registerPatient.patient.id);
    }
    for (const id of [patients[0], patients[0], patients[1]]) await world.ok(READ, { id }, nurse.token);
    await world.graphql(READ, { id: randomUUID() }, nurse.token);
    until = new Date(Date.now() + 1).toISOString();
  });
  afterAll(() => world.close());

  describe('saved searches', () => {
    const save = async (person: Person, input: object) => (await world.ok(SAVE, { input }, person.token)).saveAuditFilter;
    const namesFor = async (person: Person): Promise<string[]> => (await world.ok(LIST, {}, person.token)).auditFilters.map(({ name }: { name: string }) => name);

    it('come back as they were saved, and find what they say', async () => {
      const filter = { actorMemberId: nurse.memberId, action: ['VIEWED'], outcome: ['SUCCESS', 'DENIED'], from: '2026-01-01T00:00:00.000Z' };
      const saved = await save(officer, { name: ' Nurses  reading ', filter });
      expect(saved).toEqual({
        id: expect.any(String), name: 'Nurses reading', shared: false, savedBy: { id: officer.memberId, nameEn: 'Rokeya Akter' }, mayEdit: true, version: 1, updatedAt: expect.any(String), filter: { ...none, ...filter },
      });
      expect((await world.ok(LIST, {}, officer.token)).auditFilters).toEqual([saved]);
      const given = Object.fromEntries(Object.entries(saved.filter as object).filter(([, value]) => value !== null));
      expect((await entriesOf(world, officer.token, given)).map(({ operation, outcome }) => `${operation} ${outcome}`))
        .toEqual(['Query.patient DENIED', 'Query.patient SUCCESS', 'Query.patient SUCCESS', 'Query.patient SUCCESS']);
    });

    it('are private unless they are shared with those who may read the trail, and never leave the practice', async () => {
      await save(officer, { name: 'B shared', filter: {}, shared: true });
      await save(officer, { name: 'A private', filter: {} });
      expect(await namesFor(officer)).toEqual(['A private', 'B shared', 'Nurses reading']);
      expect(await namesFor(deputy)).toEqual(['B shared']);
      expect(await namesFor(neighbour.owner)).toEqual([]);
      expect(codeOf(await world.graphql(LIST, {}, nurse.token))).toBe('FORBIDDEN');
    });

    it('are renamed, changed and shared by who saved them, and a shared one by an owner', async () => {
      const saved = await save(officer, { name: 'Exports', filter: { action: ['EXPORTED'] } });
      const edit = (person: Person, version: number, input: object) => world.graphql(EDIT, { id: saved.id, version, input }, person.token);
      expect((await edit(officer, 1, { name: 'All exports' })).data.editAuditFilter).toMatchObject({ name: 'All exports', version: 2, shared: false, filter: { ...none, action: ['EXPORTED'] } });
      expect(codeOf(await edit(officer, 1, { name: 'x' }))).toBe('CONFLICT');
      for (const person of [deputy, practice.owner, neighbour.owner]) expect(codeOf(await edit(person, 2, { name: 'x' }))).toBe('NOT_FOUND');
      expect((await edit(officer, 2, { shared: true, filter: { patientId: patients[0] } })).data.editAuditFilter).toMatchObject({ name: 'All exports', shared: true, filter: { ...none, patientId: patients[0] } });
      expect(codeOf(await edit(deputy, 3, { name: 'x' }))).toBe('NOT_FOUND');
      expect((await edit(practice.owner, 3, { name: 'Exports of all' })).data.editAuditFilter).toMatchObject({ name: 'Exports of all', savedBy: { id: officer.memberId } });
      const listed = (await world.ok(LIST, {}, deputy.token)).auditFilters.find(({ id }: { id: string }) => id === saved.id);
      expect(listed).toMatchObject({ name: 'Exports of all', mayEdit: false });
      const { changes, records } = (await entriesOf(world, practice.owner.token, { recordId: saved.id, action: ['UPDATED'], outcome: ['SUCCESS'] }))[1]!;
      expect(records).toEqual([{ type: 'audit-filter', id: saved.id, patientId: patients[0] }]);
      expect(changes.map(({ field, before, after }) => [field, before, after])).toEqual([
        ['filter', '{"action":["EXPORTED"]}', `{"patientId":"${patients[0]}"}`], ['shared', 'false', 'true']]);
    });

    it('are deleted by the same', async () => {
      const saved = await save(officer, { name: 'Soon gone', filter: {}, shared: true });
      const remove = (person: Person, version: number) => world.graphql(DELETE, { id: saved.id, version }, person.token);
      for (const person of [deputy, neighbour.owner]) expect(codeOf(await remove(person, 1))).toBe('NOT_FOUND');
      expect(codeOf(await remove(officer, 2))).toBe('CONFLICT');
      expect((await remove(officer, 1)).data).toEqual({ deleteAuditFilter: true });
      expect(codeOf(await remove(officer, 1))).toBe('NOT_FOUND');
      const [deleted] = await entriesOf(world, practice.owner.token, { recordId: saved.id, action: ['DELETED'], outcome: ['SUCCESS'] });
      expect(deleted!.changes.map(({ field, before, after }) => [field, before, after])).toEqual([['name', '"Soon gone"', null], ['filter', '{}', null], ['shared', 'true', null]]);
    });

    it('are sealed, name and all', async () => {
      await save(officer, { name: 'Qzxwhale watch', filter: { operation: 'Qzxwhale' } });
      const [row] = await world.sql<{ row: string }>('superuser', `select string_agg(encode(content, 'escape') || f::text, '') as row from clinic.audit_filters f`);
      expect(row!.row.length).toBeGreaterThan(100);
      expect(row!.row).not.toContain('Qzxwhale');
    });

    it('refuse a name that is none and conditions that are none', async () => {
      const faults = async (input: object) => faultsOf(await world.graphql(SAVE, { input }, officer.token));
      expect(await faults({ name: ' ', filter: {} })).toEqual(['input.name EMPTY']);
      expect(await faults({ name: 'x'.repeat(101), filter: {} })).toEqual(['input.name TOO_LONG']);
      expect(await faults({ name: 'x', filter: { ip: '1.2.3', action: [] } })).toEqual(['input.filter.action ARRAY_NOT_EMPTY', 'input.filter.ip IS_ADDRESS_OR_RANGE']);
      const reversed = { from: '2026-02-01T00:00:00Z', to: '2026-01-31T23:59:59.999Z' };
      expect(await faults({ name: 'x', filter: reversed })).toEqual(['input.filter.to BEFORE_FROM']);
      await world.sql('superuser', `insert into clinic.audit_filters (tenant_id, id, member_id, shared, content)
        select tenant_id, gen_random_uuid(), member_id, false, content from clinic.audit_filters f, generate_series(1, ${MOST_SAVED}) where f.member_id = '${officer.memberId}' limit ${MOST_SAVED}`);
      expect(await faults({ name: 'one too many', filter: {} })).toEqual(['input TOO_MANY']);
    });
  });

  it('refuses a time range that ends before it begins, wherever one is asked for', async () => {
    const [from, to] = ['2026-02-01T00:00:00Z', '2026-01-31T23:59:59.999Z'];
    const faults = async (query: string, variables: Record<string, unknown>) => faultsOf(await world.graphql(query, variables, practice.owner.token));
    const ENTRIES = 'query ($filter: AuditFilter) { auditEntries(filter: $filter) { edges { node { id } } } }';
    const WHO_SAW = 'query ($id: UUID!, $from: DateTime, $to: DateTime) { whoSawPatient(patientId: $id, from: $from, to: $to) { edges { node { id } } } }';
    expect(await faults(ENTRIES, { filter: { from, to } })).toEqual(['filter.to BEFORE_FROM']);
    expect(await faults(SUMMARY, { groupBy: ['DAY'], filter: { from, to } })).toEqual(['filter.to BEFORE_FROM']);
    expect(await faults(WHO_SAW, { id: patients[0], from, to })).toEqual(['to BEFORE_FROM']);
    expect(await faults('mutation ($input: PrepareAuditExportInput!) { prepareAuditExport(input: $input) { id } }', { input: { filter: { from, to }, format: 'CSV' } })).toEqual(['input.filter.to BEFORE_FROM']);
    for (const filter of [{ from, to: from }, { from, to: null }, { to }]) expect((await world.graphql(ENTRIES, { filter }, practice.owner.token)).errors).toBeUndefined();
  });

  describe('the patients whom entries name', () => {
    const NAMED = 'patient { id mrn nameEn nameBn }';
    const ENTRIES = `query ($filter: AuditFilter, $first: Int) { auditEntries(filter: $filter, first: $first) { edges { node { records { type id patientId ${NAMED} } } } } }`;
    const SUM = `query ($filter: AuditFilter) { auditSummary(filter: $filter, groupBy: [PATIENT]) { groups { patientId ${NAMED} } } }`;
    const ofNurse = () => ({ actorMemberId: nurse.memberId, operation: 'Query.patient', to: until });
    const amena = (n: number) => ({ id: patients[n], mrn: `P-00000${n + 1}`, nameEn: 'Amena Begum', nameBn: null });

    it('are there by number and name, and are named in the trail in turn', async () => {
      const { auditEntries } = await world.ok(ENTRIES, { filter: ofNurse() }, practice.owner.token);
      const records = auditEntries.edges.flatMap(({ node }: { node: { records: object[] } }) => node.records);
      expect(records.map(({ type, patient }: { type: string; patient: object }) => [type, patient])).toEqual([
        ['requested:id', null], ['patient', amena(1)], ['patient', amena(0)], ['patient', amena(0)],
      ]);
      const [asked] = await entriesOf(world, practice.owner.token, { operation: 'Query.auditEntries', actorMemberId: practice.owner.memberId }, 2);
      expect(asked!.records.filter(({ type }) => type === 'patient').map(({ patientId }) => patientId).sort()).toEqual([patients[0], patients[1]].sort());
      const { groups } = (await world.ok(SUM, { filter: ofNurse() }, practice.owner.token)).auditSummary;
      expect(groups).toEqual(expect.arrayContaining([{ patientId: patients[0], patient: amena(0) }, { patientId: patients[1], patient: amena(1) }]));
    });

    it('are withheld from who may not read patients, and nothing else is', async () => {
      const { data, errors } = await world.graphql(SUM, { filter: ofNurse() }, officer.token);
      expect(data.auditSummary.groups).toEqual(expect.arrayContaining([{ patientId: patients[0], patient: null }, { patientId: patients[1], patient: null }]));
      expect(errors!.every(({ extensions }) => extensions.code === 'FORBIDDEN' && extensions['permission'] === 'patients:read')).toBe(true);
      const page = await world.graphql(ENTRIES, { filter: ofNurse() }, officer.token);
      expect(page.data.auditEntries.edges).toHaveLength(4);
      expect(JSON.stringify(page.data)).not.toContain('Amena');
    });

    it('are never those of another practice, though a request named one', async () => {
      await world.graphql('query ($id: UUID!) { consentHistory(patientId: $id) { totalCount } }', { id: patients[0] }, neighbour.owner.token);
      const { auditEntries } = await world.ok(ENTRIES, { filter: { operation: 'Query.consentHistory' } }, neighbour.owner.token);
      expect(auditEntries.edges).toEqual([{ node: { records: [{ type: 'requested:patientId', id: patients[0], patientId: patients[0], patient: null }] } }]);
    });

    it('cost a page of many as many statements as a page of one', async () => {
      const trips = async (first: number) => toTheApp(await roundTripsOf(() => world.ok(ENTRIES, { filter: { ...ofNurse(), outcome: ['SUCCESS'] }, first }, practice.owner.token)));
      await trips(1);
      const one = await trips(1);
      expect(one).toEqual([{ connection: 'sinduk app', statements: 2 }, { connection: 'sinduk app', statements: 2 }]);
      expect(await trips(2)).toEqual(one);
    });
  });

  describe('a summary', () => {
    const sum = async (groupBy: string[], filter: object = {}, token = practice.owner.token) => (await world.ok(SUMMARY, { groupBy, filter }, token)).auditSummary;

    it('counts what a person did, by action and day', async () => {
      const { entries, complete, from, groups } = await sum(['DAY', 'ACTION'], { actorMemberId: nurse.memberId, to: until });
      expect({ entries, complete, from }).toEqual({ entries: 6, complete: true, from: null });
      const days = new Set(groups.map(({ day }: { day: string }) => day));
      expect([...days].every((day) => /^\d{4}-\d\d-\d\d$/.test(day as string))).toBe(true);
      const byAction = Object.fromEntries(groups.map(({ action, entries: count, denied, failed }: { action: string; entries: number; denied: number; failed: number }) => [action, [count, denied, failed]]));
      if (days.size === 1) expect(byAction).toEqual({ VIEWED: [4, 1, 0], SIGNED_IN: [1, 0, 0], JOINED: [1, 0, 0] });
      expect(groups.reduce((total: number, group: { entries: number }) => total + group.entries, 0)).toBe(6);
      expect(groups[0]).toMatchObject({ person: null, patientId: null });
    });

    it('gives days on the clock of the practice', async () => {
      const late = '0197b000-0000-7000-8000-000000000001';
      await world.sql('superuser', `insert into audit.entries (id, tenant_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
        values ($1, $2, 'PRINTED', 'Query.x', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256(''))`, [late, practice.tenantId]);
      const instant = new Date(Number.parseInt(late.replaceAll('-', '').slice(0, 12), 16));
      const { groups } = await sum(['DAY'], { action: ['PRINTED'] });
      expect(groups).toMatchObject([{ day: new Date(instant.getTime() + 6 * 3_600_000).toISOString().slice(0, 10), entries: 1, firstAt: instant.toISOString(), lastAt: instant.toISOString() }]);
    });

    it('tells which patients a session saw, and notes that they were told', async () => {
      const [entry] = await entriesOf(world, practice.owner.token, { actorMemberId: nurse.memberId, operation: 'Query.patient' });
      const { groups, complete } = await sum(['PATIENT'], { sessionId: entry!.sessionId });
      expect(groups.map(({ patientId, entries }: { patientId: string; entries: number }) => [patientId, entries])).toEqual([[patients[0], 2], [patients[1], 1]]);
      expect(complete).toBe(true);
      const [asked] = await entriesOf(world, practice.owner.token, { operation: 'Query.auditSummary' });
      expect(asked!.records.map(({ type, patientId }) => [type, patientId]).sort()).toEqual([patients[0], patients[1]].map((id) => ['audit-of-patient', id]).sort());
    });

    it('names who denials and everything else are of', async () => {
      const { groups } = await sum(['PERSON'], { outcome: ['DENIED'], operation: 'Query.patient' });
      expect(groups).toMatchObject([{ person: { memberId: nurse.memberId, name: 'Rokeya Akter' }, entries: 1, denied: 1 }]);
      expect((await sum(['PERSON'], {}, neighbour.owner.token)).groups.map(({ person }: { person: { memberId: string } | null }) => person?.memberId).sort()).toEqual([neighbour.owner.memberId, undefined]);
    });

    it('of nothing is nothing', async () => {
      expect(await sum(['ACTION'], { operation: 'Query.never' })).toEqual({ entries: 0, complete: true, from: null, groups: [] });
    });

    it('says where it stopped', async () => {
      await world.sql('superuser', `
        insert into audit.entries (id, tenant_id, actor_user_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
        select (left(audit.first_id_at(now() - interval '1 hour' - n * interval '1 millisecond')::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $1,
          gen_random_uuid(), 'VIEWED', 'Query.many', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256('') from generate_series(1, 100100) n`, [practice.tenantId]);
      const { entries, complete, from, groups } = await sum(['PERSON']);
      expect(complete).toBe(false);
      expect(entries).toBe(100_000);
      expect(groups).toHaveLength(500);
      expect(Date.parse(from)).toBeLessThan(Date.now() - 3_600_000);
      const whole = await sum(['ACTION'], { from, operation: 'Query.many' });
      expect(whole).toMatchObject({ complete: true, groups: [{ action: 'VIEWED' }] });
    });

    it('refuses groupings that are none', async () => {
      for (const groupBy of [[], ['DAY', 'DAY'], ['DAY', 'ACTION', 'PERSON']]) {
        expect(faultsOf(await world.graphql(SUMMARY, { groupBy }, officer.token))).toEqual(['groupBy ONE_OR_TWO_GROUPINGS']);
      }
      expect(codeOf(await world.graphql(SUMMARY, { groupBy: ['DAY'] }, nurse.token))).toBe('FORBIDDEN');
    });
  });

  describe('a search for something rare among much', () => {
    const PAGE = 'query ($filter: AuditFilter, $first: Int, $after: String) { auditEntries(filter: $filter, first: $first, after: $after) { totalCount totalCountIsExact pageInfo { hasNextPage endCursor } edges { node { id } } } }';

    it('stops, says that it goes on, and finds all in the end', async () => {
      const ids = (await world.sql<{ id: string }>('superuser', `select id from audit.entries where tenant_id = $1 and operation = 'Query.many' order by id desc`, [practice.tenantId])).map(({ id }) => id);
      const rare = [0, 19_990, 19_999, 20_000, 60_000, 99_999].map((n) => ids[n]!);
      await world.sql('superuser', 'begin; alter table audit.entries disable trigger append_only; '
        + `update audit.entries set ip = '198.51.100.9' where id = any ('{${rare.join(',')}}'); `
        + 'alter table audit.entries enable always trigger append_only; commit');
      const found: string[] = [];
      let requests = 0;
      const filter = { operation: 'Query.many', ip: '198.51.100.0/24' };
      for (let after: string | null = null; ; requests++) {
        const { auditEntries }: { auditEntries: { totalCount: number; totalCountIsExact: boolean; pageInfo: { hasNextPage: boolean; endCursor: string }; edges: Array<{ node: { id: string } }> } } = await world.ok(
          PAGE, { filter, first: 2, after }, practice.owner.token);
        expect(auditEntries).toMatchObject({ totalCount: 4, totalCountIsExact: false });
        found.push(...auditEntries.edges.map(({ node }) => node.id));
        if (!auditEntries.pageInfo.hasNextPage) break;
        after = auditEntries.pageInfo.endCursor;
      }
      expect(found).toEqual(rare);
      expect(requests).toBeGreaterThan(4);
      expect(requests).toBeLessThan(10);
    });

    it('is not led astray by records that belong to no entry', async () => {
      const whoSaw = async (after: string | null = null) => (await world.ok(
        'query ($id: UUID!, $after: String) { whoSawPatient(patientId: $id, first: 2, after: $after) { totalCount totalCountIsExact pageInfo { hasNextPage endCursor } edges { node { operation } } } }',
        { id: patients[2], after }, practice.owner.token)).whoSawPatient;
      const forge = (count: number) => world.sql('superuser', `
        insert into audit.entry_records (entry_id, tenant_id, record_type, record_id, patient_id)
        select (left(audit.first_id_at(now() + n * interval '1 millisecond')::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $1, 'patient', $2, $2 from generate_series(1, ${count}) n`, [practice.tenantId, patients[2]]);
      await world.ok(READ, { id: patients[2] }, nurse.token);
      await forge(500);
      expect((await whoSaw()).edges.map(({ node }: { node: { operation: string } }) => node.operation)).toEqual(['Query.patient', 'Mutation.registerPatient']);
      await forge(25_000);
      const first = await whoSaw();
      expect(first).toMatchObject({ edges: [], pageInfo: { hasNextPage: true }, totalCountIsExact: false });
      expect((await whoSaw(first.pageInfo.endCursor)).edges).toHaveLength(2);
    });

    it('counts up to ten thousand, and says when there is more', async () => {
      const count = async (filter: object) => {
        const { auditEntries: { totalCount, totalCountIsExact } } = await world.ok(PAGE, { filter, first: 1 }, practice.owner.token);
        return [totalCount, totalCountIsExact];
      };
      expect(await count({ operation: 'Query.many' })).toEqual([10_000, false]);
      expect(await count({ actorMemberId: nurse.memberId, to: until })).toEqual([6, true]);
      expect(await count({ ip: '198.51.100.9' })).toEqual([6, true]);
    });
  });
});

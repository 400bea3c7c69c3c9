import pg from 'pg';
import { countStatement, pageStatement } from '../../src/audit/audit-query.js';
import type { IncidentInput } from '../../src/audit/incident.model.js';
import { incidentStatement } from '../../src/audit/incident.reader.js';
import type { EntryFilter } from '../../src/audit/search-plan.js';
import type { Statement } from '../../src/platform/database/statement-group.js';
import { World, type Practice } from '../support/world.js';

/** For each of two practices. Small enough for every run, large enough that the planner would rather use an index. */
const ENTRIES = 10_000;
const PATIENT = '00000000-0000-4000-8000-000000000007';
const USER = '00000000-0000-4000-8000-000000000003';
const SESSION = '00000000-0000-4000-8000-000000000011';
const RECORD = '00000000-0000-4000-8000-100000000013';

// Small numbers as ids: number n of a kind is …00000n. Entries are spread over the ten months past. Every hundredth is notable.
const FILL = `
insert into audit.entries (id, tenant_id, actor_user_id, session_id, action, operation, outcome, chamber_id, request_id, ip, payload, payload_hash, records_hash)
select (left(translate(audit.first_id_at(now() - n * interval '300 days' / $2::integer)::text, '-', ''), 13) || '0008' || substr(md5(n::text || $1), 1, 15))::uuid,
  $1::uuid, ('00000000-0000-4000-8000-' || lpad((n % 40)::text, 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad((n % 400)::text, 12, '0'))::uuid,
  case when n % 100 = 0 then 'EXPORTED' else 'VIEWED' end, case when n % 100 = 0 then 'GET /audit-exports/:id' else 'Query.patient' end, case when n % 200 = 1 then 'DENIED' else 'SUCCESS' end,
  ('00000000-0000-4000-8000-' || lpad((n % 7)::text, 12, '0'))::uuid, gen_random_uuid(), ('203.0.113.' || n % 9)::inet, convert_to(repeat(md5(n::text), 8), 'UTF8'), sha256('x'), sha256('x')
from generate_series(1, $2::integer) n`;
const FILL_RECORDS = `
insert into audit.entry_records (entry_id, tenant_id, record_type, record_id, patient_id)
select e.id, e.tenant_id, 'patient', p.id, p.id from audit.entries e,
  lateral (select ('00000000-0000-4000-8000-' || lpad((('x' || right(e.id::text, 6))::bit(24)::integer % 500)::text, 12, '0'))::uuid as id) p where e.tenant_id = $1
union all
select e.id, e.tenant_id, 'prescription', ('00000000-0000-4000-8000-1' || lpad((('x' || right(e.id::text, 6))::bit(24)::integer % 500)::text, 11, '0'))::uuid, null
from audit.entries e where e.tenant_id = $1`;

describe('the trail of a busy practice', () => {
  let world: World;
  let client: pg.Client;
  let practice: Practice;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    const neighbour = await world.practice('Kadam Clinic');
    for (let month = 0; month <= 10; month++) await world.sql('superuser', 'select audit.make_partitions(now() - make_interval(months => $1))', [month]);
    for (const { tenantId } of [practice, neighbour]) {
      await world.sql('superuser', FILL, [tenantId, ENTRIES]);
      await world.sql('superuser', FILL_RECORDS, [tenantId]);
    }
    await world.sql('superuser', 'analyze audit.entries');
    await world.sql('superuser', 'analyze audit.entry_records');
    client = new pg.Client({ connectionString: world.urls.app, options: '-c search_path=pg_catalog' });
    await client.connect();
    const { sid } = JSON.parse(Buffer.from(practice.owner.token.split('.')[1]!, 'base64url').toString()) as { sid: string };
    await client.query('begin');
    await client.query('select from platform.enter($1, $2, null, null)', [Buffer.from(sid, 'base64url'), practice.tenantId]);
  });
  afterAll(async () => {
    await client.end();
    await world.close();
  });

  /** The plan of a prepared statement as it was executed, made for its values or for any. */
  const planOf = async ({ text, values = [] }: Statement, mode: string): Promise<string> => {
    const literals = values.map((value) => (typeof value === 'number' ? value : pg.escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value))));
    await client.query(`set local plan_cache_mode = ${mode}; deallocate all; prepare asked as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off) execute asked(${literals.join(', ')})`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const indexesOf = (plan: string): Set<string> =>
    new Set([...plan.matchAll(/(?:using|Index Scan on) (entr\w+?)_\d{6}_(\w+?)(?:_idx\d*|_key\d*) (?:on|\()/g)].map(([, table, columns]) => `${table}(${columns})`));
  const readWhole = (plan: string): string[] => [...plan.matchAll(/Seq Scan on (\w+)[^(]*\(actual rows=([\d.]+)/g)].filter(([, , rows]) => Number(rows) > 0).map(([, table]) => table!);

  const RECORDS = 'entry_records(tenant_id_entry_id_record_type_record_)';
  const BY_ID = 'entries(tenant_id_id)';
  const BY_PATIENT = 'entry_records(tenant_id_patient_id_entry_id)';
  const BY_RECORD = 'entry_records(tenant_id_record_id_entry_id)';
  const day = (days: number): Date => new Date(Date.now() + days * 86_400_000);
  const BY_ACTOR = 'entries(tenant_id_actor_user_id_id)';
  const BY_PAIR = 'entries(tenant_id_action_outcome_id)';
  const BY_ACTOR_PAIR = 'entries(tenant_id_actor_user_id_action_outcome_id)';
  const BY_OPERATION = 'entries(tenant_id_operation_id)';
  const BY_CHAMBER = 'entries(tenant_id_chamber_id_id)';
  const BY_ADDRESS = 'entries(tenant_id_ip_id)';
  const cases: Array<[string, EntryFilter, string[]]> = [
    ['nothing', {}, [BY_ID]],
    ['a time range', { from: day(-51), to: day(-50) }, [BY_ID]],
    ['an actor', { actorUserId: USER }, [BY_ACTOR]],
    ['a member', { actorMemberId: USER }, [BY_ACTOR, BY_ID]],
    ['a session', { sessionId: SESSION }, ['entries(tenant_id_session_id_id)']],
    ['a patient', { patientId: PATIENT }, [BY_PATIENT, BY_RECORD, BY_ID]],
    ['a record', { recordId: RECORD }, [BY_RECORD, BY_PATIENT, BY_ID]],
    ['a patient and a record', { patientId: PATIENT, recordId: RECORD }, [BY_PATIENT, BY_RECORD, BY_ID]],
    ['a patient and an actor', { patientId: PATIENT, actorUserId: USER }, [BY_PATIENT, BY_RECORD, BY_ID]],
    ['a rare action', { action: ['EXPORTED'] }, [BY_PAIR]],
    ['an action that there is none of', { action: ['DELETED', 'GRANTED'] }, [BY_PAIR]],
    ['a rare outcome', { outcome: ['DENIED', 'FAILED'] }, [BY_PAIR]],
    ['a rare action of an actor', { actorUserId: USER, action: ['EXPORTED'] }, [BY_ACTOR_PAIR]],
    ['a rare outcome of a member', { actorMemberId: USER, outcome: ['DENIED'] }, [BY_ACTOR_PAIR, BY_ID]],
    ['a rare outcome at an address', { ip: '203.0.113.7', outcome: ['DENIED'] }, [BY_PAIR, BY_ID]],
    ['an everyday action at an address', { ip: '203.0.113.7', action: ['CREATED'] }, [BY_ADDRESS, BY_ID]],
    ['an operation', { operation: 'GET /audit-exports/:id' }, [BY_OPERATION]],
    ['a chamber', { chamberId: USER }, [BY_CHAMBER]],
    ['an address', { ip: '203.0.113.7' }, [BY_ADDRESS]],
    ['a range of addresses', { ip: '203.0.113.0/24' }, [BY_ID]],
    ['no emergency', { emergency: false }, [BY_ID]],
    ['an everyday action, an outcome, an operation and a chamber', { action: ['VIEWED'], outcome: ['SUCCESS'], operation: 'Query.patient', chamberId: USER }, [BY_OPERATION, BY_ID]],
  ];

  describe.each(['force_custom_plan', 'force_generic_plan'])('under %s', (mode) => {
    it.each(cases)('a page by %s reads no partition from end to end', async (_, filter, expected) => {
      const plan = await planOf(pageStatement({ tenantId: practice.tenantId, filter, order: 'desc' }, 21), mode);
      expect([...indexesOf(plan)]).toEqual(expect.arrayContaining(expected));
      expect([...expected, RECORDS]).toEqual(expect.arrayContaining([...indexesOf(plan)]));
      expect(readWhole(plan)).toEqual([]);
    });

    it.each([{ emergency: true }, { emergency: true, actorUserId: USER }])('a page by %j reads the emergencies alone', async (filter) => {
      const plan = await planOf(pageStatement({ tenantId: practice.tenantId, filter, order: 'desc' }, 21), mode);
      // The index of emergencies has the columns of the unique key, which PostgreSQL names otherwise.
      expect(plan).toMatch(/entries_\d{6}_tenant_id_id_idx on/);
      expect(readWhole(plan)).toEqual([]);
    });

    it.each<[string, Partial<IncidentInput>, string[]]>([
      ['a person', { userId: USER }, [BY_ACTOR]], ['a member', { memberId: USER }, [BY_ACTOR, BY_ID]], ['a session', { sessionId: SESSION }, ['entries(tenant_id_session_id_id)']],
      ['an address', { address: '203.0.113.7' }, [BY_ADDRESS]], ['a range of addresses', { address: '203.0.113.0/30' }, [BY_ADDRESS]],
    ])('the patients of an incident by %s read no partition from end to end', async (_, who, expected) => {
      const plan = await planOf(incidentStatement(practice.tenantId, { ...who, from: day(-90), to: day(0) }, '00000000-0000-0000-0000-000000000000', 21), mode);
      expect([...indexesOf(plan)]).toEqual(expect.arrayContaining([expected[0]]));
      expect(readWhole(plan)).toEqual([]);
    });

    it('a time range touches only its months', async () => {
      for (const filter of [{ from: day(-51), to: day(-50) }, { from: day(-51), to: day(-50), patientId: PATIENT }]) {
        const plan = await planOf(pageStatement({ tenantId: practice.tenantId, filter, order: 'desc' }, 21), mode);
        const touched = [...plan.matchAll(/ on (entr\w+) \w+ (?!\(never executed\))/g)].map(([, table]) => table!.replace(/\D+/, ''));
        const months = [day(-51), day(-50)].map((instant) => instant.toISOString().slice(0, 7).replace('-', ''));
        expect(touched.length).toBeGreaterThan(0);
        expect(months).toEqual(expect.arrayContaining([...new Set(touched)]));
      }
    });

    it('a count by patient reads no more than the patient’s', async () => {
      const plan = await planOf(countStatement({ tenantId: practice.tenantId, filter: { patientId: PATIENT }, order: 'desc' }), mode);
      expect(readWhole(plan)).toEqual([]);
      expect([...indexesOf(plan)]).toEqual(expect.arrayContaining([BY_PATIENT, BY_RECORD]));
    });
  });

  it('is watched without any partition being read from end to end', async () => {
    const scans = async () => Number((await world.sql<{ n: string }>('superuser', `select sum(seq_scan) as n from pg_stat_user_tables where relname ~ '^entr(ies|y_records)_\\d{6}$'`))[0]!.n);
    const before = await scans();
    // As often as the planner needs to forget the values.
    for (let time = 0; time < 8; time++) {
      const look = `select * from audit.facts(pg_current_snapshot(), pg_current_snapshot(), null, 5000)`;
      await world.sql('jobs', Array.from({ length: 8 }, () => look).join(';'));
    }
    expect(await scans()).toBe(before);
  });

  it('finds what the filter says', async () => {
    const page = async (filter: EntryFilter) => {
      const { text, values } = pageStatement({ tenantId: practice.tenantId, filter, order: 'desc' }, 101);
      return (await client.query(text, values)).rowCount;
    };
    const plain = async (condition: string) => Number((await world.sql<{ n: string }>('superuser',
      `select count(*) as n from audit.entries e where tenant_id = $1 and ${condition}`, [practice.tenantId]))[0]!.n);
    const naming = (condition: string) => plain(`exists (select from audit.entry_records r where r.entry_id = e.id and ${condition})`);
    expect(await page({ patientId: PATIENT })).toBe(await naming(`r.patient_id = '${PATIENT}'`));
    expect(await page({ recordId: RECORD })).toBe(await naming(`r.record_id = '${RECORD}'`));
    expect(await page({ sessionId: SESSION })).toBe(await plain(`session_id = '${SESSION}'`));
    expect(await page({ recordId: RECORD })).toBeGreaterThan(0);
    expect(await page({ patientId: PATIENT })).toBeGreaterThan(0);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { firstIdAt } from '../../src/audit/search-plan.js';
import { PartitionKeeper } from '../../src/audit/partition-keeper.js';
import { type AuditFact, AuditTrail } from '../../src/platform/context/audit-trail.js';
import { Ctx } from '../../src/platform/context/ctx.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { type Practice, World } from '../support/world.js';

const ROW = `insert into audit.entries (id, tenant_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
  values ($1, $2, 'VIEWED', 'late', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256(''))`;

describe('writing the audit trail', () => {
  let world: World;
  let practice: Practice;
  let trail: AuditTrail;

  const entry = (operation: string, chamberId: string | null = null) => {
    const fact: AuditFact = { action: 'VIEWED', outcome: 'SUCCESS', tenantId: practice.tenantId, records: [] };
    return [{ ctx: new Ctx({ requestId: randomUUID(), ip: null, device: null }, undefined, chamberId, operation), fact }];
  };
  const written = async (operation: string): Promise<number> =>
    (await world.sql('superuser', 'select from audit.entries where operation = $1', [operation])).length;
  const partitions = async (parent: string): Promise<string[]> =>
    (await world.sql<{ name: string }>('superuser', 'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1', [parent])).map(({ name }) => name);

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    trail = world.app.get(AuditTrail);
  });
  afterAll(() => world.close());

  it('gathers what waits into few commits', async () => {
    const transactions = async () => Number((await world.sql<{ n: string }>('superuser', `select count(distinct tx) as n from audit.entries where operation = 'many'`))[0]!.n);
    await Promise.all(Array.from({ length: 200 }, () => trail.append(entry('many'))));
    expect(await written('many')).toBe(200);
    expect(await transactions()).toBeLessThan(20);
  });

  it('does not fail others for an entry that the database refuses', async () => {
    const outcomes = await Promise.allSettled([
      trail.append(entry('first')),
      ...Array.from({ length: 20 }, (_, n) => trail.append(n === 7 ? entry('refused', 'no chamber id') : entry('beside'))),
    ]);
    expect(outcomes.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    expect(outcomes[8]!.status).toBe('rejected');
    expect(await written('first')).toBe(1);
    expect(await written('beside')).toBe(19);
    expect(await written('refused')).toBe(0);
  });

  it('writes all entries of one answer or none', async () => {
    await expect(trail.append([...entry('half'), ...entry('half', 'no chamber id')])).rejects.toThrow();
    expect(await written('half')).toBe(0);
  });

  it('rejects everything that waits while the database is away, and works again once it is back', async () => {
    const connect = (verb: string) => world.sql('superuser', `
      do $$ begin execute format('${verb} sinduk_audit', current_database()); end $$;
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'sinduk_audit'`);
    await connect('revoke connect on database %I from');
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => trail.append(entry('away'))));
    expect(outcomes.every((outcome) => outcome.status === 'rejected' && (outcome.reason as { code: string }).code === 'UNAVAILABLE')).toBe(true);
    await connect('grant connect on database %I to');
    await trail.append(entry('back'));
    expect(await written('away')).toBe(0);
    expect(await written('back')).toBe(1);
  });

  describe('with many records', () => {
    const LOCK = 4_711;
    let holder: pg.Client;
    const many = (operation: string, records = 1_001) => {
      const [one] = entry(operation);
      one!.fact.records = Array.from({ length: records }, () => ({ type: 'patient', id: randomUUID() }));
      return [one!];
    };
    const recordsOf = async (operation: string): Promise<number> =>
      (await world.sql('superuser', 'select from audit.entry_records r join audit.entries e on e.id = r.entry_id where e.operation = $1', [operation])).length;
    const waiting = async () => Number(/^sinduk_audit_waiting (\d+)$/m.exec(await world.app.get(Metrics).registry.metrics())![1]);

    beforeAll(async () => {
      // Whoever writes one of these entries waits until the test lets go.
      await world.sql('superuser', `
        create function public.wait_for_test() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(${LOCK}); return new; end $$;
        create trigger wait_for_test before insert on audit.entries for each row when (new.operation like 'held%') execute function public.wait_for_test()`);
      holder = new pg.Client({ connectionString: world.superuserUrl });
      await holder.connect();
      await holder.query(`select pg_advisory_lock(${LOCK})`);
    });
    afterAll(async () => {
      await holder.end();
      await world.sql('superuser', 'drop trigger wait_for_test on audit.entries');
    });

    it('holds nobody up, is counted as waiting, and is durable before its answer', async () => {
      const ended: string[] = [];
      const held = ['held first', 'held second'].map((operation) => trail.append(many(operation)).then(() => ended.push(operation)));
      for (let time = 0; time < 20; time++) await trail.append(entry('passes'));
      expect(await written('passes')).toBe(20);
      expect(ended).toEqual([]);
      expect([await waiting(), await written('held first')]).toEqual([2, 0]);
      expect((await world.app.inject({ method: 'GET', url: '/health/ready' })).statusCode).toBe(200);
      await holder.query(`select pg_advisory_unlock(${LOCK})`);
      await Promise.all(held);
      expect(ended).toEqual(['held first', 'held second']);
      expect([await waiting(), await recordsOf('held first'), await recordsOf('held second')]).toEqual([0, 1_001, 1_001]);
    });

    it('is counted as waiting while it is committed, also a small one, and no longer when it was refused', async () => {
      await holder.query(`select pg_advisory_lock(${LOCK})`);
      const held = trail.append(entry('held small'));
      while (!(await world.sql('superuser', `select from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted`)).length);
      expect(await waiting()).toBe(1);
      await holder.query(`select pg_advisory_unlock(${LOCK})`);
      await held;
      await expect(trail.append([...many('refused'), ...entry('refused', 'no chamber id')])).rejects.toThrow();
      expect([await waiting(), await written('refused')]).toEqual([0, 0]);
    });
  });

  it('asks nothing of the database when there is nothing to write', async () => {
    let lent = 0;
    world.databases.audit.on('acquire', () => lent++);
    await trail.append([]);
    expect(lent).toBe(0);
    await trail.append(entry('something'));
    expect(lent).toBe(1);
  });

  it('names a record once, whatever letters it is named in, and keeps its patient', async () => {
    const [id, patient] = [randomUUID(), randomUUID()];
    const [one] = entry('twice');
    one!.fact.records = [{ type: 'note', id, patientId: patient }, { type: 'note', id: id.toUpperCase() }, { type: 'note', id }];
    await trail.append([one!]);
    expect(await world.sql('superuser', 'select record_type, record_id, patient_id from audit.entry_records where record_id = $1', [id]))
      .toEqual([{ record_type: 'note', record_id: id, patient_id: patient }]);
  });

  it('has the time of an entry in its id, to the millisecond', async () => {
    const [row] = await world.sql<{ same: boolean; id: string; occurred_at: Date; first: string }>('superuser', `
      select bool_and(id >= audit.first_id_at(occurred_at) and id < audit.first_id_at(occurred_at + interval '1 millisecond')) as same,
        min(id::text) as id, min(occurred_at) as occurred_at, audit.first_id_at(min(occurred_at))::text as first from audit.entries`);
    expect(row!.same).toBe(true);
    expect(firstIdAt(row!.occurred_at)).toBe(row!.first);
    expect(Number.parseInt(row!.id.replaceAll('-', '').slice(0, 12), 16)).toBe(row!.occurred_at.getTime());
  });

  it('lets a reader who stays below the oldest running transaction miss no entry that commits late', async () => {
    const below = (horizon: string) => world.sql<{ id: string }>('superuser', 'select id from audit.entries where tx < $1::xid8 order by id', [horizon]);
    const horizon = async () => (await world.sql<{ xmin: string }>('superuser', 'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin'))[0]!.xmin;
    const slow = new pg.Client({ connectionString: world.superuserUrl });
    await slow.connect();
    try {
      const late = uuidv7();
      await slow.query('begin');
      await slow.query(ROW, [late, practice.tenantId]);
      await trail.append(entry('overtakes'));
      const seen = await horizon();
      const read = await below(seen);
      expect(await written('overtakes')).toBe(1);
      await slow.query('commit');
      // The late one has the lower id: whoever had read up to the highest id would have lost it.
      const [overtaker] = await world.sql<{ id: string }>('superuser', `select id from audit.entries where operation = 'overtakes'`);
      expect(late < overtaker!.id).toBe(true);
      expect(await below(seen)).toEqual(read);
      // Transactions in other databases of the server hold the horizon back, too.
      const [{ tx } = { tx: '' }] = await world.sql<{ tx: string }>('superuser', 'select max(tx)::text as tx from audit.entries');
      while (BigInt(await horizon()) <= BigInt(tx)) await delay(20);
      const rest = await world.sql<{ id: string }>('superuser', 'select id from audit.entries where tx >= $1::xid8 and tx < $2::xid8 order by id', [seen, await horizon()]);
      expect(rest.map(({ id }) => id)).toEqual(expect.arrayContaining([late, overtaker!.id]));
      expect(read.map(({ id }) => id)).not.toEqual(expect.arrayContaining([late]));
      const [{ count } = { count: '' }] = await world.sql<{ count: string }>('superuser', 'select count(*) from audit.entries');
      expect(new Set([...read, ...rest].map(({ id }) => id)).size).toBe(Number(count));
    } finally {
      await slow.end();
    }
  });

  it('has a partition for each of the twelve months to come, and nothing falls beside them', async () => {
    const now = new Date();
    const firstOf = (months: number): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
    const nameOf = (parent: string, instant: Date): string => `audit.${parent}_${instant.toISOString().slice(0, 7).replace('-', '')}`;
    for (const parent of ['entries', 'entry_records']) {
      const bounds = new Map((await world.sql<{ name: string; bounds: string }>('superuser', `
        select c.oid::regclass::text as name, pg_get_expr(c.relpartbound, c.oid) as bounds from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::regclass`,
      [`audit.${parent}`])).map((row) => [row.name, row.bounds]));
      for (let months = -1; months <= 12; months++) {
        expect(bounds.get(nameOf(parent, firstOf(months)))).toBe(`FOR VALUES FROM ('${firstIdAt(firstOf(months))}') TO ('${firstIdAt(firstOf(months + 1))}')`);
      }
    }
    for (const instant of [firstOf(-1), new Date(firstOf(0).getTime() - 1), firstOf(0), now]) {
      const id = firstIdAt(instant);
      await world.sql('superuser', ROW, [id, practice.tenantId]);
      const [row] = await world.sql('superuser', 'select tableoid::regclass::text as partition, occurred_at from audit.entries where id = $1', [id]);
      expect(row).toEqual({ partition: nameOf('entries', instant), occurred_at: instant });
    }
    expect(await world.sql('superuser', 'select from audit.entries_default')).toEqual([]);
  });

  it('makes a missing partition at the next round, as protected as the others, while others write', async () => {
    const names = await partitions('audit.entry_records');
    const dropped = names.filter((name) => !name.includes('default')).at(-1)!;
    const protection = () => world.sql('superuser', `
      select c.relrowsecurity, c.relforcerowsecurity, (select string_agg(polname, ' ' order by polname) from pg_policy where polrelid = c.oid) as policies,
        (select string_agg(tgname || tgenabled::text, ' ' order by tgname) from pg_trigger where tgrelid = c.oid) as triggers,
        (select count(*)::integer from pg_index where indrelid = c.oid) as indexes,
        (select string_agg(conname, ' ' order by conname) from pg_constraint where conrelid = c.oid and contype = 'c') as checks
      from pg_class c where c.oid = $1::regclass`, [dropped]);
    const before = await protection();
    await world.sql('superuser', `drop table ${dropped}`);
    const writer = new pg.Client({ connectionString: world.superuserUrl });
    await writer.connect();
    try {
      await writer.query('begin');
      await writer.query('insert into audit.entry_records values ($1, $2, $3, $1, null)', [uuidv7(), practice.tenantId, 'x']);
      await world.app.get(PartitionKeeper).keep();
      await writer.query('commit');
    } finally {
      await writer.end();
    }
    expect(await partitions('audit.entry_records')).toEqual(names);
    expect(await protection()).toEqual(before);
  });

  it('keeps recording with a clock that is behind, or a few minutes ahead', async () => {
    const behind = firstIdAt(new Date('2020-01-01T00:00:00Z'));
    await world.sql('superuser', ROW, [behind, practice.tenantId]);
    expect(await world.sql('superuser', 'select id from audit.entries_default')).toEqual([{ id: behind }]);
    await world.sql('superuser', ROW, [firstIdAt(new Date(Date.now() + 5 * 60_000)), practice.tenantId]);
  });

  it('takes no entry and no record that is dated further ahead, from whatever role', async () => {
    const ahead = firstIdAt(new Date(Date.now() + 15 * 60_000));
    const farAhead = firstIdAt(new Date(Date.now() + 5 * 365 * 86_400_000));
    for (const id of [ahead, farAhead]) {
      for (const role of ['superuser', 'audit'] as const) {
        await expect(world.sql(role, ROW, [id, practice.tenantId])).rejects.toMatchObject({ code: '23514', constraint: 'entries__not_ahead' });
        await expect(world.sql(role, `insert into audit.entry_records (entry_id, tenant_id, record_type, record_id) values ($1, $2, 'x', $1)`, [id, practice.tenantId]))
          .rejects.toMatchObject({ code: '23514', constraint: 'entry_records__not_ahead' });
      }
    }
    expect(await world.sql('superuser', 'select from audit.entries where id >= $1', [ahead])).toEqual([]);
  });
});

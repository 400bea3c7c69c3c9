import pg from 'pg';
import { pageStatement } from '../src/audit/audit-query.js';
import type { EntryFilter } from '../src/audit/search-plan.js';
import { OwnerDb } from '../src/operator/owner-db.js';
import { fillTrail, idOf, sealEntries } from './audit-fill.js';
import { graphql, signIn } from './client.js';
import { type BenchPractice, openPractices } from './data.js';
import { install } from './installation.js';
import { startServer } from './processes.js';

const ENTRIES = Number(process.env['BENCH_AUDIT_ENTRIES'] ?? 10_000_000);
const MONTHS = 24;
const PRACTICES = 50;
const PORT = 4803;
const PAGE = 20;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 40);
const DAY_MS = 86_400_000;

const ENTRY = `id occurredAt occurredAtLocal actor { userId memberId name roles } sessionId action operation outcome errorCode missingPermission chamberId requestId ip device reason
  records { type id patientId } recordCount changes { type id field before after withheld } payloadIntact recordsIntact`;
const ENTRIES_OF = `query ($filter: AuditFilter, $after: String) { auditEntries(filter: $filter, first: ${PAGE}, after: $after) { pageInfo { endCursor hasNextPage } edges { node { ${ENTRY} } } } }`;
const WHO_SAW = `query ($id: UUID!, $after: String) { whoSawPatient(patientId: $id, first: ${PAGE}, after: $after) { pageInfo { endCursor hasNextPage } edges { node { ${ENTRY} } } } }`;
const COUNT = 'query ($filter: AuditFilter) { auditEntries(filter: $filter, first: 1) { totalCount totalCountIsExact } }';

/** One question of an officer's, and where its page begins. */
interface Question {
  practice: BenchPractice;
  filter: EntryFilter;
  after: string | null;
}

const pick = (n: number): number => Math.floor(Math.random() * n);
const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS);

/** What is asked, by name; each call makes up another question. `large` has three entries in five, `small` are the others. */
function questions(large: BenchPractice, small: BenchPractice[], owners: Map<string, string>): Record<string, () => Omit<Question, 'after'>> {
  const of = (practice: BenchPractice, filter: EntryFilter) => ({ practice, filter });
  const some = (): BenchPractice => small[pick(small.length)]!;
  const owner = ({ tenantId }: BenchPractice): string => owners.get(tenantId)!;
  return {
    'a busy patient': () => of(large, { patientId: idOf(large.tenantId, 'patient', 0) }),
    'any patient': () => of(large, { patientId: idOf(large.tenantId, 'patient', 1 + pick(20_000)) }),
    'any patient, small practice': () => {
      const practice = some();
      return of(practice, { patientId: idOf(practice.tenantId, 'patient', 1 + pick(20_000)) });
    },
    'a busy person': () => of(large, { actorUserId: owner(large) }),
    'a busy person, by membership': () => of(large, { actorMemberId: large.memberId }),
    'any person': () => of(large, { actorUserId: idOf(large.tenantId, 'person', 1 + pick(200)) }),
    'any person, small practice': () => {
      const practice = some();
      return of(practice, { actorUserId: idOf(practice.tenantId, 'person', 1 + pick(200)) });
    },
    'a session': () => of(large, { sessionId: idOf(large.tenantId, 'session', pick(200) * 1000 + 1 + pick(365)) }),
    'everything': () => of(pick(2) ? large : some(), {}),
    'exports of all time': () => of(large, { action: ['EXPORTED'] }),
    'changes of rights of all time': () => of(large, { action: ['GRANTED', 'REVOKED', 'INVITED', 'DEACTIVATED'] }),
    'denials of all time': () => of(large, { outcome: ['DENIED'] }),
    'denials of a month': () => of(large, { outcome: ['DENIED'], from: ago(400), to: ago(370) }),
    'exports by a busy person': () => of(large, { actorUserId: owner(large), action: ['EXPORTED'] }),
    'denials of a busy person': () => of(large, { actorUserId: owner(large), outcome: ['DENIED', 'FAILED'] }),
    'an operation': () => of(large, { operation: ['Query.patients', 'GET /patient-exports/:id', 'Mutation.grantedPatient', 'Query.neverAsked'][pick(4)]! }),
    'a chamber': () => of(large, { chamberId: idOf(large.tenantId, 'chamber', pick(6)) }),
    'an address': () => of(large, { ip: pick(2) ? `203.0.113.${pick(30)}` : `198.51.${pick(256)}.${pick(256)}` }),
    'failed sign-ins from an address': () => of(large, { ip: `203.0.113.${pick(30)}`, action: ['SIGNED_IN'], outcome: ['DENIED', 'FAILED'] }),
    'a range of addresses in a week': () => of(large, { ip: '198.51.100.0/24', from: ago(107), to: ago(100) }),
    'a busy patient’s exports': () => of(large, { patientId: idOf(large.tenantId, 'patient', 0), action: ['EXPORTED'] }),
    'what a person did at an address': () => of(large, { actorUserId: idOf(large.tenantId, 'person', 1 + pick(200)), ip: `203.0.113.${pick(30)}` }),
  };
}

const cursorOf = (id: string): string => Buffer.from(id, 'latin1').toString('base64url');

// Half of the questions begin on a first page, half somewhere in the depth.
const asked = (make: () => Omit<Question, 'after'>): Question[] => Array.from({ length: ROUNDS }, (_, n) => {
  const question = make();
  const deep = ago(pick((MONTHS - 1) * 30)).getTime().toString(16).padStart(12, '0');
  return { ...question, after: n % 2 ? cursorOf(`${deep.slice(0, 8)}-${deep.slice(8)}-7000-8000-000000000000`) : null };
});

const percentile = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

/** The questions of the compliance desk over ten million entries. */
export async function measureAudit(say: (line: string) => void): Promise<void> {
  const { keks, superuserUrl, ownerUrl, env, remove } = await install({ shared_buffers: '1GB', max_wal_size: '8GB', effective_cache_size: '8GB' });
  const stops: Array<() => Promise<void>> = [remove];
  try {
    const practices = await openPractices(ownerUrl, keks, PRACTICES);
    const client = new pg.Client({ connectionString: Object.assign(new URL(superuserUrl), { pathname: '/sinduk' }).toString() });
    await client.connect();
    stops.unshift(() => client.end());
    const began = performance.now();
    await fillTrail(client, practices, { entries: ENTRIES, months: MONTHS }, (text) => say(`${((performance.now() - began) / 1000).toFixed(0)} s: ${text}`));
    const { rows: [size] } = await client.query<{ trail: string; indexes: string }>(`
      select pg_size_pretty(sum(pg_total_relation_size(relid))) as trail, pg_size_pretty(sum(pg_indexes_size(relid))) as indexes
      from (select relid from pg_partition_tree('audit.entries') union all select relid from pg_partition_tree('audit.entry_records')) parts`);
    say(`${ENTRIES} entries in ${((performance.now() - began) / 1000).toFixed(0)} s: ${size!.trail}, of which indexes ${size!.indexes}`);

    const [large, ...small] = practices;
    const { rows } = await client.query<{ tenant_id: string; user_id: string }>('select tenant_id, user_id from clinic.members where is_owner');
    const owners = new Map(rows.map(({ tenant_id, user_id }) => [tenant_id, user_id]));
    const all = Object.entries(questions(large!, small, owners)).map(([name, make]) => ({ name, list: asked(make) }));
    const shown = new Map<BenchPractice, Set<string>>();
    for (const { practice, filter, after } of all.flatMap(({ list }) => list)) {
      const { text, values } = pageStatement({ tenantId: practice.tenantId, filter, order: 'desc', after: after && Buffer.from(after, 'base64url').toString('latin1') }, PAGE);
      const page = await client.query<{ id: string }>(text, values);
      const ids = shown.get(practice) ?? new Set();
      page.rows.forEach(({ id }) => ids.add(id));
      shown.set(practice, ids);
    }
    for (const [{ tenantId }, ids] of shown) await OwnerDb.run(ownerUrl, keks, (db) => sealEntries(client, db, tenantId, [...ids]));
    await client.query('vacuum (analyze) audit.entries');

    const server = await startServer('dist/src/main.js', PORT, env, 'listens on');
    stops.unshift(server.stop);
    const tokens = new Map<BenchPractice, string>();
    for (const practice of practices) tokens.set(practice, await signIn(PORT, practice));
    for (const { name, list } of all) {
      const times: number[] = [];
      let nodes = 0;
      for (const { practice, filter, after } of [...list, ...list]) {
        const begin = performance.now();
        const data = filter.patientId && Object.keys(filter).length === 1
          ? (await graphql(PORT, WHO_SAW, { id: filter.patientId, after }, tokens.get(practice))).whoSawPatient
          : (await graphql(PORT, ENTRIES_OF, { filter, after }, tokens.get(practice))).auditEntries;
        times.push(performance.now() - begin);
        nodes += data.edges.length;
        const fault = data.edges.find(({ node }: any) => !node.recordsIntact || (!node.payloadIntact && node.occurredAt < new Date(began).toISOString()));
        if (fault) throw new Error(`an entry that does not hold: ${JSON.stringify(fault)}`);
      }
      const counts: number[] = [];
      for (const { practice, filter } of list.slice(0, 5)) {
        const begin = performance.now();
        await graphql(PORT, COUNT, { filter }, tokens.get(practice));
        counts.push(performance.now() - begin);
      }
      // The first half opens connections, plans and caches.
      const sorted = times.slice(times.length / 2).sort((a, b) => a - b);
      const cold = times.slice(0, times.length / 2).sort((a, b) => a - b);
      say([
        name.padEnd(34), `p50 ${percentile(sorted, 0.5).toFixed(1)} ms`.padStart(12), `p95 ${percentile(sorted, 0.95).toFixed(1)} ms`.padStart(13), `max ${sorted.at(-1)!.toFixed(0)} ms`.padStart(11),
        `first time p50 ${percentile(cold, 0.5).toFixed(1)} ms, p95 ${percentile(cold, 0.95).toFixed(1)} ms`.padStart(40), `${(nodes / times.length).toFixed(1)} entries`.padStart(14), `with count ${Math.max(...counts).toFixed(0)} ms`.padStart(18),
      ].join('  '));
    }
  } finally {
    for (const stop of stops) await stop();
  }
}

import { createHash } from 'node:crypto';
import { type IncomingMessage, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AuditReader } from '../../src/audit/audit.reader.js';
import { type PreparedExport, prepareExport } from '../support/audit-exports.js';
import { entriesOf } from '../support/trail.js';
import { type Practice, World } from '../support/world.js';

const ENTRIES = 200_000;
const MB = 1_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('an export of 200,000 entries', () => {
  let world: World;
  let practice: Practice;

  const fetch = (prepared: PreparedExport): Promise<IncomingMessage> => new Promise((resolve, reject) => {
    const { port } = world.app.getHttpServer().address() as AddressInfo;
    get({ port, host: '127.0.0.1', path: prepared.path, headers: { authorization: `Bearer ${practice.owner.token}` } }, resolve).on('error', reject);
  });

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    await world.app.listen(0, '127.0.0.1');
    await world.sql('superuser', `
      insert into audit.entries (id, tenant_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
      select (left(audit.first_id_at(now() - n * interval '1 second')::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $1, 'VIEWED', 'Query.patient', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256('')
      from generate_series(1, ${ENTRIES}) n`, [practice.tenantId]);
    await world.sql('superuser', 'vacuum analyze audit.entries');
  }, 300_000);
  afterAll(() => world.close());

  it('takes no more memory the longer it gets, and is complete', async () => {
    const prepared = await prepareExport(world, practice.owner.token, 'CSV', { operation: 'Query.patient' });
    expect(prepared.expectedEntries).toBe(ENTRIES);
    const hash = createHash('sha256');
    const memory = (): number => {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const used = [memory()];
    let [bytes, lines] = [0, -1];
    for await (const chunk of (await fetch(prepared)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      if (Math.floor((bytes += chunk.length) / (3 * MB)) >= used.length) {
        used.push(memory());
      }
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    }
    expect(lines).toBe(ENTRIES);
    expect(bytes).toBeGreaterThan(30 * MB);
    expect(used.length).toBeGreaterThan(10);
    expect(Math.max(...used) - used[0]!).toBeLessThan(25 * MB);
    const [ended] = await entriesOf(world, practice.owner.token, { recordId: prepared.id }, 1);
    expect(ended!.reason).toBe(`Complete: ${ENTRIES} of ${ENTRIES} entries, ${bytes} bytes, SHA-256 ${hash.digest('hex')}`);
  }, 600_000);

  it('is read no faster than it is fetched', async () => {
    const searched = jest.spyOn(world.app.get(AuditReader), 'search');
    const response = await fetch(await prepareExport(world, practice.owner.token, 'FHIR_NDJSON'));
    await new Promise((resolve) => response.once('readable', resolve));
    // As long as it takes until nothing moves any more: what is between here and there is full.
    for (let before = -1; before !== searched.mock.calls.length; ) {
      before = searched.mock.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(searched.mock.calls.length).toBeGreaterThan(0);
    expect(searched.mock.calls.length).toBeLessThan(40);
    response.destroy();
  }, 300_000);
});

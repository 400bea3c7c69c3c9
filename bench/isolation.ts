import pg from 'pg';
import { type Statement, runGroup } from '../src/platform/database/statement-group.js';

const TIMES = 3_000;

/** What entering a tenant and row security cost, in microseconds of a round trip on one connection as the application role. */
export async function measureIsolation(appUrl: string, accessToken: string, tenantId: string, patientId: string): Promise<string> {
  const { sid } = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()) as { sid: string };
  const nothing: Statement = { text: 'select $1::uuid as id', values: [patientId] };
  const enter: Statement = {
    text: 'select session_id, member_id, profile, is_owner, roles, permissions from platform.enter($1, $2, $3, $4, false)',
    values: [Buffer.from(sid, 'base64url'), tenantId, null, 'patients:read'],
  };
  const read: Statement = { text: 'select id, mrn, identity from clinic.patients where tenant_id = $1 and id = $2', values: [tenantId, patientId] };
  const pool = new pg.Pool({ connectionString: appUrl, max: 1 });
  const client = await pool.connect();
  try {
    const bare = await microsOf(client, [nothing]);
    const entered = await microsOf(client, [enter]);
    const secured = await microsOf(client, [enter, read]);
    return `isolation: bare round trip ${bare.toFixed(0)} µs, with entering a tenant ${entered.toFixed(0)} µs, with entering and a row-secured read ${secured.toFixed(0)} µs`;
  } finally {
    client.release();
    await pool.end();
  }
}

async function microsOf(client: pg.PoolClient, statements: Statement[]): Promise<number> {
  for (let i = 0; i < 500; i++) await runGroup(client, statements);
  const begin = performance.now();
  for (let i = 0; i < TIMES; i++) await runGroup(client, statements);
  return ((performance.now() - begin) * 1000) / TIMES;
}

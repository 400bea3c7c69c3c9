import pg from 'pg';
import type { Person, World } from '../support/world.js';

type Rows = Array<Record<string, any>>;
export type Ask = (text: string, values?: unknown[]) => Promise<Rows>;

/** The session secret that an access token carries. */
export const secretOf = (person: Pick<Person, 'token'>): Buffer => {
  const claims = JSON.parse(Buffer.from(person.token.split('.')[1]!, 'base64url').toString()) as { sid: string };
  return Buffer.from(claims.sid, 'base64url');
};

/**
 * SQL of one's own choice as a database role, in a transaction that is rolled back. With a person, the tenant is entered
 * first: as the application role by the person's session, as the owner by right.
 */
export async function converse<T>(world: World, role: 'app' | 'auth' | 'audit' | 'owner', person: Person | undefined, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: role === 'owner' ? world.ownerUrl : world.urls[role] });
  await client.connect();
  const ask: Ask = async (text, values = []) => (await client.query(text, values)).rows as Rows;
  try {
    await ask('begin');
    if (person && role === 'app') await ask('select platform.enter($1, $2, null, null)', [secretOf(person), person.tenantId]);
    if (person && role === 'owner') await ask('select platform.set_context($1, $2)', [person.tenantId, person.memberId]);
    return await work(ask);
  } finally {
    await client.end();
  }
}

/** The SQLSTATE with which a statement is refused, or 'ACCEPTED'. The transaction goes on as if it had not been tried. */
export async function verdict(ask: Ask, text: string, values: unknown[] = []): Promise<string> {
  await ask('savepoint attempt');
  try {
    await ask(text, values);
    return 'ACCEPTED';
  } catch (error) {
    return (error as pg.DatabaseError).code ?? String(error);
  } finally {
    await ask('rollback to savepoint attempt');
  }
}

import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { entryRows, insertStatements } from '../audit/audit-entry-rows.js';
import type { AuditFact } from '../platform/context/audit-trail.js';
import { Ctx } from '../platform/context/ctx.js';
import type { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import { INSTALLATION, ScopeKeys, keyLabel } from '../platform/crypto/keyring.js';

/** The owner's connection with the key-encryption keys: what an operator at the machine holds, and no request ever does. */
export class OwnerDb {
  private constructor(
    readonly client: pg.Client,
    private readonly keks: KeyEncryptionKeys,
  ) {}

  /** Runs `work` in one transaction of the owner's, and lets go of the connection. */
  static async run<T>(ownerUrl: string, keks: KeyEncryptionKeys, work: (db: OwnerDb) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: ownerUrl, application_name: 'sinduk operator', options: '-c synchronous_commit=on -c timezone=UTC' });
    await client.connect();
    try {
      await client.query('begin');
      const result = await work(new OwnerDb(client, keks));
      await client.query('commit');
      return result;
    } finally {
      await client.end();
    }
  }

  /** Even the owner sees a tenant's rows only after entering it. */
  async enter(tenantId: string, memberId: string): Promise<void> {
    await this.client.query('select platform.set_context($1, $2)', [tenantId, memberId]);
  }

  /** The keys of a scope; a scope without keys gets its first ones. */
  async keysOf(scope: string): Promise<ScopeKeys> {
    for (const purpose of ['DATA', 'INDEX']) await this.#addKey(scope, purpose, 1);
    const { rows } = await this.client.query<{ purpose: string; version: number; wrapped: Buffer }>(
      'select purpose, version, wrapped from platform.data_keys where scope = $1', [scope]);
    return new ScopeKeys(scope, rows.map(({ purpose, version, wrapped }) => ({
      purpose, version, bytes: this.keks.unwrap(wrapped, keyLabel(scope, purpose, version)),
    })));
  }

  /** Whether any practice was ever opened. */
  async hasPractices(): Promise<boolean> {
    const { rowCount } = await this.client.query('select from platform.data_keys where scope <> $1 limit 1', [INSTALLATION]);
    return Boolean(rowCount);
  }

  /** Every scope that has keys. */
  async scopes(): Promise<string[]> {
    const { rows } = await this.client.query<{ scope: string }>('select distinct scope from platform.data_keys order by scope');
    return rows.map(({ scope }) => scope);
  }

  /** Adds the next data key of a scope, under which new values are sealed from now on; gives its version. */
  async addDataKey(scope: string): Promise<number> {
    const { rows } = await this.client.query<{ version: number }>(
      `select max(version) as version from platform.data_keys where scope = $1 and purpose = 'DATA'`, [scope]);
    const version = rows[0]!.version + 1;
    await this.#addKey(scope, 'DATA', version);
    return version;
  }

  /** Wraps every data key again under the current key-encryption key; gives how many there were. */
  async rewrapAll(): Promise<number> {
    const { rows } = await this.client.query<{ scope: string; purpose: string; version: number; wrapped: Buffer }>(
      'select scope, purpose, version, wrapped from platform.data_keys for update');
    for (const { scope, purpose, version, wrapped } of rows) {
      const label = keyLabel(scope, purpose, version);
      await this.client.query('update platform.data_keys set wrapped = $4 where scope = $1 and purpose = $2 and version = $3',
        [scope, purpose, version, this.keks.wrap(this.keks.unwrap(wrapped, label), label)]);
    }
    return rows.length;
  }

  /** Writes the audit entry of what the operator does, into the same transaction. */
  async record(operation: string, fact: AuditFact): Promise<void> {
    const ctx = new Ctx({ requestId: randomUUID(), ip: null, device: 'operator' }, undefined, null, `operator.${operation}`);
    const keys = await this.keysOf(fact.tenantId ?? INSTALLATION);
    for (const { text, values } of insertStatements([entryRows(keys, ctx, fact)])) await this.client.query(text, values);
  }

  async #addKey(scope: string, purpose: string, version: number): Promise<void> {
    await this.client.query(
      'insert into platform.data_keys (scope, purpose, version, wrapped) values ($1, $2, $3, $4) on conflict do nothing',
      [scope, purpose, version, this.keks.wrap(randomBytes(32), keyLabel(scope, purpose, version))]);
  }
}

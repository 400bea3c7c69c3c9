import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type AuditFact, AuditTrail } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { Databases, sqlState, withClient } from '../platform/database/databases.js';
import { type Statement, runGroup } from '../platform/database/statement-group.js';
import type { AuditPayload } from './audit-payload.js';

const INSERT_ENTRIES = `
insert into audit.entries (id, occurred_at, tenant_id, chamber_id, actor_user_id, actor_member_id, actor_roles, session_id,
  action, operation, outcome, error_code, request_id, ip, salt, payload, payload_hash)
select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[],
  $9::text[], $10::text[], $11::text[], $12::text[], $13::uuid[], $14::inet[], $15::bytea[], $16::bytea[], $17::bytea[])`;

const INSERT_RECORDS = `
insert into audit.entry_records (entry_id, tenant_id, record_type, record_id, patient_id)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[])`;

type EntryRow = unknown[];
type RecordRow = [string, string | null, string, string, string | null];

interface Prepared {
  entry: EntryRow;
  records: RecordRow[];
}

interface Waiting {
  rows: Prepared[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

const transpose = (rows: unknown[][], width: number): unknown[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));

const toStatements = (rows: Prepared[]): Statement[] => {
  const records = rows.flatMap((row) => row.records);
  const entries = { text: INSERT_ENTRIES, values: transpose(rows.map((row) => row.entry), 17) };
  return records.length ? [entries, { text: INSERT_RECORDS, values: transpose(records, 5) }] : [entries];
};

/**
 * Writes audit entries: into a caller's transaction, or by group commit on a role that can do nothing else.
 * The group commit keeps one commit in flight and sends what has gathered as soon as it is back.
 */
@Injectable()
export class AuditWriter extends AuditTrail {
  #queue: Waiting[] = [];
  #flushing = false;

  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
  ) {
    super();
  }

  async statements(ctx: Ctx, fact: AuditFact): Promise<Statement[]> {
    return toStatements([await this.#prepare(ctx, fact)]);
  }

  async append(entries: ReadonlyArray<{ ctx: Ctx; fact: AuditFact }>): Promise<void> {
    const rows = await Promise.all(entries.map(({ ctx, fact }) => this.#prepare(ctx, fact)));
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ rows, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    while (this.#queue.length) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#commit(batch);
    }
    this.#flushing = false;
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const insert = (waiting: Waiting[]) =>
      withClient(this.databases.audit, (client) => runGroup(client, toStatements(waiting.flatMap(({ rows }) => rows))));
    try {
      await insert(batch);
      batch.forEach(({ resolve }) => resolve());
    } catch (error) {
      if (batch.length === 1 || sqlState(error) === undefined) return batch.forEach(({ reject }) => reject(error));
      // One entry that the database refuses must not fail the answers of strangers.
      for (const one of batch) await insert([one]).then(one.resolve, one.reject);
    }
  }

  async #prepare(ctx: Ctx, fact: AuditFact): Promise<Prepared> {
    const id = uuidv7();
    const tenantId = fact.tenantId ?? ctx.caller?.tenantId ?? null;
    const { actor } = fact;
    const payload: AuditPayload = {
      actorName: actor?.name ?? ctx.entered?.memberName ?? null,
      device: ctx.origin.device,
      permission: fact.permission ?? null,
      reason: fact.reason ?? null,
      changes: fact.changes ?? [],
    };
    const keys = await this.keyring.of(tenantId ?? INSTALLATION);
    const salt = randomBytes(16);
    const entry: EntryRow = [
      id, new Date(), tenantId, ctx.chamberId,
      actor?.userId ?? ctx.caller?.userId ?? null,
      actor?.memberId ?? ctx.entered?.memberId ?? null,
      actor?.roles ?? ctx.entered?.roles ?? null,
      actor?.sessionId ?? ctx.entered?.sessionId ?? null,
      fact.action, ctx.operation, fact.outcome, fact.errorCode ?? null,
      ctx.origin.requestId, ctx.origin.ip, salt,
      keys.seal('audit.entries', id, 'payload', payload),
      createHash('sha256').update(salt).update(JSON.stringify(payload)).digest(),
    ];
    const distinct = new Map(fact.records.map((record) => [`${record.type}:${record.id}`, record]));
    const records = [...distinct.values()].map(
      (record): RecordRow => [id, tenantId, record.type, record.id, record.patientId ?? null]);
    return { entry, records };
  }
}

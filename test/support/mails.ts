import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Letter } from '../../src/mail/letter.model.js';
import { MAILS, MailsWriter } from '../../src/mail/mails.writer.js';
import { INSTALLATION, Keyring } from '../../src/platform/crypto/keyring.js';
import { AuditedTx } from '../../src/platform/database/audited-tx.js';
import type { World } from './world.js';

/** A row of the outbox. */
export interface MailRow {
  state: 'QUEUED' | 'SENT' | 'FAILED';
  sealed: Buffer | null;
  attempts: number;
  last_error: string | null;
}

/** A letter about nothing. */
export const letterTo = (to: string, subject = 'Hello'): Letter => ({
  to, subject: { en: subject, bn: 'শুভেচ্ছা' }, paragraphs: [{ en: 'Good morning.', bn: 'শুভ সকাল।' }],
  link: { url: 'https://clinic.example/join#code=abc', label: { en: 'Come in', bn: 'ভিতরে আসুন' } },
});

/** Queues a letter in a transaction of its own, by either role that may; gives the mail's id. */
export async function queueLetter(world: World, letter: Letter, role: 'app' | 'auth' = 'app', end: 'commit' | 'rollback' = 'commit'): Promise<string> {
  const client = await world.databases[role].connect();
  try {
    await client.query('begin');
    const statement = await world.app.get(MailsWriter, { strict: false }).statement(letter);
    await new AuditedTx(client, world.databases.appSource).group(statement);
    await client.query(end);
    return statement.values![0] as string;
  } finally {
    client.release();
  }
}

/** A mail as the outbox has it. */
export async function mailRow(world: World, id: string): Promise<MailRow | undefined> {
  const [row] = await world.sql<MailRow>('superuser', 'select state, sealed, attempts, last_error from platform.mails where id = $1', [id]);
  return row;
}

/** The mail once it fulfils this. */
export async function mailOnce(world: World, id: string, fulfils: (row: MailRow) => boolean): Promise<MailRow> {
  for (;;) {
    const row = await mailRow(world, id);
    if (row && fulfils(row)) return row;
    await delay(20);
  }
}

/** Makes every job due now, whatever it waits for. */
export async function hurryJobs(world: World): Promise<void> {
  await world.sql('owner', `update graphile_worker._private_jobs set run_at = now() - interval '1 second' where locked_at is null; select pg_notify('jobs:insert', '{"count":2}')`);
}

/** Makes as if this much time had passed for every job under way and every worker. */
export async function ageJobs(world: World, interval: string): Promise<void> {
  await world.sql('owner', `update graphile_worker._private_jobs set locked_at = locked_at - interval '${interval}' where locked_at is not null`);
  await world.sql('owner', `update platform.job_workers set seen_at = seen_at - interval '${interval}'`);
}

/** Leaves a mail in the outbox that nobody sends. */
export async function leaveMail(world: World, letter = letterTo('later@staff.example')): Promise<void> {
  const id = uuidv7();
  const keys = await world.app.get(Keyring, { strict: false }).of(INSTALLATION);
  await world.sql('owner', 'insert into platform.mails (id, sealed) values ($1, $2)', [id, keys.seal(MAILS, id, 'sealed', letter)]);
}

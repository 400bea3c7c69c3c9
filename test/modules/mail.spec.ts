import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { generate } from 'selfsigned';
import { pino } from 'pino';
import { TokenKeys } from '../../src/auth/keys/token-keys.js';
import { entities } from '../../src/entities.js';
import { MailFiles } from '../../src/mail/mail-files.js';
import { messageOf } from '../../src/mail/message.js';
import { SmtpTransport } from '../../src/mail/smtp-transport.js';
import { Databases, JOBS_AT_ONCE } from '../../src/platform/database/databases.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { createServer } from '../../src/server.js';
import { MailServer } from '../support/mail-server.js';
import { ageJobs, hurryJobs, letterTo, mailOnce, mailRow, queueLetter } from '../support/mails.js';
import { Program } from '../support/program.js';
import { inventedEmail } from '../support/staff.js';
import { World } from '../support/world.js';

describe('mail', () => {
  let mails: MailServer;
  let world: World;
  beforeAll(async () => {
    mails = await MailServer.start();
    world = await World.open({ SMTP_URL: mails.url, MAIL_FROM: 'Sinduk Clinics <clinics@sinduk.example>' });
  });
  afterAll(async () => {
    await world.close();
    await mails.stop();
  });
  afterEach(() => {
    mails.verdict = () => undefined;
    mails.hold = Promise.resolve();
  });

  const held = (): (() => void) => {
    let release = (): void => undefined;
    mails.hold = new Promise((resolve) => (release = resolve));
    return release;
  };
  const isTried = async (address: string): Promise<void> => {
    while (!mails.tried.includes(address)) await delay(10);
  };
  const jobs = () => world.sql('superuser', 'select from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = $1', ['sendMail']);

  describe('is written in both languages', () => {
    it('as text and as HTML, from whom the settings say, with an id of its own', async () => {
      const id = await queueLetter(world, letterTo('nasrin@staff.example'));
      const mail = await mails.next('nasrin@staff.example');
      expect(mail).toMatchObject({ from: 'clinics@sinduk.example', subject: 'Hello · শুভেচ্ছা', messageId: `<${id}@sinduk.example>` });
      expect(mail.text.trim()).toBe('Good morning.\n\nCome in:\nhttps://clinic.example/join#code=abc\n\n— — —\n\nশুভ সকাল।\n\nভিতরে আসুন:\nhttps://clinic.example/join#code=abc');
      expect(mail.html).toContain('<p dir="auto" style="white-space: pre-line">শুভ সকাল।</p>');
      expect(mail.html).toContain('<a href="https://clinic.example/join#code=abc">Come in</a>');
      expect(mail.raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    });

    it('so that nothing in a name is markup, a header, or another address', async () => {
      const name = 'Shapla <b onload="x">&\r\nBcc: thief@evil.example\n\u202Eevil 🦢, "Q" <q@evil.example>';
      await queueLetter(world, { ...letterTo('one@staff.example', name), paragraphs: [{ en: name, bn: name }] });
      const { subject, html, raw, to } = await mails.next('one@staff.example');
      expect(to).toBe('one@staff.example');
      expect(subject).toContain('Bcc: thief@evil.example');
      expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
      expect(mails.tried).not.toContain('thief@evil.example');
      expect(html).toContain('Shapla &lt;b onload=&quot;x&quot;&gt;&amp;');
      await queueLetter(world, letterTo('two@staff.example, three@staff.example'));
      await queueLetter(world, letterTo('four@staff.example'));
      await mails.next('four@staff.example');
      expect(mails.tried).not.toContain('three@staff.example');
    });
  });

  describe('belongs to its transaction', () => {
    it.each(['app', 'auth'] as const)('and leaves when that of the role sinduk_%s commits', async (role) => {
      const to = inventedEmail(role);
      const id = await queueLetter(world, letterTo(to), role);
      await mails.next(to);
      expect(await mailOnce(world, id, ({ state }) => state !== 'QUEUED')).toMatchObject({ state: 'SENT', sealed: null, attempts: 1, last_error: null });
    });

    it('and is not there, nor any job, when that is rolled back', async () => {
      const before = (await jobs()).length;
      const id = await queueLetter(world, letterTo('nobody@staff.example'), 'app', 'rollback');
      expect(await mailRow(world, id)).toBeUndefined();
      expect((await jobs()).length).toBeLessThanOrEqual(before);
      await queueLetter(world, letterTo('somebody@staff.example'));
      await mails.next('somebody@staff.example');
      expect(mails.tried).not.toContain('nobody@staff.example');
    });

    it('and nobody but background work sees it, which sees nothing else but what watching, planning and sending on take', async () => {
      for (const role of ['app', 'auth', 'audit'] as const) {
        for (const statement of ['select from platform.mails', 'select from graphile_worker._private_jobs', `select graphile_worker.add_job('sendMail')`, `select platform.note_job_worker('me')`]) {
          await expect(world.sql(role, statement)).rejects.toThrow(/permission denied/);
        }
      }
      await expect(world.sql('audit', `select platform.queue_mail(gen_random_uuid(), '')`)).rejects.toThrow(/permission denied/);
      const tables = await world.sql<{ name: string }>('jobs', `
        select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
          and (has_table_privilege(c.oid, 'select, insert, update, delete') or has_any_column_privilege(c.oid, 'select, insert, update')) order by 1`);
      expect(tables.map(({ name }) => name)).toEqual([
        'clinic.alert_settings', 'clinic.alerts', 'clinic.appointments', 'clinic.booking_codes', 'clinic.chamber_assignments', 'clinic.chambers', 'clinic.closures', 'clinic.consents', 'clinic.exchange_settings', 'clinic.holidays', 'clinic.leased_numbers', 'clinic.member_days', 'clinic.members',
        'clinic.message_settings', 'clinic.messages', 'clinic.number_leases', 'clinic.payments', 'clinic.prescription_deliveries', 'clinic.refunds', 'clinic.schedules', 'clinic.seen_before', 'clinic.session_changes', 'clinic.session_numbers', 'clinic.sessions', 'clinic.taken_places', 'clinic.tenants', 'clinic.waitlist_entries', 'clinic.wallet_payments', 'clinic.wallet_refunds', 'clinic.wallet_settings',
        'graphile_worker._private_job_queues', 'graphile_worker._private_jobs', 'graphile_worker._private_known_crontabs', 'graphile_worker._private_tasks', 'graphile_worker.migrations', 'platform.mails',
      ]);
    });
  });

  describe('that a mail server does not take', () => {
    it('is tried again after a reply of the 4xx kind', async () => {
      const to = inventedEmail('busy');
      mails.verdict = () => 451;
      const id = await queueLetter(world, letterTo(to));
      expect(await mailOnce(world, id, (row) => row.last_error !== null)).toMatchObject({ state: 'QUEUED', attempts: 1, last_error: '451' });
      mails.verdict = () => undefined;
      await mailOnce(world, id, () => true);
      while (mails.delivered(to) === 0) {
        await hurryJobs(world);
        await delay(50);
      }
      expect(await mailOnce(world, id, ({ state }) => state === 'SENT')).toMatchObject({ sealed: null, attempts: 2, last_error: null });
    });

    it('is given up at once after one of the 5xx kind, and leaves nothing but its code', async () => {
      const to = inventedEmail('gone');
      mails.verdict = () => 550;
      const id = await queueLetter(world, letterTo(to));
      expect(await mailOnce(world, id, ({ state }) => state !== 'QUEUED')).toEqual({ state: 'FAILED', sealed: null, attempts: 1, last_error: '550' });
      while ((await jobs()).length) await delay(20);
    });

    it('is tried again when the fault is the login’s', async () => {
      mails.verdict = () => 530;
      const id = await queueLetter(world, letterTo(inventedEmail('login')));
      expect(await mailOnce(world, id, (row) => row.last_error !== null)).toMatchObject({ state: 'QUEUED', last_error: '530' });
      mails.verdict = () => undefined;
    });

    it('is given up after the last of its tries', async () => {
      mails.verdict = () => 450;
      const id = await queueLetter(world, letterTo(inventedEmail('never')));
      await mailOnce(world, id, (row) => row.last_error !== null);
      for (;;) {
        await world.sql('owner', `update graphile_worker._private_jobs set attempts = max_attempts - 1 where locked_at is null and payload ->> 'id' = $1`, [id]);
        await hurryJobs(world);
        if ((await mailRow(world, id))!.state === 'FAILED') break;
        await delay(50);
      }
      expect(await mailRow(world, id)).toMatchObject({ sealed: null, last_error: '450' });
    });
  });

  describe('is held by one living server', () => {
    const anotherServer = async () => {
      const databases = await Databases.connect(world.urls, 2, entities);
      const app = await createServer({ config: world.config, logger: pino({ level: 'silent' }), databases, keks: world.keks, tokenKeys: await TokenKeys.fromFile(world.config.tokenKeyFile) });
      await app.init();
      app.get(Jobs, { strict: false }).start();
      return app;
    };

    it('and leaves once, however many servers there are', async () => {
      const other = await anotherServer();
      const addresses = Array.from({ length: 30 }, (_, i) => `crowd${i}@staff.example`);
      const ids = await Promise.all(addresses.map((to) => queueLetter(world, letterTo(to))));
      for (const id of ids) await mailOnce(world, id, ({ state }) => state === 'SENT');
      expect(addresses.map((to) => mails.delivered(to))).toEqual(addresses.map(() => 1));
      await other.close();
    });

    it('and stays with a slow one, while that says it lives', async () => {
      const release = held();
      const to = inventedEmail('slow');
      const id = await queueLetter(world, letterTo(to));
      await isTried(to);
      await world.sql('owner', `update graphile_worker._private_jobs set locked_at = locked_at - interval '1 hour' where payload ->> 'id' = $1`, [id]);
      await world.sql('jobs', `select platform.note_job_worker('another')`);
      await hurryJobs(world);
      expect(await world.sql('superuser', `select from graphile_worker._private_jobs where locked_by is not null and payload ->> 'id' = $1`, [id])).toHaveLength(1);
      release();
      await mailOnce(world, id, ({ state }) => state === 'SENT');
      expect(mails.tried.filter((address) => address === to)).toHaveLength(1);
    });

    it('which finishes it before it ends', async () => {
      const other = await anotherServer();
      const release = held();
      // As many as both can hold: each has some.
      const addresses = Array.from({ length: 2 * JOBS_AT_ONCE }, (_, i) => `last${i}@staff.example`);
      const ids = await Promise.all(addresses.map((to) => queueLetter(world, letterTo(to))));
      for (const to of addresses) await isTried(to);
      let closed = false;
      const closing = other.close().then(() => (closed = true));
      await delay(100);
      expect(closed).toBe(false);
      release();
      await closing;
      for (const id of ids) await mailOnce(world, id, ({ state }) => state === 'SENT');
      expect(mails.tried.filter((address) => address.startsWith('last'))).toHaveLength(addresses.length);
    });
  });

  it('is forgotten after 30 days, and given up when nobody sent it in seven', async () => {
    const [old, young] = [await queueLetter(world, letterTo(inventedEmail('old'))), await queueLetter(world, letterTo(inventedEmail('young')))];
    for (const id of [old, young]) await mailOnce(world, id, ({ state }) => state === 'SENT');
    await world.sql('owner', `update platform.mails set created_at = now() - interval '31 days' where id = $1`, [old]);
    const lost = '0193a1b2-0000-7000-8000-000000000001';
    await world.sql('owner', `insert into platform.mails (id, sealed, created_at) values ($1, 'x', now() - interval '8 days')`, [lost]);
    await world.sql('owner', `select graphile_worker.add_job('forgetMails')`);
    expect(await mailOnce(world, lost, ({ state }) => state === 'FAILED')).toMatchObject({ sealed: null, last_error: 'EXPIRED' });
    while (await mailRow(world, old)) await delay(20);
    expect(await mailRow(world, young)).toMatchObject({ state: 'SENT' });
  });

  it('waits while background work cannot reach the database, and the server serves', async () => {
    const connecting = (verb: string) => world.sql('superuser', `
      do $$ begin execute format('${verb} sinduk_jobs', current_database()); end $$;
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'sinduk_jobs'`);
    await world.sql('superuser', `do $$ begin execute format('revoke connect on database %I from sinduk_jobs', current_database()); end $$`);
    await connecting('revoke connect on database %I from');
    const to = inventedEmail('patient');
    const id = await queueLetter(world, letterTo(to));
    const { owner } = await world.practice('Quiet Chamber');
    expect(await world.ok('{ viewer { member { id } } }', {}, owner.token)).toMatchObject({ viewer: { member: { id: owner.memberId } } });
    expect(await mailRow(world, id)).toMatchObject({ state: 'QUEUED', attempts: 0 });
    await connecting('grant connect on database %I to');
    await mails.next(to);
  });

  describe('goes over an encrypted connection', () => {
    const outgoing = (to: string) => ({ ...messageOf(letterTo(to)), id: '0193a1b2-0000-7000-8000-000000000002', to, queuedAt: new Date() });
    const transport = (server: MailServer, secure: boolean, mustEncrypt = true) =>
      new SmtpTransport({ from: world.config.mail.from, kind: 'smtp', mustEncrypt, server: { host: 'localhost', port: server.port, secure, auth: undefined } });

    it('or not at all, where that is demanded and the server has none', async () => {
      await expect(transport(mails, false).send(outgoing('plain@staff.example'))).rejects.toMatchObject({ code: 'ETLS', isFinal: false });
      expect(mails.tried).not.toContain('plain@staff.example');
      await transport(mails, false, false).send(outgoing('plain@staff.example'));
      expect((await mails.next('plain@staff.example')).subject).toBe('Hello · শুভেচ্ছা');
    });

    it.each([['STARTTLS', false], ['TLS from the start', true]])('by %s, and only to a server whose certificate somebody vouches for', async (_, secure) => {
      const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
      const stranger = await MailServer.start({ cert, key, secure });
      await expect(transport(stranger, secure).send(outgoing('secret@staff.example'))).rejects.toMatchObject({ code: expect.stringMatching(/^(ETLS|ESOCKET)$/), isFinal: false });
      expect(stranger.tried).toEqual([]);
      await stranger.stop();
    });
  });

  it('is a file that a person can read, where there is no mail server', async () => {
    const directory = join(world.config.dataDir, 'mails');
    const id = '0193a1b2-0000-7000-8000-000000000003';
    await new MailFiles({ from: world.config.mail.from, kind: 'files', directory }).send({ ...messageOf(letterTo('reader@staff.example')), id, to: 'reader@staff.example', queuedAt: new Date('2026-11-22T09:30:00.5Z') });
    expect(readdirSync(directory)).toEqual([`2026-11-22T09-30-00.500Z-${id}.eml`]);
    const raw = readFileSync(join(directory, readdirSync(directory)[0]!));
    expect(raw.toString()).toMatch(/^To: reader@staff\.example$/m);
    expect(raw.toString()).toContain('শুভ সকাল।\n\nভিতরে আসুন:\nhttps://clinic.example/join#code=abc\n');
    expect(await PostalMime.parse(raw)).toMatchObject({ subject: 'Hello · শুভেচ্ছা', text: `${messageOf(letterTo('')).text}\n`, messageId: `<${id}@sinduk.example>` });
    expect(statSync(join(directory, readdirSync(directory)[0]!)).mode & 0o777).toBe(0o600);
  });

  describe('survives', () => {
    let env: Record<string, string>;
    let options: { cert: string; key: string };
    let plain: MailServer;
    let program: Program;
    beforeAll(async () => {
      // From here on other processes work on the queue.
      await world.app.get(Jobs, { strict: false }).onModuleDestroy();
      const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048, extensions: [{ name: 'basicConstraints', cA: true }, { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }] });
      writeFileSync(join(world.config.dataDir, 'certificate.pem'), cert);
      [options, plain, mails] = [{ cert, key }, mails, await MailServer.start({ cert, key })];
      env = {
        NODE_EXTRA_CA_CERTS: join(world.config.dataDir, 'certificate.pem'),
        DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DATA_DIR: world.config.dataDir,
        SMTP_URL: mails.url, DEMO_DATA: 'false', PORT: '0', LOG_LEVEL: 'warn',
      };
    });
    afterAll(async () => {
      await Program.stopAll();
      await plain.stop();
    });
    const server = async (): Promise<Program> => {
      const started = Program.start('dist/src/main.js', [], env);
      await started.says('Sinduk listens on');
      return started;
    };

    it('a server that is killed between commit and sending, and the next one sends it once', async () => {
      const to = inventedEmail('crash');
      const first = await server();
      const release = held();
      const id = await queueLetter(world, letterTo(to));
      await isTried(to);
      await first.stop('SIGKILL');
      release();
      expect(await mailRow(world, id)).toMatchObject({ state: 'QUEUED' });
      await ageJobs(world, '2 minutes');
      const second = await server();
      await mails.next(to);
      await mailOnce(world, id, ({ state }) => state === 'SENT');
      expect([mails.delivered(to), mails.triedSecurely]).toEqual([1, mails.tried]);
      program = second;
    });

    it('a mail server that is down, and tells no address in the log', async () => {
      const [to, gone] = [inventedEmail('unreachable'), inventedEmail('refused')];
      const port = mails.port;
      await mails.stop();
      const id = await queueLetter(world, letterTo(to));
      expect(await mailOnce(world, id, (row) => row.last_error !== null)).toMatchObject({ state: 'QUEUED', last_error: 'ESOCKET' });
      mails = await MailServer.start(options, port);
      await hurryJobs(world);
      await mails.next(to);
      mails.verdict = () => 550;
      const refused = await queueLetter(world, letterTo(gone));
      await mailOnce(world, refused, ({ state }) => state === 'FAILED');
      expect(await program.stop()).toBe(0);
      expect(program.stdout).toContain(refused);
      expect(program.stdout + program.stderr).toMatch(/ESOCKET[\s\S]*550/);
      for (const address of [to, gone]) expect(program.stdout + program.stderr).not.toContain(address);
    });
  });
});

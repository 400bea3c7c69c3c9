import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { AlertRaiser } from '../../src/alerts/watch/alert-raiser.js';
import { TrailWatcher } from '../../src/alerts/watch/trail-watcher.service.js';
import { UnrelatedWatcher } from '../../src/alerts/watch/unrelated-watcher.service.js';
import { PrivateAddress } from '../../src/platform/webhooks/public-address.js';
import { callWebhook } from '../../src/platform/webhooks/webhook-call.js';
import { REFRESH_RETRY_MS } from '../../src/auth/sessions.service.js';
import { hurryJobs, letterTo, mailOnce, queueLetter } from '../support/mails.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { Socket, portOf } from '../support/sockets.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

const ALERTS = `query ($open: Boolean, $rule: AlertRule, $memberId: UUID) { alerts(first: 100, open: $open, rule: $rule, memberId: $memberId) { totalCount edges { node {
  id rule severity count threshold member { id nameEn } sessionId address firstAt lastAt raisedAt open acknowledgedBy { id } acknowledgedAt note version trail { actorUserId ip from to } } } } }`;
const ACKNOWLEDGE = 'mutation ($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { id open note version acknowledgedBy { id } acknowledgedAt } }';
const BREAK = 'mutation { breakGlass(input: { reason: "fainted at the door" }) { id } }';
const REFRESH = 'mutation ($token: String!) { refreshSession(refreshToken: $token) { refreshToken } }';

describe('alerts', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;

  beforeAll(async () => {
    world = await World.open({ WEBHOOK_PRIVATE_ADDRESSES: 'true' });
    practice = await practiceAtAnyHour('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
  });
  afterAll(() => world.close());

  /** A practice that minds no odd hours, before anybody signs in: the hour at which the tests run makes no difference. */
  const practiceAtAnyHour = (name: string): Promise<Practice> => world.practice(name, 'BD', (tenantId) =>
    world.sql('superuser', `insert into clinic.alert_settings (tenant_id, id, rules, open_from, open_until, open_days) values ($1, gen_random_uuid(), '{"ODD_HOURS": {"on": false}}', 300, 1500, '{1,2,3,4,5,6,7}')`, [tenantId]));
  const watcher = () => world.app.get(TrailWatcher, { strict: false });
  const someone = (role: 'RECEPTIONIST' | 'NURSE' | 'DOCTOR' = 'RECEPTIONIST'): Promise<Person> => hire(world, practice, chamberId, role);
  const alerts = async (variables: object = {}, { owner } = practice) => {
    await watcher().watch();
    return (await world.ok(ALERTS, { ...variables }, owner.token)).alerts.edges.map(({ node }: { node: any }) => node);
  };
  const about = async ({ memberId }: Person): Promise<any[]> => alerts({ memberId });
  const often = async (times: number, work: (index: number) => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < times; i++) await work(i);
  };

  describe('are raised of', () => {
    it('a refresh token that was used twice, within five seconds, and told to the owners by mail without anybody’s name', async () => {
      const lonely = await practiceAtAnyHour('Kadam Clinic');
      const [first] = [lonely.owner.refreshToken];
      const { refreshSession: second } = await world.ok(REFRESH, { token: first });
      await world.ok(REFRESH, { token: second.refreshToken });
      await world.sql('owner', `update auth.refresh_tokens set used_at = used_at - interval '${REFRESH_RETRY_MS * 2} milliseconds' where used_at is not null`);
      expect(codeOf(await world.graphql(REFRESH, { token: first }))).toBe('SIGN_IN_REFUSED');
      // By itself: nobody asks it to look.
      const raised = () => world.sql<{ seconds: number; rule: string; member_id: string }>('superuser', `select rule, member_id, extract(epoch from raised_at - last_at)::float as seconds from clinic.alerts where tenant_id = $1`, [lonely.tenantId]);
      while (!(await raised()).length) await delay(50);
      const [alert] = await raised();
      expect(alert).toMatchObject({ rule: 'REFRESH_REUSED', member_id: lonely.owner.memberId });
      expect(alert!.seconds).toBeLessThan(5);
      const mail = await world.mailTo(lonely.owner.email);
      expect(mail.subject).toBe('Kadam Clinic: A session was used by somebody who had copied its token, and was ended · Kadam Clinic: টোকেন নকল করে কেউ একটি সেশন ব্যবহার করেছে; সেশনটি বন্ধ করা হয়েছে');
      expect(mail.text).toMatch(/\/alerts\/[0-9a-f-]{36}/);
      expect(mail.text).not.toContain('Owner of');
    });

    it('sign-ins that are refused again and again', async () => {
      const nurse = await someone('NURSE');
      await often(5, () => world.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email: nurse.email, password: 'not this one at all' } }));
      const [alert] = await about(nurse);
      expect(alert).toMatchObject({ rule: 'REPEATED_FAILURES', severity: 'MEDIUM', count: 5, threshold: 5, member: { id: nurse.memberId, nameEn: 'Rokeya Akter' }, open: true, note: null });
      const { auditEntries } = await world.ok('query ($filter: AuditFilter) { auditEntries(filter: $filter) { edges { node { operation outcome } } } }', { filter: alert.trail }, practice.owner.token);
      expect(auditEntries.edges.filter(({ node }: any) => node.operation === 'Mutation.signIn' && node.outcome === 'DENIED')).toHaveLength(5);
    });

    it('proofs of identity that are refused again and again within a session', async () => {
      const nurse = await someone('NURSE');
      await often(3, () => world.graphql('mutation { stepUp(input: { password: "not this one at all" }) { freshUntil } }', {}, nurse.token));
      await often(2, () => world.graphql('mutation { changePassword(input: { currentPassword: "not this one at all", newPassword: "nineteen amber lanterns glow" }) }', {}, nurse.token));
      expect(await about(nurse)).toMatchObject([{ rule: 'REPEATED_FAILURES', count: 5 }]);
    });

    it('a receptionist who reads diagnoses', async () => {
      const receptionist = await someone();
      const { id } = await new Patients(world, practice.owner.token).register({ nameEn: 'Amena Begum' });
      await often(10, () => world.graphql('query ($id: UUID!) { patient(id: $id) { nameEn clinical { notes } } }', { id }, receptionist.token));
      expect(await about(receptionist)).toMatchObject([{ rule: 'REPEATED_DENIALS', count: 10, threshold: 10 }]);
    });

    it('a program that opens patients faster than a person reads, in one alert that counts on', async () => {
      const doctor = await someone('DOCTOR');
      const ids: string[] = [];
      const patients = new Patients(world, practice.owner.token);
      await often(25, async (index) => ids.push((await patients.register({ nameEn: `Amena Begum ${'abcdefghijklmnopqrstuvwxyz'[index]}` })).id));
      const read = (id: string) => world.ok('query ($id: UUID!) { patient(id: $id) { nameEn } }', { id }, doctor.token);
      const found = async () => (await about(doctor)).filter(({ rule }) => rule === 'IMPOSSIBLE_PACE');
      // Not over the turn of a minute, where it would be counted as two.
      while (60 - new Date().getSeconds() < 10) await delay(200);
      for (const id of ids.slice(0, 21)) await read(id);
      const [before] = await found();
      expect(before).toMatchObject({ severity: 'HIGH', count: 21, threshold: 20 });
      for (const id of ids.slice(21)) await read(id);
      expect(await found()).toMatchObject([{ id: before.id, count: 25 }]);
    });

    it('each emergency', async () => {
      const nurse = await someone('NURSE');
      // Twice, and each time once more while it is open.
      await often(2, async () => {
        await often(2, () => world.ok(BREAK, {}, nurse.token));
        await world.ok('mutation { endEmergencyAccess }', {}, nurse.token);
      });
      expect((await about(nurse)).map(({ rule, threshold }) => [rule, threshold])).toEqual([['EMERGENCY_ACCESS', null], ['EMERGENCY_ACCESS', null]]);
    });

    it('a former employee whose token is still tried', async () => {
      const nurse = await someone('NURSE');
      await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId: nurse.memberId, reason: 'left' } }, practice.owner.token);
      expect(codeOf(await world.graphql('{ patients { totalCount } }', {}, nurse.token))).toBe('UNAUTHENTICATED');
      expect(await about(nurse)).toMatchObject([{ rule: 'ENDED_ACCESS_USED', member: { id: nurse.memberId } }]);
    });

    it('a device that is new to somebody who has signed in before, in one alert a day, however many devices', async () => {
      const nurse = await someone('NURSE');
      expect(await about(nurse)).toEqual([]);
      await world.signIn(nurse.email);
      expect(await about(nurse)).toMatchObject([{ rule: 'NEW_DEVICE', severity: 'LOW' }]);
      await world.signIn(nurse.email);
      expect(await about(nurse)).toHaveLength(1);
    });

    it('a colleague next door who opens patients of whom nobody recorded anything, an hour later', async () => {
      const doctor = await someone('DOCTOR');
      const patients = new Patients(world, practice.owner.token);
      const ids: string[] = [];
      await often(11, async (index) => ids.push((await patients.register({ nameEn: `Karim Uddin ${'abcdefghijk'[index]}` })).id));
      for (const id of ids) await new Patients(world, doctor.token).read(id);
      await watcher().watch();
      const [job] = await world.sql<{ payload: { userId: string; memberId: string; tenantId: string; day: string; zone: string }; run_at: Date }>('superuser',
        `select payload, run_at from graphile_worker._private_jobs where key like 'unrelated:' || $1 || ':%'`, [doctor.memberId]);
      expect(job!.run_at.getTime() - Date.now()).toBeGreaterThan(3_500_000);
      const check = (now: Date) => world.app.get(UnrelatedWatcher, { strict: false }).check(job!.payload, now);
      // They were registered just now, which is a contact; as if that had been long ago.
      const later = new Date(Date.now() + 3_700_000);
      await check(later);
      expect((await about(doctor)).filter(({ rule }) => rule === 'UNRELATED_PATIENTS')).toEqual([]);
      await world.sql('superuser', `
        do $$ declare part regclass; begin
          for part in select inhrelid::regclass from pg_inherits where inhparent = 'audit.entry_records'::regclass loop execute format('alter table %s disable trigger all', part); end loop;
        end $$;
        delete from audit.entry_records r using audit.entries e where e.id = r.entry_id and e.operation = 'Mutation.registerPatient' and r.patient_id = any (array[${ids.slice(1).map((id) => `'${id}'::uuid`).join()}])`);
      await check(later);
      await check(later);
      expect((await about(doctor)).filter(({ rule }) => rule === 'UNRELATED_PATIENTS')).toMatchObject([{ count: 10, threshold: 10 }]);
    });
  });

  describe('are raised once', () => {
    it('however often a stretch of the trail is looked at', async () => {
      const nurse = await someone('NURSE');
      const [before] = await world.sql<{ done: string }>('superuser', 'select done from platform.alert_watch');
      await world.ok(BREAK, {}, nurse.token);
      const [alert] = await about(nurse);
      const mails = () => world.sql('superuser', 'select id from platform.mails');
      const sent = await mails();
      await world.sql('owner', 'update platform.alert_watch set done = $1, doing = null', [before!.done]);
      expect(await about(nurse)).toEqual([alert]);
      expect(await mails()).toHaveLength(sent.length);
    });

    it('and of an entry that commits late, after others with higher ids', async () => {
      const nurse = await someone('NURSE');
      const slow = new pg.Client({ connectionString: world.superuserUrl });
      await slow.connect();
      try {
        await slow.query('begin');
        await slow.query(`insert into audit.entries (id, tenant_id, actor_user_id, actor_member_id, session_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
          select gen_random_uuid(), e.tenant_id, e.actor_user_id, $2, e.session_id, 'EMERGENCY_BEGUN', 'Mutation.breakGlass', 'SUCCESS', e.request_id, e.payload, e.payload_hash, e.records_hash
          from (select * from audit.entries e where e.tenant_id = $1 limit 1) e`.replace('gen_random_uuid()', `(left(translate(audit.first_id_at(clock_timestamp())::text, '-', ''), 13) || '0008' || substr(md5(random()::text), 1, 15))::uuid`), [practice.tenantId, nurse.memberId]);
        await world.ok(BREAK, {}, nurse.token);
        expect(await about(nurse)).toHaveLength(1);
        await slow.query('commit');
        expect(await about(nurse)).toHaveLength(2);
      } finally {
        await slow.end();
      }
    });

    it('though two servers watch at the same time', async () => {
      const nurse = await someone('NURSE');
      await world.ok(BREAK, {}, nurse.token);
      const other = new TrailWatcher(world.databases, world.app.get(AlertRaiser, { strict: false }), pino({ level: 'silent' }));
      await Promise.all([watcher().watch(), other.watch(), watcher().watch(), other.watch()]);
      expect(await about(nurse)).toHaveLength(1);
    });
  });

  it('are raised in other practices though something is broken in one', async () => {
    const [broken, whole] = [await practiceAtAnyHour('Broken Clinic'), await practiceAtAnyHour('Whole Clinic')];
    await world.sql('superuser', `update clinic.alert_settings set rules = 'null' where tenant_id = '${broken.tenantId}'`);
    await world.ok(BREAK, {}, broken.owner.token);
    await world.ok(BREAK, {}, whole.owner.token);
    expect(await alerts({ rule: 'EMERGENCY_ACCESS' }, whole)).toHaveLength(1);
    expect(await alerts({}, broken)).toEqual([]);
    await world.sql('superuser', `delete from clinic.alert_settings where tenant_id = '${broken.tenantId}'`);
  });

  it('belong to their practice', async () => {
    const other = await practiceAtAnyHour('Belal Chamber');
    await world.ok(BREAK, {}, other.owner.token);
    const [alert] = await alerts({ rule: 'EMERGENCY_ACCESS' }, other);
    expect(alert.member.id).toBe(other.owner.memberId);
    expect((await alerts()).map(({ id }: any) => id)).not.toContain(alert.id);
    expect(codeOf(await world.graphql(ACKNOWLEDGE, { input: { id: alert.id, version: alert.version } }, practice.owner.token))).toBe('NOT_FOUND');
  });

  describe('are acknowledged', () => {
    it('once, with a note, by who manages security', async () => {
      const nurse = await someone('NURSE');
      await world.ok(BREAK, {}, nurse.token);
      const [{ id, version }] = await about(nurse) as [any];
      const input = { id, version, note: 'Spoke with her.\nIt was needed.' };
      expect(codeOf(await world.graphql(ACKNOWLEDGE, { input }, nurse.token))).toBe('FORBIDDEN');
      expect(codeOf(await world.graphql(ACKNOWLEDGE, { input: { ...input, version: 7 } }, practice.owner.token))).toBe('CONFLICT');
      expect(faultsOf(await world.graphql(ACKNOWLEDGE, { input: { ...input, note: 'x'.repeat(2_001) } }, practice.owner.token))).toEqual(['input.note TOO_LONG']);
      const { acknowledgeAlert } = await world.ok(ACKNOWLEDGE, { input }, practice.owner.token);
      expect(acknowledgeAlert).toMatchObject({ id, open: false, note: input.note, version: version + 1, acknowledgedBy: { id: practice.owner.memberId } });
      expect((await world.graphql(ACKNOWLEDGE, { input: { ...input, version: version + 1 } }, practice.owner.token)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'ACKNOWLEDGED_ALREADY' });
      expect((await alerts({ open: true })).map((alert: any) => alert.id)).not.toContain(id);
      expect((await alerts({ open: false })).map((alert: any) => alert.id)).toContain(id);
    });
  });

  describe('are set', () => {
    const SETTINGS = 'rules { rule on threshold } opensAt closesAt openDays webhookUrl version';
    const settings = async ({ owner }: Practice) => (await world.ok(`{ alertSettings { ${SETTINGS} } }`, {}, owner.token)).alertSettings;
    const edit = (input: object, { owner }: Practice) => world.graphql(`mutation ($input: EditAlertSettingsInput!) { editAlertSettings(input: $input) { ${SETTINGS} } }`, { input }, owner.token);

    it('as they are usual until somebody sets them, and then as they were set', async () => {
      const own = await world.practice('Nodi Chamber');
      const usual = await settings(own);
      expect(usual).toMatchObject({ opensAt: '05:00', closesAt: '01:00', openDays: [1, 2, 3, 4, 5, 6, 7], webhookUrl: null, version: 0 });
      expect(usual.rules).toContainEqual({ rule: 'REPEATED_FAILURES', on: true, threshold: 5 });
      expect(usual.rules).toContainEqual({ rule: 'EMERGENCY_ACCESS', on: true, threshold: null });
      const { data } = await edit({ version: 0, rules: [{ rule: 'ODD_HOURS', on: false }, { rule: 'REPEATED_FAILURES', on: true, threshold: 2 }], closesAt: '22:30', openDays: [6, 1, 6] }, own);
      expect(data.editAlertSettings).toMatchObject({ opensAt: '05:00', closesAt: '22:30', openDays: [1, 6], version: 1 });
      expect(await settings(own)).toEqual(data.editAlertSettings);
      expect((await edit({ version: 0, opensAt: '06:00' }, own)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'STALE_VERSION' });
      await often(2, () => world.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email: own.owner.email, password: 'not this one at all' } }));
      // Its owner may have signed in at night, before they said that they mind no hour.
      expect((await alerts({}, own)).map(({ rule }: any) => rule).filter((rule: string) => rule !== 'ODD_HOURS')).toEqual(['REPEATED_FAILURES']);
    });

    it('and not to what is no setting, all faults at once', async () => {
      const rules = [{ rule: 'NEW_DEVICE', on: true, threshold: 3 }, { rule: 'MASS_EXPORT', on: true, threshold: 0 }, { rule: 'MASS_EXPORT', on: false }, { rule: 'EMERGENCY_ACCESS', on: false }, { rule: 'REFRESH_REUSED', on: false }];
      expect(faultsOf(await edit({ version: 1, rules, opensAt: '24:00', closesAt: '9', openDays: [0] }, practice))).toEqual([
        'input.rules.0.threshold NO_THRESHOLD', 'input.rules.1.threshold OUT_OF_RANGE', 'input.rules.2.rule TWICE', 'input.rules.3.on ALWAYS_ON', 'input.rules.4.on ALWAYS_ON', 'input.opensAt NOT_A_TIME', 'input.closesAt NOT_A_TIME', 'input.openDays NOT_A_DAY',
      ]);
    });

    it('but never so that emergencies raise none, though it was set so before', async () => {
      const own = await practiceAtAnyHour('Jheel Chamber');
      await world.sql('superuser', `update clinic.alert_settings set rules = '{"EMERGENCY_ACCESS": {"on": false}}' where tenant_id = '${own.tenantId}'`);
      expect((await settings(own)).rules).toContainEqual({ rule: 'EMERGENCY_ACCESS', on: true, threshold: null });
      await world.ok(BREAK, {}, own.owner.token);
      expect(await alerts({ rule: 'EMERGENCY_ACCESS' }, own)).toHaveLength(1);
    });

    it('and every owner is told by mail who changed what, of the webhook too', async () => {
      const own = await world.practice('Haor Chamber');
      const doctor = await hire(world, own, await openChamber(world, own, 'Gulshan'), 'DOCTOR');
      const asDoctor = { ...own, owner: doctor };
      const told = async (event: Promise<unknown>) => {
        await event;
        return world.mailTo(own.owner.email);
      };
      const mails = async () => (await world.sql('superuser', 'select id from platform.mails')).length;
      const rules = await told(edit({ version: 0, rules: [{ rule: 'ODD_HOURS', on: false }, { rule: 'MASS_EXPORT', on: true, threshold: 90 }], opensAt: '04:00' }, asDoctor));
      expect(rules.subject).toContain('Haor Chamber: what raises alerts was changed · Haor Chamber: সতর্কবার্তার সেটিং বদলানো হয়েছে');
      expect(rules.text).toContain('Rokeya Akter changed what Haor Chamber is alerted of');
      expect(rules.text).toContain('“A member worked while the practice was closed”: off');
      expect(rules.text).toContain('“A member exported or printed far more than usual”: on, from 90');
      expect(rules.text).toContain('Opening hours: 04:00 to 01:00');
      expect(rules.text).toContain('“প্র্যাকটিস বন্ধ থাকার সময় একজন কর্মী কাজ করেছেন”: বন্ধ');
      const before = await mails();
      await edit({ version: 1, rules: [{ rule: 'ODD_HOURS', on: false }] }, asDoctor);
      await edit({ version: 1, rules: [{ rule: 'NEW_DEVICE', on: false }] }, asDoctor);
      expect(await mails()).toBe(before);
      await world.ok('mutation { setAlertWebhook(url: "http://hooks.example/secret-path") { url } }', {}, doctor.token);
      expect(await mails()).toBe(before + 1);
      await world.ok('mutation { removeAlertWebhook { version } }', {}, doctor.token);
      expect(await mails()).toBe(before + 2);
    });

    it('by who manages security, after a fresh proof of identity', async () => {
      const nurse = await someone('NURSE');
      expect(codeOf(await world.graphql('{ alertSettings { version } }', {}, nurse.token))).toBe('FORBIDDEN');
      await world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '1 hour' where member_id = '${practice.owner.memberId}'`);
      expect(codeOf(await edit({ version: 1, opensAt: '06:00' }, practice))).toBe('STEP_UP_NEEDED');
      await world.sql('owner', `update auth.sessions set authenticated_at = now() where member_id = '${practice.owner.memberId}'`);
    });
  });

  describe('are sent to a webhook', () => {
    const SET = 'mutation ($url: String!) { setAlertWebhook(url: $url) { url secret } }';
    interface Call { headers: IncomingHttpHeaders; body: string; path: string }
    let receiver: Server;
    let url: string;
    let status = 200;
    const calls: Call[] = [];

    beforeAll(async () => {
      receiver = createServer((request, response) => {
        let body = '';
        request.on('data', (part: Buffer) => (body += part.toString()));
        request.on('end', () => {
          calls.push({ headers: request.headers, body, path: request.url! });
          response.writeHead(status, { location: '/elsewhere' }).end('x'.repeat(1_000));
        });
      }).listen(0, '127.0.0.1');
      await once(receiver, 'listening');
      url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in?key=1`;
    });
    afterAll(() => receiver.close());
    beforeEach(() => {
      calls.length = 0;
      status = 200;
    });

    const called = async (count = 1): Promise<Call[]> => {
      while (calls.length < count) await delay(20);
      return calls;
    };

    it('signed, with ids and counts and nobody’s name', async () => {
      const own = await practiceAtAnyHour('Megh Chamber');
      const { setAlertWebhook: { secret } } = await world.ok(SET, { url }, own.owner.token);
      await world.ok(BREAK, {}, own.owner.token);
      const [alert] = await alerts({ rule: 'EMERGENCY_ACCESS' }, own);
      const [{ headers, body, path }] = await called() as [Call];
      expect(path).toBe('/in?key=1');
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual({
        type: 'alert.raised', timestamp: alert.raisedAt,
        data: { practiceId: own.tenantId, id: alert.id, rule: 'EMERGENCY_ACCESS', severity: 'HIGH', count: 1, threshold: null, memberId: own.owner.memberId, sessionId: alert.sessionId,
          address: '127.0.0.1', firstAt: alert.firstAt, lastAt: alert.lastAt, raisedAt: alert.raisedAt },
      });
      expect(() => new Webhook(secret).verify(body.replace('HIGH', 'LOW'), headers as Record<string, string>)).toThrow();
    });

    it('on trial, under the secret that was set last', async () => {
      const own = await practiceAtAnyHour('Brishti Chamber');
      expect(codeOf(await world.graphql('mutation { testAlertWebhook }', {}, own.owner.token))).toBe('NOT_FOUND');
      const { setAlertWebhook: { secret: former } } = await world.ok(SET, { url }, own.owner.token);
      const { setAlertWebhook: { secret } } = await world.ok(SET, { url }, own.owner.token);
      expect(secret).not.toBe(former);
      await world.ok('mutation { testAlertWebhook }', {}, own.owner.token);
      const [{ headers, body }] = await called() as [Call];
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'alert.test', data: { practiceId: own.tenantId } });
      expect(() => new Webhook(former).verify(body, headers as Record<string, string>)).toThrow();
      const { removeAlertWebhook } = await world.ok('mutation { removeAlertWebhook { webhookUrl } }', {}, own.owner.token);
      expect(removeAlertWebhook.webhookUrl).toBeNull();
    });

    it('on trial after a fresh proof of identity, one at most waiting, in one of two lanes and after every mail', async () => {
      const own = await practiceAtAnyHour('Mohona Chamber');
      const aged = (interval: string) => world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '${interval}' where member_id = '${own.owner.memberId}'`);
      await world.ok(SET, { url }, own.owner.token);
      await aged('1 hour');
      expect(codeOf(await world.graphql('mutation { testAlertWebhook }', {}, own.owner.token))).toBe('STEP_UP_NEEDED');
      await aged('0');
      const queued = await world.sql('superuser', `begin; select platform.set_context('${own.tenantId}', '${own.owner.memberId}');
        select platform.queue_alert_webhook(null), platform.queue_alert_webhook(null), platform.queue_alert_webhook('${own.owner.memberId}'); select platform.queue_mail(gen_random_uuid(), '\\x01');
        select t.identifier as kind, count(*)::integer, count(distinct q.queue_name)::integer as lanes, min(q.queue_name) ~ '^webhooks-[01]$' as named, min(j.priority)::integer as priority
        from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
        where j.created_at = now() group by 1 order by 1`);
      expect(queued).toEqual([{ kind: 'callAlertWebhook', count: 2, lanes: 1, named: true, priority: 10 }, { kind: 'sendMail', count: 1, lanes: 0, named: null, priority: 0 }]);
    });

    it('that never answers, and mails go all the same', async () => {
      const held: Array<() => void> = [];
      const slow = createServer((_request, response) => void held.push(() => response.end())).listen(0, '127.0.0.1');
      await once(slow, 'listening');
      const practices = [];
      for (const name of ['Rupsha', 'Surma', 'Jamuna', 'Padma', 'Meghna', 'Teesta']) practices.push(await practiceAtAnyHour(`${name} Clinic`));
      for (const { owner } of practices) {
        await world.ok(SET, { url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}/` }, owner.token);
        await world.ok('mutation { testAlertWebhook }', {}, owner.token);
      }
      while (!held.length) await delay(20);
      const id = await queueLetter(world, letterTo('waiting@shapla.example'));
      await mailOnce(world, id, ({ state }) => state === 'SENT');
      const locked = await world.sql<{ lane: string }>('superuser', `select q.queue_name as lane from graphile_worker._private_jobs j join graphile_worker._private_job_queues q on q.id = j.job_queue_id where j.locked_at is not null`);
      expect(locked.length).toBeGreaterThan(0);
      expect(new Set(locked.map(({ lane }) => lane)).size).toBe(locked.length);
      expect(locked.length).toBeLessThanOrEqual(2);
      // Those that wait for their turn are of no more interest.
      await world.sql('owner', `delete from graphile_worker._private_jobs where locked_at is null and job_queue_id is not null`);
      held.forEach((answer) => answer());
      slow.close();
    });

    it('again, under the same id, until it is taken; and nowhere else, though told to go there', async () => {
      const own = await practiceAtAnyHour('Akash Chamber');
      await world.ok(SET, { url }, own.owner.token);
      status = 307;
      await world.ok('mutation { testAlertWebhook }', {}, own.owner.token);
      await called();
      status = 204;
      while (calls.length < 2) {
        await hurryJobs(world);
        await delay(50);
      }
      expect(calls.map(({ path }) => path)).toEqual(['/in?key=1', '/in?key=1']);
      expect(calls[1]!.headers['webhook-id']).toBe(calls[0]!.headers['webhook-id']);
    });

    it('that is on the public internet alone, unless the installation says otherwise', async () => {
      const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '169.254.169.254']) {
        await expect(callWebhook({ url: url.replace('127.0.0.1', host), secret }, 'msg_1', {}, false)).rejects.toThrow(PrivateAddress);
      }
      expect(calls).toEqual([]);
    });

    it.each(['ftp://alerts.example/', 'alerts.example', 'https://user:secret@alerts.example/', `https://alerts.example/${'x'.repeat(500)}`])('and not to %s', async (wrong) => {
      expect(faultsOf(await world.graphql(SET, { url: wrong }, practice.owner.token))).toEqual(['url NOT_A_URL']);
    });
  });

  it('come by a subscription, at once and as they are raised', async () => {
    const quiet = await practiceAtAnyHour('Quiet Chamber');
    const socket = await Socket.connect(await portOf(world.app), quiet.owner.token);
    const id = socket.subscribe('subscription { alertRaised { version count alerts { rule member { id } } } }');
    expect((await socket.result(id)).data.alertRaised).toEqual({ version: 1, count: 0, alerts: [] });
    await world.ok(BREAK, {}, quiet.owner.token);
    expect((await socket.result(id, 2)).data.alertRaised).toEqual({ version: 2, count: 1, alerts: [{ rule: 'EMERGENCY_ACCESS', member: { id: quiet.owner.memberId } }] });
    await socket.close();
  });

  it('leave background work with no sight of a patient, a session or what is sealed in the trail', async () => {
    for (const table of ['clinic.patients', 'clinic.patient_tokens', 'clinic.notes', 'audit.entries', 'audit.entry_records', 'auth.users', 'auth.sessions', 'clinic.emergency_accesses']) {
      await expect(world.sql('jobs', `select from ${table}`)).rejects.toMatchObject({ code: '42501' });
    }
    await expect(world.sql('jobs', 'select from clinic.alerts')).rejects.toMatchObject({ code: 'SK000' });
    await expect(world.sql('jobs', `begin; select platform.enter_to_watch('${practice.tenantId}'); select email_token from clinic.members`)).rejects.toMatchObject({ code: '42501' });
    await expect(world.sql('jobs', `begin; select platform.enter_to_watch('${practice.tenantId}'); update clinic.alerts set acknowledged_at = now()`)).rejects.toMatchObject({ code: '42501' });
    await expect(world.sql('jobs', `begin; select platform.enter_to_watch('${practice.tenantId}'); delete from clinic.alerts`)).rejects.toMatchObject({ code: '42501' });
  });
});

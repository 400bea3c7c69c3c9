import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { ConsentsReader, stateStatement, statesIn } from '../../src/consents/consents.reader.js';
import { Ctx } from '../../src/platform/context/ctx.js';
import { TenantDb } from '../../src/platform/database/tenant-db.js';
import { converse, secretOf, verdict } from '../contract/conversation.js';
import { Consents } from '../support/consents.js';
import { Documents } from '../support/documents.js';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type Person, type Practice, World, isEmptyHanded } from '../support/world.js';

const HOUR = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();

describe('consents', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;
  let consents: Consents;
  let id: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    patients = new Patients(world, practice.owner.token);
    consents = new Consents(world, practice.owner.token);
  });
  beforeEach(async () => {
    ({ id } = await patients.register({ nameEn: 'Amena Begum', birth: { year: 1971 } }));
  });
  afterAll(() => world.close());

  /** A context as a root field has it, of a member who may do this. */
  const ctxOf = (person: Person): Ctx => {
    const ctx = new Ctx({ requestId: randomUUID(), ip: null, device: null },
      { userId: randomUUID(), tenantId: person.tenantId, sessionSecret: secretOf(person), client: 'BEARER', lastKnown: new Map() }, null, 'Query.test');
    ctx.permission = 'patients:read';
    return ctx;
  };

  describe('by purpose', () => {
    it('are unknown for every purpose until somebody decides, and only treatment may go on meanwhile', async () => {
      const standings = await consents.standings(id);
      expect(standings.map(({ purpose }) => purpose)).toEqual(['TREATMENT', 'SMS', 'EMAIL', 'EXCHANGE', 'RESEARCH']);
      expect(standings).toEqual(standings.map(({ purpose }) => ({ purpose, status: 'UNKNOWN', allowed: purpose === 'TREATMENT', since: null, decision: null })));
    });

    it('keep everything that is told', async () => {
      const decidedAt = ago(48);
      const validUntil = new Date(Date.now() + 1000 * HOUR).toISOString();
      const { id: documentId } = await new Documents(world, practice.owner.token).add(id, { kind: 'CONSENT_FORM' });
      const { consent, standing, warnings } = await consents.record(id, {
        purpose: 'RESEARCH', method: 'WRITTEN', decidedAt, validUntil, documentId, language: 'BN-bd', textVersion: ' 2026-03,  form B ', note: 'thumb\r\nprint',
        givenBy: { kind: 'REPRESENTATIVE', name: 'রোকেয়া  বেগম', relation: 'SIBLING' },
      });
      expect(consent).toEqual({
        id: expect.any(String), patientId: id, purpose: 'RESEARCH', decision: 'GRANTED', method: 'WRITTEN', decidedAt, validUntil, documentId, language: 'bn-BD',
        textVersion: '2026-03, form B', note: 'thumb\nprint', givenBy: { kind: 'REPRESENTATIVE', name: 'রোকেয়া বেগম'.normalize('NFC'), relation: 'SIBLING' },
        recordedAt: expect.any(String), recordedBy: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, enteredInError: null,
      });
      expect(standing).toEqual({ purpose: 'RESEARCH', status: 'GRANTED', allowed: true, since: decidedAt, decision: consent });
      expect(warnings).toEqual([]);
      expect((await consents.standings(id)).filter(({ status }) => status !== 'UNKNOWN')).toEqual([standing]);
    });

    it('are recorded once under one idempotency key, however often it is sent, and by an id once', async () => {
      const once = { idempotencyKey: randomUUID(), id: uuidv7() };
      const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => consents.record(id, once)));
      expect(first!.consent).toMatchObject({ id: once.id, decision: 'GRANTED' });
      for (const other of others) expect(other).toEqual(first);
      expect((await consents.history(id)).totalCount).toBe(1);
      const written = (await entriesOf(world, practice.tenantId, 'Mutation.recordConsent')).filter(({ records }) => records.includes(`consent:${once.id}`));
      expect(written.map(({ action }) => action).sort()).toEqual(['CREATED', 'VIEWED', 'VIEWED', 'VIEWED', 'VIEWED']);
      await consents.withdraw(id);
      const late = await consents.record(id, once);
      expect(late).toMatchObject({ consent: { id: once.id }, standing: { status: 'WITHDRAWN' } });

      const other = await consents.recordAnswer(id, { ...once, choice: 'REFUSED' });
      expect([codeOf(other), faultsOf(other)]).toEqual(['CONFLICT', ['input.idempotencyKey USED_FOR_ANOTHER_REQUEST']]);
      const neighbour = await patients.register({ nameEn: 'Neighbour' });
      expect(codeOf(await consents.recordAnswer(neighbour.id, once))).toBe('CONFLICT');
      const taken = await consents.recordAnswer(neighbour.id, { id: once.id });
      expect([codeOf(taken), faultsOf(taken)]).toEqual(['ALREADY_EXISTS', ['input.id ALREADY_EXISTS']]);
      expect(faultsOf(await consents.recordAnswer(id, { id: '00000000-0000-1000-8000-000000000000' }))).toEqual(['input.id UUID_VERSION']);
      expect((await consents.history(neighbour.id)).totalCount).toBe(0);
    });

    it('under one key of two patients at once are recorded for one', async () => {
      const neighbour = await patients.register({ nameEn: 'Neighbour' });
      const idempotencyKey = randomUUID();
      const answers = await Promise.all([id, neighbour.id].map((one) => consents.recordAnswer(one, { idempotencyKey })));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual(['CONFLICT', 'OK']);
      expect((await consents.history(id)).totalCount + (await consents.history(neighbour.id)).totalCount).toBe(1);
    });

    it('name no document but the patient’s own', async () => {
      const other = await patients.register({ nameEn: 'Other' });
      const { id: documentId } = await new Documents(world, practice.owner.token).add(other.id, { kind: 'CONSENT_FORM' });
      await consents.record(id);
      for (const one of [documentId, randomUUID()]) {
        expect(codeOf(await consents.recordAnswer(id, { documentId: one }))).toBe('NOT_FOUND');
        expect(codeOf(await consents.withdrawAnswer(id, { documentId: one }))).toBe('NOT_FOUND');
      }
      expect((await consents.history(id)).totalCount).toBe(1);
      await converse(world, 'app', practice.owner, async (ask) => {
        expect(await verdict(ask, `insert into clinic.consents (tenant_id, id, patient_id, purpose, decision, method, document_id, details, recorded_by)
          values ($1, gen_random_uuid(), $2, 'SMS', 'GRANTED', 'VERBAL', gen_random_uuid(), 'x', $3)`, [practice.tenantId, id, practice.owner.memberId])).toBe('23503');
      });
    });

    it('stand as was decided last, whichever was recorded last', async () => {
      const { consent: refused } = await consents.record(id, { choice: 'REFUSED', decidedAt: ago(1) });
      const late = await consents.record(id, { choice: 'GRANTED', decidedAt: ago(2) });
      expect(late.standing).toEqual({ purpose: 'SMS', status: 'REFUSED', allowed: false, since: refused.decidedAt, decision: refused });
      expect(await consents.standing(id)).toEqual(late.standing);
    });

    it('stand as was recorded last of what was decided at one instant', async () => {
      const decidedAt = ago(1);
      for (const choice of ['GRANTED', 'REFUSED', 'GRANTED', 'REFUSED']) {
        const { standing, consent } = await consents.record(id, { choice, decidedAt });
        expect(standing).toMatchObject({ status: choice, decision: { id: consent.id } });
      }
    });

    it('expire by themselves', async () => {
      const validUntil = ago(1);
      const { standing } = await consents.record(id, { decidedAt: ago(2), validUntil });
      expect(standing).toMatchObject({ status: 'EXPIRED', allowed: false, since: validUntil });
      const treatment = await consents.record(id, { purpose: 'TREATMENT', decidedAt: ago(2), validUntil });
      expect(treatment.standing).toMatchObject({ status: 'EXPIRED', allowed: false });
      expect((await consents.record(id)).standing).toMatchObject({ status: 'GRANTED', allowed: true });
    });

    it('are taken back, once', async () => {
      expect(await consents.withdrawAnswer(id).then(codeOf)).toBe('CONFLICT');
      await consents.record(id, { decidedAt: ago(1) });
      expect(faultsOf(await consents.withdrawAnswer(id, { decidedAt: ago(2) }))).toEqual(['input.decidedAt BEFORE_GRANT']);
      const { consent, standing } = await consents.withdraw(id, { note: 'too many messages' });
      expect(standing).toMatchObject({ status: 'WITHDRAWN', allowed: false, since: consent.decidedAt, decision: { id: consent.id, note: 'too many messages' } });
      const again = await consents.withdrawAnswer(id);
      expect(again.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', status: 'WITHDRAWN' });
      expect((await consents.history(id)).nodes.map(({ decision }) => decision)).toEqual(['WITHDRAWN', 'GRANTED']);
    });

    it('refuse what cannot be, with every fault', async () => {
      const answer = await consents.recordAnswer(id, { givenBy: { kind: 'GUARDIAN', relation: 'MOTHER' }, decidedAt: new Date(Date.now() + HOUR).toISOString(), language: '?', note: '' });
      expect(faultsOf(answer)).toEqual(['input.decidedAt FUTURE', 'input.language NOT_A_LANGUAGE', 'input.givenBy.name NAME_REQUIRED', 'input.note EMPTY']);
      expect((await consents.history(id)).totalCount).toBe(0);
      expect(codeOf(await consents.recordAnswer(randomUUID()))).toBe('NOT_FOUND');
      expect(codeOf(await consents.withdrawAnswer(randomUUID()))).toBe('NOT_FOUND');
    });
  });

  describe('of a minor', () => {
    it('are given by whoever speaks for the child; a child’s no is heard', async () => {
      const child = await patients.register({ nameEn: 'Little One', birth: { ageYears: 9 } });
      expect(faultsOf(await consents.recordAnswer(child.id))).toEqual(['input.givenBy.kind GUARDIAN_REQUIRED']);
      const given = await consents.record(child.id, { givenBy: { kind: 'GUARDIAN', name: 'Amena Begum', relation: 'MOTHER' } });
      expect(given).toMatchObject({ warnings: [], standing: { status: 'GRANTED' } });
      expect((await consents.withdraw(child.id)).standing.status).toBe('WITHDRAWN');
      expect((await consents.record(child.id, { choice: 'REFUSED' })).standing.status).toBe('REFUSED');
    });

    it('are judged by the day of the decision', async () => {
      const birth = new Date();
      birth.setUTCFullYear(birth.getUTCFullYear() - 18, birth.getUTCMonth(), birth.getUTCDate() - 10);
      const adult = await patients.register({ nameEn: 'Just Eighteen', birth: { date: birth.toISOString().slice(0, 10) } });
      expect((await consents.record(adult.id)).warnings).toEqual([]);
      expect(faultsOf(await consents.recordAnswer(adult.id, { decidedAt: ago(24 * 30) }))).toEqual(['input.givenBy.kind GUARDIAN_REQUIRED']);
    });

    it('come with a warning where the age cannot be told', async () => {
      const born = new Date().getUTCFullYear() - 18;
      for (const birth of [{ year: born }, null]) {
        const patient = await patients.register({ nameEn: 'Perhaps Eighteen', birth });
        // On the last day of the year everybody of that year is of age.
        if (birth && new Date(Date.now() + 6 * HOUR).toISOString().slice(5, 10) === '12-31') continue;
        expect((await consents.record(patient.id)).warnings).toEqual(['AGE_UNCERTAIN']);
      }
    });
  });

  describe('and mistakes', () => {
    it('are marked once, stay readable and count for nothing', async () => {
      const { consent: first } = await consents.record(id, { choice: 'REFUSED' });
      const { consent: wrong } = await consents.record(id);
      const { consent, standing } = await consents.mark(wrong.id, '  meant   for her sister ');
      expect(consent).toEqual({ ...wrong, enteredInError: {
        reason: 'meant for her sister', at: expect.any(String), by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' } } });
      expect(standing).toMatchObject({ status: 'REFUSED', decision: { id: first.id } });
      expect(codeOf(await consents.markAnswer(wrong.id))).toBe('CONFLICT');
      expect((await consents.history(id)).nodes).toEqual([consent, first]);
      expect((await consents.mark(first.id)).standing).toEqual({ purpose: 'SMS', status: 'UNKNOWN', allowed: false, since: null, decision: null });
      expect(faultsOf(await consents.markAnswer(wrong.id, ' '))).toEqual(['reason EMPTY']);
      expect(codeOf(await consents.markAnswer(randomUUID()))).toBe('NOT_FOUND');
    });

    it('are marked by one of two who mark at once', async () => {
      const { consent } = await consents.record(id);
      const other = await openTransaction(world, practice.tenantId, practice.owner.memberId);
      await other.query('select from clinic.consents where tenant_id = $1 and id = $2 for no key update', [practice.tenantId, consent.id]);
      const marking = Promise.all([consents.markAnswer(consent.id), consents.markAnswer(consent.id)]);
      await untilItWaits(world, marking);
      await other.commit();
      const answers = await marking;
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code).sort()).toEqual(['CONFLICT', undefined]);
    });
  });

  describe('as a history', () => {
    it('are paged, the latest first, by purpose if asked, whatever is recorded meanwhile', async () => {
      const made: string[] = [];
      for (let i = 5; i > 0; i--) made.unshift((await consents.record(id, { decidedAt: ago(i), purpose: i % 2 ? 'SMS' : 'EMAIL' })).consent.id);
      const first = await consents.history(id, { first: 2 });
      expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
      await consents.record(id);
      const rest = await consents.history(id, { first: 3, after: first.pageInfo.endCursor });
      expect([...first.nodes, ...rest.nodes].map((node) => node.id)).toEqual(made);
      expect(rest.pageInfo.hasNextPage).toBe(false);
      expect((await consents.history(id, { purpose: 'EMAIL' })).nodes.map((node) => node.id)).toEqual([made[1], made[3]]);
      expect(codeOf(await consents.historyAnswer(randomUUID()))).toBe('NOT_FOUND');
    });

    it('go on after nobody with a cursor of another patient', async () => {
      await consents.record(id);
      const other = await patients.register({ nameEn: 'Other' });
      await consents.record(other.id);
      const { pageInfo } = await consents.history(other.id);
      expect((await consents.history(id, { after: pageInfo.endCursor })).nodes).toEqual([]);
    });
  });

  describe('at once', () => {
    it('follow one another: every answer tells how it then stood, and the last recorded counts', async () => {
      const decidedAt = ago(1);
      const saved = await Promise.all(Array.from({ length: 12 }, (_, index) => consents.record(id, { choice: index % 2 ? 'GRANTED' : 'REFUSED', decidedAt })));
      for (const { consent, standing } of saved) expect(standing.decision!.id).toBe(consent.id);
      const { nodes } = await consents.history(id);
      const times = nodes.map(({ recordedAt }) => recordedAt as string);
      expect(times).toEqual([...times].sort().reverse());
      expect((await consents.standing(id)).decision).toEqual(nodes[0]);
    });

    it('are taken back by one of many who try', async () => {
      await consents.record(id);
      const answers = await Promise.all(Array.from({ length: 6 }, () => consents.withdrawAnswer(id)));
      expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
      expect(answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code)).toEqual(Array(5).fill('CONFLICT'));
    });

    it('wait for whoever is changing the patient', async () => {
      const other = await openTransaction(world, practice.tenantId, practice.owner.memberId);
      await other.query('select from clinic.patients where tenant_id = $1 and id = $2 for no key update', [practice.tenantId, id]);
      const recording = consents.record(id);
      await untilItWaits(world, recording);
      expect((await consents.history(id)).totalCount).toBe(0);
      await other.commit();
      await recording;
      expect((await consents.history(id)).totalCount).toBe(1);
    });
  });

  describe('for whoever must honour them', () => {
    it('say no unless somebody said yes, also for ids of nobody and of another practice', async () => {
      const other = await world.practice('Kadam Clinic');
      const [theirs, refused, expired] = [
        await new Patients(world, other.owner.token).register({ nameEn: 'Theirs' }), await patients.register({ nameEn: 'B' }), await patients.register({ nameEn: 'C' })];
      await new Consents(world, other.owner.token).record(theirs.id);
      await consents.record(id);
      await consents.record(refused.id, { choice: 'REFUSED' });
      await consents.record(expired.id, { decidedAt: ago(2), validUntil: ago(1) });
      const ids = [id, refused.id, expired.id, theirs.id, randomUUID()];
      const reader = world.app.get(ConsentsReader, { strict: false });
      const trips = await roundTripsOf(async () => {
        const states = await reader.stateOf(ctxOf(practice.owner), ids, 'SMS');
        expect([...states]).toEqual([
          [id, { status: 'GRANTED', allowed: true }], [refused.id, { status: 'REFUSED', allowed: false }], [expired.id, { status: 'EXPIRED', allowed: false }],
          [theirs.id, { status: 'UNKNOWN', allowed: false }], [ids[4], { status: 'UNKNOWN', allowed: false }],
        ]);
      });
      expect(trips).toHaveLength(1);
      for (const purpose of ['EMAIL', 'EXCHANGE', 'RESEARCH'] as const) {
        expect((await reader.stateOf(ctxOf(practice.owner), [id], purpose)).get(id)).toEqual({ status: 'UNKNOWN', allowed: false });
      }
    });

    it('answer inside a transaction of somebody else’s, and see what it did', async () => {
      const db = world.app.get(TenantDb, { strict: false });
      const ctx = ctxOf(practice.owner);
      ctx.permission = 'patients:edit';
      await consents.record(id);
      const states = await db.write(ctx, async (tx) => {
        const [row] = await tx.query<{ id: string }>('select id from clinic.consents where tenant_id = $1 and patient_id = $2', [practice.tenantId, id]);
        const [before] = await tx.group(stateStatement(practice.tenantId, [id], 'SMS'));
        await tx.query('update clinic.consents set error_at = now(), error_by = $3, error_details = \'x\' where tenant_id = $1 and id = $2', [practice.tenantId, row!.id, practice.owner.memberId]);
        const [after] = await tx.group(stateStatement(practice.tenantId, [id], 'SMS'));
        return [before!, after!].map((rows) => statesIn(rows, [id], 'SMS').get(id));
      });
      expect(states).toEqual([{ status: 'GRANTED', allowed: true }, { status: 'UNKNOWN', allowed: false }]);
    });
  });

  describe('in the database', () => {
    it('are never changed or deleted, by anybody', async () => {
      const { consent } = await consents.record(id);
      const { consent: wrong } = await consents.record(id, { choice: 'REFUSED' });
      await consents.mark(wrong.id);
      const other = await patients.register({ nameEn: 'Survivor' });
      const changes = [
        `decision = 'REFUSED'`, `purpose = 'EMAIL'`, `method = 'WRITTEN'`, `decided_at = now()`, `valid_until = now() + interval '1 day'`, `document_id = id`,
        `recorded_by = recorded_by, recorded_at = now()`, `id = gen_random_uuid()`, `tenant_id = id`,
      ];
      const mark = `error_at = now(), error_by = '${practice.owner.memberId}', error_details = 'x'`;
      for (const role of ['app', 'owner'] as const) {
        await converse(world, role, practice.owner, async (ask) => {
          for (const change of changes) expect([role, change, await verdict(ask, `update clinic.consents set ${change} where id = $1`, [consent.id])]).toEqual([role, change, '42501']);
          expect(await verdict(ask, 'delete from clinic.consents where id = $1', [consent.id])).toBe('42501');
          for (const change of [mark, 'error_at = null, error_by = null, error_details = null']) {
            expect([role, change, await verdict(ask, `update clinic.consents set ${change} where id = $1`, [wrong.id])]).toEqual([role, change, '42501']);
          }
          expect(await verdict(ask, `update clinic.consents set ${mark} where id = $1`, [consent.id])).toBe('ACCEPTED');
          expect(await verdict(ask, `update clinic.consents set error_at = now() where id = $1`, [consent.id])).toBe('23514');
          // Merging patients points a decision at the one who stays, mistakes too.
          for (const row of [consent, wrong]) expect(await verdict(ask, 'update clinic.consents set patient_id = $2 where id = $1', [row.id, other.id])).toBe('ACCEPTED');
        });
      }
      await converse(world, 'app', practice.owner, async (ask) => {
        expect(await verdict(ask, `update clinic.consents set details = 'x' where id = $1`, [consent.id])).toBe('42501');
        expect(await verdict(ask, `update clinic.consents set error_details = 'x' where id = $1`, [wrong.id])).toBe('42501');
      });
    });

    it('cannot be recorded at another time than now, or marked from the start', async () => {
      const columns = '(tenant_id, id, patient_id, purpose, decision, method, decided_at, details, recorded_by';
      const values = `'${practice.tenantId}', gen_random_uuid(), '${id}', 'SMS', 'GRANTED', 'VERBAL', now(), 'x', '${practice.owner.memberId}'`;
      await converse(world, 'app', practice.owner, async (ask) => {
        expect(await verdict(ask, `insert into clinic.consents ${columns}) values (${values})`)).toBe('ACCEPTED');
        expect(await verdict(ask, `insert into clinic.consents ${columns}, recorded_at) values (${values}, now())`)).toBe('42501');
        expect(await verdict(ask, `insert into clinic.consents ${columns}, error_at) values (${values}, now())`)).toBe('42501');
      });
    });
  });

  describe('and who sees and records them', () => {
    it('a receptionist does, an assistant does not, and whoever may edit but not read learns nothing', async () => {
      const chamber = await openChamber(world, practice, 'Gulshan');
      const [receptionist, assistant] = [await hire(world, practice, chamber, 'RECEPTIONIST'), await hire(world, practice, chamber, 'ASSISTANT')];
      const desk = new Consents(world, receptionist.token);
      const { consent } = await desk.record(id);
      expect((await desk.standing(id)).decision).toEqual(consent);
      const nobody = new Consents(world, assistant.token);
      for (const answer of [await nobody.recordAnswer(id), await nobody.withdrawAnswer(id), await nobody.markAnswer(consent.id), await nobody.historyAnswer(id)]) expect(codeOf(answer)).toBe('FORBIDDEN');
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { permission } }', { input: { permission: 'patients:edit', memberId: assistant.memberId } }, practice.owner.token);
      for (const answer of [await nobody.recordAnswer(id), await nobody.withdrawAnswer(id), await nobody.withdrawAnswer(id, { purpose: 'EMAIL' }), await nobody.markAnswer(consent.id)]) {
        expect(isEmptyHanded(answer)).toBe(true);
        expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN', permission: 'patients:read' } }] });
      }
      expect((await desk.history(id)).totalCount).toBe(1);
    });

    it('leave an entry that names each decision shown, and none beyond the page', async () => {
      const { consent: first } = await consents.record(id, { decidedAt: ago(1) });
      const { consent: second } = await consents.record(id);
      // The names of members in an answer leave an entry of their own.
      const written = async (operation: string, action: string) => (await entriesOf(world, practice.tenantId, operation)).filter((entry) => entry.action === action).at(-1);
      const recorded = await written('Mutation.recordConsent', 'CREATED');
      expect(recorded).toMatchObject({ action: 'CREATED', outcome: 'SUCCESS', records: [`consent:${second.id}`], changes: [{ type: 'consent', id: second.id, field: 'SMS', before: null, after: 'GRANTED' }] });
      await consents.history(id, { first: 1 });
      expect((await entriesOf(world, practice.tenantId, 'Query.consentHistory')).at(-1)!.records.sort()).toEqual([`consent:${second.id}`, `member:${practice.owner.memberId}`]);
      await consents.standings(id);
      expect((await entriesOf(world, practice.tenantId, 'Query.patient')).at(-1)!.records.sort()).toEqual([`consent:${second.id}`, `member:${practice.owner.memberId}`, `patient:${id}`]);
      await consents.mark(first.id, 'a slip');
      expect(await written('Mutation.markConsentEnteredInError', 'UPDATED')).toMatchObject({ action: 'UPDATED', reason: 'a slip' });
      const named = await world.sql('superuser', `select from audit.entry_records where record_type = 'consent' and patient_id is distinct from $1 and record_id = any ($2)`, [id, [first.id, second.id]]);
      expect(named).toHaveLength(0);
    });

    it('cost as many round trips for a page of many as for one, and three to record', async () => {
      const PAGE = 'query ($first: Int!) { patients(first: $first) { edges { node { consents { status decision { givenBy { kind } } } } } } }';
      const page = (first: number) => roundTripsOf(() => world.ok(PAGE, { first }, practice.owner.token));
      for (let i = 0; i < 5; i++) await consents.record((await patients.register({ nameEn: `Number ${i}` })).id);
      await page(1);
      const one = (await page(1)).length;
      expect((await page(20)).length).toBe(one);
      const input = `{ purpose: SMS, method: VERBAL, givenBy: { kind: PATIENT }`;
      const answer = `recordConsent(patientId: "${id}", input: ${input}, choice: GRANTED, idempotencyKey: "${randomUUID()}" })`;
      for (const mutation of [answer, answer, `withdrawConsent(patientId: "${id}", input: ${input} })`]) {
        const trips = await roundTripsOf(() => world.ok(`mutation { ${mutation} { consent { id } } }`, {}, practice.owner.token));
        expect(trips.filter(({ connection }) => connection === 'sinduk app')).toHaveLength(3);
      }
    });
  });
});

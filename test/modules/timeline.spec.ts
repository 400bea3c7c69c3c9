import pg from 'pg';
import type { Statement } from '../../src/platform/database/statement-group.js';
import { type TimelineKind, timelineKinds } from '../../src/timeline/timeline-branches.js';
import { type After, FROM_THE_NEWEST, timelinePage } from '../../src/timeline/timeline-rows.js';
import { converse } from '../contract/conversation.js';
import { Allergies } from '../support/allergies.js';
import { Conditions } from '../support/conditions.js';
import { ClinicalNotes } from '../support/clinical-notes.js';
import { Documents } from '../support/documents.js';
import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf, type PatientAnswer } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { Vitals } from '../support/vitals.js';
import { type Person, type Practice, World } from '../support/world.js';

const ITEM = 'id kind occurredAt recordedBy { id nameEn } title';
const TIMELINE = `query ($id: UUID!, $first: Int, $after: String, $kinds: [TimelineKind!], $from: DateTime, $to: DateTime, $all: Boolean) { patient(id: $id) {
  timeline(first: $first, after: $after, kinds: $kinds, from: $from, to: $to, includeEnteredInError: $all) {
    totalCount withheldKinds pageInfo { hasNextPage endCursor } edges { node { ${ITEM} } } } } }`;
const CONSENT = `mutation ($id: UUID!, $input: RecordConsentInput!) { recordConsent(patientId: $id, input: $input) { consent { id decidedAt } } }`;

interface Item {
  id: string;
  kind: string;
  occurredAt: string;
  recordedBy: { id: string; nameEn: string };
  title: string | null;
}

interface Page {
  totalCount: number;
  withheldKinds: string[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  items: Item[];
}

/** What a receptionist does not see. */
const CLINICAL = ['ALLERGY', 'ALLERGY_STATEMENT', 'CONDITION', 'VITALS', 'NOTE', 'CLINICAL_DOCUMENT'];

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const kindsOf = ({ items }: Page): string[] => items.map(({ kind }) => kind);

describe('a patient’s timeline', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let nurse: Person;
  let receptionist: Person;
  let patients: Patients;
  let patient: PatientAnswer;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    nurse = await hire(world, practice, chamberId, 'NURSE');
    receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
    patients = new Patients(world, practice.owner.token);
  });
  beforeEach(async () => {
    patient = await patients.register({ nameEn: 'Rahela Khatun', birth: { year: 1980 } });
  });
  afterAll(() => world.close());

  const timelineAnswer = (variables: object = {}, person: Person = nurse) => world.graphql(TIMELINE, { id: patient.id, ...variables }, person.token);
  const timeline = async (variables: object = {}, person: Person = nurse): Promise<Page> => {
    const { data, errors } = await timelineAnswer(variables, person);
    if (errors) throw new Error(JSON.stringify(errors));
    const { edges, ...rest } = data.patient.timeline;
    return { ...rest, items: edges.map(({ node }: { node: Item }) => node) };
  };

  /** Something of every kind; gives the ids by kind. */
  const happen = async (id: string): Promise<Record<string, string>> => {
    const owner = practice.owner.token;
    const statement = await new Allergies(world, nurse.token).stateNone(id, 'asked the mother\nand the aunt');
    const allergy = await new Allergies(world, owner).record(id, 'Amoxicillin');
    const condition = await new Conditions(world, owner).record(id, { code: 'A90', text: 'Dengue, day 3' });
    const { recordConsent } = await world.ok(CONSENT, { id, input: { purpose: 'SMS', choice: 'REFUSED', method: 'VERBAL', givenBy: { kind: 'PATIENT' }, decidedAt: minutesAgo(30) } }, owner);
    const note = await new ClinicalNotes(world, nurse.token).record(id, `${'অ'.repeat(130)}\nSecond line.`, { occurredAt: minutesAgo(50) });
    const vitals = await new Vitals(world, nurse.token).record(id, { systolic: { value: 120 }, diastolic: { value: 80 }, pulse: { value: 72 }, measuredAt: minutesAgo(60) });
    return { REGISTERED: id, ALLERGY_STATEMENT: statement.id, ALLERGY: allergy.id, CONDITION: condition.id, CONSENT: recordConsent.consent.id, NOTE: note.id, VITALS: vitals.id };
  };

  it('has everything that happened, the latest first, with who recorded it and what it is about', async () => {
    const ids = await happen(patient.id);
    const page = await timeline();
    expect(page).toMatchObject({ totalCount: 7, withheldKinds: [], pageInfo: { hasNextPage: false } });
    expect(page.items.map(({ kind, id, title, recordedBy }) => [kind, id, title, recordedBy.nameEn])).toEqual([
      ['CONDITION', ids['CONDITION'], 'A90 Dengue, day 3', 'Owner of Shapla Chamber'],
      ['ALLERGY', ids['ALLERGY'], 'Amoxicillin', 'Owner of Shapla Chamber'],
      ['ALLERGY_STATEMENT', ids['ALLERGY_STATEMENT'], 'asked the mother', 'Rokeya Akter'],
      ['REGISTERED', patient.id, patient.mrn, 'Owner of Shapla Chamber'],
      ['CONSENT', ids['CONSENT'], 'SMS: REFUSED', 'Owner of Shapla Chamber'],
      ['NOTE', ids['NOTE'], `${'অ'.repeat(119)}…`, 'Rokeya Akter'],
      ['VITALS', ids['VITALS'], '120/80 mmHg · 72 /min', 'Rokeya Akter'],
    ]);
    const times = page.items.map(({ occurredAt }) => Date.parse(occurredAt));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('gives the record of each item', async () => {
    await happen(patient.id);
    const { patient: read } = await world.ok(`query ($id: UUID!) { patient(id: $id) { timeline { edges { node { __typename kind
      ... on ClinicalTimelineItem { record { __typename
        ... on Allergy { id substance { text } recordedBy { nameEn } } ... on AllergyStatement { id note } ... on Condition { id code abatement { date } } ... on Vitals { id measurements { display } } ... on ClinicalNote { id text } } }
      ... on PatientTimelineItem { record { __typename ... on Patient { id mrn birth { ageYears } } ... on Consent { id purpose decision } } } } } } } }`, { id: patient.id }, nurse.token);
    const records = Object.fromEntries(read.timeline.edges.map(({ node }: { node: { kind: string } }) => [node.kind, node]));
    expect(records).toMatchObject({
      ALLERGY: { __typename: 'ClinicalTimelineItem', record: { __typename: 'Allergy', substance: { text: 'Amoxicillin' }, recordedBy: { nameEn: 'Owner of Shapla Chamber' } } },
      ALLERGY_STATEMENT: { __typename: 'ClinicalTimelineItem', record: { __typename: 'AllergyStatement', note: 'asked the mother\nand the aunt' } },
      CONDITION: { __typename: 'ClinicalTimelineItem', record: { __typename: 'Condition', code: 'A90', abatement: null } },
      VITALS: { __typename: 'ClinicalTimelineItem', record: { __typename: 'Vitals', measurements: [{ display: '120 mmHg' }, { display: '80 mmHg' }, { display: '72 /min' }] } },
      NOTE: { __typename: 'ClinicalTimelineItem', record: { __typename: 'ClinicalNote' } },
      REGISTERED: { __typename: 'PatientTimelineItem', record: { __typename: 'Patient', id: patient.id, mrn: patient.mrn, birth: { ageYears: expect.any(Number) } } },
      CONSENT: { __typename: 'PatientTimelineItem', record: { __typename: 'Consent', purpose: 'SMS', decision: 'REFUSED' } },
    });
    expect(Object.keys(records)).toHaveLength(7);
  });

  it('shows the kinds and the period asked for, and struck-out entries only when asked', async () => {
    await happen(patient.id);
    expect(kindsOf(await timeline({ kinds: ['VITALS', 'REGISTERED'] }))).toEqual(['REGISTERED', 'VITALS']);
    expect(await timeline({ kinds: [] })).toMatchObject({ totalCount: 0, items: [] });
    const [, , , , consent, note] = (await timeline()).items;
    expect(kindsOf(await timeline({ to: consent!.occurredAt }))).toEqual(['NOTE', 'VITALS']);
    expect(await timeline({ from: note!.occurredAt, to: consent!.occurredAt })).toMatchObject({ totalCount: 1, items: [{ kind: 'NOTE' }] });
    const allergies = new Allergies(world, nurse.token);
    const { allergies: [allergy] } = await allergies.file(patient.id);
    await allergies.mark(allergy!, 'wrong patient');
    await world.ok('mutation ($id: UUID!) { markConsentEnteredInError(id: $id, reason: "wrong patient") { consent { id } } }', { id: consent!.id }, practice.owner.token);
    expect(kindsOf(await timeline())).toEqual(['CONDITION', 'ALLERGY_STATEMENT', 'REGISTERED', 'NOTE', 'VITALS']);
    expect(await timeline({ all: true })).toMatchObject({ totalCount: 7 });
  });

  it('goes on where it stopped, over all kinds, whatever happened meanwhile', async () => {
    await happen(patient.id);
    const all = (await timeline()).items;
    const seen: Item[] = [];
    for (let after: string | null = null; ;) {
      const page: Page = await timeline({ first: 2, after });
      seen.push(...page.items);
      after = page.pageInfo.endCursor;
      await new ClinicalNotes(world, nurse.token).record(patient.id, 'Meanwhile.');
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual(all);
  });

  it('misses nothing of what happened at one instant, of whatever kind, or within a millisecond', async () => {
    const measuredAt = minutesAgo(10);
    const [vitals, notes] = [new Vitals(world, nurse.token), new ClinicalNotes(world, nurse.token)];
    const id = '018f0000-0000-7000-8000-000000000001';
    const expected = [
      (await vitals.record(patient.id, { id, pulse: { value: 70 }, measuredAt })).id, (await notes.record(patient.id, 'Same id.', { id, occurredAt: measuredAt })).id,
      (await vitals.record(patient.id, { pulse: { value: 71 }, measuredAt })).id, (await notes.record(patient.id, 'One.', { occurredAt: measuredAt })).id,
    ];
    const later = (note: string, micros: number) => world.sql('superuser',
      `update clinic.notes set occurred_at = occurred_at + $2 * interval '1 microsecond', version = version + 1 where id = $1`, [note, micros]);
    await later(expected[3]!, 601);
    expected.push((await notes.record(patient.id, 'Two.', { occurredAt: measuredAt })).id);
    await later(expected[4]!, 600);
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 10; pages++) {
      const page: Page = await timeline({ first: 1, after, kinds: ['VITALS', 'NOTE'] });
      seen.push(...page.items.map((item) => item.id));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(seen.sort()).toEqual(expected.sort());
  });

  it.each(['rubbish', Buffer.from('1 2 3').toString('base64url'), Buffer.from('99999999999999999 00000000-0000-0000-0000-000000000000 NOTE').toString('base64url')])('refuses the cursor %s', async (after) => {
    expect(faultsOf(await timelineAnswer({ after }))).toEqual(['after NOT_A_CURSOR']);
  });

  describe('for a receptionist', () => {
    it('shows only what is not clinical, and says that more is withheld', async () => {
      await happen(patient.id);
      const page = await timeline({}, receptionist);
      expect(kindsOf(page)).toEqual(['REGISTERED', 'CONSENT']);
      expect(page).toMatchObject({ totalCount: 2, withheldKinds: CLINICAL });
      expect(await timeline({ kinds: ['CONSENT', 'VITALS'] }, receptionist)).toMatchObject({ totalCount: 1, withheldKinds: ['VITALS'] });
      expect(await timeline({ kinds: ['CONSENT'] }, receptionist)).toMatchObject({ totalCount: 1, withheldKinds: [] });
    });

    it('says the same when there is nothing clinical', async () => {
      expect((await timeline({}, receptionist)).withheldKinds).toEqual(CLINICAL);
    });

    it('is noted in the audit trail as a denial, once for a page of patients, and not when nothing was withheld', async () => {
      const entriesOf = async (query: string, person: Person) => {
        const response = await world.http({ query, variables: { id: patient.id } }, { authorization: `Bearer ${person.token}` });
        return world.sql<{ outcome: string; error_code: string | null; records: string[] }>('superuser', `
          select e.outcome, e.error_code, array(select r.record_type || ':' || (r.patient_id is not null) from audit.entry_records r where r.entry_id = e.id order by 1) as records
          from audit.entries e where e.request_id = $1 order by e.outcome`, [response.headers['x-request-id']]);
      };
      const one = 'query ($id: UUID!) { patient(id: $id) { timeline { withheldKinds } } }';
      expect(await entriesOf(one, receptionist)).toEqual([
        { outcome: 'DENIED', error_code: 'FORBIDDEN', records: ['requested:timeline:true'] },
        { outcome: 'SUCCESS', error_code: null, records: ['patient:true'] },
      ]);
      expect(await entriesOf(one, nurse)).toEqual([{ outcome: 'SUCCESS', error_code: null, records: ['patient:true'] }]);
      const [denied] = await entriesOf('{ patients(first: 5) { edges { node { timeline { withheldKinds } } } } }', receptionist);
      expect(denied!.records).toEqual(Array(5).fill('requested:timeline:true'));
      expect(await entriesOf('query ($id: UUID!) { patient(id: $id) { timeline(kinds: [CONSENT]) { withheldKinds } } }', receptionist)).toHaveLength(1);
    });
  });

  it('names every item that is shown in the audit entry, by its kind, and no other', async () => {
    const ids = await happen(patient.id);
    const response = await world.http({ query: 'query ($id: UUID!) { patient(id: $id) { timeline(first: 5) { edges { node { kind } } } } }', variables: { id: patient.id } }, { authorization: `Bearer ${nurse.token}` });
    const rows = await world.sql<{ record: string }>('superuser', `
      select r.record_type || ':' || r.record_id as record from audit.entry_records r join audit.entries e on e.id = r.entry_id
      where e.request_id = $1 and r.patient_id = $2 order by 1`, [response.headers['x-request-id'], patient.id]);
    expect(rows.map(({ record }) => record)).toEqual([`allergy-statement:${ids['ALLERGY_STATEMENT']}`, `allergy:${ids['ALLERGY']}`, `condition:${ids['CONDITION']}`, `consent:${ids['CONSENT']}`, `patient:${patient.id}`].sort());
  });

  it('of a patient into whom another one was merged has what happened to both, and the merge', async () => {
    const duplicate = await patients.register({ nameEn: 'Rahela Khatun', birth: { year: 1980 } });
    const note = await new ClinicalNotes(world, nurse.token).record(duplicate.id, 'Of the duplicate.');
    const merges = new Merges(world, practice.owner.token);
    const { merge } = await merges.merge(patient, duplicate);
    expect((await timeline()).items).toMatchObject([
      { kind: 'MERGED', id: merge.id, title: duplicate.mrn, recordedBy: { nameEn: 'Owner of Shapla Chamber' } }, { kind: 'NOTE', id: note.id }, { kind: 'REGISTERED', id: patient.id },
    ]);
    const { patient: read } = await world.ok(`query ($id: UUID!) { patient(id: $id) { timeline(kinds: [MERGED]) { edges { node { ... on PatientTimelineItem { record {
      __typename ... on PatientMerge { duplicateMrn reason clinicalFields { field } } } } } } } } }`, { id: patient.id }, nurse.token);
    expect(read.timeline.edges[0].node.record).toMatchObject({ __typename: 'PatientMerge', duplicateMrn: duplicate.mrn, reason: 'registered twice' });
    await merges.undo(merge.id);
    expect(kindsOf(await timeline())).toEqual(['REGISTERED']);
    expect(kindsOf(await timeline({ all: true }))).toEqual(['MERGED', 'REGISTERED']);
  });

  it('has documents, to each caller those of the kinds that they may see', async () => {
    const documents = new Documents(world, practice.owner.token);
    const identity = await documents.add(patient.id, { kind: 'IDENTITY', title: 'NID card', fileName: 'nid.png' });
    const report = await documents.store(patient.id);
    const QUERY = `query ($id: UUID!) { patient(id: $id) { timeline(kinds: [DOCUMENT, CLINICAL_DOCUMENT]) { totalCount withheldKinds edges { node { kind id title
      ... on ClinicalTimelineItem { record { __typename ... on Document { fileName content { type } } } } ... on PatientTimelineItem { record { __typename ... on Document { fileName } } } } } } } }`;
    const shown = async (person: Person) => (await world.ok(QUERY, { id: patient.id }, person.token)).patient.timeline;
    const card = { node: { kind: 'DOCUMENT', id: identity.id, title: 'NID card', record: { __typename: 'Document', fileName: 'nid.png' } } };
    expect(await shown(receptionist)).toEqual({ totalCount: 1, withheldKinds: ['CLINICAL_DOCUMENT'], edges: [card] });
    const paper = { kind: 'CLINICAL_DOCUMENT', id: report.id, title: 'Blood count', record: { __typename: 'Document', fileName: 'report.pdf', content: { type: 'application/pdf' } } };
    expect(await shown(nurse)).toEqual({ totalCount: 2, withheldKinds: [], edges: [{ node: paper }, card] });
    await documents.mark(report, 'another patient');
    expect(await shown(nurse)).toMatchObject({ totalCount: 1, edges: [card] });
  });

  it('shows nothing of another practice’s patient', async () => {
    const stranger = (await world.practice('Stranger')).owner;
    const answer = await timelineAnswer({}, stranger);
    expect([codeOf(answer), answer.data]).toEqual(['NOT_FOUND', { patient: null }]);
  });

  it('costs as many statements for 100 items as for one, and for 100 patients as for one', async () => {
    const [vitals, notes, allergies] = [new Vitals(world, nurse.token), new ClinicalNotes(world, nurse.token), new Allergies(world, nurse.token)];
    await happen(patient.id);
    for (let i = 0; i < 40; i++) {
      await vitals.record(patient.id, { pulse: { value: 60 + i }, measuredAt: minutesAgo(100 + i) });
      await notes.record(patient.id, `Note ${i}`, { occurredAt: minutesAgo(100.5 + i) });
    }
    for (let i = 0; i < 20; i++) await allergies.record(patient.id, `Substance ${i}`);
    const fields = `totalCount edges { node { kind title recordedBy { nameEn } ... on ClinicalTimelineItem { record { ... on Vitals { measurements { value } } ... on ClinicalNote { text } ... on Allergy { substance { text } } } } } }`;
    const trips = async (query: string, variables: Record<string, unknown>): Promise<[number, unknown[]]> => {
      let answered: { patient?: { timeline: { edges: unknown[] } }; patients?: { edges: unknown[] } } = {};
      const made = toTheApp(await roundTripsOf(async () => {
        answered = await world.ok(query, variables, nurse.token);
      }));
      return [made.length, answered.patient?.timeline.edges ?? answered.patients!.edges];
    };
    const ofOne = `query ($id: UUID!, $first: Int, $kinds: [TimelineKind!]) { patient(id: $id) { timeline(first: $first, kinds: $kinds) { ${fields} } } }`;
    const kinds = ['VITALS', 'NOTE', 'ALLERGY'];
    // The patient, the page, the count, the names, and each kind's records.
    const [few] = await trips(ofOne, { id: patient.id, first: 50, kinds });
    const [many, edges] = await trips(ofOne, { id: patient.id, first: 100, kinds });
    expect(edges).toHaveLength(100);
    expect([few, many]).toEqual([7, 7]);

    const ofMany = `query ($first: Int) { patients(first: $first) { edges { node { timeline(first: 3) { totalCount edges { node { kind title } } } } } } }`;
    const [one] = await trips(ofMany, { first: 1 });
    for (let i = 0; i < 100; i++) await patients.register({ nameEn: `Patient ${i}` });
    const [hundred, listed] = await trips(ofMany, { first: 100 });
    expect(listed).toHaveLength(100);
    expect(hundred).toBeLessThanOrEqual(one);
  });

  it.each(['force_custom_plan', 'force_generic_plan'])('reads each kind by its index, no more rows than a page has, and not what was not asked for: %s', async (mode) => {
    await new Vitals(world, nurse.token).record(patient.id, { pulse: { value: 60 } });
    await world.sql('superuser', `
      insert into clinic.vitals (tenant_id, id, patient_id, content, recorded_by, measured_at)
      select tenant_id, gen_random_uuid(), patient_id, content, recorded_by, measured_at - n * interval '1 hour' from clinic.vitals, generate_series(1, 3000) n where patient_id = '${patient.id}'`);
    await world.sql('superuser', 'analyze clinic.vitals');
    const vitalsIn = async (kinds: TimelineKind[], after: After) => {
      const plan = await explained(timelinePage(practice.tenantId, [patient.id], [kinds, '-infinity', 'infinity', false], after, 11), mode);
      return nodesOf(plan).find((node) => node['Relation Name'] === 'vitals')!;
    };
    const scan = { 'Node Type': 'Index Scan', 'Index Name': 'vitals__by_patient' };
    expect(await vitalsIn(timelineKinds, FROM_THE_NEWEST)).toMatchObject({ ...scan, 'Actual Rows': 11, 'Actual Loops': 1 });
    const micros = String((Date.now() - 1_000 * 3_600_000) * 1_000);
    const further = await vitalsIn(timelineKinds, [micros, patient.id, 'VITALS']);
    expect(further).toMatchObject({ ...scan, 'Actual Rows': 11, 'Actual Loops': 1 });
    expect(further['Rows Removed by Filter'] ?? 0).toBe(0);
    expect((await vitalsIn(['CONSENT'], FROM_THE_NEWEST))?.['Actual Loops'] ?? 0).toBe(0);
  });

  type PlanNode = Record<string, unknown> & { Plans?: PlanNode[] };
  const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

  // As the application role, under row security.
  const explained = ({ text, values = [] }: Statement, mode: string): Promise<PlanNode> => converse(world, 'app', practice.owner, async (ask) => {
    const literals = values.map((value) => (typeof value === 'number' ? value : pg.escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value))));
    await ask(`set local plan_cache_mode = ${mode}`);
    await ask(`prepare asked as ${text}`);
    const [row] = await ask(`explain (analyze, format json, timing off) execute asked(${literals.join(', ')})`);
    return (row!['QUERY PLAN'] as [{ Plan: PlanNode }])[0].Plan;
  });
});

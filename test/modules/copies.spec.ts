import { randomUUID } from 'node:crypto';
import { Allergies } from '../support/allergies.js';
import { Consents } from '../support/consents.js';
import { Documents, files } from '../support/documents.js';
import { Families } from '../support/families.js';
import { Imports, importServer } from '../support/imports.js';
import { Merges } from '../support/merges.js';
import { Patients, freshNid } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { World, type Person, type Practice } from '../support/world.js';

const HOSTILE = '</bdi><script>alert(1)</script>"><img src=x onerror=alert(1)> \' onload=\'alert(1)';

describe('patients’ rights', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let patients: Patients;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan <Chamber>');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const fetch = (path: string, person: Pick<Person, 'token'> = practice.owner, headers: Record<string, string> = {}) =>
    world.app.inject({ method: 'GET', url: path, headers: { authorization: `Bearer ${person.token}`, ...headers } });
  const copyOf = async (id: string, query = 'format=json') => {
    const answer = await fetch(`/patients/${id}/copy?${query}`);
    expect(answer.statusCode).toBe(200);
    return answer;
  };
  const reportOf = async (id: string, query = 'format=json') => {
    const answer = await fetch(`/patients/${id}/access-report?${query}`);
    expect(answer.statusCode).toBe(200);
    return answer;
  };
  const entryOf = async (answer: { headers: Record<string, unknown> }) => {
    const rows = await world.sql<{ operation: string; action: string; outcome: string; record: string | null; patient_id: string | null }>('superuser', `
      select e.operation, e.action, e.outcome, r.record_type || ':' || r.record_id as record, r.patient_id from audit.entries e left join audit.entry_records r on r.entry_id = e.id where e.request_id = $1`,
    [answer.headers['x-request-id']]);
    return { ...rows[0]!, records: rows.map(({ record }) => record).sort(), patients: [...new Set(rows.map(({ patient_id }) => patient_id))] };
  };
  const grant = (person: Person, ...permissions: string[]) => Promise.all(permissions.map((permission) =>
    world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission, memberId: person.memberId } }, practice.owner.token)));
  const textOf = (page: string): string => page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

  /** A patient of whom there is something of everything, and mistakes. */
  const somebody = async () => {
    const patient = await patients.register({
      nameEn: 'Amena Begum', nameBn: 'আমেনা বেগম', sex: 'FEMALE', birth: { date: '1971-03-26' }, phones: [{ number: '01100 200300', label: 'FAMILY' }],
      identifiers: [{ kind: 'NID', value: freshNid() }], address: { line: 'House 7', city: 'Dhaka' }, guardian: { name: 'Karim Begum', relation: 'SPOUSE' },
    });
    const { id } = patient;
    await patients.editClinicalAnswer(id, 1, { bloodGroup: 'AB_NEGATIVE', notes: 'first line\nsecond line' });
    const allergies = new Allergies(world, practice.owner.token);
    const wrong = await allergies.record(id, 'Asprin');
    const right = await allergies.correct(wrong, 'Aspirin', 'misspelt');
    const { recordVitals } = await world.ok(`mutation ($id: UUID!) { recordVitals(input: { patientId: $id, pulse: { value: 172 }, measuredAt: "2026-03-01T20:30:00.000Z", note: "feels thirsty" }) { vitals { id } } }`,
      { id }, practice.owner.token, { 'x-sinduk-chamber': chamberId });
    const { recordClinicalNote } = await world.ok('mutation ($id: UUID!) { recordClinicalNote(input: { patientId: $id, kind: PHONE, text: "FASTING advised" }) { note { id } } }', { id }, practice.owner.token);
    const consents = new Consents(world, practice.owner.token);
    const { consent: mistake } = await consents.record(id, { purpose: 'RESEARCH' });
    await consents.mark(mistake.id, 'meant for her sister');
    const { consent } = await consents.record(id, { decidedAt: '2026-03-01T20:30:00.000Z', language: 'bn', textVersion: '2026-01' });
    const document = await new Documents(world, practice.owner.token).store(id, files.pdf, { title: 'Blood count' });
    const relative = await patients.register({ nameEn: 'Belal Begum' });
    const { member } = await new Families(world, practice.owner.token).link(relative.id, 'PARENT', id);
    return { patient, id, wrong: wrong.id, right: right.id, vitals: recordVitals.vitals.id, note: recordClinicalNote.note.id, mistake: mistake.id, consent: consent.id, relative, link: member.id, document };
  };

  describe('a copy of the record', () => {
    it('holds everything as JSON, mistakes too', async () => {
      const who = await somebody();
      const answer = await copyOf(who.id);
      const copy = answer.json();
      expect(copy).toMatchObject({
        format: 'sinduk-patient-copy', version: 1, madeAt: expect.any(String), madeById: practice.owner.memberId,
        practice: { id: practice.tenantId, name: 'Shapla Chamber', country: 'BD' },
        patient: {
          id: who.id, mrn: who.patient.mrn, status: 'ACTIVE', registeredBy: practice.owner.memberId,
          identity: {
            nameEn: 'Amena Begum', nameBn: 'আমেনা বেগম'.normalize('NFC'), sex: 'FEMALE', birth: { precision: 'DAY', date: '1971-03-26' }, phones: [{ number: '+8801100200300', label: 'FAMILY' }],
            identifiers: [{ kind: 'NID' }], address: { line: 'House 7', city: 'Dhaka' }, guardian: { name: 'Karim Begum', relation: 'SPOUSE' },
          },
          clinical: { bloodGroup: 'AB_NEGATIVE', notes: 'first line\nsecond line' },
        },
        sections: {
          allergies: [{ id: who.wrong, status: 'ENTERED_IN_ERROR', errorReason: { reason: 'misspelt' }, content: { substance: { text: 'Asprin' } } }, { id: who.right, corrects: who.wrong, status: 'ACTIVE' }],
          allergyStatusChanges: expect.any(Array), allergyStatements: [],
          vitals: [{ id: who.vitals, measuredAt: '2026-03-01T20:30:00.000Z', chamberId, content: { note: 'feels thirsty', measured: [{ measure: 'PULSE', value: '172' }] } }],
          notes: [{ id: who.note, content: { kind: 'PHONE', text: 'FASTING advised' } }],
          documents: [{ id: who.document.id, kind: 'LAB_REPORT', description: { title: 'Blood count', fileName: 'report.pdf' } }],
          documentFiles: [{ documentId: who.document.id, size: files.pdf.length, storedBy: practice.owner.memberId, content: { type: 'application/pdf', sha256: who.document.content!.sha256 } }],
          consents: [{ id: who.consent, decision: 'GRANTED', details: { language: 'bn', textVersion: '2026-01' } }, { id: who.mistake, errorBy: practice.owner.memberId, errorDetails: { reason: 'meant for her sister' } }],
          familyLinks: [{ id: who.link, patientId: who.relative.id, relativeId: who.id, details: { relation: 'PARENT' } }],
        },
        members: { [practice.owner.memberId]: { nameEn: 'Owner of Shapla Chamber', nameBn: 'মালিক' } }, chambers: { [chamberId]: 'Gulshan <Chamber>' },
        patients: { [who.relative.id]: { mrn: who.relative.mrn, nameEn: 'Belal Begum', nameBn: null } },
      });
      expect(answer.body).not.toContain('tenantId');
      expect(copy.sections.documentFiles[0].content).not.toHaveProperty('key');
      expect(answer.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store',
        'content-disposition': expect.stringMatching(new RegExp(`^attachment; filename=record-${who.patient.mrn}-\\d{4}-\\d\\d-\\d\\d\\.json$`)),
      });
    });

    it('leaves, before its first byte, an entry that names the patient and each record', async () => {
      const who = await somebody();
      for (const query of ['format=json', 'format=html&language=bn']) {
        const entry = await entryOf(await copyOf(who.id, query));
        expect(entry).toMatchObject({ operation: 'GET /patients/:id/copy', action: 'EXPORTED', outcome: 'SUCCESS' });
        expect(entry.records).toEqual(expect.arrayContaining([
          `patient:${who.id}`, `patient-clinical:${who.id}`, `allergy:${who.wrong}`, `allergy:${who.right}`, `vitals:${who.vitals}`, `note:${who.note}`, `consent:${who.mistake}`, `consent:${who.consent}`,
          `family-link:${who.link}`, `document:${who.document.id}`, `relative:${who.relative.id}`, `member:${practice.owner.memberId}`, `chamber:${chamberId}`,
        ]));
        expect(entry.records.filter((record) => record!.startsWith('allergy-status-change:'))).toHaveLength(2);
        expect(entry.patients.sort()).toEqual([null, who.id, who.relative.id].sort());
      }
    });

    it('is not sent when its entry cannot be written', async () => {
      const who = await somebody();
      await world.sql('superuser', 'revoke insert on audit.entries from sinduk_audit');
      try {
        for (const path of ['copy', 'access-report']) {
          const answer = await fetch(`/patients/${who.id}/${path}?format=json`);
          expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
          expect(answer.body).not.toContain('Amena');
        }
      } finally {
        await world.sql('superuser', `grant insert (id, tenant_id, chamber_id, actor_user_id, actor_member_id, actor_roles, session_id, action, operation, outcome,
          error_code, request_id, ip, payload, payload_hash, records_hash) on audit.entries to sinduk_audit`);
      }
    });

    it('is a page in English, by the clock of the practice', async () => {
      const who = await somebody();
      const answer = await copyOf(who.id, 'language=en');
      const text = textOf(answer.body);
      expect(answer.body).toMatch(/^<!doctype html>\n<html lang="en">/);
      for (const shown of [
        'Copy of your record: Amena Begum', 'Shapla Chamber', 'Asia/Dhaka', who.patient.mrn, '26 March 1971', '+8801100200300 (Family)', 'Father or mother', 'Husband or wife', 'AB−', 'Asprin', 'misspelt',
        'Pulse: 172 /min (Unusually high)', 'Measured 2 March 2026 at 02:30', 'Gulshan &lt;Chamber&gt;', 'By telephone', 'FASTING advised', 'Decided 2 March 2026 at 02:30', 'meant for her sister',
        `Belal Begum (${who.relative.mrn})`, 'Recorded by Owner of Shapla Chamber', 'End of the copy. Records: 11', 'Document No. 1', 'In place of No. 1', 'Blood count', `Size (bytes) ${files.pdf.length}`,
      ]) expect([shown, text.includes(shown)]).toEqual([shown, true]);
      expect(answer.body.match(/Entered in error: it counts for nothing/g)).toHaveLength(2);
      expect(answer.body.match(/<article class="error">/g)).toHaveLength(2);
      for (const hidden of [who.id, who.consent, practice.tenantId]) expect(text).not.toContain(hidden);
      expect(answer.headers['content-disposition']).toMatch(/^inline; filename=record-/);
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-[\w+/=]+'; frame-ancestors 'none'; sandbox$/);
    });

    it('is a page in Bangla, with Bangla digits, save in what is dialled or typed', async () => {
      const who = await somebody();
      const text = textOf((await copyOf(who.id, 'language=bn')).body);
      for (const shown of [
        'আপনার রেকর্ডের কপি: ' + 'আমেনা বেগম'.normalize('NFC'), '২৬ মার্চ', '১৯৭১', 'নাড়ির গতি: ১৭২ /min (অস্বাভাবিক বেশি)', '২ মার্চ', '২০২৬', '২:৩০', '+8801100200300 (পরিবারের)', 'ভুলে লেখা: এটি ধরা হবে না',
        'নারী', 'বাবা বা মা', 'লিখেছেন মালিক', 'FASTING advised', 'মোট রেকর্ড: ১১', 'নথি নং ১',
      ]) expect([shown, text.includes(shown)]).toEqual([shown, true]);
    });

    it('shows what people wrote as the text it is', async () => {
      const patient = await patients.register({ nameEn: HOSTILE, guardian: { name: HOSTILE, relation: 'OTHER' }, address: { line: HOSTILE } });
      await patients.editClinicalAnswer(patient.id, 1, { notes: `${HOSTILE}\n${HOSTILE}` });
      const allergies = new Allergies(world, practice.owner.token);
      await allergies.correct(await allergies.record(patient.id, HOSTILE), 'Other', HOSTILE);
      await new Consents(world, practice.owner.token).record(patient.id, { note: HOSTILE, textVersion: HOSTILE.slice(0, 90), givenBy: { kind: 'REPRESENTATIVE', name: HOSTILE, relation: 'OTHER' } });
      const other = await patients.register({ nameEn: HOSTILE.toUpperCase() });
      await new Families(world, practice.owner.token).link(patient.id, 'OTHER', other.id, { note: HOSTILE });
      for (const path of ['copy?language=bn', 'copy?language=en', 'access-report?language=bn', 'access-report?language=en&addresses=true']) {
        const { body } = await fetch(`/patients/${patient.id}/${path}`);
        expect(body).toContain('&lt;script&gt;');
        // Only elements of ours, and only attributes of ours.
        expect([...new Set([...body.matchAll(/<([a-z0-9!]+)/gi)].map(([, name]) => name))].filter((name) => !/^(!doctype|html|head|meta|title|style|body|header|h1|h2|h3|p|dl|dt|dd|section|article|span|bdi|ul|li|table|thead|tbody|tr|th|td|footer)$/.test(name!))).toEqual([]);
        expect(body.match(/<[^>]*\son\w+\s*=/i)).toBeNull();
      }
      expect((await copyOf(patient.id)).json().patient.identity.nameEn).toBe(HOSTILE);
    });

    it('has the records that were merged into it, and of a merge that was undone nothing of the other patient', async () => {
      const [survivor, duplicate] = [await patients.register({ nameEn: 'Amena Begum' }), await patients.register({ nameEn: 'Amena Begum', address: { line: 'House of the other' } })];
      const merges = new Merges(world, practice.owner.token);
      const { merge } = await merges.merge(survivor, duplicate);
      const merged = (await copyOf(survivor.id)).json();
      expect(merged.sections.mergedPatients).toMatchObject([{ id: duplicate.id, mrn: duplicate.mrn, status: 'MERGED', identity: { nameEn: 'Amena Begum', address: { line: 'House of the other' } } }]);
      expect(merged.sections.merges).toMatchObject([{ id: merge.id, survivorId: survivor.id, duplicateId: duplicate.id, identity: { reason: 'registered twice' }, clinical: null }]);
      const seen = async () => (await reportOf(survivor.id)).json().entries.map((entry: { operation: string }) => entry.operation).filter((operation: string) => operation === 'Mutation.registerPatient').length;
      expect(await seen()).toBe(2);
      await merges.undo(merge.id);
      const undone = await copyOf(survivor.id);
      expect(undone.json().sections).toMatchObject({ mergedPatients: [], merges: [{ id: merge.id, undoneBy: practice.owner.memberId }] });
      expect(undone.body).not.toContain('House of the other');
      expect(await seen()).toBe(1);
    });

    it('shows numbers of other software as they are, also those that look like ids', async () => {
      const number = randomUUID();
      const imports = new Imports(importServer(world), practice.owner.token);
      const [line] = await imports.lines((await imports.run(`Patient ID,Name\n${number},Numbered Elsewhere\n`)).id);
      for (const format of ['json', 'html']) expect((await copyOf(line!.patientId!, `format=${format}`)).body).toContain(number);
    });

    it('is written part by part, each record once and in its order, however many there are', async () => {
      const { id } = await patients.register({ nameEn: 'Long Story' });
      const consents = new Consents(world, practice.owner.token);
      const { consent } = await consents.record(id, { decidedAt: '2020-01-01T00:00:00.000Z' });
      // As many as somebody could record in years; each is sealed for its own row, so they are made by the program.
      const made = [consent.id];
      for (let i = 1; i < 410; i++) made.push((await consents.record(id, { decidedAt: new Date(Date.UTC(2020, 0, 1, 0, i)).toISOString() })).consent.id);
      const answer = { body: '' };
      const trips = (await roundTripsOf(async () => Object.assign(answer, await copyOf(id)))).filter(({ connection }) => connection === 'sinduk app');
      expect(JSON.parse(answer.body).sections.consents.map((one: { id: string }) => one.id)).toEqual(made);
      expect(trips).toHaveLength(2 + 3);
      expect(((await copyOf(id, 'format=html')).body.match(/<article>/g))).toHaveLength(411);
    });

    it('is for whoever may export and see all of it', async () => {
      const who = await somebody();
      const [manager, nurse, receptionist] = [await hire(world, practice, chamberId, 'MANAGER'), await hire(world, practice, chamberId, 'NURSE'), await hire(world, practice, chamberId, 'RECEPTIONIST')];
      expect((await fetch(`/patients/${who.id}/copy`, manager)).statusCode).toBe(200);
      const refused = async (person: Person, path: string, permission: string) => {
        const answer = await fetch(`/patients/${who.id}/${path}`, person);
        expect([answer.statusCode, answer.json().errors[0].extensions]).toEqual([403, expect.objectContaining({ code: 'FORBIDDEN', permission })]);
        expect(answer.body).not.toContain('Amena');
        expect(await entryOf(answer)).toMatchObject({ outcome: 'DENIED', records: [`requested:id:${who.id}`] });
      };
      await refused(nurse, 'copy', 'patients:export');
      await refused(receptionist, 'copy', 'patients:export');
      await grant(receptionist, 'patients:export');
      await refused(receptionist, 'copy', 'patients:read-clinical');
      await refused(receptionist, 'access-report', 'audit:read');
      await refused(manager, 'access-report', 'audit:read');
      const assistant = await hire(world, practice, chamberId, 'ASSISTANT');
      await grant(assistant, 'patients:export', 'patients:read-clinical', 'audit:read');
      for (const path of ['copy', 'access-report']) await refused(assistant, path, 'patients:read');
      expect((await world.app.inject({ method: 'GET', url: `/patients/${who.id}/copy` })).statusCode).toBe(401);
    });

    it('of another practice’s patient answers as of nobody', async () => {
      const stranger = await world.practice('Kadam Clinic');
      const { id } = await patients.register({ nameEn: 'Ours' });
      for (const path of ['copy', 'access-report']) {
        const answers = await Promise.all([id, randomUUID(), 'nonsense'].map((one) => fetch(`/patients/${one}/${path}`, stranger.owner)));
        const said = answers.map((answer) => [answer.statusCode, answer.body.replaceAll(answer.headers['x-request-id'] as string, '')]);
        expect(said).toEqual(Array(3).fill(said[1]));
        expect(said[1]![0]).toBe(404);
      }
    });

    it.each([
      ['copy?format=pdf', ['format', 'IS_IN']], ['copy?language=ar', ['language', 'IS_IN']], ['access-report?from=2026-02-30', ['from', 'IS_ISO8601']], ['access-report?to=yesterday', ['to', 'IS_ISO8601']],
      ['access-report?from=2026-02-03T10:00:00Z', ['from', 'MATCHES']], ['access-report?addresses=perhaps', ['addresses', 'IS_BOOLEAN_STRING']],
    ])('asked for wrongly, by %s, is refused with the fault', async (path, [field, reason]) => {
      const { id } = await patients.register({ nameEn: 'Ours' });
      const answer = await fetch(`/patients/${id}/${path}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors[0].extensions.faults).toContainEqual(expect.objectContaining({ path: [field], reason }));
    });
  });

  describe('a report of who saw the record', () => {
    it('tells when, who, what, with which outcome and where, the latest first, and nothing of other patients', async () => {
      const { id, mrn } = await patients.register({ nameEn: 'Watched', nameBn: 'দেখা' });
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      await world.ok('query ($id: UUID!) { patient(id: $id) { nameEn clinical { notes } } }', { id }, nurse.token, { 'x-sinduk-chamber': chamberId });
      await world.graphql('mutation ($id: UUID!) { archivePatient(id: $id, version: 1, reason: "x") { patient { id } } }', { id }, nurse.token);
      const others = await patients.register({ nameEn: 'Somebody Else' });
      await world.ok('{ patients(first: 2) { edges { node { nameEn } } } }', {}, practice.owner.token);
      const report = (await reportOf(id)).json();
      expect(report).toMatchObject({ format: 'sinduk-access-report', version: 1, language: 'en', practice: { name: 'Shapla Chamber' }, patient: { id, mrn, nameEn: 'Watched' }, from: null, until: null });
      const owner = { memberId: practice.owner.memberId, name: 'Owner of Shapla Chamber', roles: ['OWNER'] };
      const identity = { type: 'patient', what: 'name, telephone, address and the like' };
      expect(report.entries).toEqual([
        { id: expect.any(String), at: expect.any(String), atLocal: expect.any(String), who: owner, action: 'VIEWED', operation: 'Query.patients', what: 'Looking at a list of patients', records: [identity], outcome: 'SUCCESS', chamber: null },
        expect.objectContaining({ who: { memberId: nurse.memberId, name: 'Rokeya Akter', roles: ['NURSE'] }, operation: 'Mutation.archivePatient', outcome: 'DENIED', records: [{ type: 'requested:id', what: 'the record, which was not shown' }] }),
        expect.objectContaining({ who: expect.objectContaining({ roles: ['NURSE'] }), operation: 'Query.patient', what: 'Looking at the record', chamber: 'Gulshan <Chamber>',
          records: [identity, { type: 'patient-clinical', what: 'blood group and notes' }] }),
        expect.objectContaining({ who: owner, operation: 'Mutation.registerPatient', action: 'CREATED' }),
      ]);
      expect(JSON.stringify(report)).not.toContain(others.id);
      expect(report.entries[0]).not.toHaveProperty('address');
      expect((await reportOf(id, 'format=json&addresses=true')).json().entries.at(-1)).toMatchObject({ address: '127.0.0.1' });
    });

    it('is a page in both languages, with refusals marked', async () => {
      const { id } = await patients.register({ nameEn: 'Watched', nameBn: 'দেখা' });
      const assistant = await hire(world, practice, chamberId, 'ASSISTANT');
      await world.graphql('query ($id: UUID!) { patient(id: $id) { nameEn } }', { id }, assistant.token);
      const english = (await reportOf(id, 'language=en')).body;
      expect(english.match(/<tr class="refused">/g)).toHaveLength(1);
      for (const shown of ['Who saw your record: Watched', 'Rokeya Akter (assistant)', 'Looking at the record', 'REFUSED: it was not allowed', 'Owner of Shapla Chamber (owner)', 'Registering the patient', 'Entries: 2', 'Asia/Dhaka'])
        expect([shown, textOf(english).includes(shown)]).toEqual([shown, true]);
      const bangla = textOf((await reportOf(id, 'language=bn')).body);
      for (const shown of ['কে কে আপনার রেকর্ড দেখেছেন: দেখা', '(সহকারী)', 'রেকর্ড দেখা', 'প্রত্যাখ্যাত: অনুমতি ছিল না', 'রোগী নিবন্ধন', 'কে কে রেকর্ড দেখেছেন তার প্রতিবেদন তৈরি', 'মোট: ৩'])
        expect([shown, bangla.includes(shown)]).toEqual([shown, true]);
      expect(bangla).toMatch(/[০-৯]{1,2} \S+,? ২০/);
    });

    it('is complete, however long it is, and names the patient in its own entry', async () => {
      const { id } = await patients.register({ nameEn: 'Often Seen' });
      for (let i = 0; i < 26; i++) await Promise.all(Array.from({ length: 20 }, () => patients.read(id)));
      const answer = await reportOf(id);
      const { entries } = answer.json();
      const before = await world.sql<{ id: string }>('superuser', `
        select e.id from audit.entries e where e.request_id <> $2 and exists (select from audit.entry_records r where r.entry_id = e.id and r.patient_id = $1) order by e.id desc`, [id, answer.headers['x-request-id']]);
      expect(before.length).toBe(521);
      expect(entries.map((entry: { id: string }) => entry.id)).toEqual(before.map((row) => row.id));
      expect(await entryOf(answer)).toMatchObject({ operation: 'GET /patients/:id/access-report', action: 'EXPORTED', outcome: 'SUCCESS', records: [`audit-of-patient:${id}`, `patient:${id}`] });
      expect((await reportOf(id)).json().entries[0]).toMatchObject({ operation: 'GET /patients/:id/access-report', what: 'Making a report of who saw the record' });
    });

    it('is not cut short by records that belong to no entry', async () => {
      const { id } = await patients.register({ nameEn: 'Hidden' });
      await world.sql('superuser', `
        insert into audit.entry_records (entry_id, tenant_id, record_type, record_id, patient_id)
        select (left(audit.first_id_at(now())::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $1, 'patient', $2, $2 from generate_series(1, 1200) n`, [practice.tenantId, id]);
      const { entries } = (await reportOf(id)).json();
      expect(entries.map(({ operation }: { operation: string }) => operation)).toEqual(['Mutation.registerPatient']);
    });

    it('keeps to the days asked for, by the calendar of the practice', async () => {
      const { id } = await patients.register({ nameEn: 'Watched' });
      const day = (offset: number) => new Date(Date.now() + 6 * 3_600_000 + offset * 86_400_000).toISOString().slice(0, 10);
      const count = async (query: string): Promise<number> => (await reportOf(id, `format=json&${query}`)).json().entries.filter(({ operation }: { operation: string }) => operation === 'Mutation.registerPatient').length;
      expect(await count(`from=${day(0)}&to=${day(0)}`)).toBe(1);
      expect(await count(`from=${day(-1)}`)).toBe(1);
      expect(await count(`to=${day(-1)}`)).toBe(0);
      expect(await count(`from=${day(1)}`)).toBe(0);
      expect(textOf((await reportOf(id, `from=2026-01-02&to=2026-01-03`)).body)).toContain('2 January 2026 – 3 January 2026');
    });
  });
});

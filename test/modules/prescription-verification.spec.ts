import { randomUUID } from 'node:crypto';
import { flattenedVerify, importJWK } from 'jose';
import type { AuditWriter } from '../../src/audit/audit-writer.js';
import { strangerLimits } from '../../src/audit/strangers.js';
import { limits } from '../../src/auth/throttle/limits.js';
import { AuditTrail } from '../../src/platform/context/audit-trail.js';
import { newVerificationCode, printedCode } from '../../src/prescriptions/verification-code.js';
import { converse, verdict } from '../contract/conversation.js';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { Papers } from '../support/papers.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const TABLETS = { freeText: 'Napadol 500 mg', dose: '1+0+1 ×5d', unit: 'TABLET', note: 'for Rahela’s knee' };
const SYRUP = { freeText: 'Oral saline', dose: '5 ml tds ×5d' };
const AS_NEEDED = { freeText: 'Zolam', dose: '1 sos', unit: 'TABLET' };

describe('the paper of a prescription', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let nurse: Person;
  let doctors: Prescriptions;
  let papers: Papers;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
    nurse = await hire(world, practice, chamberId, 'NURSE');
    await license(world, practice.owner, doctor.memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    doctors = new Prescriptions(world, doctor, chamberId);
    papers = new Papers(world);
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun', birth: { date: '1970-06-15' }, sex: 'FEMALE', phones: [{ number: '01712345678' }] })).id;
  });
  afterAll(() => world.close());

  const sign = async (items: object[] = [TABLETS], more: object = {}): Promise<PrescriptionAnswer & { code: string }> => {
    const signed = await doctors.sign(await doctors.draft(patientId, { items, ...more }));
    return { ...signed, code: await papers.codeOf(practice.tenantId, signed.id) };
  };
  const amend = async (prescription: PrescriptionAnswer, items: object[]): Promise<PrescriptionAnswer & { code: string }> => {
    const signed = await doctors.sign(await doctors.edit(await doctors.amend(prescription, 'too little'), { items }));
    return { ...signed, code: await papers.codeOf(practice.tenantId, signed.id) };
  };
  const reasonOf = (answer: { errors?: Array<{ extensions: Record<string, unknown> }> }) => answer.errors?.[0]!.extensions['reason'];
  const dispensings = async (id: string) => (await world.ok('query ($id: UUID!) { prescription(id: $id) { dispensings { id pharmacy pharmacist recordedAt items { itemId quantity } voided { by { id } at reason } } } }', { id }, doctor.token)).prescription.dispensings;
  const VOID = 'mutation ($id: UUID!, $reason: String!) { voidDispensing(id: $id, reason: $reason) { prescription { id dispensings { id voided { reason } } } } }';
  const freshTries = () => world.sql('superuser', 'truncate auth.throttles');

  describe('is verified by its code', () => {
    it('and tells what was signed, for no patient, and leaves an entry in the practice’s trail', async () => {
      const { code, id, items, number } = await sign([TABLETS, SYRUP, AS_NEEDED], {
        complaints: ['fever canary'], examination: 'Temp canary', diagnoses: [{ text: 'typhoid canary' }], investigations: [{ name: 'canary count' }], advice: ['canary rest'],
      });
      for (const typed of [code, printedCode(code), code.toLowerCase(), ` ${code.replaceAll('0', 'O').replaceAll('1', 'I')} `]) expect((await papers.verify(typed)).status).toBe('AUTHENTIC');
      const answer = await papers.verifyAnswer(code);
      expect(answer.data.verifyPrescription).toEqual({ status: 'AUTHENTIC', paper: {
        number, signedAt: expect.any(String), practice: 'Shapla Chamber', chamber: 'Uttara', doctorName: expect.any(String), doctorNameBn: null, licence: 'BMDC A-00009',
        items: [
          { id: items[0]!.id, name: 'Napadol 500 mg', nameBn: null, generic: null, strength: null, form: null, dose: '1+0+1 ×5d', sentenceEn: items[0]!.sentenceEn, sentenceBn: items[0]!.sentenceBn, unit: 'TABLET', quantity: '10', dispensed: '0', left: '10' },
          expect.objectContaining({ name: 'Oral saline', unit: 'ML', quantity: '75', dispensed: '0', left: '75' }), expect.objectContaining({ name: 'Zolam', quantity: null, dispensed: '0', left: null }),
        ],
      } });
      const html = await get(`/rx/${code}`);
      for (const text of [JSON.stringify(answer), html.body]) {
        expect(text).not.toMatch(/Rahela|canary|1970|0171|knee|FEMALE/i);
        expect(text).not.toContain(patientId);
        expect(text).not.toContain(id);
      }
      expect(html.statusCode).toBe(200);
      expect(html.headers['content-security-policy']).toMatch(/^default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src 'sha256-[\w+/=]+'$/);
      expect((await entriesOf(world, practice.tenantId, 'Query.verifyPrescription'))[0]).toMatchObject({ action: 'VIEWED', outcome: 'SUCCESS', actor_member_id: null, records: [`prescription:${id}`] });
    });

    it('also by a browser that somebody is signed in with, for whom it then does not speak', async () => {
      const { code } = await sign();
      const before = (await entriesOf(world, practice.tenantId, 'Query.verifyPrescription')).length;
      await world.ok('query ($code: String!) { verifyPrescription(code: $code) { status } }', { code }, doctor.token);
      expect((await entriesOf(world, practice.tenantId, 'Query.verifyPrescription')).slice(before).every(({ actor_member_id }) => actor_member_id === null)).toBe(true);
    });

    it('and says that it was superseded, not by what, or cancelled', async () => {
      const first = await sign();
      const second = await amend(first, [{ ...TABLETS, dose: '1+1+1 ×5d' }]);
      const superseded = await papers.verifyAnswer(first.code);
      expect(superseded.data.verifyPrescription).toMatchObject({ status: 'SUPERSEDED', paper: { number: first.number } });
      expect(JSON.stringify(superseded)).not.toContain(second.code);
      expect(await papers.verify(second.code)).toMatchObject({ status: 'AUTHENTIC', paper: { number: second.number } });
      await doctors.cancelAnswer(second, 'another patient');
      expect((await papers.verify(second.code)).status).toBe('CANCELLED');
      expect((await get(`/rx/${second.code}`)).body).not.toContain('Left:');
    });

    it('and answers alike whatever is wrong with a code, after some of which nothing is looked at from there, unless it is a right one', async () => {
      const { code } = await sign();
      await freshTries();
      const wrong = ['', code.slice(1), `${code}0`, newVerificationCode(), code.replace(/.$/, (last) => (last === '2' ? '3' : '2')), 'U'.repeat(26), 'x'.repeat(100_000), `' or 1=1 --`];
      const answers = await Promise.all(wrong.map((one) => papers.verifyAnswer(one)));
      expect(new Set(answers.map(({ errors }) => JSON.stringify({ ...errors![0], extensions: { ...errors![0]!.extensions, requestId: 0 } }))).size).toBe(1);
      expect(codeOf(answers[0]!)).toBe('NOT_FOUND');
      const pages = await Promise.all([code.slice(1), newVerificationCode(), '%20', `${code}%C2%A0x`].map((one) => get(`/rx/${one}`)));
      expect(new Set(pages.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
      expect(pages[0]!.statusCode).toBe(404);
      expect(pages[0]!.body).toContain('<a href="../rx">');

      await freshTries();
      const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, index) => `a${index}: verifyPrescription(code: "${newVerificationCode()}") { status }`).join(' ')} }`;
      const counted = async () => Number((await world.sql<{ points: number }>('superuser', `select sum(points) as points from auth.throttles where key like 'link.address%'`))[0]!.points);
      expect((await world.graphql(aliases(15))).errors).toHaveLength(15);
      expect(await counted()).toBe(15);
      expect(codeOf(await world.graphql(aliases(16)))).toBe('QUERY_REFUSED');
      await world.sql('superuser', `update auth.throttles set points = ${limits.link.address} where key like 'link.address%'`);
      expect(codeOf(await papers.verifyAnswer(newVerificationCode()))).toBe('THROTTLED');
      expect((await get(`/rx/${newVerificationCode()}`, '127.0.0.1')).statusCode).toBe(429);
      expect((await papers.verify(code)).status).toBe('AUTHENTIC');
      await freshTries();
    });

    it('and never says authentic of what its doctor did not sign, nor hands any of it out, and the trail tells', async () => {
      const tamper = async (what: (signed: PrescriptionAnswer & { code: string }) => Promise<unknown>) => {
        const signed = await sign();
        await world.sql('superuser', 'alter table clinic.prescriptions disable trigger user; alter table clinic.signing_keys disable trigger user');
        await what(signed);
        await world.sql('superuser', 'alter table clinic.prescriptions enable trigger user; alter table clinic.signing_keys enable trigger user');
        expect(await papers.verify(signed.code)).toEqual({ status: 'NOT_AUTHENTIC', paper: null });
        expect((await get(`/rx/${signed.code}`)).body).toContain('NOT GENUINE');
        expect(reasonOf(await papers.dispenseAnswer({ code: signed.code, items: [{ itemId: signed.items[0]!.id, quantity: '1' }] }))).toBe('NOT_AUTHENTIC');
        expect((await entriesOf(world, practice.tenantId, 'Query.verifyPrescription')).at(-1)).toMatchObject({ records: [`prescription:${signed.id}`], reason: expect.stringMatching(/^NOT_AUTHENTIC/) });
      };
      const keys = await papers.keys(practice.tenantId);
      const reseal = (change: (jws: string) => Promise<string> | string) => async ({ id, code }: { id: string; code: string }) => {
        const { jws } = await papers.signatureOf(practice.tenantId, id);
        await world.sql('superuser', 'update clinic.prescriptions set signed = $2 where id = $1', [id, keys.seal('clinic.prescriptions', id, 'signed', { jws: await change(jws), code })]);
      };
      const withPayload = (jws: string, change: (form: { content: { items: Array<{ quantity: string }> } }) => void): string => {
        const [head, payload, signature] = jws.split('.');
        const form = JSON.parse(Buffer.from(payload!, 'base64url').toString());
        change(form);
        return [head, Buffer.from(JSON.stringify(form)).toString('base64url'), signature].join('.');
      };
      await tamper(({ id }) => world.sql('superuser', `update clinic.prescriptions set signed = set_byte(signed, length(signed) - 1, get_byte(signed, length(signed) - 1) # 1) where id = $1`, [id]));
      await tamper(({ id }) => world.sql('superuser', `update clinic.prescriptions set signed = '\\x01' where id = $1`, [id]));
      await tamper(({ id }) => world.sql('superuser', `update clinic.prescriptions set signed = set_byte(signed, 4, 77) where id = $1`, [id]));
      await tamper(({ id }) => world.sql('superuser', 'update clinic.prescriptions set content_hash = sha256(content_hash) where id = $1', [id]));
      await tamper(({ id }) => world.sql('superuser', 'update clinic.prescriptions set number = number + 100000 where id = $1', [id]));
      await tamper(reseal((jws) => withPayload(jws, (form) => { form.content.items[0]!.quantity = '1000'; })));
      await tamper(reseal((jws) => `${jws.slice(0, -4)}AAAA`));
      await tamper(reseal(() => 'nonsense'));
      await tamper(reseal((jws) => `${Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')}.${jws.split('.')[1]}.`));
      // Of another prescription of the same doctor, whole and well signed.
      const other = await sign();
      await tamper(reseal(async () => (await papers.signatureOf(practice.tenantId, other.id)).jws));
      const [key] = await world.sql<{ public_key: Buffer }>('superuser', 'select public_key from clinic.signing_keys where member_id = $1', [doctor.memberId]);
      await tamper(() => world.sql('superuser', 'update clinic.signing_keys set public_key = sha256(public_key) where member_id = $1', [doctor.memberId]));
      await world.sql('superuser', 'alter table clinic.signing_keys disable trigger user');
      await world.sql('superuser', 'update clinic.signing_keys set public_key = $2 where member_id = $1', [doctor.memberId, key!.public_key]);
      await world.sql('superuser', 'alter table clinic.signing_keys enable trigger user');
      expect((await papers.verify(other.code)).status).toBe('AUTHENTIC');
      const { jws } = await papers.signatureOf(practice.tenantId, other.id);
      const [head, payload, signature] = jws.split('.');
      await flattenedVerify({ protected: head!, payload: payload!, signature: signature! }, await importJWK({ kty: 'OKP', crv: 'Ed25519', x: key!.public_key.toString('base64url') }, 'EdDSA'));
    });
  });

  describe('lets a pharmacy record what it hands out', () => {
    it('bit by bit, until nothing is left, and the practice sees it', async () => {
      const { code, id, items: [tablets, syrup, sos] } = await sign([TABLETS, SYRUP, AS_NEEDED]);
      const first = await papers.dispense({ code: printedCode(code), items: [{ itemId: tablets!.id, quantity: '4' }, { itemId: syrup!.id, quantity: '37.5' }] });
      expect(first.prescription.paper!.items).toMatchObject([{ dispensed: '4', left: '6' }, { dispensed: '37.5', left: '37.5' }, { dispensed: '0', left: null }]);
      await papers.dispense({ code, items: [{ itemId: tablets!.id, quantity: '6' }, { itemId: syrup!.id, quantity: '0.125' }, { itemId: sos!.id, quantity: '3' }], pharmacy: 'Second Pharma' });
      expect((await papers.verify(code)).paper!.items).toMatchObject([{ dispensed: '10', left: '0' }, { dispensed: '37.625', left: '37.375' }, { dispensed: '3', left: null }]);
      const over = await papers.dispenseAnswer({ code, items: [{ itemId: syrup!.id, quantity: '1' }, { itemId: tablets!.id, quantity: '0.001' }] });
      expect([reasonOf(over), faultsOf(over)]).toEqual(['MORE_THAN_LEFT', ['input.items.1.quantity MORE_THAN_LEFT']]);
      expect(over.errors![0]!.extensions['faults']).toMatchObject([{ params: { left: '0' } }]);
      expect(await dispensings(id)).toMatchObject([
        { id: first.id, pharmacy: 'Lazz Pharma, Kalabagan', pharmacist: 'A-12345', items: [{ itemId: tablets!.id, quantity: '4' }, { itemId: syrup!.id, quantity: '37.5' }], voided: null }, { pharmacy: 'Second Pharma' },
      ]);
      expect((await entriesOf(world, practice.tenantId, 'Mutation.recordDispensing')).find(({ records }) => records.includes(`dispensing:${first.id}`))).toMatchObject({
        action: 'CREATED', actor_member_id: null, records: expect.arrayContaining([`prescription:${id}`]) });
    });

    it('never more than is left, however many do at one moment, and once under one key', async () => {
      const { code, id, items: [item] } = await sign();
      const handed = { code, items: [{ itemId: item!.id, quantity: '0.75' }] };
      const answers = await Promise.all(Array.from({ length: 20 }, () => papers.dispenseAnswer(handed)));
      // Thirteen times three quarters are 9.75 of 10.
      expect(answers.filter(({ errors }) => !errors)).toHaveLength(13);
      expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(7).fill('MORE_THAN_LEFT'));
      expect((await papers.verify(code)).paper!.items[0]).toMatchObject({ dispensed: '9.75', left: '0.25' });
      expect(await dispensings(id)).toHaveLength(13);

      await freshTries();
      const once = { code, idempotencyKey: randomUUID(), items: [{ itemId: item!.id, quantity: '0.1' }] };
      const same = await Promise.all(Array.from({ length: 5 }, () => papers.dispense(once)));
      expect(new Set(same.map((one) => one.id)).size).toBe(1);
      expect((await papers.verify(code)).paper!.items[0]).toMatchObject({ left: '0.15' });
      expect(reasonOf(await papers.dispenseAnswer({ ...once, pharmacy: 'Another' }))).toBe('KEY_USED');
      await doctors.cancelAnswer(await doctors.get(id), 'another patient');
      expect((await papers.dispense(once)).id).toBe(same[0]!.id);
      await freshTries();
    });

    it('of what is in force only, and what was handed out of a version before counts', async () => {
      const first = await sign([TABLETS, SYRUP]);
      await papers.dispense({ code: first.code, items: [{ itemId: first.items[0]!.id, quantity: '7' }, { itemId: first.items[1]!.id, quantity: '30' }] });
      // Other items, of which one is the same medicine, once more and for less, and one in another unit.
      const second = await amend(first, [{ ...TABLETS, dose: '1+0+0 ×5d' }, { ...TABLETS, dose: '0+0+1 ×5d' }, { ...SYRUP, dose: '5 ml tds ×1d' }, { freeText: 'Napadol 500 mg', dose: '5 ml bd ×5d' }]);
      expect(reasonOf(await papers.dispenseAnswer({ code: first.code, items: [{ itemId: first.items[0]!.id, quantity: '1' }] }))).toBe('PRESCRIPTION_STATUS');
      expect((await papers.verify(second.code)).paper!.items).toMatchObject([{ quantity: '5', dispensed: '5', left: '0' }, { quantity: '5', dispensed: '2', left: '3' }, { quantity: '15', dispensed: '30', left: '0' }, { dispensed: '0', left: '50' }]);
      const [, evening] = second.items;
      expect(reasonOf(await papers.dispenseAnswer({ code: second.code, items: [{ itemId: evening!.id, quantity: '3.001' }] }))).toBe('MORE_THAN_LEFT');
      await papers.dispense({ code: second.code, items: [{ itemId: evening!.id, quantity: '2' }] });
      const third = await amend(second, [{ ...TABLETS, dose: '1+1+1 ×5d' }]);
      expect((await papers.verify(third.code)).paper!.items).toMatchObject([{ quantity: '15', dispensed: '9', left: '6' }]);
      await doctors.cancelAnswer(third, 'another patient');
      expect(reasonOf(await papers.dispenseAnswer({ code: third.code, items: [{ itemId: third.items[0]!.id, quantity: '1' }] }))).toBe('PRESCRIPTION_STATUS');
    });

    it('and signing an amendment beside it, nothing is handed out twice', async () => {
      const first = await sign();
      const draft = await doctors.edit(await doctors.amend(first, 'too little'), { items: [TABLETS] });
      const [signed, ...answers] = await Promise.all([doctors.sign(draft), ...Array.from({ length: 6 }, () => papers.dispenseAnswer({ code: first.code, items: [{ itemId: first.items[0]!.id, quantity: '2' }] }))]);
      const done = answers.filter(({ errors }) => !errors).length;
      expect(done).toBeLessThanOrEqual(5);
      expect((await papers.verify(await papers.codeOf(practice.tenantId, signed.id))).paper!.items).toMatchObject([{ dispensed: String(done * 2), left: String(10 - done * 2) }]);
    });

    it('and tells every fault in its place', async () => {
      const { code, items: [item] } = await sign([TABLETS, AS_NEEDED]);
      const itemId = item!.id;
      expect(faultsOf(await papers.dispenseAnswer({ code, pharmacy: ' ', pharmacist: 'x'.repeat(121), items: [{ itemId, quantity: '0' }, { itemId, quantity: '1' }] }))).toEqual([
        'input.pharmacy EMPTY', 'input.pharmacist TOO_LONG', 'input.items.0.quantity OUT_OF_RANGE', 'input.items.1.itemId DUPLICATE']);
      expect(faultsOf(await papers.dispenseAnswer({ code, items: [] }))).toEqual(['input.items EMPTY']);
      expect(faultsOf(await papers.dispenseAnswer({ code, items: Array(31).fill({ itemId, quantity: '1' }) }))).toEqual(['input.items TOO_MANY']);
      for (const [quantity, fault] of [['-1', 'OUT_OF_RANGE'], ['100001', 'OUT_OF_RANGE'], ['0.0001', 'TOO_PRECISE'], ['1.0000', 'TOO_PRECISE']]) {
        expect(faultsOf(await papers.dispenseAnswer({ code, items: [{ itemId, quantity: quantity! }] }))).toEqual([`input.items.0.quantity ${fault}`]);
      }
      const stranger = await papers.dispenseAnswer({ code, items: [{ itemId: randomUUID(), quantity: '1' }] });
      expect([codeOf(stranger), faultsOf(stranger)]).toEqual(['NOT_FOUND', ['input.items.0.itemId NOT_FOUND']]);
      expect(codeOf(await papers.dispenseAnswer({ code: newVerificationCode(), pharmacy: ' ', items: [] }))).toBe('NOT_FOUND');
      expect((await papers.verify(code)).paper!.items[0]).toMatchObject({ left: '10' });
    });

    it('sixty times in a quarter of an hour, so that nobody fills the trail with it', async () => {
      const { code, id, items: [item] } = await sign();
      await freshTries();
      const handed = { code, items: [{ itemId: item!.id, quantity: '0.001' }] };
      await papers.dispense(handed);
      await world.sql('superuser', `update auth.throttles set points = ${limits.linkOpened.account} where key like 'linkOpened.account%'`);
      expect(codeOf(await papers.dispenseAnswer(handed))).toBe('THROTTLED');
      expect(await dispensings(id)).toHaveLength(1);
      expect((await papers.verify(code)).status).toBe('AUTHENTIC');
      await freshTries();
    });
  });

  describe('what was recorded', () => {
    it('is declared void by whoever writes prescriptions there, once and with a reason, and can be handed out again', async () => {
      const { code, id, items: [item] } = await sign();
      const handed = await papers.dispense({ code, items: [{ itemId: item!.id, quantity: '10' }] });
      expect(codeOf(await world.graphql(VOID, { id: handed.id, reason: 'never came' }, nurse.token))).toBe('FORBIDDEN');
      const elsewhere = await hire(world, practice, await openChamber(world, practice, `Savar ${id.slice(-4)}`), 'DOCTOR');
      expect(codeOf(await world.graphql(VOID, { id: handed.id, reason: 'never came' }, elsewhere.token))).toBe('FORBIDDEN');
      const stranger = await world.practice('Kadam Clinic');
      expect(codeOf(await world.graphql(VOID, { id: handed.id, reason: 'never came' }, stranger.owner.token))).toBe('NOT_FOUND');
      expect(faultsOf(await world.graphql(VOID, { id: handed.id, reason: ' ' }, doctor.token))).toEqual(['reason EMPTY']);
      expect((await world.ok(VOID, { id: handed.id, reason: 'never came' }, doctor.token)).voidDispensing.prescription.dispensings).toEqual([{ id: handed.id, voided: { reason: 'never came' } }]);
      expect(reasonOf(await world.graphql(VOID, { id: handed.id, reason: 'again' }, doctor.token))).toBe('VOIDED_ALREADY');
      expect((await dispensings(id))[0].voided).toMatchObject({ by: { id: doctor.memberId }, reason: 'never came' });
      expect((await papers.verify(code)).paper!.items[0]).toMatchObject({ dispensed: '0', left: '10' });
      await papers.dispense({ code, items: [{ itemId: item!.id, quantity: '10' }] });
      expect((await entriesOf(world, practice.tenantId, 'Mutation.voidDispensing')).map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['DENIED', 'FAILED', 'SUCCESS']));
    });

    it('is changed and deleted by nobody, by SQL of their choice either, and sealed', async () => {
      const { code, items: [item] } = await sign();
      const handed = await papers.dispense({ code, items: [{ itemId: item!.id, quantity: '1' }], pharmacy: 'Canary Pharma' });
      await converse(world, 'app', doctor, async (ask) => {
        for (const text of ['update clinic.dispensings set quantities = array[0.5]', `update clinic.dispensings set pharmacy = '\\x00'`, 'update clinic.dispensings set recorded_at = now()', 'delete from clinic.dispensings',
          `insert into clinic.dispensings (tenant_id, id, prescription_id, item_ids, quantities, pharmacy, request_key, request_hash) values ('${practice.tenantId}', gen_random_uuid(), gen_random_uuid(), '{}', '{}', '', gen_random_uuid(), '')`,
          `select platform.prescription_by_code('${code}')`, 'select * from platform.prescription_codes']) expect([text, await verdict(ask, text)]).toEqual([text, '42501']);
        expect(await verdict(ask, 'update clinic.dispensings set void_reason = null where voided_at is null')).toBe('SK085');
      });
      const rows = await world.sql<{ row: string }>('superuser', 'select row_to_json(d)::text as row from clinic.dispensings d where id = $1', [handed.id]);
      expect(rows[0]!.row).not.toContain(Buffer.from('Canary').toString('hex'));
      for (const text of ['select * from clinic.dispensings', 'select * from platform.prescription_codes', 'select * from clinic.prescriptions']) await expect(world.sql('auth', text)).rejects.toThrow(/permission denied/);
      await world.sql('auth', `select platform.prescription_by_code($1)`, [Buffer.from(code)]);
      expect(await world.sql('auth', 'select current_setting($1, true) as context', ['sinduk.context'])).toEqual([{ context: '' }]);
    });
  });

  describe('opens as a page', () => {
    it('that takes a form, shows it once more, records it once, and tells what is wrong in its place', async () => {
      const { code, items: [tablets, sos] } = await sign([TABLETS, AS_NEEDED]);
      const path = `/rx/${code}?language=en`;
      const asked = await get(path);
      expect(asked.body).toContain('Handed out: 0 tablets');
      expect(asked.body).toContain(`<label>Napadol 500 mg, 1+0+1 ×5d: Hand out now`);
      const key = /name="key" value="([\da-f-]{36})"/.exec(asked.body)![1]!;
      const wrong = await post(path, { key, step: 'check', pharmacy: '', pharmacist: 'A-1', [`quantity-${tablets!.id}`]: '11', [`quantity-${sos!.id}`]: 'many' });
      expect(wrong.statusCode).toBe(422);
      expect(wrong.body).toMatch(/aria-describedby="pharmacy-fault"/);
      expect(wrong.body).toContain(`id="quantity-${sos!.id}-fault">This cannot be read`);
      const over = await post(path, { key, step: 'check', pharmacy: 'P', pharmacist: 'A-1', [`quantity-${tablets!.id}`]: '১১' });
      expect([over.statusCode, over.body]).toEqual([422, expect.stringContaining('Only 10 tablets left')]);
      expect((await post(path, { key, step: 'check', pharmacy: 'P', pharmacist: 'A-1' })).body).toContain('at least one medicine');

      const fields = { key, pharmacy: '<img src=x onerror=alert(1)>', pharmacist: '"A-1" & Sons', [`quantity-${tablets!.id}`]: '৪', [`quantity-${sos!.id}`]: '' };
      const confirming = await post(path, { ...fields, step: 'check' });
      expect(confirming.statusCode).toBe(200);
      expect(confirming.body).toContain('4 tablets');
      expect(confirming.body).not.toContain('<img');
      expect((await papers.verify(code)).paper!.items[0]).toMatchObject({ left: '10' });
      for (let times = 0; times < 2; times++) {
        const recorded = await post(path, { ...fields, step: 'record' });
        expect([recorded.statusCode, recorded.headers['location']]).toEqual([303, '?language=en&recorded=1']);
      }
      expect((await get(`/rx/${code}?language=en&recorded=1`)).body).toMatch(/Recorded.*Handed out: 4 tablets · <span class="left">Left: 6 tablets/s);
      expect((await post(path, { ...fields, pharmacist: 'B-2', step: 'record' })).body).toContain('sent before with something else');
      expect((await get(`/rx/${code}?language=bn`)).body).toMatch(/lang="bn".*আসল এবং কার্যকর.*বাকি: ৬টি ট্যাবলেট/s);
      expect((await get(`/rx/${code}`, undefined, { 'accept-language': 'bn-BD,en;q=0.5' })).body).toContain('lang="bn"');
    });

    it('for a code that is typed, and whatever else is sent there is refused and harms nothing', async () => {
      const { code, items: [item] } = await sign([{ ...TABLETS, freeText: '<script>alert(1)</script> "x\' & y' }]);
      const typed = await get(`/rx?code=${encodeURIComponent(printedCode(code))}&language=bn`);
      expect([typed.statusCode, typed.headers['location']]).toEqual([303, `rx/${printedCode(code)}?language=bn`]);
      expect((await get(`/rx?code=${'a'.repeat(99)}${encodeURIComponent('😀😀')}`)).headers['location']).toBe(`rx/${'a'.repeat(99)}${encodeURIComponent('😀')}?language=en`);
      expect((await get('/rx?code=//evil.example/')).headers['location']).toBe('rx/%2F%2Fevil.example%2F?language=en');
      expect((await get('/rx')).body).toContain('<form method="get" action="rx">');
      expect((await get(`/rx/${code}`)).body).not.toContain('<script');
      const path = `/rx/${code}`;
      // A page of another site can send nothing that its own sender could not; there is no session to ride on.
      expect((await post(path, { step: 'check' }, { origin: 'null' })).statusCode).toBe(422);
      for (const payload of ['pharmacy=a&pharmacy=b', `step=record&quantity-${item!.id}=1&quantity-${item!.id}=2`, 'x'.repeat(200_000), '%', '__proto__=1&constructor=2', `pharmacy=${'%00'.repeat(50)}`]) {
        expect([400, 422]).toContain((await world.app.inject({ method: 'POST', url: path, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload })).statusCode);
      }
      expect((await world.app.inject({ method: 'POST', url: path, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'x'.repeat(2_000_000) })).statusCode).toBe(413);
      expect((await world.app.inject({ method: 'POST', url: path })).statusCode).toBe(422);
      expect((await papers.verify(code)).paper!.items[0]).toMatchObject({ left: '10' });
    });
  });

  it('has its verifications counted when somebody does nothing else', async () => {
    const { code, id } = await sign();
    const ofThis = async () => (await entriesOf(world, practice.tenantId, 'Query.verifyPrescription')).filter(({ records }) => records.includes(`prescription:${id}`));
    for (let times = 0; times < 5; times++) await papers.verify(code);
    expect(await ofThis()).toHaveLength(1);
    jest.replaceProperty(strangerLimits, 'windowMs', 0);
    await world.app.get<AuditWriter>(AuditTrail, { strict: false }).tellOfStrangers();
    jest.restoreAllMocks();
    expect((await ofThis()).map(({ reason }) => reason)).toEqual([null, expect.stringContaining('for 4 requests')]);
  });

  const get = (url: string, remoteAddress = '203.0.113.9', headers: Record<string, string> = {}) => world.app.inject({ method: 'GET', url, remoteAddress, headers });
  const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    world.app.inject({ method: 'POST', url, remoteAddress: '203.0.113.9', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: new URLSearchParams(fields).toString() });
});

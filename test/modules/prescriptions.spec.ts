import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import { compactVerify, importJWK } from 'jose';
import { OwnerDb } from '../../src/operator/owner-db.js';
import { converse, verdict } from '../contract/conversation.js';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const ITEM = { freeText: 'Napadol 500 mg tablet', dose: '1+0+1 ×5d', unit: 'TABLET', meal: 'AFTER_MEAL', route: 'ORAL' };

describe('prescriptions', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let nurse: Person;
  let doctors: Prescriptions;
  let owners: Prescriptions;
  let patients: Patients;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
    nurse = await hire(world, practice, chamberId, 'NURSE');
    await license(world, practice.owner, doctor.memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    patients = new Patients(world, practice.owner.token);
    doctors = new Prescriptions(world, doctor, chamberId);
    owners = new Prescriptions(world, practice.owner, chamberId);
  });
  beforeEach(async () => {
    patientId = (await patients.register({ nameEn: 'Rahela Khatun', birth: { date: '1970-06-15' }, sex: 'FEMALE' })).id;
  });
  afterAll(() => world.close());

  const signed = async (): Promise<PrescriptionAnswer> => doctors.sign(await doctors.draft(patientId, { items: [ITEM] }));
  const conflictOf = (answer: { errors?: Array<{ extensions: Record<string, unknown> }> }) => answer.errors?.[0]!.extensions['reason'];

  describe('a draft', () => {
    it('keeps what is written, clean, with its doses told in both languages and reckoned', async () => {
      const draft = await doctors.draft(patientId, {
        complaints: ['  fever  for 3 days', 'কাশি'], examination: 'Temp 102 °F\r\nchest clear', diagnoses: [{ code: 'e119', text: 'since 2019' }, { text: 'viral fever' }], investigations: [{ name: 'CBC', note: 'platelets' }],
        items: [{ ...ITEM, note: 'not on an empty stomach' }, { freeText: 'Oral saline', dose: '১ চামচ ৩ বার দৈনিক ৫ দিন' }, { freeText: 'Zolam', dose: '1 sos', unit: 'TABLET', quantity: '7.5' }], advice: ['Drink water'], followUp: { on: '2026-12-31', note: 'with reports' },
      });
      expect(draft).toMatchObject({
        patientId, chamberId, doctor: { id: doctor.memberId }, appointmentId: null, status: 'DRAFT', number: null, complaints: ['fever for 3 days', 'কাশি'], examination: 'Temp 102 °F\nchest clear',
        diagnoses: [{ code: 'E11.9', title: 'Type 2 diabetes', text: 'since 2019' }, { code: null, title: null, text: 'viral fever' }], investigations: [{ name: 'CBC', note: 'platelets' }],
        items: [
          { drug: { productId: null, name: 'Napadol 500 mg tablet', ingredients: [] }, dose: '1+0+1 ×5d', sentenceEn: '1 tablet in the morning and at night, after food, for 5 days', sentenceBn: '১টি ট্যাবলেট করে সকালে ও রাতে, খাবারের পরে, ৫ দিন', unit: 'TABLET', quantity: '10', note: 'not on an empty stomach' },
          { dose: '5 ml tds ×5d', unit: 'ML', quantity: '75', quantityNeeded: '75' }, { dose: '1 sos', quantity: '7.5', quantityNeeded: null },
        ],
        advice: ['Drink water'], followUp: { on: '2026-12-31', note: 'with reports' }, signature: null, cancellation: null, amendsId: null, draftedBy: { id: doctor.memberId }, version: 1,
      });
      expect(await doctors.get(draft.id)).toEqual(draft);
      expect(await doctors.list(patientId)).toEqual([draft]);
      expect((await entriesOf(world, practice.tenantId, 'Mutation.draftPrescription')).at(-1)).toMatchObject({ action: 'CREATED', records: [`prescription:${draft.id}`] });
    });

    it('prescribes products of the catalogue, as they are labelled, in what they are counted and in whole packs', async () => {
      const { searchDrugs: [tablet] } = await world.ok('{ searchDrugs(text: "paracetamol 500 mg tablet", first: 1) { product { id brand form } } }', {}, doctor.token);
      const { searchDrugs: [syrup] } = await world.ok('{ searchDrugs(text: "paracetamol syrup", first: 1) { product { id brand form packSizes } } }', {}, doctor.token);
      expect([tablet.product.form, syrup.product.form]).toEqual(['TABLET', 'SYRUP']);
      const draft = await doctors.draft(patientId, { items: [{ productId: tablet.product.id, dose: '1+1+1 ×5d' }, { productId: syrup.product.id, dose: '1 tsp tds ×5d' }] });
      expect(draft.items).toMatchObject([
        { drug: { productId: tablet.product.id, name: tablet.product.brand, generic: 'Paracetamol', form: 'TABLET', ingredients: [{ id: 'paracetamol', name: 'Paracetamol', strength: '500 mg' }] }, unit: 'TABLET', quantity: '15', packs: null },
        { drug: { productId: syrup.product.id }, unit: 'ML', quantity: '75', packs: { unit: 'ML' } },
      ]);
      expect((draft.items as Array<{ packs?: { count: number } }>)[1]!.packs!.count).toBeGreaterThan(0);
      expect(faultsOf(await doctors.draftAnswer(patientId, { items: [{ productId: tablet.product.id, dose: '5 ml bd' }, { productId: tablet.product.id, dose: '1 bd', unit: 'PUFF' }] }))).toEqual(['input.items.0.dose WRONG_UNIT', 'input.items.1.unit WRONG_UNIT']);
      await world.sql('owner', 'update reference.drug_products set retired_at = now() where id = $1', [tablet.product.id]);
      expect(faultsOf(await doctors.draftAnswer(patientId, { items: [{ productId: tablet.product.id, dose: '1 bd' }] }))).toEqual(['input.items.0.productId RETIRED']);
      await world.sql('owner', 'update reference.drug_products set retired_at = null where id = $1', [tablet.product.id]);
    });

    it('takes a quantity of up to three places exactly as it was stated, and none below zero or finer', async () => {
      const quantities = ['2.01', '1.005', '0.07', '100000'];
      const draft = await doctors.draft(patientId, { items: quantities.map((quantity) => ({ ...ITEM, quantity })) });
      expect(draft.items.map(({ quantity }) => quantity)).toEqual(quantities);
      const refused = ['-0.5', '0', '1.0005', '100000.001'];
      expect(faultsOf(await doctors.draftAnswer(patientId, { items: refused.map((quantity) => ({ ...ITEM, quantity })) }))).toEqual(refused.map((_, index) => `input.items.${index}.quantity OUT_OF_RANGE`));
    });

    it('tells every fault at once with its place, that of a dose with its place in the notation', async () => {
      const answer = await doctors.draftAnswer(patientId, {
        complaints: [' '], diagnoses: [{ code: 'Z99.99' }, {}], items: [{ ...ITEM, dose: '1+0+foo' }, { dose: '1 bd' }, { freeText: 'x', dose: '1 bd' }, { ...ITEM, quantity: '0' }],
        followUp: { on: '2020-01-01' },
      });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(faultsOf(answer)).toEqual([
        'input.complaints.0 EMPTY', 'input.diagnoses.0.code UNKNOWN_CODE', 'input.diagnoses.1 CODE_OR_TEXT_REQUIRED', 'input.items.0.dose DOSE_UNKNOWN_WORD', 'input.items.1 EXACTLY_ONE', 'input.items.2.unit REQUIRED',
        'input.items.3.quantity OUT_OF_RANGE', 'input.followUp.on PAST',
      ]);
      expect(answer.errors![0]!.extensions['faults']).toContainEqual({ path: ['input', 'items', '0', 'dose'], reason: 'DOSE_UNKNOWN_WORD', params: { offset: 4, length: 3 } });
      expect(codeOf(await doctors.draftAnswer(patientId, { items: [{ productId: randomUUID(), dose: '1 bd' }] }))).toBe('NOT_FOUND');
      expect(codeOf(await doctors.draftAnswer(patientId, { doctorId: randomUUID() }))).toBe('NOT_FOUND');
      expect(await doctors.list(patientId)).toEqual([]);
    });

    it('is begun once under one key, and under an id that a client made', async () => {
      const input = { items: [ITEM], idempotencyKey: randomUUID(), id: randomUUID() };
      const first = await doctors.draft(patientId, input);
      expect(first.id).toBe(input.id);
      expect(await doctors.draft(patientId, input)).toEqual(first);
      expect(conflictOf(await doctors.draftAnswer(patientId, { ...input, advice: ['rest'] }))).toBe('KEY_USED');
      expect(codeOf(await doctors.draftAnswer(patientId, { id: input.id }))).toBe('ALREADY_EXISTS');
      expect(conflictOf(await world.graphql('mutation ($key: UUID!) { registerPatient(input: { nameEn: "Karim", idempotencyKey: $key }) { patient { id } } }', { key: input.idempotencyKey }, practice.owner.token))).toBe('KEY_USED');
    });

    it('is written anew by whoever may, against the version that they read, and can be given up', async () => {
      const draft = await doctors.draft(patientId, { items: [{ ...ITEM, quantity: '12' }], advice: ['rest'] });
      expect(draft.items).toMatchObject([{ quantity: '12', quantityNeeded: '10' }]);
      const edited = await owners.edit(draft, { items: [{ ...ITEM, dose: '1+1+1 ×3d' }] });
      expect(edited).toMatchObject({ version: 2, advice: [], items: [{ dose: '1+1+1 ×3d', quantity: '9' }], updatedBy: { id: practice.owner.memberId }, doctor: { id: doctor.memberId } });
      expect(conflictOf(await doctors.editAnswer(draft, {}))).toBe('STALE_VERSION');
      expect((await doctors.discardAnswer(edited)).data.discardPrescription.prescription).toMatchObject({ status: 'DISCARDED', version: 3 });
      expect(conflictOf(await doctors.editAnswer({ ...edited, version: 3 }, {}))).toBe('PRESCRIPTION_STATUS');
      expect(await doctors.list(patientId)).toEqual([]);
      expect(await doctors.list(patientId, { status: 'DISCARDED' })).toHaveLength(1);
    });

    it('is not for nurses to write, nor for a doctor who signs nothing there', async () => {
      expect(codeOf(await new Prescriptions(world, nurse, chamberId).draftAnswer(patientId))).toBe('FORBIDDEN');
      expect(faultsOf(await doctors.draftAnswer(patientId, { doctorId: nurse.memberId }))).toEqual(['input.doctorId MAY_NOT_SIGN']);
      const elsewhere = await openChamber(world, practice, 'Banani');
      expect(codeOf(await doctors.draftAnswer(patientId, { chamberId: elsewhere }))).toBe('FORBIDDEN');
      expect(await new Prescriptions(world, nurse, chamberId).list(patientId)).toEqual([]);
    });
  });

  it('is changed by nobody who may do so elsewhere alone, nor shown to a writer who may not read, and is of no visit that there is not', async () => {
    const elsewhere = await hire(world, practice, await openChamber(world, practice, 'Savar'), 'DOCTOR');
    const others = new Prescriptions(world, elsewhere, chamberId);
    const draft = await doctors.draft(patientId, { items: [ITEM] });
    expect(codeOf(await others.discardAnswer(draft))).toBe('FORBIDDEN');
    expect(codeOf(await others.cancelAnswer(await doctors.sign(draft), 'not mine'))).toBe('FORBIDDEN');
    const writer = await hire(world, practice, chamberId, 'ASSISTANT');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'prescriptions:write', memberId: writer.memberId } }, practice.owner.token);
    expect(codeOf(await new Prescriptions(world, writer, chamberId).draftAnswer(patientId, { doctorId: doctor.memberId }))).toBe('FORBIDDEN');
    expect(codeOf(await doctors.draftAnswer(patientId, { appointmentId: randomUUID() }))).toBe('NOT_FOUND');
    expect((await doctors.list(patientId)).map(({ status }) => status)).toEqual(['SIGNED']);
  });

  it('waits on a list of its doctor’s until it is signed or given up, the longest waiting first, whoever the patient is', async () => {
    const signer = await hire(world, practice, chamberId, 'DOCTOR');
    const elsewhere = await openChamber(world, practice, 'Gulshan');
    const there = new Prescriptions(world, practice.owner, elsewhere);
    await world.ok('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', { input: { memberId: signer.memberId, chamberId: elsewhere, role: 'DOCTOR' } }, practice.owner.token);
    const forSigner = { items: [ITEM], doctorId: signer.memberId };
    const [first, second] = [await owners.draft(patientId, forSigner), await there.draft((await patients.register({ nameEn: 'Karim Mia' })).id, forSigner)];
    const discarded = await owners.draft(patientId, forSigner);
    await owners.discardAnswer(discarded);
    await doctors.draft(patientId, { items: [ITEM] });
    const UNSIGNED = `query ($doctorId: UUID, $chamberId: UUID, $first: Int, $after: String) { unsignedPrescriptions(doctorId: $doctorId, chamberId: $chamberId, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { id patient { nameEn } } } } }`;
    const unsigned = async (person: Person, variables: object = {}) => (await world.ok(UNSIGNED, { ...variables }, person.token)).unsignedPrescriptions;
    const both = { totalCount: 2, edges: [{ node: { id: first.id, patient: { nameEn: 'Rahela Khatun' } } }, { node: { id: second.id, patient: { nameEn: 'Karim Mia' } } }] };
    expect(await unsigned(signer)).toMatchObject(both);
    expect(await unsigned(doctor, { doctorId: signer.memberId })).toMatchObject(both);
    const page = await unsigned(signer, { first: 1 });
    expect(page).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true }, edges: [both.edges[0]] });
    expect(await unsigned(signer, { first: 1, after: page.pageInfo.endCursor })).toMatchObject({ pageInfo: { hasNextPage: false }, edges: [both.edges[1]] });
    expect(await unsigned(signer, { chamberId: elsewhere })).toMatchObject({ totalCount: 1, edges: [both.edges[1]] });
    await license(world, practice.owner, signer.memberId, '2999-12-31');
    await stepUp(world, signer, { password: PASSWORD });
    await new Prescriptions(world, signer, chamberId).sign(first);
    expect(await unsigned(signer)).toMatchObject({ totalCount: 1, edges: [both.edges[1]] });
    const receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
    expect(codeOf(await world.graphql(UNSIGNED, {}, receptionist.token))).toBe('FORBIDDEN');
    const records = (await entriesOf(world, practice.tenantId, 'Query.unsignedPrescriptions')).map((entry) => entry.records);
    expect(records.at(-2)).toEqual(expect.arrayContaining([`prescription:${second.id}`]));
  });

  it('tells what a dose notation says while it is typed, and where it is at fault', async () => {
    const read = (notation: string) => world.graphql('query ($notation: String!) { readDose(notation: $notation, meal: AFTER_MEAL) { dose sentenceEn sentenceBn unit quantity } }', { notation }, nurse.token);
    expect((await read('½+০+½ ৫ দিন')).data.readDose).toEqual({ dose: '½+0+½ ×5d', sentenceEn: '½ tablet in the morning and at night, after food, for 5 days', sentenceBn: 'আধা ট্যাবলেট করে সকালে ও রাতে, খাবারের পরে, ৫ দিন', unit: 'TABLET', quantity: '5' });
    expect((await read('1+0')).errors![0]!.extensions['faults']).toEqual([{ path: ['notation'], reason: 'DOSE_THREE_OR_FOUR_PARTS', params: { offset: 0, length: 3 } }]);
  });

  describe('a signature', () => {
    it('is the doctor’s over the canonical form, and verifies by public means from the form alone', async () => {
      const draft = await doctors.draft(patientId, { items: [ITEM], diagnoses: [{ code: 'I10' }] });
      const prescription = await doctors.sign(draft);
      expect(prescription).toMatchObject({ status: 'SIGNED', number: expect.stringMatching(/^RX-\d{6}$/), signature: { by: { id: doctor.memberId } }, version: 2 });
      const { jws } = await signatureOf(prescription.id);
      const [head, payload, signature] = jws.split('.') as [string, string, string];
      const header = JSON.parse(Buffer.from(head, 'base64url').toString());
      expect(createHash('sha256').update(Buffer.from(payload, 'base64url')).digest('hex')).toBe(prescription.signature!.hash);
      expect(verify(null, Buffer.from(`${head}.${payload}`), createPublicKey({ key: header.jwk, format: 'jwk' }), Buffer.from(signature, 'base64url'))).toBe(true);
      const verified = await compactVerify(jws, await importJWK(header.jwk, 'EdDSA'));
      expect(JSON.parse(new TextDecoder().decode(verified.payload))).toMatchObject({
        format: 'sinduk-prescription-1', id: prescription.id, number: prescription.number, amends: null, signedAt: prescription.signature!.at, practice: { name: 'Shapla Chamber' }, chamber: { id: chamberId, name: 'Uttara' },
        doctor: { memberId: doctor.memberId, nameEn: 'Rokeya Akter', licence: 'BMDC A-00009', licenceExpiresOn: '2999-12-31' },
        patient: { id: patientId, nameEn: 'Rahela Khatun', sex: 'FEMALE', age: { years: 56, months: null, estimated: false }, weightKg: null },
        content: { items: [{ drug: { kind: 'FREE', text: ITEM.freeText }, dose: '1+0+1 ×5d' }], diagnoses: [{ coded: { code: 'I10' } }] },
      });
      const forged = `${head}.${Buffer.from(Buffer.from(payload, 'base64url').toString().replace('×5d', '×9d')).toString('base64url')}.${signature}`;
      await expect(compactVerify(forged, await importJWK(header.jwk, 'EdDSA'))).rejects.toThrow('signature verification failed');
    });

    it('is made with one key of the doctor, and numbered one after the other', async () => {
      const drafts = await Promise.all(Array.from({ length: 6 }, async (_, index) => doctors.draft((await patients.register({ nameEn: `Patient ${index}` })).id, { items: [ITEM] })));
      const prescriptions = await Promise.all(drafts.map((draft) => doctors.sign(draft)));
      const numbers = prescriptions.map(({ number }) => Number(number!.slice(3))).sort((a, b) => a - b);
      expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
      expect(await world.sql('superuser', 'select count(*)::integer as keys from clinic.signing_keys where tenant_id = $1 and member_id = $2', [practice.tenantId, doctor.memberId])).toEqual([{ keys: 1 }]);
    });

    it('needs the doctor of the prescription, a licence that holds today, and a fresh proof of identity', async () => {
      const draft = await doctors.draft(patientId, { items: [ITEM] });
      expect(conflictOf(await owners.signAnswer(draft))).toBe('MAY_NOT_SIGN');
      await license(world, practice.owner, doctor.memberId, '2020-01-01');
      expect(await doctors.signAnswer(draft)).toMatchObject({ errors: [{ extensions: { reason: 'MAY_NOT_SIGN', missing: 'LICENCE' } }] });
      await license(world, practice.owner, doctor.memberId, null);
      expect(conflictOf(await doctors.signAnswer(draft))).toBe('MAY_NOT_SIGN');
      await license(world, practice.owner, doctor.memberId, '2999-12-31');
      expect(conflictOf(await doctors.signAnswer({ ...draft, version: 9 }))).toBe('STALE_VERSION');
      expect(codeOf(await new Prescriptions(world, nurse, chamberId).signAnswer(draft))).toBe('FORBIDDEN');
      expect(conflictOf(await doctors.signAnswer(await doctors.draft(patientId, { complaints: ['fever'] })))).toBe('NOTHING_PRESCRIBED');
      expect(await doctors.sign(draft)).toMatchObject({ status: 'SIGNED' });
      expect(conflictOf(await doctors.signAnswer({ ...draft, version: 2 }))).toBe('PRESCRIPTION_STATUS');
    });

    it('costs a bounded number of round trips, whatever is prescribed', async () => {
      const [small, large] = [await doctors.draft(patientId, { items: [ITEM] }), await doctors.draft(patientId, { items: Array.from({ length: 20 }, () => ITEM) })];
      const trips = async (draft: PrescriptionAnswer) => {
        const { findings } = await doctors.check(draft);
        const reasons = findings.map(({ key }) => ({ key, reason: 'Looked at' }));
        return toTheApp(await roundTripsOf(() => doctors.sign(draft, reasons))).length;
      };
      expect([await trips(small), await trips(large)]).toEqual([5, 5]);
    });
  });

  describe('what was signed', () => {
    it('stays as it is: the database refuses the application every other change, and deleting', async () => {
      const { id } = await signed();
      const { id: stranger } = await patients.register({ nameEn: 'Somebody Else' });
      await converse(world, 'app', doctor, async (ask) => {
        const change = (set: string) => verdict(ask, `update clinic.prescriptions set ${set} where tenant_id = '${practice.tenantId}' and id = '${id}'`);
        for (const set of [`content = '\\x00'`, `signed = '\\x00'`, `content_hash = sha256('x')`, `number = 99999`, `status = 'DRAFT', version = version + 1`, `doctor_id = '${practice.owner.memberId}', version = version + 1`,
          `status = 'SUPERSEDED', version = version + 1`, `signed_at = now() - interval '1 day', version = version + 1`, `code_hash = sha256('y'), version = version + 1`, `version = version + 2`, `patient_id = '${stranger}'`]) {
          expect([set, await change(set)]).toEqual([set, 'SK070']);
        }
        expect(await change('chamber_id = chamber_id')).toBe('42501');
        expect(await verdict(ask, `delete from clinic.prescriptions where tenant_id = '${practice.tenantId}' and id = '${id}'`)).toBe('42501');
        expect(await change('patient_id = patient_id')).toBe('ACCEPTED');
      });
    });

    it('is declared invalid by nobody else, even by the application role', async () => {
      const { id } = await signed();
      const cancel = (person: Person) => converse(world, 'app', person, (ask) =>
        verdict(ask, `update clinic.prescriptions set status = 'CANCELLED', version = version + 1, cancel_reason = '\\x00' where tenant_id = '${practice.tenantId}' and id = '${id}'`));
      expect([await cancel(nurse), await cancel(doctor)]).toEqual(['SK071', 'ACCEPTED']);
    });

    it('is given to the patient in whom theirs is merged, and back, and is the same', async () => {
      const { id } = await signed();
      const merged = async () => (await world.sql<{ patient_id: string }>('superuser', 'select patient_id from clinic.prescriptions where id = $1', [id]))[0]!.patient_id;
      const { id: survivorId } = await patients.register({ nameEn: 'Rahela Khatun', birth: { date: '1970-06-15' }, sex: 'FEMALE' });
      const { mergePatients: { merge } } = await world.ok('mutation ($input: MergePatientsInput!, $reason: String!) { mergePatients(input: $input, reason: $reason) { merge { id } } }',
        { input: { survivorId, duplicateId: patientId, survivorVersion: 1, duplicateVersion: 1 }, reason: 'the same person' }, practice.owner.token);
      expect(await merged()).toBe(survivorId);
      await world.ok('mutation ($id: UUID!, $reason: String!) { undoMerge(mergeId: $id, reason: $reason) { merge { id } } }', { id: merge.id, reason: 'two persons' }, practice.owner.token);
      expect([await merged(), (await doctors.get(id)).status]).toEqual([patientId, 'SIGNED']);
    });

    it('is signed by nobody else, even by the application role', async () => {
      const { id } = await doctors.draft(patientId, { items: [ITEM] });
      await signed();
      const forge = (person: Person) => converse(world, 'app', person, (ask) => verdict(ask, `update clinic.prescriptions p set status = 'SIGNED', version = 2, number = 5000, signed = '\\x00', content_hash = sha256('x'),
        code_hash = sha256('x'), signed_by = p.doctor_id, signed_at = now(), signing_key_id = (select k.id from clinic.signing_keys k where k.tenant_id = p.tenant_id limit 1) where p.tenant_id = '${practice.tenantId}' and p.id = '${id}'`));
      expect(await forge(nurse)).toBe('SK071');
      await license(world, practice.owner, doctor.memberId, '2020-01-01');
      expect(await forge(doctor)).toBe('SK071');
      await license(world, practice.owner, doctor.memberId, '2999-12-31');
    });

    it('is amended by a version of its own, which supersedes it when it is signed', async () => {
      const first = await signed();
      const amendment = await doctors.amend(first, 'dose was too low');
      expect(amendment).toMatchObject({ status: 'DRAFT', amendsId: first.id, amendmentReason: 'dose was too low', items: [{ dose: '1+0+1 ×5d' }] });
      expect(amendment.items[0]!.id).not.toBe(first.items[0]!.id);
      expect(await doctors.get(first.id)).toMatchObject({ status: 'SIGNED', amendedById: amendment.id });
      expect(conflictOf(await doctors.amendAnswer(first, 'once more'))).toBe('AMENDED_ALREADY');
      const second = await doctors.sign(await doctors.edit(amendment, { items: [{ ...ITEM, dose: '1+1+1 ×5d' }] }));
      expect(second.number).not.toBe(first.number);
      expect(await doctors.get(first.id)).toMatchObject({ status: 'SUPERSEDED', amendedById: second.id, version: 3 });
      expect(await doctors.list(patientId, { status: 'SIGNED' })).toEqual([second]);
      expect((await entriesOf(world, practice.tenantId, 'Mutation.signPrescription')).at(-1)!.records.sort()).toEqual([expect.stringMatching(/^prescription-check:/), ...[`prescription:${first.id}`, `prescription:${second.id}`].sort()]);
    });

    it('can be cancelled, and then neither amended nor superseded', async () => {
      const first = await signed();
      const amendment = await doctors.amend(first, 'wrong strength');
      const cancelled = (await doctors.cancelAnswer(first, 'written for another patient')).data.cancelPrescription.prescription;
      expect(cancelled).toMatchObject({ status: 'CANCELLED', cancellation: { by: { id: doctor.memberId }, reason: 'written for another patient' } });
      expect(await doctors.signAnswer(amendment)).toMatchObject({ errors: [{ extensions: { reason: 'PRESCRIPTION_STATUS', status: 'CANCELLED' } }] });
      expect(await doctors.get(amendment.id)).toMatchObject({ status: 'DRAFT' });
      expect(conflictOf(await doctors.cancelAnswer(cancelled, 'again'))).toBe('PRESCRIPTION_STATUS');
      expect(codeOf(await new Prescriptions(world, nurse, chamberId).cancelAnswer(cancelled, 'x'))).toBe('FORBIDDEN');
    });

    it('can be repeated, as a draft of its own without its follow-up', async () => {
      const first = await doctors.sign(await doctors.draft(patientId, { items: [ITEM], followUp: { on: '2026-12-31' } }));
      const again = await owners.repeat(first, { doctorId: doctor.memberId });
      expect(again).toMatchObject({ status: 'DRAFT', patientId, amendsId: null, items: [{ dose: '1+0+1 ×5d' }], followUp: null, draftedBy: { id: practice.owner.memberId }, doctor: { id: doctor.memberId } });
    });

    it('answers another practice as if it were not there', async () => {
      const { id, version } = await signed();
      const other = await world.practice('Another');
      const strangers = new Prescriptions(world, other.owner, chamberId);
      for (const answer of [await strangers.getAnswer(id), await strangers.amendAnswer({ id, version }, 'x'), await strangers.cancelAnswer({ id, version }, 'x'), await strangers.repeatAnswer({ id })]) expect(codeOf(answer)).toBe('NOT_FOUND');
    });
  });

  async function signatureOf(id: string): Promise<{ jws: string; code: string }> {
    const [row] = await world.sql<{ signed: Buffer }>('superuser', 'select signed from clinic.prescriptions where id = $1', [id]);
    const keys = await OwnerDb.run(world.ownerUrl, world.keks, (db) => db.keysOf(practice.tenantId));
    return keys.open('clinic.prescriptions', id, 'signed', row!.signed);
  }

});

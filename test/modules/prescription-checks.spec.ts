import { converse, verdict } from '../contract/conversation.js';
import { Allergies, type EntryAnswer } from '../support/allergies.js';
import { Conditions } from '../support/conditions.js';
import { Drugs } from '../support/drugs.js';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { type CheckAnswer, type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { Vitals } from '../support/vitals.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

describe('the checks of a prescription', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let doctors: Prescriptions;
  let patients: Patients;
  let allergies: Allergies;
  let drugs: Drugs;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
    await license(world, practice.owner, doctor.memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    patients = new Patients(world, practice.owner.token);
    doctors = new Prescriptions(world, doctor, chamberId);
    allergies = new Allergies(world, practice.owner.token);
    drugs = new Drugs(world, practice.owner.token);
  });
  beforeEach(async () => {
    patientId = await patient({});
  });
  afterAll(() => world.close());

  const patient = async (input: object, asked = true): Promise<string> => {
    const { id } = await patients.register({ nameEn: 'Rahela Khatun', birth: { date: '1980-06-15' }, sex: 'MALE', ...input });
    if (asked) await allergies.stateNone(id);
    return id;
  };
  const item = async (text: string, dose = '1+0+1 ×5d', more: object = {}) => {
    const [{ product }] = await drugs.search(text, { first: 1 });
    return { productId: product.id as string, dose, ...more };
  };
  const draft = async (items: object[], more: object = {}): Promise<PrescriptionAnswer> => doctors.draft(patientId, { items, ...more });
  const told = ({ findings }: CheckAnswer): string[] => findings.map(({ kind, of, severity, textEn }) => `${kind}${of ? ` ${of}` : ''} ${severity} ${textEn}`);
  const conflictOf = (answer: { errors?: Array<{ extensions: Record<string, unknown> }> }) => answer.errors?.[0]!.extensions['reason'];
  const recordsOfChecks = async (): Promise<string[]> => (await entriesOf(world, practice.tenantId, 'Mutation.checkPrescription')).flatMap(({ records }) => records);
  const reasonsFor = ({ findings }: CheckAnswer) => findings.filter(({ needsReason }) => needsReason).map(({ key }) => ({ key, reason: 'Weighed against the benefit' }));

  it('find nothing where nothing is to be found, and say what knowledge that is', async () => {
    const prescription = await draft([await item('paracetamol 500 mg tablet', '1+1+1 ×3d')]);
    expect(prescription['checks']).toBeUndefined();
    const check = await doctors.check(prescription);
    expect(check).toMatchObject({ prescriptionVersion: 1, sources: [{ name: 'RULES', knowledge: 'sinduk-rules 2026-11', unavailable: null }], findings: [], withoutDoseRange: [] });
    expect(await doctors.sign(prescription, [])).toMatchObject({ status: 'SIGNED' });
  });

  describe('of allergies', () => {
    const allergic = (text: string, more: object = {}): Promise<EntryAnswer> => allergies.record(patientId, text, more);

    it.each([
      ['amoxicillin', 'amoxicillin 500 mg capsule', 'ALLERGY CONTRAINDICATED Amoxicillin: the patient is allergic to amoxicillin.'],
      ['অ্যামোক্সিসিলিন', 'amoxicillin 500 mg capsule', 'ALLERGY CONTRAINDICATED Amoxicillin: the patient is allergic to অ্যামোক্সিসিলিন.'],
      ['Penicillin', 'amoxicillin 500 mg capsule', 'ALLERGY CONTRAINDICATED Amoxicillin: the patient is allergic to Penicillin.'],
      ['পেনিসিলিন', 'flucloxacillin 500 mg capsule', 'ALLERGY CONTRAINDICATED Flucloxacillin: the patient is allergic to পেনিসিলিন.'],
      ['ampicillin injection', 'amoxicillin 500 mg capsule', 'ALLERGY CONTRAINDICATED Amoxicillin: the patient is allergic to ampicillin injection.'],
      ['penicillins', 'cefixime 200 mg capsule', 'ALLERGY MODERATE Cefixime: the patient is allergic to penicillins.'],
      ['sulfa drugs', 'sulfamethoxazole trimethoprim tablet', 'ALLERGY CONTRAINDICATED Sulfamethoxazole + Trimethoprim: the patient is allergic to sulfa drugs.'],
      ['Aspirin', 'ibuprofen 400 mg tablet', 'ALLERGY SERIOUS Ibuprofen: the patient is allergic to Aspirin.'],
    ])('to %s meet %s', async (text, medicine, finding) => {
      const { id } = await allergic(text);
      const prescription = await draft([await item(medicine, '1+0+1 ×5d')]);
      const check = await doctors.check(prescription);
      expect(told(check)).toContain(finding);
      expect(check.findings.find(({ kind }) => kind === 'ALLERGY')).toMatchObject({ allergyId: id, itemIds: [prescription.items[0]!.id], textBn: expect.stringMatching(/\p{Script=Bengali}/u) });
      expect(await recordsOfChecks()).toEqual(expect.arrayContaining([`allergy:${id}`, `prescription-check:${check.id}`, `prescription:${prescription.id}`]));
    });

    it('weigh more where the reaction was severe, and by a code of the ATC classification', async () => {
      await allergic('penicillin', { reactions: [{ kind: 'ANAPHYLAXIS' }] });
      await allergies.record(patientId, 'the white tablets', { substance: { text: 'the white tablets', kind: 'OTHER', code: { system: 'http://www.whocc.no/atc', code: 'M01AE01' } } });
      expect(told(await doctors.check(await draft([await item('cefixime 200 mg capsule', '1+0+1 ×5d'), await item('ibuprofen 400 mg tablet')])))).toEqual([
        'ALLERGY CONTRAINDICATED Ibuprofen: the patient is allergic to the white tablets.', 'ALLERGY SERIOUS Cefixime: the patient is allergic to penicillin.',
      ]);
    });

    it('that the catalogue does not know, in whole or in part, and those nobody asked about, are told as unchecked', async () => {
      const medicine = await item('paracetamol 500 mg tablet');
      await allergic('penicilin');
      expect(told(await doctors.check(await draft([medicine])))).toEqual(['UNCHECKED ALLERGY SERIOUS The allergy “penicilin” could not be checked against: the catalogue does not know it by that name.']);
      patientId = await patient({});
      await allergic('penicillin and contrast dye');
      expect(told(await doctors.check(await draft([medicine])))).toEqual([expect.stringMatching('UNCHECKED ALLERGY SERIOUS The allergy “penicillin and contrast dye”')]);
      patientId = await patient({}, false);
      expect(told(await doctors.check(await draft([medicine])))).toEqual(['UNCHECKED ALLERGY SERIOUS Nobody has recorded whether the patient has allergies.']);
      await allergies.record(patientId, 'prawns', { substance: { text: 'prawns', kind: 'FOOD' } });
      expect(told(await doctors.check(await draft([medicine])))).toEqual([expect.stringMatching('UNCHECKED ALLERGY MINOR The allergy “prawns”')]);
    });
  });

  describe('of medicines together', () => {
    it('find duplicates, two of a class, and interactions', async () => {
      const check = await doctors.check(await draft([await item('warfarin 5 mg tablet', '0+0+1'), await item('ibuprofen 400 mg tablet'), await item('naproxen 500 mg tablet'), await item('paracetamol 500 mg tablet'), await item('paracetamol tramadol tablet')]));
      expect(told(check)).toEqual(expect.arrayContaining([
        'INTERACTION SERIOUS Warfarin with Ibuprofen: more bleeding.', 'INTERACTION SERIOUS Warfarin with Naproxen: more bleeding.', 'DUPLICATE SERIOUS Ibuprofen with Naproxen: two of one class.',
        'DUPLICATE SERIOUS Paracetamol and Paracetamol + Tramadol both contain Paracetamol.',
      ]));
      expect(check.findings.every(({ itemIds }) => itemIds.length > 0)).toBe(true);
    });

    it('heed what the patient still takes of other signed prescriptions, and not what is over', async () => {
      const earlier = await doctors.sign(await draft([await item('sildenafil 50 mg tablet', '1 sos max 1/d ×30d'), await item('clarithromycin 500 mg tablet', '1+0+1 ×7d')]));
      const next = await draft([await item('isosorbide mononitrate 20 mg tablet', '1+0+1 ×30d'), await item('simvastatin 20 mg tablet', '0+0+1 ×30d')]);
      const check = await doctors.check(next);
      expect(told(check)).toEqual(expect.arrayContaining(['INTERACTION CONTRAINDICATED Sildenafil with Isosorbide mononitrate: blood pressure can fall dangerously.', expect.stringMatching('INTERACTION CONTRAINDICATED .*Simvastatin')]));
      expect(check.findings[0]!.others).toMatchObject([{ prescriptionId: earlier.id }]);
      expect(await recordsOfChecks()).toContain(`prescription:${earlier.id}`);
      await world.sql('superuser', `alter table clinic.prescriptions disable trigger keep_prescription`);
      await world.sql('superuser', `update clinic.prescriptions set signed_at = now() - interval '8 days' where id = $1`, [earlier.id]);
      const later = told(await doctors.check(next));
      expect(later.filter((finding) => /Sildenafil/.test(finding))).toHaveLength(1);
      expect(later.filter((finding) => /Clarithromycin/.test(finding))).toEqual([]);
      await world.sql('superuser', `update clinic.prescriptions set signed_at = now() - interval '31 days' where id = $1`, [earlier.id]);
      await world.sql('superuser', `alter table clinic.prescriptions enable trigger keep_prescription`);
      expect(told(await doctors.check(next))).toEqual([]);
    });

    it('heed neither what was cancelled nor the version that is amended', async () => {
      const first = await doctors.sign(await draft([await item('atorvastatin 20 mg tablet', '0+0+1 continue')]));
      expect(told(await doctors.check(await doctors.amend(first, 'another dose')))).toEqual([]);
      expect(told(await doctors.check(await draft([await item('rosuvastatin 10 mg tablet', '0+0+1 continue')])))).toEqual([expect.stringMatching('DUPLICATE SERIOUS')]);
      patientId = await patient({});
      await doctors.cancelAnswer(await doctors.sign(await draft([await item('atorvastatin 20 mg tablet', '0+0+1 continue')])), 'wrong patient');
      expect(told(await doctors.check(await draft([await item('rosuvastatin 10 mg tablet', '0+0+1 continue')])))).toEqual([]);
    });

    it('say of free text and of what the catalogue does not know that nothing was checked', async () => {
      const own = await drugs.add({ brand: 'Shapla Unknown', form: 'TABLET', ingredients: [{ name: 'Qzxwhalamine', strength: '10 mg' }], packSizes: [] });
      const check = await doctors.check(await draft([{ freeText: 'A tonic', dose: '1 bd ×5d', unit: 'ML' }, { productId: own.id, dose: '1 bd ×5d' }]));
      expect(told(check)).toEqual(expect.arrayContaining([
        'UNCHECKED SERIOUS A tonic is written in words: nothing about it was checked.', 'UNCHECKED SERIOUS The catalogue does not know Qzxwhalamine: nothing about it was checked.',
      ]));
      expect(check.findings.every(({ needsReason }) => needsReason)).toBe(true);
      expect(check.withoutDoseRange).toEqual(['Qzxwhalamine']);
    });
  });

  describe('of the patient', () => {
    it('find what is not for the age', async () => {
      const medicines = [await item('acetylsalicylic acid 75 mg tablet', '0+1+0 ×5d'), await item('ciprofloxacin 250 mg tablet')];
      patientId = await patient({ birth: { ageYears: 10 } });
      expect(told(await doctors.check(await draft(medicines)))).toEqual(expect.arrayContaining([
        'AGE CONTRAINDICATED Acetylsalicylic acid at this age: Reye’s syndrome in children.', 'AGE SERIOUS Ciprofloxacin at this age: joints and tendons that grow.',
      ]));
      patientId = await patient({ birth: { ageYears: 30 } });
      expect(told(await doctors.check(await draft(medicines)))).toEqual([]);
      patientId = await patient({ birth: null });
      expect(told(await doctors.check(await draft(medicines)))).toEqual(expect.arrayContaining(['UNCHECKED AGE CONTRAINDICATED Acetylsalicylic acid is not for some ages, and the patient’s is not known.']));
    });

    it('find what is not for pregnant or nursing women, and ask when it is not known', async () => {
      const medicine = await item('losartan 50 mg tablet', '1+0+0 ×30d');
      patientId = await patient({ sex: 'FEMALE', birth: { ageYears: 30 } });
      const unknown = 'UNCHECKED PREGNANCY CONTRAINDICATED Losartan matters in pregnancy or to a child at the breast, and nobody has told whether she is pregnant or breast-feeds.';
      const pregnant = 'PREGNANCY CONTRAINDICATED Losartan in pregnancy: harms the kidneys of the child in the womb.';
      expect(told(await doctors.check(await draft([medicine])))).toEqual([unknown]);
      expect(told(await doctors.check(await draft([medicine], { pregnancy: 'NEITHER' })))).toEqual([]);
      expect(told(await doctors.check(await draft([medicine], { pregnancy: 'PREGNANT' })))).toEqual([pregnant]);
      expect(told(await doctors.check(await draft([await item('tramadol 50 mg capsule', '1 bd ×2d'), await item('cabergoline 0.5 mg tablet', '1 stat')], { pregnancy: 'BREASTFEEDING' })))).toEqual(expect.arrayContaining([
        'BREASTFEEDING SERIOUS Cabergoline while breast-feeding: less milk.', 'BREASTFEEDING SERIOUS Tramadol while breast-feeding: children can stop breathing.',
      ]));
      await new Conditions(world, practice.owner.token).record(patientId, { code: 'Z34.9' });
      expect(told(await doctors.check(await draft([medicine], { pregnancy: 'NEITHER' })))).toEqual([pregnant]);
      patientId = await patient({ sex: 'FEMALE', birth: { ageYears: 70 } });
      expect(told(await doctors.check(await draft([medicine])))).toEqual([]);
    });

    it('compare doses with what is the most at once and in a day, and for children by the weight', async () => {
      expect(told(await doctors.check(await draft([await item('paracetamol 500 mg tablet', '3 tab qds ×3d')])))).toEqual([
        'DOSE SERIOUS Paracetamol: 6000 mg a day; the most is 4000 mg.', 'DOSE SERIOUS Paracetamol: 1500 mg at once; the most is 1000 mg.',
      ]);
      expect(told(await doctors.check(await draft([await item('paracetamol 500 mg tablet', '1 sos')])))).toEqual(['UNCHECKED DOSE MODERATE The dose of Paracetamol could not be checked: nobody said how often at most it is taken.']);
      expect(told(await doctors.check(await draft([await item('methotrexate 2.5 mg tablet', '1+0+0 ×30d')])))).toEqual([expect.stringMatching('DOSE CONTRAINDICATED Methotrexate is taken once in 7 days at most')]);
      expect(told(await doctors.check(await draft([await item('methotrexate 2.5 mg tablet', '4 tab weekly ×8w')])))).toEqual([]);
      patientId = await patient({ birth: { ageYears: 3 } });
      const syrup = await draft([await item('paracetamol syrup', '10 ml qds ×3d')]);
      expect(told(await doctors.check(syrup))).toEqual(['UNCHECKED DOSE SERIOUS The dose of Paracetamol could not be checked: the child has not been weighed.']);
      await new Vitals(world, practice.owner.token).record(patientId, { weight: { value: '12', unit: 'kg' } });
      expect(told(await doctors.check(syrup))).toEqual(['DOSE SERIOUS Paracetamol: 240 mg at once; the most is 198 mg.']);
      expect(told(await doctors.check(await draft([await item('paracetamol syrup', '5 ml qds ×3d'), await item('montelukast 4 mg', '0+0+1 ×5d')])))).toEqual(['UNCHECKED DOSE MODERATE The dose of Montelukast could not be checked: the rules know no dose for children.']);
    });
  });

  describe('before it is signed', () => {
    const risky = async () => draft([await item('warfarin 5 mg tablet', '0+0+1 ×30d'), await item('ibuprofen 400 mg tablet')]);

    it('are needed of that very version', async () => {
      const prescription = await risky();
      expect(await doctors.signAnswer(prescription, [])).toMatchObject({ errors: [{ extensions: { reason: 'CHECKS_NEEDED', because: 'NEVER_CHECKED' } }] });
      await doctors.check(prescription);
      const edited = await doctors.edit(prescription, { items: [await item('paracetamol 500 mg tablet')] });
      expect(await doctors.signAnswer(edited, [])).toMatchObject({ errors: [{ extensions: { reason: 'CHECKS_NEEDED', because: 'NEVER_CHECKED' } }] });
      expect(conflictOf(await doctors.checkAnswer(prescription))).toBe('STALE_VERSION');
      await doctors.check(edited);
      expect(await doctors.sign(edited, [])).toMatchObject({ status: 'SIGNED' });
      expect(conflictOf(await doctors.checkAnswer({ ...edited, version: 3 }))).toBe('PRESCRIPTION_STATUS');
    });

    it('and every finding that weighs needs a reason, which is signed with the rest', async () => {
      const prescription = await risky();
      const check = await doctors.check(prescription);
      const open = check.findings.filter(({ needsReason }) => needsReason).map(({ key }) => key);
      expect(open).toHaveLength(1);
      expect(await doctors.signAnswer(prescription, [])).toMatchObject({ errors: [{ extensions: { reason: 'FINDINGS_OPEN', keys: open } }] });
      expect(faultsOf(await doctors.signAnswer(prescription, [{ key: open[0]!, reason: ' ' }, { key: open[0]!, reason: 'x' }, { key: 'none', reason: 'x' }]))).toEqual(['overrides.0.reason EMPTY', 'overrides.1.key DUPLICATE', 'overrides.2.key UNKNOWN_FINDING']);
      await doctors.sign(prescription, [{ key: open[0]!, reason: '  Short course,  INR on day 3 ' }]);
      const { prescription: read } = await world.ok('query ($id: UUID!) { prescription(id: $id) { checks { prescriptionVersion findings { key override } } } }', { id: prescription.id }, doctor.token);
      expect(read.checks).toMatchObject({ prescriptionVersion: 1, findings: [{ key: open[0], override: 'Short course, INR on day 3' }] });
      expect((await entriesOf(world, practice.tenantId, 'Mutation.signPrescription')).at(-1)!.records).toContain(`prescription-check:${check.id}`);
    });

    it('are needed anew when the patient’s file says more since, whatever it is', async () => {
      const changes: Array<() => Promise<unknown>> = [
        () => allergies.record(patientId, 'ibuprofen'),
        () => new Vitals(world, practice.owner.token).record(patientId, { weight: { value: '70', unit: 'kg' } }),
        async () => doctors.sign(await draft([await item('clopidogrel 75 mg tablet', '0+1+0 ×30d')])),
      ];
      for (const change of changes) {
        patientId = await patient({});
        const prescription = await risky();
        const check = await doctors.check(prescription);
        await change();
        expect(await doctors.signAnswer(prescription, reasonsFor(check))).toMatchObject({ errors: [{ extensions: { reason: 'CHECKS_NEEDED', because: 'RECORD_CHANGED' } }] });
        expect(await doctors.sign(prescription)).toMatchObject({ status: 'SIGNED' });
      }
    });

    it('are asked for by the database itself', async () => {
      await doctors.sign(await draft([await item('paracetamol 500 mg tablet')]));
      const prescription = await risky();
      const forge = () => converse(world, 'app', doctor, (ask) => verdict(ask, `update clinic.prescriptions p set status = 'SIGNED', version = 2, number = 5000, signed = '\\x00', content_hash = sha256('x'),
        code_hash = sha256('x'), signed_by = p.doctor_id, signed_at = now(), signing_key_id = (select k.id from clinic.signing_keys k where k.tenant_id = p.tenant_id limit 1) where p.tenant_id = '${practice.tenantId}' and p.id = '${prescription.id}'`));
      expect(await forge()).toBe('SK075');
      const { findings } = await doctors.check(prescription);
      expect(await forge()).toBe('SK075');
      await converse(world, 'app', doctor, async (ask) => {
        const change = (set: string) => verdict(ask, `update clinic.prescriptions set ${set} where tenant_id = '${practice.tenantId}' and id = '${prescription.id}'`);
        expect([await change(`content = '\\x00'`), await change(`content = '\\x00', version = 3`), await change(`content = '\\x00', version = 2`)]).toEqual(['SK070', 'SK070', 'ACCEPTED']);
        await ask(`update clinic.prescription_checks set overrides = '\\x00', reasons_given = reasons_needed where tenant_id = '${practice.tenantId}' and prescription_id = '${prescription.id}'`);
        const sign = `status = 'SIGNED', version = 2, number = 5000, signed = '\\x00', content_hash = sha256('x'), code_hash = sha256('x'), signed_by = doctor_id, signed_at = now(),
          signing_key_id = (select k.id from clinic.signing_keys k where k.member_id = '${doctor.memberId}' and k.ended_at is null)`;
        expect([findings.some(({ needsReason }) => needsReason), await change(`${sign}, content = '\\x00'`), await change(sign)]).toEqual([true, 'SK070', 'ACCEPTED']);
      });
      const signed = await doctors.sign(prescription);
      await converse(world, 'app', doctor, async (ask) => {
        const change = (set: string) => verdict(ask, `update clinic.prescription_checks set ${set} where tenant_id = '${practice.tenantId}' and prescription_id = '${signed.id}'`);
        expect(await change(`overrides = '\\x00'`)).toBe('SK070');
        expect(await change(`reasons_given = 0`)).toBe('SK070');
        expect(await change(`result = '\\x00'`)).toBe('42501');
        expect(await verdict(ask, `delete from clinic.prescription_checks where tenant_id = '${practice.tenantId}' and prescription_id = '${signed.id}'`)).toBe('42501');
      });
    });

    it('are run by whoever may write there, in a bounded number of round trips', async () => {
      const prescription = await risky();
      expect(codeOf(await new Prescriptions(world, await hire(world, practice, chamberId, 'NURSE'), chamberId).checkAnswer(prescription))).toBe('FORBIDDEN');
      const elsewhere = await hire(world, practice, await openChamber(world, practice, 'Gulshan'), 'DOCTOR');
      expect(codeOf(await new Prescriptions(world, elsewhere, chamberId).checkAnswer(prescription))).toBe('FORBIDDEN');
      expect(codeOf(await new Prescriptions(world, (await world.practice('Another')).owner, chamberId).checkAnswer(prescription))).toBe('NOT_FOUND');
      const many = await draft(await Promise.all(['amlodipine 5 mg', 'metformin 500 mg', 'omeprazole 20 mg', 'cetirizine 10 mg', 'sertraline 50 mg'].map((text) => item(text))));
      const trips = async (one: PrescriptionAnswer) => toTheApp(await roundTripsOf(() => doctors.check(one))).length;
      expect([await trips(prescription), await trips(many)]).toEqual([7, 7]);
    });
  });
});

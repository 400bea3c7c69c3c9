import { Insurance } from '../support/insurance.js';
import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { type Practice, World } from '../support/world.js';

describe('insurance', () => {
  let world: World;
  let practice: Practice;
  let insurance: Insurance;
  let patients: Patients;
  let chamberId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Marina Clinic', 'AE');
    chamberId = await openChamber(world, practice, 'Marina', 'Asia/Dubai');
    insurance = new Insurance(world, practice.owner);
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const unique = (() => { let number = 100; return () => `INS${number++}`; })();
  const anyPayer = () => insurance.addPayer({ name: `Payer ${unique()}`, payerCode: unique() });
  const reasonOf = ({ errors }: { errors?: Array<{ extensions: Record<string, unknown> }> }) => errors?.[0]?.extensions['reason'];

  describe('payers', () => {
    it('are kept by name and codes, and archived', async () => {
      const payer = await insurance.addPayer({ kind: 'TPA', name: '  Desert  Rose Administrators ', payerCode: 'INS017', receiverCode: 'TPA003' });
      expect(payer).toEqual({ id: expect.any(String), kind: 'TPA', name: 'Desert Rose Administrators', payerCode: 'INS017', receiverCode: 'TPA003', archived: false, version: 1 });
      const edited = await insurance.editPayer(payer, { receiverCode: 'TPA004', archived: true });
      expect(edited).toEqual({ ...payer, receiverCode: 'TPA004', archived: true, version: 2 });
      expect((await insurance.payers()).map(({ id }) => id)).not.toContain(payer.id);
      expect(await insurance.payers(true)).toContainEqual(edited);
      expect(reasonOf(await insurance.editPayerAnswer(payer, { name: 'Another' }))).toBe('STALE_VERSION');
    });

    it('are refused with a name or codes that another has, and with codes of no form', async () => {
      const { name, payerCode, receiverCode } = await anyPayer();
      expect(faultsOf(await insurance.addPayerAnswer({ name }))).toEqual(['input.name TAKEN']);
      expect(faultsOf(await insurance.addPayerAnswer({ name: 'Other', payerCode, receiverCode }))).toEqual(['input.payerCode TAKEN']);
      expect(faultsOf(await insurance.addPayerAnswer({ name: '\t', payerCode: 'INS 1', receiverCode: '<a>' }))).toEqual(['input.name EMPTY', 'input.payerCode WRONG_FORMAT', 'input.receiverCode WRONG_FORMAT']);
    });

    it('are added by who manages the finances, and seen by all who work there', async () => {
      const nurse = new Insurance(world, await hire(world, practice, chamberId, 'NURSE'));
      expect(codeOf(await nurse.addPayerAnswer({ name: 'Mine', payerCode: unique() }))).toBe('FORBIDDEN');
      expect(await nurse.payers()).toEqual(await insurance.payers());
    });
  });

  describe('licences of chambers', () => {
    it('are set by who manages the chamber, once at a time', async () => {
      const other = await openChamber(world, practice, 'Jumeirah', 'Asia/Dubai');
      expect(await insurance.licence(other)).toEqual({ chamberId: other, authority: 'DHA', licence: 'DHA-F-0000900', version: 1 });
      expect(reasonOf(await insurance.licenceAnswer(other))).toBe('STALE_VERSION');
      expect(await insurance.licence(other, { authority: 'DOH', licence: 'MF900', version: 1 })).toEqual({ chamberId: other, authority: 'DOH', licence: 'MF900', version: 2 });
      const { chambers } = await world.ok('{ chambers { id facilityLicence { authority licence } } }', {}, practice.owner.token);
      expect(chambers).toContainEqual({ id: other, facilityLicence: { authority: 'DOH', licence: 'MF900' } });
      expect(chambers).toContainEqual({ id: chamberId, facilityLicence: null });
      expect(faultsOf(await insurance.licenceAnswer(other, { licence: 'MF 1', version: 2 }))).toEqual(['input.licence WRONG_FORMAT']);
    });

    it('of another chamber are refused', async () => {
      const other = await openChamber(world, practice, 'Deira', 'Asia/Dubai');
      const manager = new Insurance(world, await hire(world, practice, chamberId, 'MANAGER'));
      expect(codeOf(await manager.licenceAnswer(other))).toBe('FORBIDDEN');
    });
  });

  describe('policies', () => {
    it('are kept with the patient, and sealed', async () => {
      const [patient, payer] = await Promise.all([patients.register({ nameEn: 'Mariam Saleh' }), anyPayer()]);
      const policy = await insurance.addPolicy(patient.id, payer.id, { memberNumber: ' GF-55511 ', validUntil: '2027-01-31', coPayment: 2000, coPaymentMost: { amount: 5000, currency: 'AED' } });
      expect(policy).toEqual({
        id: expect.any(String), patientId: patient.id, payerId: payer.id, payerName: payer['name'], memberNumber: 'GF-55511', validUntil: '2027-01-31', coPayment: 2000,
        coPaymentMost: { amount: 5000, currency: 'AED' }, archived: false, version: 1,
      });
      const edited = await insurance.editPolicy(policy, { validUntil: null, coPaymentMost: null, coPayment: 1000 });
      expect(edited).toEqual({ ...policy, validUntil: null, coPaymentMost: null, coPayment: 1000, version: 2 });
      const aside = await insurance.editPolicy(edited, { archived: true });
      expect(await insurance.policies(patient.id)).toEqual([]);
      expect(await insurance.policies(patient.id, true)).toEqual([aside]);
      expect(reasonOf(await insurance.editPolicyAnswer(policy, {}))).toBe('STALE_VERSION');
    });

    it('tell every fault at once', async () => {
      const [patient, payer] = await Promise.all([patients.register({ nameEn: 'Mariam Saleh' }), anyPayer()]);
      const answer = await insurance.addPolicyAnswer(patient.id, payer.id, { memberNumber: 'G F', coPayment: 10_001, coPaymentMost: { amount: 5, currency: 'BDT' } });
      expect(faultsOf(answer)).toEqual(['input.memberNumber WRONG_FORMAT', 'input.coPayment OUT_OF_RANGE', 'input.coPaymentMost.currency OTHER_CURRENCY']);
      await insurance.editPayer(payer, { archived: true });
      expect(faultsOf(await insurance.addPolicyAnswer(patient.id, payer.id))).toEqual(['input.payerId ARCHIVED']);
    });

    it('go over to the survivor of a merge, and are not added to who was merged', async () => {
      const [survivor, duplicate, payer] = await Promise.all([patients.register({ nameEn: 'Noura Hassan' }), patients.register({ nameEn: 'Noura Hasan' }), anyPayer()]);
      const policy = await insurance.addPolicy(duplicate.id, payer.id);
      const { merge } = await new Merges(world, practice.owner.token).merge(survivor, duplicate, [{ field: 'NAME_EN', take: 'SURVIVOR' }]);
      expect(merge.rows).toContainEqual({ kind: 'patient-policy', count: 1 });
      expect(await insurance.policies(survivor.id)).toEqual([{ ...policy, patientId: survivor.id }]);
      expect(reasonOf(await insurance.addPolicyAnswer(duplicate.id, payer.id))).toBe('MERGED');
    });

    it('of any number of patients cost the same round trips', async () => {
      const payer = await anyPayer();
      const ids = await Promise.all(['A', 'B', 'C'].map(async (name) => (await patients.register({ nameEn: `Patient ${name}` })).id));
      for (const id of ids) await insurance.addPolicy(id, payer.id);
      const page = (first: number) => roundTripsOf(() => world.ok('query ($first: Int!) { patients(first: $first) { edges { node { policies { memberNumber } } } } }', { first }, practice.owner.token));
      await page(1);
      expect(toTheApp(await page(3))).toHaveLength(toTheApp(await page(1)).length);
    });
  });
});

import fc from 'fast-check';
import { v5 as uuidv5 } from 'uuid';
import { drugFormNames } from '../../src/drugs/drug-form.model.js';
import { doseUnits } from '../../src/drugs/dose-unit.model.js';
import { mealRelations } from '../../src/prescriptions/dose/dosing.js';
import { writeDose } from '../../src/prescriptions/dose/write-dose.js';
import { prescriptionBundle } from '../../src/prescriptions/fhir/prescription-bundle.js';
import { fhirStrength } from '../../src/prescriptions/fhir/fhir-strength.js';
import { Route } from '../../src/prescriptions/prescription.enums.js';
import type { SignedForm } from '../../src/prescriptions/signed-form.js';
import { dosings } from '../support/dosings.js';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { fhirFaults } from '../support/fhir-validators.js';
import { Patients } from '../support/patients.js';
import { Prescriptions, license } from '../support/prescriptions.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const AT = new Date('2026-11-23T10:00:00Z');
/** No two things have one id. */
const apart = (seed: string, { practice, chamber, doctor, patient, content }: { practice: object; chamber: object; doctor: object; patient: object; content: { items: object[] } }) => {
  const id = (what: string): string => uuidv5(what, seed);
  return {
    id: id('prescription'), practice: { ...practice, id: id('practice') }, chamber: { ...chamber, id: id('chamber') }, doctor: { ...doctor, memberId: id('doctor') }, patient: { ...patient, id: id('patient') },
    content: { ...content, items: content.items.map((item, index) => ({ ...item, id: id(`item ${index}`) })) },
  };
};
/** With references by type and id instead of URLs, which one of the validators needs to see whether they lead to what they may lead to. */
const byType = (bundle: { entry: Array<{ fullUrl: string; resource: { resourceType: string; id: string } }> }): object =>
  JSON.parse(bundle.entry.reduce((text, { fullUrl, resource: { resourceType, id } }) => text.replaceAll(`"reference":"${fullUrl}"`, `"reference":"${resourceType}/${id}"`), JSON.stringify(bundle))) as object;
const faultsOf = (bundle: Parameters<typeof byType>[0]): string[] => [...fhirFaults(byType(bundle)), ...fhirFaults(bundle).filter((fault) => !/^medplum: warning .* Invalid reference: got "urn:uuid:/.test(fault))];
const words = fc.constantFrom('fever', 'জ্বর ও কাশি', 'عدوى', 'a <b>&"\'', '😷', '5 < 6');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value);
const strengths = fc.constantFrom('500 mg', '120 mg/5 ml', '0.05%', '1.2 g', '100 mcg', '40 IU/ml', '1:1000', '');
const drugs = fc.oneof(
  fc.record({ kind: fc.constant('FREE' as const), text: words }),
  fc.record({
    kind: fc.constant('PRODUCT' as const), productId: fc.uuid(), brand: words, brandBn: maybe(words), generic: words, strength: strengths, form: fc.constantFrom(...drugFormNames),
    ingredients: fc.array(fc.record({ id: fc.constant('paracetamol'), name: words, strength: strengths }), { minLength: 1, maxLength: 3 }),
  }),
);
const items = fc.record({
  id: fc.uuid(), drug: drugs, dose: dosings.map(writeDose), unit: fc.constantFrom(...doseUnits), meal: maybe(fc.constantFrom(...mealRelations)), route: maybe(fc.constantFrom(...Object.values(Route))),
  quantity: maybe(fc.constantFrom('10', '7.5', '0.125', '100000')), packs: fc.constant(null), note: maybe(words),
});
const code = fc.record({ code: fc.constant('E11.9'), title: words, titleBn: maybe(words) });
const forms: fc.Arbitrary<SignedForm> = fc.record({
  format: fc.constant('sinduk-prescription-1' as const), id: fc.uuid(), number: fc.constant('RX-000123'), amends: maybe(fc.constant('RX-000122')), signedAt: fc.constant('2026-11-23T09:00:00.000Z'),
  practice: fc.record({ id: fc.uuid(), name: words }), chamber: fc.record({ id: fc.uuid(), name: words, address: fc.oneof(fc.constant(''), words), timeZone: fc.constant('Asia/Dhaka') }),
  doctor: fc.record({ memberId: fc.uuid(), nameEn: words, nameBn: maybe(words), licence: fc.constant('BMDC A-00009'), licenceExpiresOn: fc.constant('2999-12-31') }),
  patient: fc.record({
    id: fc.uuid(), mrn: fc.constant('P-000001'), nameEn: maybe(words), nameBn: words, sex: fc.constantFrom('MALE', 'FEMALE', 'OTHER', 'UNKNOWN'), weightKg: maybe(fc.constant('61.5')),
    age: maybe(fc.record({ years: fc.nat(120), months: maybe(fc.nat(23)), estimated: fc.boolean() })),
  }),
  content: fc.record({
    complaints: fc.array(words, { maxLength: 3 }), examination: maybe(fc.constant('Temp 102 °F\n\nchest <clear>')),
    diagnoses: fc.array(fc.oneof(fc.record({ coded: code, text: maybe(words) }), fc.record({ coded: fc.constant(null), text: words })), { maxLength: 3 }),
    investigations: fc.array(fc.record({ name: words, note: maybe(words) }), { maxLength: 3 }), items: fc.array(items, { maxLength: 4 }), advice: fc.array(words, { maxLength: 3 }),
    followUp: maybe(fc.record({ on: fc.constant('2026-12-31'), note: maybe(words) })),
  }),
  salt: fc.uuid(),
}).map((form) => ({ ...form, ...apart(form.salt, form) })) as fc.Arbitrary<SignedForm>;

describe('a prescription for other programs', () => {
  it('is a document that two validators accept, whatever it says, in which every reference leads somewhere', () => {
    fc.assert(fc.property(forms, fc.constantFrom('SIGNED', 'SUPERSEDED', 'CANCELLED'), (form, status) => {
      const bundle = JSON.parse(JSON.stringify(prescriptionBundle(form, 'a.b.c', status, AT)));
      expect(faultsOf(bundle)).toEqual([]);
      const urls: string[] = bundle.entry.map(({ fullUrl }: { fullUrl: string }) => fullUrl);
      expect(new Set(urls).size).toBe(urls.length);
      expect(bundle.entry[0].resource.resourceType).toBe('Composition');
      const references = [...JSON.stringify(bundle).matchAll(/"reference":"(urn:uuid:[^"]+)"/g)].map(([, url]) => url!);
      expect(references.filter((url) => !urls.includes(url))).toEqual([]);
      // Whatever is in the document is reached from its beginning.
      const reached = new Set([urls[0]!]);
      for (const url of reached) for (const [, next] of JSON.stringify(bundle.entry[urls.indexOf(url)]).matchAll(/"reference":"(urn:uuid:[^"]+)"/g)) reached.add(next!);
      expect([...reached].sort()).toEqual([...urls].sort());
    }), { numRuns: 150 });
  });

  it.each([
    ['500 mg', { numerator: { value: 500, code: 'mg' }, denominator: { value: 1, code: '1' } }], ['120 mg/5 ml', { numerator: { value: 120, code: 'mg' }, denominator: { value: 5, code: 'mL' } }],
    ['40 IU/ml', { numerator: { value: 40, code: '[iU]' }, denominator: { value: 1, code: 'mL' } }], ['0.05%', undefined], ['', undefined], ['5 constructor', undefined],
  ])('tells a strength of %j as a ratio where that is one', (text, ratio) => {
    if (ratio) expect(fhirStrength(text)).toMatchObject(ratio);
    else expect(fhirStrength(text)).toBeUndefined();
  });

  describe('given out by the server', () => {
    let world: World;
    let practice: Practice;
    let chamberId: string;
    let doctor: Person;
    let doctors: Prescriptions;
    let patientId: string;

    beforeAll(async () => {
      world = await World.shared();
      practice = await world.practice('Shapla Chamber');
      chamberId = await openChamber(world, practice, 'Uttara');
      doctor = await hire(world, practice, chamberId, 'DOCTOR');
      await license(world, practice.owner, doctor.memberId, '2999-12-31');
      await stepUp(world, doctor, { password: PASSWORD });
      doctors = new Prescriptions(world, doctor, chamberId);
      patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun', birth: { date: '1970-06-15' }, sex: 'FEMALE' })).id;
    });
    afterAll(() => world.close());

    const file = (id: string, { token }: Person = doctor) => world.app.inject({ method: 'GET', url: `/prescriptions/${id}/fhir.json`, headers: { authorization: `Bearer ${token}` } });

    it('says what was signed, with the signed form itself, and what has become of it since; that is recorded as an export', async () => {
      const { searchDrugs: [tablet] } = await world.ok('{ searchDrugs(text: "paracetamol 500 mg tablet", first: 1) { product { id brand } } }', {}, doctor.token);
      const first = await doctors.sign(await doctors.draft(patientId, {
        complaints: ['fever'], diagnoses: [{ code: 'E11.9' }], investigations: [{ name: 'CBC', note: 'platelets' }], advice: ['rest'], followUp: { on: '2026-12-31' },
        items: [{ productId: tablet.product.id, dose: '1+0+1 ×5d', meal: 'AFTER_MEAL', route: 'ORAL', note: 'slowly' }, { freeText: 'Oral saline', dose: '5 ml sos' }],
      }));
      const answer = await file(first.id);
      expect([answer.statusCode, answer.headers['content-type'], answer.headers['content-disposition']]).toEqual([200, 'application/fhir+json', `attachment; filename=${first.number}.fhir.json`]);
      const bundle = answer.json();
      expect(faultsOf(bundle)).toEqual([]);
      const of = (type: string) => bundle.entry.map(({ resource }: { resource: { resourceType: string } }) => resource).filter(({ resourceType }: { resourceType: string }) => resourceType === type);
      expect(of('Composition')[0]).toMatchObject({ status: 'final', title: `Prescription ${first.number}`, date: first.signature!.at });
      expect(of('Patient')[0]).toMatchObject({ id: patientId, name: [{ text: 'Rahela Khatun' }], gender: 'female' });
      expect(of('Practitioner')[0]).toMatchObject({ id: doctor.memberId, identifier: [{ value: 'BMDC A-00009' }] });
      expect(of('Condition')[0]).toMatchObject({ code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'E11.9' }] } });
      expect(of('ServiceRequest')[0]).toMatchObject({ status: 'active', code: { text: 'CBC' }, note: [{ text: 'platelets' }] });
      expect(of('MedicationRequest')).toMatchObject([
        {
          id: first.items[0]!.id, status: 'active', intent: 'order', groupIdentifier: { value: first.number }, note: [{ text: 'slowly' }], dispenseRequest: { quantity: { value: 10, code: '{tablet}' } },
          contained: [{ resourceType: 'Medication', form: { text: 'tablet' }, ingredient: [{ itemCodeableConcept: { text: 'Paracetamol' }, strength: { numerator: { value: 500, code: 'mg' } } }] }],
          dosageInstruction: [{ text: first.items[0]!.sentenceEn, patientInstruction: first.items[0]!.sentenceBn, timing: { repeat: { when: ['MORN'], boundsDuration: { value: 5, code: 'd' } } }, route: { text: 'By mouth' } }, { timing: { repeat: { when: ['NIGHT'] } } }],
        },
        { medicationCodeableConcept: { text: 'Oral saline' }, dosageInstruction: [{ asNeededBoolean: true }] },
      ]);
      expect(of('MedicationRequest')[1].dispenseRequest).toBeUndefined();
      const jws = await world.app.inject({ method: 'GET', url: `/prescriptions/${first.id}/signed.jws`, headers: { authorization: `Bearer ${doctor.token}` } });
      expect(Buffer.from(of('Binary')[0].data, 'base64').toString()).toBe(jws.body);
      expect((await entriesOf(world, practice.tenantId, 'GET /prescriptions/:id/fhir.json')).at(-1)).toMatchObject({ action: 'EXPORTED', outcome: 'SUCCESS', records: [`prescription:${first.id}`] });

      const second = await doctors.sign(await doctors.amend(first, 'too little'));
      const statuses = async (id: string) => (await file(id)).json().entry.flatMap(({ resource: { resourceType, status } }: { resource: { resourceType: string; status: string } }) => (/Request|Composition/.test(resourceType) ? [`${resourceType} ${status}`] : []));
      expect(await statuses(first.id)).toEqual(['Composition final', 'MedicationRequest stopped', 'MedicationRequest stopped', 'ServiceRequest revoked']);
      const [amendment, request] = (await file(second.id)).json().entry.map(({ resource }: { resource: Record<string, unknown> }) => resource).filter(({ resourceType }: { resourceType: string }) => /Composition|MedicationRequest/.test(resourceType));
      expect(amendment).toMatchObject({ relatesTo: [{ code: 'replaces', targetIdentifier: { value: first.number } }] });
      expect(request).toMatchObject({ priorPrescription: { identifier: { value: first.number } } });
      await doctors.cancelAnswer(second, 'another patient');
      expect(await statuses(second.id)).toEqual(['Composition entered-in-error', 'MedicationRequest cancelled', 'MedicationRequest cancelled', 'ServiceRequest revoked']);
    });

    it('is given to nobody who may not read prescriptions, nor of a draft, nor of another practice', async () => {
      const { id } = await doctors.sign(await doctors.draft(patientId, { advice: ['rest'] }));
      expect((await file(id, await hire(world, practice, chamberId, 'RECEPTIONIST'))).statusCode).toBe(403);
      const blind = await hire(world, practice, chamberId, 'NURSE');
      await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission: 'patients:read', memberId: blind.memberId } }, practice.owner.token);
      expect((await file(id, blind)).statusCode).toBe(403);
      expect((await file(id, (await world.practice('Another')).owner)).statusCode).toBe(404);
      expect((await file('nonsense')).statusCode).toBe(404);
      expect((await file((await doctors.draft(patientId)).id)).statusCode).toBe(409);
    });
  });
});

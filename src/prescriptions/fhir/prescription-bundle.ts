import { v5 as uuidv5 } from 'uuid';
import { formRules } from '../../drugs/drug-form.model.js';
import { html, type Html } from '../../platform/html.js';
import { fhirDosages, fhirQuantity } from '../dose/dose-fhir.js';
import { doseSentence } from '../dose/dose-sentence.js';
import { toThousandths } from '../dose/dosing.js';
import { parseDose } from '../dose/parse-dose.js';
import type { PrescribedItem, PrescriptionContent } from '../prescription-content.js';
import type { PrescriptionStatus } from '../prescription.enums.js';
import { routeWords } from '../route-words.model.js';
import type { SignedForm } from '../signed-form.js';
import { fhirStrength } from './fhir-strength.js';

/** How far a signed prescription has come. */
export type SignedStatus = Extract<PrescriptionStatus, 'SIGNED' | 'SUPERSEDED' | 'CANCELLED'>;

type Resource = { resourceType: string; id: string } & Record<string, unknown>;

/** The codes of HL7 FHIR R4 for each status. */
const statuses = {
  SIGNED: { document: 'final', medicine: 'active', service: 'active' },
  SUPERSEDED: { document: 'final', medicine: 'stopped', service: 'revoked' },
  CANCELLED: { document: 'entered-in-error', medicine: 'cancelled', service: 'revoked' },
} as const satisfies Record<SignedStatus, object>;

const genders = { MALE: 'male', FEMALE: 'female', OTHER: 'other', UNKNOWN: 'unknown' } as const;

const UUID = 'urn:ietf:rfc:3986';
const fullUrl = (id: string): string => `urn:uuid:${id}`;
/** The id of a part of a prescription that has none of its own: always the same. */
const derived = (prescriptionId: string, part: string): string => uuidv5(part, prescriptionId);
const refTo = (id: string): { reference: string } => ({ reference: fullUrl(id) });
const coded = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }] });

/**
 * A signed prescription as a document of HL7 FHIR R4: a Bundle whose Composition comes first, then whom it names and each
 * thing that is prescribed. It says what was signed; only the statuses are as they are now. The last entry is the signed form itself, a JWS.
 */
export function prescriptionBundle(form: SignedForm, jws: string, status: SignedStatus, assembledAt: Date): Resource {
  const { id, practice, chamber, doctor, patient, content, number, signedAt, amends } = form;
  const ids = { encounter: derived(id, 'encounter'), signed: derived(id, 'signed') };
  const numbers = fullUrl(practice.id);
  const common = { subject: refTo(patient.id), encounter: refTo(ids.encounter) };
  const asked = {
    ...common, authoredOn: signedAt, requester: refTo(doctor.memberId), groupIdentifier: { system: numbers, value: number },
  };

  const conditions = content.diagnoses.map(({ coded: code, text }, index): Resource => ({
    resourceType: 'Condition', id: derived(id, `condition ${index}`), category: [coded('http://terminology.hl7.org/CodeSystem/condition-category', 'encounter-diagnosis', 'Encounter Diagnosis')],
    code: { ...(code && coded('http://hl7.org/fhir/sid/icd-10', code.code, code.title)), ...((text ?? code?.title) && { text: text ?? code?.title }) }, ...common, recordedDate: signedAt,
  }));
  const medicines = content.items.map((item): Resource => ({
    resourceType: 'MedicationRequest', id: item.id, ...medicationOf(item), identifier: [{ system: UUID, value: fullUrl(item.id) }], status: statuses[status].medicine, intent: 'order', ...asked,
    ...(item.note !== null && { note: [{ text: item.note }] }), dosageInstruction: dosagesOf(item),
    ...(item.quantity !== null && { dispenseRequest: { quantity: fhirQuantity(toThousandths(item.quantity), item.unit) } }),
    ...(amends !== null && { priorPrescription: { type: 'MedicationRequest', identifier: { system: numbers, value: amends }, display: amends } }),
  }));
  const { groupIdentifier, ...ordered } = asked;
  const services = content.investigations.map(({ name, note }, index): Resource => ({
    resourceType: 'ServiceRequest', id: derived(id, `service ${index}`), status: statuses[status].service, intent: 'order', code: { text: name }, ...ordered, requisition: groupIdentifier,
    ...(note !== null && { note: [{ text: note }] }),
  }));

  const section = (title: string, resources: Resource[]) => (resources.length ? [{ title, entry: resources.map((one) => refTo(one.id)) }] : []);
  const composition: Resource = {
    resourceType: 'Composition', id: derived(id, 'composition'), identifier: { system: numbers, value: number }, status: statuses[status].document,
    type: coded('http://loinc.org', '57833-6', 'Prescription for medication'), ...common, date: signedAt, author: [refTo(doctor.memberId)], title: `Prescription ${number}`,
    custodian: refTo(practice.id), ...(amends !== null && { relatesTo: [{ code: 'replaces', targetIdentifier: { system: numbers, value: amends } }] }),
    section: [
      ...told('Patient', patientLines(form)), ...told('Complaints', content.complaints), ...told('Examination', content.examination?.split('\n') ?? []), ...section('Diagnoses', conditions), ...section('Medicines', medicines),
      ...section('Investigations', services), ...told('Advice', content.advice), ...told('To come again', followUpLines(content)), { title: 'What was signed', entry: [refTo(ids.signed)] },
    ],
  };
  const people: Resource[] = [
    {
      resourceType: 'Patient', id: patient.id, identifier: [{ type: coded('http://terminology.hl7.org/CodeSystem/v2-0203', 'MR', 'Medical record number'), system: numbers, value: patient.mrn }],
      name: [patient.nameEn, patient.nameBn].flatMap((text) => (text === null ? [] : [{ text }])), gender: genders[patient.sex],
    },
    {
      resourceType: 'Practitioner', id: doctor.memberId, identifier: [{ type: coded('http://terminology.hl7.org/CodeSystem/v2-0203', 'MD', 'Medical License number'), value: doctor.licence }],
      name: [doctor.nameEn, doctor.nameBn].flatMap((text) => (text === null ? [] : [{ text }])),
    },
    { resourceType: 'Organization', id: practice.id, name: practice.name },
    { resourceType: 'Location', id: chamber.id, name: chamber.name, ...(chamber.address.trim() && { address: { text: chamber.address } }), managingOrganization: refTo(practice.id) },
    {
      resourceType: 'Encounter', id: ids.encounter, status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' }, subject: refTo(patient.id),
      location: [{ location: refTo(chamber.id) }], serviceProvider: refTo(practice.id),
    },
  ];
  const signed: Resource = { resourceType: 'Binary', id: ids.signed, contentType: 'application/jose', data: Buffer.from(jws).toString('base64') };
  return {
    resourceType: 'Bundle', id, identifier: { system: UUID, value: fullUrl(id) }, type: 'document', timestamp: assembledAt.toISOString(),
    entry: [composition, ...people, ...conditions, ...medicines, ...services, signed].map((resource) => ({ fullUrl: fullUrl(resource.id), resource })),
  };
}

function medicationOf({ drug }: PrescribedItem): Record<string, unknown> {
  if (drug.kind === 'FREE') return { medicationCodeableConcept: { text: drug.text } };
  const { brand, generic, strength, form, ingredients } = drug;
  return {
    contained: [{
      resourceType: 'Medication', id: 'medicine', code: { text: `${brand} (${generic} ${strength})` }, form: { text: formRules(form).en },
      ingredient: ingredients.map(({ name, strength: each }) => {
        const ratio = fhirStrength(each);
        return { itemCodeableConcept: { text: ratio ? name : `${name} ${each}` }, isActive: true, ...(ratio && { strength: ratio }) };
      }),
    }],
    medicationReference: { reference: '#medicine', display: `${brand} ${strength}` },
  };
}

// The sentence says all steps, so it stands with the first.
function dosagesOf({ dose, unit, meal, route }: PrescribedItem): object[] {
  const dosing = parseDose(dose);
  return fhirDosages(dosing, { unit, meal }).map((dosage, index) => ({
    ...dosage, ...(index === 0 && { text: doseSentence(dosing, { unit, meal }, 'en'), patientInstruction: doseSentence(dosing, { unit, meal }, 'bn') }), ...(route && { route: { text: routeWords[route].en } }),
  }));
}

function patientLines({ patient: { age, weightKg } }: SignedForm): string[] {
  const years = age && `Age: ${age.estimated ? 'about ' : ''}${age.years} years${age.months === null ? '' : ` (${age.months} months)`}`;
  return [years, weightKg !== null && `Weight: ${weightKg} kg`].filter((line) => typeof line === 'string');
}

const followUpLines = ({ followUp }: PrescriptionContent): string[] => (followUp ? [followUp.on, ...(followUp.note === null ? [] : [followUp.note])] : []);

/** A section of lines, as XHTML; none when there are none. */
const told = (title: string, lines: readonly string[]): object[] => {
  const said = lines.filter((line) => line.trim());
  return said.length ? [{ title, text: { status: 'additional', div: narrative(said).text } }] : [];
};

const narrative = (lines: readonly string[]): Html => html`<div xmlns="http://www.w3.org/1999/xhtml">${lines.map((line) => html`<p>${line}</p>`)}</div>`;

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AllergiesReader, type StandingAllergy } from '../../clinical/allergies/allergies.reader.js';
import { ConditionsReader } from '../../clinical/conditions/conditions.reader.js';
import { VitalsReader } from '../../clinical/vitals/vitals.reader.js';
import { type Substance, type SubstanceClass, SubstancesReader } from '../../drugs/substances.reader.js';
import { type PatientTraits, PatientSnapshots } from '../../patients/patient-snapshots.reader.js';
import { canonical } from '../../platform/canonical.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { parseDose } from '../dose/parse-dose.js';
import type { PrescribedItem } from '../prescription-content.js';
import { type PrescriptionRecord, openPrescription, prescriptionRows, sealedIn, signedBefore } from '../prescription-rows.js';
import type { PregnancyState } from '../prescription.enums.js';
import { namesIn, substancesIn } from './allergy-match.js';
import type { CheckFacts, CheckedAllergy, CheckedItem } from './check-facts.js';
import { daysOfCourse } from './dose-taken.js';

/** What is known of a patient before the catalogue is asked. */
interface Known {
  record: PrescriptionRecord;
  others: PrescriptionRecord[];
  othersCut: boolean;
  patient: CheckFacts['patient'];
  allergyStatus: CheckFacts['allergyStatus'];
  allergies: StandingAllergy[];
}

/** How much is looked at of what the patient still takes: signed prescriptions, and medicines of them. Every medicine that is prescribed is held against each of those. */
const MOST_OTHERS = 50;
const MOST_MEDICINES = 100;
const DAY_MS = 86_400_000;
const PREGNANCY_DAYS = 300;
const PREGNANT = /^(O(?!8[5-9]|9[0-2])|Z3[3-6])/;
const NURSING = /^(O9[12]|Z39\.1)/;

/** Gathers what the checks of a prescription look at, in two round trips whatever there is: what is known of the patient, then what the catalogue knows of that. */
@Injectable()
export class PatientFacts {
  constructor(
    private readonly keyring: Keyring,
    private readonly patients: PatientSnapshots,
    private readonly vitals: VitalsReader,
    private readonly allergies: AllergiesReader,
    private readonly conditions: ConditionsReader,
    private readonly substances: SubstancesReader,
  ) {}

  /** Asks what is known of the patient of a prescription. */
  ask(tenantId: string, { row: { id, patient_id, amends } }: PrescriptionRecord): Statement[] {
    return [
      this.patients.ask(tenantId, patient_id), this.vitals.askWeight(tenantId, patient_id), this.conditions.askStanding(tenantId, patient_id),
      signedBefore(tenantId, patient_id, [id, ...(amends ? [amends] : [])], MOST_OTHERS + 1), ...this.allergies.askStanding(tenantId, patient_id),
    ];
  }

  /** What is known at an instant that is on the clinic-local day `day`; `rows` are the answers to what `ask` had sent. */
  async known(tenantId: string, record: PrescriptionRecord, [patients, weights, conditions, others, ...allergies]: Row[][], now: Date, day: string): Promise<Known> {
    const rows = prescriptionRows(others);
    const keys = await this.keyring.of(tenantId, sealedIn(rows));
    const [traits, weight, standing, { status, allergies: stated }] = await Promise.all([
      this.patients.traits(tenantId, patients!, day), this.vitals.answerWeight(tenantId, weights!), this.conditions.answerStanding(tenantId, conditions!), this.allergies.answerStanding(tenantId, allergies),
    ]);
    const recent = standing.filter(({ recordedAt }) => now.getTime() - recordedAt.getTime() < PREGNANCY_DAYS * DAY_MS).map(({ code }) => code);
    const taken = rows.slice(0, MOST_OTHERS).map((row) => stillTaken(openPrescription(keys, row), now)).filter(({ content }) => content.items.length);
    const lookedAt = within(taken, MOST_MEDICINES);
    return {
      record, others: lookedAt, othersCut: rows.length > MOST_OTHERS || lookedAt.length < taken.length,
      patient: patientOf(traits, weight, record.content.pregnancy ?? null, recent), allergyStatus: status, allergies: stated,
    };
  }

  /** Asks what the catalogue knows of all that: of ingredients, and of what allergies name. */
  askCatalogue({ record, others, allergies }: Known): Statement[] {
    const items = [record, ...others].flatMap(({ content }) => content.items);
    return this.substances.ask({
      ids: [...new Set(items.flatMap(({ drug }) => (drug.kind === 'PRODUCT' ? drug.ingredients.map(({ id }) => id) : [])))],
      ...namesIn(allergies.map(({ substance }) => substance.text)),
      atcCodes: allergies.flatMap((allergy) => atcOf(allergy) ?? []),
    });
  }

  /** All that the checks look at, and a hash by which it is told whether the patient's record has changed since; `rows` are the answers to what `askCatalogue` had sent. */
  facts(known: Known, rows: Row[][]): { facts: CheckFacts; hash: string } {
    const catalogue = this.substances.answer(rows);
    const { record, others, othersCut, patient, allergyStatus } = known;
    const ingredients = new Map(catalogue.substances.map((each) => [each.id, each]));
    const facts: CheckFacts = {
      items: record.content.items.map((item) => itemOf(item, null, ingredients)),
      others: others.flatMap(({ row, content }) => content.items.map((item) => itemOf(item, row.id, ingredients))),
      othersCut, patient, allergyStatus, allergies: known.allergies.map((allergy) => allergyOf(allergy, catalogue)),
    };
    const { months: _, ...traits } = patient;
    const basis = { traits, allergyStatus, allergies: known.allergies.map(({ id, version }) => [id, version]), others: facts.others.map(({ id }) => id) };
    return { facts, hash: createHash('sha256').update(canonical(basis)).digest('hex') };
  }
}

/** A signed prescription with only those items whose course is not over. */
const stillTaken = (record: PrescriptionRecord, now: Date): PrescriptionRecord => ({
  ...record, content: { ...record.content, items: record.content.items.filter(({ dose }) => record.row.signed_at!.getTime() + daysOfCourse(parseDose(dose)) * DAY_MS >= now.getTime()) },
});

/** The first prescriptions that together have so many medicines at the most. */
function within(records: readonly PrescriptionRecord[], most: number): PrescriptionRecord[] {
  let count = 0;
  return records.filter(({ content }) => (count += content.items.length) <= most);
}

// Whoever is pregnant by either statement is taken to be: the one on the draft may be a slip.
function patientOf(traits: PatientTraits, weight: string | null, stated: PregnancyState | null, codes: readonly string[]): CheckFacts['patient'] {
  const pregnancy = stated === 'PREGNANT' || codes.some((code) => PREGNANT.test(code)) ? 'PREGNANT' : (stated ?? (codes.some((code) => NURSING.test(code)) ? 'BREASTFEEDING' : null));
  return { ...traits, weightKg: weight === null ? null : Number(weight), pregnancy };
}

function itemOf({ id, drug, dose, unit }: PrescribedItem, prescriptionId: string | null, known: ReadonlyMap<string, Substance>): CheckedItem {
  const common = { id, prescriptionId, unit, dosing: parseDose(dose) };
  if (drug.kind === 'FREE') return { ...common, productId: null, name: drug.text, nameBn: null, form: null, ingredients: [] };
  return {
    ...common, productId: drug.productId, name: drug.brand, nameBn: drug.brandBn, form: drug.form,
    ingredients: drug.ingredients.map(({ id: slug, name, strength }) => {
      const substance = known.get(slug);
      return { id: slug, name, strength, nameBn: substance?.nameBn ?? null, atcCode: substance?.atcCode ?? null, known: substance !== undefined, classes: new Set(substance?.classes) };
    }),
  };
}

/** The code of the ATC classification by which an allergy is stated, if it is. */
const atcOf = ({ substance: { code } }: StandingAllergy): string | null => (code && /atc/i.test(code.system) && /^[A-Z]\d\d[A-Z]{1,2}(\d\d)?$/i.test(code.code) ? code.code.toUpperCase() : null);

function allergyOf(allergy: StandingAllergy, { substances, classes }: { substances: Substance[]; classes: SubstanceClass[] }): CheckedAllergy {
  const { id, substance: { text, kind }, reactions, severity, criticality } = allergy;
  const named = substancesIn(text, substances, classes);
  const atcCode = atcOf(allergy);
  const coded = substances.filter((each) => atcCode !== null && each.atcCode === atcCode).map((each) => each.id);
  const terms = [...new Set([...named.terms, ...coded])];
  return {
    id, text, kind, atcCode,
    severe: severity === 'SEVERE' || criticality === 'HIGH' || reactions.some((reaction) => ['ANAPHYLAXIS', 'ANGIOEDEMA', 'SEVERE_SKIN_REACTION'].includes(reaction.kind)),
    substances: terms.map((term) => ({ term, classes: term.startsWith('@') ? [term.slice(1), ...classes.find((each) => each.id === term.slice(1))!.within] : substances.find((each) => each.id === term)?.classes ?? [] })),
    // A code of the classification names the substance, whatever the text says of it.
    complete: named.complete || coded.length > 0,
  };
}

import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { DomainError, ErrorCode, badInput, conflict, forbidden, notFound } from '../platform/errors.js';
import { InputCheck, statedReason } from '../platform/input-check.js';
import type { PatientRecord } from '../patients/patient.model.js';
import { PatientsReader, majorityAt } from '../patients/patients.reader.js';
import { FamiliesReader } from './families.reader.js';
import { type EndDetails, type LinkDetails, LONGEST_NOTE, elderOf } from './family-relations.js';
import { ADD_LINK, END_LINK, LINKS_OF, LINK_TO_END, ONE_LINK_AT_A_TIME } from './family-rows.js';
import type { FamilyWarning } from './family.enums.js';
import type { LinkFamilyInput } from './family.inputs.js';
import { type FamilyMember, type LinkRecord, toFamilyMember } from './family.model.js';

/** The most links that hold of one patient. */
const MOST_LINKS = 50;
const MOST_GENERATIONS = 20;

/** Links patients of a practice and ends links, one at a time in a practice, so that nobody becomes their own forebear. */
@Injectable()
export class FamiliesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly patients: PatientsReader,
    private readonly reader: FamiliesReader,
  ) {}

  /** Links two patients who are not linked yet. */
  link(ctx: Ctx, input: LinkFamilyInput): Promise<{ member: FamilyMember; warnings: FamilyWarning[] }> {
    const { tenantId } = ctx;
    const { patientId, relativeId } = input;
    return this.db.write(ctx, async (tx, [, links, ...found]) => {
      mayRead(ctx);
      const details = detailsOf(input);
      const people = await this.patients.found(ctx, found);
      const [patient, relative] = [people.get(patientId), people.get(relativeId)];
      if (!patient || !relative) throw notFound();
      await this.#refuseImpossible(ctx, tx, input, holding(await this.reader.open(ctx, links!)));
      const keys = await this.keyring.of(tenantId);
      const id = uuidv7();
      const [saved] = await tx.group({ text: ADD_LINK, values: [
        tenantId, id, patientId, relativeId, keys.seal('clinic.family_links', id, 'details', details), ctx.member.memberId,
      ] });
      const [record] = await this.reader.open(ctx, saved!);
      noteBoth(tx, record!);
      tx.change('family-link', id, 'relation', null, details.relation);
      return { member: toFamilyMember(record!, patientId), warnings: warningsOf(details, patient, relative) };
    }, { text: ONE_LINK_AT_A_TIME, values: [tenantId] }, { text: LINKS_OF, values: [tenantId, [patientId, relativeId]] }, ...this.patients.toFind(tenantId, [patientId, relativeId]));
  }

  /** Ends a link: it stays as history. CONFLICT when it is ended already. */
  async unlink(ctx: Ctx, id: string, reason: string, enteredInError: boolean): Promise<FamilyMember> {
    const stated = statedReason(reason);
    return this.db.write(ctx, async (tx, [rows]) => {
      mayRead(ctx);
      const [before] = await this.reader.open(ctx, rows!);
      if (!before) throw notFound();
      if (before.end) throw conflict('ENDED_ALREADY', 'The link is ended already.');
      const keys = await this.keyring.of(ctx.tenantId);
      const end: EndDetails = { reason: stated, enteredInError };
      const [ended] = await tx.group({ text: END_LINK, values: [ctx.tenantId, id, ctx.member.memberId, keys.seal('clinic.family_links', id, 'end_details', end)] });
      const [record] = await this.reader.open(ctx, ended!);
      tx.reason = stated;
      noteBoth(tx, record!);
      tx.change('family-link', id, 'relation', before.details.relation, null);
      return toFamilyMember(record!, before.row.patient_id);
    }, { text: LINK_TO_END, values: [ctx.tenantId, id] });
  }

  async #refuseImpossible(ctx: Ctx, tx: AuditedTx, { patientId, relativeId, relation }: LinkFamilyInput, links: LinkRecord[]): Promise<void> {
    const linked = links.find(({ row }) => isOf(row.patient_id, row.relative_id) === isOf(patientId, relativeId));
    if (linked) throw linkedAlready(linked.row.id);
    for (const [field, id] of Object.entries({ patientId, relativeId })) {
      if (links.filter(({ row }) => row.patient_id === id || row.relative_id === id).length >= MOST_LINKS) {
        throw badInput([{ path: ['input', field], reason: 'TOO_MANY', params: { max: MOST_LINKS } }]);
      }
    }
    const elder = elderOf(relation);
    if (!elder) return;
    const [top, bottom] = elder === 'RELATIVE' ? [relativeId, patientId] : [patientId, relativeId];
    if (await this.#isForebear(ctx, tx, bottom, top, links)) throw badInput([{ path: ['input', 'relativeId'], reason: 'CIRCLE' }]);
  }

  /** Whether one patient is a forebear of another, going up a generation with each round trip; `known` are the links of both. Throws BAD_USER_INPUT beyond twenty: others wait for the lock meanwhile. */
  async #isForebear(ctx: Ctx, tx: AuditedTx, wanted: string, of: string, known: LinkRecord[]): Promise<boolean> {
    const seen = new Set([of]);
    let generation = [of];
    let links = known;
    for (let height = 0; generation.length; height++) {
      if (height === MOST_GENERATIONS) throw badInput([{ path: ['input', 'relativeId'], reason: 'TOO_MANY_GENERATIONS', params: { max: MOST_GENERATIONS } }]);
      const elders = generation.flatMap((id) => eldersIn(links, id)).filter((id) => !seen.has(id));
      if (elders.includes(wanted)) return true;
      elders.forEach((id) => seen.add(id));
      generation = [...new Set(elders)];
      if (generation.length) links = holding(await this.reader.open(ctx, await tx.query(LINKS_OF, [ctx.tenantId, generation])));
    }
    return false;
  }
}

const detailsOf = ({ patientId, relativeId, relation, isGuardian, isWard, note }: LinkFamilyInput): LinkDetails => {
  const check = new InputCheck();
  if (patientId === relativeId) check.blame(['relativeId'], 'SAME_PATIENT');
  const [relativeSpeaks, patientSpeaks] = [isGuardian || relation === 'GUARDIAN', isWard || relation === 'WARD'];
  if (relativeSpeaks && patientSpeaks) check.blame([isWard ? 'isWard' : 'isGuardian'], 'BOTH_GUARDIANS');
  const clean = check.line(['note'], note, LONGEST_NOTE);
  check.throwIfAny();
  return { relation, guardian: relativeSpeaks ? 'RELATIVE' : patientSpeaks ? 'PATIENT' : null, note: clean };
};

function warningsOf({ relation, guardian }: LinkDetails, patient: PatientRecord, relative: PatientRecord): FamilyWarning[] {
  const warnings: FamilyWarning[] = [];
  const elder = elderOf(relation);
  const [top, bottom] = elder === 'RELATIVE' ? [relative, patient] : [patient, relative];
  const [born, bornLater] = [top.identity.birth?.date, bottom.identity.birth?.date];
  if (elder && born && bornLater && born >= bornLater) warnings.push('PARENT_NOT_OLDER');
  const speaks = guardian && (guardian === 'RELATIVE' ? relative : patient);
  if (speaks && majorityAt(speaks, new Date()) === 'MINOR') warnings.push('GUARDIAN_IS_MINOR');
  return warnings;
}

const holding = (links: LinkRecord[]): LinkRecord[] => links.filter(({ end }) => !end);

/** Two patients, whichever is named first. */
const isOf = (one: string, other: string): string => [one, other].sort().join();

const eldersIn = (links: LinkRecord[], id: string): string[] => links
  .filter(({ row }) => row.patient_id === id || row.relative_id === id)
  .map((record) => toFamilyMember(record, id))
  .filter(({ relation }) => elderOf(relation) === 'RELATIVE')
  .map(({ relativeId }) => relativeId);

// Both have a new relative, or one less: whoever asks who touched either of them finds it.
const noteBoth = (tx: AuditedTx, { row }: LinkRecord): void => {
  tx.record('family-link', row.id, row.patient_id);
  tx.record('relative', row.relative_id, row.relative_id);
};

// The answer shows who is a relative, so that linking alone is not enough.
const mayRead = (ctx: Ctx): void => {
  if (!ctx.holds('patients:read')) throw forbidden('patients:read');
};

const linkedAlready = (linkId: string): DomainError =>
  new DomainError(ErrorCode.ALREADY_EXISTS, 'The two patients are linked already.', { faults: [{ path: ['input', 'relativeId'], reason: 'ALREADY_EXISTS', params: { linkId } }] });

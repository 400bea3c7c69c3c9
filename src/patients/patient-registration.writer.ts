import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { type InputFault, DomainError } from '../platform/errors.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import {
  type Clinical, type ClinicalInput, type Identity, type IdentityInput, changedClinical, changedIdentity, nobody, nothingClinical, warningsOf,
} from './patient-identity.js';
import { HOLDERS_OF_IDENTIFIERS, HOLD_MRN_COUNTER, PATIENTS_BY_ID, PATIENTS_OF_PHONES, REGISTER_PATIENTS } from './patient-rows.js';
import { SEARCH_VERSION, findablesOf, identifiersOf, tokenArrays } from './patient-tokens.js';
import type { PatientWarning } from './patient.enums.js';

export type { Clinical, ClinicalInput, Identity, IdentityInput } from './patient-identity.js';
export { formatMrn } from './mrn.js';
export { isBangla } from './person-name.js';

/** A patient to be registered, judged by the rules that hold at the desk. */
export interface NewPatient {
  identity: Identity;
  clinical: Clinical;
}

/** The same, under the id that it is to have. */
export interface PatientToRegister extends NewPatient {
  id: string;
}

/** An identifier, by its index in the identity, that another patient has. */
export interface HeldIdentifier {
  id: string;
  index: number;
  holderId: string;
}

/** What became of many patients: the number of each who was registered, and the identifiers for which the others were not. `taken` are the ids that other patients have. */
export interface Registered {
  mrns: Map<string, number>;
  held: HeldIdentifier[];
  taken: string[];
}

/** Another transaction gave an identifier away at the same moment: nothing may be kept, and the whole may be tried again. */
export class IdentifierRace extends Error {
  override readonly name = 'IdentifierRace';
}

/** A patient out of what somebody wrote, in a practice of this country; instead, all faults by their path under `input`. */
export function newPatient(input: IdentityInput, clinical: ClinicalInput, country: Country): NewPatient & { warnings: PatientWarning[] } | { faults: InputFault[] } {
  const identity = attempt(() => changedIdentity(nobody, input, country));
  const medical = attempt(() => changedClinical(nothingClinical, clinical));
  if ('faults' in identity || 'faults' in medical) return { faults: [...faultsIn(identity), ...faultsIn(medical)] };
  return { identity: identity.value, clinical: medical.value, warnings: warningsOf(identity.value, country) };
}

type Attempt<T> = { value: T } | { faults: InputFault[] };

const attempt = <T>(work: () => T): Attempt<T> => {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { faults: error.details['faults'] as InputFault[] };
  }
};

const faultsIn = (result: Attempt<unknown>): InputFault[] => ('faults' in result ? result.faults : []);

/** Who of the practice is like somebody new: the holders of identifiers, and for each new patient those who share a telephone and a name. */
export interface Likeness {
  held: HeldIdentifier[];
  alike: Map<string, string[]>;
}

/** What two spellings of one name have in common: its letters, in lower case. Both names of an identity, those that it has. */
export const nameKeys = ({ nameEn, nameBn }: Pick<Identity, 'nameEn' | 'nameBn'>): string[] =>
  [nameEn, nameBn].flatMap((name) => (name ? [name.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{M}]/gu, '')] : []));

/** Where somebody would be met again: under each name by each telephone. */
export const meetingPlaces = (identity: Identity): string[] =>
  nameKeys(identity).flatMap((name) => identity.phones.map(({ number }) => `${number} ${name}`));

/** Registers many patients at once, under the same rules, numbers and uniqueness as one at the desk. */
@Injectable()
export class PatientRegistration {
  constructor(private readonly keyring: Keyring) {}

  /**
   * Registers those whose id and identifiers are free, under consecutive medical record numbers without gaps, within the
   * caller's transaction, and leaves the others out. Everything is sealed before the counter is locked: the desk waits for
   * the statement and the commit only. Throws IdentifierRace.
   */
  async register(ctx: Ctx, tx: AuditedTx, patients: readonly PatientToRegister[]): Promise<Registered> {
    const { tenantId } = ctx;
    const keys = await this.keyring.of(tenantId);
    const [owners, fields, tokens] = tokenRows(patients, (identity) => tokenArrays(keys, findablesOf(identity)));
    const identifiers = tokenRows(patients, (identity) => tokenArrays(keys, identifiersOf(identity)));
    const [, registered, holders] = await tx.group(
      { text: HOLD_MRN_COUNTER, values: [tenantId] },
      { text: REGISTER_PATIENTS, values: [
        tenantId, ctx.member.memberId, patients.map(({ id }) => id),
        patients.map(({ id, identity }) => keys.seal('clinic.patients', id, 'identity', identity)),
        patients.map(({ id, clinical }) => keys.seal('clinic.patients', id, 'clinical', clinical)),
        owners, fields, tokens, SEARCH_VERSION, ...identifiers,
      ] },
      this.#holders(tenantId, patients, keys),
    );
    const mrns = new Map(registered!.map(({ id, mrn }) => [id as string, Number(mrn)]));
    const held = holders!.map(heldOf);
    // An edit can give an identifier to somebody else between the two statements.
    if (held.some(({ id }) => mrns.has(id))) throw new IdentifierRace();
    const blamed = new Set(held.map(({ id }) => id));
    return { mrns, held, taken: patients.map(({ id }) => id).filter((id) => !mrns.has(id) && !blamed.has(id)) };
  }

  /** Who of the practice is like these, as far as it is known now. */
  async likeness(ctx: Ctx, tx: AuditedTx, patients: readonly PatientToRegister[]): Promise<Likeness> {
    const { tenantId } = ctx;
    const keys = await this.keyring.of(tenantId);
    const phones = [...new Set(patients.flatMap(({ identity }) => identity.phones.map(({ number }) => number)))];
    const [holders, sharing] = await tx.group(
      this.#holders(tenantId, patients, keys),
      { text: PATIENTS_OF_PHONES, values: [tenantId, phones.map((number) => keys.token('phone', number))] },
    );
    const sealed = sharing as unknown as Array<{ id: string; identity: Buffer; stands_for: string }>;
    const opener = await this.keyring.of(tenantId, sealed.map(({ identity }) => identity));
    const known = sealed.map(({ id, identity, stands_for: standsFor }) => ({ id: standsFor, identity: opener.open<Identity>('clinic.patients', id, 'identity', identity) }));
    const byPlace = new Map<string, string[]>();
    for (const { id, identity } of known) for (const place of meetingPlaces(identity)) byPlace.set(place, [...(byPlace.get(place) ?? []), id]);
    const alike = patients.map(({ id, identity }): [string, string[]] => [id, [...new Set(meetingPlaces(identity).flatMap((place) => byPlace.get(place) ?? []))]]);
    return { held: holders!.map(heldOf), alike: new Map(alike.filter(([, ids]) => ids.length > 0)) };
  }

  /** Who these patients of the practice are; of those who are not there, nothing. */
  async identities(ctx: Ctx, tx: AuditedTx, ids: readonly string[]): Promise<Map<string, Identity>> {
    const rows = await tx.query<{ id: string; identity: Buffer }>(PATIENTS_BY_ID, [ctx.tenantId, ids]);
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ identity }) => identity));
    return new Map(rows.map(({ id, identity }) => [id, keys.open<Identity>('clinic.patients', id, 'identity', identity)]));
  }

  #holders(tenantId: string, patients: readonly PatientToRegister[], keys: ScopeKeys): Statement {
    const rows = tokenRows(patients, (identity) => tokenArrays(keys, identifiersOf(identity)));
    const indexes = patients.flatMap(({ identity }) => identity.identifiers.map((_, index) => index));
    return { text: HOLDERS_OF_IDENTIFIERS, values: [tenantId, ...rows, indexes] };
  }
}

/** The tokens of many patients side by side, with whose each is. */
function tokenRows(patients: readonly PatientToRegister[], tokensOf: (identity: Identity) => [string[], Buffer[]]): [string[], string[], Buffer[]] {
  const arrays = patients.map(({ id, identity }) => ({ id, of: tokensOf(identity) }));
  return [arrays.flatMap(({ id, of }) => of[0].map(() => id)), arrays.flatMap(({ of }) => of[0]), arrays.flatMap(({ of }) => of[1])];
}

const heldOf = ({ id, index, holder_id: holderId }: Row): HeldIdentifier => ({ id: id as string, index: index as number, holderId: holderId as string });

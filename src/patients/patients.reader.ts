import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { toAsciiDigits } from '../platform/digits.js';
import { badInput, notFound } from '../platform/errors.js';
import { idOfCursor } from '../platform/graphql/connection.js';
import { type Country, PracticeCountries, dayIn } from '../tenants/practice-countries.reader.js';
import { type Majority, majorityOn } from './birth-date.js';
import { normaliseIdentifier } from './identifiers.js';
import { normaliseMrn } from './mrn.js';
import { type Clinical, type Identity, faultOf, typedNumber } from './patient-identity.js';
import {
  COUNT_PATIENTS, type FoundRow, MERGED_INTO, NEWEST_PATIENTS, NEXT_PATIENTS, PATIENT_BY_ID, PATIENT_BY_MRN, PATIENT_TO_CHANGE, PATIENTS_BY_ID,
  PATIENTS_BY_TOKEN, PATIENTS_SHARING_PHONES, type PatientRow,
} from './patient-rows.js';
import { type Findable, isFoundBy, numbersOf } from './patient-tokens.js';
import type { FindPatientsArgs, PatientKey, PatientsArgs } from './patient.inputs.js';
import type { PatientRecord } from './patient.model.js';
import { normalisePhone } from './phone.model.js';

export type { Majority };

const MOST_SHARING = 20;

/** Reads patients, in one round trip each. Every patient it gives is named in the audit entry of the answer. */
@Injectable()
export class PatientsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
  ) {}

  /** One patient; rejects with NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<PatientRecord> {
    const [record] = await this.#read(ctx, PATIENT_BY_ID, id);
    if (!record) throw notFound();
    return disclosed(ctx, record);
  }

  /** `first` patients and one more if there are more, the newest first. */
  async page(ctx: Ctx, { first, after, status }: PatientsArgs): Promise<PatientRecord[]> {
    const cursor = idOfCursor(after);
    const records = cursor
      ? await this.#read(ctx, NEXT_PATIENTS, status, first + 1, cursor)
      : await this.#read(ctx, NEWEST_PATIENTS, status, first + 1);
    records.slice(0, first).forEach((record) => disclosed(ctx, record));
    return records;
  }

  /** How many patients have this status. */
  async count(ctx: Ctx, { status }: Pick<PatientsArgs, 'status'>): Promise<number> {
    const [rows] = await this.db.read(ctx, { text: COUNT_PATIENTS, values: [ctx.tenantId, status] });
    return rows![0]!['total'] as number;
  }

  /** The patients that a key fits exactly, the newest first, `first` at most; rejects with BAD_USER_INPUT a key that fits nobody ever. */
  async find(ctx: Ctx, { by, first, after }: FindPatientsArgs): Promise<PatientRecord[]> {
    const given = Object.values(by).filter((value) => value !== undefined && value !== null);
    if (given.length !== 1) throw badInput([{ path: ['by'], reason: 'EXACTLY_ONE_REQUIRED' }]);
    const records = typeof by.mrn === 'string' ? await this.#read(ctx, PATIENT_BY_MRN, counterOf(by.mrn)) : await this.#findByToken(ctx, by, first, after ?? null);
    return records.map((record) => disclosed(ctx, record));
  }

  /** What is clinical of a patient that was read. Only for callers who may see it. */
  async clinical(ctx: Ctx, { id, sealedClinical }: { id: string; sealedClinical: Buffer }): Promise<Clinical> {
    const keys = await this.keyring.of(ctx.tenantId, [sealedClinical]);
    const clinical = keys.open<Clinical>('clinic.patients', id, 'clinical', sealedClinical);
    ctx.disclose('patient-clinical', id, id);
    return clinical;
  }

  /** What to send first in a transaction that adds to a patient: changes of one patient then follow one another. `locked` reads the answer. */
  toLock(tenantId: string, id: string): Statement[] {
    return [{ text: PATIENT_TO_CHANGE, values: [tenantId, id] }, ...this.countries.ask(tenantId)];
  }

  /** The patient that the statements of `toLock` found; rejects with NOT_FOUND. It is not yet named in the audit entry. */
  async locked(ctx: Ctx, [rows, practice]: Row[][]): Promise<PatientRecord> {
    const [record] = await this.#opened(ctx, rows!, this.countries.answer(ctx.tenantId, practice));
    if (!record) throw notFound();
    return record;
  }

  /** What to send last in a transaction that asks for several patients; `found` reads the answer. */
  toFind(tenantId: string, ids: readonly string[]): Statement[] {
    return [{ text: PATIENTS_BY_ID, values: [tenantId, ids] }, ...this.countries.ask(tenantId)];
  }

  /** The patients that the statements of `toFind` found, by their ids. They are not yet named in the audit entry. */
  async found(ctx: Ctx, [rows, practice]: Row[][]): Promise<Map<string, PatientRecord>> {
    const records = await this.#opened(ctx, rows!, this.countries.answer(ctx.tenantId, practice));
    return new Map(records.map((record) => [record.row.id, record]));
  }

  /** One of the patients that the answer asks for at this moment, all read together; rejects with NOT_FOUND. */
  async batched(ctx: Ctx, id: string): Promise<PatientRecord> {
    const record = await this.ifThere(ctx, id);
    if (!record) throw notFound();
    return record;
  }

  /** The same for an id that may be nobody's: null then. */
  async ifThere(ctx: Ctx, id: string): Promise<PatientRecord | null> {
    const record = await loadBatched(ctx, this.#byId, id);
    return record ? disclosed(ctx, record) : null;
  }

  /** The patients who are found by a telephone number of this one, the newest first, at most 20; read with all that the answer asks for at this moment. */
  async sharingPhones(ctx: Ctx, id: string): Promise<PatientRecord[]> {
    const records = (await loadBatched(ctx, this.#sharing, id)) ?? [];
    return records.map((record) => disclosed(ctx, record));
  }

  /** The patients who were merged into this one; read with all that the answer asks for at this moment. */
  async mergedInto(ctx: Ctx, id: string): Promise<PatientRecord[]> {
    const records = (await loadBatched(ctx, this.#merged, id)) ?? [];
    return records.map((record) => disclosed(ctx, record));
  }

  readonly #merged = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, PatientRecord[]>> => {
    const records = await this.#read(ctx, MERGED_INTO, ids);
    return new Map(ids.map((id) => [id, records.filter(({ row }) => row.merged_into === id)]));
  };

  readonly #byId = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, PatientRecord>> =>
    this.found(ctx, await this.db.read(ctx, ...this.toFind(ctx.tenantId, ids)));

  readonly #sharing = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, PatientRecord[]>> => {
    const [rows, ...found] = await this.db.read(ctx,
      { text: PATIENTS_SHARING_PHONES, values: [ctx.tenantId, ids, MOST_SHARING] }, ...this.toFind(ctx.tenantId, ids));
    const patients = await this.found(ctx, found);
    const sharers = await this.#opened(ctx, rows!, this.countries.answer(ctx.tenantId, found[1]));
    return new Map([...patients].map(([id, { identity }]) => [id, sharers.filter((record, index) =>
      rows![index]!['of_id'] === id && numbersOf(record.identity).some((value) => isFoundBy(identity, { field: 'phone', value })))]));
  };

  async #findByToken(ctx: Ctx, by: PatientKey, first: number, after: string | null): Promise<PatientRecord[]> {
    const key = findableOf(by, by.phone ? await this.#countryOf(ctx) : 'BD');
    const keys = await this.keyring.of(ctx.tenantId);
    const [rows, practice] = await this.db.read(ctx,
      { text: PATIENTS_BY_TOKEN, values: [ctx.tenantId, key.field, keys.token(key.field, key.value), first, after] }, ...this.countries.ask(ctx.tenantId));
    const records = await this.#opened(ctx, rows!, this.countries.answer(ctx.tenantId, practice));
    const found = rows as unknown as FoundRow[];
    const openers = await this.keyring.of(ctx.tenantId, found.flatMap(({ found_by: merged }) => merged ?? []));
    return records.filter(({ identity }, at) => isFoundBy(mergedIdentityOf(openers, found[at]!) ?? identity, key));
  }

  async #read(ctx: Ctx, text: string, ...values: unknown[]): Promise<PatientRecord[]> {
    const [rows, practice] = await this.db.read(ctx, { text, values: [ctx.tenantId, ...values] }, ...this.countries.ask(ctx.tenantId));
    return this.#opened(ctx, rows!, this.countries.answer(ctx.tenantId, practice));
  }

  async #opened(ctx: Ctx, rows: Row[], country: Country): Promise<PatientRecord[]> {
    const patients = rows as unknown as PatientRow[];
    const keys = await this.keyring.of(ctx.tenantId, patients.map(({ identity }) => identity));
    return patients.map((row) => ({ row, country, identity: keys.open<Identity>('clinic.patients', row.id, 'identity', row.identity) }));
  }

  async #countryOf(ctx: Ctx): Promise<Country> {
    const question = this.countries.ask(ctx.tenantId);
    const [practice] = question.length ? await this.db.read(ctx, ...question) : [];
    return this.countries.answer(ctx.tenantId, practice);
  }
}

/** Whether a patient was of age at an instant, by the calendar where the practice is. */
export const majorityAt = ({ identity, country }: PatientRecord, instant: Date): Majority =>
  identity.birth ? majorityOn(identity.birth, dayIn(country, instant)) : 'UNCERTAIN';

/** Who the record was by which a patient was found, when it was one that had been merged into them. */
export const mergedIdentityOf = (keys: ScopeKeys, { found_as: id, found_by: identity }: FoundRow): Identity | undefined =>
  id && identity ? keys.open<Identity>('clinic.patients', id, 'identity', identity) : undefined;

const disclosed = (ctx: Ctx, record: PatientRecord): PatientRecord => {
  ctx.disclose('patient', record.row.id, record.row.id);
  return record;
};

const counterOf = (raw: string): string => {
  const mrn = normaliseMrn(raw);
  if (!mrn) throw badInput([{ path: ['by', 'mrn'], reason: 'NOT_AN_MRN' }]);
  return String(Number(mrn.slice('P-'.length)));
};

const findableOf = ({ phone, phoneLastFour, identifier }: PatientKey, country: Country): Findable => {
  if (typeof phone === 'string') {
    return { field: 'phone', value: accepted(['by', 'phone'], () => normalisePhone(typedNumber(phone), country)) };
  }
  if (identifier) {
    const { kind, value } = identifier;
    return { field: `identifier:${kind}`, value: accepted(['by', 'identifier', 'value'], () => normaliseIdentifier(kind, typedNumber(value)).value) };
  }
  const digits = toAsciiDigits(phoneLastFour ?? '').trim();
  if (!/^\d{4}$/.test(digits)) throw badInput([{ path: ['by', 'phoneLastFour'], reason: 'FOUR_DIGITS_REQUIRED' }]);
  return { field: 'phone-last-four', value: digits };
};

const accepted = <T>(path: string[], read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw badInput([faultOf(path, error)]);
  }
};

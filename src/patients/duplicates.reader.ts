import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import type { InputFault } from '../platform/errors.js';
import { type Country, PracticeCountries } from '../tenants/practice-countries.reader.js';
import { type CandidateRow, DUPLICATE_CANDIDATES } from './duplicate-rows.js';
import { scoreDuplicate } from './duplicate-score.js';
import { type Identity, typedIdentity } from './patient-identity.js';
import { duplicateQuestions, tokenArrays } from './patient-tokens.js';
import type { PossibleDuplicatesInput } from './patient.inputs.js';
import type { Candidate } from './patient.model.js';
import { PatientsReader, mergedIdentityOf } from './patients.reader.js';

const LEAST_SCORE = 40;
const MOST_SHOWN = 10;
const HOLDERS = 50;
const CANDIDATES = 50;

/** Finds patients who may be the same person as somebody, in one round trip. */
@Injectable()
export class DuplicatesReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
    private readonly patients: PatientsReader,
  ) {}

  /** Who may be the person that is being typed, and what of it could not be read. They are named in the audit entry of a caller who may read patients; no other may be shown them. */
  async ofInput(ctx: Ctx, { patientId, ...input }: PossibleDuplicatesInput): Promise<{ candidates: Candidate[]; ignored: readonly InputFault[] }> {
    const country = await this.#countryOf(ctx);
    const { identity, ignored } = typedIdentity(input, country);
    const [rows] = await this.db.read(ctx, this.question(await this.keyring.of(ctx.tenantId), [identity]));
    const candidates = await this.judged(ctx, country, identity, rows!, patientId ?? null);
    return { candidates: ctx.holds('patients:read') ? disclosed(ctx, candidates) : candidates, ignored };
  }

  /** Who may be the same person as a patient that was read; read with all that the answer asks for at this moment. */
  async ofPatient(ctx: Ctx, id: string): Promise<Candidate[]> {
    return disclosed(ctx, (await loadBatched(ctx, this.#ofPatients, id)) ?? []);
  }

  /** The statement that gives the candidates of these subjects; `judged` reads the rows of one. */
  question(keys: ScopeKeys, subjects: readonly Identity[]): Statement {
    const asked = subjects.flatMap((identity, subject) => duplicateQuestions(identity).map((findable) => ({ subject, findable })));
    const [fields, tokens] = tokenArrays(keys, asked.map(({ findable }) => findable));
    return { text: DUPLICATE_CANDIDATES, values: [keys.scope, asked.map(({ subject }) => subject), fields, tokens, HOLDERS, CANDIDATES] };
  }

  /** Those candidates who are likely enough, each once and the likeliest first, without the subject themselves. */
  async judged(ctx: Ctx, country: Country, subject: Identity, rows: readonly Row[], ownId: string | null): Promise<Candidate[]> {
    const found = rows as unknown as CandidateRow[];
    const keys = await this.keyring.of(ctx.tenantId, found.flatMap(({ identity, found_by: merged }) => (merged ? [identity, merged] : [identity])));
    const likely = new Map<string, Candidate>();
    for (const row of found) {
      if (row.id === ownId) continue;
      const identity = keys.open<Identity>('clinic.patients', row.id, 'identity', row.identity);
      const judged = scoreDuplicate(subject, mergedIdentityOf(keys, row) ?? identity);
      if (judged.score >= LEAST_SCORE && judged.bits > (likely.get(row.id)?.bits ?? -Infinity)) {
        likely.set(row.id, { ...judged, record: { row, identity, country }, mergedRecordId: row.found_as });
      }
    }
    return [...likely.values()].sort((one, other) => other.bits - one.bits || Number(other.record.row.mrn) - Number(one.record.row.mrn)).slice(0, MOST_SHOWN);
  }

  readonly #ofPatients = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Candidate[]>> => {
    const subjects = [...(await this.patients.found(ctx, await this.db.read(ctx, ...this.patients.toFind(ctx.tenantId, ids)))).values()]
      .filter(({ row }) => !row.merged_into);
    const [rows] = await this.db.read(ctx, this.question(await this.keyring.of(ctx.tenantId), subjects.map(({ identity }) => identity)));
    const judged = subjects.map(async ({ row, identity, country }, subject) =>
      [row.id, await this.judged(ctx, country, identity, rows!.filter((candidate) => candidate['subject'] === subject), row.id)] as const);
    return new Map(await Promise.all(judged));
  };

  async #countryOf(ctx: Ctx): Promise<Country> {
    const question = this.countries.ask(ctx.tenantId);
    const [practice] = question.length ? await this.db.read(ctx, ...question) : [];
    return this.countries.answer(ctx.tenantId, practice);
  }
}

/** Names the candidates in the audit entry: whoever shows them calls this. */
export function disclosed(ctx: Ctx, candidates: Candidate[]): Candidate[] {
  for (const { record: { row }, mergedRecordId } of candidates) {
    for (const id of [row.id, mergedRecordId]) if (id) ctx.disclose('possible-duplicate', id, id);
  }
  return candidates;
}

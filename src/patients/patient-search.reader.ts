import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput } from '../platform/errors.js';
import { textFault } from '../platform/input-check.js';
import { PracticeCountries } from '../tenants/practice-countries.reader.js';
import type { Identity } from './patient-identity.js';
import { bestOf, fitOf } from './patient-search.js';
import { tokenArrays } from './patient-tokens.js';
import type { PatientMatch, PatientStatus } from './patient.enums.js';
import type { SearchPatientsArgs } from './patient.inputs.js';
import type { PatientRecord } from './patient.model.js';
import { mergedIdentityOf } from './patients.reader.js';
import { SEARCH_PATIENTS, type SearchRow } from './search-rows.js';
import { InvalidSearch, type SearchText, readSearch } from './search-text.js';

/** The patients that a search shows, the best first, and whether more may fit. */
export interface SearchResult {
  found: Array<{ record: PatientRecord; by: PatientMatch; mergedRecordId: string | null }>;
  more: boolean;
}

/** How many holders of one token are looked at: more where several words leave few of them, and many where few are archived. */
const HOLDERS = { alone: 120, together: 250, archived: 1_000 };
/** How many candidates beyond those asked for may turn out not to fit. */
const SPARE = 20;

/** Finds patients by what people type. One round trip; it opens no more candidates than it takes to fill the answer. */
@Injectable()
export class PatientSearchReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
  ) {}

  /** The patients who fit a text. Rejects with BAD_USER_INPUT a text that could fit nobody, or everybody. */
  async search(ctx: Ctx, { text, first, status }: SearchPatientsArgs): Promise<SearchResult> {
    const typed = accepted(text);
    const statement = searchStatement(await this.keyring.of(ctx.tenantId), typed, status, first);
    const [rows, practice] = await this.db.read(ctx, statement, ...this.countries.ask(ctx.tenantId));
    const country = this.countries.answer(ctx.tenantId, practice);
    const candidates = rows as unknown as SearchRow[];
    const keys = await this.keyring.of(ctx.tenantId, candidates.flatMap(({ identity, found_by }) => (found_by ? [identity, found_by] : [identity])));
    const open = ({ id, identity }: SearchRow): Identity => keys.open<Identity>('clinic.patients', id, 'identity', identity);
    const opened = new Map<string, Identity>();
    const { best, more } = bestOf(candidates, first, (row) => {
      const merged = mergedIdentityOf(keys, row);
      if (merged) return fitOf(typed, row.found_mrn, merged);
      const identity = open(row);
      opened.set(row.id, identity);
      return fitOf(typed, row.found_mrn, identity);
    });
    const found = best.map(({ candidate: row, by }) =>
      ({ by, record: { row, country, identity: opened.get(row.id) ?? open(row) }, mergedRecordId: row.found_as === row.id ? null : row.found_as }));
    for (const { record: { row }, mergedRecordId } of found) for (const id of [row.id, mergedRecordId]) if (id) ctx.disclose('patient', id, id);
    return { found, more: more || Boolean(candidates[0]?.cut) };
  }
}

/** The statement that gives the candidates of a search in this practice. */
export function searchStatement(keys: ScopeKeys, { asked, needed, mrn }: SearchText, status: PatientStatus, first: number): Statement {
  const [fields, tokens] = tokenArrays(keys, asked.map(({ findable }) => findable));
  const alone = new Set(asked.map(({ word }) => word)).size <= 1;
  const holders = status === 'ARCHIVED' ? HOLDERS.archived : alone ? HOLDERS.alone : HOLDERS.together;
  const limit = first + SPARE;
  return { text: SEARCH_PATIENTS, values: [
    keys.scope, asked.map(({ word }) => word), fields, tokens, asked.map(({ kind }) => kind), holders, mrn, needed, status, status === 'ACTIVE' ? limit + SPARE : holders, limit,
  ] };
}

function accepted(text: string): SearchText {
  try {
    return readSearch(text);
  } catch (error) {
    throw badInput([error instanceof InvalidSearch ? { path: ['text'], reason: error.reason } : textFault(['text'], error)]);
  }
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { PracticeCountries } from '../tenants/practice-countries.reader.js';
import { type Clinical, type Identity, patientLimits } from './patient-identity.js';
import {
  ADD_TOKENS, CHANGE_PATIENT, DROP_TOKENS, IDENTIFIERS_OF_OTHERS, type PatientRow, patientsOf, patientsToMerge,
} from './patient-rows.js';
import { type Findable, SEARCH_VERSION, findablesOf, identifiersOf, tokenArrays } from './patient-tokens.js';
import type { PatientStatus } from './patient.enums.js';
import type { PatientRecord } from './patient.model.js';
import { identifiersAreHeld } from './patients.errors.js';

/** A patient whom the transaction holds, opened whole. */
export interface HeldPatient extends PatientRecord {
  clinical: Clinical;
}

/** What is to become of a held patient. */
export interface Rewriting {
  held: HeldPatient;
  identity: Identity;
  clinical: Clinical;
  status: PatientStatus;
  mergedInto: string | null;
}

/** What merging may do to patients, in its own transaction. Whoever calls must have checked the permissions. */
@Injectable()
export class PatientsWriter {
  readonly limits = patientLimits;

  constructor(
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
  ) {}

  /** What finds the patients whose ids a constant query tells from the tenant, $1, and a value, $2. `opened` opens them. */
  find(tenantId: string, ids: string, value: unknown): Statement {
    return { text: patientsOf(ids), values: [tenantId, value] };
  }

  /** The same, and locks them until the transaction ends. */
  hold(tenantId: string, ids: string, value: unknown): Statement {
    return { text: patientsToMerge(ids), values: [tenantId, value] };
  }

  /** What `opened` needs besides; send it last. */
  ask(tenantId: string): Statement[] {
    return this.countries.ask(tenantId);
  }

  /** The patients that `find` or `hold` found, by their ids; `practice` is the answer to `ask`. */
  async opened(ctx: Ctx, rows: Row[] | undefined, practice: Row[] | undefined): Promise<ReadonlyMap<string, HeldPatient>> {
    const patients = rows as unknown as PatientRow[];
    const country = this.countries.answer(ctx.tenantId, practice);
    const keys = await this.keyring.of(ctx.tenantId, patients.flatMap(({ identity, clinical }) => [identity, clinical]));
    return new Map(patients.map((row) => [row.id, {
      row, country,
      identity: keys.open<Identity>('clinic.patients', row.id, 'identity', row.identity),
      clinical: keys.open<Clinical>('clinic.patients', row.id, 'clinical', row.clinical),
    }]));
  }

  /**
   * Rewrites a survivor and a duplicate whom the transaction holds, with what they are found by, and runs `more` in the same
   * round trip. While the duplicate is merged, an identifier that both have finds the survivor. Throws ALREADY_EXISTS when somebody else has an identifier.
   */
  async rewrite(ctx: Ctx, tx: AuditedTx, survivor: Rewriting, duplicate: Rewriting, ...more: Statement[]): Promise<{ survivor: HeldPatient; duplicate: HeldPatient; rows: Row[][] }> {
    const keys = await this.keyring.of(ctx.tenantId);
    const both = [survivor, duplicate];
    const own = [findablesOf(survivor.identity), findablesOf(duplicate.identity).filter((one) => !duplicate.mergedInto || notIn(identifiersOf(survivor.identity))(one))];
    const statements = [
      ...both.map((patient) => this.#update(ctx, keys, patient)),
      ...both.map(({ held }, i) => tokens(DROP_TOKENS, ctx, keys, held, own[i]!)),
      ...both.map(({ held }, i) => tokens(ADD_TOKENS, ctx, keys, held, own[i]!)),
      ...both.map(({ held }, i) => tokens(IDENTIFIERS_OF_OTHERS, ctx, keys, held, own[i]!.filter(isIdentifier))),
    ];
    const rows = await tx.group(...statements, ...more);
    for (const taken of rows.slice(6, 8)) if (taken.length) throw identifiersAreHeld(ctx, taken);
    const [first, second] = both.map(({ held, identity, clinical }, i) => ({ ...held, row: rows[i]![0] as unknown as PatientRow, identity, clinical }));
    return { survivor: first!, duplicate: second!, rows: rows.slice(statements.length) };
  }

  #update(ctx: Ctx, keys: ScopeKeys, { held: { row }, identity, clinical, status, mergedInto }: Rewriting): Statement {
    const sealed = [keys.seal('clinic.patients', row.id, 'identity', identity), keys.seal('clinic.patients', row.id, 'clinical', clinical)];
    return { text: CHANGE_PATIENT, values: [ctx.tenantId, row.id, ...sealed, status, SEARCH_VERSION, mergedInto] };
  }
}

const tokens = (text: string, ctx: Ctx, keys: ScopeKeys, { row }: HeldPatient, findables: Findable[]): Statement =>
  ({ text, values: [ctx.tenantId, row.id, ...tokenArrays(keys, findables)] });

const isIdentifier = ({ field }: Findable): boolean => field.startsWith('identifier:');

const notIn = (others: Findable[]) => (one: Findable): boolean =>
  !others.some(({ field, value }) => field === one.field && value === one.value);

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { EntryPages } from '../entries/entry-pages.js';
import type { Entry } from '../entries/entry-table.js';
import type { EntriesArgs } from '../entries/entry.model.js';
import type { AllergyContent } from './allergy-content.js';
import {
  type AllergyRow, STANDING_ALLERGIES, STATEMENTS_THAT_HOLD, STATUS_CHANGES, type StatementContent, type StatementRow, type StatusChangeRow, WITH_ALLERGIES, allergyTable, idsIn,
  statementTable,
} from './allergy-rows.js';
import type { AllergyStatus } from './allergy.enums.js';
import type { AllergiesArgs } from './allergy.inputs.js';

/** What is known of a patient's allergies in all, with the statement that there are none when it holds. */
export interface AllergyStanding {
  status: AllergyStatus;
  statement: Entry<StatementContent, StatementRow> | null;
}

/** An allergy that stands, as another module checks it. */
export interface StandingAllergy extends Pick<AllergyContent, 'substance' | 'reactions' | 'severity' | 'criticality'> {
  id: string;
  version: number;
}

/** A judgement of an allergy, opened. */
export interface StatusChange extends Omit<StatusChangeRow, 'note'> {
  note: string | null;
}

/** Reads patients' allergies, for callers who may see what is clinical. What it gives is in the audit entry of the answer. */
@Injectable()
export class AllergiesReader {
  readonly #allergies: EntryPages<AllergyContent, AllergyRow>;
  readonly #statements: EntryPages<StatementContent, StatementRow>;

  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {
    this.#allergies = new EntryPages(db, keyring, allergyTable);
    this.#statements = new EntryPages(db, keyring, statementTable);
  }

  /** `first` allergies of a patient and one more if there are more, those recorded last first. */
  page(ctx: Ctx, patientId: string, args: AllergiesArgs): Promise<Entry<AllergyContent, AllergyRow>[]> {
    return this.#allergies.page(ctx, patientId, args, args.clinicalStatus ?? null);
  }

  /** How many allergies of a patient are listed. */
  count(ctx: Ctx, patientId: string, args: AllergiesArgs): Promise<number> {
    return this.#allergies.count(ctx, patientId, args, args.clinicalStatus ?? null);
  }

  /** One allergy, read with all that the answer asks for at this moment; NOT_FOUND. */
  get(ctx: Ctx, id: string): Promise<Entry<AllergyContent, AllergyRow>> {
    return this.#allergies.get(ctx, id);
  }

  /** One statement that there are none, likewise. */
  getStatement(ctx: Ctx, id: string): Promise<Entry<StatementContent, StatementRow>> {
    return this.#statements.get(ctx, id);
  }

  /** `first` of the statements that a patient has no known allergies and one more if there are more, those that no longer hold too. */
  statements(ctx: Ctx, patientId: string, args: EntriesArgs): Promise<Entry<StatementContent, StatementRow>[]> {
    return this.#statements.page(ctx, patientId, args);
  }

  /** How many statements of a patient are listed. */
  countStatements(ctx: Ctx, patientId: string, args: EntriesArgs): Promise<number> {
    return this.#statements.count(ctx, patientId, args);
  }

  /** What is known of a patient's allergies in all. */
  async standing(ctx: Ctx, patientId: string): Promise<AllergyStanding> {
    const standing = (await loadBatched(ctx, this.#standings, patientId)) ?? { status: 'NOT_ASKED', statement: null };
    ctx.disclose('patient-allergy-status', patientId, patientId);
    if (standing.statement) ctx.disclose(statementTable.recordType, standing.statement.row.id, patientId);
    return standing;
  }

  /** Asks for the allergies of a patient that stand, and for the statement that there are none: two statements. */
  askStanding(tenantId: string, patientId: string): [Statement, Statement] {
    return [{ text: STANDING_ALLERGIES, values: [tenantId, patientId] }, { text: STATEMENTS_THAT_HOLD, values: [tenantId, [patientId]] }];
  }

  /** What stands of a patient's allergies; `rows` are the answers to what `askStanding` had sent. Whoever shows an allergy discloses it. */
  async answerStanding(tenantId: string, [standing, holding]: Row[][]): Promise<{ status: AllergyStatus; allergies: StandingAllergy[] }> {
    const rows = allergyTable.rows(standing);
    const keys = await this.keyring.of(tenantId, allergyTable.sealedIn(rows));
    const allergies = rows.map((row) => {
      const { substance, reactions, severity, criticality } = allergyTable.open(keys, row).content;
      return { id: row.id, version: row.version, substance, reactions, severity, criticality };
    });
    return { status: allergies.length ? 'HAS_ALLERGIES' : holding!.length ? 'NO_KNOWN_ALLERGIES' : 'NOT_ASKED', allergies };
  }

  /** How an allergy that was read was judged over time, oldest first. */
  async statusChanges(ctx: Ctx, allergyId: string): Promise<StatusChange[]> {
    return (await loadBatched(ctx, this.#statusChanges, allergyId)) ?? [];
  }

  readonly #standings = async (ctx: Ctx, patientIds: readonly string[]): Promise<Map<string, AllergyStanding>> => {
    const values = [ctx.tenantId, patientIds];
    const [having, holding] = await this.db.read(ctx, { text: WITH_ALLERGIES, values }, { text: STATEMENTS_THAT_HOLD, values });
    const statements = statementTable.rows(holding).reverse();
    const keys = await this.keyring.of(ctx.tenantId, statementTable.sealedIn(statements));
    return new Map<string, AllergyStanding>([
      ...statements.map((row) => [row.patient_id, { status: 'NO_KNOWN_ALLERGIES', statement: statementTable.open(keys, row) }] as const),
      ...idsIn(having).map((id) => [id, { status: 'HAS_ALLERGIES', statement: null }] as const),
    ]);
  };

  readonly #statusChanges = async (ctx: Ctx, allergyIds: readonly string[]): Promise<Map<string, StatusChange[]>> => {
    const [rows] = await this.db.read(ctx, { text: STATUS_CHANGES, values: [ctx.tenantId, allergyIds] });
    const changes = rows as unknown as StatusChangeRow[];
    const keys = await this.keyring.of(ctx.tenantId, changes.flatMap(({ note }) => note ?? []));
    const byAllergy = new Map<string, StatusChange[]>();
    for (const { note, ...change } of changes) {
      const opened = { ...change, note: note && keys.open<{ note: string }>('clinic.allergy_status_changes', change.id, 'note', note).note };
      byAllergy.set(change.allergy_id, [...(byAllergy.get(change.allergy_id) ?? []), opened]);
    }
    return byAllergy;
  };
}

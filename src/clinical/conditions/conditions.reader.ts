import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { EntryPages } from '../entries/entry-pages.js';
import type { Entry } from '../entries/entry-table.js';
import type { ConditionContent, StatusDetails } from './condition-content.js';
import { type ConditionChangeRow, type ConditionRow, STANDING_CONDITIONS, STATUS_CHANGES, conditionTable } from './condition-rows.js';
import type { ConditionsArgs } from './condition.inputs.js';

/** A judgement of a condition, opened. */
export interface ConditionChange extends Omit<ConditionChangeRow, 'details'>, StatusDetails {}

/** Reads patients' conditions, for callers who may see what is clinical. What it gives is in the audit entry of the answer. */
@Injectable()
export class ConditionsReader {
  readonly #pages: EntryPages<ConditionContent, ConditionRow>;

  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {
    this.#pages = new EntryPages(db, keyring, conditionTable);
  }

  /** `first` conditions of a patient and one more if there are more, those recorded last first. */
  page(ctx: Ctx, patientId: string, args: ConditionsArgs): Promise<Entry<ConditionContent, ConditionRow>[]> {
    return this.#pages.page(ctx, patientId, args, args.clinicalStatus ?? null);
  }

  /** One condition, read with all that the answer asks for at this moment; NOT_FOUND. */
  get(ctx: Ctx, id: string): Promise<Entry<ConditionContent, ConditionRow>> {
    return this.#pages.get(ctx, id);
  }

  /** How many conditions of a patient are listed. */
  count(ctx: Ctx, patientId: string, args: ConditionsArgs): Promise<number> {
    return this.#pages.count(ctx, patientId, args, args.clinicalStatus ?? null);
  }

  /** Asks for the conditions of a patient that stand. */
  askStanding(tenantId: string, patientId: string): Statement {
    return { text: STANDING_CONDITIONS, values: [tenantId, patientId] };
  }

  /** The codes of ICD-10 of what stands, with when each was recorded; `rows` are the answer to what `askStanding` had sent. */
  async answerStanding(tenantId: string, answer: Row[]): Promise<Array<{ code: string; recordedAt: Date }>> {
    const rows = conditionTable.rows(answer);
    const keys = await this.keyring.of(tenantId, conditionTable.sealedIn(rows));
    return rows.flatMap((row) => {
      const { coded } = conditionTable.open(keys, row).content;
      return coded ? [{ code: coded.code, recordedAt: row.recorded_at }] : [];
    });
  }

  /** How a condition that was read was judged over time, oldest first. */
  async statusChanges(ctx: Ctx, conditionId: string): Promise<ConditionChange[]> {
    return (await loadBatched(ctx, this.#statusChanges, conditionId)) ?? [];
  }

  readonly #statusChanges = async (ctx: Ctx, conditionIds: readonly string[]): Promise<Map<string, ConditionChange[]>> => {
    const [rows] = await this.db.read(ctx, { text: STATUS_CHANGES, values: [ctx.tenantId, conditionIds] });
    const changes = rows as unknown as ConditionChangeRow[];
    const keys = await this.keyring.of(ctx.tenantId, changes.map(({ details }) => details));
    const byCondition = new Map<string, ConditionChange[]>();
    for (const { details, ...change } of changes) {
      const opened = { ...change, ...keys.open<StatusDetails>('clinic.condition_status_changes', change.id, 'details', details) };
      byCondition.set(change.condition_id, [...(byCondition.get(change.condition_id) ?? []), opened]);
    }
    return byCondition;
  };
}

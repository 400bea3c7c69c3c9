import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { groupsOf, keyOf } from '../../platform/database/batch-keys.js';
import { EntryPages } from '../entries/entry-pages.js';
import type { Entry } from '../entries/entry-table.js';
import type { EntriesArgs } from '../entries/entry.model.js';
import { type LatestValue, type Occasion, latestOf } from './latest-vitals.js';
import type { VitalMeasure } from './vital-measures.js';
import { type VitalsContent, valueOf } from './vitals-content.js';
import { OCCASIONS, type OccasionRow, type VitalsRow, vitalsTable } from './vitals-rows.js';
import { LATEST_AMONG, TREND_AMONG, type TrendPoint, thinned } from './vitals-trend.js';

type Period = [from: string, before: string, count: number];

/** The values of one measure in the course of time. */
export interface Trend {
  points: TrendPoint[];
  /** Whether there were more than are shown. */
  thinned: boolean;
  /** Whether the oldest occasions of the period were not looked at. */
  truncated: boolean;
}

/** Reads patients' vital signs, for callers who may see what is clinical. What it gives is in the audit entry of the answer. */
@Injectable()
export class VitalsReader {
  readonly #pages: EntryPages<VitalsContent, VitalsRow>;

  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {
    this.#pages = new EntryPages(db, keyring, vitalsTable);
  }

  /** `first` occasions of a patient and one more if there are more, the latest first. */
  page(ctx: Ctx, patientId: string, args: EntriesArgs): Promise<Entry<VitalsContent, VitalsRow>[]> {
    return this.#pages.page(ctx, patientId, args);
  }

  /** How many occasions of a patient are listed. */
  count(ctx: Ctx, patientId: string, args: EntriesArgs): Promise<number> {
    return this.#pages.count(ctx, patientId, args);
  }

  /** One occasion, read with all that the answer asks for at this moment; NOT_FOUND. */
  get(ctx: Ctx, id: string): Promise<Entry<VitalsContent, VitalsRow>> {
    return this.#pages.get(ctx, id);
  }

  /** The latest value of each measure among the newest occasions that stand; `birthDay` is yyyy-mm-dd. */
  async latest(ctx: Ctx, patientId: string, birthDay: string | null): Promise<LatestValue[]> {
    const latest = latestOf(await this.#occasionsOf(ctx, patientId, ['-infinity', 'infinity', LATEST_AMONG]), birthDay);
    for (const { occasion } of latest) ctx.disclose('vitals', occasion.id, patientId);
    return latest;
  }

  /** Asks for what the weight of a patient is told from. */
  askWeight(tenantId: string, patientId: string): Statement {
    return { text: OCCASIONS, values: [tenantId, [patientId], '-infinity', 'infinity', LATEST_AMONG] };
  }

  /** The weight in kilograms that was measured last, as decimal text, null when there is none; `rows` are the answer to what `askWeight` had sent. */
  async answerWeight(tenantId: string, rows: Row[]): Promise<string | null> {
    const occasions = rows as unknown as OccasionRow[];
    const keys = await this.keyring.of(tenantId, occasions.map(({ content }) => content));
    const weights = occasions.map(({ id, content }) => valueOf(keys.open<VitalsContent>(vitalsTable.name, id, 'content', content).measured, 'WEIGHT'));
    return weights.find((weight) => weight !== undefined) ?? null;
  }

  /** The values of a measure from an instant on, before another one; what was entered in error is left out. */
  async trend(ctx: Ctx, patientId: string, measure: VitalMeasure, from: Date | null, before: Date | null): Promise<Trend> {
    const period: Period = [from?.toISOString() ?? '-infinity', before?.toISOString() ?? 'infinity', TREND_AMONG + 1];
    const occasions = await this.#occasionsOf(ctx, patientId, period);
    const all = occasions.slice(0, TREND_AMONG).reverse().flatMap(({ id, measuredAt, measured }): TrendPoint[] => {
      const value = valueOf(measured, measure);
      return value === undefined ? [] : [{ id, measuredAt, value }];
    });
    const points = thinned(all);
    for (const { id } of points) ctx.disclose('vitals', id, patientId);
    return { points, thinned: points.length < all.length, truncated: occasions.length > TREND_AMONG };
  }

  async #occasionsOf(ctx: Ctx, patientId: string, period: Period): Promise<Occasion[]> {
    return (await loadBatched(ctx, this.#occasions, keyOf(patientId, period))) ?? [];
  }

  readonly #occasions = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, Occasion[]>> => {
    const groups = groupsOf<Period>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => ({ text: OCCASIONS, values: [ctx.tenantId, patientIds, ...which] })));
    const rows = found as unknown as OccasionRow[][];
    const scope = await this.keyring.of(ctx.tenantId, rows.flat().map(({ content }) => content));
    const occasions = new Map<string, Occasion[]>(keys.map((key) => [key, []]));
    groups.forEach(({ which }, index) => {
      for (const { id, patient_id, content, measured_at } of rows[index]!) {
        const { measured } = scope.open<VitalsContent>(vitalsTable.name, id, 'content', content);
        occasions.get(keyOf(patient_id, which))!.push({ id, measuredAt: measured_at, measured });
      }
    });
    return occasions;
  };
}

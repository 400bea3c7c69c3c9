import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import { type PageArgs, idOfCursor } from '../platform/graphql/connection.js';
import type { ConsentDetails, ErrorDetails } from './consent-details.js';
import { CONSENTS_BY_ID, CONSENT_HISTORY, COUNT_CONSENTS, type ConsentRow, type StandingRow, standingsStatement } from './consent-rows.js';
import { ConsentPurpose, type ConsentStatus } from './consent.enums.js';
import { type ConsentRecord, type Standing, isAllowed } from './consent.model.js';

const PURPOSES = Object.values(ConsentPurpose);
const PATIENT_IS_THERE = 'select from clinic.patients p where p.tenant_id = $1 and p.id = $2';

/** How a consent stands, for whoever must honour it. */
export interface ConsentState {
  status: ConsentStatus;
  /** Do nothing unless this is true. */
  allowed: boolean;
}

/** Reads decisions about consent. Every decision it gives opened is named in the audit entry of the answer. */
@Injectable()
export class ConsentsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** How the consent of each of these patients to a purpose stands now, without who decided: every id is in the map, also one that is no patient here. One round trip. */
  async stateOf(ctx: Ctx, patientIds: readonly string[], purpose: ConsentPurpose): Promise<Map<string, ConsentState>> {
    const [rows] = await this.db.read(ctx, stateStatement(ctx.tenantId, patientIds, purpose));
    return statesIn(rows!, patientIds, purpose);
  }

  /** How the consent of each of these patients to every purpose stands now, in the order of the purposes. */
  readonly standings = async (ctx: Ctx, patientIds: readonly string[]): Promise<Map<string, Standing[]>> => {
    const [rows] = await this.db.read(ctx, standingsStatement(ctx.tenantId, patientIds, PURPOSES));
    const found = await this.standingsIn(ctx, rows!);
    for (const { record } of found) disclosed(ctx, record!);
    return new Map(patientIds.map((id) => [id, PURPOSES.map((purpose) =>
      found.find((one) => one.patientId === id && one.purpose === purpose) ?? { patientId: id, purpose, status: 'UNKNOWN', record: null })]));
  };

  /** One decision, read with all that the answer asks for at this moment; NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<ConsentRecord> {
    const record = await loadBatched(ctx, this.#records, id);
    if (!record) throw notFound();
    disclosed(ctx, record);
    return record;
  }

  readonly #records = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, ConsentRecord>> => {
    const [rows] = await this.db.read(ctx, { text: CONSENTS_BY_ID, values: [ctx.tenantId, ids] });
    return new Map((await this.open(ctx, rows as unknown as ConsentRow[])).map((record) => [record.row.id, record]));
  };

  /** `first` decisions of a patient and one more if there are more, the latest first, mistakes too; rejects with NOT_FOUND. */
  async history(ctx: Ctx, patientId: string, purpose: ConsentPurpose | null, { first, after }: PageArgs): Promise<ConsentRecord[]> {
    const [rows, patient] = await this.db.read(ctx,
      { text: CONSENT_HISTORY, values: [ctx.tenantId, patientId, purpose, first + 1, idOfCursor(after)] },
      { text: PATIENT_IS_THERE, values: [ctx.tenantId, patientId] });
    if (!patient!.length) throw notFound();
    const records = await this.open(ctx, rows as unknown as ConsentRow[]);
    records.slice(0, first).forEach((record) => disclosed(ctx, record));
    return records;
  }

  /** How many decisions of a patient there are. */
  async count(ctx: Ctx, patientId: string, purpose: ConsentPurpose | null): Promise<number> {
    const [rows] = await this.db.read(ctx, { text: COUNT_CONSENTS, values: [ctx.tenantId, patientId, purpose] });
    return rows![0]!['total'] as number;
  }

  /** The rows of `standingsStatement`, opened. */
  async standingsIn(ctx: Ctx, rows: Row[]): Promise<Standing[]> {
    const standing = rows as unknown as StandingRow[];
    const records = await this.open(ctx, standing);
    return records.map((record, index) => {
      const { patient_id: patientId, purpose, status } = standing[index]!;
      return { patientId, purpose, status, record };
    });
  }

  /** Rows with their sealed parts opened. */
  async open(ctx: Ctx, rows: ConsentRow[]): Promise<ConsentRecord[]> {
    const keys = await this.keyring.of(ctx.tenantId, rows.flatMap(({ details, error_details: error }) => (error ? [details, error] : [details])));
    return rows.map((row) => ({
      row,
      details: keys.open<ConsentDetails>('clinic.consents', row.id, 'details', row.details),
      error: row.error_details && keys.open<ErrorDetails>('clinic.consents', row.id, 'error_details', row.error_details),
    }));
  }
}

/** The one statement of `stateOf`, for a transaction of one's own; `statesIn` reads its rows. */
export const stateStatement = (tenantId: string, patientIds: readonly string[], purpose: ConsentPurpose): Statement =>
  standingsStatement(tenantId, patientIds, [purpose]);

/** What the rows of `stateStatement` say of each patient. Whoever is not among them has not agreed to anything. */
export function statesIn(rows: Row[], patientIds: readonly string[], purpose: ConsentPurpose): Map<string, ConsentState> {
  const statuses = new Map((rows as unknown as StandingRow[]).map(({ patient_id: id, status }) => [id, status as ConsentStatus]));
  return new Map(patientIds.map((id) => {
    const status = statuses.get(id) ?? 'UNKNOWN';
    return [id, { status, allowed: isAllowed(purpose, status) }];
  }));
}

const disclosed = (ctx: Ctx, { row }: ConsentRecord): void => ctx.disclose('consent', row.id, row.patient_id);

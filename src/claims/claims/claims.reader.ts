import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { groupsOf, keyOf } from '../../platform/database/batch-keys.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { gathered } from '../../platform/gathered.js';
import { type PageArgs, idOfCursor } from '../../platform/graphql/connection.js';
import { ClaimChecks, faultsOfClaim } from './claim-checks.js';
import type { ClaimsArgs } from './claim.inputs.js';
import type { ClaimFault } from './claim.model.js';
import { type ClaimLineRecord, type ClaimRecord, claimLinesOf, claimRows, claimsByIds, claimsOfChamber, claimsOfRemittances, countClaims, countsOf, openClaim, openClaimLine, pagesOf, sealedInClaims } from './claim-rows.js';

type Which = [count: number, after: string | null];

/** Reads claims. What it gives is in the audit entry of the answer. */
@Injectable()
export class ClaimsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly checks: ClaimChecks,
  ) {}

  /** One claim, read with all that the answer asks for at this moment; NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<ClaimRecord> {
    const record = await loadBatched(ctx, this.#records, id);
    if (!record) throw notFound();
    if (!record.row.may_take) throw forbidden('payments:take');
    ctx.disclose('claim', id, record.row.patient_id);
    return record;
  }

  /** `first` claims of a chamber and one more if there are more, the last made first, for whoever reads its books; FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, status, first, after }: ClaimsArgs): Promise<ClaimRecord[]> {
    const [rights, found] = await this.db.read(ctx, { text: `select clinic.may_in($1, platform.current_member(), $2, 'finances:read') as may`, values: [ctx.tenantId, chamberId] },
      claimsOfChamber(ctx.tenantId, chamberId, status ?? null, first + 1, idOfCursor(after)));
    if (!rights![0]!['may']) throw forbidden('finances:read');
    const records = await this.open(ctx, found!);
    for (const { row } of records.slice(0, first)) ctx.disclose('claim', row.id, row.patient_id);
    return records;
  }

  /** How many claims of a chamber are listed. */
  async count(ctx: Ctx, { chamberId, status }: ClaimsArgs): Promise<number> {
    const [rows] = await this.db.read(ctx, countClaims(ctx.tenantId, chamberId, status ?? null));
    return rows![0]!['total'] as number;
  }

  /** `first` claims of a patient and one more if there are more, the last made first. */
  async pageOf(ctx: Ctx, patientId: string, { first, after }: PageArgs): Promise<ClaimRecord[]> {
    const which: Which = [first + 1, idOfCursor(after)];
    const records = (await loadBatched(ctx, this.#pages, keyOf(patientId, which))) ?? [];
    records.slice(0, first).forEach(({ row }) => ctx.disclose('claim', row.id, patientId));
    return records;
  }

  /** How many claims a patient has. */
  async countOf(ctx: Ctx, patientId: string): Promise<number> {
    return (await loadBatched(ctx, this.#counts, patientId)) ?? 0;
  }

  /** The claims that a remittance answers, as they stand now. */
  async answeredBy(ctx: Ctx, remittanceId: string): Promise<ClaimRecord[]> {
    const records = (await loadBatched(ctx, this.#answered, remittanceId)) ?? [];
    for (const { row } of records) ctx.disclose('claim', row.id, row.patient_id);
    return records;
  }

  /** The lines of a claim. */
  async lines(ctx: Ctx, id: string): Promise<ClaimLineRecord[]> {
    return (await loadBatched(ctx, this.#lines, id)) ?? [];
  }

  /** The codes of the diagnoses of a claim, the principal one first. */
  async diagnoses(ctx: Ctx, id: string): Promise<string[]> {
    const record = await loadBatched(ctx, this.#records, id);
    if (record) ctx.disclose('claim-diagnoses', id, record.row.patient_id);
    return record?.details.diagnoses ?? [];
  }

  /** What is missing in a claim, or not as it must be. */
  async faults(ctx: Ctx, id: string): Promise<ClaimFault[]> {
    return (await loadBatched(ctx, this.#faults, id)) ?? [];
  }

  /** Opens rows. */
  async open(ctx: Ctx, found: Row[]): Promise<ClaimRecord[]> {
    const rows = claimRows(found);
    const keys = await this.keyring.of(ctx.tenantId, sealedInClaims(rows));
    return rows.map((row) => openClaim(keys, row));
  }

  /** Opens lines. */
  async openLines(ctx: Ctx, rows: Row[]): Promise<ClaimLineRecord[]> {
    const keys = await this.keyring.of(ctx.tenantId, sealedInClaims(rows));
    return rows.map((row) => openClaimLine(keys, row));
  }

  readonly #records = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, ClaimRecord>> => {
    const [found] = await this.db.read(ctx, claimsByIds(ctx.tenantId, ids));
    return new Map((await this.open(ctx, found!)).map((record) => [record.row.id, record]));
  };

  readonly #pages = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, ClaimRecord[]>> => {
    const groups = groupsOf<Which>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => pagesOf(ctx.tenantId, patientIds, ...which)));
    const pages = await Promise.all(groups.map(async ({ which }, index) => gathered(await this.open(ctx, found[index]!), ({ row }) => keyOf(row.patient_id, which))));
    return new Map(pages.flatMap((page) => [...page]));
  };

  readonly #counts = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, number>> => {
    const [rows] = await this.db.read(ctx, countsOf(ctx.tenantId, ids));
    return new Map(rows!.map(({ id, total }) => [id as string, total as number]));
  };

  readonly #answered = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, ClaimRecord[]>> => {
    const [found] = await this.db.read(ctx, claimsOfRemittances(ctx.tenantId, ids));
    const remittanceIds = found!.map((row) => row['remittance_id'] as string);
    const records = (await this.open(ctx, found!)).map((record, index) => ({ record, remittanceId: remittanceIds[index]! }));
    return new Map([...gathered(records, ({ remittanceId }) => remittanceId)].map(([id, answered]) => [id, answered.map(({ record }) => record)]));
  };

  readonly #lines = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, ClaimLineRecord[]>> => {
    const [rows] = await this.db.read(ctx, claimLinesOf(ctx.tenantId, ids));
    return byClaim(await this.openLines(ctx, rows!));
  };

  readonly #faults = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, ClaimFault[]>> => {
    const [found, rows] = await this.db.read(ctx, claimsByIds(ctx.tenantId, ids), claimLinesOf(ctx.tenantId, ids));
    const [records, lines] = [await this.open(ctx, found!), await this.openLines(ctx, rows!)];
    const facts = await this.checks.answer(ctx, await this.db.read(ctx, ...this.checks.ask(ctx.tenantId, records, lines)));
    const ofClaims = byClaim(lines);
    return new Map(records.map((record) => [record.row.id, faultsOfClaim(record, ofClaims.get(record.row.id) ?? [], facts)]));
  };
}

/** Lines by the id of their claim. */
export const byClaim = (lines: readonly ClaimLineRecord[]): Map<string, ClaimLineRecord[]> => gathered(lines, ({ claimId }) => claimId);

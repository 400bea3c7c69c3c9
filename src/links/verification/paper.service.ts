import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { canonical } from '../../platform/canonical.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { placesOf } from '../../platform/decimal.js';
import { keyIsForAnotherRequest, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { type Paper as SignedPaper, type SignedRow, VerifiedPrescriptions } from '../../prescriptions/verified-prescriptions.reader.js';
import { LinkDb } from '../link-db.js';
import { moreThanLeft, paperIs } from './verification.errors.js';
import { PaperStatus, type RecordDispensingInput, dispensingLimits } from './verification.model.js';

const BY_CODE = 'select * from platform.prescription_by_code($1)';
const RECORD = 'select * from platform.record_dispensing($1, $2, $3, $4, $5, $6, $7, $8)';

/** What a code leads to; the paper is null when it is not authentic. */
export interface Verified {
  status: PaperStatus;
  paper: SignedPaper | null;
}

/** A dispensing as recorded. */
export interface Recorded {
  id: string;
  recordedAt: Date;
  prescription: Verified;
}

interface Opened extends Verified {
  tenantId: string;
  code: Buffer;
  row: SignedRow;
}

interface Outcome {
  outcome: 'RECORDED' | 'KNOWN' | 'KEY_USED' | 'SUPERSEDED' | 'CANCELLED' | 'MORE_THAN_LEFT';
  dispensing_id: string;
  recorded_at: Date;
  item_id: string | null;
}

/** What whoever holds a paper can do by the code on it: learn whether it is genuine, and say what was handed out. */
@Injectable()
export class PaperService {
  constructor(
    private readonly db: LinkDb,
    private readonly verified: VerifiedPrescriptions,
    private readonly keyring: Keyring,
  ) {}

  /** Whether a paper is genuine, what it says, and what is left of it; NOT_FOUND, whatever is wrong with the code, THROTTLED. */
  async verify(ctx: Ctx, typed: string): Promise<Verified> {
    const { status, paper, row } = await this.#open(ctx, typed);
    // Each time that it is not authentic has an entry of its own.
    if (paper) ctx.shownByLink = row.id;
    return { status, paper };
  }

  /** Judges what is to be recorded as handed out, and records nothing. NOT_FOUND, BAD_USER_INPUT, THROTTLED, CONFLICT (NOT_AUTHENTIC, PRESCRIPTION_STATUS, MORE_THAN_LEFT). */
  async check(ctx: Ctx, input: RecordDispensingInput): Promise<SignedPaper> {
    const { paper, status } = await this.#toRecord(ctx, input);
    if (status !== PaperStatus.AUTHENTIC) throw paperIs(status);
    input.items.forEach(({ itemId, quantity }, index) => {
      const { left } = paper.items.find(({ id }) => id === itemId)!;
      if (left !== null && Number(quantity) > Number(left)) throw moreThanLeft(index, left);
    });
    return this.db.write(ctx, () => {
      ctx.action = 'VIEWED';
      return Promise.resolve(paper);
    });
  }

  /** Records what was handed out; the same request under the same key is recorded once. NOT_FOUND, BAD_USER_INPUT, THROTTLED, CONFLICT (NOT_AUTHENTIC, PRESCRIPTION_STATUS, MORE_THAN_LEFT, KEY_USED). */
  async record(ctx: Ctx, input: RecordDispensingInput): Promise<Recorded> {
    const { code, row, paper, pharmacy } = await this.#toRecord(ctx, input);
    const { tenant_id: tenantId, patient_id: patientId } = row;
    const keys = await this.keyring.of(tenantId);
    const most = new Map(paper.items.map((item) => [item.id, item.most]));
    const id = uuidv7();
    return this.db.write(ctx, async (tx) => {
      const [done] = await tx.query<Outcome>(RECORD, [
        code, id, input.idempotencyKey, keys.token('request:recordDispensing', canonical({ ...pharmacy, items: input.items.map(({ itemId, quantity }) => [itemId, quantity]) })),
        keys.seal('clinic.dispensings', id, 'pharmacy', pharmacy), input.items.map(({ itemId }) => itemId), input.items.map(({ quantity }) => quantity), input.items.map(({ itemId }) => most.get(itemId) ?? null)]);
      const rows = await tx.query<SignedRow>(BY_CODE, [code]);
      const now = await this.#judge(rows as [SignedRow, ...SignedRow[]]);
      const { outcome, dispensing_id: dispensingId, recorded_at: recordedAt, item_id: itemId } = done!;
      if (outcome === 'KEY_USED') throw keyIsForAnotherRequest();
      if (outcome === 'MORE_THAN_LEFT') throw moreThanLeft(input.items.findIndex((item) => item.itemId === itemId), now.paper!.items.find((item) => item.id === itemId)!.left!);
      if (outcome !== 'RECORDED' && outcome !== 'KNOWN') throw paperIs(PaperStatus[outcome]);
      tx.record('dispensing', dispensingId, patientId);
      if (outcome === 'KNOWN') ctx.action = 'VIEWED';
      else for (const { itemId: item, quantity } of input.items) tx.change('dispensing', dispensingId, `item ${item}`, null, quantity);
      return { id: dispensingId, recordedAt, prescription: now };
    });
  }

  async #toRecord(ctx: Ctx, input: RecordDispensingInput): Promise<Opened & { paper: SignedPaper; pharmacy: { pharmacy: string; pharmacist: string } }> {
    const opened = await this.#open(ctx, input.code);
    await this.db.often(ctx, opened.row.id);
    const { paper, status } = opened;
    if (!paper) throw paperIs(status);
    // Whether it is in force is not asked here: a retry of what was recorded is answered also when it is not any more.
    return { ...opened, paper, pharmacy: statedIn(input, paper) };
  }

  async #open(ctx: Ctx, typed: string): Promise<Opened> {
    const opened = await this.db.openByAny(ctx, async () => {
      const code = this.verified.codeIn(typed);
      const rows = code && (await this.db.rows<SignedRow>(BY_CODE, code));
      return rows && { ...(await this.#judge(rows)), tenantId: rows[0].tenant_id, code, row: rows[0] };
    });
    ctx.disclose('prescription', opened.row.id, opened.row.patient_id);
    if (!opened.paper) ctx.reason = 'NOT_AUTHENTIC: what is kept is not what was signed';
    return opened;
  }

  async #judge(rows: [SignedRow, ...SignedRow[]]): Promise<Verified> {
    const paper = await this.verified.of(rows);
    if (!paper) return { status: PaperStatus.NOT_AUTHENTIC, paper: null };
    return { status: { SIGNED: PaperStatus.AUTHENTIC, SUPERSEDED: PaperStatus.SUPERSEDED, CANCELLED: PaperStatus.CANCELLED }[rows[0].status], paper };
  }
}

/** Who hands out, clean. Throws BAD_USER_INPUT with every fault, and NOT_FOUND for an item that the paper has not. */
function statedIn({ pharmacy, pharmacist, items }: RecordDispensingInput, paper: SignedPaper): { pharmacy: string; pharmacist: string } {
  const check = new InputCheck();
  const names = { pharmacy: check.line(['pharmacy'], pharmacy, dispensingLimits.name)!, pharmacist: check.line(['pharmacist'], pharmacist, dispensingLimits.name)! };
  if (!items.length) check.blame(['items'], 'EMPTY');
  const isTooLong = check.tooMany('items', items, dispensingLimits.items);
  const seen = new Set<string>();
  for (const [index, { itemId, quantity }] of (isTooLong ? [] : items).entries()) {
    const path = ['items', String(index)];
    if (!paper.items.some(({ id }) => id === itemId)) throw notFound(['input', ...path, 'itemId']);
    if (seen.has(itemId)) check.blame([...path, 'itemId'], 'DUPLICATE');
    seen.add(itemId);
    if (!(Number(quantity) > 0 && Number(quantity) <= dispensingLimits.quantity)) check.blame([...path, 'quantity'], 'OUT_OF_RANGE', { min: 0, max: dispensingLimits.quantity });
    else if (placesOf(quantity) > dispensingLimits.places) check.blame([...path, 'quantity'], 'TOO_PRECISE', { places: dispensingLimits.places });
  }
  check.throwIfAny();
  return names;
}

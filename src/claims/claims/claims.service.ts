import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { ConditionsReader } from '../../clinical/conditions/conditions.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { partOf, splitBy } from '../../platform/money/amounts.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { ConditionCodes } from '../../terminology/condition-codes.reader.js';
import { isOfForm } from '../files/code-formats.js';
import { openPolicy, policyRows, policyToChange, sealedInPolicies } from '../insurance/policy-rows.js';
import { ClaimChecks, faultsOfClaim } from './claim-checks.js';
import { ClaimCodeSystem, ClaimRest, ClaimResubmission, ClaimStatus } from './claim.enums.js';
import { type CloseClaimInput, type EditClaimInput, LONGEST, MOST_DIAGNOSES, type MakeClaimInput, type ResubmitClaimInput } from './claim.inputs.js';
import {
  type ClaimDetails, type ClaimLineRecord, type ClaimRecord, type LineCode, changeCodes, claimsByIds, insertClaim, insertClaimLines, lockClaim, stepClaim,
} from './claim-rows.js';
import { claimFaulty, claimIs, nothingToClaim, refusalOf } from './claims.errors.js';
import { ClaimsReader } from './claims.reader.js';

interface BilledRow {
  id: string;
  kind: string;
  status: string;
  chamber_id: string;
  patient_id: string;
  local_date: string;
  began_at: Date;
  due: string;
  may: boolean | null;
}

interface BilledLine {
  id: string;
  no: number;
  doctor_id: string | null;
  quantity: string;
  total: string;
  details: Buffer;
}

/** What the details of an invoice's line hold that a claim takes over. */
interface BilledDetails {
  description: string;
  code: { system: 'CPT' | 'HCPCS' | 'DDC'; code: string } | null;
}

const LOCK_PATIENT = `select p.id from clinic.patients p where p.tenant_id = $1 and p.id = (select i.patient_id from clinic.invoices i where i.tenant_id = $1 and i.id = $2) for no key update`;
const LOCK_INVOICE = `
select i.id, i.kind, i.status, i.chamber_id, i.patient_id, i.local_date::text as local_date, least(coalesce(a.arrived_at, a.consult_at, i.issued_at), i.issued_at) as began_at,
  i.total - (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.tenant_id = $1 and a.invoice_id = i.id)::bigint
    - (select coalesce(sum(n.total), 0) from clinic.invoices n where n.tenant_id = $1 and n.credits = i.id and n.status = 'ISSUED')::bigint
    - (select coalesce(sum(c.net - c.returned), 0) from clinic.claims c where c.tenant_id = $1 and c.invoice_id = i.id)::bigint as due,
  clinic.may_in($1, platform.current_member(), i.chamber_id, 'payments:take') as may
from clinic.invoices i left join clinic.appointments a on a.tenant_id = i.tenant_id and a.id = i.appointment_id where i.tenant_id = $1 and i.id = $2 for no key update of i`;
const LINES = `
select l.id, l.no, l.doctor_id, l.quantity, l.quantity * l.unit_price - l.discount + case when l.tax_included then 0 else l.tax end as total, l.details
from clinic.invoice_lines l where l.tenant_id = $1 and l.invoice_id = $2 order by l.no`;
const systems = { CPT: ClaimCodeSystem.CPT, HCPCS: ClaimCodeSystem.HCPCS, DDC: ClaimCodeSystem.DRUG } as const;

/** What changes with a step; the rest stays. */
interface Step {
  status: ClaimStatus;
  details?: Partial<ClaimDetails>;
  resubmission?: ClaimResubmission;
  writtenOff?: bigint;
  returned?: bigint;
}

/** Makes claims of invoices and takes them from step to step. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly conditions: ConditionsReader,
    private readonly codes: ConditionCodes,
    private readonly checks: ClaimChecks,
    private readonly reader: ClaimsReader,
  ) {}

  /** Claims what a policy covers of an invoice, once for a key: the patient owes the rest. NOT_FOUND, FORBIDDEN, CONFLICT, BAD_USER_INPUT. */
  make(ctx: Ctx, input: MakeClaimInput): Promise<ClaimRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, invoices, billed, policies, codes, asked]) => {
      const once = onceOf(await this.keyring.of(tenantId), 'makeClaim', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const [invoice] = invoices as unknown as BilledRow[];
      if (!invoice) throw notFound(['input', 'invoiceId']);
      if (!invoice.may) throw forbidden('payments:take');
      const policy = await this.#policy(ctx, policies!, invoice);
      const check = new InputCheck();
      const diagnoses = await this.#diagnoses(tx, ctx, check, input.diagnoses, codes!, invoice);
      const priorAuthorization = authorizationIn(check, input.priorAuthorization);
      check.throwIfAny();
      const lines = await this.#billed(ctx, billed!);
      const gross = lines.reduce((sum, line) => sum + line.gross, 0n);
      const share = smaller(partOf(gross, policy.coPayment), policy.coPaymentMost?.amount);
      const net = smaller(gross - share, BigInt(invoice.due));
      if (invoice.kind !== 'INVOICE' || invoice.status !== 'ISSUED' || net <= 0n) throw nothingToClaim();
      const nets = splitBy(net, lines.map((line) => line.gross));
      const id = uuidv7();
      const keys = await this.keyring.of(tenantId);
      const details: ClaimDetails = { memberNumber: policy.memberNumber, diagnoses, priorAuthorization, comment: null, closedBecause: null };
      await tx.group(
        insertClaim(tenantId, keys, { id, chamberId: invoice.chamber_id, patientId: invoice.patient_id, invoiceId: invoice.id, policyId: policy.id, payerId: policy.payerId, gross, net, details }),
        insertClaimLines(tenantId, keys, id, lines.map((line, index) => ({ ...line, net: nets[index]! }))),
      ).catch((error: unknown) => { throw refusalOf(error, 'payments:take'); });
      await useUp(tx, tenantId, once, id);
      tx.change('claim', id, 'net', null, Number(net));
      return this.#answer(tx, ctx, id);
    }, { text: LOCK_PATIENT, values: [tenantId, input.invoiceId] }, { text: LOCK_INVOICE, values: [tenantId, input.invoiceId] }, { text: LINES, values: [tenantId, input.invoiceId] },
    policyToChange(tenantId, input.policyId), this.codes.ask(...(input.diagnoses ?? []).slice(0, MOST_DIAGNOSES)), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Changes a draft; NOT_FOUND, FORBIDDEN, CONFLICT, BAD_USER_INPUT (all faults at once). */
  edit(ctx: Ctx, input: EditClaimInput): Promise<ClaimRecord> {
    return this.#step(ctx, input, async ({ record, lines, tx }, codes) => {
      if (record.row.status !== ClaimStatus.DRAFT) throw claimIs(record.row.status);
      const check = new InputCheck();
      const diagnoses = input.diagnoses ? this.#stated(ctx, check, input.diagnoses, codes!) : record.details.diagnoses;
      const priorAuthorization = input.priorAuthorization === undefined ? record.details.priorAuthorization : authorizationIn(check, input.priorAuthorization);
      const changed = codesIn(check, input.codes ?? [], lines);
      check.throwIfAny();
      if (changed.length) await tx.group(changeCodes(ctx.tenantId, await this.keyring.of(ctx.tenantId), changed));
      tx.change('claim', record.row.id, 'diagnoses', record.details.diagnoses.join(' ') || null, diagnoses.join(' ') || null);
      return { status: ClaimStatus.DRAFT, details: { diagnoses, priorAuthorization } };
    }, this.codes.ask(...(input.diagnoses ?? []).slice(0, MOST_DIAGNOSES)));
  }

  /** Says that a draft is to be sent; CONFLICT (CLAIM_FAULTY) while something blocks that. */
  ready(ctx: Ctx, input: { id: string; version: number }): Promise<ClaimRecord> {
    return this.#step(ctx, input, async ({ record, lines, tx }) => {
      if (record.row.status !== ClaimStatus.DRAFT) throw claimIs(record.row.status);
      const facts = await this.checks.answer(ctx, await tx.group(...this.checks.ask(ctx.tenantId, [record], lines)));
      if (faultsOfClaim(record, lines, facts).some(({ blocks }) => blocks)) throw claimFaulty();
      return { status: ClaimStatus.READY };
    });
  }

  /** Takes what is ready back to edit it. */
  reopen(ctx: Ctx, input: { id: string; version: number }): Promise<ClaimRecord> {
    return this.#step(ctx, input, ({ record: { row } }) => {
      if (row.status !== ClaimStatus.READY) throw claimIs(row.status);
      return Promise.resolve({ status: ClaimStatus.DRAFT });
    });
  }

  /** Gives up a claim that was never sent: the patient owes all again. */
  discard(ctx: Ctx, input: { id: string; version: number }): Promise<ClaimRecord> {
    return this.#step(ctx, input, ({ record: { row } }) => {
      if (row.sendings > 0 || (row.status !== ClaimStatus.DRAFT && row.status !== ClaimStatus.READY)) throw claimIs(row.status);
      return Promise.resolve({ status: ClaimStatus.DISCARDED, returned: BigInt(row.net) });
    });
  }

  /** Says that what was denied is to be sent anew. */
  resubmit(ctx: Ctx, input: ResubmitClaimInput): Promise<ClaimRecord> {
    return this.#step(ctx, input, ({ record: { row } }) => {
      const check = new InputCheck();
      const comment = check.line(['comment'], input.comment, LONGEST.comment);
      check.throwIfAny();
      const correction = input.kind === ClaimResubmission.CORRECTION;
      if (row.status !== ClaimStatus.DENIED && (correction || row.status !== ClaimStatus.PARTLY_PAID)) throw claimIs(row.status);
      if (correction && BigInt(row.paid) > 0n) throw claimIs(row.status);
      return Promise.resolve({ status: correction ? ClaimStatus.DRAFT : ClaimStatus.READY, resubmission: input.kind, details: { comment } });
    });
  }

  /** Ends a claim of which not all was paid, once for a key: what is open is given up, or is the patient's. */
  close(ctx: Ctx, input: CloseClaimInput): Promise<ClaimRecord> {
    return this.#step(ctx, input, ({ record: { row }, tx }) => {
      const check = new InputCheck();
      const closedBecause = check.line(['reason'], input.reason, 500);
      check.throwIfAny();
      if (row.status !== ClaimStatus.PARTLY_PAID && row.status !== ClaimStatus.DENIED) throw claimIs(row.status);
      const open = BigInt(row.net) - BigInt(row.paid);
      tx.reason = closedBecause ?? undefined;
      return Promise.resolve({ status: ClaimStatus.CLOSED, details: { closedBecause }, ...(input.rest === ClaimRest.WRITTEN_OFF ? { writtenOff: open } : { returned: open }) });
    });
  }

  /** Locks a claim, lets `decide` look at it, and takes the step. Under an idempotency key the same request steps once. */
  #step(ctx: Ctx, input: { id: string; version: number; idempotencyKey?: string }, decide: (at: { record: ClaimRecord; lines: ClaimLineRecord[]; tx: AuditedTx }, answer: Row[] | undefined) => Promise<Step>, ...questions: Statement[]): Promise<ClaimRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [found, rows, asked, answer]) => {
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, ctx.operation, input);
      const [record] = await this.reader.open(ctx, found!);
      if (!record) throw notFound();
      if (madeBefore(once, asked!)) return this.#again(tx, ctx, record.row.id);
      if (record.row.version !== input.version) throw staleVersion();
      const { row, details } = record;
      const step = await decide({ record, lines: await this.reader.openLines(ctx, rows!), tx }, answer);
      await tx.group(stepClaim(tenantId, keys, row.id, step.status, { ...details, ...step.details }, {
        resubmission: step.resubmission ?? row.resubmission, writtenOff: step.writtenOff ?? BigInt(row.written_off), returned: step.returned ?? BigInt(row.returned),
      })).catch((error: unknown) => { throw refusalOf(error, ctx.permission as 'payments:take' | 'finances:manage'); });
      await useUp(tx, tenantId, once, row.id);
      tx.change('claim', row.id, 'status', row.status, step.status);
      return this.#answer(tx, ctx, row.id);
    }, ...lockClaim(tenantId, input.id), askedBefore(tenantId, input.idempotencyKey), ...questions);
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<ClaimRecord> {
    ctx.action = 'VIEWED';
    return this.#answer(tx, ctx, id);
  }

  async #answer(tx: AuditedTx, ctx: Ctx, id: string): Promise<ClaimRecord> {
    const [rows] = await tx.group(claimsByIds(ctx.tenantId, [id]));
    const [record] = await this.reader.open(ctx, rows!);
    tx.record('claim', id, record!.row.patient_id);
    return record!;
  }

  async #policy(ctx: Ctx, found: Row[], invoice: BilledRow) {
    const rows = policyRows(found);
    const keys = await this.keyring.of(ctx.tenantId, sealedInPolicies(rows));
    const policy = rows[0] && openPolicy(keys, rows[0]);
    const refuse = (reason: 'ANOTHER_PATIENT' | 'ARCHIVED' | 'EXPIRED') => badInput([{ path: ['input', 'policyId'], reason }]);
    if (!policy) throw notFound(['input', 'policyId']);
    if (policy.patientId !== invoice.patient_id) throw refuse('ANOTHER_PATIENT');
    if (policy.archived) throw refuse('ARCHIVED');
    if (policy.validUntil && invoice.local_date && policy.validUntil < invoice.local_date) throw refuse('EXPIRED');
    return policy;
  }

  async #billed(ctx: Ctx, rows: Row[]) {
    const lines = rows as unknown as BilledLine[];
    const keys = await this.keyring.of(ctx.tenantId, lines.map(({ details }) => details));
    return lines.map((line) => {
      const { description, code } = keys.open<BilledDetails>('clinic.invoice_lines', line.id, 'details', line.details);
      const claimed: LineCode | null = code && { system: systems[code.system], code: code.code };
      return { id: uuidv7(), no: line.no, doctorId: line.doctor_id, quantity: BigInt(line.quantity), gross: BigInt(line.total), net: 0n, description, code: claimed };
    });
  }

  async #diagnoses(tx: AuditedTx, ctx: Ctx, check: InputCheck, stated: string[] | null | undefined, codes: Row[], { patient_id: patientId, began_at: beganAt }: BilledRow): Promise<string[]> {
    if (stated) return this.#stated(ctx, check, stated, codes);
    const [rows] = await tx.group(this.conditions.askStanding(ctx.tenantId, patientId));
    const recorded = (await this.conditions.answerStanding(ctx.tenantId, rows!)).filter(({ recordedAt }) => recordedAt >= beganAt).sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
    return [...new Set(recorded.map(({ code }) => code))].slice(0, MOST_DIAGNOSES);
  }

  #stated(ctx: Ctx, check: InputCheck, stated: string[], codes: Row[]): string[] {
    if (!ctx.holds('patients:read-clinical')) throw forbidden('patients:read-clinical');
    if (check.tooMany('diagnoses', stated, MOST_DIAGNOSES)) return [];
    const known = stated.map((code) => this.codes.answer(code, codes));
    known.forEach((code, index) => {
      if (typeof code === 'string') check.blame(['diagnoses', String(index)], code);
      else if (known.findIndex((other) => typeof other === 'object' && other?.code === code!.code) < index) check.blame(['diagnoses', String(index)], 'DUPLICATE');
    });
    return known.flatMap((code) => (code && typeof code === 'object' ? [code.code] : []));
  }
}

function codesIn(check: InputCheck, codes: NonNullable<EditClaimInput['codes']>, lines: readonly ClaimLineRecord[]): ClaimLineRecord[] {
  return codes.flatMap(({ no, system, code }, index) => {
    const line = lines.find((one) => one.no === no);
    if (!line) check.blame(['codes', String(index), 'no'], 'NOT_FOUND');
    if (!isOfForm(system, code)) check.blame(['codes', String(index), 'code'], 'NOT_A_CODE');
    return line ? [{ ...line, code: { system, code } }] : [];
  });
}

function authorizationIn(check: InputCheck, raw: string | null | undefined): string | null {
  const number = check.line(['priorAuthorization'], raw, LONGEST.authorization);
  if (number && /\s/.test(number)) check.blame(['priorAuthorization'], 'WRONG_FORMAT');
  return number;
}

const smaller = (amount: bigint, most: bigint | undefined): bigint => (most !== undefined && most < amount ? most : amount);

import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { PatientsReader } from '../../patients/patients.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import type { Currency } from '../../platform/money/currency.js';
import { type MoneyInput, amountIn } from '../../platform/money/money.model.js';
import { type AddPolicyInput, type EditPolicyInput, LONGEST_MEMBER_NUMBER, type PatientPolicy } from './policy.model.js';
import { type PolicyTerms, askPayer, changePolicy, insertPolicy, openPolicy, policiesOf, policyRows, policyToChange, sealedInPolicies } from './policy-rows.js';

const WHOLE = 10_000;

/** By which policies patients are insured. */
@Injectable()
export class PoliciesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly patients: PatientsReader,
  ) {}

  /** The policies of a patient, those added last first; read with those of all patients that the answer asks for at this moment. */
  async of(ctx: Ctx, patientId: string, archivedToo: boolean): Promise<PatientPolicy[]> {
    const found = ((await loadBatched(ctx, this.#batch, patientId)) ?? []).filter(({ archived }) => archivedToo || !archived);
    for (const { id } of found) ctx.disclose('patient-policy', id, patientId);
    return found;
  }

  /** Adds a policy; NOT_FOUND, CONFLICT (MERGED), BAD_USER_INPUT. */
  add(ctx: Ctx, input: AddPolicyInput): Promise<PatientPolicy> {
    return this.db.write(ctx, async (tx, [payers, ...rows]) => {
      mayRead(ctx);
      const patient = await this.patients.locked(ctx, rows);
      const [payer] = payers as unknown as Array<{ currency: Currency; id: string | null; archived: boolean }>;
      if (!payer?.id) throw notFound(['input', 'payerId']);
      if (payer.archived) throw badInput([{ path: ['input', 'payerId'], reason: 'ARCHIVED' }]);
      const terms = termsIn(payer.currency, input.memberNumber, input.validUntil ?? null, input.coPayment, input.coPaymentMost ?? null);
      const id = uuidv7();
      const [saved] = await tx.group(insertPolicy(ctx.tenantId, await this.keyring.of(ctx.tenantId), id, patient.row.id, payer.id, terms));
      const policy = await this.#opened(ctx, policyRows(saved));
      noteChanges(tx, null, policy!);
      return policy!;
    }, askPayer(ctx.tenantId, input.payerId), ...this.patients.toLock(ctx.tenantId, input.patientId));
  }

  /** Changes a policy; NOT_FOUND, CONFLICT, BAD_USER_INPUT. */
  edit(ctx: Ctx, input: EditPolicyInput): Promise<PatientPolicy> {
    return this.db.write(ctx, async (tx, [rows]) => {
      mayRead(ctx);
      const [row] = policyRows(rows);
      const before = await this.#opened(ctx, policyRows(rows));
      if (!row || !before) throw notFound();
      if (before.version !== input.version) throw staleVersion();
      const terms = termsIn(row.currency, input.memberNumber ?? before.memberNumber, input.validUntil === undefined ? before.validUntil : input.validUntil, input.coPayment ?? before.coPayment,
        input.coPaymentMost === undefined ? before.coPaymentMost : input.coPaymentMost);
      const [saved] = await tx.group(changePolicy(ctx.tenantId, await this.keyring.of(ctx.tenantId), before.id, terms, input.archived ?? before.archived));
      const after = await this.#opened(ctx, policyRows(saved));
      noteChanges(tx, before, after!);
      return after!;
    }, policyToChange(ctx.tenantId, input.id));
  }

  async #opened(ctx: Ctx, rows: ReturnType<typeof policyRows>): Promise<PatientPolicy | undefined> {
    const keys = await this.keyring.of(ctx.tenantId, sealedInPolicies(rows));
    return rows[0] && openPolicy(keys, rows[0]);
  }

  readonly #batch = async (ctx: Ctx, patientIds: readonly string[]): Promise<Map<string, PatientPolicy[]>> => {
    const [answer] = await this.db.read(ctx, policiesOf(ctx.tenantId, patientIds));
    const rows = policyRows(answer);
    const keys = await this.keyring.of(ctx.tenantId, sealedInPolicies(rows));
    const found = new Map<string, PatientPolicy[]>();
    for (const row of rows) found.set(row.patient_id, [...(found.get(row.patient_id) ?? []), openPolicy(keys, row)]);
    return found;
  };
}

function termsIn(currency: Currency, memberNumber: string, validUntil: string | null, coPayment: number, most: MoneyInput | null): PolicyTerms {
  const check = new InputCheck();
  const number = check.line(['memberNumber'], memberNumber, LONGEST_MEMBER_NUMBER);
  if (number && /\s/.test(number)) check.blame(['memberNumber'], 'WRONG_FORMAT');
  if (coPayment < 0 || coPayment > WHOLE) check.blame(['coPayment'], 'OUT_OF_RANGE', { min: 0, max: WHOLE });
  const coPaymentMost = amountIn(check, ['coPaymentMost'], most, currency, { min: 0n });
  check.throwIfAny();
  return { memberNumber: number!, validUntil, coPayment, coPaymentMost };
}

function noteChanges(tx: AuditedTx, before: PatientPolicy | null, after: PatientPolicy): void {
  tx.record('patient-policy', after.id, after.patientId);
  for (const field of ['payerId', 'memberNumber', 'validUntil', 'coPayment', 'archived'] as const) tx.change('patient-policy', after.id, field, before?.[field] ?? null, after[field]);
  const most = (policy: PatientPolicy | null) => (policy?.coPaymentMost ? Number(policy.coPaymentMost.amount) : null);
  tx.change('patient-policy', after.id, 'coPaymentMost', most(before), most(after));
}

// The answer tells who insures a patient.
const mayRead = (ctx: Ctx): void => {
  if (!ctx.holds('patients:read')) throw forbidden('patients:read');
};

import { Injectable } from '@nestjs/common';
import { idOf } from '../platform/client-id.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { DomainError, badInput, conflict, forbidden, idIsTaken, keyIsForAnotherRequest, notFound } from '../platform/errors.js';
import { statedReason } from '../platform/input-check.js';
import { type Once, askedBefore, madeBefore, onceOf, useKey } from '../platform/once.js';
import type { PatientRecord } from '../patients/patient.model.js';
import { PatientsReader, majorityAt } from '../patients/patients.reader.js';
import { type ConsentDetails, type DecisionInput, type ErrorDetails, detailsOf, warningsOf } from './consent-details.js';
import { ADD_CONSENT, CONSENTS_BY_ID, CONSENT_TO_MARK, type ConsentRow, MARK_CONSENT, standingsStatement } from './consent-rows.js';
import type { ConsentDecision, ConsentPurpose, ConsentWarning } from './consent.enums.js';
import type { RecordConsentInput, WithdrawConsentInput } from './consent.inputs.js';
import type { ConsentRecord, Standing } from './consent.model.js';
import { ConsentsReader } from './consents.reader.js';

/** A decision as saved, how its purpose stands now, and what somebody should look at again. */
export interface Saved {
  record: ConsentRecord;
  standing: Standing;
  warnings: ConsentWarning[];
}

/** Adds decisions about consent, one patient's one after another, and marks mistakes. Three round trips each. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly patients: PatientsReader,
    private readonly reader: ConsentsReader,
  ) {}

  /** Records what was answered; a minor's agreement must come from somebody who speaks for them. The same request under the same idempotency key records once. */
  record(ctx: Ctx, patientId: string, answer: RecordConsentInput): Promise<Saved> {
    const { id: wanted, idempotencyKey, choice, purpose, ...input } = answer;
    const id = idOf(wanted);
    const request = { ...answer, patientId };
    return this.db.write(ctx, async (tx, [document, ...rows]) => {
      mayRead(ctx);
      const patient = await this.patients.locked(ctx, rows);
      const once = onceOf(await this.keyring.of(ctx.tenantId), 'recordConsent', request);
      const before = madeBefore(once, rows.at(-1)!);
      if (before) return this.#again(ctx, tx, patient, purpose, before);
      // An earlier attempt of this transaction may have found the key in use.
      ctx.action = 'CREATED';
      mustExist(input, document!);
      return this.#add(ctx, tx, patient, purpose, choice, input, id, once);
      // What the key was used for is read after the patient was locked, so that the same request sent twice at once meets.
    }, documentOf(ctx.tenantId, patientId, input), ...this.patients.toLock(ctx.tenantId, patientId), askedBefore(ctx.tenantId, idempotencyKey));
  }

  /** Takes back a grant in force; CONFLICT when there is none. */
  withdraw(ctx: Ctx, patientId: string, { purpose, ...input }: WithdrawConsentInput): Promise<Saved> {
    return this.db.write(ctx, async (tx, [document, ...rows]) => {
      mayRead(ctx);
      const patient = await this.patients.locked(ctx, rows);
      mustExist(input, document!);
      const [before] = await this.reader.standingsIn(ctx, rows.at(-1)!);
      if (before?.status !== 'GRANTED') throw nothingToWithdraw(before);
      if (input.decidedAt && input.decidedAt < before.record!.row.decided_at) throw badInput([{ path: ['input', 'decidedAt'], reason: 'BEFORE_GRANT' }]);
      return this.#add(ctx, tx, patient, purpose, 'WITHDRAWN', input, idOf(null), null);
      // The standing is read after the patient was locked, so that no other decision comes between.
    }, documentOf(ctx.tenantId, patientId, input), ...this.patients.toLock(ctx.tenantId, patientId), standingsStatement(ctx.tenantId, [patientId], [purpose]));
  }

  /** Marks a decision as a mistake, once; what was decided before it counts again. */
  async markEnteredInError(ctx: Ctx, id: string, reason: string): Promise<Saved> {
    const stated = statedReason(reason);
    return this.db.write(ctx, async (tx, [found]) => {
      mayRead(ctx);
      const [row] = found as unknown as ConsentRow[];
      if (!row) throw notFound();
      if (row.error_at) throw conflict('ENTERED_IN_ERROR', 'The entry is marked as entered in error already.');
      const keys = await this.keyring.of(ctx.tenantId);
      const error: ErrorDetails = { reason: stated };
      tx.reason = stated;
      tx.change('consent', id, 'enteredInError', false, true);
      return this.#saved(ctx, tx, row.patient_id, row.purpose, {
        text: MARK_CONSENT, values: [ctx.tenantId, id, ctx.member.memberId, keys.seal('clinic.consents', id, 'error_details', error)],
      }, []);
    }, { text: CONSENT_TO_MARK, values: [ctx.tenantId, id] });
  }

  async #add(ctx: Ctx, tx: AuditedTx, patient: PatientRecord, purpose: ConsentPurpose, decision: ConsentDecision, input: DecisionInput, id: string, once: Once | null): Promise<Saved> {
    const { tenantId } = ctx;
    const now = new Date();
    const majority = majorityAt(patient, input.decidedAt ?? now);
    const details: ConsentDetails = detailsOf(input, decision, majority, now);
    const keys = await this.keyring.of(tenantId);
    tx.change('consent', id, purpose, null, decision);
    const adding: Statement = { text: ADD_CONSENT, values: [
      tenantId, id, patient.row.id, purpose, decision, input.method, input.decidedAt ?? null, input.validUntil ?? null, input.documentId ?? null,
      keys.seal('clinic.consents', id, 'details', details), ctx.member.memberId,
    ] };
    return this.#saved(ctx, tx, patient.row.id, purpose, adding, warningsOf(details, decision, majority), once && useKey(tenantId, once, id));
  }

  async #again(ctx: Ctx, tx: AuditedTx, patient: PatientRecord, purpose: ConsentPurpose, id: string): Promise<Saved> {
    ctx.action = 'VIEWED';
    const { id: ownId, merged_into: mergedInto } = patient.row;
    const saved = await this.#saved(ctx, tx, mergedInto ?? ownId, purpose, { text: CONSENTS_BY_ID, values: [ctx.tenantId, [id]] }, []);
    const { row, details } = saved.record;
    return { ...saved, warnings: warningsOf(details, row.decision, majorityAt(patient, row.decided_at)) };
  }

  async #saved(ctx: Ctx, tx: AuditedTx, patientId: string, purpose: ConsentPurpose, saving: Statement, warnings: ConsentWarning[], key: Statement | null = null): Promise<Saved> {
    const [saved, standing, used] = await tx.group(saving, standingsStatement(ctx.tenantId, [patientId], [purpose]), ...(key ? [key] : [])).catch((error: unknown) => {
      throw constraintOf(error) === 'consents__pkey' ? idIsTaken('A decision has this id.') : error;
    });
    if (key && !used!.length) throw keyIsForAnotherRequest();
    const [record] = await this.reader.open(ctx, saved as unknown as ConsentRow[]);
    const [now = { patientId, purpose, status: 'UNKNOWN', record: null } satisfies Standing] = await this.reader.standingsIn(ctx, standing!);
    for (const shown of [record!, now.record]) if (shown) tx.record('consent', shown.row.id, patientId);
    return { record: record!, standing: now, warnings };
  }
}

// The answer shows what was decided before, so that recording alone is not enough.
const mayRead = (ctx: Ctx): void => {
  if (!ctx.holds('patients:read')) throw forbidden('patients:read');
};

const DOCUMENT_OF_PATIENT = 'select from clinic.documents d where d.tenant_id = $1 and d.patient_id = $2 and d.id = $3';

/** Finds the document that is to show a decision, among those of the patient. */
const documentOf = (tenantId: string, patientId: string, { documentId }: DecisionInput): Statement =>
  ({ text: DOCUMENT_OF_PATIENT, values: [tenantId, patientId, documentId ?? null] });

const mustExist = ({ documentId }: DecisionInput, found: Row[]): void => {
  if (documentId && !found.length) throw notFound();
};

const nothingToWithdraw = (before: Standing | undefined): DomainError =>
  conflict('NO_CONSENT', 'There is no consent in force to withdraw.', { status: before?.status ?? 'UNKNOWN' });

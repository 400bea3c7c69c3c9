import { Injectable } from '@nestjs/common';
import { idOf } from '../platform/client-id.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, idIsTaken, notFound, staleVersion } from '../platform/errors.js';
import { InputCheck, statedReason } from '../platform/input-check.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../platform/once.js';
import { DrugsReader } from '../drugs/drugs.reader.js';
import { ConditionCodes } from '../terminology/condition-codes.reader.js';
import { askPlace, askPlaceOf, askVisit, placeIn } from './place.js';
import { type ContentGiven, type PrescriptionContent, contentFrom, prescriptionFault } from './prescription-content.js';
import { type NewDraft, type PrescriptionRecord, type PrescriptionRow, discardDraft, insertDraft, lockPatient, lockPrescription, openPrescription, prescriptionRows, sealedIn, updateDraft } from './prescription-rows.js';
import type { AmendPrescriptionInput, DraftPrescriptionInput, EditPrescriptionInput, RepeatPrescriptionInput } from './prescription.inputs.js';
import { amendedAlready, prescriptionIs } from './prescriptions.errors.js';
import { withTemplate } from './templates/template-content.js';
import type { ApplyTemplateInput } from './templates/template.inputs.js';
import { countUse, openTemplate, templateFor, templateRows } from './templates/template-rows.js';

/** A prescription that is locked for a change, with what the database answered besides. */
interface Locked {
  tx: AuditedTx;
  record: PrescriptionRecord;
  answers: Row[][];
}

/** Writes prescriptions that are not signed yet. Whoever may write drafts them; three round trips each. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly codes: ConditionCodes,
    private readonly drugs: DrugsReader,
  ) {}

  /** Begins a prescription; the same request under the same idempotency key begins one. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, ALREADY_EXISTS (the id), CONFLICT (the key). */
  draft(ctx: Ctx, input: DraftPrescriptionInput): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    const id = idOf(input.id);
    return this.db.write(ctx, async (tx, [patients, places, visits, asked, ...stated]) => {
      mustSee(ctx);
      if (!patients!.length) throw notFound(['input', 'patientId']);
      const { chamberId, doctorId, today } = placeIn(places!);
      if (input.appointmentId && !visits!.length) throw notFound(['input', 'appointmentId']);
      const once = onceOf(await this.keyring.of(tenantId), 'draftPrescription', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const content = this.#content(input, today, stated);
      const record = await this.#begin(tx, ctx, { id, patient_id: input.patientId, chamber_id: chamberId, doctor_id: doctorId, appointment_id: input.appointmentId ?? null, amends: null, reason: null, content });
      await useUp(tx, tenantId, once, id);
      return record;
    }, lockPatient(tenantId, input.patientId), askPlace(tenantId, input.chamberId, input.doctorId), askVisit(tenantId, input.appointmentId, input.patientId, input.chamberId),
    askedBefore(tenantId, input.idempotencyKey), ...this.#ask(tenantId, input));
  }

  /** Writes a draft anew, whole. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (another version, or no draft any more). */
  edit(ctx: Ctx, { id, version, doctorId, ...given }: EditPrescriptionInput): Promise<PrescriptionRecord> {
    return this.#change(ctx, id, version, async ({ tx, record, answers: [places, ...stated] }) => {
      const place = placeIn(places!);
      if (record.row.status !== 'DRAFT') throw prescriptionIs(record.row.status);
      const content = this.#content(given, place.today, stated);
      const keys = await this.keyring.of(ctx.tenantId);
      const [rows] = await tx.group(updateDraft(ctx.tenantId, keys, id, place.doctorId, content));
      tx.change('prescription', id, 'doctorId', record.row.doctor_id, place.doctorId);
      for (const field of Object.keys(content) as Array<keyof PrescriptionContent>) tx.change('prescription', id, field, record.content[field], content[field]);
      return openPrescription(keys, prescriptionRows(rows)[0]!);
    }, askPlaceOf(ctx.tenantId, id, doctorId), ...this.#ask(ctx.tenantId, given));
  }

  /** Takes a template into a draft, after what is written. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (by places in the template), CONFLICT. */
  apply(ctx: Ctx, { id, version, templateId }: ApplyTemplateInput): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    return this.#change(ctx, id, version, async ({ tx, record, answers: [places, templates] }) => {
      const { doctorId, today } = placeIn(places!);
      if (record.row.status !== 'DRAFT') throw prescriptionIs(record.row.status);
      const [template] = templateRows(templates);
      if (!template) throw notFound(['input', 'templateId']);
      const keys = await this.keyring.of(tenantId, [template.content]);
      const kept = openTemplate(keys, template);
      const [products] = await tx.group(this.drugs.ask(tenantId, kept.items.flatMap(({ drug }) => (drug.kind === 'PRODUCT' ? [drug.productId] : []))), countUse(tenantId, templateId));
      const check = new InputCheck(prescriptionFault);
      const content = withTemplate(check, record.content, kept, { products: this.drugs.answer(products!), today });
      check.throwIfAny();
      const [rows] = await tx.group(updateDraft(tenantId, keys, id, doctorId, content));
      tx.record('prescription-template', templateId);
      for (const field of Object.keys(content) as Array<keyof PrescriptionContent>) tx.change('prescription', id, field, record.content[field], content[field]);
      return openPrescription(keys, prescriptionRows(rows)[0]!);
    }, askPlaceOf(tenantId, id, null), templateFor(tenantId, templateId, id));
  }

  /** Gives a draft up, for good. NOT_FOUND, FORBIDDEN, CONFLICT. */
  discard(ctx: Ctx, id: string, version: number): Promise<PrescriptionRecord> {
    return this.#change(ctx, id, version, async ({ tx, record, answers: [places] }) => {
      mustWrite(places!);
      if (record.row.status !== 'DRAFT') throw prescriptionIs(record.row.status);
      const [rows] = await tx.group(discardDraft(ctx.tenantId, id));
      tx.change('prescription', id, 'status', 'DRAFT', 'DISCARDED');
      return openPrescription(await this.keyring.of(ctx.tenantId), prescriptionRows(rows)[0]!);
    }, askPlaceOf(ctx.tenantId, id, null));
  }

  /** Begins the next version of a signed prescription, with what that says. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (another version, not signed, or amended already). */
  amend(ctx: Ctx, { id, version, reason }: AmendPrescriptionInput): Promise<PrescriptionRecord> {
    const stated = statedReason(reason);
    return this.#change(ctx, id, version, async ({ tx, record: { row, content }, answers: [places] }) => {
      const { chamberId, doctorId } = placeIn(places!);
      if (row.status !== 'SIGNED') throw prescriptionIs(row.status);
      if (row.amended_by) throw amendedAlready(row.amended_by);
      tx.reason = stated;
      return this.#begin(tx, ctx, { id: idOf(null), patient_id: row.patient_id, chamber_id: chamberId, doctor_id: doctorId, appointment_id: row.appointment_id, amends: id, reason: stated, content: anew(content) });
    }, askPlaceOf(ctx.tenantId, id, null));
  }

  /** Begins a prescription that says what an earlier one of the patient does, save its follow-up and what was said of pregnancy. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT. */
  repeat(ctx: Ctx, { id, chamberId: wanted, doctorId: signer, appointmentId }: RepeatPrescriptionInput): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    return this.#change(ctx, id, null, async ({ tx, record: { row, content }, answers: [places, visits] }) => {
      const { chamberId, doctorId } = placeIn(places!);
      if (appointmentId && !visits!.length) throw notFound(['input', 'appointmentId']);
      return this.#begin(tx, ctx, {
        id: idOf(null), patient_id: row.patient_id, chamber_id: chamberId, doctor_id: doctorId, appointment_id: appointmentId ?? null, amends: null, reason: null, content: { ...anew(content), followUp: null, pregnancy: null },
      });
    }, askPlace(tenantId, wanted, signer), {
      text: 'select a.id from clinic.appointments a join clinic.prescriptions p on p.tenant_id = a.tenant_id and p.patient_id = a.patient_id where a.tenant_id = $1 and a.id = $2 and p.id = $3',
      values: [tenantId, appointmentId ?? null, id],
    });
  }

  async #change(ctx: Ctx, id: string, version: number | null, work: (locked: Locked) => Promise<PrescriptionRecord>, ...questions: Statement[]): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, found, ...answers]) => {
      mustSee(ctx);
      const rows = prescriptionRows(found);
      const row = rows[0];
      if (!row) throw notFound();
      if (version !== null && row.version !== version) throw staleVersion();
      tx.record('prescription', id, row.patient_id);
      const record = openPrescription(await this.keyring.of(tenantId, sealedIn(rows)), row);
      return work({ tx, record, answers });
    }, ...lockPrescription(tenantId, id), ...questions);
  }

  /** Asks what the codes and the products stand for that are stated. */
  #ask(tenantId: string, { diagnoses, items }: ContentGiven): Statement[] {
    return [this.codes.ask(...(diagnoses ?? []).map(({ code }) => code)), this.drugs.ask(tenantId, (items ?? []).flatMap(({ productId }) => productId ?? []))];
  }

  #content(given: ContentGiven, today: string, [codes, products]: Row[][]): PrescriptionContent {
    const check = new InputCheck(prescriptionFault);
    const content = contentFrom(check, given, { codes: (stated) => this.codes.answer(stated, codes), products: this.drugs.answer(products!), today });
    check.throwIfAny();
    return content;
  }

  async #begin(tx: AuditedTx, ctx: Ctx, draft: NewDraft): Promise<PrescriptionRecord> {
    const keys = await this.keyring.of(ctx.tenantId);
    const [rows] = await tx.group(insertDraft(ctx.tenantId, keys, draft)).catch((error: unknown) => {
      throw constraintOf(error) === 'prescriptions__pkey' ? idIsTaken('A prescription has this id.') : error;
    });
    tx.record('prescription', draft.id, draft.patient_id);
    return openPrescription(keys, prescriptionRows(rows)[0]!);
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<PrescriptionRecord> {
    ctx.action = 'VIEWED';
    const rows: PrescriptionRow[] = prescriptionRows((await tx.group(...lockPrescription(ctx.tenantId, id)))[1]);
    tx.record('prescription', id, rows[0]!.patient_id);
    return openPrescription(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows[0]!);
  }
}

/** Whoever is answered with a prescription must be allowed to read it. */
export function mustSee(ctx: Ctx): void {
  if (!ctx.holds('prescriptions:read')) throw forbidden('prescriptions:read');
}

function mustWrite([place]: Row[]): void {
  if (!place?.['may_write']) throw forbidden('prescriptions:write');
}

/** The same content for another prescription, whose items are its own. */
const anew = (content: PrescriptionContent): PrescriptionContent => ({ ...content, items: content.items.map((item) => ({ ...item, id: idOf(null) })) });

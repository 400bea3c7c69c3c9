import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { DrugsReader } from '../../drugs/drugs.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { dayOf } from '../../platform/local-days.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { ConditionCodes } from '../../terminology/condition-codes.reader.js';
import { mustSee } from '../drafts.service.js';
import { lockCaller } from '../lock-caller.js';
import { askTimeZone } from '../place.js';
import { prescriptionFault } from '../prescription-content.js';
import { openPrescription, prescriptionRows, prescriptionsByIds, sealedIn } from '../prescription-rows.js';
import { type TemplateContent, type TemplateGiven, templateFrom, templateLimits, templateOf } from './template-content.js';
import type { TemplateKind } from './template.enums.js';
import type { EditTemplateInput, KeepTemplateInput } from './template.inputs.js';
import type { PrescriptionTemplate } from './template.model.js';
import { type TemplateRow, countOwn, deleteTemplate, insertTemplate, lockOwn, openTemplate, templateRows, templatesOf, toTemplate, updateTemplate } from './template-rows.js';

/** What members keep to prescribe it again: each changes their own, and whoever drafts for a doctor uses the doctor's. */
@Injectable()
export class TemplatesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly codes: ConditionCodes,
    private readonly drugs: DrugsReader,
  ) {}

  /** What a member keeps of one kind, or of all, what is used most first; nothing of whoever the caller does not draft for. */
  async list(ctx: Ctx, memberId: string | null, kind: TemplateKind | null): Promise<PrescriptionTemplate[]> {
    const [rows] = await this.db.read(ctx, templatesOf(ctx.tenantId, memberId, kind));
    const found = templateRows(rows);
    const keys = await this.keyring.of(ctx.tenantId, found.map(({ content }) => content));
    found.forEach(({ id }) => ctx.disclose('prescription-template', id));
    return found.map((row) => toTemplate(keys, row));
  }

  /** Keeps something; the same request under the same idempotency key keeps it once. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  keep(ctx: Ctx, input: KeepTemplateInput): Promise<PrescriptionTemplate> {
    const { tenantId } = ctx;
    const { kind, prescriptionId, idempotencyKey: _, ...given } = input;
    return this.db.write(ctx, async (tx, [, counted, asked, prescriptions, places, ...stated]) => {
      mustSee(ctx);
      const once = onceOf(await this.keyring.of(tenantId), 'keepTemplate', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      if (counted![0]!['count'] as number >= templateLimits[kind]) throw badInput([{ path: ['input'], reason: 'TOO_MANY', params: { max: templateLimits[kind] } }]);
      const content = prescriptionId ? await this.#ofPrescription(tx, ctx, kind, given, prescriptions!, places!) : this.#content(kind, given, stated);
      const id = uuidv7();
      const keys = await this.keyring.of(tenantId);
      const [rows] = await tx.group(insertTemplate(tenantId, keys, id, kind, content));
      tx.record('prescription-template', id);
      await useUp(tx, tenantId, once, id);
      return toTemplate(keys, templateRows(rows)[0]!);
    }, lockCaller(tenantId), countOwn(tenantId, kind), askedBefore(tenantId, input.idempotencyKey),
    prescriptionsByIds(tenantId, prescriptionId ? [prescriptionId] : []), askTimeZone(tenantId, prescriptionId ?? null), ...this.#ask(tenantId, given));
  }

  /** Writes a template anew, whole. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  edit(ctx: Ctx, { id, version, ...given }: EditTemplateInput): Promise<PrescriptionTemplate> {
    return this.#change(ctx, id, version, async (tx, row, stated) => {
      const content = this.#content(row.kind, given, stated);
      const keys = await this.keyring.of(ctx.tenantId, [row.content]);
      const before = openTemplate(keys, row);
      const [rows] = await tx.group(updateTemplate(ctx.tenantId, keys, id, content));
      for (const field of Object.keys(content) as Array<keyof TemplateContent>) tx.change('prescription-template', id, field, before[field], content[field]);
      return toTemplate(keys, templateRows(rows)[0]!);
    }, ...this.#ask(ctx.tenantId, given));
  }

  /** Keeps it no longer. NOT_FOUND, CONFLICT. */
  delete(ctx: Ctx, id: string, version: number): Promise<true> {
    return this.#change(ctx, id, version, async (tx) => {
      await tx.group(deleteTemplate(ctx.tenantId, id));
      return true as const;
    });
  }

  #change<T>(ctx: Ctx, id: string, version: number, work: (tx: AuditedTx, row: TemplateRow, stated: Row[][]) => Promise<T>, ...questions: Statement[]): Promise<T> {
    return this.db.write(ctx, async (tx, [found, ...stated]) => {
      mustSee(ctx);
      const [row] = templateRows(found);
      if (!row) throw notFound();
      if (row.version !== version) throw staleVersion();
      tx.record('prescription-template', id);
      return work(tx, row, stated);
    }, lockOwn(ctx.tenantId, id), ...questions);
  }

  /** Asks what the codes and the products stand for that are stated. */
  #ask(tenantId: string, { diagnoses, items }: TemplateGiven): Statement[] {
    return [this.codes.ask(...(diagnoses ?? []).map(({ code }) => code)), this.drugs.ask(tenantId, (items ?? []).flatMap(({ productId }) => productId ?? []))];
  }

  #content(kind: TemplateKind, given: TemplateGiven, [codes, products]: Row[][]): TemplateContent {
    const check = new InputCheck(prescriptionFault);
    const content = templateFrom(check, kind, given, { codes: (stated) => this.codes.answer(stated, codes), products: this.drugs.answer(products!) });
    check.throwIfAny();
    return content;
  }

  async #ofPrescription(tx: AuditedTx, ctx: Ctx, kind: TemplateKind, { name: stated, ...rest }: TemplateGiven, found: Row[], [place]: Row[]): Promise<TemplateContent> {
    const check = new InputCheck();
    const name = check.line(['name'], stated, templateLimits.name);
    if (name === null && !check.blames('name')) check.blame(['name'], 'REQUIRED');
    if (kind !== 'TEMPLATE' || Object.values(rest).some((part) => part !== null && part !== undefined)) check.blame(['prescriptionId'], 'EXACTLY_ONE', { of: 'prescriptionId' });
    check.throwIfAny();
    const [row] = prescriptionRows(found);
    if (!row) throw notFound(['input', 'prescriptionId']);
    tx.record('prescription', row.id, row.patient_id);
    const { content } = openPrescription(await this.keyring.of(ctx.tenantId, sealedIn([row])), row);
    return templateOf(name, content, dayOf(row.signed_at ?? row.drafted_at, place!['time_zone'] as string));
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<PrescriptionTemplate> {
    ctx.action = 'VIEWED';
    const [rows] = await tx.group(lockOwn(ctx.tenantId, id));
    const [row] = templateRows(rows);
    if (!row) throw notFound();
    tx.record('prescription-template', id);
    return toTemplate(await this.keyring.of(ctx.tenantId, [row.content]), row);
  }
}

import { Readable } from 'node:stream';
import { Inject, Injectable, type StreamableFile } from '@nestjs/common';
import QRCode from 'qrcode';
import { validate as isUuid } from 'uuid';
import type { Config } from '../../config.js';
import { VitalsReader } from '../../clinical/vitals/vitals.reader.js';
import { PatientSnapshots } from '../../patients/patient-snapshots.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { fileAnswer } from '../../platform/http/file-answer.js';
import { dayOf } from '../../platform/local-days.js';
import { PagePrinter } from '../../platform/pages/page-printer.js';
import { CONFIG } from '../../platform/platform.module.js';
import { Letterheads } from '../../tenants/letterheads.reader.js';
import { formatPrescriptionNumber } from '../prescription-number.js';
import { type PrescriptionRecord, askPaper, openPrescription, openSignature, prescriptionRows, prescriptionsByIds, sealedIn } from '../prescription-rows.js';
import { prescriptionIs } from '../prescriptions.errors.js';
import { formIn } from '../signed-form.js';
import { printedCode, verificationAddress } from '../verification-code.js';
import { type Paperwork, pageData } from './page-data.js';
import { pageTemplate } from './page-template.js';
import type { PageQuery } from './prescription-page.inputs.js';

/** Prints prescriptions: what was signed as it was signed, a draft as it stands. One round trip for what was signed, two for a draft. */
@Injectable()
export class PrescriptionPages {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly letterheads: Letterheads,
    private readonly patients: PatientSnapshots,
    private readonly vitals: VitalsReader,
    private readonly printer: PagePrinter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The page as a PDF file. NOT_FOUND, FORBIDDEN, CONFLICT for a discarded draft, UNAVAILABLE when too many are being printed. */
  async page(ctx: Ctx, id: string, { language, paper }: PageQuery): Promise<StreamableFile> {
    if (!isUuid(id)) throw notFound();
    const work = await this.#paperwork(ctx, id.toLowerCase());
    const pdf = await this.printer.print(pageTemplate, pageData(work, paper, language), ctx.tenantId);
    return fileAnswer({ stream: Readable.from([pdf]), type: 'application/pdf', name: `${work.signed?.number ?? 'draft'}.pdf`, length: pdf.length, inline: true });
  }

  async #paperwork(ctx: Ctx, id: string): Promise<Paperwork> {
    const { tenantId } = ctx;
    const [found, papers] = await this.db.read(ctx, prescriptionsByIds(tenantId, [id]), askPaper(tenantId, id));
    const rows = prescriptionRows(found);
    const row = rows[0];
    if (!row) throw notFound();
    ctx.disclose('prescription', id, row.patient_id);
    // The page names them.
    if (!ctx.holds('patients:read')) throw forbidden('patients:read');
    if (row.status === 'DISCARDED') throw prescriptionIs(row.status);
    const { signed, superseded_by } = papers![0] as unknown as { signed: Buffer | null; superseded_by: string | null };
    const keys = await this.keyring.of(tenantId, [...sealedIn(rows), ...(signed ? [signed] : [])]);
    if (!signed) return this.#draft(ctx, openPrescription(keys, row));
    const { jws, code } = openSignature(keys, id, signed);
    const { practice, chamber, doctor, patient, content, number, amends, signedAt, checks } = formIn(jws);
    const at = new Date(signedAt);
    const address = verificationAddress(this.config.serverUrl, code);
    return {
      status: row.status, practice, chamber, doctor, patient, content, day: dayOf(at, chamber.timeZone),
      signed: { number, amends, at, hash: row.content_hash!.toString('hex'), address, code: printedCode(code), qr: await QRCode.toString(address, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' }) },
      unchecked: (checks?.findings ?? []).filter(({ kind }) => kind === 'UNCHECKED' || kind === 'UNAVAILABLE').map(({ textEn, textBn }) => ({ en: textEn, bn: textBn })),
      supersededBy: superseded_by && formatPrescriptionNumber(superseded_by),
    };
  }

  async #draft(ctx: Ctx, { row, content }: PrescriptionRecord): Promise<Paperwork> {
    const { tenantId } = ctx;
    const [letterheads, patients, weights] = await this.db.read(ctx,
      this.letterheads.ask(tenantId, row.doctor_id, row.chamber_id), this.patients.ask(tenantId, row.patient_id), this.vitals.askWeight(tenantId, row.patient_id));
    const letterhead = await this.letterheads.answer(tenantId, letterheads!);
    const day = dayOf(new Date(), letterhead.chamber.timeZone);
    const patient = await this.patients.answer(tenantId, patients!, day);
    return { status: 'DRAFT', ...letterhead, patient: { ...patient, weightKg: await this.vitals.answerWeight(tenantId, weights!) }, content, day, signed: null, unchecked: [], supersededBy: null };
  }
}

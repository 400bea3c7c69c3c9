import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type PatientRecord, mrnText } from '../../patients/patient.model.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { ClaimChecks, type ClaimFacts, emiratesIdOf, faultsOfClaim } from '../claims/claim-checks.js';
import { ClaimDisposition, ClaimResubmission } from '../claims/claim.enums.js';
import { type ClaimLineRecord, type ClaimRecord, activityIdOf, claimLinesOf, lockReady, sendClaims } from '../claims/claim-rows.js';
import { claimFaulty, noClaimsReady, refusalOf } from '../claims/claims.errors.js';
import { ClaimsReader, byClaim } from '../claims/claims.reader.js';
import { askPayer } from '../insurance/policy-rows.js';
import { emiratesIdText } from '../files/code-formats.js';
import { type FiledActivity, type FiledClaim, submissionText } from '../files/submission-file.js';
import { askMayIn, countSubmissions, fileOf, insertSubmission, pageOfSubmissions, submissionsByIds, toSubmission } from './submission-rows.js';
import type { ClaimSubmission, FilesArgs, SubmitClaimsInput } from './submission.model.js';

/** The most claims of one file: Abu Dhabi takes no more. */
const MOST_CLAIMS = 500;

/** Makes files of claims that are ready, and keeps them sealed. */
@Injectable()
export class SubmissionsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly checks: ClaimChecks,
    private readonly reader: ClaimsReader,
  ) {}

  /** Makes a file of the claims of a chamber that are ready for a payer, at most 500, once for a key. NOT_FOUND, FORBIDDEN, CONFLICT. */
  submit(ctx: Ctx, input: SubmitClaimsInput): Promise<ClaimSubmission> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [chambers, payers, found, asked]) => {
      const [chamber] = chambers!;
      if (!chamber) throw notFound(['input', 'chamberId']);
      if (!chamber['may']) throw forbidden('finances:manage');
      if (!payers![0]!['id']) throw notFound(['input', 'payerId']);
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'submitClaims', input);
      const before = madeBefore(once, asked!);
      if (before) {
        ctx.action = 'VIEWED';
        const [[row]] = await tx.group(submissionsByIds(tenantId, [before])) as [[Row]];
        return toSubmission(row);
      }
      const records = await this.reader.open(ctx, found!);
      if (!records.length) throw noClaimsReady();
      const [rows] = await tx.group(claimLinesOf(tenantId, records.map(({ row }) => row.id)));
      const lines = await this.reader.openLines(ctx, rows!);
      const facts = await this.checks.answer(ctx, await tx.group(...this.checks.ask(tenantId, records, lines)));
      const file = fileFor(records, byClaim(lines), facts, input.disposition);
      const id = uuidv7();
      const sent = input.disposition === ClaimDisposition.PRODUCTION;
      const [saved] = await tx.group(insertSubmission(tenantId, keys, id, { ...input, claims: records.length, file }), ...(sent ? [sendClaims(tenantId, records.map(({ row }) => row.id))] : []))
        .catch((error: unknown) => { throw refusalOf(error, 'finances:manage'); });
      await useUp(tx, tenantId, once, id);
      tx.record('claim-submission', id);
      for (const { row } of records) {
        tx.record('claim', row.id, row.patient_id);
        if (sent) tx.change('claim', row.id, 'status', row.status, row.sendings ? 'RESUBMITTED' : 'SUBMITTED');
      }
      return toSubmission(saved![0]!);
      // What the key was used for is read after the claims were locked, so that the same request sent twice at once meets.
    }, askMayIn(tenantId, input.chamberId, 'finances:manage'), askPayer(tenantId, input.payerId), lockReady(tenantId, input.chamberId, input.payerId, MOST_CLAIMS), askedBefore(tenantId, input.idempotencyKey));
  }

  /** The files of a chamber without what is in them, the last made first, for whoever reads its books; NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, ...args }: FilesArgs): Promise<Page<ClaimSubmission>> {
    const [chambers, rows] = await this.db.read(ctx, askMayIn(ctx.tenantId, chamberId, 'finances:read'), pageOfSubmissions(ctx.tenantId, chamberId, args.first + 1, idOfCursor(args.after)));
    if (!chambers!.length) throw notFound(['chamberId']);
    if (!chambers![0]!['may']) throw forbidden('finances:read');
    const files = rows!.map(toSubmission);
    for (const { id } of files.slice(0, args.first)) ctx.disclose('claim-submission', id);
    return pageOf(files, args, async () => (await this.db.read(ctx, countSubmissions(ctx.tenantId, chamberId)))[0]![0]!['total'] as number);
  }

  /** A file of claims, without what is in it; NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<ClaimSubmission> {
    const row = await this.#row(ctx, id);
    ctx.disclose('claim-submission', id);
    return toSubmission(row);
  }

  /** What is in a file of claims; FORBIDDEN. */
  async file(ctx: Ctx, id: string): Promise<string> {
    const row = await this.#row(ctx, id);
    ctx.disclose('claim-submission-file', id);
    return fileOf(await this.keyring.of(ctx.tenantId, [row['file'] as Buffer]), row);
  }

  async #row(ctx: Ctx, id: string): Promise<Row> {
    const row = await loadBatched(ctx, this.#rows, id);
    if (!row) throw notFound();
    if (!row['may']) throw forbidden('finances:manage');
    return row;
  }

  readonly #rows = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Row>> => {
    const [rows] = await this.db.read(ctx, submissionsByIds(ctx.tenantId, ids));
    return new Map(rows!.map((row) => [row['id'] as string, row]));
  };
}

// What changed since a claim was ready, such as a licence, is looked at once more.
function fileFor(records: readonly ClaimRecord[], lines: ReadonlyMap<string, ClaimLineRecord[]>, facts: ClaimFacts, disposition: ClaimDisposition): string {
  const [{ row }] = records as [ClaimRecord];
  const claims = records.map((record) => {
    const own = lines.get(record.row.id) ?? [];
    if (faultsOfClaim(record, own, facts).some(({ blocks }) => blocks)) throw claimFaulty();
    return filedClaim(record, own, facts);
  });
  return submissionText({ authority: row.authority!, facilityId: row.licence!, receiverId: row.receiver_code, at: new Date(), timeZone: row.time_zone, disposition, claims });
}

function filedClaim({ row, details }: ClaimRecord, lines: readonly ClaimLineRecord[], facts: ClaimFacts): FiledClaim {
  const patient = facts.patients.get(row.patient_id) as PatientRecord;
  const complaint = row.resubmission === ClaimResubmission.INTERNAL_COMPLAINT;
  // A complaint is of what was not paid, and of nothing else.
  const disputed = complaint ? lines.filter(({ net, paid }) => paid < net) : lines.filter(({ net, gross }) => net > 0n || gross === 0n);
  const activities = disputed.map((line): FiledActivity => ({
    id: activityIdOf(row.corrections, line.no), start: row.starts_at, type: line.code!.system, code: line.code!.code, quantity: String(line.quantity), net: line.net - (complaint ? line.paid : 0n),
    clinician: facts.licences.get(line.doctorId!)!.licence!, priorAuthorizationId: details.priorAuthorization,
  }));
  const net = activities.reduce((sum, activity) => sum + activity.net, 0n);
  const gross = disputed.reduce((sum, line) => sum + line.gross, 0n);
  return {
    id: row.code, idPayer: row.resubmission ? row.payer_reference : null, memberId: details.memberNumber, payerId: row.payer_code, emiratesId: emiratesIdText(emiratesIdOf(patient)!.digits),
    gross, patientShare: gross - net, net, patientId: mrnText(patient.row.mrn), start: row.starts_at, end: row.ends_at,
    diagnoses: details.diagnoses.map((code, index) => ({ type: index === 0 ? 'Principal' : 'Secondary', code })), activities,
    resubmission: row.resubmission && { type: complaint ? 'internal complaint' : 'correction', comment: details.comment ?? '' },
  };
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { VitalsReader } from '../clinical/vitals/vitals.reader.js';
import { PatientSnapshots } from '../patients/patient-snapshots.reader.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { sqlState } from '../platform/database/database-errors.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../platform/errors.js';
import { statedReason } from '../platform/input-check.js';
import { dayOf } from '../platform/local-days.js';
import { type Letterhead, Letterheads } from '../tenants/letterheads.reader.js';
import { type CheckRecord, type Override, checkRows, giveReasons, lastChecks, openCheck, openFindings, sealedInChecks, signedChecks } from './checks/check-rows.js';
import type { SignedChecks } from './checks/finding.js';
import { type OverrideGiven, overridesFrom } from './checks/overrides.js';
import { PatientFacts } from './checks/patient-facts.reader.js';
import { rulesFind } from './checks/rule-checks.js';
import { mustSee } from './drafts.service.js';
import { formatPrescriptionNumber } from './prescription-number.js';
import { type PrescriptionRecord, type PrescriptionRow, cancelSigned, lockPrescription, openPrescription, prescriptionRows, sealedIn, signDraft } from './prescription-rows.js';
import { checksNeeded, findingsOpen, mayNotSign, nothingPrescribed, prescriptionIs } from './prescriptions.errors.js';
import { type SignedForm, signForm } from './signed-form.js';
import { SigningKeys, askSigningKey } from './signing-keys.service.js';
import { codeHash, newVerificationCode } from './verification-code.js';

/** Who asks to sign, whether they may in the chamber of a prescription, and the time of the transaction, which is that of the signature. The lock keeps two first signatures apart. */
const askSigner = (tenantId: string, id: string): Statement => ({
  text: `
select m.id, clinic.may_in($1, m.id, c.id, 'prescriptions:sign') as may_sign, m.licence_expires_on >= (now() at time zone c.time_zone)::date as licensed, now() as now
from clinic.prescriptions p join clinic.chambers c on c.tenant_id = p.tenant_id and c.id = p.chamber_id join clinic.members m on m.tenant_id = p.tenant_id and m.id = platform.current_member()
where p.tenant_id = $1 and p.id = $2 for no key update of m`,
  values: [tenantId, id],
});

const NEXT_NUMBER = `
insert into clinic.counters as c (tenant_id, name, value) values ($1, 'prescription', 1) on conflict (tenant_id, name) do update set value = c.value + 1 returning c.value`;

interface Signer {
  id: string;
  may_sign: boolean | null;
  licensed: boolean | null;
  now: Date;
}

/** Signs prescriptions, and declares signed ones invalid. What is signed never changes: the database refuses it. */
@Injectable()
export class SigningService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly keys: SigningKeys,
    private readonly letterheads: Letterheads,
    private readonly patients: PatientSnapshots,
    private readonly vitals: VitalsReader,
    private readonly patientFacts: PatientFacts,
  ) {}

  /**
   * Signs a draft, which supersedes the version that it amends. It must have been checked as it stands, with a reason for each
   * finding that weighs; the rules look at it once more, for the patient's file may say more by now. NOT_FOUND, BAD_USER_INPUT,
   * CONFLICT (another version, no draft, MAY_NOT_SIGN, NOTHING_PRESCRIBED, CHECKS_NEEDED, FINDINGS_OPEN, or what it amends stands no more). Five round trips.
   */
  sign(ctx: Ctx, id: string, version: number, given: readonly OverrideGiven[]): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [signers, , found, amended, keyRows, checks]) => {
      const record = await this.#locked(ctx, tx, id, version, found!);
      const signer = mustSign(record.row, signers!);
      if (!record.content.items.length && !record.content.investigations.length && !record.content.advice.length) throw nothingPrescribed();
      const key = await this.keys.of(tx, tenantId, signer.id, keyRows!);
      const check = await this.#checked(tenantId, checks!, version);
      const [letterheads, ...patientRows] = await tx.group(this.letterheads.ask(tenantId, signer.id, record.row.chamber_id), ...this.patientFacts.ask(tenantId, record));
      const letterhead = await this.letterheads.answer(tenantId, letterheads!);
      const known = await this.patientFacts.known(tenantId, record, patientRows, signer.now, dayOf(signer.now, letterhead.chamber.timeZone));
      const [counters, ...catalogue] = await tx.group({ text: NEXT_NUMBER, values: [tenantId] }, ...this.patientFacts.askCatalogue(known));
      const { facts, hash: factsNow } = this.patientFacts.facts(known, catalogue);
      const overrides = settle(check, factsNow, rulesFind(facts).map(({ key }) => key), given);
      const number = counters![0]!['value'] as string;
      const [patients, weights] = patientRows;
      const form = await this.#form(ctx, record, signer, formatPrescriptionNumber(number), { amended: amended!, patients: patients!, weights: weights! }, letterhead, signedChecks(check, overrides));
      const code = newVerificationCode();
      const { jws, hash } = await signForm(form, key);
      const keys = await this.keyring.of(tenantId);
      const reasonsGiven = check.findings.filter(({ needsReason, key: finding }) => needsReason && overrides.some((override) => override.key === finding)).length;
      const [, rows] = await tx.group(giveReasons(tenantId, keys, check.row.id, overrides, reasonsGiven), signDraft(tenantId, keys, id, { number, jws, code, hash, codeHash: codeHash(code), keyId: key.id, followUpOn: record.content.followUp?.on ?? null })).catch((error: unknown) => {
        throw sqlState(error) === 'SK072' ? prescriptionIs(amended![0]!['status'] as PrescriptionRow['status']) : error;
      });
      tx.record('prescription-check', check.row.id, record.row.patient_id);
      tx.change('prescription-check', check.row.id, 'overrides', [], overrides);
      tx.change('prescription', id, 'status', 'DRAFT', 'SIGNED');
      tx.change('prescription', id, 'number', null, form.number);
      if (record.row.amends) {
        tx.record('prescription', record.row.amends, record.row.patient_id);
        tx.change('prescription', record.row.amends, 'status', 'SIGNED', 'SUPERSEDED');
      }
      return openPrescription(keys, prescriptionRows(rows)[0]!);
    }, askSigner(tenantId, id), ...lockPrescription(tenantId, id), askAmended(tenantId, id), askSigningKey(tenantId), lastChecks(tenantId, [id]));
  }

  /** Declares a signed prescription invalid, for good. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  cancel(ctx: Ctx, id: string, version: number, reason: string): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    const stated = statedReason(reason);
    return this.db.write(ctx, async (tx, [signers, , found]) => {
      const { row } = await this.#locked(ctx, tx, id, version, found!);
      if (!(signers![0] as unknown as Signer).may_sign) throw forbidden('prescriptions:sign');
      if (row.status !== 'SIGNED') throw prescriptionIs(row.status);
      const keys = await this.keyring.of(tenantId);
      const [rows] = await tx.group(cancelSigned(tenantId, keys, id, stated));
      tx.reason = stated;
      tx.change('prescription', id, 'status', 'SIGNED', 'CANCELLED');
      return openPrescription(keys, prescriptionRows(rows)[0]!);
    }, askSigner(tenantId, id), ...lockPrescription(tenantId, id));
  }

  async #locked(ctx: Ctx, tx: AuditedTx, id: string, version: number, found: Row[]): Promise<PrescriptionRecord> {
    mustSee(ctx);
    const rows = prescriptionRows(found);
    if (!rows[0]) throw notFound();
    if (rows[0].version !== version) throw staleVersion();
    tx.record('prescription', id, rows[0].patient_id);
    return openPrescription(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows[0]);
  }

  async #checked(tenantId: string, found: Row[], version: number): Promise<CheckRecord> {
    const rows = checkRows(found);
    if (rows[0]?.prescription_version !== version) throw checksNeeded('NEVER_CHECKED');
    return openCheck(await this.keyring.of(tenantId, sealedInChecks(rows)), rows[0]);
  }

  async #form(ctx: Ctx, { row, content }: PrescriptionRecord, { now }: Signer, number: string, rows: Record<'amended' | 'patients' | 'weights', Row[]>, { practice, chamber, doctor }: Letterhead, checks: SignedChecks): Promise<SignedForm> {
    if (!doctor.licence || !doctor.licenceExpiresOn) throw mayNotSign('LICENCE');
    const patient = await this.patients.answer(ctx.tenantId, rows.patients, dayOf(now, chamber.timeZone));
    return {
      format: 'sinduk-prescription-1', id: row.id, number, amends: rows.amended[0] ? formatPrescriptionNumber(rows.amended[0]['number'] as string) : null, signedAt: now.toISOString(),
      practice, chamber, doctor: { ...doctor, licence: doctor.licence, licenceExpiresOn: doctor.licenceExpiresOn },
      patient: { ...patient, weightKg: await this.vitals.answerWeight(ctx.tenantId, rows.weights) }, content, checks, salt: randomUUID(),
    };
  }
}

/** The reasons for going on, when the check still holds and every finding that weighs has one. */
function settle(check: CheckRecord, factsNow: string, foundNow: readonly string[], given: readonly OverrideGiven[]): Override[] {
  const shown = new Set(check.findings.map(({ key }) => key));
  if (check.facts !== factsNow || !foundNow.every((key) => shown.has(key))) throw checksNeeded('RECORD_CHANGED');
  const overrides = overridesFrom(given, shown);
  const open = openFindings(check.findings, overrides);
  if (open.length) throw findingsOpen(open.map(({ key }) => key));
  return overrides;
}

/** The version that a prescription amends. */
const askAmended = (tenantId: string, id: string): Statement => ({
  text: 'select a.number, a.status from clinic.prescriptions p join clinic.prescriptions a on a.tenant_id = p.tenant_id and a.id = p.amends where p.tenant_id = $1 and p.id = $2',
  values: [tenantId, id],
});

function mustSign(row: PrescriptionRow, [signer]: Row[]): Signer {
  const { id, may_sign, licensed, now } = signer as unknown as Signer;
  if (row.status !== 'DRAFT') throw prescriptionIs(row.status);
  if (id !== row.doctor_id) throw mayNotSign('DOCTOR');
  if (!may_sign) throw mayNotSign('PERMISSION');
  if (!licensed) throw mayNotSign('LICENCE');
  return { id, may_sign, licensed, now };
}

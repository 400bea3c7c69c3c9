import { Injectable } from '@nestjs/common';
import { PatientsReader } from '../../patients/patients.reader.js';
import type { PatientRecord } from '../../patients/patient.model.js';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { type MemberLicence, MemberLicences } from '../../tenants/member-licences.reader.js';
import { ConditionCodes, type StatedCode } from '../../terminology/condition-codes.reader.js';
import { isLicence, isOfForm } from '../files/code-formats.js';
import { ClaimFaultReason } from './claim.enums.js';
import type { ClaimFault } from './claim.model.js';
import type { ClaimLineRecord, ClaimRecord } from './claim-rows.js';

/** What claims are checked against, and filled with. */
export interface ClaimFacts {
  patients: ReadonlyMap<string, PatientRecord>;
  licences: ReadonlyMap<string, MemberLicence>;
  codeOf: (code: string) => StatedCode;
}

/** Checks claims before they are sent. */
@Injectable()
export class ClaimChecks {
  constructor(
    private readonly patients: PatientsReader,
    private readonly licences: MemberLicences,
    private readonly codes: ConditionCodes,
  ) {}

  /** Asks what the checks of these claims need, whatever their number. */
  ask(tenantId: string, records: readonly ClaimRecord[], lines: readonly ClaimLineRecord[]): Statement[] {
    return [
      this.codes.ask(...new Set(records.flatMap(({ details }) => details.diagnoses))), this.licences.ask(tenantId, [...new Set(lines.flatMap(({ doctorId }) => doctorId ?? []))]),
      ...this.patients.toFind(tenantId, [...new Set(records.map(({ row }) => row.patient_id))]),
    ];
  }

  /** What the answers to `ask` tell. */
  async answer(ctx: Ctx, [codes, licences, ...patients]: Row[][]): Promise<ClaimFacts> {
    return { patients: await this.patients.found(ctx, patients), licences: await this.licences.answer(ctx.tenantId, licences!), codeOf: (code) => this.codes.answer(code, codes) };
  }
}

/** The Emirates ID of a patient, fifteen digits, and whether its check digit agrees; null when none is known. */
export function emiratesIdOf(patient: PatientRecord | undefined): { digits: string; doubtful: boolean } | null {
  const found = patient?.identity.identifiers.find(({ kind }) => kind === 'EMIRATES_ID');
  return found ? { digits: found.value, doubtful: found.warnings.length > 0 } : null;
}

/** What is missing in a claim, or not as it must be. */
export function faultsOfClaim({ row, details }: ClaimRecord, lines: readonly ClaimLineRecord[], facts: ClaimFacts): ClaimFault[] {
  const faults: ClaimFault[] = [];
  const blame = (place: string, reason: ClaimFaultReason, blocks = true) => faults.push({ place, reason, blocks });
  if (!row.licence) blame('facilityLicence', ClaimFaultReason.MISSING);
  if (!details.memberNumber) blame('memberNumber', ClaimFaultReason.MISSING);
  const emiratesId = emiratesIdOf(facts.patients.get(row.patient_id));
  if (!emiratesId) blame('emiratesId', ClaimFaultReason.MISSING);
  else if (emiratesId.doubtful) blame('emiratesId', ClaimFaultReason.CHECK_DIGIT, false);
  if (!details.diagnoses.length) blame('diagnoses', ClaimFaultReason.MISSING);
  details.diagnoses.forEach((code, index) => {
    const known = facts.codeOf(code);
    if (typeof known === 'string') blame(`diagnoses.${index}`, ClaimFaultReason[known]);
  });
  for (const line of lines) {
    if (!line.code) blame(`lines.${line.no}.code`, ClaimFaultReason.MISSING);
    else if (!isOfForm(line.code.system, line.code.code)) blame(`lines.${line.no}.code`, ClaimFaultReason.NOT_A_CODE);
    const fault = licenceFault(line.doctorId ? facts.licences.get(line.doctorId) : undefined, row.local_date);
    if (fault) blame(`lines.${line.no}.clinician`, fault);
  }
  return faults;
}

function licenceFault(member: MemberLicence | undefined, day: string): ClaimFaultReason | null {
  if (!member?.licence) return ClaimFaultReason.MISSING;
  if (!isLicence(member.licence)) return ClaimFaultReason.WRONG_FORMAT;
  return member.expiresOn && member.expiresOn < day ? ClaimFaultReason.EXPIRED : null;
}

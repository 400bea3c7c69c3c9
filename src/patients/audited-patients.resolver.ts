import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { AuditSummaryGroup } from '../audit/audit-summary.model.js';
import { IncidentPatient } from '../audit/incident.model.js';
import { AuditedRecord } from '../audit/audit.model.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { AuditedPatient, toAuditedPatient } from './audited-patient.model.js';
import { PatientsReader } from './patients.reader.js';

const PATIENT = {
  nullable: true,
  description: 'The patient by number and name; null where it names nobody of the practice. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.',
};

@Resolver(() => AuditedRecord)
export class AuditedRecordPatientResolver {
  constructor(private readonly patients: PatientsReader) {}

  @ResolveField(() => AuditedPatient, PATIENT)
  @Can('patients:read')
  @Classified('patient')
  patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: AuditedRecord): Promise<AuditedPatient | null> {
    return namedIn(this.patients, ctx, patientId);
  }
}

@Resolver(() => AuditSummaryGroup)
export class SummaryGroupPatientResolver {
  constructor(private readonly patients: PatientsReader) {}

  @ResolveField(() => AuditedPatient, PATIENT)
  @Can('patients:read')
  @Classified('patient')
  patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: AuditSummaryGroup): Promise<AuditedPatient | null> {
    return namedIn(this.patients, ctx, patientId);
  }
}

@Resolver(() => IncidentPatient)
export class IncidentPatientResolver {
  constructor(private readonly patients: PatientsReader) {}

  @ResolveField(() => AuditedPatient, PATIENT)
  @Can('patients:read')
  @Classified('patient')
  patient(@CurrentCtx() ctx: Ctx, @Parent() { id }: IncidentPatient): Promise<AuditedPatient | null> {
    return namedIn(this.patients, ctx, id);
  }
}

// What a refused request named may be nobody, or somebody of another practice.
async function namedIn(patients: PatientsReader, ctx: Ctx, id: string | null): Promise<AuditedPatient | null> {
  const record = id && (await patients.ifThere(ctx, id));
  return record ? toAuditedPatient(record) : null;
}

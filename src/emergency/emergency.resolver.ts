import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AuditedPatient, toAuditedPatient } from '../patients/audited-patient.model.js';
import { PatientsReader } from '../patients/patients.reader.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { listOf } from '../platform/graphql/cost.js';
import { type Page, PageArgs } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { EmergencyAccess, EmergencyAccessConnection, EmergencyBegun } from './emergency-access.model.js';
import { BreakGlassInput } from './emergency.inputs.js';
import { EmergencyReader, MOST_OPENED } from './emergency.reader.js';
import { EmergencyService } from './emergency.service.js';

/** How many patients of one emergency access are named. */
const PATIENTS_NAMED = 100;

@Resolver(() => EmergencyAccess)
export class EmergencyResolver {
  constructor(
    private readonly service: EmergencyService,
    private readonly reader: EmergencyReader,
    private readonly patients: PatientsReader,
  ) {}

  @Mutation(() => EmergencyBegun, { description: 'Breaks the glass: opens the reading of every patient’s record, clinical data too, to the caller for an hour at most, because a life may depend on it. While one of the caller is open, that one is answered and nothing is changed. Owners are told at once, every entry of the audit trail made meanwhile carries the role EMERGENCY, and patients see it in the report of who saw their record. Needs patients:break-glass. Errors: BAD_USER_INPUT (all faults at once), CONFLICT (EMERGENCIES_USED_UP, EMERGENCY_JUST_ENDED).' })
  @Can('patients:break-glass', 'EMERGENCY_BEGUN')
  breakGlass(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Why, and for how long.' }) input: BreakGlassInput): Promise<EmergencyBegun> {
    return this.service.begin(ctx, input);
  }

  @Mutation(() => Boolean, { description: 'Ends the caller’s emergency access at once, or another member’s. Needs nothing but a session, for another member security:manage. Errors: NOT_FOUND (none is open), FORBIDDEN.' })
  @Can('self:manage', 'EMERGENCY_ENDED')
  endEmergencyAccess(@CurrentCtx() ctx: Ctx,
    @Args('memberId', { type: () => UuidScalar, nullable: true, description: 'Whose; the caller’s own unless told.' }) memberId: string | null): Promise<boolean> {
    return this.service.end(ctx, memberId);
  }

  @Query(() => EmergencyAccessConnection, { description: 'Who opened emergency access, when and why, the latest first. Needs audit:read. Errors: BAD_USER_INPUT.' })
  @Can('audit:read')
  emergencyAccesses(@CurrentCtx() ctx: Ctx, @Args() args: PageArgs): Promise<Page<EmergencyAccess>> {
    return this.reader.list(ctx, args);
  }

  @ResolveField(() => Int, { description: `How many patients’ records were opened or changed meanwhile; counting ends at ${MOST_OPENED}.` })
  @Can('audit:read')
  @Classified('trail')
  async patientCount(@CurrentCtx() ctx: Ctx, @Parent() { id }: EmergencyAccess): Promise<number> {
    return (await this.reader.opened(ctx, id)).length;
  }

  @ResolveField(() => [AuditedPatient], { complexity: listOf(PATIENTS_NAMED), nullable: true, description: `The patients whose records were opened or changed meanwhile: the first ${PATIENTS_NAMED}. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.` })
  @Can('patients:read')
  @Classified('patient')
  async patientsOpened(@CurrentCtx() ctx: Ctx, @Parent() { id }: EmergencyAccess): Promise<AuditedPatient[]> {
    const ids = (await this.reader.opened(ctx, id)).slice(0, PATIENTS_NAMED);
    const records = await Promise.all(ids.map((patientId) => this.patients.ifThere(ctx, patientId)));
    return records.flatMap((record) => (record ? [toAuditedPatient(record)] : []));
  }
}

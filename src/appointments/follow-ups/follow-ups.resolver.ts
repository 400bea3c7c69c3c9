import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient, toPatient } from '../../patients/patient.model.js';
import { PatientsReader } from '../../patients/patients.reader.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { DueFollowUp, DueFollowUpConnection, DueFollowUpsArgs } from './follow-up.model.js';
import { FollowUps } from './follow-ups.service.js';

@Resolver(() => DueFollowUp)
export class FollowUpsResolver {
  constructor(
    private readonly followUps: FollowUps,
    private readonly patients: PatientsReader,
  ) {}

  @Query(() => DueFollowUpConnection, { description: 'Who is to come again in these days, by prescriptions of a chamber that are in force, and has no appointment for it, by day: none was booked, or it was cancelled, or the patient did not come. Nothing of what was prescribed. Needs appointments:read in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT.' })
  @Can('appointments:read')
  dueFollowUps(@CurrentCtx() ctx: Ctx, @Args() args: DueFollowUpsArgs): Promise<Page<DueFollowUp>> {
    return this.followUps.due(ctx, args);
  }

  @ResolveField(() => Patient, { nullable: true, description: 'The patient. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  async patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: DueFollowUp): Promise<Patient | null> {
    const record = await this.patients.ifThere(ctx, patientId);
    return record ? toPatient(ctx, record) : null;
  }
}

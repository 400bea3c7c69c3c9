import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../../patients/patient.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { AddPolicyInput, EditPolicyInput, PatientPolicy } from './policy.model.js';
import { PoliciesService } from './policies.service.js';

@Resolver(() => Patient)
export class PoliciesResolver {
  constructor(private readonly service: PoliciesService) {}

  @ResolveField(() => [PatientPolicy], { description: 'By which policies the patient is insured, those added last first. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  policies(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args('archived', { defaultValue: false, description: 'Whether those put aside are listed too.' }) archived: boolean): Promise<PatientPolicy[]> {
    return this.service.of(ctx, id, archived);
  }

  @Mutation(() => PatientPolicy, { description: 'Adds a policy by which a patient is insured. The Emirates ID is among the patient’s identifiers. Needs patients:edit and patients:read. Errors: NOT_FOUND, CONFLICT (MERGED), BAD_USER_INPUT (all faults at once).' })
  @Can('patients:edit', 'CREATED')
  addPolicy(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The policy.' }) input: AddPolicyInput): Promise<PatientPolicy> {
    return this.service.add(ctx, input);
  }

  @Mutation(() => PatientPolicy, { description: 'Changes a policy, puts it aside or takes it back. Needs patients:edit and patients:read. Errors: NOT_FOUND, CONFLICT (STALE_VERSION, MERGED), BAD_USER_INPUT (all faults at once).' })
  @Can('patients:edit', 'UPDATED')
  editPolicy(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes.' }) input: EditPolicyInput): Promise<PatientPolicy> {
    return this.service.edit(ctx, input);
  }
}

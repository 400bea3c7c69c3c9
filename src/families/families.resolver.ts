import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { listOf } from '../platform/graphql/cost.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { Patient, toPatient } from '../patients/patient.model.js';
import { PatientsReader } from '../patients/patients.reader.js';
import { FamiliesReader } from './families.reader.js';
import { FamiliesService } from './families.service.js';
import { LinkFamilyInput } from './family.inputs.js';
import { FamilyMember, FamilySaved, PhoneSharer } from './family.model.js';

@Resolver(() => Patient)
export class FamiliesResolver {
  constructor(
    private readonly reader: FamiliesReader,
    private readonly patients: PatientsReader,
    private readonly service: FamiliesService,
  ) {}

  @ResolveField(() => [FamilyMember], { complexity: listOf(50), description: 'The patient’s relatives among the patients of the practice, those linked first first; at most 50 of links that hold. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  family(@CurrentCtx() ctx: Ctx, @Parent() patient: Patient,
    @Args('pastToo', { defaultValue: false, description: 'Whether links that were ended are listed too.' }) pastToo: boolean): Promise<FamilyMember[]> {
    return this.reader.of(ctx, patient.id, pastToo);
  }

  @ResolveField(() => Boolean, { description: 'Whether the patient is a minor for whom nobody speaks: neither is `guardian` written nor is a relative linked who does. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  async guardianMissing(@CurrentCtx() ctx: Ctx, @Parent() { id, birth, guardian }: Patient): Promise<boolean> {
    if (!birth?.isMinor || guardian) return false;
    return !(await this.reader.linked(ctx, id)).some(({ isGuardian }) => isGuardian);
  }

  @ResolveField(() => [PhoneSharer], { complexity: listOf(20), description: 'Who is found by a telephone number of this patient too, theirs or their guardian’s: those registered last first, at most 20. They may be of the family. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  async sharesPhoneWith(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient): Promise<PhoneSharer[]> {
    const [sharers, family] = await Promise.all([this.patients.sharingPhones(ctx, id), this.reader.linked(ctx, id)]);
    const linked = new Set(family.map(({ relativeId }) => relativeId));
    return sharers.map((record) => ({ patient: toPatient(ctx, record), linked: linked.has(record.row.id) }));
  }

  @Mutation(() => FamilySaved, { description: 'Links two patients of the practice. It is kept once and seen from both sides. Needs patients:edit and patients:read. Errors: NOT_FOUND, ALREADY_EXISTS (the two are linked; `params.linkId` names the link), BAD_USER_INPUT.' })
  @Can('patients:edit', 'CREATED')
  linkFamily(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Who belongs to whom.' }) input: LinkFamilyInput): Promise<FamilySaved> {
    return this.service.link(ctx, input);
  }

  @Mutation(() => FamilyMember, { description: 'Ends a link; it stays as history. Answers with the relative as `linkFamily` did. Needs patients:edit and patients:read. Errors: NOT_FOUND, CONFLICT (ended already), BAD_USER_INPUT.' })
  @Can('patients:edit', 'UPDATED')
  unlinkFamily(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the link.' }) id: string,
    @Args('reason', { description: 'Why; one line of 1 to 500 characters.' }) reason: string,
    @Args('enteredInError', { defaultValue: false, description: 'Whether the link had been a mistake; otherwise it was right and is over.' }) enteredInError: boolean): Promise<FamilyMember> {
    return this.service.unlink(ctx, id, reason, enteredInError);
  }
}

@Resolver(() => FamilyMember)
export class FamilyMembersResolver {
  constructor(private readonly patients: PatientsReader) {}

  @ResolveField(() => Patient, { description: 'The relative. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  async relative(@CurrentCtx() ctx: Ctx, @Parent() { relativeId }: FamilyMember): Promise<Patient> {
    return toPatient(ctx, await this.patients.batched(ctx, relativeId));
  }
}

import { Args, ArgsType, Field, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { type Page, PageArgs, pageOf } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { Patient } from '../patients/patient.model.js';
import { ConsentPurpose } from './consent.enums.js';
import { RecordConsentInput, WithdrawConsentInput } from './consent.inputs.js';
import { Consent, ConsentConnection, ConsentSaved, ConsentStanding, toConsent, toStanding } from './consent.model.js';
import { ConsentsReader } from './consents.reader.js';
import { ConsentsService, type Saved } from './consents.service.js';

const PATIENT_ID = { type: () => UuidScalar, description: 'Id of the patient.' };

@ArgsType()
export class ConsentHistoryArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => ConsentPurpose, { nullable: true, description: 'Only decisions about this purpose.' })
  purpose?: ConsentPurpose | null;
}

@Resolver(() => Patient)
export class ConsentsResolver {
  constructor(
    private readonly reader: ConsentsReader,
    private readonly service: ConsentsService,
  ) {}

  @ResolveField(() => [ConsentStanding], { description: 'How the patient’s consent to each purpose stands now; every purpose is there. Needs patients:read.' })
  @Can('patients:read')
  @Classified('patient')
  async consents(@CurrentCtx() ctx: Ctx, @Parent() patient: Patient): Promise<ConsentStanding[]> {
    return (await loadBatched(ctx, this.reader.standings, patient.id))!.map(toStanding);
  }

  @Query(() => ConsentConnection, { description: 'Every decision about a patient’s consent, the latest first, those entered in error too. Needs patients:read. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  @Can('patients:read')
  async consentHistory(@CurrentCtx() ctx: Ctx, @Args() args: ConsentHistoryArgs): Promise<Page<Consent>> {
    const { patientId, purpose = null } = args;
    const records = await this.reader.history(ctx, patientId, purpose, args);
    return pageOf(records.map(toConsent), args, () => this.reader.count(ctx, patientId, purpose));
  }

  @Mutation(() => ConsentSaved, { description: 'Records what a patient, or somebody who speaks for them, answered when asked for consent. Needs patients:edit and patients:read. Errors: NOT_FOUND, BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id is taken), CONFLICT (the patient is merged: `extensions.mergedInto`; or the idempotency key was used for another request).' })
  @Can('patients:edit', 'CREATED')
  async recordConsent(@CurrentCtx() ctx: Ctx, @Args('patientId', PATIENT_ID) patientId: string,
    @Args('input', { description: 'What was answered.' }) input: RecordConsentInput): Promise<ConsentSaved> {
    return toSaved(await this.service.record(ctx, patientId, input));
  }

  @Mutation(() => ConsentSaved, { description: 'Takes back a consent that is in force. Needs patients:edit and patients:read. Errors: NOT_FOUND, CONFLICT (none is in force; `extensions.status` tells how it stands), BAD_USER_INPUT (all faults at once).' })
  @Can('patients:edit', 'REVOKED')
  async withdrawConsent(@CurrentCtx() ctx: Ctx, @Args('patientId', PATIENT_ID) patientId: string,
    @Args('input', { description: 'What was said.' }) input: WithdrawConsentInput): Promise<ConsentSaved> {
    return toSaved(await this.service.withdraw(ctx, patientId, input));
  }

  @Mutation(() => ConsentSaved, { description: 'Marks a decision as entered in error: it stays readable and counts for nothing, and what was decided before it counts again. Needs patients:edit and patients:read. Errors: NOT_FOUND, CONFLICT (marked already), BAD_USER_INPUT.' })
  @Can('patients:edit', 'UPDATED')
  async markConsentEnteredInError(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the decision.' }) id: string,
    @Args('reason', { description: 'Why; one line of 1 to 500 characters.' }) reason: string): Promise<ConsentSaved> {
    return toSaved(await this.service.markEnteredInError(ctx, id, reason));
  }
}

const toSaved = ({ record, standing, warnings }: Saved): ConsentSaved => ({ consent: toConsent(record), standing: toStanding(standing), warnings });

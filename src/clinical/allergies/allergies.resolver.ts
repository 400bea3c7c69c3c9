import { Args, Int, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../../patients/patient.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, pageOf } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { EntriesArgs } from '../entries/entry.model.js';
import { AllergiesReader } from './allergies.reader.js';
import { AllergiesService } from './allergies.service.js';
import { AllergyStatus } from './allergy.enums.js';
import { AllergiesArgs, AllergyInput, ChangeAllergyStatusInput, NoKnownAllergiesInput, RecordAllergyInput } from './allergy.inputs.js';
import {
  Allergy, AllergyConnection, AllergySaved, AllergyStatement, AllergyStatementConnection, AllergyStatementSaved, AllergyStatusChange, toAllergy, toStatement,
} from './allergy.model.js';

const ID = { type: () => UuidScalar, description: 'Id of the allergy.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };
const REASON = { description: 'Why, in one line of 1 to 500 characters; it is shown with the entry.' };
const REFUSED = 'Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.';

@Resolver(() => Patient)
export class PatientAllergiesResolver {
  constructor(private readonly reader: AllergiesReader) {}

  @ResolveField(() => AllergyConnection, { nullable: true, description: `The allergies, those recorded last first. An empty list does not mean that there are none: see \`allergyStatus\`. ${REFUSED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async allergies(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: AllergiesArgs): Promise<Page<Allergy>> {
    const entries = await this.reader.page(ctx, id, args);
    return pageOf(entries.map(toAllergy), args, () => this.reader.count(ctx, id, args));
  }

  @ResolveField(() => AllergyStatus, { nullable: true, description: `What is known of the patient’s allergies in all. ${REFUSED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async allergyStatus(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient): Promise<AllergyStatus> {
    return (await this.reader.standing(ctx, id)).status;
  }

  @ResolveField(() => AllergyStatement, { nullable: true, description: `The statement that the patient has no known allergies, when it holds. ${REFUSED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async allergyStatement(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient): Promise<AllergyStatement | null> {
    const { statement } = await this.reader.standing(ctx, id);
    return statement && toStatement(statement);
  }

  @ResolveField(() => AllergyStatementConnection, { nullable: true, description: `All statements that the patient has no known allergies, those that no longer hold too, the last one first. ${REFUSED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async allergyStatements(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: EntriesArgs): Promise<Page<AllergyStatement>> {
    const entries = await this.reader.statements(ctx, id, args);
    return pageOf(entries.map(toStatement), args, () => this.reader.countStatements(ctx, id, args));
  }
}

@Resolver(() => Allergy)
export class AllergiesResolver {
  constructor(
    private readonly reader: AllergiesReader,
    private readonly service: AllergiesService,
  ) {}

  @ResolveField(() => [AllergyStatusChange], { description: 'How it was judged over time, from its recording on.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async statusHistory(@CurrentCtx() ctx: Ctx, @Parent() { id }: Allergy): Promise<AllergyStatusChange[]> {
    const changes = await this.reader.statusChanges(ctx, id);
    return changes.map(({ clinical_status, verification, note, changed_by, changed_at }) =>
      ({ clinicalStatus: clinical_status, verification, note, by: { id: changed_by }, at: changed_at }));
  }

  @Mutation(() => AllergySaved, { description: 'Records an allergy. One that is active and not refuted ends the statement that there are none. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND (the patient), BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (an allergy to the same substance stands), CONFLICT (the idempotency key was used for another request).' })
  @Can('patients:edit-clinical', 'CREATED')
  async recordAllergy(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The allergy.' }) input: RecordAllergyInput): Promise<AllergySaved> {
    return { saved: toAllergy(await this.service.record(ctx, input)) };
  }

  @Mutation(() => AllergySaved, { description: 'Replaces an allergy that was recorded wrongly: the old entry is marked as entered in error and a new one made, which is answered. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT, ALREADY_EXISTS.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async correctAllergy(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The allergy as it should have been recorded, whole.' }) input: AllergyInput, @Args('reason', REASON) reason: string): Promise<AllergySaved> {
    return { saved: toAllergy(await this.service.correct(ctx, id, version, input, reason)) };
  }

  @Mutation(() => AllergySaved, { description: 'Marks an allergy as entered in error, for good; it stays in the file, struck out. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async markAllergyEnteredInError(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', REASON) reason: string): Promise<AllergySaved> {
    return { saved: toAllergy(await this.service.markInError(ctx, id, version, reason)) };
  }

  @Mutation(() => AllergySaved, { description: 'Judges an allergy anew: whether the patient still reacts, how certain it is. What was recorded stays; the history keeps each judgement. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async changeAllergyStatus(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The judgement.' }) input: ChangeAllergyStatusInput): Promise<AllergySaved> {
    return { saved: toAllergy(await this.service.changeStatus(ctx, id, version, input)) };
  }

  @Mutation(() => AllergyStatementSaved, { description: 'States that a patient has no known allergies; a statement that held before ends. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND (the patient), BAD_USER_INPUT (HAS_ALLERGIES while an allergy is active and not refuted).' })
  @Can('patients:edit-clinical', 'CREATED')
  async stateNoKnownAllergies(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The statement.' }) input: NoKnownAllergiesInput): Promise<AllergyStatementSaved> {
    return { saved: toStatement(await this.service.stateNone(ctx, input)) };
  }

  @Mutation(() => AllergyStatementSaved, { description: 'Marks a statement that there are no known allergies as entered in error, for good. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async markAllergyStatementEnteredInError(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the statement.' }) id: string,
    @Args('version', VERSION) version: number, @Args('reason', REASON) reason: string): Promise<AllergyStatementSaved> {
    return { saved: toStatement(await this.service.markStatementInError(ctx, id, version, reason)) };
  }
}

// The answers of mutations show what is clinical through a guard of their own, as every way to it does.

@Resolver(() => AllergySaved)
export class AllergySavedResolver {
  @ResolveField(() => Allergy, { description: 'The allergy, as it is now.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  allergy(@Parent() { saved }: AllergySaved): Allergy {
    return saved;
  }
}

@Resolver(() => AllergyStatementSaved)
export class AllergyStatementSavedResolver {
  @ResolveField(() => AllergyStatement, { description: 'The statement, as it is now.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  statement(@Parent() { saved }: AllergyStatementSaved): AllergyStatement {
    return saved;
  }
}

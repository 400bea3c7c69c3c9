import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient, toPatient } from '../patients/patient.model.js';
import { PatientsReader } from '../patients/patients.reader.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, pageOf } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { DraftsService } from './drafts.service.js';
import { AmendPrescriptionInput, DraftPrescriptionInput, EditPrescriptionInput, OverrideInput, PrescriptionsArgs, RepeatPrescriptionInput, UnsignedPrescriptionsArgs } from './prescription.inputs.js';
import { Prescription, PrescriptionConnection, PrescriptionSaved, toPrescription } from './prescription.model.js';
import type { PrescriptionRecord } from './prescription-rows.js';
import { PrescriptionsReader } from './prescriptions.reader.js';
import { SigningService } from './signing.service.js';
import { ApplyTemplateInput } from './templates/template.inputs.js';

const ID = { type: () => UuidScalar, description: 'Id of the prescription.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };
const WRITING = 'Needs prescriptions:write in its chamber, and prescriptions:read.';

@Resolver(() => Patient)
export class PatientPrescriptionsResolver {
  constructor(private readonly reader: PrescriptionsReader) {}

  @ResolveField(() => PrescriptionConnection, { nullable: true, description: 'The prescriptions, those begun last first. Needs prescriptions:read; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('prescriptions:read')
  @Classified('prescription')
  async prescriptions(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: PrescriptionsArgs): Promise<Page<Prescription>> {
    const records = await this.reader.page(ctx, id, args);
    return pageOf(records.map(toPrescription), args, () => this.reader.count(ctx, id, args));
  }
}

@Resolver(() => Prescription)
export class PrescriptionsResolver {
  constructor(
    private readonly reader: PrescriptionsReader,
    private readonly drafts: DraftsService,
    private readonly signing: SigningService,
    private readonly patients: PatientsReader,
  ) {}

  @Query(() => Prescription, { description: 'One prescription. Needs prescriptions:read. Errors: NOT_FOUND.' })
  @Can('prescriptions:read')
  async prescription(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Prescription> {
    return toPrescription(await this.reader.get(ctx, id));
  }

  @Query(() => PrescriptionConnection, { description: 'The drafts that wait for a doctor to sign them, of whichever patients, the longest waiting first. Needs prescriptions:read.' })
  @Can('prescriptions:read')
  async unsignedPrescriptions(@CurrentCtx() ctx: Ctx, @Args() args: UnsignedPrescriptionsArgs): Promise<Page<Prescription>> {
    const records = await this.reader.unsigned(ctx, args);
    return pageOf(records.map(toPrescription), args, () => this.reader.countUnsigned(ctx, args));
  }

  @ResolveField(() => Patient, { nullable: true, description: 'The patient. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  async patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: Prescription): Promise<Patient | null> {
    const record = await this.patients.ifThere(ctx, patientId);
    return record ? toPatient(ctx, record) : null;
  }

  @Mutation(() => PrescriptionSaved, { description: `Begins a prescription, as a draft. ${WRITING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id is taken), CONFLICT (the idempotency key was used for another request).` })
  @Can('prescriptions:write', 'CREATED')
  async draftPrescription(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The prescription.' }) input: DraftPrescriptionInput): Promise<PrescriptionSaved> {
    return toSaved(await this.drafts.draft(ctx, input));
  }

  @Mutation(() => PrescriptionSaved, { description: `Writes a draft anew, as a whole: what is left out is not in it any more. ${WRITING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (another version, or no draft any more).` })
  @Can('prescriptions:write', 'UPDATED')
  async editPrescription(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What it is to say.' }) input: EditPrescriptionInput): Promise<PrescriptionSaved> {
    return toSaved(await this.drafts.edit(ctx, input));
  }

  @Mutation(() => PrescriptionSaved, { description: `Takes a template or a favourite into a draft: what it holds comes after what is written, of which nothing changes; no line comes twice, and its follow-up counts where there is none yet. Medicines are read anew; faults tell their places in the template, such as RETIRED, and nothing is taken then. ${WRITING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (another version, or no draft any more).` })
  @Can('prescriptions:write', 'UPDATED')
  async applyTemplate(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What into which draft.' }) input: ApplyTemplateInput): Promise<PrescriptionSaved> {
    return toSaved(await this.drafts.apply(ctx, input));
  }

  @Mutation(() => PrescriptionSaved, { description: `Gives a draft up, for good. ${WRITING} Errors: NOT_FOUND, FORBIDDEN, CONFLICT (another version, or no draft any more).` })
  @Can('prescriptions:write', 'UPDATED')
  async discardPrescription(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<PrescriptionSaved> {
    return toSaved(await this.drafts.discard(ctx, id, version));
  }

  @Mutation(() => PrescriptionSaved, { description: `Begins the next version of a signed prescription, as a draft that says the same. Signing it supersedes the one before. ${WRITING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (another version, not signed, or amended already).` })
  @Can('prescriptions:write', 'CREATED')
  async amendPrescription(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which one, and why.' }) input: AmendPrescriptionInput): Promise<PrescriptionSaved> {
    return toSaved(await this.drafts.amend(ctx, input));
  }

  @Mutation(() => PrescriptionSaved, { description: `Begins a prescription that says what an earlier one of the patient does, save when to come again. ${WRITING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT.` })
  @Can('prescriptions:write', 'CREATED')
  async repeatPrescription(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which one, and where.' }) input: RepeatPrescriptionInput): Promise<PrescriptionSaved> {
    return toSaved(await this.drafts.repeat(ctx, input));
  }

  @Mutation(() => PrescriptionSaved, { description: 'Signs a draft with the doctor’s own key; from then on it never changes, and what it amends is superseded. Needs prescriptions:sign in its chamber, prescriptions:read, a licence that holds today, to be the doctor who is to sign it, a check of this very version (`checkPrescription`) with a reason for each finding that needs one, and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, BAD_USER_INPUT, CONFLICT (another version, PRESCRIPTION_STATUS, MAY_NOT_SIGN, NOTHING_PRESCRIBED, CHECKS_NEEDED, FINDINGS_OPEN).' })
  @Can('prescriptions:sign', 'UPDATED', { stepUp: true })
  async signPrescription(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('overrides', { type: () => [OverrideInput], nullable: true, description: 'Why the doctor goes on in spite of findings; up to 200 (TOO_MANY).' }) overrides?: OverrideInput[] | null): Promise<PrescriptionSaved> {
    return toSaved(await this.signing.sign(ctx, id, version, overrides ?? []));
  }

  @Mutation(() => PrescriptionSaved, { description: 'Declares a signed prescription invalid, for good: whoever verifies the paper learns it. Needs prescriptions:sign in its chamber, and prescriptions:read. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (another version, or PRESCRIPTION_STATUS).' })
  @Can('prescriptions:sign', 'UPDATED')
  async cancelPrescription(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', { description: 'Why, in one line of 1 to 500 characters; it is shown with the prescription.' }) reason: string): Promise<PrescriptionSaved> {
    return toSaved(await this.signing.cancel(ctx, id, version, reason));
  }
}

// The answers of mutations show the prescription through a guard of their own, as every way to it does.

@Resolver(() => PrescriptionSaved)
export class PrescriptionSavedResolver {
  @ResolveField(() => Prescription, { description: 'The prescription, as it is now.' })
  @Can('prescriptions:read')
  @Classified('prescription')
  prescription(@Parent() { saved }: PrescriptionSaved): Prescription {
    return saved;
  }
}

const toSaved = (record: PrescriptionRecord): PrescriptionSaved => ({ saved: toPrescription(record) });

import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../patients/patient.model.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { MergePatientsInput, MergePreviewArgs, UndoMergeArgs } from './merge.inputs.js';
import { BookedTwice, MergePreview, MergedField, MergedRows, PatientMerge, PatientsMerged, toBookedTwice, toClinicalFields, toMerge, toMerged, toPreview, toPreviewedClinicalFields } from './merge.model.js';
import { MergesReader } from './merges.reader.js';
import { MergesService } from './merges.service.js';

const REASON = { description: 'Why, for the audit trail and the record of the merge; one line of 1 to 500 characters.' };
const NEEDS = 'Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN.';
const NEEDED = 'Needs patients:read-clinical, without which the whole preview is refused.';
const CLINICAL_FIELDS = 'What becomes of what is medical.';
const ROWS = 'What changes hands, by kind; kinds of which there are none are left out.';

@Resolver()
export class MergesResolver {
  constructor(private readonly service: MergesService) {}

  @Query(() => MergePreview, { description: 'What merging two patients would do, field by field, and what would change hands. Needs patients:merge, patients:read and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (one of them is merged already), BAD_USER_INPUT.' })
  @Can('patients:merge')
  async mergePreview(@CurrentCtx() ctx: Ctx, @Args() args: MergePreviewArgs): Promise<MergePreview> {
    return toPreview(ctx, await this.service.preview(ctx, args));
  }

  @Mutation(() => PatientsMerged, { description: 'Merges two patients who are one person: everything that named the duplicate names the survivor from then on, and the duplicate becomes MERGED. `undoMerge` takes it back. Needs patients:merge, patients:read and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (a version is stale, one of them is merged already, the survivor is archived, or both are booked where one patient cannot be: BOTH_ARE_BOOKED, `extensions.appointmentIds`), BAD_USER_INPUT (also when a choice is missing: CHOICE_REQUIRED).' })
  @Can('patients:merge', 'MERGED')
  async mergePatients(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The two patients and the choices.' }) input: MergePatientsInput,
    @Args('reason', REASON) reason: string): Promise<PatientsMerged> {
    return toMerged(ctx, await this.service.merge(ctx, input, reason));
  }

  @Mutation(() => PatientsMerged, { description: 'Undoes a merge. The duplicate is as before, with exactly the rows that the merge had moved. The survivor keeps what was added or edited since. Merges are undone in the reverse of their order. Needs patients:merge, patients:read and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (it was undone already; a later merge stands on it: `extensions.blockedBy`; fields that it had changed were edited since: `extensions.faults`, EDITED_SINCE), ALREADY_EXISTS (an identifier of the duplicate has another holder by now), BAD_USER_INPUT.' })
  @Can('patients:merge', 'MERGE_UNDONE')
  async undoMerge(@CurrentCtx() ctx: Ctx, @Args() args: UndoMergeArgs, @Args('reason', REASON) reason: string): Promise<PatientsMerged> {
    return toMerged(ctx, await this.service.undo(ctx, args, reason));
  }
}

@Resolver(() => Patient)
export class PatientMergesResolver {
  constructor(private readonly reader: MergesReader) {}

  @ResolveField(() => [PatientMerge], { description: 'The merges that the patient took part in, as survivor or as duplicate, the newest first, undone ones too.' })
  @Can('patients:read')
  @Classified('technical')
  async merges(@CurrentCtx() ctx: Ctx, @Parent() patient: Patient): Promise<PatientMerge[]> {
    return (await this.reader.ofPatient(ctx, patient.id)).map(toMerge);
  }
}

@Resolver(() => PatientMerge)
export class MergeClinicalResolver {
  constructor(private readonly reader: MergesReader) {}

  @ResolveField(() => [MergedField], { nullable: true, description: `${CLINICAL_FIELDS} ${NEEDS}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async clinicalFields(@CurrentCtx() ctx: Ctx, @Parent() merge: PatientMerge): Promise<MergedField[]> {
    return toClinicalFields(await this.reader.clinical(ctx, merge));
  }

  @ResolveField(() => [MergedRows], { nullable: true, description: `${ROWS} ${NEEDS}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  rows(@CurrentCtx() ctx: Ctx, @Parent() merge: PatientMerge): Promise<MergedRows[]> {
    return this.reader.rows(ctx, merge.id);
  }
}

@Resolver(() => MergePreview)
export class PreviewClinicalResolver {
  @ResolveField(() => [MergedField], { description: `${CLINICAL_FIELDS} ${NEEDED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  clinicalFields(@CurrentCtx() ctx: Ctx, @Parent() preview: MergePreview): MergedField[] {
    return toPreviewedClinicalFields(ctx, preview);
  }

  @ResolveField(() => [MergedRows], { description: `${ROWS} ${NEEDED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  rows(@Parent() { clinical }: MergePreview): MergedRows[] {
    return clinical.rows;
  }
}

@Resolver(() => MergePreview)
export class PreviewBookingsResolver {
  @ResolveField(() => [BookedTwice], { nullable: true, description: 'Appointments that one patient cannot have both. While there are any, mergePatients answers CONFLICT (BOTH_ARE_BOOKED): cancel or move one of each first. Needs appointments:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('appointments:read')
  @Classified('appointment')
  bookedTwice(@CurrentCtx() ctx: Ctx, @Parent() preview: MergePreview): BookedTwice[] {
    return toBookedTwice(ctx, preview);
  }
}

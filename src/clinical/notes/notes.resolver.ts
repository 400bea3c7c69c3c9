import { Args, Int, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../../patients/patient.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, pageOf } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { EntriesArgs } from '../entries/entry.model.js';
import { ClinicalNote, ClinicalNoteConnection, ClinicalNoteInput, ClinicalNoteSaved, RecordClinicalNoteInput, toNote } from './note.model.js';
import { NotesReader } from './notes.reader.js';
import { NotesService } from './notes.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the note.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };
const REASON = { description: 'Why, in one line of 1 to 500 characters; it is shown with the entry.' };

@Resolver(() => Patient)
export class PatientNotesResolver {
  constructor(private readonly reader: NotesReader) {}

  @ResolveField(() => ClinicalNoteConnection, { nullable: true, description: 'The clinical notes, by when what they tell happened, the latest first. Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async clinicalNotes(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: EntriesArgs): Promise<Page<ClinicalNote>> {
    const entries = await this.reader.page(ctx, id, args);
    return pageOf(entries.map(toNote), args, () => this.reader.count(ctx, id, args));
  }
}

@Resolver(() => ClinicalNote)
export class NotesResolver {
  constructor(private readonly service: NotesService) {}

  @Mutation(() => ClinicalNoteSaved, { description: 'Records a clinical note. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND (the patient), BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id), CONFLICT (the idempotency key was used for another request).' })
  @Can('patients:edit-clinical', 'CREATED')
  async recordClinicalNote(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The note.' }) input: RecordClinicalNoteInput): Promise<ClinicalNoteSaved> {
    return { saved: toNote(await this.service.record(ctx, input)) };
  }

  @Mutation(() => ClinicalNoteSaved, { description: 'Replaces a note that was recorded wrongly: the old one is marked as entered in error and a new one made, which is answered. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async correctClinicalNote(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The note as it should have been recorded, whole.' }) input: ClinicalNoteInput, @Args('reason', REASON) reason: string): Promise<ClinicalNoteSaved> {
    return { saved: toNote(await this.service.correct(ctx, id, version, input, reason)) };
  }

  @Mutation(() => ClinicalNoteSaved, { description: 'Marks a note as entered in error, for good; it stays in the file, struck out. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async markClinicalNoteEnteredInError(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', REASON) reason: string): Promise<ClinicalNoteSaved> {
    return { saved: toNote(await this.service.markInError(ctx, id, version, reason)) };
  }
}

@Resolver(() => ClinicalNoteSaved)
export class ClinicalNoteSavedResolver {
  @ResolveField(() => ClinicalNote, { description: 'The note, as it is now.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  note(@Parent() { saved }: ClinicalNoteSaved): ClinicalNote {
    return saved;
  }
}

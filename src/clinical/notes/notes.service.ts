import { Injectable } from '@nestjs/common';
import { PatientAges } from '../../patients/patient-ages.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { InputCheck } from '../../platform/input-check.js';
import { EntryRecords, type Recipe } from '../entries/entry-records.service.js';
import type { Entry } from '../entries/entry-table.js';
import { occurrence } from '../entries/occurrence.js';
import { type NoteContent, type NoteRow, noteFrom, noteTable } from './note-content.js';
import type { ClinicalNoteInput, RecordClinicalNoteInput } from './note.model.js';

type NoteEntry = Entry<NoteContent, NoteRow>;

/** Records and corrects clinical notes. */
@Injectable()
export class NotesService {
  constructor(
    private readonly records: EntryRecords,
    private readonly ages: PatientAges,
  ) {}

  record(ctx: Ctx, input: RecordClinicalNoteInput): Promise<NoteEntry> {
    return this.records.record(ctx, this.#recipe(ctx, input), 'recordClinicalNote', input);
  }

  correct(ctx: Ctx, id: string, version: number, input: ClinicalNoteInput, reason: string): Promise<NoteEntry> {
    return this.records.correct(ctx, this.#recipe(ctx, input), id, version, reason);
  }

  markInError(ctx: Ctx, id: string, version: number, reason: string): Promise<NoteEntry> {
    return this.records.mark(ctx, noteTable, id, version, reason);
  }

  #recipe(ctx: Ctx, input: ClinicalNoteInput): Recipe<NoteContent, NoteRow> {
    return {
      table: noteTable,
      questions: this.ages.ask(ctx.tenantId),
      make: async (patient, practice) => {
        const ageAt = await this.ages.answer(ctx.tenantId, patient, practice);
        const check = new InputCheck();
        const content = noteFrom(check, input);
        const occurredAt = occurrence(check, 'occurredAt', input.occurredAt, ageAt);
        check.throwIfAny();
        return { content, own: [occurredAt] };
      },
    };
  }
}

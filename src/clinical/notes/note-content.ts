import type { InputCheck } from '../../platform/input-check.js';
import { type EntryRow, EntryTable } from '../entries/entry-table.js';

/** The longest note, in code points. */
export const LONGEST_NOTE = 20_000;

export type NoteKind = 'CONSULTATION' | 'PROGRESS' | 'PROCEDURE' | 'PHONE' | 'OTHER';

/** What is sealed in `clinic.notes.content`. */
export interface NoteContent {
  kind: NoteKind;
  text: string;
}

/** A row of `clinic.notes`. */
export interface NoteRow extends EntryRow {
  occurred_at: Date;
}

export const noteTable = new EntryTable<NoteContent, NoteRow>('clinic.notes', 'note', { recorded: ['occurred_at'], order: 'occurred_at' });

/** A note as it is kept; notes what is wrong with its text. */
export const noteFrom = (check: InputCheck, { kind, text }: NoteContent): NoteContent => ({ kind, text: check.lines(['text'], text, LONGEST_NOTE) ?? '' });

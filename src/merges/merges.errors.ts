import { conflict } from '../platform/errors.js';
import type { MergeField } from './merge-fields.js';

/** Refuses an archived survivor: what was merged would disappear from the everyday list. */
export const survivorIsArchived = () =>
  conflict('SURVIVOR_ARCHIVED', 'The survivor is archived. Restore them first, or merge the other way round.', { status: 'ARCHIVED' });

/** Refuses a merge of two who are both booked where one patient cannot be, naming the appointments of both that the caller may see. */
export const bothAreBooked = (appointmentIds: string[]) =>
  conflict('BOTH_ARE_BOOKED', 'Both have a place in one session, or at one time. Cancel or move one of the appointments first.', { appointmentIds: [...new Set(appointmentIds)] });

/** Refuses to undo what is undone. */
export const mergeIsUndone = () => conflict('UNDONE_ALREADY', 'The merge was undone already.');

/** Refuses to undo a merge on which a later one stands. */
export const undoLaterMergeFirst = (mergeId: string) =>
  conflict('LATER_MERGE', 'A later merge stands on this one. Undo that one first.', { blockedBy: mergeId });

/** Refuses to undo a merge when fields that it had changed were edited since, unless the caller says to keep them. */
export const fieldsWereEdited = (fields: MergeField[]) =>
  conflict('EDITED_SINCE', 'Fields that the merge had changed were edited since. Name those to keep as they are now.', {
    faults: fields.map((field) => ({ path: ['keep'], reason: 'EDITED_SINCE', params: { field } })),
  });

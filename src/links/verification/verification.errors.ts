import { conflict } from '../../platform/errors.js';
import { PaperStatus } from './verification.model.js';

/** Refuses to hand out of a prescription that is not in force. */
export const paperIs = (status: PaperStatus) => (status === PaperStatus.NOT_AUTHENTIC
  ? conflict('NOT_AUTHENTIC', 'The prescription is not what its doctor signed.')
  : conflict('PRESCRIPTION_STATUS', `The prescription is ${status}.`, { status }));

/** Refuses to hand out more of an item than is left, and names its place. */
export const moreThanLeft = (index: number, left: string) =>
  conflict('MORE_THAN_LEFT', 'Less is left than was to be handed out.', { faults: [{ path: ['input', 'items', String(index), 'quantity'], reason: 'MORE_THAN_LEFT', params: { left } }] });

import { conflict } from '../platform/errors.js';

/** Refuses a link into a chamber that takes nobody new. */
export const chamberIsArchived = () => conflict('CHAMBER_ARCHIVED', 'The chamber is archived.');

/** Refuses to end what is ended. */
export const linkIsEnded = () => conflict('ENDED_ALREADY', 'The link was ended before.');

import { conflict } from '../platform/errors.js';

/** Refuses visits by video on a server that was not set up for them. */
export const videoIsOff = () => conflict('VIDEO_IS_OFF', 'This server was not set up for visits by video.');

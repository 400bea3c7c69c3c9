import { AppointmentOutcome } from './session-change.enums.js';
import type { PlannedFate } from './planned-change.js';

const told: readonly AppointmentOutcome[] = [AppointmentOutcome.LATER, AppointmentOutcome.MOVED, AppointmentOutcome.CANCELLED];

/** Whom a change concerns: everybody but those whose place was only held, and those who cannot be moved. */
export const toTell = <T extends Pick<PlannedFate, 'outcome'>>(fates: readonly T[]): T[] => fates.filter(({ outcome }) => told.includes(outcome));

import type { ConsentState } from '../consents/consents.reader.js';
import type { ScopeKeys } from '../platform/crypto/keyring.js';
import { NotReached } from './message-kinds.model.js';

/** Whom a message of an appointment would reach. */
export interface Addressee {
  /** The number that was proved by whoever booked online; undefined for what the practice booked. */
  booker: string | undefined;
  /** The patient’s own, and how their consent to SMS stands; undefined while the patient is not known. */
  patient: { phones: ReadonlyArray<{ number: string; label: string }>; consent: ConsentState } | undefined;
}

/**
 * The number to which patients are told of an appointment, in E.164, and whether they may be. Whoever books online with a
 * number asks to be told there of that booking, unless the patient has decided against SMS; otherwise it takes their consent.
 */
export function reached({ booker, patient }: Addressee): { number: string | undefined; isAllowed: boolean } {
  const isRefused = patient !== undefined && patient.consent.status !== 'UNKNOWN' && !patient.consent.allowed;
  if (booker !== undefined) return { number: booker, isAllowed: !isRefused };
  // The patient's own number before one that others answer.
  const phones = patient?.phones ?? [];
  return { number: (phones.find(({ label }) => label === 'OWN') ?? phones[0])?.number, isAllowed: patient?.consent.allowed ?? false };
}

/** Why a message would not reach anybody; null when it would. */
export function whyNotReached(to: Addressee): NotReached | null {
  const { number, isAllowed } = reached(to);
  if (number === undefined) return NotReached.NO_NUMBER;
  return isAllowed ? null : NotReached.NO_CONSENT;
}

/** The number that is sealed with an appointment that was booked online. */
export const bookerOf = (keys: ScopeKeys, appointmentId: string, details: Buffer): string | undefined =>
  keys.open<{ booker?: { phone: string } }>('clinic.appointments', appointmentId, 'details', details).booker?.phone;

/** The numbers that are sealed with a patient. */
export const phonesOf = (keys: ScopeKeys, patientId: string, identity: Buffer): Array<{ number: string; label: string }> =>
  keys.open<{ phones: Array<{ number: string; label: string }> }>('clinic.patients', patientId, 'identity', identity).phones;

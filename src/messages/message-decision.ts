import { dayOf } from '../platform/local-days.js';
import type { MessageKind } from './message-kinds.model.js';
import { reminders } from './messages.writer.js';
import { type QuietHours, endOfQuiet } from './quiet-hours.model.js';

/** What is known of a message when it is due. */
export interface DueMessage {
  kind: MessageKind;
  /** When a reminder is due as the appointment stands now; null for what is due at once. */
  plannedFor: Date | null;
  /** Until when the place of the appointment is held; null when it is not. */
  heldUntil: Date | null;
  /** Status of the appointment. */
  status: string;
  /** Whether another appointment has taken its place. */
  isSucceeded: boolean;
  /** Whether the same is told of it again, of a later change. */
  isToldAgain: boolean;
  /** Whether it was tried with another text, or to another number. */
  isOtherThanTried: boolean;
  sessionStatus: string;
  delayMinutes: number;
  /** Until when the delay of the session can be undone; null when it cannot. */
  undoableUntil: Date | null;
  /** Day of the session (yyyy-mm-dd), and when the patient is expected to come and to have been seen. */
  localDate: string;
  begins: Date;
  ends: Date;
  timeZone: string;
  hasNumber: boolean;
  isAllowed: boolean;
  /** Whether it was booked online. */
  isOnline: boolean;
  quiet: QuietHours;
}

export type WhyNot = 'OUT_OF_DATE' | 'TOO_LATE' | 'NO_NUMBER' | 'NO_CONSENT';
export type Decision = { do: 'SEND' } | { do: 'POSTPONE'; until: Date } | { do: 'SUPPRESS'; why: WhyNot };

const ofTheDay: readonly MessageKind[] = ['CANCELLED', 'RESCHEDULED', 'SERIAL_NEAR', 'SESSION_LATE', 'SESSION_MOVED', 'SESSION_CANCELLED'];

/** What does not name the time that a delay changes. */
const whateverDelay: readonly MessageKind[] = ['CANCELLED', 'SERIAL_NEAR', 'SESSION_CANCELLED'];

/**
 * What to do with a message that is due: nothing is sent that is not so any more or can still be undone, after the time that
 * it is about, without a number or without consent; in quiet hours only what changes the patient's day, and the answer to who books online.
 */
export function decide(message: DueMessage, now: Date): Decision {
  const isReminder = reminders.includes(message.kind);
  const last = message.kind === 'WAITLIST_OFFER' && message.heldUntil ? message.heldUntil : isReminder ? message.begins : message.ends;
  if (message.undoableUntil && !whateverDelay.includes(message.kind)) return { do: 'POSTPONE', until: message.undoableUntil };
  if (!isStillSo(message)) return { do: 'SUPPRESS', why: 'OUT_OF_DATE' };
  if (now >= last) return { do: 'SUPPRESS', why: 'TOO_LATE' };
  if (!message.hasNumber) return { do: 'SUPPRESS', why: 'NO_NUMBER' };
  if (!message.isAllowed) return { do: 'SUPPRESS', why: 'NO_CONSENT' };
  if (message.plannedFor && message.plannedFor > now) return { do: 'POSTPONE', until: message.plannedFor };
  const until = isAsked(message) || isOfTheDay(message, now) ? undefined : endOfQuiet(message.quiet, now, message.timeZone);
  if (!until) return { do: 'SEND' };
  return until < last ? { do: 'POSTPONE', until } : { do: 'SUPPRESS', why: 'TOO_LATE' };
}

function isStillSo({ kind, status, isSucceeded, isToldAgain, isOtherThanTried, sessionStatus, delayMinutes }: DueMessage): boolean {
  if (isToldAgain || isOtherThanTried) return false;
  const isOff = sessionStatus === 'CANCELLED';
  const isOn = !isOff && sessionStatus !== 'CLOSED';
  const waits = status === 'BOOKED' || status === 'ARRIVED';
  switch (kind) {
    case 'CONFIRMATION': case 'RESCHEDULED': case 'REMINDER_EVENING': case 'REMINDER_SOON': return isOn && status === 'BOOKED';
    case 'CANCELLED': return status === 'CANCELLED' && !isSucceeded;
    case 'SERIAL_NEAR': return (sessionStatus === 'RUNNING' || sessionStatus === 'PAUSED') && waits;
    case 'SESSION_LATE': return isOn && waits && delayMinutes > 0;
    case 'SESSION_MOVED': return isOn && waits;
    case 'WAITLIST_OFFER': return isOn && status === 'HELD';
    case 'SESSION_CANCELLED': return isOff && !isSucceeded;
  }
}

// Whoever booked online is there, at whatever hour, and waits for it.
const isAsked = ({ kind, isOnline }: DueMessage): boolean => kind === 'CONFIRMATION' && isOnline;

// What is called in a session that has run past midnight is still of its day.
const isOfTheDay = ({ kind, localDate, timeZone }: DueMessage, now: Date): boolean => ofTheDay.includes(kind) && localDate <= dayOf(now, timeZone);

import { registerEnumType } from '@nestjs/graphql';

export const MessageKind = {
  CONFIRMATION: 'CONFIRMATION', CANCELLED: 'CANCELLED', RESCHEDULED: 'RESCHEDULED', REMINDER_EVENING: 'REMINDER_EVENING', REMINDER_SOON: 'REMINDER_SOON',
  SERIAL_NEAR: 'SERIAL_NEAR', SESSION_LATE: 'SESSION_LATE', SESSION_MOVED: 'SESSION_MOVED', SESSION_CANCELLED: 'SESSION_CANCELLED', WAITLIST_OFFER: 'WAITLIST_OFFER',
} as const;
export type MessageKind = keyof typeof MessageKind;
registerEnumType(MessageKind, {
  name: 'MessageKind',
  description: 'What a patient is told.',
  valuesMap: {
    CONFIRMATION: { description: 'That an appointment is booked.' },
    CANCELLED: { description: 'That it is cancelled.' },
    RESCHEDULED: { description: 'That it takes the place of a former one.' },
    REMINDER_EVENING: { description: 'That it is tomorrow: at 18:00 of the day before.' },
    REMINDER_SOON: { description: 'That it is in two hours.' },
    SERIAL_NEAR: { description: 'That few are before the patient.' },
    SESSION_LATE: { description: 'That the doctor is late.' },
    SESSION_MOVED: { description: 'That the session has another time.' },
    SESSION_CANCELLED: { description: 'That the session is cancelled.' },
    WAITLIST_OFFER: { description: 'That a place is held for a patient on the waitlist, and until when.' },
  },
});

export const MessageState = { QUEUED: 'QUEUED', SENT: 'SENT', FAILED: 'FAILED', SUPPRESSED: 'SUPPRESSED' } as const;
export type MessageState = keyof typeof MessageState;
registerEnumType(MessageState, {
  name: 'MessageState',
  description: 'What became of a message.',
  valuesMap: {
    QUEUED: { description: 'It waits until it is due, or is tried again.' },
    SENT: { description: 'The gateway took it.' },
    FAILED: { description: 'It was given up: refused for good, or tried too often.' },
    SUPPRESSED: { description: 'It must not be sent, or what it says is not so any more.' },
  },
});

export enum MessageReason {
  NO_CONSENT = 'NO_CONSENT', NO_NUMBER = 'NO_NUMBER', TOO_LATE = 'TOO_LATE', OUT_OF_DATE = 'OUT_OF_DATE', UNDONE = 'UNDONE',
  NO_GATEWAY = 'NO_GATEWAY', GATEWAY_REFUSED = 'GATEWAY_REFUSED', TIMEOUT = 'TIMEOUT', UNREACHABLE = 'UNREACHABLE', EXPIRED = 'EXPIRED', INTERNAL = 'INTERNAL',
}
registerEnumType(MessageReason, {
  name: 'MessageReason',
  description: 'Why a message was not sent.',
  valuesMap: {
    NO_CONSENT: { description: 'The patient has not agreed to SMS. The message is SUPPRESSED.' },
    NO_NUMBER: { description: 'The patient has no telephone number. SUPPRESSED.' },
    TOO_LATE: { description: 'The time that it is about is over. SUPPRESSED.' },
    OUT_OF_DATE: { description: 'What it says is not so any more. SUPPRESSED.' },
    UNDONE: { description: 'The change that it tells of was undone. SUPPRESSED.' },
    NO_GATEWAY: { description: 'The server has none. FAILED.' },
    GATEWAY_REFUSED: { description: 'The gateway answered with `gatewayStatus`. FAILED, or QUEUED to be tried again.' },
    TIMEOUT: { description: 'The gateway did not answer in time. FAILED, or QUEUED to be tried again.' },
    UNREACHABLE: { description: 'There was no connection to the gateway, or it answered by sending on to another address. FAILED, or QUEUED to be tried again.' },
    EXPIRED: { description: 'It was not sent for three days. FAILED.' },
    INTERNAL: { description: 'An error of the server. FAILED, or QUEUED to be tried again.' },
  },
});

export enum NotReached { NO_NUMBER = 'NO_NUMBER', NO_CONSENT = 'NO_CONSENT' }
registerEnumType(NotReached, {
  name: 'NotReached',
  description: 'Why a message would reach nobody.',
  valuesMap: { NO_NUMBER: { description: 'The patient has no telephone number.' }, NO_CONSENT: { description: 'The patient has not agreed to SMS, or has decided against it.' } },
});

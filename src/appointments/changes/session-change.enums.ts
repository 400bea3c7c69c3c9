import { registerEnumType } from '@nestjs/graphql';

export enum SessionChangeKind { DELAY = 'DELAY', SHIFT = 'SHIFT', CANCEL = 'CANCEL', MOVE = 'MOVE' }
registerEnumType(SessionChangeKind, {
  name: 'SessionChangeKind',
  description: 'What is done to a whole session.',
  valuesMap: {
    DELAY: { description: 'The doctor is late: everything is later, and everybody keeps their place.' },
    SHIFT: { description: 'It takes place at other times, or on another day: a new session takes its place, in which everybody keeps their number.' },
    CANCEL: { description: 'It does not take place.' },
    MOVE: { description: 'Everybody in it gets a place in another session, in the order in which they would have been called.' },
  },
});

export enum AppointmentOutcome { LATER = 'LATER', MOVED = 'MOVED', CANCELLED = 'CANCELLED', RELEASED = 'RELEASED', NOT_MOVED = 'NOT_MOVED' }
registerEnumType(AppointmentOutcome, {
  name: 'AppointmentOutcome',
  description: 'What becomes of an appointment when its session is changed.',
  valuesMap: {
    LATER: { description: 'It stands, at a later time.' },
    MOVED: { description: 'Another appointment, which names it, takes its place.' },
    CANCELLED: { description: 'It is cancelled, and the patient has no other place.' },
    RELEASED: { description: 'It was only held, and is let go.' },
    NOT_MOVED: { description: 'It cannot be moved, and stands in the way of the change.' },
  },
});

export enum ChangeObstacle { NO_PLACE = 'NO_PLACE', PATIENT_IS_ELSEWHERE = 'PATIENT_IS_ELSEWHERE', BOOKED_ALREADY = 'BOOKED_ALREADY', WITH_DOCTOR = 'WITH_DOCTOR', GONE_ON = 'GONE_ON' }
registerEnumType(ChangeObstacle, {
  name: 'ChangeObstacle',
  description: 'What stands in the way of an appointment at its new time, or of bringing it back.',
  valuesMap: {
    NO_PLACE: { description: 'There is no place left for it.' },
    PATIENT_IS_ELSEWHERE: { description: 'The patient has another appointment at that time.' },
    BOOKED_ALREADY: { description: 'The patient has a place in the other session.' },
    WITH_DOCTOR: { description: 'The patient is with the doctor at this moment.' },
    GONE_ON: { description: 'It was cancelled, moved or taken further since, and stays as it is.' },
  },
});

import ical, { type ICalCalendar, ICalEventStatus } from 'ical-generator';

/** How often a calendar program should fetch, in seconds (RFC 7986, 5.7). */
export const FETCH_SECONDS = 15 * 60;

/** An appointment in a calendar; a slot where there is one, and the patient's name where the feed tells it. */
export interface CalendarAppointment {
  id: string;
  number: number;
  status: string;
  slot: { from: Date; until: Date } | null;
  video: boolean;
  version: number;
  changed: Date;
  patientName: string | null;
}

/** A session in a calendar. */
export interface CalendarSession {
  id: string;
  status: string;
  startsAt: Date;
  endsAt: Date;
  delayMinutes: number;
  version: number;
  changed: Date;
  chamber: string;
  address: string;
  room: string | null;
  language: 'en' | 'bn';
  appointments: CalendarAppointment[];
}

const words = {
  en: { number: 'No.', patients: 'Patients', late: 'Late by (minutes)', video: 'video', room: 'Room' },
  bn: { number: 'নম্বর', patients: 'রোগী', late: 'দেরি (মিনিট)', video: 'ভিডিও', room: 'কক্ষ' },
} as const;

const statuses: Readonly<Record<string, ICalEventStatus>> = { CANCELLED: ICalEventStatus.CANCELLED, EXPIRED: ICalEventStatus.CANCELLED, HELD: ICalEventStatus.TENTATIVE };
const statusOf = (status: string): ICalEventStatus => statuses[status] ?? ICalEventStatus.CONFIRMED;

/**
 * The calendar of a doctor as iCalendar (RFC 5545). An event keeps its UID, and its SEQUENCE grows with what changes; what
 * was cancelled stays as CANCELLED, so that programs take it away. Times are instants in UTC, the same in every zone and
 * on both sides of a change of the clock. Appointments with a slot are events of their own; those with a number alone are told in their session.
 */
export function calendarFile(doctorName: string, sessions: readonly CalendarSession[]): string {
  const calendar = ical({ prodId: { company: 'Sinduk', product: 'Clinic', language: 'EN' }, name: plain(doctorName), ttl: FETCH_SECONDS });
  for (const session of sessions) {
    const place = [session.chamber, session.room && `${words[session.language].room} ${session.room}`, session.address].filter(Boolean).join(', ');
    addSession(calendar, session, place);
    for (const appointment of session.appointments) addAppointment(calendar, session, appointment, place);
  }
  return calendar.toString();
}

function addSession(calendar: ICalCalendar, session: CalendarSession, location: string): void {
  const told = words[session.language];
  const waiting = session.appointments.filter(({ status }) => !(status in statuses));
  const numbered = waiting.filter(({ slot, patientName }) => !slot && patientName !== null);
  const lines = [
    `${told.patients}: ${waiting.length}`,
    ...(session.delayMinutes ? [`${told.late}: ${session.delayMinutes}`] : []),
    ...numbered.map(({ number, patientName }) => `${number} ${patientName}`),
  ];
  calendar.createEvent({
    id: uidOf(session.id), sequence: session.version, stamp: session.changed, start: session.startsAt, end: session.endsAt,
    summary: session.chamber, location, description: lines.join('\n'), status: statusOf(session.status),
  });
}

function addAppointment(calendar: ICalCalendar, { language, status: sessionStatus }: CalendarSession, appointment: CalendarAppointment, location: string): void {
  const { id, number, slot, status, version, changed, patientName, video } = appointment;
  if (!slot) return;
  const told = words[language];
  const summary = [patientName, `${told.number} ${number}`, video ? told.video : null].filter(Boolean).join(' · ');
  calendar.createEvent({
    id: uidOf(id), sequence: version, stamp: changed, start: slot.from, end: slot.until, summary, location,
    status: sessionStatus === 'CANCELLED' ? ICalEventStatus.CANCELLED : statusOf(status),
  });
}

const uidOf = (id: string): string => `${id}@sinduk`;

// The library writes the name of a calendar as it is (RFC 5545, 3.3.11, says what would need a backslash).
const plain = (text: string): string => text.replace(/[\\;,\p{Cc}]/gu, ' ');

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { LinkDb } from '../link-db.js';
import { type CalendarAppointment, type CalendarSession, calendarFile } from './calendar-file.js';

/** $1 practice, $2 secret */
const CALENDAR = 'select * from platform.calendar_of($1, $2)';

interface FetchedRow {
  feed_id: string;
  with_patients: boolean;
  doctor_id: string;
  doctor_profile: Buffer;
  session_id: string | null;
  session_status: string;
  starts_at: Date;
  ends_at: Date;
  delay_minutes: number;
  session_version: number;
  session_changed: Date;
  chamber_name: string;
  chamber_address: string;
  locale: string;
  room: string | null;
  appointment_id: string | null;
  number: number;
  status: string;
  slot_from: Date | null;
  slot_until: Date | null;
  video: boolean;
  version: number;
  changed: Date;
  patient_id: string | null;
  identity: Buffer | null;
}

interface Names {
  nameEn: string | null;
  nameBn: string | null;
}

/** A calendar as a file, and the entity tag that is the same as long as it is. */
export interface FetchedCalendar {
  file: string;
  etag: string;
}

/** Reads doctors' calendars for whoever holds the link. A feed that names patients has an entry for each fetch that names each of them, and is fetched so often at the most. */
@Injectable()
export class FetchedCalendars {
  constructor(
    private readonly db: LinkDb,
    private readonly keyring: Keyring,
  ) {}

  /** The calendar of a link; NOT_FOUND, THROTTLED. */
  async of(ctx: Ctx, text: string): Promise<FetchedCalendar> {
    const { tenantId, found: rows } = await this.db.open(ctx, text, (link) => this.db.ask<FetchedRow>(CALENDAR, link));
    const [{ feed_id: feedId, with_patients: withPatients }] = rows;
    if (withPatients) await this.db.often(ctx, feedId);
    else ctx.shownByLink = feedId;
    const file = await this.#fileOf(ctx, tenantId, rows);
    ctx.disclose('calendar-feed', feedId);
    return { file, etag: `"${createHash('sha256').update(file).digest('base64url')}"` };
  }

  async #fileOf(ctx: Ctx, tenantId: string, rows: [FetchedRow, ...FetchedRow[]]): Promise<string> {
    const keys = await this.keyring.of(tenantId, rows.flatMap(({ doctor_profile: profile, identity }) => (identity ? [profile, identity] : [profile])));
    const [first] = rows;
    const doctor = keys.open<{ nameEn: string }>('clinic.members', first.doctor_id, 'profile', first.doctor_profile);
    const sessions = new Map<string, CalendarSession>();
    for (const row of rows) {
      if (row.session_id === null) continue;
      const session = sessions.get(row.session_id) ?? toSession(row.session_id, row);
      sessions.set(session.id, session);
      if (row.appointment_id === null) continue;
      const names = row.identity && keys.open<Names>('clinic.patients', row.patient_id!, 'identity', row.identity);
      if (names) {
        ctx.disclose('appointment', row.appointment_id, row.patient_id);
        ctx.disclose('patient', row.patient_id!, row.patient_id);
      }
      session.appointments.push(toAppointment(row.appointment_id, row, names && (session.language === 'bn' ? names.nameBn ?? names.nameEn : names.nameEn ?? names.nameBn)));
    }
    return calendarFile(doctor.nameEn, [...sessions.values()]);
  }
}

const toSession = (id: string, row: FetchedRow): CalendarSession => ({
  id, status: row.session_status, startsAt: row.starts_at, endsAt: row.ends_at, delayMinutes: row.delay_minutes, version: row.session_version, changed: row.session_changed,
  chamber: row.chamber_name, address: row.chamber_address, room: row.room, language: row.locale.startsWith('bn') ? 'bn' : 'en', appointments: [],
});

const toAppointment = (id: string, row: FetchedRow, patientName: string | null): CalendarAppointment => ({
  id, number: row.number, status: row.status, slot: row.slot_from && { from: row.slot_from, until: row.slot_until! }, video: row.video, version: row.version, changed: row.changed, patientName,
});

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LinkTries } from '../../auth/throttle/link-tries.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { runGroup } from '../../platform/database/statement-group.js';
import { notFound } from '../../platform/errors.js';
import { readLinkSecret } from '../link-secret.js';
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

/**
 * Reads doctors' calendars for whoever holds the link, by the role that checks credentials and can read nothing else. A feed
 * that names patients has an entry for each fetch that names each of them, and is fetched so often at the most; NOT_FOUND whatever is wrong with a link.
 */
@Injectable()
export class FetchedCalendars {
  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly tries: LinkTries,
  ) {}

  /** The calendar of a link; NOT_FOUND, THROTTLED. */
  async of(ctx: Ctx, text: string): Promise<FetchedCalendar> {
    const { tenantId, rows } = await this.tries.attempt(ctx, () => this.#find(text));
    const [{ feed_id: feedId, with_patients: withPatients }] = rows as [FetchedRow];
    ctx.concerned = [{ tenantId }];
    if (withPatients) await this.tries.often(ctx, feedId);
    else ctx.shownByLink = feedId;
    const file = await this.#fileOf(ctx, tenantId, rows);
    ctx.disclose('calendar-feed', feedId);
    return { file, etag: `"${createHash('sha256').update(file).digest('base64url')}"` };
  }

  async #find(text: string): Promise<{ tenantId: string; rows: FetchedRow[] }> {
    const link = readLinkSecret(text);
    if (!link) throw notFound();
    const [found] = await withClient(this.databases.auth, (client) => runGroup(client, [{ text: CALENDAR, values: [link.tenantId, link.secret] }]));
    if (!found!.length) throw notFound();
    return { tenantId: link.tenantId, rows: found as unknown as FetchedRow[] };
  }

  async #fileOf(ctx: Ctx, tenantId: string, rows: FetchedRow[]): Promise<string> {
    const keys = await this.keyring.of(tenantId, rows.flatMap(({ doctor_profile: profile, identity }) => (identity ? [profile, identity] : [profile])));
    const [first] = rows as [FetchedRow];
    const doctor = keys.open<{ nameEn: string }>('clinic.members', first.doctor_id, 'profile', first.doctor_profile);
    const sessions = new Map<string, CalendarSession>();
    for (const row of rows) {
      if (row.session_id === null) continue;
      const session = sessions.get(row.session_id) ?? toSession(row.session_id, row);
      sessions.set(session.id, session);
      if (row.appointment_id === null) continue;
      const names = row.identity && keys.open<Names>('clinic.patients', row.patient_id!, 'identity', row.identity);
      if (names) {
        ctx.disclose('appointment', row.appointment_id, row.patient_id!);
        ctx.disclose('patient', row.patient_id!, row.patient_id!);
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

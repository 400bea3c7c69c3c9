import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { LinkDb } from '../link-db.js';
import { visitIsNotOpen } from '../links.errors.js';
import { VideoRooms } from './video-rooms.js';
import { type VisitTimes, type VisitWindow, placeIn, windowOf } from './visit-window.js';

/** $1 practice, $2 secret */
const VISIT = 'select * from platform.visit_of($1, $2)';

interface OpenedRow extends VisitTimes {
  link_id: string;
  appointment_id: string;
  patient_id: string | null;
  time_zone: string;
  locale: string;
  chamber_name: string;
  doctor_id: string;
  doctor_profile: Buffer;
  now: Date;
}

/** What a patient's link says of their visit. */
export interface OpenedVisit {
  place: 'EARLY' | 'OPEN' | 'OVER';
  window: VisitWindow;
  startsAt: Date;
  timeZone: string;
  language: 'en' | 'bn';
  chamber: string;
  doctor: { nameEn: string; nameBn: string | null };
}

/** How a patient is called in the room: the other one knows who they are, and the provider need not. */
const PATIENT = { en: 'Patient', bn: 'রোগী' } as const;

/** Reads visits by video for whoever holds a patient's link. */
@Injectable()
export class OpenedVisits {
  constructor(
    private readonly db: LinkDb,
    private readonly keyring: Keyring,
    private readonly rooms: VideoRooms,
  ) {}

  /** When the visit is, and with whom; NOT_FOUND, THROTTLED. */
  async of(ctx: Ctx, text: string): Promise<OpenedVisit> {
    const { tenantId, row } = await this.#find(ctx, text);
    ctx.shownByLink = row.link_id;
    const keys = await this.keyring.of(tenantId, [row.doctor_profile]);
    const { nameEn, nameBn } = keys.open<OpenedVisit['doctor']>('clinic.members', row.doctor_id, 'profile', row.doctor_profile);
    const window = windowOf(row);
    return { place: placeIn(window, row.now), window, startsAt: row.slot_from ?? row.starts_at, timeZone: row.time_zone, language: languageOf(row), chamber: row.chamber_name, doctor: { nameEn, nameBn } };
  }

  /** The address by which the patient comes into the room; NOT_FOUND, THROTTLED, CONFLICT (VISIT_NOT_OPEN, VIDEO_IS_OFF). */
  async join(ctx: Ctx, text: string): Promise<string> {
    const { tenantId, row } = await this.#find(ctx, text);
    await this.db.often(ctx, row.link_id);
    const window = windowOf(row);
    if (placeIn(window, row.now) !== 'OPEN') throw visitIsNotOpen(window);
    return this.rooms.addressFor(tenantId, row.appointment_id, window, { id: 'patient', name: PATIENT[languageOf(row)], moderator: false });
  }

  async #find(ctx: Ctx, text: string): Promise<{ tenantId: string; row: OpenedRow }> {
    const { tenantId, found: [row] } = await this.db.open(ctx, text, (link) => this.db.ask<OpenedRow>(VISIT, link));
    ctx.disclose('visit-link', row.link_id, row.patient_id ?? undefined);
    ctx.disclose('appointment', row.appointment_id, row.patient_id ?? undefined);
    return { tenantId, row };
  }
}

const languageOf = ({ locale }: OpenedRow): 'en' | 'bn' => (locale.startsWith('bn') ? 'bn' : 'en');

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { badInput, notFound } from '../../platform/errors.js';
import type { TakenPlaces } from '../../appointments/places.model.js';
import { closedHolidays } from '../../schedules/chamber-holidays.model.js';
import type { SessionMode } from '../../schedules/schedule-enums.model.js';
import { LinkDb } from '../link-db.js';
import type { LinkSecret } from '../link-secret.js';
import { type OfferedSession, dateOf } from './online-offer.js';
import { MOST_OFFERED_DAYS, type OnlineName, type OnlineSessionsArgs } from './online.model.js';

const CLINIC = 'select * from platform.booking_link($1, $2)';
/** $3 chamber or null, $4 first day or null for today, $5 how many days, $6 session or null for all */
const SESSIONS = 'select * from platform.online_sessions($1, $2, $3, $4, $5, $6)';
/** More days than anybody can book ahead. */
const ALL_DAYS = 62;

/** A chamber where patients book online, as the database tells it. */
export interface BookableChamber {
  id: string;
  name: string;
  address: string;
  timeZone: string;
  locale: string;
  observesHolidays: boolean;
  lastDay: string;
  /** Besides the practice's own, to whose mobile numbers codes are sent. */
  countries: string[];
  deposit: number | null;
}

/** The practice that a booking link leads to. */
export interface BookableClinic {
  link_id: string;
  practice: string;
  country: string;
  currency: string;
  chambers: BookableChamber[];
}

/** A session that is offered, with the names of its doctor. */
export interface Offer extends OfferedSession {
  session_id: string;
  local_date: string;
  mode: SessionMode;
  doctor: OnlineName;
}

interface OfferRow extends Omit<Offer, 'doctor' | 'taken'> {
  taken: Array<Omit<TakenPlaces, 'slot_from' | 'slot_until'> & { slot_from: string | null; slot_until: string | null }>;
  chamber_id: string;
  doctor_id: string;
  doctor_profile: Buffer;
  is_planned: boolean;
  own_holiday: boolean | null;
}

/** Reads what can be booked online, for whoever holds a booking link. NOT_FOUND whatever is wrong with it. */
@Injectable()
export class OffersReader {
  constructor(
    private readonly db: LinkDb,
    private readonly keyring: Keyring,
  ) {}

  /** The practice that a link leads to; NOT_FOUND, THROTTLED. */
  async clinic(ctx: Ctx, text: string): Promise<{ link: LinkSecret; clinic: BookableClinic }> {
    const { found } = await this.db.open(ctx, text, async (link) => {
      const rows = await this.db.ask<BookableClinic>(CLINIC, link);
      return rows && { link, clinic: rows[0] };
    });
    ctx.disclose('booking-link', found.clinic.link_id);
    return found;
  }

  /** The same for who only looks, of whom one entry tells for many. */
  async shown(ctx: Ctx, text: string): Promise<{ link: LinkSecret; clinic: BookableClinic }> {
    const found = await this.clinic(ctx, text);
    ctx.shownByLink = found.clinic.link_id;
    return found;
  }

  /** The sessions of a chamber on some days for which patients book online, in the order in which they begin; NOT_FOUND, BAD_USER_INPUT, THROTTLED. */
  async sessions(ctx: Ctx, { link: text, chamberId, first, days }: OnlineSessionsArgs): Promise<Offer[]> {
    if (days < 1 || days > MOST_OFFERED_DAYS) throw badInput([{ path: ['days'], reason: 'OUT_OF_RANGE', params: { min: 1, max: MOST_OFFERED_DAYS } }]);
    const { link, clinic } = await this.shown(ctx, text);
    if (!clinic.chambers.some(({ id }) => id === chamberId)) throw notFound();
    return this.#open(link, clinic, await this.db.ask<OfferRow>(SESSIONS, link, chamberId, first ?? null, days, null));
  }

  /** One session, if patients book online in it. */
  async session(link: LinkSecret, clinic: BookableClinic, sessionId: string): Promise<Offer | undefined> {
    const [offer] = await this.#open(link, clinic, await this.db.ask<OfferRow>(SESSIONS, link, null, null, ALL_DAYS, sessionId));
    return offer;
  }

  async #open({ tenantId }: LinkSecret, clinic: BookableClinic, rows: OfferRow[] = []): Promise<Offer[]> {
    const days = rows.map(({ local_date: day }) => day).sort();
    const keys = await this.keyring.of(tenantId, rows.map(({ doctor_profile: profile }) => profile));
    const closed = new Map(await Promise.all(clinic.chambers.map(async ({ id, observesHolidays }) =>
      [id, days.length ? await closedHolidays({ observesHolidays, country: clinic.country }, [], days[0]!, days.at(-1)!) : new Set<string>()] as const)));
    return rows.filter((row) => !row.is_planned || !(row.own_holiday ?? closed.get(row.chamber_id)?.has(row.local_date)))
      .map((row) => {
        const { nameEn, nameBn } = keys.open<OnlineName>('clinic.members', row.doctor_id, 'profile', row.doctor_profile);
        return { ...row, taken: row.taken.map((one) => ({ ...one, slot_from: dateOf(one.slot_from), slot_until: dateOf(one.slot_until) })), doctor: { nameEn, nameBn } };
      });
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import { LinkDb } from '../link-db.js';
import type { LinkSecret } from '../link-secret.js';
import { type ShownSession, displayState } from './display-state.js';

/** For how long what a display shows is given again, in milliseconds: hundreds of screens cost one statement a second. */
export const SHOWN_MS = 1_000;
/** Of how many displays that is remembered. */
const MOST_REMEMBERED = 1_000;

/** $1 practice, $2 secret */
const SHOWN = 'select * from platform.shown_on_display($1, $2)';

interface ShownRow extends Omit<ShownSession, 'doctor'> {
  display_id: string;
  chamber_name: string;
  time_zone: string;
  locale: string;
  now: Date;
  session_id: string | null;
  doctor_id: string;
  doctor_profile: Buffer;
}

/** What a display shows at a moment: JSON, and the entity tag that is the same as long as it is. */
export interface Shown {
  displayId: string;
  /** Of the chamber. */
  language: 'en' | 'bn';
  state: string;
  etag: string;
}

/** Reads what queue displays show, for whoever holds the link, and remembers it for a moment. */
@Injectable()
export class ShownDisplays {
  readonly #remembered = new Map<string, { until: number; shown: Promise<Shown | undefined> }>();

  constructor(
    private readonly db: LinkDb,
    private readonly keyring: Keyring,
  ) {}

  /** What the display of a link shows, at most SHOWN_MS old; NOT_FOUND, THROTTLED. */
  async of(ctx: Ctx, text: string): Promise<Shown> {
    const { found: shown } = await this.db.open(ctx, text, (link) => this.#remember(link));
    ctx.shownByLink = shown.displayId;
    ctx.disclose('queue-display', shown.displayId);
    return shown;
  }

  #remember(link: LinkSecret): Promise<Shown | undefined> {
    const key = hashOf(link.secret).toString('base64');
    const known = this.#remembered.get(key);
    if (known && known.until > Date.now()) return known.shown;
    const shown = this.#read(link);
    const forget = (): boolean => this.#remembered.delete(key);
    forget();
    this.#remembered.set(key, { until: Date.now() + SHOWN_MS, shown });
    // Guesses must not fill the memory, nor an error stay.
    shown.then((found) => found ?? forget(), forget);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(oldest!);
    return shown;
  }

  async #read(link: LinkSecret): Promise<Shown | undefined> {
    const rows = await this.db.ask<ShownRow>(SHOWN, link);
    if (!rows) return undefined;
    const { tenantId } = link;
    const [first] = rows;
    const planned = rows.filter(({ session_id: id }) => id !== null);
    const keys = await this.keyring.of(tenantId, planned.map(({ doctor_profile: profile }) => profile));
    const sessions = planned.map((row): ShownSession => {
      const { nameEn, nameBn } = keys.open<ShownSession['doctor']>('clinic.members', row.doctor_id, 'profile', row.doctor_profile);
      return { ...row, doctor: { nameEn, nameBn }, places: row.places ?? [] };
    });
    const state = JSON.stringify(displayState({ name: first.chamber_name, timeZone: first.time_zone, now: first.now }, sessions));
    return {
      displayId: first.display_id, language: first.locale.startsWith('bn') ? 'bn' : 'en', state,
      etag: `"${createHash('sha256').update(state).digest('base64url')}"`,
    };
  }
}

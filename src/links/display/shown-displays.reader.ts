import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LinkTries } from '../../auth/throttle/link-tries.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { runGroup } from '../../platform/database/statement-group.js';
import { notFound } from '../../platform/errors.js';
import { type LinkSecret, readLinkSecret } from '../link-secret.js';
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
  tenantId: string;
  /** Of the chamber. */
  language: 'en' | 'bn';
  state: string;
  etag: string;
}

/**
 * Reads what queue displays show, for whoever holds the link. By the role that checks credentials: it can call the one
 * function that gives this for the secret, and read nothing of any practice. NOT_FOUND whatever is wrong with a link.
 */
@Injectable()
export class ShownDisplays {
  readonly #remembered = new Map<string, { until: number; shown: Promise<Shown | undefined> }>();

  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly tries: LinkTries,
  ) {}

  /** What the display of a link shows, at most SHOWN_MS old; NOT_FOUND, THROTTLED. */
  async of(ctx: Ctx, text: string): Promise<Shown> {
    const shown = await this.tries.attempt(ctx, async () => {
      const link = readLinkSecret(text);
      const found = link && (await this.#remember(link));
      if (!found) throw notFound();
      return found;
    });
    ctx.concerned = [{ tenantId: shown.tenantId }];
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

  async #read({ tenantId, secret }: LinkSecret): Promise<Shown | undefined> {
    const [found] = await withClient(this.databases.auth, (client) => runGroup(client, [{ text: SHOWN, values: [tenantId, secret] }]));
    const rows = found as unknown as ShownRow[];
    const [first] = rows;
    if (!first) return undefined;
    const planned = rows.filter(({ session_id: id }) => id !== null);
    const keys = await this.keyring.of(tenantId, planned.map(({ doctor_profile: profile }) => profile));
    const sessions = planned.map((row): ShownSession => {
      const { nameEn, nameBn } = keys.open<ShownSession['doctor']>('clinic.members', row.doctor_id, 'profile', row.doctor_profile);
      return { ...row, doctor: { nameEn, nameBn }, places: row.places ?? [] };
    });
    const state = JSON.stringify(displayState({ name: first.chamber_name, timeZone: first.time_zone, now: first.now }, sessions));
    return {
      displayId: first.display_id, tenantId, language: first.locale.startsWith('bn') ? 'bn' : 'en', state,
      etag: `"${createHash('sha256').update(state).digest('base64url')}"`,
    };
  }
}

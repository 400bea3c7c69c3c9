import { Injectable } from '@nestjs/common';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { dayOf } from '../platform/local-days.js';

/** ISO 3166-1 alpha-2 of the countries where practices are. */
export type Country = 'BD' | 'AE';

const TIME_ZONES = { BD: 'Asia/Dhaka', AE: 'Asia/Dubai' } as const satisfies Record<Country, string>;

/** The IANA time zone where a practice is. */
export const timeZoneIn = (country: Country): string => TIME_ZONES[country];

/** The calendar day (yyyy-mm-dd) of an instant where a practice is. */
export const dayIn = (country: Country, instant: Date): string =>
  dayOf(instant, TIME_ZONES[country]);

const MINUTE_MS = 60_000;
const today = new Map<Country, { minute: number; day: string }>();

/** The present calendar day (yyyy-mm-dd) where a practice is. Reckoned once a minute: in both time zones days begin on the minute. */
export function todayIn(country: Country): string {
  const minute = Math.floor(Date.now() / MINUTE_MS);
  let known = today.get(country);
  if (known?.minute !== minute) today.set(country, (known = { minute, day: dayIn(country, new Date()) }));
  return known.day;
}

/** In which country each practice is. It never changes, so it is asked of the database once, along with other statements. */
@Injectable()
export class PracticeCountries {
  readonly #known = new Map<string, Country>();

  /** What to send along, after the other statements: nothing when the country is known. */
  ask(tenantId: string): Statement[] {
    return this.#known.has(tenantId) ? [] : [{ text: 'select country from clinic.tenants where id = $1', values: [tenantId] }];
  }

  /** The country; `rows` are the answer to what `ask` had sent along. */
  answer(tenantId: string, rows: Row[] | undefined): Country {
    const country = this.#known.get(tenantId) ?? (rows?.[0]?.['country'] as Country | undefined);
    if (!country) throw new Error(`the country of practice ${tenantId} was not asked for`);
    this.#known.set(tenantId, country);
    return country;
  }
}

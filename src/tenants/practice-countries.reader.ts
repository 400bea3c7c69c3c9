import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { Row, Statement } from '../platform/database/statement-group.js';

/** ISO 3166-1 alpha-2 of the countries where practices are. */
export type Country = 'BD' | 'AE';

const TIME_ZONES = { BD: 'Asia/Dhaka', AE: 'Asia/Dubai' } as const satisfies Record<Country, string>;

/** The IANA time zone where a practice is. */
export const timeZoneIn = (country: Country): string => TIME_ZONES[country];

/** The calendar day (yyyy-mm-dd) of an instant where a practice is; of the present one unless told. */
export const todayIn = (country: Country, instant = Temporal.Now.instant()): string =>
  instant.toZonedDateTimeISO(TIME_ZONES[country]).toPlainDate().toString();

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

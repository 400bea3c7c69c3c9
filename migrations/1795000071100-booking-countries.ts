import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const LINK = 'platform.booking_link(uuid, bytea)';
const withCountries = [[`'deposit', o.deposit)`, `'deposit', o.deposit, 'countries', o.countries)`]] as const;

/** Codes are sent to mobile numbers of the practice's own country, and of those that it names besides. */
export class BookingCountries1795000071100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.online_booking_settings add column countries text[] not null default '{}' constraint online_booking_settings__countries check (cardinality(countries) <= 20 and array_position(countries, null) is null);
comment on column clinic.online_booking_settings.countries is 'Countries to whose mobile numbers codes are sent besides the practice''s own, by ISO 3166-1 alpha-2.';
grant insert (countries), update (countries) on clinic.online_booking_settings to sinduk_app;
${changeFunction(LINK, withCountries)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(LINK, undone(withCountries))}
alter table clinic.online_booking_settings drop column countries;
`);
  }
}

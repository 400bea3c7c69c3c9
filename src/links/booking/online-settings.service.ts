import { Injectable } from '@nestjs/common';
import { hasPhones } from '../../patients/phone.model.js';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { CHAMBER_TO_READ } from '../../schedules/session-rows.model.js';
import { type EditOnlineBookingInput, MOST_COUNTRIES, type OnlineBookingSettings, usualOnlineSettings } from './online-settings.model.js';

const COLUMNS = 'o.enabled, o.days_ahead, o.most_per_phone, o.deposit, o.deposit_minutes, o.countries, o.version';
const SETTINGS = `select ${COLUMNS} from clinic.online_booking_settings o where o.tenant_id = $1 and o.chamber_id = $2`;
// One who was the first to set anything, at the same moment, has made the version another one.
const SAVE = `
insert into clinic.online_booking_settings as o (tenant_id, chamber_id, enabled, days_ahead, most_per_phone, deposit, deposit_minutes, countries) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict on constraint online_booking_settings__pkey do update set enabled = excluded.enabled, days_ahead = excluded.days_ahead, most_per_phone = excluded.most_per_phone,
  deposit = excluded.deposit, deposit_minutes = excluded.deposit_minutes, countries = excluded.countries, version = o.version + 1
where o.version = $9 returning ${COLUMNS}`;

interface SettingsRow {
  enabled: boolean;
  days_ahead: number;
  most_per_phone: number;
  deposit: number | null;
  deposit_minutes: number;
  countries: string[];
  version: number;
}

const ranges = { daysAhead: [0, 60], mostPerPhone: [1, 20], deposit: [0, 100_000_000], depositMinutes: [10, 1440] } as const;

/** Whether and how patients book online in a chamber. */
@Injectable()
export class OnlineSettingsService {
  constructor(private readonly db: TenantDb) {}

  /** The settings; until something was set, the usual ones. NOT_FOUND, FORBIDDEN unless the caller manages the chamber. */
  async read(ctx: Ctx, chamberId: string): Promise<OnlineBookingSettings> {
    const [chambers, rows] = await this.db.read(ctx, ...ask(ctx, chamberId));
    managed(chambers!);
    ctx.disclose('online-booking-settings', chamberId);
    return toSettings(chamberId, rows![0]);
  }

  /** Changes the settings; NOT_FOUND, FORBIDDEN, CONFLICT, BAD_USER_INPUT (all faults at once). What was booked stays. */
  edit(ctx: Ctx, { chamberId, version, ...input }: EditOnlineBookingInput): Promise<OnlineBookingSettings> {
    const check = new InputCheck();
    for (const [field, [min, max]] of Object.entries(ranges)) {
      const wanted = input[field as keyof typeof ranges];
      if (typeof wanted === 'number' && (wanted < min || wanted > max)) check.blame([field], 'OUT_OF_RANGE', { min, max });
    }
    const countries = countriesIn(check, input.countries);
    check.throwIfAny();
    return this.db.write(ctx, async (tx, [chambers, rows]) => {
      managed(chambers!);
      const before = toSettings(chamberId, rows![0]);
      if (version !== before.version) throw staleVersion();
      const deposit = input.deposit ?? before.deposit;
      const [saved] = await tx.query(SAVE, [
        ctx.tenantId, chamberId, input.enabled ?? before.enabled, input.daysAhead ?? before.daysAhead, input.mostPerPhone ?? before.mostPerPhone,
        deposit === 0 ? null : deposit, input.depositMinutes ?? before.depositMinutes, countries ?? before.countries, before.version]);
      if (!saved) throw staleVersion();
      const after = toSettings(chamberId, saved);
      tx.record('online-booking-settings', chamberId);
      for (const field of ['enabled', 'daysAhead', 'mostPerPhone', 'deposit', 'depositMinutes', 'countries'] as const) tx.change('online-booking-settings', chamberId, field, before[field], after[field]);
      return after;
    }, ...ask(ctx, chamberId));
  }
}

const ask = ({ tenantId }: Ctx, chamberId: string) => [{ text: CHAMBER_TO_READ, values: [tenantId, chamberId, 'chambers:manage'] }, { text: SETTINGS, values: [tenantId, chamberId] }];

function countriesIn(check: InputCheck, raw: string[] | null | undefined): string[] | null {
  if (!raw || check.tooMany('countries', raw, MOST_COUNTRIES)) return null;
  raw.forEach((country, index) => {
    if (!hasPhones(country)) check.blame(['countries', String(index)], 'NOT_A_COUNTRY');
  });
  return [...new Set(raw)].sort();
}

function managed([row]: Row[]): void {
  if (!row) throw notFound();
  if (!row['may']) throw forbidden('chambers:manage');
}

function toSettings(chamberId: string, row: Row | undefined): OnlineBookingSettings {
  if (!row) return { chamberId, ...usualOnlineSettings, version: 0 };
  const { enabled, days_ahead: daysAhead, most_per_phone: mostPerPhone, deposit, deposit_minutes: depositMinutes, countries, version } = row as unknown as SettingsRow;
  return { chamberId, enabled, daysAhead, mostPerPhone, deposit, depositMinutes, countries, version };
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { usualSettings } from './message-rows.js';
import { MOST_AHEAD } from './messages.writer.js';
import type { EditMessageSettingsInput, MessageSettings } from './settings.model.js';

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const COLUMNS = 's.quiet_from, s.quiet_until, s.near_ahead, s.version';
const SETTINGS = `select ${COLUMNS} from clinic.message_settings s where s.tenant_id = $1`;
// One who was the first to set anything, at the same moment, has made the version another one.
const SAVE = `
insert into clinic.message_settings as s (tenant_id, quiet_from, quiet_until, near_ahead) values ($1, $2, $3, $4)
on conflict on constraint message_settings__pkey do update set quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, near_ahead = excluded.near_ahead, version = s.version + 1
where s.version = $5 returning ${COLUMNS}`;

interface SettingsRow {
  quiet_from: number;
  quiet_until: number;
  near_ahead: number;
  version: number;
}

/** When a practice tells its patients. */
@Injectable()
export class MessageSettingsService {
  constructor(private readonly db: TenantDb) {}

  /** The settings; until something was set, the usual ones. */
  async read(ctx: Ctx): Promise<MessageSettings> {
    const [rows] = await this.db.read(ctx, { text: SETTINGS, values: [ctx.tenantId] });
    ctx.disclose('message-settings', ctx.tenantId);
    return toSettings(rows![0] as unknown as SettingsRow | undefined);
  }

  /** Changes the settings; CONFLICT, BAD_USER_INPUT (all faults at once). */
  edit(ctx: Ctx, input: EditMessageSettingsInput): Promise<MessageSettings> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const before = toSettings(rows![0] as unknown as SettingsRow | undefined);
      if (input.version !== before.version) throw staleVersion();
      const after = { quietFrom: input.quietFrom ?? before.quietFrom, quietUntil: input.quietUntil ?? before.quietUntil, nearAhead: input.nearAhead ?? before.nearAhead };
      refuse(after);
      const [saved] = await tx.query<SettingsRow>(SAVE, [ctx.tenantId, minutesOf(after.quietFrom), minutesOf(after.quietUntil), after.nearAhead, before.version]);
      if (!saved) throw staleVersion();
      tx.record('message-settings', ctx.tenantId);
      for (const field of ['quietFrom', 'quietUntil', 'nearAhead'] as const) tx.change('message-settings', ctx.tenantId, field, before[field], after[field]);
      return toSettings(saved);
    }, { text: SETTINGS, values: [ctx.tenantId] });
  }
}

function refuse({ quietFrom, quietUntil, nearAhead }: Omit<MessageSettings, 'version'>): void {
  const check = new InputCheck();
  if (!TIME.test(quietFrom)) check.blame(['quietFrom'], 'NOT_A_TIME');
  if (!TIME.test(quietUntil)) check.blame(['quietUntil'], 'NOT_A_TIME');
  if (nearAhead < 0 || nearAhead > MOST_AHEAD) check.blame(['nearAhead'], 'OUT_OF_RANGE', { min: 0, max: MOST_AHEAD });
  check.throwIfAny();
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const timeOf = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const toSettings = (row: SettingsRow | undefined): MessageSettings => ({
  quietFrom: timeOf(row?.quiet_from ?? usualSettings.quietFrom), quietUntil: timeOf(row?.quiet_until ?? usualSettings.quietUntil),
  nearAhead: row?.near_ahead ?? usualSettings.nearAhead, version: row?.version ?? 0,
});

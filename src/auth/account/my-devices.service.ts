import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import { notFound } from '../../platform/errors.js';
import { AuthDb } from '../auth-db.js';
import { deviceName } from '../device-name.js';
import { MOST_DEVICES } from '../devices.service.js';
import type { RememberedDevice } from './account.model.js';

interface DeviceRow {
  id: string;
  first_seen_at: Date;
  last_seen_at: Date;
  user_agent: string | null;
  ip: string | null;
  current: boolean;
}

const OWN = `
select d.id, d.first_seen_at, d.last_seen_at, last.device as user_agent, host(last.ip) as ip,
  exists (select from auth.sessions s where s.device_id = d.id and s.secret_hash = $2) as current
from auth.devices d
left join lateral (select s.device, s.ip from auth.sessions s where s.device_id = d.id order by s.id desc limit 1) last on true
where d.user_id = $1 order by d.last_seen_at desc, d.id desc limit ${MOST_DEVICES}`;
const FORGET = 'delete from auth.devices where id = $1 and user_id = $2 returning id';

/** The devices on which a person signed in before. */
@Injectable()
export class MyDevicesService {
  constructor(private readonly db: AuthDb) {}

  /** The caller's devices, those of the latest sign-in first, MOST_DEVICES of them at most. */
  async list(ctx: Ctx): Promise<RememberedDevice[]> {
    const { userId, sessionSecret } = ctx.known;
    const [rows] = await this.db.read({ text: OWN, values: [userId, hashOf(sessionSecret)] });
    return (rows as unknown as DeviceRow[]).map((row) => {
      ctx.disclose('device', row.id);
      return { id: row.id, deviceName: deviceName(row.user_agent), ip: row.ip, firstSeenAt: row.first_seen_at, lastSeenAt: row.last_seen_at, current: row.current };
    });
  }

  /** Forgets one of the caller's devices; NOT_FOUND when it is not theirs. */
  forget(ctx: Ctx, id: string): Promise<void> {
    return this.db.write(ctx, async (tx) => {
      if (!(await tx.query(FORGET, [id, ctx.known.userId])).length) throw notFound();
      tx.record('device', id);
    });
  }
}

import { Temporal } from 'temporal-polyfill';
import { ScopeKeys } from '../platform/crypto/keyring.js';
import { type EntryRow, toEntry } from './opened-entry.js';

const keys = new ScopeKeys('00000000-0000-0000-0000-000000000000', [{ purpose: 'DATA', version: 1, bytes: Buffer.alloc(32) }]);
const row = (occurredAt: Date, timeZone: string): EntryRow => ({
  id: 'x', occurred_at: occurredAt, chamber_id: null, actor_user_id: null, actor_member_id: null, actor_roles: null, session_id: null, action: 'VIEWED', operation: 'x', outcome: 'SUCCESS',
  error_code: null, request_id: 'x', ip: null, payload: Buffer.alloc(0), payload_hash: Buffer.alloc(32), record_count: 0, names_patient: false, records: [], records_intact: true,
  member_id: null, member_profile: null, time_zone: timeZone,
});

describe('the local time of an entry', () => {
  it.each(['Asia/Dhaka', 'Asia/Dubai', 'Asia/Kathmandu', 'Europe/London', 'America/St_Johns', 'Australia/Lord_Howe'])('is that of %s, also when its clocks change', (timeZone) => {
    const from = Date.UTC(2026, 0, 1);
    for (let minutes = 0; minutes < 366 * 24 * 60; minutes += 37) {
      const instant = new Date(from + minutes * 60_000 + 123);
      const expected = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toString({ timeZoneName: 'never', fractionalSecondDigits: 3 });
      expect(toEntry(row(instant, timeZone), keys, false).occurredAtLocal).toBe(expected);
    }
  });
});

it('is shown with what of it still opens', () => {
  expect(toEntry(row(new Date(0), 'Asia/Dhaka'), keys, true)).toMatchObject({ occurredAtLocal: '1970-01-01T06:00:00.000+06:00', payloadIntact: false, device: null, changes: [] });
});

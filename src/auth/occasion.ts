import type { Words } from '../mail/letter.model.js';
import type { Origin } from '../platform/context/ctx.js';
import { type Country, timeZoneIn } from '../tenants/practice-countries.reader.js';
import { deviceName } from './device-name.js';

const clock = (locale: string, timeZone: string, now: Date): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23', timeZone }).format(now);

/** When, on which device and from where something is done, for whoever must judge whether they did it; by the clock where a practice is. */
export function occasion({ ip, device }: Pick<Origin, 'ip' | 'device'>, country: Country, now = new Date()): Words {
  const timeZone = timeZoneIn(country);
  const name = deviceName(device);
  return {
    en: `Time: ${clock('en-GB', timeZone, now)} (${timeZone})\nDevice: ${name ?? 'not known'}\nNetwork address: ${ip ?? 'not known'}`,
    bn: `সময়: ${clock('bn-BD-u-nu-beng', timeZone, now)} (${timeZone})\nডিভাইস: ${name ?? 'জানা নেই'}\nনেটওয়ার্ক ঠিকানা: ${ip ?? 'জানা নেই'}`,
  };
}

import { type DoseDays, type DoseDuration, type DoseStep, type DoseTimes, type DoseUnit, type Dosing, type Thousandths, isOnceOnSomeDays, thousandthsAsDecimal } from './dosing.js';

const GLYPHS: Readonly<Record<number, string>> = { 250: '¼', 500: '½', 750: '¾' };
const TIMES_A_DAY = ['', 'od', 'bd', 'tds', 'qds'] as const;

/** Units that are measured and not counted, whose parts are written as decimals. */
const MEASURED: ReadonlySet<DoseUnit | null> = new Set<DoseUnit>(['ML', 'UNIT', 'MG', 'GRAM']);

const words: Record<DoseUnit, string> = {
  TABLET: 'tab', CAPSULE: 'cap', ML: 'ml', DROP: 'drop', PUFF: 'puff', UNIT: 'unit', SACHET: 'sachet', SUPPOSITORY: 'supp', AMPOULE: 'amp', PATCH: 'patch', MG: 'mg', GRAM: 'g',
  APPLICATION: 'app',
};

/** An amount as it is written: halves and quarters of what is counted as ½, ¼ and ¾, all else as a decimal number. */
export function writeAmount(amount: Thousandths, unit: DoseUnit | null): string {
  const [whole, rest] = [Math.floor(amount / 1000), amount % 1000];
  const glyph = MEASURED.has(unit) ? undefined : GLYPHS[rest];
  if (glyph) return `${whole || ''}${glyph}`;
  return thousandthsAsDecimal(amount);
}

/** The one notation of a dosing, which reads as that dosing again. */
export const writeDose = ({ unit, steps }: Dosing): string => steps.map((step) => writeStep(step, unit)).join(' then ');

const writeStep = ({ times, days, duration }: DoseStep, unit: DoseUnit | null): string =>
  [writeTimes(times, days, unit), writeDays(days), writeDuration(duration)].filter(Boolean).join(' ');

function writeTimes(times: DoseTimes, days: DoseDays, unit: DoseUnit | null): string {
  if (times.kind === 'PARTS') return inUnit(times.amounts.map((amount) => writeAmount(amount, unit)).join('+'), unit);
  const amount = inUnit(writeAmount(times.amount, unit), unit);
  if (isOnceOnSomeDays(times, days)) return amount;
  if (times.kind === 'DAILY') return `${amount} ${TIMES_A_DAY[times.times] ?? `${times.times} times daily`}`;
  if (times.kind === 'HOURLY') return `${amount} every ${times.hours} h`;
  if (times.kind === 'ONCE') return `${amount} stat`;
  const apart = times.hours === null ? '' : ` every ${times.hours} h`;
  return `${amount} sos${apart}${times.mostADay === null ? '' : ` max ${writeAmount(times.mostADay, unit)}/d`}`;
}

const inUnit = (amounts: string, unit: DoseUnit | null): string => (unit ? `${amounts} ${words[unit]}` : amounts);

function writeDays(days: DoseDays): string {
  if (days.kind === 'WEEKDAYS') return `on ${days.weekdays.join(',')}`;
  return days.days === 1 ? '' : `every ${days.days} d`;
}

function writeDuration(duration: DoseDuration | null): string {
  if (duration === null) return '';
  return duration === 'CONTINUED' ? 'cont' : `×${duration.count}${duration.unit}`;
}

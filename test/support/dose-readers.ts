import type { FhirDosage, FhirRepeat } from '../../src/prescriptions/dose/dose-fhir.js';
import { type DoseLanguage, phrases } from '../../src/prescriptions/dose/dose-phrases.js';
import {
  type DoseDays, type DoseDuration, type DoseStep, type DoseTimes, type DoseUnit, type Dosing, EVERY_DAY, type MealRelation, type PartOfDay, type Parts, doseLimits, doseUnits, mealRelations, partNames, weekdays,
} from '../../src/prescriptions/dose/dosing.js';

// Readers of what the product writes, by other means than it writes it with: a sentence by patterns, FHIR by its fields.

interface Read {
  dosing: Dosing;
  meal: MealRelation | null;
}

const ascii = (text: string): string => text.replace(/[০-৯]/g, (digit) => String('০১২৩৪৫৬৭৮৯'.indexOf(digit)));

const AMOUNT: Record<DoseLanguage, string> = {
  en: String.raw`(?:[\d.]*[½¼¾]?) (?:tablets?|capsules?|ml|drops?|puffs?|units?|sachets?|suppositor(?:y|ies)|ampoules?|patch(?:es)?|mg|g|applications?)`,
  bn: String.raw`(?:আধা|দেড়|আড়াই|সাড়ে \d+|[\d.]*[½¼¾]?(?:টি)?) (?:ট্যাবলেট|ক্যাপসুল|মিলি|ফোঁটা|পাফ|ইউনিট|স্যাশে|সাপোজিটরি|অ্যাম্পুল|প্যাচ|মি\.গ্রা\.|গ্রাম|প্রলেপ)`,
};

/** The dosing that a sentence tells, its unit always named, and how it relates to meals. */
export function fromSentence(sentence: string, language: DoseLanguage): Read {
  const read = sentence.split(phrases[language].then).map((step) => stepFrom(ascii(step), language));
  return { dosing: { unit: read[0]!.unit, steps: read.map(({ step }) => step) }, meal: read[0]!.meal };
}

function stepFrom(text: string, language: DoseLanguage): { step: DoseStep; unit: DoseUnit; meal: MealRelation | null } {
  const say = phrases[language];
  const take = (pattern: string): RegExpExecArray | null => {
    const found = new RegExp(`(?:^|, )${pattern}$`).exec(text);
    if (found) text = text.slice(0, found.index);
    return found;
  };
  const oneOf = (texts: readonly string[]) => `(${texts.map(ascii).join('|')})`;
  const duration = durationFrom(take, language);
  const meals = take(oneOf(Object.values(say.meals)));
  const meal = mealRelations.find((relation) => say.meals[relation] === meals?.[1]) ?? null;
  const days = daysFrom(take, language);
  const most = take(language === 'en' ? `at most (${AMOUNT.en}) a day` : `দিনে সর্বোচ্চ (${AMOUNT.bn})`);
  const apart = take(language === 'en' ? 'at least (\\d+) hours? apart' : 'কমপক্ষে (\\d+) ঘণ্টা পর পর');
  const first = new RegExp(AMOUNT[language]).exec(text)![0];
  const times = timesFrom(text, language, apart && Number(apart[1]), most && amountFrom(most[1]!).amount);
  return { step: { times, days, duration }, unit: amountFrom(first).unit, meal };
}

type Take = (pattern: string) => RegExpExecArray | null;

function durationFrom(take: Take, language: DoseLanguage): DoseDuration | null {
  if (take(phrases[language].continued)) return 'CONTINUED';
  const found = take(language === 'en' ? 'for (\\d+) (day|week|month)s?' : '(\\d+) (দিন|সপ্তাহ|মাস)');
  return found && { count: Number(found[1]), unit: ({ day: 'd', week: 'w', month: 'mo', দিন: 'd', সপ্তাহ: 'w', মাস: 'mo' } as const)[found[2] as 'day'] };
}

function daysFrom(take: Take, language: DoseLanguage): DoseDays {
  const say = phrases[language];
  for (const days of [2, 7]) if (take(ascii(say.everyDays(days)))) return { kind: 'EVERY', days };
  const apart = take(language === 'en' ? 'one day in (\\d+) only' : 'প্রতি (\\d+) দিনে শুধু একদিন');
  if (apart) return { kind: 'EVERY', days: Number(apart[1]) };
  const name = `(?:${Object.values(say.weekdays).join('|')})`;
  const on = take(`${language === 'en' ? 'on' : 'শুধু'} (${name}(?:, ${name})*(?: (?:and|ও) ${name})?)${language === 'en' ? ' only' : ''}`);
  return on ? { kind: 'WEEKDAYS', weekdays: weekdays.filter((day) => on[1]!.includes(say.weekdays[day])) } : EVERY_DAY;
}

function timesFrom(text: string, language: DoseLanguage, hours: number | null, mostADay: number | null): DoseTimes {
  const whole = (pattern: string) => new RegExp(`^${pattern}$`).exec(text);
  const dose = `(${AMOUNT[language]})`;
  const [needed, once, hourly, daily] = language === 'en'
    ? [whole(`${dose} when needed`), whole(`${dose} once, straight away`), whole(`${dose} every (\\d+) hours?`), whole(`${dose} (once|twice|\\d+ times) a day`)]
    : [whole(`প্রয়োজনে ${dose}`), whole(`এখনই একবার ${dose}`), whole(`${dose} করে (\\d+) ঘণ্টা পর পর`), whole(`${dose} করে দিনে (\\d+) বার`)];
  const dailyOnce = whole(dose) ?? (language === 'bn' ? whole(`দিনে 1 বার ${dose}`) : null);
  const amountIn = (found: RegExpExecArray) => amountFrom(found[1]!).amount;
  if (needed) return { kind: 'AS_NEEDED', amount: amountIn(needed), hours, mostADay };
  if (once) return { kind: 'ONCE', amount: amountIn(once) };
  if (hourly) return { kind: 'HOURLY', amount: amountIn(hourly), hours: Number(hourly[2]) };
  if (dailyOnce) return { kind: 'DAILY', amount: amountIn(dailyOnce), times: 1 };
  if (daily) return { kind: 'DAILY', amount: amountIn(daily), times: { once: 1, twice: 2 }[daily[2]!] ?? Number.parseInt(daily[2]!, 10) };
  return { kind: 'PARTS', amounts: partsFrom(text, language) };
}

/** Each part of the day with the amount that was told last, or, in Bangla, with the one before or behind it. */
function partsFrom(text: string, language: DoseLanguage): Parts {
  const { parts } = phrases[language];
  const alike = [...text.matchAll(new RegExp(AMOUNT[language], 'g'))].length === 1;
  const amounts = partNames.map((part) => {
    if (!text.includes(parts[part])) return 0;
    const pattern = alike ? AMOUNT[language] : language === 'en' ? `(${AMOUNT.en}) ${parts[part]}` : `${parts[part]} (${AMOUNT.bn})`;
    const found = new RegExp(pattern).exec(text)!;
    return amountFrom(found[1] ?? found[0]).amount;
  });
  const [morning, noon, evening, night] = amounts as [number, number, number, number];
  return evening ? [morning, noon, evening, night] : [morning, noon, night];
}

function amountFrom(text: string): { amount: number; unit: DoseUnit } {
  const [, half, halves, whole, glyph, noun] = /^(?:(আধা|দেড়|আড়াই)|সাড়ে (\d+)|([\d.]*)([½¼¾]?)(?:টি)?) (.+)$/.exec(text)!;
  const unit = doseUnits.find((one) => [500, 1000, 2000].some((amount) => (['en', 'bn'] as const).some((language) => phrases[language].amount(amount, one).endsWith(noun!) && phrases[language].amount(amount, one).split(/\s|টি /).at(-1) === noun)))!;
  if (half) return { amount: { আধা: 500, দেড়: 1500, আড়াই: 2500 }[half]!, unit };
  if (halves) return { amount: Number(halves) * 1000 + 500, unit };
  return { amount: Math.round(Number(whole || '0') * 1000) + ({ '½': 500, '¼': 250, '¾': 750 }[glyph!] ?? 0), unit };
}

const whens: Record<string, PartOfDay> = { MORN: 'MORNING', NOON: 'NOON', EVE: 'EVENING', NIGHT: 'NIGHT' };
const unitsOf: Record<string, DoseUnit> = {
  '{tablet}': 'TABLET', '{capsule}': 'CAPSULE', mL: 'ML', '[drp]': 'DROP', '{puff}': 'PUFF', '[iU]': 'UNIT', '{sachet}': 'SACHET', '{suppository}': 'SUPPOSITORY', '{ampoule}': 'AMPOULE', '{patch}': 'PATCH', mg: 'MG', g: 'GRAM',
  '{application}': 'APPLICATION',
};

/** The dosing that Dosages of FHIR tell, its unit always named, and how it relates to meals. */
export function fromFhir(dosages: FhirDosage[]): Read {
  const steps = [...new Set(dosages.map(({ sequence }) => sequence))].map((sequence) => stepOf(dosages.filter((dosage) => dosage.sequence === sequence)));
  const texts = dosages[0]!.additionalInstruction?.map(({ text }) => text) ?? [];
  return {
    dosing: { unit: unitsOf[dosages[0]!.doseAndRate[0]!.doseQuantity.code]!, steps },
    meal: mealRelations.find((relation) => texts.includes(phrases.en.meals[relation])) ?? null,
  };
}

function stepOf(dosages: FhirDosage[]): DoseStep {
  const { timing, asNeededBoolean, maxDosePerPeriod, additionalInstruction } = dosages[0]!;
  const { boundsDuration, count, frequency, period, periodUnit, dayOfWeek, when }: FhirRepeat = timing?.repeat ?? {};
  const amount = thousandths(dosages[0]!.doseAndRate[0]!.doseQuantity.value);
  const continued = additionalInstruction?.some(({ text }) => text === phrases.en.continued);
  const duration: DoseDuration | null = boundsDuration ? { count: boundsDuration.value, unit: ({ d: 'd', wk: 'w', mo: 'mo' } as const)[boundsDuration.code as 'd'] } : continued ? 'CONTINUED' : null;
  const days: DoseDays = dayOfWeek ? { kind: 'WEEKDAYS', weekdays: weekdays.filter((day) => dayOfWeek.includes(day)) } : periodUnit === 'd' ? { kind: 'EVERY', days: period! } : EVERY_DAY;
  const one = (times: DoseTimes): DoseStep => ({ times, days, duration });
  if (asNeededBoolean) return one({ kind: 'AS_NEEDED', amount, hours: period ?? null, mostADay: maxDosePerPeriod ? thousandths(maxDosePerPeriod.numerator.value) : null });
  if (count) return one({ kind: 'ONCE', amount });
  if (periodUnit === 'h') return one({ kind: 'HOURLY', amount, hours: period! });
  if (!when) return one({ kind: 'DAILY', amount, times: frequency! });
  const at = (part: PartOfDay) => thousandths(dosages.find((dosage) => whens[dosage.timing!.repeat.when![0]!] === part)?.doseAndRate[0]!.doseQuantity.value ?? 0);
  const [morning, noon, evening, night] = partNames.map(at) as [number, number, number, number];
  return one({ kind: 'PARTS', amounts: evening ? [morning, noon, evening, night] : [morning, noon, night] });
}

const thousandths = (value: number): number => Math.min(Math.round(value * 1000), doseLimits.amount);

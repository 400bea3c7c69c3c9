import fc from 'fast-check';
import { fromFhir, fromSentence } from '../support/dose-readers.js';
import { dosings } from '../support/dosings.js';
import { amountNeeded, daysOf } from '../../src/prescriptions/dose/dose-quantity.js';
import { fhirDosages } from '../../src/prescriptions/dose/dose-fhir.js';
import { doseSentence } from '../../src/prescriptions/dose/dose-sentence.js';
import { type DoseStep, type DoseUnit, type Dosing, type MealRelation, doseUnits, mealRelations, weekdays } from '../../src/prescriptions/dose/dosing.js';
import { parseDose } from '../../src/prescriptions/dose/parse-dose.js';

const read = (notation: string, unit: DoseUnit, meal: MealRelation | null, language: 'en' | 'bn') => doseSentence(parseDose(notation), { unit, meal }, language);

describe('a dosing, as a patient reads it', () => {
  it.each<[string, DoseUnit, MealRelation | null, string, string]>([
    ['1+0+1 ×5d', 'TABLET', 'AFTER_MEAL', '1 tablet in the morning and at night, after food, for 5 days', '১টি ট্যাবলেট করে সকালে ও রাতে, খাবারের পরে, ৫ দিন'],
    ['½+0+½ ×5d then 0+0+1 ×1w', 'TABLET', null, '½ tablet in the morning and at night, for 5 days; then 1 tablet at night, for 1 week', 'আধা ট্যাবলেট করে সকালে ও রাতে, ৫ দিন; তারপর রাতে ১টি ট্যাবলেট, ১ সপ্তাহ'],
    ['1+1½+2 cont', 'TABLET', 'WITH_MEAL', '1 tablet in the morning, 1½ tablets at noon and 2 tablets at night, with food, to be continued', 'সকালে ১টি ট্যাবলেট, দুপুরে দেড় ট্যাবলেট ও রাতে ২টি ট্যাবলেট, খাবারের সঙ্গে, চলবে'],
    ['2.5 ml tds ×3d', 'ML', 'BEFORE_MEAL', '2.5 ml 3 times a day, before food, for 3 days', '২.৫ মিলি করে দিনে ৩ বার, খাবারের আগে, ৩ দিন'],
    ['1 every 8 h', 'CAPSULE', null, '1 capsule every 8 hours', '১টি ক্যাপসুল করে ৮ ঘণ্টা পর পর'],
    ['2 stat', 'TABLET', null, '2 tablets once, straight away', 'এখনই একবার ২টি ট্যাবলেট'],
    ['1 sos every 6 h max 4/d', 'TABLET', null, '1 tablet when needed, at least 6 hours apart, at most 4 tablets a day', 'প্রয়োজনে ১টি ট্যাবলেট, কমপক্ষে ৬ ঘণ্টা পর পর, দিনে সর্বোচ্চ ৪টি ট্যাবলেট'],
    ['1 od every 2 d ×1mo', 'CAPSULE', null, '1 capsule, every other day only, for 1 month', '১টি ক্যাপসুল, একদিন পর পর, ১ মাস'],
    ['1+0+0 on fri', 'TABLET', 'EMPTY_STOMACH', '1 tablet in the morning, on Friday only, on an empty stomach', 'সকালে ১টি ট্যাবলেট, শুধু শুক্রবার, খালি পেটে'],
    ['4 weekly cont', 'TABLET', null, '4 tablets, one day a week only, to be continued', '৪টি ট্যাবলেট, সপ্তাহে শুধু একদিন, চলবে'],
    ['1 on mon,thu ×4w', 'CAPSULE', null, '1 capsule, on Monday and Thursday only, for 4 weeks', '১টি ক্যাপসুল, শুধু সোমবার ও বৃহস্পতিবার, ৪ সপ্তাহ'],
    ['2 drop qds', 'DROP', null, '2 drops 4 times a day', '২ ফোঁটা করে দিনে ৪ বার'],
  ])('%j of a %s, %s', (notation, unit, meal, english, bangla) => {
    expect(read(notation, unit, meal, 'en')).toBe(english);
    expect(read(notation, unit, meal, 'bn')).toBe(bangla);
  });

  it.each(['en', 'bn'] as const)('reads back as the same dosing (%s)', (language) => {
    fc.assert(fc.property(dosings, fc.constantFrom(...doseUnits), fc.option(fc.constantFrom(...mealRelations)), (dosing, unit, meal) => {
      const taken = { unit: dosing.unit ?? unit, meal };
      expect(fromSentence(doseSentence(dosing, taken, language), language)).toEqual({ dosing: { ...dosing, unit: taken.unit }, meal });
    }), { numRuns: 1000 });
  });
});

describe('a dosing, as FHIR says it', () => {
  it('is one Dosage for each part of the day of each step', () => {
    expect(fhirDosages(parseDose('1+0+½ ×5d then 1 od every 7 d cont'), { unit: 'TABLET', meal: 'AFTER_MEAL' })).toEqual([
      { sequence: 1, timing: { repeat: { boundsDuration: days(5), frequency: 1, period: 1, periodUnit: 'd', when: ['MORN'] } }, doseAndRate: tablets(1, 'tablet'), additionalInstruction: [{ text: 'after food' }] },
      { sequence: 1, timing: { repeat: { boundsDuration: days(5), frequency: 1, period: 1, periodUnit: 'd', when: ['NIGHT'] } }, doseAndRate: tablets(0.5, 'tablet'), additionalInstruction: [{ text: 'after food' }] },
      { sequence: 2, timing: { repeat: { frequency: 1, period: 7, periodUnit: 'd' } }, doseAndRate: tablets(1, 'tablet'), additionalInstruction: [{ text: 'after food' }, { text: 'to be continued' }] },
    ]);
  });

  it('reads back as the same dosing', () => {
    fc.assert(fc.property(dosings, fc.constantFrom(...doseUnits), fc.option(fc.constantFrom(...mealRelations)), (dosing, unit, meal) => {
      const taken = { unit: dosing.unit ?? unit, meal };
      expect(fromFhir(JSON.parse(JSON.stringify(fhirDosages(dosing, taken))))).toEqual({ dosing: { ...dosing, unit: taken.unit }, meal });
    }), { numRuns: 1000 });
  });
});

describe('what a dosing needs in all', () => {
  it.each<[string, number | null]>([
    ['1+0+1 ×5d', 10], ['½+0+½ ×5d then 0+0+1 ×7d', 12], ['5 ml tds ×1w', 105], ['1 every 8 h ×5d', 15], ['1 every 7 h ×1d', 4], ['2 stat', 2], ['1 od every 2 d ×5d', 3], ['1 od on mon,fri ×3d', 1], ['1 od on mon,tue ×9d', 4],
    ['1 sos', null], ['1 sos ×3d', null], ['1 sos max 4/d ×3d', 12], ['1 sos every 6 h ×3d', 12], ['1 sos every 6 h max 3/d ×3d', 9], ['1+0+1', null], ['1+0+1 cont', null], ['1+0+1 ×1mo', 60],
  ])('%j: %s', (notation, amount) => {
    expect(amountNeeded(parseDose(notation))).toBe(amount === null ? null : amount * 1000);
  });

  it('is what somebody takes who takes it dose by dose, from whatever weekday on', () => {
    fc.assert(fc.property(dosings, (dosing) => {
      expect(amountNeeded(dosing)).toBe(taken(dosing));
    }), { numRuns: 300 });
  });
});

const days = (value: number) => ({ value, unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' });
const tablets = (value: number, unit: string) => [{ doseQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: '{tablet}' } }];

/** Takes every dose in turn, and adds up. */
function taken({ steps }: Dosing): number | null {
  const each = steps.map((step) => {
    if (step.times.kind === 'ONCE') return step.times.amount;
    return step.duration === null || step.duration === 'CONTINUED' ? null : Math.max(...weekdays.map((_, from) => takenFrom(step, daysOf(step.duration as { count: number; unit: 'd' }), from)));
  });
  return each.some((amount) => amount === null || Number.isNaN(amount)) ? null : each.reduce<number>((all, amount) => all + amount!, 0);
}

function takenFrom({ times, days: on }: DoseStep, lasting: number, from: number): number {
  let all = 0;
  if (times.kind === 'HOURLY') for (let hour = 0; hour < lasting * 24; hour += times.hours) all += times.amount;
  for (let day = 0; day < lasting; day += 1) {
    const isOn = on.kind === 'EVERY' ? day % on.days === 0 : on.weekdays.includes(weekdays[(day + from) % 7]!);
    if (!isOn) continue;
    if (times.kind === 'PARTS') for (const amount of times.amounts) all += amount;
    if (times.kind === 'DAILY') all += times.amount * times.times;
    if (times.kind === 'AS_NEEDED') all += neededOfDay(times.amount, times.hours, times.mostADay);
  }
  return all;
}

function neededOfDay(amount: number, hours: number | null, most: number | null): number {
  if (hours === null) return most ?? Number.NaN;
  let all = 0;
  for (let hour = 0; hour < 24; hour += hours) all += amount;
  return Math.min(all, most ?? all);
}

import { type DoseLanguage, type DosePhrases, phrases } from './dose-phrases.js';
import { type DoseDays, type DoseDuration, type DoseStep, type DoseTimes, type DoseUnit, type Dosing, type MealRelation, isOnceOnSomeDays, partsOfDay } from './dosing.js';

/** How something is taken, besides the dosing. `unit` is that in which the form is counted, for a dosing that states none. */
export interface Taken {
  readonly unit: DoseUnit;
  readonly meal: MealRelation | null;
}

/** A dosing as a patient reads it: `1 tablet in the morning and at night, after food, for 5 days; then …`. Two dosings never read alike. */
export function doseSentence({ unit, steps }: Dosing, taken: Taken, language: DoseLanguage): string {
  const say = phrases[language];
  return steps.map((step) => stepSentence(step, unit ?? taken.unit, taken.meal, say)).join(say.then);
}

const stepSentence = ({ times, days, duration }: DoseStep, unit: DoseUnit, meal: MealRelation | null, say: DosePhrases): string =>
  [timesIn(times, days, unit, say), daysIn(days, say), meal && say.meals[meal], durationIn(duration, say)].filter(Boolean).join(', ');

function timesIn(times: DoseTimes, days: DoseDays, unit: DoseUnit, say: DosePhrases): string {
  if (times.kind === 'PARTS') {
    const taken = partsOfDay(times.amounts).map(({ part, amount }) => ({ when: say.parts[part], dose: say.amount(amount, unit) }));
    const alike = new Set(taken.map(({ dose }) => dose)).size === 1;
    return alike ? say.doseAt(taken[0]!.dose, say.list(taken.map(({ when }) => when)), taken.length) : say.list(taken.map(({ when, dose }) => say.doseAt(dose, when, 1)));
  }
  const dose = say.amount(times.amount, unit);
  if (isOnceOnSomeDays(times, days)) return dose;
  if (times.kind === 'DAILY') return say.daily(dose, times.times);
  if (times.kind === 'HOURLY') return say.hourly(dose, times.hours);
  if (times.kind === 'ONCE') return say.once(dose);
  return [say.asNeeded(dose), times.hours !== null && say.apart(times.hours), times.mostADay !== null && say.most(say.amount(times.mostADay, unit))].filter(Boolean).join(', ');
}

function daysIn(days: DoseDays, say: DosePhrases): string {
  if (days.kind === 'WEEKDAYS') return say.on(say.list(days.weekdays.map((day) => say.weekdays[day])));
  return days.days === 1 ? '' : say.everyDays(days.days);
}

const durationIn = (duration: DoseDuration | null, say: DosePhrases): string =>
  duration === null ? '' : duration === 'CONTINUED' ? say.continued : say.lasting(duration.count, duration.unit);

import fc from 'fast-check';
import { type DoseDays, type DoseDuration, type DoseStep, type Dosing, EVERY_DAY, doseLimits, doseUnits, weekdays } from '../../src/prescriptions/dose/dosing.js';

const amounts = fc.oneof(fc.constantFrom(250, 500, 750, 1000, 1500, 2000, 2500, 5000), fc.integer({ min: 1, max: doseLimits.amount }));
const part = fc.oneof(fc.constant(0), amounts);
const parts = fc.oneof(fc.tuple(part, part, part), fc.tuple(part, part, amounts, part)).filter((all) => all.some((amount) => amount > 0));
const hours = fc.integer({ min: 1, max: doseLimits.hours });

const days: fc.Arbitrary<DoseDays> = fc.oneof(
  fc.constant(EVERY_DAY),
  fc.integer({ min: 1, max: doseLimits.daysApart }).map((apart) => ({ kind: 'EVERY' as const, days: apart })),
  fc.subarray([...weekdays], { minLength: 1 }).map((chosen) => ({ kind: 'WEEKDAYS' as const, weekdays: chosen })),
);

const ending: fc.Arbitrary<DoseDuration> = fc.constantFrom('d' as const, 'w' as const, 'mo' as const)
  .chain((unit) => fc.integer({ min: 1, max: doseLimits.duration[unit] }).map((count) => ({ count, unit })));

const steps = (durations: fc.Arbitrary<DoseDuration | null>): fc.Arbitrary<DoseStep> => fc.oneof(
  fc.record({ times: parts.map((all) => ({ kind: 'PARTS' as const, amounts: all })), days, duration: durations }),
  fc.record({ times: fc.record({ kind: fc.constant('DAILY' as const), amount: amounts, times: fc.integer({ min: 1, max: doseLimits.timesADay }) }), days, duration: durations })
    .filter(({ times, days: on }) => times.times === 1 || on.kind === 'WEEKDAYS' || on.days === 1),
  fc.record({ times: fc.record({ kind: fc.constant('HOURLY' as const), amount: amounts, hours }), days: fc.constant(EVERY_DAY), duration: durations }),
  fc.record({ times: fc.record({ kind: fc.constant('ONCE' as const), amount: amounts }), days: fc.constant(EVERY_DAY), duration: fc.constant(null) }),
  fc.record({ times: needed, days: fc.constant(EVERY_DAY), duration: durations }),
);

const needed = amounts.chain((amount) => fc.record({
  kind: fc.constant('AS_NEEDED' as const), amount: fc.constant(amount), hours: fc.option(hours),
  mostADay: fc.option(fc.integer({ min: amount, max: doseLimits.amount })),
}));

/** Every dosing that the notation can say, steps of the prescriptions of every day more often than others. */
export const dosings: fc.Arbitrary<Dosing> = fc.record({
  unit: fc.option(fc.constantFrom(...doseUnits)),
  steps: fc.tuple(fc.array(steps(ending), { maxLength: 2 }), steps(fc.option(fc.oneof(ending, fc.constant('CONTINUED' as const))))).map(([first, last]) => [...first, last]),
});

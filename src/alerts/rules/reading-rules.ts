import { type AlertSettings, thresholdOf } from './alert-rule.js';
import { type Fact, type Finding, type Window, findingOf } from './fact.js';
import type { DayState, MemberDay } from './member-day.js';

/** How many of a member's active days tell what is usual for them. */
export const HABIT_DAYS = 28;
/** How much more than on the busiest of those days is unusual. */
const BEYOND_HABIT = 2;

/** The highest of a member's last active days; zeros for who is new. */
export type Habit = Pick<MemberDay, 'opened' | 'listed' | 'exported'>;

const measures = { MASS_READING: 'opened', MASS_LISTING: 'listed', MASS_EXPORT: 'exported' } as const;

/** Patients opened, shown or exported on one day: more than anybody's floor, and more than twice as many as on the busiest of the member's own days. */
export function massOf(rule: keyof typeof measures, last: Fact, day: MemberDay, habit: Habit, date: string, settings: AlertSettings): Finding | undefined {
  const measure = measures[rule];
  const threshold = Math.max(thresholdOf(settings, rule), BEYOND_HABIT * habit[measure]);
  if (!last.memberId || day[measure] <= threshold) return undefined;
  return findingOf(rule, last, { subject: last.memberId, window: date, count: day[measure], threshold });
}

/** More patients opened in one minute of the clock than a person can read. */
export function impossiblePace(last: Fact, { at, patients, first, last: lastEntry }: NonNullable<DayState['minute']>, settings: AlertSettings): Finding | undefined {
  const threshold = thresholdOf(settings, 'IMPOSSIBLE_PACE');
  if (!last.memberId || patients.length <= threshold) return undefined;
  // By the hour: whoever goes on for an hour makes one alert.
  return findingOf('IMPOSSIBLE_PACE', last, { subject: last.memberId, window: at.slice(0, 13), count: patients.length, threshold, first, last: lastEntry });
}

/** Patients whom a member opened on a day though nobody recorded anything of them for long before or an hour after. */
export function unrelatedPatients(member: { userId: string; memberId: string }, window: Window, date: string, settings: AlertSettings): Finding | undefined {
  const threshold = thresholdOf(settings, 'UNRELATED_PATIENTS');
  if (window.count < threshold) return undefined;
  const { count, first, last } = window;
  return { rule: 'UNRELATED_PATIENTS', subject: member.memberId, window: date, count, threshold, ...member, sessionId: null, address: null, first, last };
}

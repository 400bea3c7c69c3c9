import { type PublicHoliday, publicHolidays } from './public-holidays.js';

/** What a chamber's own calendar says of a day. */
export interface OwnHoliday {
  day: string;
  closed: boolean;
}

/** The days from `first` to `last` on which a chamber is closed: by its own calendar, and where that says nothing by its country's, if it observes that. */
export async function closedHolidays(chamber: { observesHolidays: boolean; country: string }, own: readonly OwnHoliday[], first: string, last: string): Promise<Set<string>> {
  const days = new Set((chamber.observesHolidays ? await holidaysBetween(chamber.country, first, last) : []).map(({ day }) => day));
  for (const { day, closed } of own) {
    if (closed) days.add(day);
    else days.delete(day);
  }
  return days;
}

/** The public holidays of a country from one day to another, both included. */
export async function holidaysBetween(country: string, first: string, last: string): Promise<PublicHoliday[]> {
  const [from, to] = [Number(first.slice(0, 4)), Number(last.slice(0, 4))];
  const years = await Promise.all(Array.from({ length: to - from + 1 }, (_, index) => publicHolidays(country, from + index)));
  return years.flat().filter(({ day }) => day >= first && day <= last);
}

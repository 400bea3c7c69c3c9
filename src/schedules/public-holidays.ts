/** A day that is a public holiday in a country. Days that follow the moon are as reckoned, and may be a day off what is seen. */
export interface PublicHoliday {
  day: string;
  nameEn: string;
  /** In the country's own language, where that is known. */
  name: string;
}

const remembered = new Map<string, Promise<PublicHoliday[]>>();

/** The public holidays of a country (ISO 3166-1) in a year, in the order of their days; from date-holidays. */
export function publicHolidays(country: string, year: number): Promise<readonly PublicHoliday[]> {
  const key = `${country} ${year}`;
  let holidays = remembered.get(key);
  if (!holidays) remembered.set(key, (holidays = reckoned(country, year)));
  return holidays;
}

async function reckoned(country: string, year: number): Promise<PublicHoliday[]> {
  // The rules of all countries: read when somebody asks for the first time, and not whenever a server starts.
  const { default: Holidays } = await import('date-holidays');
  const [english, own] = [new Holidays(country, { languages: 'en' }), new Holidays(country)];
  const names = new Map(own.getHolidays(year).map(({ date, rule, name }) => [`${date} ${rule}`, name]));
  const days = new Map<string, PublicHoliday>();
  for (const { type, start, end, date, rule, name } of english.getHolidays(year)) {
    if (type !== 'public') continue;
    const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / 86_400_000));
    for (let index = 0; index < count; index++) {
      const day = new Date(Date.parse(`${date.slice(0, 10)}T00:00Z`) + index * 86_400_000).toISOString().slice(0, 10);
      days.set(day, { day, nameEn: name, name: names.get(`${date} ${rule}`) ?? name });
    }
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

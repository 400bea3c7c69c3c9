const JOINED = ' + ';

/** The names or strengths that a text joins by '+'; spaces around do not matter. */
export const partsOf = (text: string): string[] => text.split('+').map((part) => part.trim()).filter(Boolean);

/** A strength as it is written everywhere: one space between number and unit, none around a slash, `+` between spaces, ASCII digits as they came. */
export const writeStrength = (raw: string): string =>
  partsOf(raw.replace(/\s+/g, ' ').replace(/\s*\/\s*/g, '/').replace(/(\d)(?=(mg|mcg|µg|g|ml|l|iu|units?)\b)/gi, '$1 ').replace(/(\d) +%/g, '$1%')).join(JOINED);

/**
 * The strength of each of `count` ingredients: `500 mg + 125 mg` are two, and `200 mg + 40 mg/5 ml` are `200 mg/5 ml` and
 * `40 mg/5 ml`. An empty text gives empty ones; undefined when there are more or fewer parts than ingredients.
 */
export function strengthsIn(strength: string, count: number): string[] | undefined {
  if (strength === '') return new Array<string>(count).fill('');
  const parts = partsOf(strength);
  if (parts.length !== count) return undefined;
  const per = /\/[^/]*$/.exec(parts.at(-1)!)?.[0] ?? '';
  return parts.map((part) => (part.includes('/') ? part : part + per));
}

/** The strength of a product of these strengths, which `strengthsIn` takes apart again. */
export function joinedStrength(strengths: readonly string[]): string {
  const per = /\/[^/]*$/.exec(strengths.at(-1) ?? '')?.[0] ?? '';
  const shared = per !== '' && strengths.every((strength) => strength.endsWith(per));
  return strengths.map((strength, index) => (shared && index < strengths.length - 1 ? strength.slice(0, -per.length) : strength)).filter(Boolean).join(JOINED);
}

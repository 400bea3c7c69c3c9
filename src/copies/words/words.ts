/** The languages that copies and reports are written in. */
export const languages = ['en', 'bn'] as const;
export type Language = (typeof languages)[number];

/** One wording in each language. */
export type Words = Record<Language, string>;

/** Names as the program has them, in words: `recordedAt` and `ENTERED_IN_ERROR` become "Recorded at" and "Entered in error". */
export function readable(name: string): string {
  const words = /^[A-Z0-9_]+$/.test(name) ? name.toLowerCase().replaceAll('_', ' ') : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The wording of a name. What nobody has worded yet still has a readable English name. */
export const worded = (words: Readonly<Record<string, Words>>, name: string, language: Language): string =>
  (Object.hasOwn(words, name) ? words[name]?.[language] : undefined) ?? readable(name);

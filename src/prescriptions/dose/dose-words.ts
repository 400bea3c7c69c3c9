import type { DoseUnit, Weekday } from './dosing.js';

/** What a word of the notation means, whatever the language it is written in. */
export type DoseWord =
  | { readonly means: 'UNIT'; readonly unit: DoseUnit; /** How many of the unit one of the word is, such as a teaspoon of 5 ml. */ readonly each?: number }
  | { readonly means: 'TIMES_A_DAY'; readonly times: number }
  | { readonly means: 'PART'; readonly part: 'NIGHT' }
  | { readonly means: 'TIME'; readonly unit: 'h' | 'd' | 'w' | 'mo' }
  | { readonly means: 'WEEKDAY'; readonly weekday: Weekday }
  | { readonly means: 'THEN' | 'FOR' | 'EVERY' | 'ALTERNATE' | 'WEEKLY' | 'ON' | 'TIMES' | 'DAILY' | 'ONCE' | 'AS_NEEDED' | 'MOST' | 'APART' | 'COUNTED' | 'CONTINUED' };

const spellings: ReadonlyArray<readonly [DoseWord, string]> = [
  [{ means: 'UNIT', unit: 'TABLET' }, 'tab tabs tablet tablets ট্যাব ট্যাবলেট'],
  [{ means: 'UNIT', unit: 'CAPSULE' }, 'cap caps capsule capsules ক্যাপ ক্যাপসুল'],
  [{ means: 'UNIT', unit: 'ML' }, 'ml মিলি মি.লি এমএল'],
  [{ means: 'UNIT', unit: 'ML', each: 5 }, 'tsp teaspoon teaspoons চামচ চা-চামচ'],
  [{ means: 'UNIT', unit: 'DROP' }, 'drop drops gtt ফোঁটা ফোটা'],
  [{ means: 'UNIT', unit: 'PUFF' }, 'puff puffs পাফ চাপ'],
  [{ means: 'UNIT', unit: 'UNIT' }, 'u iu unit units ইউনিট'],
  [{ means: 'UNIT', unit: 'SACHET' }, 'sachet sachets স্যাশে প্যাকেট'],
  [{ means: 'UNIT', unit: 'SUPPOSITORY' }, 'supp suppository suppositories সাপোজিটরি'],
  [{ means: 'UNIT', unit: 'AMPOULE' }, 'amp ampoule ampoules vial vials অ্যাম্পুল ভায়াল'],
  [{ means: 'UNIT', unit: 'PATCH' }, 'patch patches প্যাচ'],
  [{ means: 'UNIT', unit: 'MG' }, 'mg মিগ্রা মি.গ্রা'],
  [{ means: 'UNIT', unit: 'GRAM' }, 'g gram grams গ্রাম'],
  [{ means: 'UNIT', unit: 'APPLICATION' }, 'app application applications প্রলেপ'],
  [{ means: 'TIMES_A_DAY', times: 1 }, 'od qd'],
  [{ means: 'TIMES_A_DAY', times: 2 }, 'bd bid'],
  [{ means: 'TIMES_A_DAY', times: 3 }, 'tds tid'],
  [{ means: 'TIMES_A_DAY', times: 4 }, 'qds qid'],
  [{ means: 'PART', part: 'NIGHT' }, 'hs'],
  [{ means: 'TIME', unit: 'h' }, 'h hr hrs hour hours hourly ঘণ্টা ঘন্টা'],
  [{ means: 'TIME', unit: 'd' }, 'd day days দিন'],
  [{ means: 'TIME', unit: 'w' }, 'w wk week weeks সপ্তাহ'],
  [{ means: 'TIME', unit: 'mo' }, 'mo m month months মাস'],
  [{ means: 'WEEKDAY', weekday: 'mon' }, 'mon monday সোম সোমবার'],
  [{ means: 'WEEKDAY', weekday: 'tue' }, 'tue tuesday মঙ্গল মঙ্গলবার'],
  [{ means: 'WEEKDAY', weekday: 'wed' }, 'wed wednesday বুধ বুধবার'],
  [{ means: 'WEEKDAY', weekday: 'thu' }, 'thu thursday বৃহস্পতি বৃহস্পতিবার'],
  [{ means: 'WEEKDAY', weekday: 'fri' }, 'fri friday শুক্র শুক্রবার'],
  [{ means: 'WEEKDAY', weekday: 'sat' }, 'sat saturday শনি শনিবার'],
  [{ means: 'WEEKDAY', weekday: 'sun' }, 'sun sunday রবি রবিবার'],
  [{ means: 'THEN' }, 'then তারপর এরপর'],
  [{ means: 'FOR' }, 'x × * for'],
  [{ means: 'EVERY' }, 'q every প্রতি'],
  [{ means: 'ALTERNATE' }, 'eod alternate'],
  [{ means: 'WEEKLY' }, 'weekly সাপ্তাহিক'],
  [{ means: 'ON' }, 'on'],
  [{ means: 'TIMES' }, 'times বার'],
  [{ means: 'DAILY' }, 'daily দৈনিক'],
  [{ means: 'ONCE' }, 'stat একবার'],
  [{ means: 'AS_NEEDED' }, 'sos prn প্রয়োজনে'],
  [{ means: 'MOST' }, 'max সর্বোচ্চ'],
  [{ means: 'APART' }, 'apart পরপর পর-পর'],
  [{ means: 'COUNTED' }, 'টি টা'],
  [{ means: 'CONTINUED' }, 'cont continue continued চলবে'],
];

const known = new Map(spellings.flatMap(([word, texts]) => texts.split(' ').map((text) => [text.normalize('NFC'), word] as const)));

/** Every spelling that the notation knows, in its order. */
export const allSpellings: readonly string[] = [...known.keys()];

/** What a word means, whatever its case and with or without a dot at its end; undefined for one that the notation does not know. */
export const meaningOf = (text: string): DoseWord | undefined => known.get(text.normalize('NFC').toLowerCase().replace(/\.$/, ''));

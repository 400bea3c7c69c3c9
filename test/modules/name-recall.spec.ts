import { FAMILY_NAMES, FEMALE_GIVEN_NAMES, FEMALE_SECOND_NAMES, MALE_GIVEN_NAMES } from '../../src/demo/names.bn.js';
import { demoPatients } from '../../src/demo/people.js';
import { readSearch } from '../../src/patients/search-text.js';
import { fixture, indexed, isShown, shownBy } from '../support/name-search.js';

const PEOPLE = 2_000;
const SEED = 7;
const namesOfPeople = [...MALE_GIVEN_NAMES, ...FEMALE_GIVEN_NAMES, ...FAMILY_NAMES, ...FEMALE_SECOND_NAMES];

/** Of each kind of pair how many are found, and those that are not. */
function recallOf(file: string): { found: string; kinds: Record<string, string>; missed: string[] } {
  const pairs = fixture(file).map(([kind, stored, typed]) => ({ kind: kind!, stored: stored!, typed: typed!, how: shownBy(readSearch(typed!), indexed(stored!)) }));
  const share = (some: typeof pairs): string => `${some.filter(({ how }) => isShown(how)).length} of ${some.length}`;
  const kinds = [...new Set(pairs.map(({ kind }) => kind))].map((kind) => [kind, share(pairs.filter((pair) => pair.kind === kind))]);
  return { found: share(pairs), kinds: Object.fromEntries(kinds), missed: pairs.filter(({ how }) => !isShown(how)).map(({ stored, typed, how }) => `${stored} by ${typed}: ${how}`) };
}

// The figures are what the search can do today: who makes it better writes them anew, and nobody makes it worse unawares.
describe('the search for names', () => {
  it('finds the spellings, abbreviations, slips and beginnings that were collected', () => {
    expect(recallOf('name-variants.txt')).toEqual({
      found: '274 of 274',
      kinds: {
        'bangla-english': '36 of 36', 'english-bangla': '24 of 24', spelling: '64 of 64', 'spelling-bangla': '16 of 16', abbreviation: '22 of 22', typo: '35 of 35',
        reversed: '10 of 10', prefix: '24 of 24', honorific: '12 of 12', 'together-apart': '13 of 13', emirati: '18 of 18',
      },
      missed: [],
    });
  });

  it('finds nearly all of those that were collected after it was written', () => {
    expect(recallOf('held-out-names.txt')).toEqual({
      found: '88 of 91',
      kinds: {
        'bangla-english': '18 of 18', 'english-bangla': '10 of 10', spelling: '15 of 16', 'spelling-bangla': '4 of 4', abbreviation: '5 of 6', typo: '15 of 16',
        reversed: '2 of 2', prefix: '4 of 4', honorific: '3 of 3', 'together-apart': '4 of 4', emirati: '8 of 8',
      },
      missed: ['Xahid Hasan by Zahid Hasan: no tokens', 'Kh. Reza by Khandaker Reza: no tokens', 'Ripa by Rupa Ripa: no fit'],
    });
  });

  it('takes few different names for each other', () => {
    const pairs = fixture('different-names.txt').map(([stored, typed]) => ({ pair: `${stored} by ${typed}`, how: shownBy(readSearch(typed!), indexed(stored!)) }));
    const shown = pairs.filter(({ how }) => isShown(how)).map(({ pair, how }) => `${pair}: ${how}`);
    expect(`${shown.length} of ${pairs.length}`).toBe('10 of 151');
    expect(shown).toEqual([
      // Mohammad is a title that may be missing; the slips differ by one letter from what would be right.
      'Mahmud Hasan by Mohammad Hasan: SAME', 'Rashid Khan by Rashida Begum: SIMILAR', 'Sumon Mia by Sujon Mia: SIMILAR', 'Arun Kumar by Tarun Kumar: SIMILAR',
      'Saidur Rahman by Sajidur Rahman: SIMILAR', 'Abdul Mannan by Abdul Hannan Mia: SIMILAR', 'Jharna by জরিনা: SOUND', 'Bithi by বিউটি: SOUND',
      'Hridoy by হৃদি: SOUND', 'Shathi by শান্তি: SIMILAR',
    ]);
  });

  it('finds single words after one random slip', () => {
    const words = namesOfPeople.flatMap(({ latin }) => latin.map((name) => name.toLowerCase())).filter((word) => /^[a-z]{5,}$/.test(word));
    const slips = words.flatMap((word, at) => [0, 1, 2, 3].map((kind) => ({ word, typed: slip(word, kind, at * 4 + kind) })));
    const found = slips.filter(({ word, typed }) => isShown(shownBy(readSearch(typed), indexed(word))));
    expect(`${found.length} of ${slips.length}`).toBe('2013 of 2124');
  });

  it('shows, among 2,000 people, all who have a name in another spelling and few others', () => {
    const people = demoPatients(SEED, PEOPLE, 'BD', '2026-03-10').map(({ nameEn, nameBn }) => ({ names: ` ${nameBn} `, latinOnly: indexed(nameEn) }));
    const counts = { bearers: 0, found: 0, shown: 0, others: 0 };
    for (const { bn, latin } of namesOfPeople) {
      const typed = readSearch(latin.at(-1)!);
      for (const { names, latinOnly } of people) {
        const how = shownBy(typed, latinOnly);
        const bears = names.includes(` ${bn} `);
        if (bears) counts.bearers++;
        if (bears && isShown(how)) counts.found++;
        // A beginning is what was typed, whoever else's name begins so.
        if (how === 'SAME' || how === 'SOUND') counts.shown++;
        if ((how === 'SAME' || how === 'SOUND') && !bears) counts.others++;
      }
    }
    expect(counts).toEqual({ bearers: 4_000, found: 4_000, shown: 3_941, others: 30 });
  });
});

/** A word with a letter left out, doubled by its neighbour on the keyboard, changed for it, or swapped with the next; the same each time. */
function slip(word: string, kind: number, seed: number): string {
  const at = (seed * 7_919) % (word.length - 1);
  const neighbour = 'snvfrghjokpnbmlqeatdubxszy'['abcdefghijklmnopqrstuvwxyz'.indexOf(word[at]!)]!;
  const [before, letter, next, after] = [word.slice(0, at), word[at]!, word[at + 1]!, word.slice(at + 2)];
  return before + [next, letter + neighbour + next, neighbour + next, next + letter][kind]! + after;
}

import fc from 'fast-check';
import { InvalidText } from '../platform/plain-text.js';
import { InvalidSearch, OPTIONAL, nationalReadings, readSearch } from './search-text.js';

const MOST_TOKENS = 200;

describe('readSearch', () => {
  it.each([
    ['Md. Abdur Rahim', ['md', 'abdur', 'rahim'], 2], ['rahim', ['rahim'], 1], ['Md', ['md'], 1], ['Dr. Salma Begum', ['dr', 'salma', 'begum'], 1], ['A.K.M. Fazlul Haque', ['akm', 'fazlul', 'haque'], 2],
    ['Kamaluddin', ['kamal', 'uddin'], 2], ['Fatima Al-Mansoori', ['fatima', 'al', 'mansoori'], 2], ['Saif ul Islam', ['saiful', 'islam'], 2], ['Habib ud din', ['habib', 'uddin'], 2],
    ['এ কে এম ফজলুল', ['akm', 'ফজলুল'], 2], ['M Rahman', ['rahman'], 1], ["Moh'd", ['mohd'], 1], ['মোঃ রহিম', ['মো', 'রহিম'], 1], ['Abdullah', ['abdullah'], 1],
  ])('reads %s', (text, words, needed) => {
    const read = readSearch(text);
    expect({ words: read.names.map((word) => word.text), needed: read.needed }).toEqual({ words, needed });
  });

  it.each([
    ['01711-223344', ['01711223344'], null, 1], ['rahim 3344', ['3344'], null, 2], ['rahim 12', [], null, 1], ['P-000123', [], '123', 1], ['১২৩', [], '123', 1], ['4987', ['4987'], '4987', 1],
  ])('reads the digits of %s', (text, digits, mrn, needed) => {
    expect(readSearch(text)).toMatchObject({ digits, mrn, needed });
  });

  it('asks for a title and a courtesy only as a help beside a name', () => {
    const { asked } = readSearch('Md. Rahim Mia');
    expect(new Set(asked.filter(({ word }) => word >= OPTIONAL).map(({ findable }) => findable.value))).toEqual(new Set(['f:MHMD', 'f:MIA']));
    expect(readSearch('Md.').asked.every(({ word }) => word === 0)).toBe(true);
  });

  it.each([['%', 'NOTHING_TO_SEARCH'], ['--', 'NOTHING_TO_SEARCH'], ['😀', 'NOTHING_TO_SEARCH'], ['a', 'TOO_SHORT'], ['ক', 'TOO_SHORT'], ['a b', null], ['১', null], ['aa bb cc dd ee ff gg hh ii', 'TOO_MANY_WORDS']])('of %s says %s', (text, reason) => {
    const read = () => readSearch(text);
    if (reason) expect(read).toThrow(new InvalidSearch(reason as 'TOO_SHORT'));
    else expect(read).not.toThrow();
  });

  it('answers any text with few tokens or a refusal that does not repeat it', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 120 }), fc.string({ unit: fc.constantFrom(...'মোহাম্মদ রহিম 0123৪৫ abdul k%_-.😀\u0000\u202e'), maxLength: 60 }));
    fc.assert(fc.property(text, (raw) => {
      const { read, refused } = attempt(raw);
      if (refused && raw.trim().length > 12) expect(refused.message).not.toContain(raw);
      if (!read) return;
      expect(read.asked.length).toBeLessThan(MOST_TOKENS);
      expect(read.needed).toBeGreaterThan(0);
      for (const { findable } of read.asked) expect(findable.value).not.toMatch(/^(b:|c:|f:)$/);
    }), { numRuns: 1_000 });
  });
});

const attempt = (raw: string): { read?: ReturnType<typeof readSearch>; refused?: Error } => {
  try {
    return { read: readSearch(raw) };
  } catch (error) {
    if (error instanceof InvalidSearch || error instanceof InvalidText) return { refused: error };
    throw error;
  }
};

describe('nationalReadings', () => {
  it.each([
    ['01711223344', ['1711223344']], ['8801711', ['8801711', '801711', '01711', '1711']], ['008801711', ['8801711', '801711', '01711', '1711']], ['017', []], ['1711', ['1711']],
  ])('of %s are %j', (digits, readings) => {
    expect(nationalReadings(digits)).toEqual(readings);
  });
});

import fc from 'fast-check';
import { cleanLine, cleanLines, InvalidText } from './plain-text.js';

const refusal = (clean: () => string): string => {
  try {
    return `accepted as ${clean()}`;
  } catch (error) {
    if (error instanceof InvalidText) return error.reason;
    throw error;
  }
};

describe('cleanLine', () => {
  it.each([
    ['  House 12,\t Road 5\n', 'House 12, Road 5'],
    ['Zoe\u0308', 'Zo\u00EB'],
    ['বাসা ১২,  রোড ৫', 'বাসা ১২, রোড ৫'],
  ])('cleans %j to %j', (raw, expected) => {
    expect(cleanLine(raw, 300)).toBe(expected);
  });

  it.each([
    ['', 'EMPTY'],
    [' \n', 'EMPTY'],
    ['House\u0000', 'CONTROL_CHARACTER'],
    ['House\u001B[31m', 'CONTROL_CHARACTER'],
    ['House \uD83D', 'LONE_SURROGATE'],
    ['\u202Eesuoh', 'BIDIRECTIONAL_CONTROL'],
    ['\u2066house', 'BIDIRECTIONAL_CONTROL'],
    ['ক'.repeat(301), 'TOO_LONG'],
    ['k'.repeat(1_000_000), 'TOO_LONG'],
  ])('refuses %j: %s', (raw, reason) => {
    expect(refusal(() => cleanLine(raw, 300))).toBe(reason);
  });

  it('counts code points', () => {
    expect(cleanLine('😀'.repeat(300), 300)).toHaveLength(600);
    expect(refusal(() => cleanLine('😀'.repeat(301), 300))).toBe('TOO_LONG');
  });

  it('leaves a clean line as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (raw) => {
        const outcome = refusal(() => cleanLine(raw, 60));
        if (!outcome.startsWith('accepted as ')) return;
        const line = outcome.slice('accepted as '.length);
        expect(cleanLine(line, 60)).toBe(line);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('cleanLines', () => {
  it('keeps line ends, as LF, and tabs', () => {
    expect(cleanLines(' Fever\r\n\t3 days\rCough\n', 100)).toBe('Fever\n\t3 days\nCough');
  });
});

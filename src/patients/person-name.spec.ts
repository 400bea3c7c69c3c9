import fc from 'fast-check';
import { cleanName, InvalidName, isBangla } from './person-name.js';

const ZWNJ = '\u200C';
const ZWJ = '\u200D';

function refusal(raw: string): string {
  try {
    return `accepted as ${cleanName(raw)}`;
  } catch (error) {
    if (error instanceof InvalidName) return error.reason;
    throw error;
  }
}

describe('cleanName', () => {
  it.each([
    ['  Rokon   Talukder ', 'Rokon Talukder'],
    ['Rokon\tTalukder\n', 'Rokon Talukder'],
    ['Rokon\u00A0\u3000Talukder', 'Rokon Talukder'],
    ['Zoe\u0308', 'Zo\u00EB'],
    ['Zo\u200De\u200B\u0308', 'Zo\u00EB'],
    ["Shirin D'Costa-Paul", "Shirin D'Costa-Paul"],
    ['মোঃ  রোকন তালুকদার', 'মোঃ রোকন তালুকদার'],
    ['\uFEFFRokon\u200E', 'Rokon'],
    ['Ro\u00ADkon', 'Rokon'],
  ])('cleans %j to %j', (raw, expected) => {
    expect(cleanName(raw)).toBe(expected);
  });

  it('writes a Bangla letter the same however it was typed', () => {
    const typedWhole = '\u09DF\u09BE\u09B8\u09BF\u09B0';
    const typedInParts = '\u09AF\u09BC\u09BE\u09B8\u09BF\u09B0';
    expect(cleanName(typedWhole)).toBe(cleanName(typedInParts));
  });

  it.each([
    ['ZWJ before the hasanta of র‍্য', `র${ZWJ}্যাব`, `র${ZWJ}্যাব`],
    ['ZWNJ after a hasanta', `ক্${ZWNJ}ষ`, `ক্${ZWNJ}ষ`],
    ['a run of joiners', `ক্${ZWNJ}${ZWNJ}ষ`, `ক্${ZWNJ}ষ`],
    ['a joiner beside another invisible character', `ক্\u200B${ZWNJ}ষ`, `ক্${ZWNJ}ষ`],
    ['a joiner between Latin letters', `Ro${ZWJ}kon`, 'Rokon'],
    ['a joiner between scripts', `ক${ZWNJ}R`, 'কR'],
    ['a joiner at the start', `${ZWJ}করিম`, 'করিম'],
    ['a joiner at the end', `করিম${ZWNJ}`, 'করিম'],
    ['a joiner before a space', `করিম${ZWNJ} মিয়া`.normalize('NFC'), 'করিম মিয়া'.normalize('NFC')],
    ['a mark that NFC moves up to the joiner', `\u0995\u0308\u09CD${ZWNJ}\u0995`, '\u0995\u09CD\u0308\u0995'],
    ['a joiner between Bangla digits', `১${ZWJ}২`, '১২'],
  ])('handles %s', (_case, raw, expected) => {
    expect(cleanName(raw)).toBe(expected);
  });

  it.each([
    ['', 'EMPTY'],
    [' \t\n', 'EMPTY'],
    [`${ZWJ}\u200B\uFEFF`, 'EMPTY'],
    ['Rokon\u0000', 'CONTROL_CHARACTER'],
    ['Rokon\u0007', 'CONTROL_CHARACTER'],
    ['\u001B[31mRokon', 'CONTROL_CHARACTER'],
    ['Rokon\u007F', 'CONTROL_CHARACTER'],
    ['Rokon\u0085', 'CONTROL_CHARACTER'],
    ['Rokon\uD83D', 'LONE_SURROGATE'],
    ['\uDE00Rokon', 'LONE_SURROGATE'],
    ['Rokon\u202Enodkulat', 'BIDIRECTIONAL_CONTROL'],
    ['\u202ARokon', 'BIDIRECTIONAL_CONTROL'],
    ['\u2066Rokon\u2069', 'BIDIRECTIONAL_CONTROL'],
  ])('refuses %j: %s', (raw, reason) => {
    expect(refusal(raw)).toBe(reason);
  });

  it('counts 200 code points, after cleaning', () => {
    expect(cleanName('ক'.repeat(200))).toHaveLength(200);
    expect(cleanName(`  ${'𠮷'.repeat(200)}  `)).toHaveLength(400);
    expect(refusal('ক'.repeat(201))).toBe('TOO_LONG');
    expect(refusal(`ক${' '.repeat(2_000)}`)).toBe('TOO_LONG');
  });

  it('lets only storable names through, and leaves a clean name as it is', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({
        unit: fc.constantFrom(
          ...['ক', '্', 'ষ', '\u09AF', '\u09BC', 'e', '\u0308', ' ', '\t', ZWJ, ZWNJ, '\u200B', '\u202E', '\uD800'],
        ),
        maxLength: 20,
      }),
    );
    fc.assert(
      fc.property(typed, (raw) => {
        const outcome = refusal(raw);
        if (!outcome.startsWith('accepted as ')) {
          expect(outcome).toMatch(/^(EMPTY|TOO_LONG|CONTROL_CHARACTER|LONE_SURROGATE|BIDIRECTIONAL_CONTROL)$/);
          return;
        }
        const name = outcome.slice('accepted as '.length);
        expect(cleanName(name)).toBe(name);
        expect(name).toMatch(/^\S+( \S+)*$/);
        expect(name).not.toMatch(/[\p{Cc}\p{Cs}]|(?![\u200C\u200D])\p{Cf}/u);
        expect(name.normalize('NFC')).toBe(name);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never repeats the name in its message', () => {
    expect(() => cleanName('Rokon\u0000')).toThrow(/^Invalid name: CONTROL_CHARACTER$/);
  });
});

describe('isBangla', () => {
  it.each([
    ['মোঃ রোকন তালুকদার', true],
    ['র‍্যাব', true],
    ['রোকন ২.', true],
    ['রোকন Talukder', false],
    ['Rokon', false],
    ['রोকন', false],
    ['১২৩', false],
    ['', false],
  ])('says of %j: %s', (text, expected) => {
    expect(isBangla(text)).toBe(expected);
  });
});

import fc from 'fast-check';
import { MOST_AMOUNT } from './amounts.js';
import { Currency } from './currency.js';
import { inWords } from './words.js';

const { BDT, AED } = Currency;

// A number's words as somebody reads them: each scale multiplies what was read before it since the last larger one.
function read(words: string[], numbers: Map<string, bigint>, scales: ReadonlyArray<readonly [word: string, size: bigint]>): bigint {
  const scale = scales[0];
  const at = scale ? words.lastIndexOf(scale[0]) : -1;
  if (at >= 0) return read(words.slice(0, at), numbers, scales) * scale![1] + (at + 1 < words.length ? read(words.slice(at + 1), numbers, scales.slice(1)) : 0n);
  if (scale) return read(words, numbers, scales.slice(1));
  const [word, ...more] = words;
  if (more.length || !numbers.has(word!)) throw new Error(`no number: ${words.join(' ')}`);
  return numbers.get(word!)!;
}

const banglaOf = (number: number): string => inWords(BigInt(number), BDT).bn.split(' ').at(0)!;
const belowHundred = Array.from({ length: 100 }, (_, number) => number);

// Of numbers below a hundred each has the word that an amount of so many paisa has; none has that of another.
const banglaNumbers = new Map(belowHundred.map((number) => [banglaOf(number), BigInt(number)]));
const banglaScales = [['কোটি', 10_000_000n], ['লাখ', 100_000n], ['হাজার', 1_000n], ['শত', 100n]] as const;

const ONES = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const englishNumbers = new Map([
  ...ONES.map((word, number) => [word, BigInt(number)] as const),
  ...TENS.flatMap((tens, index) => ONES.slice(0, 10).map((word, ones) => [ones ? `${tens}-${word}` : tens, BigInt(20 + 10 * index + ones)] as const)),
]);
const hundreds = [['thousand', 1_000n], ['hundred', 100n]] as const;
const englishScales = { BDT: [['crore', 10_000_000n], ['lakh', 100_000n], ...hundreds], AED: [['billion', 1_000_000_000n], ['million', 1_000_000n], ...hundreds] } as const;

function readEnglish(text: string, currency: Currency): bigint {
  const [, whole, part, partAlone] = (currency === BDT ? /^(?:Taka (.+?)(?: and (\S+) paisa)?|(\S+) paisa) only$/ : /^(?:Dirham (.+?)(?: and (\S+) fils)?|(\S+) fils) only$/).exec(text)!;
  const of = (words: string | undefined) => (words ? read(words.toLowerCase().split(' '), englishNumbers, englishScales[currency]) : 0n);
  return of(whole) * 100n + of(part ?? partAlone);
}

function readBangla(text: string, currency: Currency): bigint {
  const [, whole, part] = (currency === BDT ? /^(?:(.+?) টাকা ?)?(?:(\S+) পয়সা )?মাত্র$/ : /^(?:(.+?) দিরহাম ?)?(?:(\S+) ফিলস )?মাত্র$/).exec(text.normalize('NFC'))!;
  const of = (words: string | undefined) => (words ? read(words.replace(/(\S)শত/g, '$1 শত').split(' '), banglaNumbers, banglaScales) : 0n);
  return of(whole) * 100n + of(part);
}

describe('an amount in words', () => {
  it.each([
    [12_500_050n, BDT, 'Taka one lakh twenty-five thousand and fifty paisa only', 'এক লাখ পঁচিশ হাজার টাকা পঞ্চাশ পয়সা মাত্র'],
    [80_000n, BDT, 'Taka eight hundred only', 'আটশত টাকা মাত্র'],
    [105_000n, BDT, 'Taka one thousand fifty only', 'এক হাজার পঞ্চাশ টাকা মাত্র'],
    [4_545n, BDT, 'Taka forty-five and forty-five paisa only', 'পঁয়তাল্লিশ টাকা পঁয়তাল্লিশ পয়সা মাত্র'],
    [1n, BDT, 'One paisa only', 'এক পয়সা মাত্র'],
    [0n, BDT, 'Taka zero only', 'শূন্য টাকা মাত্র'],
    [100_000_000_000n, BDT, 'Taka one hundred crore only', 'একশত কোটি টাকা মাত্র'],
    [99_999_999_999n, BDT, 'Taka ninety-nine crore ninety-nine lakh ninety-nine thousand nine hundred ninety-nine and ninety-nine paisa only', 'নিরানব্বই কোটি নিরানব্বই লাখ নিরানব্বই হাজার নয়শত নিরানব্বই টাকা নিরানব্বই পয়সা মাত্র'],
    [20_000_500_000_000_000n, BDT, 'Taka two crore five hundred crore only', 'দুই কোটি পাঁচশত কোটি টাকা মাত্র'],
    [12_500_050n, AED, 'Dirham one hundred twenty-five thousand and fifty fils only', 'এক লাখ পঁচিশ হাজার দিরহাম পঞ্চাশ ফিলস মাত্র'],
    [100_000_000_000n, AED, 'Dirham one billion only', 'একশত কোটি দিরহাম মাত্র'],
    [5n, AED, 'Five fils only', 'পাঁচ ফিলস মাত্র'],
  ])('%s of %s', (amount, currency, en, bn) => {
    expect(inWords(amount, currency)).toEqual({ en, bn: bn.normalize('NFC') });
  });

  it('has a word of its own in Bangla for each number below a hundred', () => {
    expect(banglaNumbers.size).toBe(100);
    // Those that are misspelt most.
    const spelt = { 11: 'এগারো', 16: 'ষোলো', 19: 'উনিশ', 29: 'ঊনত্রিশ', 35: 'পঁয়ত্রিশ', 37: 'সাঁইত্রিশ', 44: 'চুয়াল্লিশ', 45: 'পঁয়তাল্লিশ', 46: 'ছেচল্লিশ', 53: 'তিপ্পান্ন', 65: 'পঁয়ষট্টি', 66: 'ছেষট্টি', 79: 'ঊনআশি', 89: 'ঊননব্বই', 92: 'বিরানব্বই', 99: 'নিরানব্বই' };
    for (const [number, word] of Object.entries(spelt)) expect(banglaOf(Number(number))).toBe(word.normalize('NFC'));
  });

  it('is read back as the amount in both languages, whatever it is', () => {
    const upTo = (max: bigint) => fc.bigInt({ min: 0n, max });
    const amounts = fc.oneof(upTo(200_000n), upTo(MOST_AMOUNT), upTo(10n ** 24n));
    fc.assert(fc.property(amounts, fc.constantFrom(BDT, AED), (amount, currency) => {
      const { en, bn } = inWords(amount, currency);
      expect([readEnglish(en, currency), readBangla(bn, currency)]).toEqual([amount, amount]);
    }), { numRuns: 5_000 });
  });

  it('is not of less than nothing', () => {
    expect(() => inWords(-1n, BDT)).toThrow(RangeError);
  });
});

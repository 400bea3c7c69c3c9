import type { BothLanguages } from '../languages.js';
import { Currency } from './currency.js';

/** How a language counts: the numbers below a hundred, and what larger ones are counted by, the largest first. */
interface Counting {
  belowHundred: (number: number) => string;
  scales: ReadonlyArray<readonly [size: bigint, named: (count: string) => string]>;
}

const after = (scale: string) => (count: string): string => `${count} ${scale}`;

const ENGLISH = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const ENGLISH_TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

// In Bangla each number below a hundred has its own word; the spelling is that of the schoolbooks of Bangladesh.
const BANGLA = [
  'শূন্য', 'এক', 'দুই', 'তিন', 'চার', 'পাঁচ', 'ছয়', 'সাত', 'আট', 'নয়',
  'দশ', 'এগারো', 'বারো', 'তেরো', 'চৌদ্দ', 'পনেরো', 'ষোলো', 'সতেরো', 'আঠারো', 'উনিশ',
  'বিশ', 'একুশ', 'বাইশ', 'তেইশ', 'চব্বিশ', 'পঁচিশ', 'ছাব্বিশ', 'সাতাশ', 'আটাশ', 'ঊনত্রিশ',
  'ত্রিশ', 'একত্রিশ', 'বত্রিশ', 'তেত্রিশ', 'চৌত্রিশ', 'পঁয়ত্রিশ', 'ছত্রিশ', 'সাঁইত্রিশ', 'আটত্রিশ', 'ঊনচল্লিশ',
  'চল্লিশ', 'একচল্লিশ', 'বিয়াল্লিশ', 'তেতাল্লিশ', 'চুয়াল্লিশ', 'পঁয়তাল্লিশ', 'ছেচল্লিশ', 'সাতচল্লিশ', 'আটচল্লিশ', 'ঊনপঞ্চাশ',
  'পঞ্চাশ', 'একান্ন', 'বায়ান্ন', 'তিপ্পান্ন', 'চুয়ান্ন', 'পঞ্চান্ন', 'ছাপ্পান্ন', 'সাতান্ন', 'আটান্ন', 'ঊনষাট',
  'ষাট', 'একষট্টি', 'বাষট্টি', 'তেষট্টি', 'চৌষট্টি', 'পঁয়ষট্টি', 'ছেষট্টি', 'সাতষট্টি', 'আটষট্টি', 'ঊনসত্তর',
  'সত্তর', 'একাত্তর', 'বাহাত্তর', 'তিয়াত্তর', 'চুয়াত্তর', 'পঁচাত্তর', 'ছিয়াত্তর', 'সাতাত্তর', 'আটাত্তর', 'ঊনআশি',
  'আশি', 'একাশি', 'বিরাশি', 'তিরাশি', 'চুরাশি', 'পঁচাশি', 'ছিয়াশি', 'সাতাশি', 'আটাশি', 'ঊননব্বই',
  'নব্বই', 'একানব্বই', 'বিরানব্বই', 'তিরানব্বই', 'চুরানব্বই', 'পঁচানব্বই', 'ছিয়ানব্বই', 'সাতানব্বই', 'আটানব্বই', 'নিরানব্বই',
].map((word) => word.normalize('NFC'));

function belowHundred(number: number): string {
  if (number < ENGLISH.length) return ENGLISH[number]!;
  const tens = ENGLISH_TENS[Math.floor(number / 10)]!;
  return number % 10 ? `${tens}-${ENGLISH[number % 10]}` : tens;
}

const byLakh: Counting = { belowHundred, scales: [[10_000_000n, after('crore')], [100_000n, after('lakh')], [1_000n, after('thousand')], [100n, after('hundred')]] };
const byMillion: Counting = { belowHundred, scales: [[1_000_000_000n, after('billion')], [1_000_000n, after('million')], [1_000n, after('thousand')], [100n, after('hundred')]] };
const inBangla: Counting = {
  belowHundred: (number) => BANGLA[number]!,
  scales: [[10_000_000n, after('কোটি')], [100_000n, after('লাখ')], [1_000n, after('হাজার')], [100n, (count) => `${count}শত`]],
};

/** A whole number of 0 or more. What is counted by the largest scale may itself need it: two lakh crore. */
function counted(number: bigint, counting: Counting): string {
  const scale = counting.scales.find(([size]) => number >= size);
  if (!scale) return counting.belowHundred(Number(number));
  const [size, named] = scale;
  const rest = number % size;
  return [named(counted(number / size, counting)), ...(rest ? [counted(rest, counting)] : [])].join(' ');
}

const PER_WHOLE = 100n;

const english: Record<Currency, { whole: string; part: string; counting: Counting }> = {
  BDT: { whole: 'Taka', part: 'paisa', counting: byLakh },
  AED: { whole: 'Dirham', part: 'fils', counting: byMillion },
};

const bangla: Record<Currency, { whole: string; part: string }> = { BDT: { whole: 'টাকা', part: 'পয়সা' }, AED: { whole: 'দিরহাম', part: 'ফিলস' } };

/** An amount of 0 or more in words, as receipts have it: `Taka one lakh twenty-five thousand and fifty paisa only`. Throws RangeError when it is less. */
export function inWords(amount: bigint, currency: Currency): BothLanguages {
  if (amount < 0n) throw new RangeError('Amounts in words are of 0 or more.');
  const whole = amount / PER_WHOLE;
  const part = amount % PER_WHOLE;
  return { en: englishOf(whole, part, currency), bn: banglaOf(whole, part, currency).normalize('NFC') };
}

function englishOf(whole: bigint, part: bigint, currency: Currency): string {
  const named = english[currency];
  const parts = part ? `${counted(part, named.counting)} ${named.part}` : '';
  if (!whole && part) return `${parts[0]!.toUpperCase()}${parts.slice(1)} only`;
  return `${named.whole} ${counted(whole, named.counting)}${parts && ` and ${parts}`} only`;
}

function banglaOf(whole: bigint, part: bigint, currency: Currency): string {
  const named = bangla[currency];
  const wholes = whole || !part ? [`${counted(whole, inBangla)} ${named.whole}`] : [];
  const parts = part ? [`${counted(part, inBangla)} ${named.part}`] : [];
  return [...wholes, ...parts, 'মাত্র'].join(' ');
}

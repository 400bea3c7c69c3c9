import { toAsciiDigits } from '../platform/digits.js';
import { coarseKeyOf, fineKeyOf, soundOf } from './name-sound.js';

/**
 * What a word is to a search. A NAME must be found. A TITLE (Md., Mst.) and a COURTESY (Begum, Haji) only help to rank when
 * there is a name beside them; an ADDRESS (Dr., Mrs.) and a PARTICLE (bin, al) say nothing of who it is.
 */
export type WordRole = 'NAME' | 'TITLE' | 'COURTESY' | 'ADDRESS' | 'PARTICLE';

/** A word of a name, with its folded spelling and its sound. */
export interface NameWord {
  text: string;
  role: WordRole;
  sound: string;
  fine: string;
  coarse: string;
  /** Whether it is one of the names whose spellings are listed: two of them that differ are different names, however alike. */
  listed: boolean;
}

/** The words of a name, abbreviations expanded and what is written together or apart made one way. No word is empty. */
export const wordsOf = (name: string): NameWord[] => split(piecesOf(name)).map(toWord);

/** The runs of digits in a text, as ASCII, without the separators that people write in telephone numbers. */
export const digitRunsOf = (text: string): string[] => toAsciiDigits(text).replace(/(?<=\d)[\s().\u2010-\u2015-]+(?=\d)/g, '').match(/\d+/g) ?? [];

const MOST_REMEMBERED = 20_000;
const remembered = new Map<string, NameWord>();

/** A word as its parts, from its folded spelling. The same words come again and again, so the last of them are remembered. */
export function toWord(text: string): NameWord {
  let word = remembered.get(text);
  if (!word) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(text, (word = madeOf(text)));
  }
  return word;
}

function madeOf(text: string): NameWord {
  const known = KNOWN.get(text);
  const sound = known?.sound ?? soundOf(text);
  // In another script the spelling itself stands for the sound.
  return { text, role: known?.role ?? 'NAME', sound, fine: sound ? fineKeyOf(sound) : text, coarse: sound ? coarseKeyOf(sound) : text, listed: Boolean(known?.sound) };
}

/** Lower case, without accents, and without the Bangla differences that people do not keep: long and short vowels, ণ and ন. */
export function foldSpelling(text: string): string {
  return text
    .normalize('NFKD').replace(/[\u0300-\u036f\u200c\u200d]/g, '').normalize('NFC').toLowerCase()
    .replace(/['’‘ʼ`ঁ]/g, '')
    .replace(/[ঃ:]/g, ' ')
    .replace(/ী/g, 'ি').replace(/ঈ/g, 'ই').replace(/ূ/g, 'ু').replace(/ঊ/g, 'উ').replace(/ণ/g, 'ন').replace(/ৎ/g, 'ত');
}

const piecesOf = (name: string): string[] =>
  foldSpelling(name).replace(/\bud[\s-]+(?=d[ie]+n\b)/g, 'ud').match(/\p{Script=Latin}+|[\p{Script=Bengali}\u09bc]+|(?:(?![\p{Script=Latin}\p{Script=Bengali}])\p{L}\p{M}*)+/gu)
    ?.filter((piece) => /\p{L}/u.test(piece)) ?? [];

const ROLES: ReadonlyArray<readonly [role: WordRole, sound: string, forms: string]> = [
  ['TITLE', 'MHMD', `md mo mohd muhd mohmd mhd moh mohammad mohammed mohammod mohamad mohamed mohamod mohomad mohomed muhammad muhammed muhamad muhamed muhammod mohammd mahammad
    মো মোহা মুহা মু মোহাম্মদ মোহাম্মাদ মোহাম্মেদ মুহাম্মদ মুহাম্মাদ মহাম্মদ মোহম্মদ মুহম্মদ মোহামেদ মোহাম্মোদ`],
  ['TITLE', 'MSMT', `mst most mosst msst moss mosa mosammat mosammot mosamat mosammad musammat musammot musamat mossammat mosammath mosammet
    মোছা মোসা মোছাম্মত মোসাম্মত মোছাম্মাত মোসাম্মাত মুসাম্মত মোসম্মত মোসাঃ মোস্ট মোসাম্মদ মোছাম্মদ`],
  ['COURTESY', '', `begum begam begom khatun khatoon bibi miah mia miya mian haji hazi hajee hajji alhaj alhajj hafez hafiz maulana moulana mawlana sree sri shri srimati sreemati kumari
    বেগম খাতুন বিবি মিয়া মিঞা হাজি হাজ্বি আলহাজ আলহাজ্ব হাফেজ মাওলানা মৌলানা শ্রি শ্রিমতি কুমারি`],
  ['ADDRESS', '', `dr mr mrs ms miss prof professor engr eng engineer adv advocate late janab janaba
    ডা ডঃ ড মি মিস মিসেস অধ্যাপক প্রফেসর প্রকৌ প্রকৌশলি ইঞ্জি ইঞ্জিনিয়ার অ্যাড অ্যাডভোকেট এডভোকেট মরহুম মরহুমা মৃত জনাব জনাবা`],
  ['PARTICLE', '', 'bin ibn bint binte binti al el as ash ad az an ar বিন ইবনে বিনতে আল'],
];

/** Names that everybody spells their own way, further apart than the sound rules bridge, under one sound. */
const FAMILIES: ReadonlyArray<readonly [sound: string, forms: string]> = [
  ['HoSaiN', 'hossain hossein hossen hosain hosein hosen hussain hussein hussen husain husein husen hossin hussin hosan হোসেন হোসাইন হুসাইন হোসেইন হোছাইন হোছেন হুসেন'],
  ['HaSaN', 'hasan hassan hasaan hossan হাসান হাছান'],
  ['CouDuRi', 'chowdhury choudhury chaudhury chaudhry chaudhary chawdhury chowdhary chowdury choudhary chodhury choudhuri chowdhuri chaudhuri chudhury চৌধুরি চৌধুরী চোধুরি চৌধরি'],
  ['SeK', 'sheikh shaikh sheik shaik shekh sk shek sheakh shaykh শেখ শাইখ সেখ'],
  ['SaeD', 'syed sayed saiyed sayeed saiyad sayyed sayyid syeed সৈয়দ সাইয়েদ সাইয়্যেদ ছৈয়দ'],
  ['BuiaN', 'bhuiyan bhuiya bhuyan bhuya bhuiyah bhuiyya bhuyia bhuian bhuia buiyan ভুইয়া ভুঁইয়া ভুইয়ান ভুইঞা ভুঞা ভুয়া'],
  ['Mia', 'mia miah miya miyah mian miyan meah মিয়া মিঞা মিয়াঁ মিয়াহ'],
  ['H@K', 'haque hoque huq haq hoq huque হক হাক'],
  ['K@ND@KaR', 'khandaker khandakar khondokar khondoker khondaker khandoker khondkar khandkar খন্দকার খোন্দকার'],
  ['CoKRoBoRTi', 'chakraborty chakrabarty chakravarty chakroborty chakrabarti chakraborti chakravarti চক্রবর্তি চক্রবর্ত্তি'],
  ['BoTaCaRJo', 'bhattacharjee bhattacharya bhattacharyya bhattacharja bhattachariya bhattacharji ভট্টাচার্য ভট্টাচার্য্য ভট্টাচার্জি'],
  ['BaNaRJi', 'banerjee banerji bandyopadhyay banarjee ব্যানার্জি ব্যানার্জী বন্দ্যোপাধ্যায়'],
  ['MuKaRJi', 'mukherjee mukherji mukharjee mukhopadhyay মুখার্জি মুখার্জী মুখোপাধ্যায়'],
  ['aCaRJi', 'acharjee acharya acharyya acharji acharja আচার্য আচার্য্য আচার্জি'],
  ['LoKMi', 'lakshmi laxmi lokkhi lakhi lakkhi luxmi laksmi লক্ষ্মি লক্ষি'],
  ['GoMeS', 'gomes gomez গোমেজ গোমেস'],
  ['RoJaRio', 'rozario rosario rojario রোজারিও'],
  ['BoSu', 'bose basu bosu boshu বসু বোস'],
  ['GoS', 'ghosh ghose gosh ghos ঘোষ'],
  ['iuSuF', 'yusuf yousuf yousef yusef eusuf yosuf yousof yusof iusuf ইউসুফ ইউছুফ'],
  ['aBDuL', 'abdul abdool abdur abdus abdun abdud abduz abdush abdoor abdoul abdol আব্দুল আবদুল আব্দুর আবদুর আব্দুস আবদুস আব্দুছ আবদুছ আব্দুন আব্দুজ আব্দুশ'],
];

const KNOWN: ReadonlyMap<string, Known> = new Map([
  ...FAMILIES.flatMap(([sound, forms]) => formsOf(forms).map((form) => [form, { role: 'NAME' as WordRole, sound }] as const)),
  ...ROLES.flatMap(([role, sound, forms]) => formsOf(forms).map((form) => [form, { role, sound: sound || FAMILIES.find(([, others]) => formsOf(others).includes(form))?.[0] }] as const)),
] as Array<[string, Known]>);

interface Known {
  role: WordRole;
  sound: string | undefined;
}

function formsOf(forms: string): string[] {
  return forms.split(/\s+/).map((form) => foldSpelling(form).trim());
}

/** Letters of the Latin alphabet as Bangla writes their names: এ কে এম is A K M. */
const LETTER_NAMES: ReadonlyMap<string, string> = new Map(Object.entries({
  এ: 'a', বি: 'b', সি: 'c', ডি: 'd', ই: 'e', এফ: 'f', জি: 'g', এইচ: 'h', আই: 'i', জে: 'j', কে: 'k', এল: 'l', এম: 'm', এন: 'n', ও: 'o', পি: 'p',
  আর: 'r', এস: 's', টি: 't', ইউ: 'u', ভি: 'v', এক্স: 'x', ওয়াই: 'y', জেড: 'z',
}).map(([name, letter]) => [foldSpelling(name), letter]));

// What is written together in one place and apart in another is taken apart, or put together, always the same way.
const TOGETHER: readonly RegExp[] = [
  /^(abd[ou]+(?:sh|[lrsndz]))(?!l?ah?$)(.{3,})$/, /^(আব্?দু[লরসছনজশ])(?!্)(.{3,})$/, /^(.{3,}?)(ud+[ie]+n)$/, /^(.{2,}?)([উু]দ্দিন)$/,
  /^(?!abd)(.{3,}?)(ul+ah?)$/, /^(?!আব্দ|আবদ)(.{2,}?)([উু]ল্লা[হ]?)$/, /^(al)([b-df-hj-km-np-tv-z].{3,}[iy])$/,
];
const ON_THE_WORD_BEFORE = /^(ul|ur|us|un|ush|ud|উল|উর|উস)$/;

function split(pieces: string[]): string[] {
  const words: string[] = [];
  let initials = '';
  const settle = (): void => {
    if (initials) words.push(initials);
    initials = '';
  };
  pieces.forEach((piece, at) => {
    const letter = initialOf(piece, pieces, at);
    if (letter) return void (initials += letter);
    settle();
    const before = words.at(-1);
    if (ON_THE_WORD_BEFORE.test(piece) && before !== undefined && at < pieces.length - 1) words[words.length - 1] = before + piece.replace('উ', 'ু');
    else words.push(...apart(piece));
  });
  settle();
  return words;
}

function apart(piece: string): string[] {
  if (KNOWN.has(piece)) return [piece];
  for (const pattern of TOGETHER) {
    const parts = pattern.exec(piece);
    if (parts) return [...apart(parts[1]!), ...apart(parts[2]!.replace(/^ু/, 'উ'))];
  }
  return [piece];
}

/** The Latin letter that a piece stands for beside other initials; a letter alone among words is one too. */
function initialOf(piece: string, pieces: string[], at: number): string | undefined {
  if (/^[a-z]$/.test(piece)) return piece;
  const letter = LETTER_NAMES.get(piece);
  const beside = [pieces[at - 1], pieces[at + 1]].some((other) => other !== undefined && LETTER_NAMES.has(other));
  return letter && beside ? letter : undefined;
}

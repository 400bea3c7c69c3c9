// One Latin letter or two for each letter of Bangla, the same for those that are confused in writing.
const LATIN: Readonly<Record<string, string>> = {
  অ: 'a', আ: 'a', ই: 'i', ঈ: 'i', উ: 'u', ঊ: 'u', ঋ: 'ri', এ: 'e', ঐ: 'oi', ও: 'o', ঔ: 'ou',
  'া': 'a', 'ি': 'i', 'ী': 'i', 'ু': 'u', 'ূ': 'u', 'ৃ': 'ri', 'ে': 'e', 'ৈ': 'oi', 'ো': 'o', 'ৌ': 'ou',
  ক: 'k', খ: 'kh', গ: 'g', ঘ: 'gh', ঙ: 'n', চ: 'c', ছ: 'ch', জ: 'j', ঝ: 'jh', ঞ: 'n', ট: 't', ঠ: 'th', ড: 'd', ঢ: 'dh', ণ: 'n',
  ত: 't', থ: 'th', দ: 'd', ধ: 'dh', ন: 'n', প: 'p', ফ: 'f', ব: 'b', ভ: 'v', ম: 'm', য: 'j', র: 'r', ল: 'l', শ: 's', ষ: 's', স: 's', হ: 'h',
  'ৎ': 't', 'ং': 'n', 'ঁ': 'n',
};

// It only lengthens the vowel behind it, and is left out as often as it is written.
const YA_PHALA = /\u09CD\u09AF/g;

/**
 * A word in Latin letters and digits only, by which words that are spelt nearly alike are found: the database takes trigrams of
 * nothing else, because it compares texts byte by byte. Marks and letters of other scripts are left out.
 */
export const soundKey = (word: string): string =>
  [...word.normalize('NFD').replace(/[\u0300-\u036F]/g, '').normalize('NFC').toLowerCase().replace(YA_PHALA, '')].map((letter) => LATIN[letter] ?? (/[a-z0-9]/.test(letter) ? letter : '')).join('');

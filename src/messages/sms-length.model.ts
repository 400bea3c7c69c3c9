/** The alphabet of an SMS whose characters take seven bits each, and those that take two places (3GPP TS 23.038, sections 6.2.1 and 6.2.1.1). */
const seven = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const escaped = new Set('\f^{}\\[~]|€');

/** How an SMS is written, and how many messages it is sent as. */
export interface SmsLength {
  alphabet: 'GSM-7' | 'UCS-2';
  segments: number;
}

/** How long a text is as an SMS: one segment has 160 places of GSM-7 or 70 of UCS-2; one of several 153 or 67, and no character is cut in two (3GPP TS 23.040, section 9.2.3.24.1). */
export function smsLength(text: string): SmsLength {
  const characters = [...text];
  const isSeven = characters.every((character) => seven.has(character) || escaped.has(character));
  const sizes = characters.map((character) => (isSeven ? (escaped.has(character) ? 2 : 1) : character.length));
  const [alone, joined] = isSeven ? [160, 153] : [70, 67];
  const alphabet = isSeven ? 'GSM-7' : 'UCS-2';
  if (sizes.reduce((sum, size) => sum + size, 0) <= alone) return { alphabet, segments: 1 };
  let segments = 1;
  let taken = 0;
  for (const size of sizes) {
    if (taken + size > joined) [segments, taken] = [segments + 1, 0];
    taken += size;
  }
  return { alphabet, segments };
}

/** A name without its last word; without the last letter, as it is read, when it is a single word. */
export function shorterName(name: string, locale: string): string {
  const space = name.lastIndexOf(' ');
  if (space > 0) return name.slice(0, space);
  return [...new Intl.Segmenter(locale).segment(name)].slice(0, -1).map(({ segment }) => segment).join('');
}

/** One text in both languages: what a reader prefers is not known, so every mail is written in both. */
export interface Words {
  en: string;
  bn: string;
}

/** A mail to one person. Texts are plain; the link is shown whole, below the text. */
export interface Letter {
  to: string;
  subject: Words;
  paragraphs: Words[];
  link?: { url: string; label: Words };
}

const LONGEST_NAME = 100;
/** After these, and before more text, mail programs see an address: the dots are those of domain names (RFC 3490, section 3.1), and what looks like one. */
const JOINING = /(?<=[.:@\u2024\u3002\uFE52\uFE55\uFE6B\uFF0E\uFF1A\uFF20\uFF61])(?=[^\s])/gu;

/** A name that somebody chose, as a mail in our name shows it: cut where it is no name any more, and nothing in it that a mail program makes a link of. */
export const nameInLetter = (name: string): string =>
  (name.length > LONGEST_NAME ? `${[...name].slice(0, LONGEST_NAME).join('')}…` : name).replace(JOINING, ' ');

/** How a mail addresses a person. */
export const greeting = ({ nameEn, nameBn }: { nameEn: string; nameBn: string | null }): Words =>
  ({ en: `Dear ${nameInLetter(nameEn)},`, bn: `প্রিয় ${nameInLetter(nameBn ?? nameEn)},` });

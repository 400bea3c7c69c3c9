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

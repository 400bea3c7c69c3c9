import type { Letter, Words } from './letter.model.js';

/** The texts of a mail, each with English above Bangla. */
export interface Message {
  subject: string;
  text: string;
  html: string;
}

const languages = ['en', 'bn'] as const;

/** Writes a letter out, as plain text and as simple HTML in which the letter's own text is escaped. */
export function messageOf({ subject, paragraphs, link }: Letter): Message {
  const inLanguage = (language: keyof Words): string =>
    [...paragraphs.map((paragraph) => paragraph[language]), ...(link ? [`${link.label[language]}:\n${link.url}`] : [])].join('\n\n');
  const html = languages.map((language) => [
    `<div lang="${language}">`,
    ...paragraphs.map((paragraph) => `<p dir="auto">${escaped(paragraph[language])}</p>`),
    ...(link ? [`<p><a href="${escaped(link.url)}">${escaped(link.label[language])}</a></p>`] : []),
    '</div>',
  ].join('\n'));
  return {
    subject: `${subject.en} · ${subject.bn}`,
    text: `${languages.map(inLanguage).join('\n\n— — —\n\n')}\n`,
    html: `<!doctype html>\n<meta charset="utf-8">\n${html.join('\n<hr>\n')}\n`,
  };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

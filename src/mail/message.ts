import { html } from '../platform/html.js';
import type { Letter, Words } from './letter.model.js';

/** The texts of a mail, each with English above Bangla. */
export interface Message {
  subject: string;
  text: string;
  html: string;
}

const languages = ['en', 'bn'] as const;

/** Writes a letter out, as plain text and as simple HTML. */
export function messageOf({ subject, paragraphs, link }: Letter): Message {
  const inLanguage = (language: keyof Words): string =>
    [...paragraphs.map((paragraph) => paragraph[language]), ...(link ? [`${link.label[language]}:\n${link.url}`] : [])].join('\n\n');
  const parts = languages.map((language) => html`<div lang="${language}">
${paragraphs.map((paragraph) => html`<p dir="auto" style="white-space: pre-line">${paragraph[language]}</p>\n`)}${link && html`<p><a href="${link.url}">${link.label[language]}</a></p>\n`}</div>`.text);
  return {
    subject: `${subject.en} · ${subject.bn}`,
    text: `${languages.map(inLanguage).join('\n\n— — —\n\n')}\n`,
    html: `<!doctype html>\n<meta charset="utf-8">\n${parts.join('\n<hr>\n')}\n`,
  };
}

/** Text that is HTML already; only `html` makes it. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | null | undefined | readonly Part[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** HTML out of a template: whatever is put in and is not HTML itself is shown as the text it is, in any place of an element or a quoted attribute. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(texts.map((text, index) => text + (index < parts.length ? rendered(parts[index]) : '')).join(''));

function rendered(part: Part): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(rendered).join('') : escaped(String(part));
}

// Also what turns the direction of text, so that it reads as something else (Unicode UAX #9), and what no page can hold.
const escaped = (text: string): string =>
  text.replace(/[\u202A-\u202E\u2066-\u2069]|(?![\t\n\r])[\p{Cc}\p{Cs}]/gu, '\uFFFD').replace(/[&<>"']/g, (character) => entities[character]!);

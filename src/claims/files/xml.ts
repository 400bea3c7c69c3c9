import { type XmlDocument, XmlDocumentType, XmlElement, XmlError, parseXml } from '@rgrove/parse-xml';

/** An element to be written: its name, and its text or what is in it. Null is left out. */
export type Written = readonly [name: string, content: string | ReadonlyArray<Written | null>] | null;

/** A text that no XML can hold: a control character, or half a character. */
export class UnwritableText extends Error {
  override readonly name = 'UnwritableText';

  constructor() {
    super('The text has characters that XML does not allow.');
  }
}

/** What keeps a file from being read as XML. */
export type NotXmlReason = 'NOT_XML' | 'DOCTYPE';

/** A file that is not XML as it is taken here; the message never repeats any of it. */
export class NotXml extends Error {
  override readonly name = 'NotXml';

  constructor(
    readonly reason: NotXmlReason,
    /** Where, from 1; null when it is all over the place. */
    readonly line: number | null,
  ) {
    super(`Not XML: ${reason}`);
  }
}

/** Writes a document; `attributes` of its root are written as they are. */
export function xmlText([name, content]: NonNullable<Written>, attributes: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} ${attributes}>\n${inside(content, '  ')}</${name}>\n`;
}

/** Reads a document and gives its root. Document types, which entities could be defined by, are refused. Throws NotXml. */
export function readXml(text: string): XmlElement {
  const document = parsed(text);
  const type = document.children.find((child) => child instanceof XmlDocumentType);
  if (type) throw new NotXml('DOCTYPE', lineAt(text, type.start));
  return document.root!;
}

/** The elements directly in another, of one name. */
export const childrenOf = (element: XmlElement, name: string): XmlElement[] => element.children.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name);

function parsed(text: string): XmlDocument {
  try {
    return parseXml(text, { preserveDocumentType: true, includeOffsets: true });
  } catch (error) {
    if (error instanceof XmlError) throw new NotXml('NOT_XML', error.line);
    // Elements in elements without end are no eClaim; the parser calls itself for each.
    if (error instanceof RangeError) throw new NotXml('NOT_XML', null);
    throw error;
  }
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function inside(content: ReadonlyArray<Written> | string, indent: string): string {
  if (typeof content === 'string') return escaped(content);
  return content.map((written) => (written ? `${indent}${elementText(written, indent)}\n` : '')).join('');
}

function elementText([name, content]: NonNullable<Written>, indent: string): string {
  return typeof content === 'string' ? `<${name}>${escaped(content)}</${name}>` : `<${name}>\n${inside(content, `${indent}  `)}${indent}</${name}>`;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

function escaped(text: string): string {
  // XML 1.0, production 2 (Char).
  if (!/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(text)) throw new UnwritableText();
  return text.replace(/[&<>\r]/g, (character) => escapes[character]!);
}

import { InvalidText, cleanLine } from '../platform/plain-text.js';
import { extensions } from './document-types.js';

/** The most characters (code points) of a file name. */
export const LONGEST_FILE_NAME = 200;

/** A file name whose extension stands for nothing that is taken. */
export class UnknownExtension extends Error {
  override readonly name = 'UnknownExtension';
}

/**
 * The name of a file without the directories before it, as some browsers and scanners send them. Throws InvalidText as
 * `cleanLine` does, also when nothing but the extension is left, and UnknownExtension.
 */
export function cleanFileName(raw: string): string {
  const line = cleanLine(raw, 10 * LONGEST_FILE_NAME);
  // One that ends in a separator names a directory, and no file.
  const name = cleanLine(line.slice(Math.max(line.lastIndexOf('/'), line.lastIndexOf('\\')) + 1), LONGEST_FILE_NAME);
  if (!extensions.has(extensionOf(name))) throw new UnknownExtension();
  if (/^[.\s]*$/.test(name.slice(0, name.lastIndexOf('.')))) throw new InvalidText('EMPTY', LONGEST_FILE_NAME);
  return name;
}

/** What follows the last dot of a file name, in lower case; empty when there is no dot. */
export const extensionOf = (name: string): string => (name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '');

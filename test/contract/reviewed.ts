import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Compares lines with a text beside the tests that a person has reviewed. UPDATE_REVIEWED=1 writes it anew: the
 * difference then shows in the commit, to be reviewed as what it is, a change of rights or of the interface.
 */
export function expectReviewed(file: string, lines: readonly string[]): void {
  const path = join(process.cwd(), file);
  const text = `${lines.join('\n')}\n`;
  if (process.env['UPDATE_REVIEWED'] === '1') writeFileSync(path, text);
  const reviewed = existsSync(path) ? readFileSync(path, 'utf8') : '';
  expect(text.split('\n')).toEqual(reviewed.split('\n'));
}

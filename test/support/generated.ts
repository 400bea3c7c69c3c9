import { readFileSync, writeFileSync } from 'node:fs';

/** Compares the part of a page between `<!-- name: … -->` and `<!-- end -->` with what it is generated from. UPDATE_REVIEWED=1 writes it anew. */
export function expectGenerated(page: string, name: string, content: string): void {
  const text = readFileSync(page, 'utf8');
  const [, before, current, after] = new RegExp(`^([\\s\\S]*<!-- ${name}: [^\\n]*-->\\n)([\\s\\S]*?)(<!-- end -->[\\s\\S]*)$`).exec(text) ?? [];
  if (before === undefined) throw new Error(`${page} has no part "${name}"`);
  if (process.env['UPDATE_REVIEWED'] === '1') writeFileSync(page, `${before}\n${content}\n${after}`);
  else expect(current?.split('\n')).toEqual(`\n${content}\n`.split('\n'));
}

/** A Markdown table. */
export function table(heading: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n') + '\n';
}

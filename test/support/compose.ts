/** A value of the part of YAML that our compose file keeps to. */
export type Yaml = string | Yaml[] | { [key: string]: Yaml };

interface Line {
  indent: number;
  text: string;
}

/** Reads YAML made of block mappings, block lists of scalars, and scalars on one line; throws on anything else. */
export function readYaml(source: string): Yaml {
  const lines = source.split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    .map((line): Line => ({ indent: line.length - line.trimStart().length, text: line.trim() }));
  const value = block(lines, 0);
  if (lines.length > 0) throw new Error(`not understood: ${lines[0]!.text}`);
  return value;
}

function block(lines: Line[], indent: number): Yaml {
  return lines[0]!.text.startsWith('- ') ? list(lines, indent) : mapping(lines, indent);
}

function list(lines: Line[], indent: number): Yaml[] {
  const items: Yaml[] = [];
  while (lines[0]?.indent === indent && lines[0].text.startsWith('- ')) items.push(scalar(lines.shift()!.text.slice(2)));
  return items;
}

function mapping(lines: Line[], indent: number): Yaml {
  const entries: Array<[string, Yaml]> = [];
  while (lines[0]?.indent === indent) {
    const { text } = lines.shift()!;
    const [, key, rest] = /^([\w-]+):(?: (.+))?$/.exec(text) ?? [];
    if (!key) throw new Error(`not understood: ${text}`);
    entries.push([key, rest === undefined ? block(lines, lines[0].indent) : scalar(rest)]);
  }
  return Object.fromEntries(entries);
}

function scalar(text: string): Yaml {
  if (text === '{}') return {};
  if (/^[&*![{|>%@`]/.test(text)) throw new Error(`not understood: ${text}`);
  return text.replace(/^"(.*)"$/, '$1');
}

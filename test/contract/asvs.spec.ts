import { existsSync, readFileSync } from 'node:fs';

const PAGE = 'docs/asvs.md';

interface Row {
  id: string;
  what: string;
  seen: string;
}

const rows: Row[] = readFileSync(PAGE, 'utf8').split('\n').flatMap((line) => {
  const [, id, what, seen] = /^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \|$/.exec(line) ?? [];
  return id ? [{ id, what: what!, seen: seen! }] : [];
});

const REFERENCE = /\[`([^`]+)`\]\(\.\.\/([^)]+)\)((?:,? “[^”]+”)*)/g;

describe('the register of requirements', () => {
  it('has each one of the chapters once, in their order', () => {
    const required = readFileSync('test/fixtures/asvs-5.0.txt', 'utf8').split('\n').filter((line) => /^\d/.test(line)).map((line) => line.split(' ')[0]);
    expect(required.length).toBeGreaterThan(90);
    expect(rows.map(({ id }) => id)).toEqual(required);
  });

  it('names a test for each, or says that it does not apply or is not met yet', () => {
    expect(rows.filter(({ seen }) => !/^(\[`test\/|\[`src\/|Not yet|Does not apply|By reading)/.test(seen)).map(({ id }) => id)).toEqual([]);
  });

  it('names tests that exist, by words of their titles', () => {
    const missing = rows.flatMap(({ id, seen }) => [...seen.matchAll(REFERENCE)].flatMap(([, label, path, titles]) => {
      if (label !== path || !existsSync(path!)) return [`${id}: no ${label}`];
      const source = readFileSync(path!, 'utf8').replaceAll('’', "'");
      return [...titles!.matchAll(/“([^”]+)”/g)].filter(([, title]) => !source.includes(title!.replaceAll('’', "'"))).map(([, title]) => `${id}: ${path} has no “${title}”`);
    }));
    expect(missing).toEqual([]);
  });
});

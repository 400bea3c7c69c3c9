import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', '.git', '.data', 'coverage']);

const walk = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });

// What is under version control; all files where there is none.
const listed = (): string[] => {
  if (!existsSync('.git')) return walk('.');
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n').filter((path) => path && existsSync(path));
};

const faults: Array<{ what: string; pattern: RegExp; where?: RegExp; except?: RegExp }> = [
  { what: 'the address of a package registry', pattern: /registry\.npmjs|npmmirror|verdaccio|artifactory|"resolved":|\/\/registry\./i },
  { what: 'a path of the machine it was written on', pattern: /\/work\/|\/tmp\/(house|platform)|\/root\/|\/home\/(?!node\b)\w+/ },
  { what: 'something left to do', pattern: /\b(TODO|FIXME|XXX|HACK)\b/ },
  { what: 'a test that is skipped, or that lets others be', pattern: /\b(it|test|describe)\.(skip|only|todo|failing)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\(/, where: /\.ts$/ },
  { what: 'a conflict that was not settled', pattern: /^(<{7}|>{7}) /m },
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, where: /./, except: /\.spec\.ts$/ },
  { what: 'a silenced check', pattern: /eslint-disable|@ts-(ignore|nocheck)/, where: /\.ts$/ },
];

describe('the text of the project', () => {
  const files = listed().filter((path) => !/\.(png|jpg|gz|ico|woff2?)$/.test(path) && path !== 'LICENSE' && !path.endsWith('contract/text.spec.ts'));

  it('is found', () => {
    expect(files).toEqual(expect.arrayContaining(['package.json', 'src/main.ts', 'migrations/all.ts', 'package-lock.json']));
  });

  it.each(faults)('has nowhere $what', ({ pattern, where = /./, except = /^$/ }) => {
    const found = files.filter((path) => where.test(path) && !except.test(path)).flatMap((path) => {
      const lines = readFileSync(path, 'utf8').split('\n');
      return lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 120)}`] : []));
    });
    expect(found).toEqual([]);
  });

  it('would be caught saying so', () => {
    const samples = ['//registry.example/x', `/${'work'}/main/x`, 'TODO: later', `it.${'skip'}('x')`, '<<<<<<< HEAD', '-----BEGIN PRIVATE KEY-----', '// eslint-disable-next-line'];
    expect(faults.map(({ pattern }, index) => pattern.test(samples[index]!))).toEqual(faults.map(() => true));
  });
});

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { groups } from './test/setup/groups.mjs';
import { suitesWithoutBrowser } from './test/setup/browser.mjs';

const packagesIn = (directory) =>
  readdirSync(directory, { withFileTypes: true }).flatMap(({ name }) =>
    name.startsWith('.') ? [] : name.startsWith('@') ? readdirSync(join(directory, name)).map((inner) => `${name}/${inner}`) : [name]);

const isEsModule = (name) => {
  try {
    return JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules', name, 'package.json'), 'utf8')).type === 'module';
  } catch {
    return false;
  }
};

// Nest 12 and several others are ES modules only; Jest runs them as CommonJS through swc. Fastify's plugins import such ones.
// A package may bring such ones along that elsewhere have another version.
const packages = packagesIn(join(import.meta.dirname, 'node_modules'));
const inside = packages.flatMap((name) => {
  const directory = join(import.meta.dirname, 'node_modules', name, 'node_modules');
  return existsSync(directory) ? packagesIn(directory).filter((inner) => isEsModule(`${name}/node_modules/${inner}`)) : [];
});
const esModules = ['@fastify/[^/]+', ...new Set([...packages.filter(isEsModule), ...inside])];

const swc = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

// A whole run takes suites together, and leaves out what installs the product or drives a browser, which has a command of its own; one that is named runs by itself.
const isWholeRun = process.argv.slice(2).every((word) => word.startsWith('-'));
const unrun = Object.keys(groups).filter((name) => !existsSync(join(import.meta.dirname, 'test/groups', `${name}.spec.ts`)));
if (unrun.length) throw new Error(`test/groups has no file that runs the suites of: ${unrun.join(', ')}`);
const inGroups = Object.values(groups).flat().map((suite) => `<rootDir>/${suite}.spec.ts`);

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...suitesWithoutBrowser(), ...(isWholeRun ? [...inGroups, '<rootDir>/test/(installation|browser|examples)/'] : ['<rootDir>/test/groups/'])],
  transform: { '^.+\\.m?[jt]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
  // The source of workerpool declares a Promise of its own, which the injected globals below do not allow; its bundle does so inside a function.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^workerpool$': '<rootDir>/node_modules/workerpool/dist/workerpool.js' },
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/setup/at-end.ts'],
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
  // Reading these from Jest's sandbox is slow. Only names that no module declares for itself, and nothing that tests replace, such as Date.
  sandboxInjectedGlobals: ['Array', 'Math', 'Object', 'Promise', 'Reflect', 'Symbol'],
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/setup/sequencer.mjs',
  maxWorkers: '100%',
  // Each suite leaves the modules of a whole server behind.
  workerIdleMemoryLimit: '1.5GB',
};

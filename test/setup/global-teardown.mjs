/** Stops the database that the suites shared. */
export default async function globalTeardown() {
  await globalThis.stopTestCluster?.();
}

import { join } from 'node:path';
import { groups } from '../setup/groups.mjs';

/** Runs the suites of a group as if they were one file, and takes back what one of them put in the place of others' code. */
export function runGroup(name: string): void {
  for (const suite of groups[name]!) {
    describe(suite, () => {
      afterAll(() => {
        jest.restoreAllMocks();
        jest.useRealTimers();
      });
      jest.requireActual(join(process.cwd(), `${suite}.spec.ts`));
    });
  }
}

import Sequencer from '@jest/test-sequencer';
import { basename } from 'node:path';
import { groups } from './groups.mjs';

/** Groups first, in their order: they take longest, and what is short fills the time until all workers have ended. */
export default class extends Sequencer {
  sort(tests) {
    const isGroup = ({ path }) => path.includes('/test/groups/');
    const sorted = super.sort(tests);
    const place = ({ path }) => Object.keys(groups).indexOf(basename(path, '.spec.ts'));
    return [...sorted.filter(isGroup).sort((one, other) => place(one) - place(other)), ...sorted.filter((test) => !isGroup(test))];
  }
}

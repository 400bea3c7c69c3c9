import Sequencer from '@jest/test-sequencer';

/** Groups first: they take longest, and what is short fills the time until all workers have ended. */
export default class extends Sequencer {
  sort(tests) {
    const isGroup = ({ path }) => path.includes('/test/groups/');
    const sorted = super.sort(tests);
    return [...sorted.filter(isGroup), ...sorted.filter((test) => !isGroup(test))];
  }
}

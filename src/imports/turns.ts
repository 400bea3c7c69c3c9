import { setImmediate } from 'node:timers/promises';

const TURN_MS = 10;

/** Lets others have the process once the work in between has held it for 10 ms; call the result after every small piece of work. */
export function turns(): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < TURN_MS) return;
    await setImmediate();
    begun = performance.now();
  };
}

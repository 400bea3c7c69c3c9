import { setImmediate } from 'node:timers/promises';
import { RecurringWork } from './recurring-work.js';

const HOUR_MS = 3_600_000;

describe('recurring work', () => {
  it('is done at the start, then at its times, and no more once it was stopped', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      let runs = 0;
      const work = new RecurringWork(async () => void runs++, HOUR_MS, fail);
      await work.start();
      expect(runs).toBe(1);
      await jest.advanceTimersByTimeAsync(2.5 * HOUR_MS);
      expect(runs).toBe(3);
      await work.stop();
      await jest.advanceTimersByTimeAsync(5 * HOUR_MS);
      expect(runs).toBe(3);
    } finally {
      jest.useRealTimers();
    }
  });

  it('goes on after a run that failed, and tells of it', async () => {
    const told: unknown[] = [];
    const errors = [new Error('away'), undefined];
    const work = new RecurringWork(async () => {
      const error = errors.shift();
      if (error) throw error;
    }, HOUR_MS, (error) => told.push(error));
    await work.run();
    await work.run();
    expect([told, errors]).toEqual([[new Error('away')], []]);
  });

  it('does one run after the other, and is stopped when the last is over', async () => {
    const steps: string[] = [];
    let go = (): void => undefined;
    const work = new RecurringWork(async () => {
      steps.push('begun');
      await new Promise<void>((resolve) => (go = resolve));
      steps.push('over');
    }, HOUR_MS, fail);
    void work.run();
    void work.run();
    const stopped = work.stop().then(() => steps.push('stopped'));
    await setImmediate();
    expect(steps).toEqual(['begun']);
    go();
    await setImmediate();
    expect(steps).toEqual(['begun', 'over', 'begun']);
    go();
    await stopped;
    expect(steps).toEqual(['begun', 'over', 'begun', 'over', 'stopped']);
  });
});

function fail(error: unknown): never {
  throw error;
}

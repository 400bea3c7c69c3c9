import { type InLine, expectedTurns, paceOf } from './estimates.js';

const start = new Date('2026-11-21T11:00:00Z');
const minutes = (turn: { from: Date; until: Date } | undefined): [number, number] =>
  [turn!.from, turn!.until].map((at) => Math.round((at.getTime() - start.getTime()) / 60_000)) as [number, number];
const here = (count: number): InLine[] => Array.from({ length: count }, (_, index) => ({ id: String(index), state: 'HERE' }));

/** Random numbers from 0 to 1 that are the same in every run (mulberry32, public domain). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('the pace of a session', () => {
  it('is that of its plan at first, and more and more its own', () => {
    expect(paceOf([], 6)).toMatchObject({ mean: 6, deviation: 3 });
    expect(paceOf(Array(3).fill(12), 6).mean).toBe(9);
    const own = paceOf(Array(97).fill(12), 6);
    expect(own.mean).toBeCloseTo(11.82, 2);
    expect(own.deviation).toBeLessThan(1.3);
  });
});

describe('the turn of somebody in a queue', () => {
  it('is at once for the first, and later and less certain for each after', () => {
    const turns = expectedTurns(here(10), paceOf([], 6), start);
    expect(minutes(turns.get('0'))).toEqual([0, 4]);
    const [from, until] = minutes(turns.get('9'));
    expect(from).toBeLessThan(54);
    expect(until).toBeGreaterThan(54);
    expect(until - from).toBeGreaterThan(minutes(turns.get('3'))[1] - minutes(turns.get('3'))[0]);
  });

  it('waits for who is with the doctor, a while longer also when that takes long', () => {
    const wait = (sinceMinutes: number) => minutes(expectedTurns([{ id: 'in', state: 'IN_CONSULT', sinceMinutes }, ...here(1)], paceOf(Array(50).fill(8), 8), start).get('0'));
    expect(wait(0)[1]).toBeGreaterThan(wait(6)[1]);
    expect(wait(60)[1]).toBeGreaterThan(0);
  });

  it('is never before its slot', () => {
    const slot = new Date(start.getTime() + 90 * 60_000);
    expect(minutes(expectedTurns([{ id: 'a', state: 'HERE', notBefore: slot }], paceOf([], 6), start).get('a'))).toEqual([90, 94]);
  });

  it('comes sooner when those ahead have not come yet', () => {
    const line = (state: InLine['state']): InLine[] => [...Array.from({ length: 10 }, (_, index): InLine => ({ id: `x${index}`, state })), { id: 'me', state: 'HERE' }];
    const middle = (state: InLine['state']) => minutes(expectedTurns(line(state), paceOf([], 6), start).get('me')).reduce((a, b) => a + b) / 2;
    expect(middle('TO_COME')).toBeLessThan(middle('HERE'));
  });

  it('falls into what was told about four times out of five, whatever the doctor’s pace', () => {
    const next = random(7);
    let [told, kept] = [0, 0];
    for (let day = 0; day < 300; day++) {
      // Lasting half to twice as long as planned, and each consultation as long as it takes (log-normal by Box and Muller).
      const typical = 6 * (0.5 + 1.5 * next());
      const took = Array.from({ length: 30 }, () => typical * Math.exp(0.45 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())));
      for (const behind of [3, 8, 15]) {
        const turns = expectedTurns(here(30 - behind), paceOf(took.slice(0, behind), 6), start);
        for (let k = 1; k < 30 - behind; k += 4) {
          const at = took.slice(behind, behind + k).reduce((a, b) => a + b, 0);
          const [from, until] = minutes(turns.get(String(k)));
          told++;
          if (at >= from && at <= until) kept++;
        }
      }
    }
    expect(told).toBeGreaterThan(3000);
    expect(kept / told).toBeGreaterThan(0.7);
    expect(kept / told).toBeLessThan(0.95);
  });
});

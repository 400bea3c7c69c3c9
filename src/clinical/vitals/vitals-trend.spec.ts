import { type TrendPoint, thinned } from './vitals-trend.js';

const at = (minute: number, value: string): TrendPoint => ({ id: `${minute}`, measuredAt: new Date(minute * 60_000), value });

describe('thinning a trend', () => {
  it('leaves few points as they are', () => {
    const points = [at(0, '1'), at(1, '2'), at(2, '3')];
    expect(thinned(points, 4)).toEqual(points);
    expect(thinned([], 4)).toEqual([]);
  });

  it('keeps the lowest and the highest of each part of the period, in the order of time', () => {
    const points = [at(0, '5'), at(1, '9'), at(2, '10'), at(3, '5'), at(50, '7'), at(60, '6'), at(99, '8'), at(100, '7.5')];
    expect(thinned(points, 4).map(({ value, id }) => `${id}:${value}`)).toEqual(['0:5', '2:10', '60:6', '99:8']);
  });

  it('never gives more than asked for, and never loses the extremes', () => {
    const points = Array.from({ length: 5_000 }, (_, i) => at(i * i, String(100 + Math.round(50 * Math.sin(i)))));
    points[2_345] = { ...points[2_345]!, value: '999' };
    const kept = thinned(points);
    expect(kept.length).toBeLessThanOrEqual(500);
    expect(kept.length).toBeGreaterThan(250);
    expect(kept.some(({ value }) => value === '999')).toBe(true);
    expect(kept.map(({ measuredAt }) => measuredAt.getTime())).toEqual(kept.map(({ measuredAt }) => measuredAt.getTime()).sort((a, b) => a - b));
  });

  it('survives that everything was measured at one instant', () => {
    expect(thinned(Array.from({ length: 10 }, (_, i) => ({ ...at(0, String(i)), id: `${i}` })), 4).map(({ value }) => value)).toEqual(['0', '9']);
  });
});

import { compared, exactly } from '../../platform/decimal.js';

/** One value of a measure, in its canonical unit, and when it was measured. */
export interface TrendPoint {
  id: string;
  measuredAt: Date;
  value: string;
}

/** Among how many of a patient's newest occasions the latest values are looked for. */
export const LATEST_AMONG = 200;

/** How many occasions of a period a trend looks at. */
export const TREND_AMONG = 2_000;

/** The most points of one trend. */
export const MOST_POINTS = 500;

/**
 * At most `most` of these points, oldest first. When there are more, their period is cut into `most` / 2 equal parts, and of
 * each part the lowest and the highest value stay, so that no peak is lost.
 */
export function thinned(points: readonly TrendPoint[], most = MOST_POINTS): TrendPoint[] {
  if (points.length <= most) return [...points];
  const start = points[0]!.measuredAt.getTime();
  const part = (points.at(-1)!.measuredAt.getTime() - start) / (most / 2);
  const parts = new Map<number, TrendPoint[]>();
  for (const point of points) {
    const index = Math.min(Math.floor((point.measuredAt.getTime() - start) / part) || 0, most / 2 - 1);
    parts.set(index, [...(parts.get(index) ?? []), point]);
  }
  return [...parts.values()].flatMap((within) => {
    const lowest = within.reduce((a, b) => (compared(exactly(b.value), exactly(a.value)) < 0 ? b : a));
    const highest = within.reduce((a, b) => (compared(exactly(b.value), exactly(a.value)) > 0 ? b : a));
    return within.filter((point) => point === lowest || point === highest);
  });
}

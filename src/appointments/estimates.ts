/** A stretch of time in which a patient's turn is to be expected. */
export interface Expected {
  from: Date;
  until: Date;
}

/** Somebody in a queue: whether they are with the doctor, have come, or are still to come. In minutes since when, for who is with the doctor. */
export interface InLine {
  id: string;
  state: 'IN_CONSULT' | 'HERE' | 'TO_COME';
  sinceMinutes?: number;
  /** Not before this instant: the beginning of a slot. */
  notBefore?: Date | null;
}

/** How long consultations take, in minutes. */
export interface Pace {
  mean: number;
  deviation: number;
  /** How many consultations are behind it; what was planned counts as PLANNED_WEIGHT. */
  weight: number;
}

/** How many consultations the plan of a session counts as, while its own are few. */
const PLANNED_WEIGHT = 3;
/** How much consultations vary, as a share of how long they take, while nothing is known. */
const USUAL_VARIATION = 0.5;
/** How many of those who booked come, as long as they have not. */
const COMING = 0.85;
/** The deviations from the mean between which four of five of what is normally distributed lies. */
const FOUR_OF_FIVE = 1.2816;
/** Nobody is told a time to the minute. */
const SHORTEST_MINUTES = 4;

/** The pace of a session, from how many minutes each of its consultations took and how long one is by plan. */
export function paceOf(tookMinutes: readonly number[], plannedMinutes: number): Pace {
  const weight = PLANNED_WEIGHT + tookMinutes.length;
  const mean = (PLANNED_WEIGHT * plannedMinutes + sum(tookMinutes)) / weight;
  const planned = PLANNED_WEIGHT * ((USUAL_VARIATION * plannedMinutes) ** 2 + (plannedMinutes - mean) ** 2);
  return { mean, weight, deviation: Math.sqrt((planned + sum(tookMinutes.map((took) => (took - mean) ** 2))) / weight) };
}

/**
 * When the turn of each in a queue, in the order in which they are called, is to be expected: four times out of five it
 * falls into the stretch. Consultations go on as they went, none begins before `start`, and some of those who have
 * not come will not.
 */
export function expectedTurns(line: readonly InLine[], { mean, deviation, weight }: Pace, start: Date): Map<string, Expected> {
  const turns = new Map<string, Expected>();
  let [ahead, chance] = [0, 0];
  let wait = 0;
  for (const { id, state, sinceMinutes = 0, notBefore } of line) {
    if (state === 'IN_CONSULT') {
      wait += Math.max(mean - sinceMinutes, mean / 4);
      chance += deviation ** 2;
      continue;
    }
    const spread = FOUR_OF_FIVE * Math.sqrt(chance + ahead ** 2 * (deviation ** 2 / weight));
    const at = start.getTime() + wait * 60_000;
    const half = Math.max(spread, SHORTEST_MINUTES / 2) * 60_000;
    const earliest = Math.max(start.getTime(), notBefore?.getTime() ?? 0);
    const from = Math.max(at - half, earliest);
    turns.set(id, { from: new Date(from), until: new Date(Math.max(at + half, from + SHORTEST_MINUTES * 60_000)) });
    const come = state === 'HERE' ? 1 : COMING;
    ahead += come;
    wait += come * mean;
    chance += come * deviation ** 2 + come * (1 - come) * mean ** 2;
  }
  return turns;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

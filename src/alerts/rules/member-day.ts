import { DistinctCount } from './distinct-count.js';
import type { Fact } from './fact.js';

/** Past what a person can read, a longer list says nothing more. */
const MOST_IN_A_MINUTE = 200;
/** How many changes of address are kept of a member's day. */
const PLACES_KEPT = 12;

/** A session that was used from an address it was not used from just before. */
export interface Place {
  session: string;
  ip: string;
  at: string;
  entry: string;
}

/** What is kept of one member's day while it lasts. */
export interface DayState {
  opened?: string;
  listed?: string;
  /** The last minute in which a patient was opened (UTC), and who was. */
  minute?: { at: string; patients: string[]; first: string; last: string };
  places?: Place[];
}

/** One member's day in numbers: patients opened one by one, patients shown at all, patients exported. */
export interface MemberDay {
  opened: number;
  listed: number;
  exported: number;
  state: DayState;
}

/** A day on which nothing has happened yet. */
export const newDay = (): MemberDay => ({ opened: 0, listed: 0, exported: 0, state: {} });

/** What a search shows is no patient opened, though it be one. */
const searching = new Set(['Query.searchPatients', 'Query.possibleDuplicates', 'Query.findPatients', 'Query.patients']);
const leaving = new Set(['EXPORTED', 'PRINTED']);

/** Whether a fact is the opening of one patient's record. */
export const opensPatient = ({ outcome, patientCount, operation }: Fact): boolean => outcome === 'SUCCESS' && patientCount === 1 && !searching.has(operation);

/** The day with these facts added, in the order of their ids, and every minute of it in which patients were opened. */
export function withFacts(day: MemberDay, facts: readonly Fact[]): { day: MemberDay; minutes: Array<NonNullable<DayState['minute']>> } {
  const [opened, listed] = [new DistinctCount(day.state.opened), new DistinctCount(day.state.listed)];
  const minutes: Array<NonNullable<DayState['minute']>> = [];
  let { exported } = day;
  let { minute, places = [] } = day.state;
  for (const fact of facts) {
    if (fact.sessionId && fact.ip) places = withPlace(places, { session: fact.sessionId, ip: fact.ip, at: fact.at.toISOString(), entry: fact.id });
    if (fact.outcome !== 'SUCCESS') continue;
    for (const patient of fact.patients) listed.add(patient);
    if (leaving.has(fact.action)) exported += Math.max(fact.patientCount, 1);
    if (!opensPatient(fact)) continue;
    const [patient] = fact.patients as [string];
    opened.add(patient);
    const at = fact.at.toISOString().slice(0, 16);
    if (minute?.at !== at) minutes.push((minute = { at, patients: [], first: fact.id, last: fact.id }));
    else if (!minutes.includes(minute)) minutes.push(minute);
    minute.last = fact.id;
    if (!minute.patients.includes(patient) && minute.patients.length < MOST_IN_A_MINUTE) minute.patients.push(patient);
  }
  return {
    day: { opened: opened.count, listed: listed.count, exported, state: { opened: opened.save(), listed: listed.save(), ...(minute && { minute }), places } },
    minutes,
  };
}

function withPlace(places: Place[], place: Place): Place[] {
  const last = places.findLast(({ session }) => session === place.session);
  return last?.ip === place.ip ? places : [...places, place].slice(-PLACES_KEPT);
}

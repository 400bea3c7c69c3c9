import { v7 as uuidv7 } from 'uuid';
import { type AlertSettings, type RuleName, isOn, ruleNames, rules, usualSettings } from './alert-rule.js';
import { DENIALS_MS, emergencyAccess, isDenial, isOpen, localDay, oddHours, repeatedDenials, twoPlaces } from './conduct-rules.js';
import { DistinctCount } from './distinct-count.js';
import type { Fact, Finding, Window } from './fact.js';
import { type MemberDay, newDay, opensPatient, withFacts } from './member-day.js';
import { type Habit, impossiblePace, massOf, unrelatedPatients } from './reading-rules.js';
import { FAILURES_MS, endedAccessUsed, failuresAtAddress, failuresOfPerson, isFailure, newDevice, refreshReused } from './sign-in-rules.js';

const DHAKA = 'Asia/Dhaka';
const MINUTE = 60_000;
const TENANT = uuidv7();

interface Person {
  userId: string;
  memberId: string;
  sessionId: string;
  ip: string;
}

const person = (ip = '203.0.113.7'): Person => ({ userId: uuidv7(), memberId: uuidv7(), sessionId: uuidv7(), ip });
// The same in every run: how many there are is estimated, by their hashes.
let made = 0;
const patients = (count: number): string[] => Array.from({ length: count }, () => `00000000-0000-7000-8000-${(made += 1).toString(16).padStart(12, '0')}`);

/** A time of day in Dhaka on 2 March 2026, a Monday: hours, minutes and seconds. */
const at = (time: string, day = '2026-03-02'): Date => new Date(`${day}T${time}+06:00`);
const after = (start: Date, ms: number): Date => new Date(start.getTime() + ms);

/** What a person did at an instant: by itself, a patient opened. */
const did = (who: Person, when: Date, what: Partial<Fact> = {}): Fact => ({
  id: uuidv7({ msecs: when.getTime() }), at: when, tenantId: TENANT, chamberId: null, ...who, action: 'VIEWED', operation: 'Query.patient', outcome: 'SUCCESS', errorCode: null,
  patients: [], newDevice: false, ...what, patientCount: what.patients?.length ?? 0,
});
const opens = (who: Person, when: Date, patient: string): Fact => did(who, when, { patients: [patient] });
const signsIn = (who: Person, when: Date, what: Partial<Fact> = {}): Fact => did(who, when, { action: 'SIGNED_IN', operation: 'Mutation.signIn', ...what });
const isRefused = (who: Person, when: Date): Fact => signsIn(who, when, { outcome: 'DENIED', errorCode: 'SIGN_IN_REFUSED', memberId: who.memberId });
const isDenied = (who: Person, when: Date, errorCode = 'FORBIDDEN'): Fact => did(who, when, { outcome: 'DENIED', errorCode });

/** What is known of a practice besides the facts of the day. */
interface Known {
  settings?: AlertSettings;
  habits?: ReadonlyMap<string, Habit>;
  left?: ReadonlyMap<string, Date>;
  signedInBefore?: boolean;
  /** The patients of whom something was recorded in the last months, or in the hour after. */
  contacts?: ReadonlySet<string>;
}

/** Plays facts in their order and asks every rule as the watcher does, second by second; gives what each alert is. */
function alertsOf(facts: Fact[], { settings = usualSettings, habits = new Map(), left = new Map(), signedInBefore = true, contacts }: Known = {}): Finding[] {
  const found = new Map<string, Finding>();
  const note = (finding: Finding | undefined): void => {
    if (finding && isOn(settings, finding.rule)) found.set(`${finding.rule} ${finding.subject} ${finding.window}`, finding);
  };
  const days = new Map<string, MemberDay>();
  const inOrder = facts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const windowOf = (last: Fact, ms: number, which: (fact: Fact) => boolean): Window => {
    const counted = inOrder.filter((fact) => which(fact) && fact.at > after(last.at, -ms) && fact.id <= last.id);
    return { count: counted.length, first: counted[0]?.id ?? last.id, last: last.id };
  };
  for (const fact of inOrder) {
    if (isFailure(fact)) {
      note(failuresOfPerson(fact, windowOf(fact, FAILURES_MS, (one) => isFailure(one) && one.userId === fact.userId), settings));
      note(failuresAtAddress(fact, windowOf(fact, FAILURES_MS, (one) => isFailure(one) && one.ip === fact.ip), settings));
    }
    if (isDenial(fact)) note(repeatedDenials(fact, windowOf(fact, DENIALS_MS, (one) => isDenial(one) && one.userId === fact.userId), settings));
    note(newDevice(fact, signedInBefore));
    note(refreshReused(fact));
    note(emergencyAccess(fact));
    note(oddHours(fact, settings, DHAKA));
    note(endedAccessUsed(fact, left.get(fact.userId ?? '')));
    if (!fact.memberId) continue;
    const name = `${fact.memberId} ${localDay(fact.at, DHAKA)}`;
    const { day, minutes } = withFacts(days.get(name) ?? newDay(), [fact]);
    days.set(name, day);
    const habit = habits.get(fact.memberId) ?? { opened: 0, listed: 0, exported: 0 };
    for (const minute of minutes) note(impossiblePace(fact, minute, settings));
    for (const rule of ['MASS_READING', 'MASS_LISTING', 'MASS_EXPORT'] as const) note(massOf(rule, fact, day, habit, localDay(fact.at, DHAKA), settings));
    note(twoPlaces(fact, day.state.places ?? [], settings));
  }
  for (const { userId, memberId } of new Map(inOrder.map((fact) => [fact.memberId, fact])).values()) {
    const opened = [...new Map(inOrder.filter((fact) => fact.memberId === memberId && opensPatient(fact)).map((fact) => [fact.patients[0]!, fact])).values()];
    const strange = opened.filter(({ patients: [patient] }) => contacts && !contacts.has(patient!));
    const [first, last] = [strange[0], strange.at(-1)];
    if (userId && memberId && first && last) note(unrelatedPatients({ userId, memberId }, { count: strange.length, first: first.id, last: last.id }, '2026-03-02', settings));
  }
  return [...found.values()];
}

const names = (facts: Fact[], known?: Known): RuleName[] => alertsOf(facts, known).map(({ rule }) => rule).sort();

describe('an ordinary day of a clinic of five people and 120 patients', () => {
  const [doctor, second, manager, receptionist, nurse] = [person(), person(), person(), person(), person()] as [Person, Person, Person, Person, Person];
  const visitors = patients(120);
  const everybody = patients(2_000);

  function ordinaryDay(): Fact[] {
    const facts: Fact[] = [];
    for (const who of [doctor, second, manager, receptionist, nurse]) facts.push(signsIn(who, at('08:40:00')));
    // Two of them mistype their password, and one is on a device that she uses every day.
    facts.push(isRefused(nurse, at('08:39:00')), isRefused(manager, at('08:38:00')), isRefused(manager, at('08:38:20')));
    visitors.forEach((patient, index) => {
      const arrives = after(at('09:00:00'), index * 6 * MINUTE);
      // At the desk: typed letter by letter, looked up, opened, corrected.
      for (let letters = 1; letters <= 4; letters++) {
        facts.push(did(receptionist, after(arrives, letters * 700), { operation: 'Query.searchPatients', patients: everybody.slice((index * 13 + letters * 5) % 1_900, ((index * 13 + letters * 5) % 1_900) + 20) }));
      }
      facts.push(opens(receptionist, after(arrives, 5_000), patient), did(receptionist, after(arrives, 60_000), { action: 'UPDATED', operation: 'Mutation.editPatient', patients: [patient] }));
      // At the nurse's, and before one of the doctors, who looks at more than the record itself, and opens somebody by mistake now and then.
      facts.push(opens(nurse, after(arrives, 10 * MINUTE), patient), did(nurse, after(arrives, 12 * MINUTE), { action: 'CREATED', operation: 'Mutation.recordVitals', patients: [patient] }));
      const physician = index % 2 ? doctor : second;
      for (let look = 0; look < 4; look++) facts.push(opens(physician, after(arrives, 20 * MINUTE + look * 20_000), patient));
      if (index % 15 === 0) facts.push(opens(physician, after(arrives, 20 * MINUTE), everybody[index]!));
      facts.push(did(physician, after(arrives, 25 * MINUTE), { action: 'CREATED', operation: 'Mutation.recordClinicalNote', patients: [patient] }));
    });
    // The list of the day in the morning and at night; a copy for two patients; a field that the desk may not see; a proof that was due.
    for (const page of [0, 100, 200, 300]) facts.push(did(manager, at('21:40:00'), { operation: 'Query.patients', patients: everybody.slice(page, page + 100) }));
    for (const patient of visitors.slice(0, 2)) facts.push(did(manager, at('17:00:00'), { action: 'EXPORTED', operation: 'GET /patients/:id/copy', patients: [patient] }));
    for (let i = 0; i < 6; i++) facts.push(isDenied(receptionist, after(at('11:00:00'), i * MINUTE)));
    for (let i = 0; i < 12; i++) facts.push(isDenied(manager, after(at('17:00:00'), i * 10_000), 'STEP_UP_NEEDED'));
    // The doctor's telephone goes from the chamber's network to the road and home, and she looks something up late.
    const road = { ...doctor, ip: '198.51.100.23' };
    facts.push(opens(road, at('22:10:00'), visitors[5]!), opens({ ...doctor, ip: '192.0.2.80' }, at('23:30:00'), visitors[5]!));
    return facts;
  }

  it('raises no alert', () => {
    expect(alertsOf(ordinaryDay(), { contacts: new Set(visitors) })).toEqual([]);
  });

  it('raises none for whoever is new either', () => {
    const newcomer = person();
    expect(names([signsIn(newcomer, at('09:00:00'), { newDevice: true })], { signedInBefore: false })).toEqual([]);
  });

  describe('with', () => {
    const thief = person('198.51.100.99');
    const stranger = patients(400);
    const minutes = (start: string, count: number, gap: number, make: (when: Date, index: number) => Fact): Fact[] => Array.from({ length: count }, (_, index) => make(after(at(start), index * gap), index));
    const returning = { ...receptionist, ip: thief.ip };

    const stories: Array<[string, RuleName[], Fact[], Known?]> = [
      ['a password that is guessed', ['REPEATED_FAILURES'], minutes('12:00:00', 5, 20_000, (when) => isRefused({ ...doctor, ip: thief.ip }, when))],
      ['a password that is guessed within a session, or for a new one', ['REPEATED_FAILURES'], minutes('12:00:00', 5, 20_000, (when, index) => ({ ...isRefused(doctor, when), action: index % 2 ? 'STEPPED_UP' : 'PASSWORD_CHANGED' }))],
      ['a form that is filled in badly', [], minutes('12:00:00', 9, 20_000, (when) => signsIn(doctor, when, { outcome: 'FAILED', errorCode: 'BAD_USER_INPUT' }))],
      ['passwords of many people that are guessed from one address', ['REPEATED_FAILURES'], minutes('12:00:00', 10, 20_000, (when) => isRefused(person(thief.ip), when))],
      ['a token that was stolen, and used again', ['REFRESH_REUSED'], [did({ ...doctor, ip: thief.ip }, at('12:00:00'), { action: 'SESSION_ENDED', operation: 'Mutation.refreshSession', memberId: null })]],
      ['a token that was stolen, and used beside its owner', ['TWO_PLACES'], minutes('12:00:00', 8, 45_000, (when, index) => did(index % 2 ? returning : receptionist, when))],
      ['a former employee who logs in', ['ENDED_ACCESS_USED'], [did(thief, at('12:00:00'), { outcome: 'DENIED', errorCode: 'UNAUTHENTICATED', memberId: null })], { left: new Map([[thief.userId, at('08:00:00')]]) }],
      ['a laptop that was lost, and is used at night', ['ODD_HOURS'], [opens(second, at('03:10:00'), visitors[0]!)]],
      ['somebody else’s device', ['NEW_DEVICE'], [signsIn(manager, at('12:00:00'), { newDevice: true })]],
      ['a receptionist who reads diagnoses', ['REPEATED_DENIALS'], minutes('14:00:00', 10, 60_000, (when) => isDenied(receptionist, when))],
      ['a colleague next door who reads other doctors’ patients', ['UNRELATED_PATIENTS'], minutes('13:00:00', 10, 4 * MINUTE, (when, index) => opens(second, when, stranger[index]!))],
      ['a program that reads', ['IMPOSSIBLE_PACE', 'UNRELATED_PATIENTS'], minutes('13:00:00', 21, 2_000, (when, index) => opens(nurse, when, stranger[index]!))],
      ['somebody who reads all day long', ['MASS_READING', 'UNRELATED_PATIENTS'], minutes('10:00:00', 280, 2 * MINUTE, (when, index) => opens(manager, when, stranger[index]!))],
      ['somebody who goes through the whole list', ['MASS_LISTING'], minutes('13:00:00', 40, 10_000, (when) => did(manager, when, { operation: 'Query.patients', patients: patients(100) }))],
      ['somebody who takes many records away', ['MASS_EXPORT'], minutes('13:00:00', 40, 2 * MINUTE, (when, index) => did(manager, when, { action: 'EXPORTED', operation: 'GET /patients/:id/copy', patients: [visitors[index]!] }))],
      ['an emergency', ['EMERGENCY_ACCESS'], [did(receptionist, at('12:00:00'), { action: 'EMERGENCY_BEGUN', operation: 'Mutation.breakGlass' })]],
    ];

    it.each(stories.map(([title, expected, story, known = {}]) => [title, expected, story, known] as const))('%s raises %j', (_, expected, story, known) => {
      expect(names(story, { contacts: new Set(visitors), ...known })).toEqual(expected);
    });

    it('one of them among all the rest raises it, and nothing else', () => {
      const [, , guessing] = stories[0]!;
      expect(names([...ordinaryDay(), ...guessing], { contacts: new Set(visitors) })).toEqual(['REPEATED_FAILURES']);
    });

    it('all of them has every rule’s story told', () => {
      expect([...new Set(stories.flatMap(([, expected]) => expected))].sort()).toEqual([...ruleNames].sort());
    });
  });
});

describe('a rule', () => {
  const who = person();

  it.each(ruleNames.filter((rule) => 'threshold' in rules[rule]))('%s is silent one below its threshold', (rule) => {
    const { threshold } = rules[rule] as { threshold: number };
    const many = patients(threshold);
    const facts: Partial<Record<RuleName, Fact[]>> = {
      REPEATED_FAILURES: many.slice(1).map((_, index) => isRefused(who, after(at('12:00:00'), index * 1_000))),
      REPEATED_DENIALS: many.slice(1).map((_, index) => isDenied(who, after(at('12:00:00'), index * 1_000))),
      IMPOSSIBLE_PACE: many.map((patient, index) => opens(who, after(at('12:00:00'), index * 1_000), patient)),
      MASS_EXPORT: many.map((patient, index) => did(who, after(at('12:00:00'), index * 60_000), { action: 'PRINTED', patients: [patient] })),
      UNRELATED_PATIENTS: many.slice(1).map((patient, index) => opens(who, after(at('12:00:00'), index * 60_000), patient)),
      TWO_PLACES: Array.from({ length: threshold + 1 }, (_, index) => did({ ...who, ip: `203.0.113.${index % 2}` }, after(at('12:00:00'), index * 1_000))),
      MASS_READING: many.slice(0, -20).map((patient, index) => opens(who, after(at('06:00:00'), index * 60_000), patient)),
      MASS_LISTING: Array.from({ length: 28 }, (_, index) => did(who, after(at('12:00:00'), index * 1_000), { operation: 'Query.patients', patients: many.slice(index * 100, (index + 1) * 100) })),
    };
    expect(names(facts[rule]!, { contacts: new Set(rule === 'UNRELATED_PATIENTS' ? [] : many) })).toEqual([]);
  });

  it('counts no more what is longer ago than its time', () => {
    expect(names(Array.from({ length: 20 }, (_, index) => isRefused(who, after(at('09:00:00'), index * 4 * MINUTE))))).toEqual([]);
    expect(names(Array.from({ length: 20 }, (_, index) => isDenied(who, after(at('09:00:00'), index * 2 * MINUTE))))).toEqual([]);
  });

  it('makes one alert of what goes on, and another one in the next hour', () => {
    const alerts = alertsOf(Array.from({ length: 60 }, (_, index) => isDenied(who, after(at('09:30:00'), index * MINUTE))));
    expect(alerts.map(({ rule, window }) => [rule, window])).toEqual([['REPEATED_DENIALS', '2026-03-02T03'], ['REPEATED_DENIALS', '2026-03-02T04']]);
    expect(alerts[0]!.count).toBe(15);
  });

  it('holds a day against the busiest of the member’s own', () => {
    const day = patients(300).map((patient, index) => opens(who, after(at('06:00:00'), index * MINUTE), patient));
    const contacts = new Set(day.flatMap((fact) => fact.patients));
    expect(names(day, { contacts })).toEqual(['MASS_READING']);
    expect(names(day, { contacts, habits: new Map([[who.memberId, { opened: 160, listed: 0, exported: 0 }]]) })).toEqual([]);
  });

  it('can be switched off and set otherwise', () => {
    const failures = Array.from({ length: 5 }, (_, index) => isRefused(who, after(at('12:00:00'), index * 1_000)));
    expect(names(failures, { settings: { ...usualSettings, rules: { REPEATED_FAILURES: { on: false } } } })).toEqual([]);
    expect(names(failures, { settings: { ...usualSettings, rules: { REPEATED_FAILURES: { on: true, threshold: 6 } } } })).toEqual([]);
    expect(names(failures.slice(0, 3), { settings: { ...usualSettings, rules: { REPEATED_FAILURES: { on: true, threshold: 3 } } } })).toEqual(['REPEATED_FAILURES']);
  });

  it('counts a patient once, however often they are opened', () => {
    const [one] = patients(1);
    expect(names(Array.from({ length: 100 }, (_, index) => opens(who, after(at('12:00:00'), index * 500), one!)), { contacts: new Set([one!]) })).toEqual([]);
  });
});

describe('opening hours', () => {
  it.each([
    ['04:59:59', false], ['05:00:00', true], ['23:59:59', true], ['00:30:00', true], ['01:00:00', false],
  ])('unless set, at %s: %s', (time, expected) => {
    expect(isOpen(at(time), usualSettings.hours, DHAKA)).toBe(expected);
  });

  it('are those of the day on which a night began', () => {
    const weekdays = { from: 540, until: 1_500, days: [1] };
    expect(isOpen(at('00:30:00', '2026-03-03'), weekdays, DHAKA)).toBe(true);
    expect(isOpen(at('00:30:00', '2026-03-02'), weekdays, DHAKA)).toBe(false);
    expect(isOpen(at('12:00:00', '2026-03-03'), weekdays, DHAKA)).toBe(false);
  });

  it('are by the clock of the chamber', () => {
    expect(isOpen(new Date('2026-03-02T20:30:00Z'), usualSettings.hours, DHAKA)).toBe(false);
    expect(isOpen(new Date('2026-03-02T20:30:00Z'), usualSettings.hours, 'Asia/Dubai')).toBe(true);
  });

  it('make one alert of a night', () => {
    const who = person();
    const night = [at('01:10:00', '2026-03-03'), at('02:00:00', '2026-03-03'), at('04:30:00', '2026-03-03')].map((when) => signsIn(who, when));
    expect(alertsOf(night).map(({ rule, window }) => [rule, window])).toEqual([['ODD_HOURS', '2026-03-02']]);
  });
});

describe('a count of distinct ids', () => {
  it.each([0, 1, 20, 120, 250, 3_000, 50_000])('of %d is right to four times its usual error', (number) => {
    const count = new DistinctCount();
    for (const id of patients(number)) count.add(id);
    expect(Math.abs(count.count - number)).toBeLessThanOrEqual(Math.max(1, number * 0.13));
  });

  it('is the same however often an id comes, and after it was saved', () => {
    const ids = patients(500);
    const count = new DistinctCount();
    ids.forEach((id) => count.add(id));
    const again = new DistinctCount(count.save());
    ids.forEach((id) => again.add(id));
    expect(again.save()).toBe(count.save());
    expect(Buffer.from(count.save(), 'base64')).toHaveLength(1_024);
  });
});

import { enterToWatch } from '../../platform/database/enter-to-watch.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { isOn, thresholdOf } from '../rules/alert-rule.js';
import { emergencyAccess, isDenial, localDay, oddHours, repeatedDenials, twoPlaces } from '../rules/conduct-rules.js';
import { type Fact, type Finding, hourOf } from '../rules/fact.js';
import { withFacts } from '../rules/member-day.js';
import { impossiblePace, massOf } from '../rules/reading-rules.js';
import { endedAccessUsed, failuresAtAddress, failuresOfPerson, isFailure, newDevice, refreshReused } from '../rules/sign-in-rules.js';
import * as rows from './watch-rows.js';

/** Runs statements in one round trip of the watcher's transaction. */
export type Run = (...statements: Statement[]) => Promise<Row[][]>;

/** What was found in a practice, and what to keep of it. */
export interface Watched {
  practice: rows.PracticeFacts;
  findings: Finding[];
  keep: Statement[];
}

const HOUR_MS = 3_600_000;
const lastBy = (facts: readonly Fact[], key: (fact: Fact) => string | null): Fact[] => {
  const last = new Map<string, Fact>();
  for (const fact of facts) {
    const of = key(fact);
    if (of !== null) last.set(of, fact);
  }
  return [...last.values()];
};
const userOf = ({ userId }: Fact): string | null => userId;

/** Asks every rule about new facts of one practice, in the order of their ids. Two round trips; a rule that breaks is told to `broken`, and the others are asked all the same. */
export async function watchPractice(run: Run, tenantId: string, facts: readonly Fact[], broken: (error: unknown) => void): Promise<Watched> {
  const ask = new Questions();
  const failures = facts.filter(isFailure);
  const byPerson = lastBy(failures, userOf).map((last) => ({ last, window: ask.about(rows.refusalsOfPerson(last)) }));
  const byAddress = lastBy(failures, ({ ip }) => ip).map((last) => ({ last, window: ask.about(rows.refusalsAtAddress(last)) }));
  const denials = lastBy(facts.filter(isDenial), userOf).map((last) => ({ last, window: ask.about(rows.denialsOf(last)) }));
  const devices = facts.filter((fact) => fact.newDevice).map((fact) => ({ fact, before: ask.about(rows.signedInBefore(fact)) }));
  const users = [...new Set(facts.flatMap(({ userId }) => userId ?? []))];
  const [, ...found] = await run(enterToWatch(tenantId), ...rows.practiceStatements(tenantId, users), ...ask.statements);
  const practice = rows.toPracticeFacts(found);
  const answers = found.slice(3);
  const { settings, members, zoneOf } = practice;

  const findings: Finding[] = [];
  const consider = (rule: () => Finding | undefined): void => {
    try {
      const finding = rule();
      if (finding && isOn(settings, finding.rule)) findings.push(finding);
    } catch (error) {
      broken(error);
    }
  };
  for (const { last, window } of byPerson) consider(() => failuresOfPerson(last, rows.toWindow(answers[window]!), settings));
  for (const { last, window } of byAddress) consider(() => failuresAtAddress(last, rows.toWindow(answers[window]!), settings));
  for (const { last, window } of denials) consider(() => repeatedDenials(last, rows.toWindow(answers[window]!), settings));
  for (const { fact, before } of devices) consider(() => newDevice(fact, answers[before]![0]!['before'] as boolean));
  for (const fact of facts) {
    consider(() => refreshReused(fact));
    consider(() => emergencyAccess(fact));
    consider(() => oddHours(fact, settings, zoneOf(fact.chamberId)));
    consider(() => endedAccessUsed(fact, fact.userId ? members.get(fact.userId)?.leftAt : undefined));
  }
  const keep = await watchDays(run, tenantId, facts, practice, consider);
  return { practice, findings: onceEach(findings).map((finding) => ({ ...finding, memberId: finding.memberId ?? memberOf(finding, members) })), keep };
}

async function watchDays(run: Run, tenantId: string, facts: readonly Fact[], { settings, zoneOf }: rows.PracticeFacts, consider: (rule: () => Finding | undefined) => void): Promise<Statement[]> {
  const zone = zoneOf(null);
  const byDay = new Map<string, { key: rows.DayKey; facts: Fact[] }>();
  for (const fact of facts) {
    if (!fact.memberId) continue;
    const key = { memberId: fact.memberId, day: localDay(fact.at, zone) };
    const name = `${key.memberId} ${key.day}`;
    const one = byDay.get(name) ?? { key, facts: [] };
    one.facts.push(fact);
    byDay.set(name, one);
  }
  if (!byDay.size) return [];
  const [days] = await run(rows.daysStatement(tenantId, [...byDay.values()].map(({ key }) => key)));
  return days!.flatMap((row) => {
    const { key, day: before, habit } = rows.toDay(row);
    const done = byDay.get(`${key.memberId} ${key.day}`)!.facts;
    const last = done.at(-1)!;
    const { day, minutes } = withFacts(before, done);
    for (const minute of minutes) consider(() => impossiblePace(last, minute, settings));
    for (const rule of ['MASS_READING', 'MASS_LISTING', 'MASS_EXPORT'] as const) consider(() => massOf(rule, last, day, habit, key.day, settings));
    for (const latest of lastBy(done, ({ sessionId }) => sessionId)) consider(() => twoPlaces(latest, day.state.places ?? [], settings));
    const mayBeUnrelated = last.userId && isOn(settings, 'UNRELATED_PATIENTS') && day.opened > before.opened && day.opened >= thresholdOf(settings, 'UNRELATED_PATIENTS');
    return [...rows.keepDay(tenantId, key, day, row['opened'] === null), ...(mayBeUnrelated ? [laterUnrelated(tenantId, last, key, zone)] : [])];
  });
}

// An hour after the hour is over: what a visit leaves is recorded by then.
function laterUnrelated(tenantId: string, { userId, at }: Fact, { memberId, day }: rows.DayKey, zone: string): Statement {
  const due = new Date(Math.ceil((at.getTime() + 1) / HOUR_MS) * HOUR_MS + HOUR_MS);
  return {
    text: `select from graphile_worker.add_job('checkUnrelated', $1::json, run_at => $2, job_key => $3, job_key_mode => 'preserve_run_at', max_attempts => 5)`,
    values: [JSON.stringify({ tenantId, userId, memberId, day, zone }), due, `unrelated:${memberId}:${hourOf(at)}`],
  };
}

const memberOf = ({ userId }: Finding, members: rows.PracticeFacts['members']): string | null => (userId ? (members.get(userId)?.memberId ?? null) : null);

// Of what was found more than once in one stretch, the last says most.
const onceEach = (findings: readonly Finding[]): Finding[] =>
  [...new Map(findings.map((finding) => [`${finding.rule} ${finding.subject} ${finding.window}`, finding])).values()];

/** Questions to the trail, gathered to be asked in one round trip. */
class Questions {
  readonly statements: Statement[] = [];

  /** Adds a question; gives the place of its answer. */
  about(statement: Statement): number {
    return this.statements.push(statement) - 1;
  }
}

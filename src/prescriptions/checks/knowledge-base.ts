import { z } from 'zod';
import type { KnowledgeBaseConfig } from '../../config.js';
import { boundedFetch } from '../../platform/http/bounded-fetch.js';
import { cleanLine } from '../../platform/plain-text.js';
import { writeDose } from '../dose/write-dose.js';
import type { CheckFacts, CheckedItem } from './check-facts.js';
import { mgOfUnit, takenBy } from './dose-taken.js';
import { type CheckSource, type Finding, checkKinds, severities, weighs } from './finding.js';

/** What a knowledge base said: what it found, with the version of its knowledge, or why it could not be asked. */
export type KnowledgeAnswer = { knowledge: string; findings: Finding[] } | { unavailable: NonNullable<CheckSource['unavailable']> };

/** Where prescriptions are checked besides the rules of this server. */
export abstract class KnowledgeBase {
  /** What it says of a prescription; undefined when there is none. It never throws, and is never asked within a transaction. */
  abstract ask(facts: CheckFacts): Promise<KnowledgeAnswer | undefined>;
}

/** For servers that no knowledge base was connected to. */
export class NoKnowledgeBase extends KnowledgeBase {
  ask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

const line = (longest: number) => z.string().transform((text) => cleanLine(text, longest));
const ANSWER = z.strictObject({
  knowledge: line(100),
  findings: z.array(z.strictObject({
    code: z.string().regex(/^[A-Za-z0-9._-]{1,60}$/), kind: z.enum(checkKinds), severity: z.enum(severities), items: z.array(z.string().max(10)).min(1).max(10), textEn: line(500), textBn: line(500), source: line(300),
  })).max(200),
});

/**
 * Asks a knowledge base over HTTP: posts what is prescribed and what matters of the patient as JSON, with the secret as a bearer
 * token. Nothing that tells who the patient is leaves: no name, number or id, and nothing that somebody wrote in words.
 */
export class HttpKnowledgeBase extends KnowledgeBase {
  constructor(private readonly config: KnowledgeBaseConfig) {
    super();
  }

  async ask(facts: CheckFacts): Promise<KnowledgeAnswer> {
    const items = [...facts.items, ...facts.others].filter(({ form }) => form !== null);
    try {
      const response = await boundedFetch(this.config.url, {
        method: 'POST', headers: { authorization: `Bearer ${this.config.secret}`, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(questionOf(facts, items)), signal: AbortSignal.timeout(this.config.timeoutMs),
      });
      if (response.status !== 200) return { unavailable: 'ERROR' };
      return read(ANSWER.parse(await response.json()), items);
    } catch (error) {
      return { unavailable: (error as Error).name === 'TimeoutError' ? 'TIMEOUT' : 'ERROR' };
    }
  }
}

function questionOf({ patient: { sex, months, weightKg, pregnancy }, allergyStatus, allergies }: CheckFacts, items: readonly CheckedItem[]): object {
  return {
    format: 'sinduk-check-1',
    patient: { sex, ageMonths: months && { least: months.least, most: months.most }, weightKg, pregnancy, allergyStatus, allergies: allergies.map(({ substances, atcCode }) => ({ substances: substances.map(({ term }) => term), atcCode })) },
    items: items.map((item, index) => ({
      ref: String(index + 1), current: item.prescriptionId !== null, form: item.form, unit: item.unit, dose: writeDose(item.dosing),
      ingredients: item.ingredients.map(({ id, name, atcCode, strength }) => {
        const mg = mgOfUnit(strength, item.unit, item.ingredients.length === 1);
        return { id, name, atcCode, strength, steps: takenBy(item.dosing).map(({ single, daily }) => ({ singleMg: mg === undefined ? null : single * mg, dailyMg: mg === undefined || daily === null ? null : daily * mg })) };
      }),
    })),
  };
}

function read({ knowledge, findings }: z.output<typeof ANSWER>, asked: readonly CheckedItem[]): KnowledgeAnswer {
  const byRef = new Map(asked.map((item, index) => [String(index + 1), item]));
  const read = findings.map(({ code, kind, severity, items, textEn, textBn, source }): Finding => {
    const about = [...new Set(items)].map((ref) => byRef.get(ref));
    if (about.includes(undefined)) throw new Error('the answer is about an item that was not asked for');
    const known = about as CheckedItem[];
    return {
      key: `knowledge-base.${code}:${known.map(({ id }) => id).sort().join('+')}`, kind, of: null, severity, needsReason: weighs(severity), allergyId: null, textEn, textBn, source, knowledge,
      itemIds: known.filter(({ prescriptionId }) => prescriptionId === null).map(({ id }) => id).sort(),
      others: known.flatMap(({ id, prescriptionId }) => (prescriptionId === null ? [] : [{ prescriptionId, itemId: id }])),
    };
  });
  return { knowledge, findings: read };
}

/** That a knowledge base could not be asked, as a finding. */
export const unavailableFinding = (why: NonNullable<CheckSource['unavailable']>): Finding => ({
  key: 'unavailable.knowledge-base', kind: 'UNAVAILABLE', of: null, severity: 'SERIOUS', needsReason: true, itemIds: [], others: [], allergyId: null, source: 'Sinduk', knowledge: 'none',
  textEn: `The knowledge base could not be asked (${why === 'TIMEOUT' ? 'it did not answer in time' : 'it failed'}): its checks were not made.`,
  textBn: `বাইরের জ্ঞানভান্ডার থেকে যাচাই করা যায়নি (${why === 'TIMEOUT' ? 'সময়মতো উত্তর আসেনি' : 'ত্রুটি হয়েছে'})।`,
});

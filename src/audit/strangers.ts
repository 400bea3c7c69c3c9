import type { AuditFact } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { networkOf } from '../platform/network.js';

/**
 * How many entries of their own the requests of strangers from one network get in a stretch of time, in milliseconds, and those
 * by one link; of how many networks that is counted apart; and how often the others are told of.
 */
export const strangerLimits = { entries: 1_000, entriesByLink: 1, windowMs: 15 * 60_000, networks: 10_000, tellMs: 60_000 };

/** An entry, and the operation that it is about. */
export interface Entry {
  ctx: Ctx;
  fact: AuditFact;
}

interface Count {
  from: number;
  written: number;
  /** Of requests that got no entry of their own. */
  untold: number;
  /** Of these, the last of those that ended worst. */
  worst: Entry;
}

// So that a harmless request does not stand for one that was denied.
const severity = { SUCCESS: 0, FAILED: 1, DENIED: 2 } satisfies Record<AuditFact['outcome'], number>;

const REST = 'the rest';

/**
 * Requests of strangers, of whom neither person nor practice is known and to whom no record was shown, or only what a link
 * shows to everybody all day. They cost their sender nothing, and must not fill the trail: beyond a limit those of one
 * network, or of one network by one link, are counted, and one entry tells how many they were.
 */
export class Strangers {
  readonly #networks = new Map<string, Count>();

  /** True when an entry is to be written; otherwise it is counted, and told of by `take`. */
  admits(entry: Entry): boolean {
    const { origin, shownByLink = '' } = entry.ctx;
    const network = this.#placeOf(`${shownByLink} ${networkOf(origin.ip)}`, shownByLink);
    const now = Date.now();
    const known = this.#networks.get(network);
    const count = known && now - known.from < strangerLimits.windowMs ? known : { from: now, written: 0, untold: known?.untold ?? 0, worst: known?.worst ?? entry };
    this.#networks.set(network, count);
    if (count.written >= (shownByLink ? strangerLimits.entriesByLink : strangerLimits.entries)) {
      if (!count.untold || severity[entry.fact.outcome] >= severity[count.worst.fact.outcome]) count.worst = entry;
      count.untold++;
      return false;
    }
    count.written++;
    return true;
  }

  /**
   * One entry for each network of which requests were counted since the last call; each is like the last of those that ended worst, and says how
   * many they were. Of those by links only when their time is over, unless `all` are to be told. Forgets the networks of which nothing is to be said any more.
   */
  take(all = false): Entry[] {
    const now = Date.now();
    return [...this.#networks].flatMap(([network, count]) => {
      const { untold, worst: { ctx, fact } } = count;
      const isOver = now - count.from >= strangerLimits.windowMs;
      // What a screen shows all day is told of once in each stretch of time.
      if (ctx.shownByLink && !isOver && !all) return [];
      if (isOver) this.#networks.delete(network);
      count.untold = 0;
      const records = ctx.shownByLink ? fact.records : [];
      return untold ? [{ ctx, fact: { ...fact, records, reason: `for ${untold} requests of strangers from this network that have no entry of their own; none ended worse` } }] : [];
    });
  }

  // Whoever has very many networks shall not fill the memory.
  #placeOf(network: string, link: string): string {
    return this.#networks.has(network) || this.#networks.size < strangerLimits.networks ? network : `${link} ${REST}`;
  }
}

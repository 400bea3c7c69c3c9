import { sqlState } from '../platform/database/database-errors.js';
import type { EntryRows } from './audit-entry-rows.js';

interface Waiting {
  rows: EntryRows[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Keeps one commit in flight and sends what has gathered as soon as it is back, of `atOnce` answers at the most. */
export class GroupCommit {
  #queue: Waiting[] = [];
  #flushing = false;

  constructor(
    private readonly insert: (rows: EntryRows[]) => Promise<void>,
    private readonly atOnce: number,
  ) {}

  /** Resolves once these rows are durable, all of them; rejects when none is. */
  add(rows: EntryRows[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ rows, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    while (this.#queue.length) await this.#commit(this.#queue.splice(0, this.atOnce));
    this.#flushing = false;
  }

  async #commit(batch: Waiting[]): Promise<void> {
    try {
      await this.insert(batch.flatMap(({ rows }) => rows));
      batch.forEach(({ resolve }) => resolve());
    } catch (error) {
      if (batch.length === 1 || !isOfOneEntry(error)) return batch.forEach(({ reject }) => reject(error));
      // One entry that the database refuses must not fail the answers of strangers.
      for (const { rows, resolve, reject } of batch) await this.insert(rows).then(resolve, reject);
    }
  }
}

/** Whether a value of some entry was at fault (SQLSTATE classes 22 and 23): anything else would meet each of them again. */
const isOfOneEntry = (error: unknown): boolean => /^2[23]/.test(sqlState(error) ?? '');

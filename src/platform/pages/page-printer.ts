import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import workerpool, { type Pool } from 'workerpool';
import { DomainError, ErrorCode, UNAVAILABLE_MESSAGE } from '../errors.js';
import { type PageFonts, pageFamilies, readPageFonts } from './page-fonts.js';
import { printable } from './printable.js';

/** How many pages may wait for a process to be free, how many one practice may ask for at the same time, and how long one may take in milliseconds. */
export const printLimits = { waiting: 50, ofPractice: 25, milliseconds: 20_000 } as const;

/** The pages that a practice waits for. */
interface Line {
  length: number;
  last: Promise<unknown>;
}

/** Typesets pages in processes of their own, which are begun when the first page is asked for; half of the processors at most are busy with it. */
@Injectable()
export class PagePrinter implements OnModuleInit, BeforeApplicationShutdown {
  #fonts: PageFonts;
  #pool: Pool | undefined;
  #isOver = false;
  readonly #lines = new Map<string, Line>();

  /** The server does not start where the fonts are not whole. */
  onModuleInit(): void {
    this.#fonts = readPageFonts();
  }

  /** What a template makes of a practice's data as PDF; in the template, `families` of the data are the fonts. UNAVAILABLE when too many wait, when it takes too long, and while the server goes down. */
  async print(template: string, data: object, practiceId: string): Promise<Buffer> {
    const line = this.#lines.get(practiceId) ?? { length: 0, last: Promise.resolve() };
    if (line.length >= printLimits.ofPractice) throw unprinted(new Error('the practice waits for too many pages'));
    this.#lines.set(practiceId, line);
    line.length++;
    // One after the other, so that nobody waits for all that another practice prints.
    const turn = line.last.then(() => this.typeset(template, { ...printable(data, this.#fonts.characters), families: pageFamilies }));
    line.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      if (--line.length === 0) this.#lines.delete(practiceId);
    }
  }

  /** What a template makes of data, as PDF. UNAVAILABLE as above; what takes longer than `milliseconds` is ended along with its process. */
  async typeset(template: string, data: object, milliseconds: number = printLimits.milliseconds): Promise<Buffer> {
    try {
      const pdf = (await this.#processes().exec('typeset', [template, JSON.stringify(data)]).timeout(milliseconds)) as Uint8Array;
      return Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
    } catch (error) {
      throw unprinted(error);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isOver = true;
    await this.#pool?.terminate(true);
  }

  #processes(): Pool {
    if (this.#isOver) throw new Error('the server goes down');
    this.#pool ??= workerpool.pool(fileURLToPath(new URL('typesetter.js', import.meta.url)), {
      workerType: 'process', maxWorkers: Math.max(1, Math.floor(availableParallelism() / 2)), maxQueueSize: printLimits.waiting,
      forkArgs: this.#fonts.files,
      // None of the server's secrets is in what its environment hands on.
      forkOpts: { env: {}, execArgv: [], serialization: 'advanced' },
    });
    return this.#pool;
  }
}

function unprinted(cause: unknown): DomainError {
  const error = new DomainError(ErrorCode.UNAVAILABLE, UNAVAILABLE_MESSAGE);
  error.cause = cause;
  return error;
}

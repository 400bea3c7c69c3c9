import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import workerpool, { type Pool } from 'workerpool';
import { DomainError, ErrorCode, UNAVAILABLE_MESSAGE } from '../../platform/errors.js';
import type { PageData } from './page-data.js';
import { type PageFonts, pageFamilies, readPageFonts } from './page-fonts.js';
import { pageTemplate } from './page-template.js';
import { printable } from './printable.js';

/** How many pages may wait for a process to be free, and how long one may take in milliseconds. */
export const printLimits = { waiting: 50, milliseconds: 20_000 } as const;

/** Typesets pages in processes of their own, which are begun when the first page is asked for; half of the processors at most are busy with it. */
@Injectable()
export class PagePrinter implements OnModuleInit, BeforeApplicationShutdown {
  #fonts: PageFonts;
  #pool: Pool | undefined;
  #isOver = false;

  /** The server does not start where the fonts are not whole. */
  onModuleInit(): void {
    this.#fonts = readPageFonts();
  }

  /** The page as PDF. UNAVAILABLE when too many wait, when it takes too long, and while the server goes down. */
  async print(data: PageData): Promise<Buffer> {
    const page = printable(data, this.#fonts.characters);
    try {
      const pdf = (await this.#processes().exec('typeset', [pageTemplate, JSON.stringify({ ...page, families: pageFamilies })]).timeout(printLimits.milliseconds)) as Uint8Array;
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

import { type ArgumentsHost, Catch, HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { DomainError, ErrorCode } from '../platform/errors.js';
import { html } from '../platform/html.js';
import { HttpErrorFilter } from '../platform/http/http-error.filter.js';
import { LOGGER } from '../platform/platform.module.js';
import { PLAIN_PAGE_POLICY, plainPage } from '../platform/http/plain-page.js';

/** What somebody is told of an error, in both languages. */
export interface Told {
  status: HttpStatus;
  en: string;
  bn: string;
  /** Where one can go on from there; the address is relative to the page. */
  next?: { address: string; en: string; bn: string };
}

/** What is told of the errors of a page. */
export type ToldOf = Partial<Record<ErrorCode, Told>>;

const ofLinks: ToldOf = {
  NOT_FOUND: { status: HttpStatus.NOT_FOUND, en: 'This link does not work. Ask the clinic for another one.', bn: 'এই লিংক কাজ করে না। ক্লিনিকের কাছে নতুন লিংক চান।' },
  THROTTLED: { status: HttpStatus.TOO_MANY_REQUESTS, en: 'This was tried too often. Wait a quarter of an hour.', bn: 'অনেকবার চেষ্টা করা হয়েছে। পনেরো মিনিট অপেক্ষা করুন।' },
  CONFLICT: { status: HttpStatus.CONFLICT, en: 'The visit cannot be joined at this time.', bn: 'এখন এই সাক্ষাতে যোগ দেওয়া যাবে না।' },
};

/** Answers who opened a link in a browser in words, in both languages, since nobody knows whose the link was. What is no fault of the link is answered as everywhere. */
@Catch()
@Injectable()
export class LinkPageFilter extends HttpErrorFilter {
  /** What is told of each error. */
  protected readonly told: ToldOf = ofLinks;

  constructor(@Inject(LOGGER) logger: Logger) {
    super(logger);
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const words = error instanceof DomainError ? this.told[error.code] : undefined;
    if (!words) return super.catch(error, host);
    const { retryAfterSeconds } = (error as DomainError).details;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds);
    void reply.code(words.status).type('text/html; charset=utf-8').header('content-security-policy', PLAIN_PAGE_POLICY)
      .send(plainPage('en', 'Sinduk', html`<p lang="en">${words.en}</p><p lang="bn">${words.bn}</p>${words.next && html`<a href="${words.next.address}">${words.next.en} · <span lang="bn">${words.next.bn}</span></a>`}`));
  }
}

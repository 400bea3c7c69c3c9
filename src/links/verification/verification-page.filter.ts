import { type ArgumentsHost, Catch, HttpStatus, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LinkPageFilter, type ToldOf } from '../link-page.filter.js';
import { VERIFICATION_POLICY } from './verification-page.js';

const pages = new WeakMap<object, string>();

/** The error, which is then answered by this page: a form, and what is wrong with it. */
export function withPage<T extends object>(error: T, page: string): T {
  pages.set(error, page);
  return error;
}

/** Answers who verified a paper in a browser in words. */
@Catch()
@Injectable()
export class VerificationPageFilter extends LinkPageFilter {
  protected override readonly told: ToldOf = {
    NOT_FOUND: {
      status: HttpStatus.NOT_FOUND, en: 'No prescription has this code. Compare it with the paper letter by letter. If it is the same, the paper is not genuine.',
      bn: 'এই কোডের কোনো ব্যবস্থাপত্র নেই। কাগজের সঙ্গে প্রতিটি অক্ষর মিলিয়ে দেখুন। মিলে গেলে কাগজটি আসল নয়।',
      next: { address: '../rx', en: 'Type the code', bn: 'কোড লিখুন' },
    },
    THROTTLED: { status: HttpStatus.TOO_MANY_REQUESTS, en: 'This was tried too often. Wait a quarter of an hour.', bn: 'অনেকবার চেষ্টা করা হয়েছে। পনেরো মিনিট অপেক্ষা করুন।' },
  };

  override catch(error: unknown, host: ArgumentsHost): void {
    const page = pages.get(error as object);
    if (page === undefined) return super.catch(error, host);
    void host.switchToHttp().getResponse<FastifyReply>().code(HttpStatus.UNPROCESSABLE_ENTITY).type('text/html; charset=utf-8').header('content-security-policy', VERIFICATION_POLICY).send(page);
  }
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Throttle } from './throttle.service.js';

/** Reads what links open. Who opens many that lead nowhere is refused with THROTTLED for a while; one that leads somewhere always opens. */
@Injectable()
export class LinkTries {
  constructor(private readonly throttle: Throttle) {}

  /** Does the work, and counts it when it rejects with NOT_FOUND. */
  attempt<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
    return this.throttle.attempt(ctx, 'link', {}, work);
  }

  /** Counts that a link was opened which shows patients, or lets somebody in; rejects with THROTTLED when that was too often, from wherever. */
  often(ctx: Ctx, linkId: string): Promise<void> {
    return this.throttle.attempt(ctx, 'linkOpened', { account: linkId }, () => Promise.resolve());
  }
}

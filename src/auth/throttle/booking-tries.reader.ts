import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION } from '../../platform/crypto/keyring.js';
import type { TryKind } from './limits.js';
import { Throttle } from './throttle.service.js';

/** Bounds what strangers do to book online; THROTTLED beyond. A telephone number counts over all practices, for it is one person's. */
@Injectable()
export class BookingTries {
  constructor(private readonly throttle: Throttle) {}

  /** Does what sends a code to a number, in the name of a practice. From one address only a share of what a practice sends can be asked for. */
  code<T>(ctx: Ctx, phone: string, tenantId: string, work: () => Promise<T>): Promise<T> {
    const counted: ReadonlyArray<[TryKind, string]> = [
      ['bookingCode', phone], ['bookingCodeADay', phone], ['bookingCodeOfPractice', tenantId], ['bookingCodeOfPracticeADay', tenantId], ['bookingCodeOfAllADay', INSTALLATION]];
    return counted.reduceRight((within, [kind, account]) => () => this.throttle.attempt(ctx, kind, { account }, within), work)();
  }

  /** Does what tries a code that was sent to a number, and counts it when it rejects with SIGN_IN_REFUSED. */
  proof<T>(ctx: Ctx, phone: string, work: () => Promise<T>): Promise<T> {
    return this.throttle.attempt(ctx, 'bookingProof', { account: phone }, work);
  }
}

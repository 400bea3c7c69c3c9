import { Controller, Get, Header } from '@nestjs/common';
import type { JWK } from 'jose';
import { Public } from '../../platform/access/can.decorator.js';
import { TokenKeys } from './token-keys.js';
import { PUBLISHED_SECONDS } from './token-times.js';

/** The public keys of access tokens as a JWK Set (RFC 7517), for whoever verifies one outside. */
@Controller('.well-known')
export class JwksController {
  constructor(private readonly tokenKeys: TokenKeys) {}

  /** Every key whose tokens are accepted or will be, without its private half. */
  @Get('jwks.json')
  @Header('content-type', 'application/jwk-set+json')
  @Header('cache-control', `public, max-age=${PUBLISHED_SECONDS}`)
  @Public('public keys say nothing of anybody')
  keys(): { keys: JWK[] } {
    return { keys: this.tokenKeys.published };
  }
}

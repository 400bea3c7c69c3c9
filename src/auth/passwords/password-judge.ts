import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config.js';
import type { InputFault } from '../../platform/errors.js';
import { boundedFetch } from '../../platform/http/bounded-fetch.js';
import { CONFIG, LOGGER } from '../../platform/platform.module.js';
import { type PasswordOwner, passwordFault } from './password-policy.js';

const PREFIX_DIGITS = 5;

/**
 * Says why a new password is refused: by the policy, or because it is known from a breach. What is asked of the service
 * that knows breaches is the first five digits of a SHA-1, by which a password cannot be told among a million others.
 */
@Injectable()
export class PasswordJudge {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Why a new password is refused, or undefined: the policy's reasons, or BREACHED. A service that does not answer refuses nothing. */
  async faultOf(password: string, owner: PasswordOwner): Promise<Pick<InputFault, 'reason' | 'params'> | undefined> {
    return passwordFault(password, owner) ?? ((await this.#isBreached(password)) ? { reason: 'BREACHED' } : undefined);
  }

  async #isBreached(password: string): Promise<boolean> {
    const { breachedPasswordsUrl } = this.config;
    if (!breachedPasswordsUrl) return false;
    const digits = createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase();
    try {
      const answer = await boundedFetch(breachedPasswordsUrl + digits.slice(0, PREFIX_DIGITS), {
        headers: { 'add-padding': 'true' },
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const lines = (await answer.text()).split(/\r?\n/);
      // Padding: suffixes that nobody used, with a count of 0.
      return lines.some((line) => line.startsWith(`${digits.slice(PREFIX_DIGITS)}:`) && !line.endsWith(':0'));
    } catch (error) {
      this.logger.warn({ err: error }, 'BREACHED_PASSWORDS_URL does not answer: a new password was not looked up');
      return false;
    }
  }
}

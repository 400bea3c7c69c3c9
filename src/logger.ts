import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Config } from './config.js';

/** Names under which nothing may ever reach a log. */
const redacted = ['password', 'token', 'accessToken', 'refreshToken', 'authorization', 'cookie', 'joinCode', 'email', 'phone', 'nameEn', 'nameBn', 'profile', 'identity', 'clinical', 'parameters', 'variables'];

/** The server's log: JSON lines on standard output, secrets and personal data redacted by name. */
export const createLogger = (config: Config): Logger =>
  pino({
    level: config.logLevel,
    redact: { paths: redacted.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  });

/** Nest's own messages, in the same log. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ detail: rest.map(String) }, String(message));
  }
}

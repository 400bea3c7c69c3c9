import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DomainError, ErrorCode } from '../errors.js';

const statuses: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  SIGN_IN_REFUSED: 401,
  THROTTLED: 429,
  FORBIDDEN: 403,
  STEP_UP_NEEDED: 403,
  SECOND_FACTOR_NEEDED: 403,
  ABOVE_OWN_RIGHTS: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  QUERY_REFUSED: 400,
  CONFLICT: 409,
  ALREADY_EXISTS: 409,
  LAST_OWNER: 409,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** The reasons of faults for which HTTP has a status of its own (RFC 9110, 15.5.14 and 15.5.16). */
const statusOfReason: Record<string, number | undefined> = { TOO_LARGE: 413, OCTET_STREAM_REQUIRED: 415 };

/** Answers a failed HTTP route as GraphQL answers a failed field; an unforeseen error is logged whole and answered as INTERNAL with nothing inside. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType<'graphql' | 'http'>() !== 'http') throw error;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const { status, code, message, details } = this.#explain(error, request.id);
    if (typeof details['retryAfterSeconds'] === 'number') void reply.header('retry-after', details['retryAfterSeconds']);
    void reply.code(status).type('application/json; charset=utf-8')
      .send(JSON.stringify({ errors: [{ message, extensions: { code, ...details, requestId: request.id } }] }));
  }

  #explain(error: unknown, requestId: string): { status: number; code: ErrorCode; message: string; details: Record<string, unknown> } {
    if (error instanceof DomainError) {
      if (error.cause) this.logger.error({ err: error.cause, requestId }, error.message);
      const reason = ((error.details['faults'] ?? [])).find((fault) => statusOfReason[fault.reason])?.reason;
      return { status: statusOfReason[reason ?? ''] ?? statuses[error.code], code: error.code, message: error.message, details: error.details };
    }
    // Nest's own, such as for an address that no route has; and Fastify's, such as for a body that it cannot parse.
    const status = error instanceof HttpException ? error.getStatus() : ((error as { statusCode?: number } | null)?.statusCode ?? 500);
    if (status >= 400 && status < 500) {
      const code = status === 404 ? ErrorCode.NOT_FOUND : ErrorCode.QUERY_REFUSED;
      return { status, code, message: status === 404 ? 'Not found.' : 'The request is malformed.', details: {} };
    }
    this.logger.error({ err: error, requestId }, 'unforeseen error');
    return { status: 500, code: ErrorCode.INTERNAL, message: 'Something went wrong on our side.', details: {} };
  }
}

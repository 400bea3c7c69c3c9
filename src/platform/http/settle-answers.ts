import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AuditTrail } from '../context/audit-trail.js';
import type { Authenticator } from '../context/authenticator.js';
import { Ctx } from '../context/ctx.js';
import { originOf } from '../context/request-origin.js';
import { countOperation, settledEntries } from '../context/settled-entries.js';
import { DomainError, ErrorCode, UNAVAILABLE_MESSAGE } from '../errors.js';
import { isAudited, markAudited } from '../graphql/audited-answer.plugin.js';
import type { Metrics } from '../telemetry/metrics.js';
import { httpContext, routeName } from './http-context.js';
import { graphqlError, refusals } from './refusals.js';
import { isGraphql, isOpen } from './request-hooks.js';

/**
 * Every HTTP route settles its entries here, before the first byte leaves; and whatever leaves by another way, such as a
 * body that cannot be parsed, is recorded too, or withheld.
 */
export function settleAnswers(fastify: FastifyInstance, logger: Logger, metrics: Metrics, trail: AuditTrail, authenticator: Authenticator): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (payload instanceof Readable) payload.once('error', (error) => logCut(logger, request.id, error));
    if (isOpen(request) || request.method === 'OPTIONS' || isAudited(reply)) return payload;
    if (isGraphql(request) && reply.statusCode === 503) return payload;
    try {
      const known = httpContext(request);
      const settled = known ? settledEntries(known) : [];
      if (!settled.length && !known?.entryCommitted && !known?.countedOnly) settled.push(await refusal(request, reply, known, authenticator));
      await trail.append(settled);
      markAudited(reply);
      if (known) countOperation(metrics, known);
      if (known || reply.statusCode === 403) return payload;
      void reply.header('content-type', 'application/json; charset=utf-8');
      return withLength(reply, graphqlError(ErrorCode.QUERY_REFUSED, refusals[reply.statusCode] ?? 'The request is malformed.', request.id));
    } catch (error) {
      logger.error({ err: error, requestId: request.id }, 'the audit entry could not be written; the answer is withheld');
      if (payload instanceof Readable) payload.destroy();
      void reply.removeHeader('content-disposition').code(503).header('content-type', 'application/json; charset=utf-8');
      return withLength(reply, graphqlError(ErrorCode.UNAVAILABLE, UNAVAILABLE_MESSAGE, request.id));
    }
  });
}

// A right that was taken away meanwhile is no fault of the server.
function logCut(logger: Logger, requestId: string, error: Error): void {
  const fault = error instanceof DomainError ? error.cause : error;
  if (fault) logger.error({ err: fault, requestId }, 'an answer was cut off in its midst');
}

async function refusal(request: FastifyRequest, reply: FastifyReply, known: Ctx | undefined, authenticator: Authenticator) {
  const ctx = known ?? new Ctx(originOf(request), await authenticator.authenticate(request), null, isGraphql(request) ? 'http' : routeName(request));
  return { ctx, fact: { action: 'REFUSED' as const, outcome: 'FAILED' as const, errorCode: ErrorCode.QUERY_REFUSED, reason: `HTTP ${reply.statusCode}`, records: [] } };
}

function withLength(reply: FastifyReply, body: string): string {
  void reply.header('content-length', Buffer.byteLength(body));
  return body;
}

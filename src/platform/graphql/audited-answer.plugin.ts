import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse, GraphQLRequestListener } from '@apollo/server';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { AuditTrail } from '../context/audit-trail.js';
import type { RequestContext } from '../context/request-context.js';
import { countOperation, operationEntries } from '../context/settled-entries.js';
import { ErrorCode, UNAVAILABLE_MESSAGE } from '../errors.js';
import type { Metrics } from '../telemetry/metrics.js';
import { noteRequest } from './format-error.js';

const auditedReplies = new WeakSet<FastifyReply>();

/** True when the entries of this reply are durable, so that it may leave. */
export const isAudited = (reply: FastifyReply): boolean => auditedReplies.has(reply);

/** Marks a reply whose entries are durable. */
export const markAudited = (reply: FastifyReply): void => void auditedReplies.add(reply);

/** Holds every GraphQL answer back until its audit entries are durable; when they cannot be written, nothing is disclosed. */
export class AuditedAnswerPlugin implements ApolloServerPlugin<RequestContext> {
  constructor(
    private readonly trail: AuditTrail,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  async requestDidStart(): Promise<GraphQLRequestListener<RequestContext>> {
    return {
      didEncounterErrors: async ({ errors, contextValue }) => errors.forEach((error) => noteRequest(error, contextValue.origin.requestId)),
      willSendResponse: (answer) => this.#settle(answer),
    };
  }

  async #settle({ contextValue: request, response, operation }: GraphQLRequestContextWillSendResponse<RequestContext>): Promise<void> {
    const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
    for (const error of errors) Object.assign(error, { extensions: { ...error.extensions, requestId: request.origin.requestId } });
    const entries = operationEntries(request, operation, errors);
    try {
      await this.trail.append(entries);
      markAudited(request.reply);
      for (const ctx of request.roots.values()) countOperation(this.metrics, ctx);
    } catch (error) {
      this.logger.error({ err: error, requestId: request.origin.requestId }, 'the audit entry could not be written; the answer is withheld');
      const { requestId } = request.origin;
      response.body = { kind: 'single', singleResult: { errors: [{
        message: UNAVAILABLE_MESSAGE,
        extensions: { code: ErrorCode.UNAVAILABLE, requestId },
      }] } };
      response.http.status = 503;
    }
  }
}

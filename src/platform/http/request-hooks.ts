import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../../config.js';
import { ErrorCode } from '../errors.js';
import { PAGE_PATH } from '../graphql/page.js';
import type { Metrics } from '../telemetry/metrics.js';
import { continueIn, requestSpan } from '../telemetry/tracing.js';
import { BYTES } from './byte-stream.js';
import { graphqlError, refusals } from './refusals.js';

/** True for the GraphQL endpoint. By the route, not by the address as it was written: /%67raphql leads there too. */
export const isGraphql = (request: FastifyRequest): boolean => request.routeOptions.url === '/graphql';

/** True for what says nothing of anybody and is not in the trail: health, the public keys of tokens, the files of the GraphQL page, and addresses that lead nowhere. */
export const isOpen = ({ routeOptions: { url } }: FastifyRequest): boolean =>
  url === undefined || url.startsWith('/health/') || url === '/.well-known/jwks.json' || url.startsWith(PAGE_PATH.slice(0, -1));

/** True for the pages that the code on a paper opens. They speak for nobody, whatever cookies come along. */
const isPaper = ({ routeOptions: { url } }: FastifyRequest): boolean => url !== undefined && /^\/rx(\/|$)/.test(url);

/** On every answer: the values that the OWASP Secure Headers Project recommends for an API. */
const securityHeaders = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-site',
  'cache-control': 'no-store',
};

/** Sets the headers that every answer carries. */
export function sendHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders).header('x-request-id', request.id);
    done();
  });
}

/** Logs, counts and traces every request by the template of its route, also one whose answer broke off. */
export function observeRequests(fastify: FastifyInstance, logger: Logger, metrics: Metrics, believeTraces: boolean): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const traced = requestSpan(request.method, routeOf(request), believeTraces ? request.headers : undefined);
    let whole = false;
    reply.raw.once('finish', () => (whole = true));
    // Fastify's own onResponse hears nothing of an answer whose connection was cut.
    reply.raw.once('close', () => {
      const status = whole || reply.raw.headersSent ? reply.statusCode : undefined;
      metrics.request(request.method, routeOf(request), whole ? status : undefined, reply.elapsedTime);
      traced?.span.setAttributes({ 'http.response.status_code': status }).end();
      logger.info({
        requestId: request.id, traceId: traced?.span.spanContext().traceId, method: request.method, path: pathOf(request), status, ms: Math.round(reply.elapsedTime), ip: request.ip,
      }, whole ? 'request' : 'request, whose answer broke off');
    });
    if (!traced) return done();
    continueIn(traced.inside, done);
  });
}

/** What could be the secret of a link, or the code of a paper. */
const SECRET = /[\w-]{40,}|(?<=^\/rx\/).+/gi;

const pathOf = (request: FastifyRequest): string => (isPaper(request) ? routeOf(request) : request.url.split('?', 1)[0]!.replace(SECRET, '…'));

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

const LONGEST_ORIGIN = 200;

/** Refuses what a page of an origin that we do not know sends: a browser names the origin on every request that could act. */
export function refuseForeignOrigins(fastify: FastifyInstance, logger: Logger, config: Config): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (isOpen(request) || isPaper(request) || origin === undefined || config.publicOrigins.includes(origin)) return done();
    // The page learns nothing of this, so whoever develops it needs to find it here.
    logger.warn({ requestId: request.id, origin: origin.slice(0, LONGEST_ORIGIN) }, 'origin refused: it is not among PUBLIC_ORIGINS');
    void reply.code(403).header('content-type', 'application/json; charset=utf-8')
      .send(graphqlError(ErrorCode.QUERY_REFUSED, 'This origin is not allowed.', request.id));
  });
}

/** Hands files unread to whoever streams them and bounds their length; GraphQL takes JSON only. */
export function passBytesUnread(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(BYTES, (request, payload, done) =>
    isGraphql(request) ? done(Object.assign(new Error(refusals[415]), { statusCode: 415 })) : done(null, payload));
}

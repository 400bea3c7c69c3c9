import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import cookie from '@fastify/cookie';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { v4 as uuidv4 } from 'uuid';
import { AppModule } from './app.module.js';
import type { TokenKeys } from './auth/token-keys.js';
import type { Config } from './config.js';
import { NestLog } from './logger.js';
import { AuditTrail } from './platform/context/audit-trail.js';
import { Authenticator } from './platform/context/authenticator.js';
import { Ctx } from './platform/context/ctx.js';
import { ErrorCode, UNAVAILABLE_MESSAGE } from './platform/errors.js';
import { isAudited, markAudited } from './platform/graphql/audited-answer.plugin.js';
import { originOf } from './platform/context/request-origin.js';
import { settledEntries } from './platform/context/settled-entries.js';
import { PAGE_PATH, servePage } from './platform/graphql/page.js';
import { limits } from './platform/graphql/limits.js';
import { BYTES } from './platform/http/byte-stream.js';
import { httpContext, routeName } from './platform/http/http-context.js';
import type { PlatformParts } from './platform/platform.module.js';

/** The HTTP server, assembled but not listening. */
export async function createServer(parts: PlatformParts & { tokenKeys: TokenKeys }): Promise<NestFastifyApplication> {
  const { config, logger } = parts;
  const adapter = new FastifyAdapter({
    ...(config.tls && { https: { cert: readFileSync(config.tls.certPath), key: readFileSync(config.tls.keyPath), minVersion: 'TLSv1.3' as const } }),
    bodyLimit: limits.body,
    trustProxy: config.trustedProxies.length ? [...config.trustedProxies] : false,
    genReqId: () => uuidv4(),
    requestIdHeader: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, { logger: new NestLog(logger), abortOnError: false });
  app.enableCors({ origin: [...config.publicOrigins], credentials: true, maxAge: 600, exposedHeaders: ['content-disposition', 'x-request-id'] });
  const fastify = adapter.getInstance<FastifyInstance>();
  await fastify.register(cookie);
  sendHeaders(fastify);
  logRequests(fastify, logger);
  refuseForeignOrigins(fastify, config);
  passBytesUnread(fastify);
  if (config.graphql.page) await servePage(fastify);
  withholdUnaudited(fastify, logger, app.get(AuditTrail), app.get(Authenticator));
  return app;
}

// By the route, not by the address as it was written: /%67raphql leads there too.
const isGraphql = (request: FastifyRequest): boolean => request.routeOptions.url === '/graphql';

/** What says nothing of anybody and is not in the trail: health, the files of the GraphQL page, and addresses that lead nowhere. */
const isOpen = ({ routeOptions: { url } }: FastifyRequest): boolean =>
  url === undefined || url.startsWith('/health/') || url.startsWith(PAGE_PATH.slice(0, -1));

const graphqlError = (code: ErrorCode, message: string, requestId: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] });

/** On every answer: the values that the OWASP Secure Headers Project recommends for an API. */
const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-site',
  'cache-control': 'no-store',
};

function sendHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders).header('x-request-id', request.id);
    done();
  });
}

function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    if (logger.isLevelEnabled('info')) logger.info({ requestId: request.id, method: request.method, path: request.url.split('?', 1)[0], status: reply.statusCode, ms: Math.round(reply.elapsedTime), ip: request.ip }, 'request');
    done();
  });
}

// A browser names the page's origin on every request that could act; one we do not know has no business here.
function refuseForeignOrigins(fastify: FastifyInstance, config: Config): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const { origin } = request.headers;
    if (isOpen(request) || origin === undefined || config.publicOrigins.includes(origin)) return done(null, payload);
    void reply.code(403).header('content-type', 'application/json; charset=utf-8')
      .send(graphqlError(ErrorCode.QUERY_REFUSED, 'This origin is not allowed.', request.id));
  });
}

// Files are streamed to whoever handles them, who bounds their length; GraphQL takes JSON only.
function passBytesUnread(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(BYTES, (request, payload, done) =>
    isGraphql(request) ? done(Object.assign(new Error(refusals[415]), { statusCode: 415 })) : done(null, payload));
}

// Every HTTP route settles its entries here, before the first byte leaves; and whatever leaves by another way, such as a
// body that cannot be parsed, is recorded too, or withheld.
function withholdUnaudited(fastify: FastifyInstance, logger: Logger, trail: AuditTrail, authenticator: Authenticator): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (isOpen(request) || request.method === 'OPTIONS' || isAudited(reply)) return payload;
    if (isGraphql(request) && reply.statusCode === 503) return payload;
    try {
      const known = httpContext(request);
      const settled = known ? settledEntries(known) : [];
      if (!settled.length && !known?.entryCommitted) {
        const ctx = known ?? new Ctx(originOf(request), await authenticator.authenticate(request), null, isGraphql(request) ? 'http' : routeName(request));
        settled.push({ ctx, fact: { action: 'REFUSED', outcome: 'FAILED', errorCode: ErrorCode.QUERY_REFUSED, reason: `HTTP ${reply.statusCode}`, records: [] } });
      }
      await trail.append(settled);
      markAudited(reply);
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

const refusals: Record<number, string> = {
  400: 'The request is malformed, or could have been sent by another site: send JSON with content-type application/json.',
  405: 'Mutations need POST.',
  413: `The request is larger than ${limits.body} bytes.`,
  415: 'Send JSON with content-type application/json.',
};

const withLength = (reply: FastifyReply, body: string): string => {
  void reply.header('content-length', Buffer.byteLength(body));
  return body;
};

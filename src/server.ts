import { readFileSync } from 'node:fs';
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
import { originOf } from './platform/graphql/graphql.options.js';
import { servePage } from './platform/graphql/page.js';
import { limits } from './platform/graphql/limits.js';
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
  app.enableCors({ origin: [...config.publicOrigins], credentials: true, maxAge: 600 });
  const fastify = adapter.getInstance<FastifyInstance>();
  await fastify.register(cookie);
  sendHeaders(fastify);
  logRequests(fastify, logger);
  refuseForeignOrigins(fastify, config);
  if (config.graphql.page) await servePage(fastify);
  withholdUnaudited(fastify, logger, app.get(AuditTrail), app.get(Authenticator));
  return app;
}

// By the route, not by the address as it was written: /%67raphql leads there too.
const isGraphql = (request: FastifyRequest): boolean => request.routeOptions.url === '/graphql';

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
    if (!isGraphql(request) || origin === undefined || config.publicOrigins.includes(origin)) return done(null, payload);
    void reply.code(403).header('content-type', 'application/json; charset=utf-8')
      .send(graphqlError(ErrorCode.QUERY_REFUSED, 'This origin is not allowed.', request.id));
  });
}

// The net under the audited answer: whatever leaves the GraphQL endpoint by another way is recorded too, or withheld.
function withholdUnaudited(fastify: FastifyInstance, logger: Logger, trail: AuditTrail, authenticator: Authenticator): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (!isGraphql(request) || request.method === 'OPTIONS' || isAudited(reply)) return payload;
    if (reply.statusCode === 503) return payload;
    try {
      const ctx = new Ctx(originOf(request), await authenticator.authenticate(request), null, 'http');
      await trail.append([{ ctx, fact: { action: 'REFUSED', outcome: 'FAILED', errorCode: ErrorCode.QUERY_REFUSED, reason: `HTTP ${reply.statusCode}`, records: [] } }]);
      markAudited(reply);
      if (reply.statusCode === 403) return payload;
      void reply.header('content-type', 'application/json; charset=utf-8');
      return withLength(reply, graphqlError(ErrorCode.QUERY_REFUSED, refusals[reply.statusCode] ?? 'The request is malformed.', request.id));
    } catch (error) {
      logger.error({ err: error, requestId: request.id }, 'the audit entry could not be written; the answer is withheld');
      void reply.code(503).header('content-type', 'application/json; charset=utf-8');
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

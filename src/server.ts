import { readFileSync } from 'node:fs';
import cookie from '@fastify/cookie';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { v4 as uuidv4 } from 'uuid';
import { AppModule } from './app.module.js';
import type { TokenKeys } from './auth/keys/token-keys.js';
import { NestLog } from './logger.js';
import { AuditTrail } from './platform/context/audit-trail.js';
import { Authenticator } from './platform/context/authenticator.js';
import { limits } from './platform/graphql/limits.js';
import { servePage } from './platform/graphql/page.js';
import { observeRequests, passBytesUnread, refuseForeignOrigins, sendHeaders } from './platform/http/request-hooks.js';
import { settleAnswers } from './platform/http/settle-answers.js';
import type { PlatformParts } from './platform/platform.module.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { passUpgrades } from './platform/websocket/upgrades.js';
import { WebSocketGate } from './platform/websocket/websocket-gate.js';

/** The HTTP server, assembled but not listening. */
export async function createServer(parts: PlatformParts & { tokenKeys: TokenKeys }): Promise<NestFastifyApplication> {
  const { config, logger } = parts;
  const adapter = new FastifyAdapter({
    ...(config.tls && { https: { cert: readFileSync(config.tls.certPath), key: readFileSync(config.tls.keyPath), minVersion: 'TLSv1.3' as const } }),
    bodyLimit: limits.body,
    // Fastify sets none of its own; a file over a slow line must come in this time, and nobody holds a connection open by drops.
    requestTimeout: limits.requestSeconds * 1000,
    trustProxy: config.trustedProxies.length ? [...config.trustedProxies] : false,
    genReqId: () => uuidv4(),
    requestIdHeader: false,
    // A file is opened, and the trail says so, for whoever reads it: there is nothing to ask of its head.
    exposeHeadRoutes: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, { logger: new NestLog(logger), abortOnError: false });
  app.enableCors({ origin: [...config.publicOrigins], credentials: true, methods: ['GET', 'POST', 'PUT'], maxAge: 600, exposedHeaders: ['content-disposition', 'etag', 'x-request-id'] });
  const fastify = adapter.getInstance<FastifyInstance>();
  const metrics = app.get(Metrics);
  await fastify.register(cookie);
  sendHeaders(fastify);
  observeRequests(fastify, logger, metrics, config.trustedProxies.length > 0);
  refuseForeignOrigins(fastify, logger, config);
  passUpgrades(fastify, app.get(WebSocketGate));
  passBytesUnread(fastify);
  if (config.graphql.page) await servePage(fastify);
  settleAnswers(fastify, logger, metrics, app.get(AuditTrail), app.get(Authenticator));
  return app;
}

import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { entities } from './entities.js';
import { TokenKeys } from './auth/keys/token-keys.js';
import type { Config } from './config.js';
import { apiOf } from './demo/api.js';
import { greeting } from './demo/greeting.js';
import { seedDemo } from './demo/seed.js';
import { createLogger } from './logger.js';
import { OwnerDb } from './operator/owner-db.js';
import { KeyEncryptionKeys } from './platform/crypto/key-encryption-keys.js';
import { INSTALLATION } from './platform/crypto/keyring.js';
import { Databases } from './platform/database/databases.js';
import { checkPreconditions } from './platform/database/preconditions.js';
import { prepareDatabase, unfinishedMark } from './platform/database/prepare.js';
import { Jobs } from './platform/jobs/jobs.js';
import { serveMetrics } from './platform/telemetry/metrics-server.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { startTracing, stopTracing } from './platform/telemetry/tracing.js';
import { createServer } from './server.js';

/** A server that listens. */
export interface Running {
  app: NestFastifyApplication;
  url: string;
  greeting: string;
  stop: () => Promise<void>;
}

/** Starts everything in order: keys, database, preconditions, server. Rejects with a message for the operator. */
export async function start(config: Config): Promise<Running> {
  const logger = createLogger(config);
  const keks = loadKeys(config);
  if (config.environment !== 'production') await TokenKeys.ensureFile(config.tokenKeyFile);
  const tokenKeys = await TokenKeys.fromFile(config.tokenKeyFile);
  const database = await prepareDatabase(config, keks).catch(unreachable);
  const undo: Array<() => Promise<void>> = [database.stop];
  if (config.tracing) {
    await startTracing(config.tracing);
    undo.unshift(stopTracing);
  }
  try {
    // Asking for the keys makes them on the first start; in production `migrate` has done that.
    if (database.ownerUrl) await OwnerDb.run(database.ownerUrl, keks, (db) => db.keysOf(INSTALLATION));
    const databases = await Databases.connect(database.urls, config.database.poolSize, entities).catch(unreachable);
    undo.unshift(() => databases.onApplicationShutdown());
    await checkPreconditions(databases);
    const app = await createServer({ config, logger, databases, keks, tokenKeys });
    undo.unshift(() => app.close());
    await app.init();
    if (config.demoData && database.ownerUrl) {
      // Thousands of lines about invented patients would push the greeting's context out of the terminal.
      logger.level = 'warn';
      await seedDemo(database.ownerUrl, keks, apiOf(app), unfinishedMark(config));
      logger.level = config.logLevel;
    }
    // Not before the demo people have joined: nobody should get their invitations.
    app.get(Jobs).start();
    if (config.metrics) {
      const metrics = await serveMetrics(app.get(Metrics), config.metrics).catch(taken('METRICS_PORT', config.metrics));
      undo.unshift(async () => {
        metrics.close();
        metrics.closeAllConnections();
      });
    }
    await listen(app, config);
    const url = urlOf(app, config);
    return {
      app, url, greeting: greeting(config, url),
      stop: async () => {
        for (const step of undo) await step();
      },
    };
  } catch (error) {
    for (const step of undo) await step().catch(() => undefined);
    throw error;
  }
}

const unreachable = (error: unknown): never => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!/^E(CONNREFUSED|NOTFOUND|TIMEDOUT|HOSTUNREACH|CONNRESET)$/.test(code ?? '')) throw error;
  throw new Error(`The database cannot be reached (${message}). Is it running, and are the DATABASE_… addresses right?`, { cause: error });
};

// Development keys are made on first start. In production they are the operator's, and a missing file is a fault.
const loadKeys = (config: Config): KeyEncryptionKeys =>
  config.environment !== 'production' && !existsSync(config.keyFile)
    ? KeyEncryptionKeys.createFile(config.keyFile)
    : KeyEncryptionKeys.fromFile(config.keyFile);

// With PORT=0 the system chose the port.
function urlOf(app: NestFastifyApplication, { tls, host }: Config): string {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const name = host === '0.0.0.0' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${name}:${port}`;
}

const taken = (variable: string, { host, port }: { host: string; port: number }) => (error: unknown): never => {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  throw new Error(`Port ${port} on ${host} is taken by another program. Stop that program, or set ${variable} to another number.`, { cause: error });
};

async function listen(app: NestFastifyApplication, config: Config): Promise<void> {
  await app.listen(config.port, config.host).catch(taken('PORT', config));
}

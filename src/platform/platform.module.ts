import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { KeyEncryptionKeys } from './crypto/key-encryption-keys.js';
import { Keyring } from './crypto/keyring.js';
import { HealthController } from './health.controller.js';
import { Databases } from './database/databases.js';
import { Listener } from './database/listener.js';
import { Jobs } from './jobs/jobs.js';
import { PagePrinter } from './pages/page-printer.js';
import { Metrics } from './telemetry/metrics.js';
import { Live } from './websocket/live.js';

export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');

/** What is made before the server: its settings, log, connections and key-encryption keys. */
export interface PlatformParts {
  config: Config;
  logger: Logger;
  databases: Databases;
  keks: KeyEncryptionKeys;
}

@Global()
@Module({})
export class PlatformModule {
  static with({ config, logger, databases, keks }: PlatformParts): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [HealthController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: Databases, useValue: databases },
        { provide: KeyEncryptionKeys, useValue: keks },
        { provide: Listener, useValue: new Listener(databases, logger) },
        Keyring,
        Metrics,
        { provide: Jobs, inject: [Databases, LOGGER, Metrics], useFactory: (own: Databases, log: Logger, metrics: Metrics) => new Jobs(own, log, metrics) },
        Live,
        PagePrinter,
      ],
      exports: [CONFIG, LOGGER, Databases, KeyEncryptionKeys, Keyring, Metrics, Jobs, Listener, Live, PagePrinter],
    };
  }
}

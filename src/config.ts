import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { faultsBetween, faultsInProduction, faultsOutsideProduction, isWithin } from './config-rules.js';
import { type Environment, type LogLevel, type MailServer, type Name, type Values, mailServerOf, names, schema, senderOf } from './config-variables.js';

/** The roles the running server connects as; none of them owns a table. */
export interface RuntimeDatabaseUrls {
  readonly app: string;
  readonly auth: string;
  readonly audit: string;
  readonly jobs: string;
}

/** Where the contents of documents are kept. */
export type DocumentStoreConfig =
  | { readonly kind: 'local'; readonly directory: string }
  | {
      readonly kind: 's3';
      /** Undefined means Amazon's own. */
      readonly endpoint: string | undefined;
      readonly region: string;
      readonly bucket: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly pathStyle: boolean;
    };

/** How mails leave. */
export type MailConfig = { readonly from: { readonly name: string; readonly address: string } } & (
  | { readonly kind: 'smtp'; readonly server: MailServer; /** Whether nothing may be sent before the connection is encrypted. */ readonly mustEncrypt: boolean }
  | { readonly kind: 'files'; readonly directory: string }
);

/** How messages to patients leave. */
export type SmsConfig =
  | { readonly kind: 'http'; readonly url: string; readonly secret: string; readonly sender: string }
  | { readonly kind: 'files'; readonly directory: string }
  | { readonly kind: 'none' };

/** The knowledge base that checks prescriptions besides the server's own rules. */
export interface KnowledgeBaseConfig {
  readonly url: string;
  readonly secret: string;
  /** How long it may take to answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** The OpenID provider by which people sign in with Google, and this server as its client. */
export interface GoogleConfig {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends browsers back to. */
  readonly callbackUrl: string;
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly userinfoUrl: string;
  readonly jwksUrl: string;
}

/** Where visits by video are held: in rooms of a Jitsi server that takes tokens, or at addresses made by a template with {room} in it. */
export type VideoConfig =
  | {
      readonly kind: 'jitsi';
      /** With the name of a tenant at its end, if it has one; without a closing slash. */
      readonly url: string;
      readonly appId: string;
      readonly audience: string;
      readonly secret: string;
    }
  | { readonly kind: 'template'; readonly template: string };

/** Origins of bKash's systems, without a closing slash; undefined where practices cannot use the one for trying things out. */
export interface WalletsConfig {
  readonly bkash: { readonly LIVE: string; readonly SANDBOX: string | undefined };
  readonly timeoutMs: number;
}

/** The settings of one process: valid, complete and deeply frozen. Paths are absolute. */
export interface Config {
  readonly environment: Environment;
  readonly host: string;
  readonly port: number;
  /** Browser origins allowed to call the API; never empty. */
  readonly publicOrigins: readonly string[];
  /** Addresses and CIDR ranges whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined;
  readonly dataDir: string;
  readonly database: {
    /** The owner's connection. Outside production undefined means: start the embedded server. */
    readonly ownerUrl: string | undefined;
    /** Always set in production; undefined elsewhere means: derive them from the owner's connection. */
    readonly runtimeUrls: RuntimeDatabaseUrls | undefined;
    /** Most connections each pool opens. */
    readonly poolSize: number;
  };
  readonly keyFile: string;
  readonly tokenKeyFile: string;
  readonly tokenIssuer: string;
  readonly mail: MailConfig;
  readonly sms: SmsConfig;
  /** Undefined when none is connected. */
  readonly knowledgeBase: KnowledgeBaseConfig | undefined;
  /** Where wallets are paid by, and how long a provider may take to answer. */
  readonly wallets: WalletsConfig;
  /** Address of the pages that links in mails lead to, without a closing slash. */
  readonly frontendUrl: string;
  /** Address of this server as browsers reach it, for links to its own pages, without a closing slash. */
  readonly serverUrl: string;
  /** Where passwords of known breaches are looked up; undefined for nowhere. */
  readonly breachedPasswordsUrl: string | undefined;
  /** The domain for which passkeys are made, and the public origins on whose pages they can be used. */
  readonly relyingParty: { readonly id: string; readonly origins: readonly string[] };
  /** Undefined where nobody can sign in with Google. */
  readonly google: GoogleConfig | undefined;
  /** Where visits by video are held; undefined where there are none. */
  readonly video: VideoConfig | undefined;
  readonly documents: {
    /** Most bytes of one document. */
    readonly maxBytes: number;
    readonly store: DocumentStoreConfig;
  };
  /** Most bytes and lines of a file of patients; days after which an import left unfinished expires. */
  readonly imports: { readonly maxBytes: number; readonly maxLines: number; readonly keepDays: number };
  readonly logLevel: LogLevel;
  /** Whether webhooks may lead to addresses that are not on the public internet. */
  readonly webhookPrivateAddresses: boolean;
  readonly graphql: { readonly introspection: boolean; readonly page: boolean };
  /** Where Prometheus metrics are served; undefined for nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  /** Where traces are sent; undefined for nowhere. */
  readonly tracing: { readonly endpoint: string; readonly serviceName: string; readonly ratio: number } | undefined;
  readonly demoData: boolean;
}

/** Thrown by loadConfig: `faults` holds every fault found, one line each, and never a value that was given. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/** Reads the configuration from the environment once; an empty variable counts as not given. Throws a ConfigError listing every fault. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = readGiven(env);
  const { values, faulty, faults } = parseFields(given.texts);
  const isGiven = (name: Name) => given.attempted.has(name);
  const allFaults = [...given.faults, ...faults, ...faultsBetween(values, isGiven)];
  const environment = faulty.has('NODE_ENV') || given.unreadable.has('NODE_ENV') ? undefined : (values.NODE_ENV ?? 'development');
  if (environment === 'production') allFaults.push(...faultsInProduction(values, isGiven));
  if (environment === 'development' || environment === 'test') allFaults.push(...faultsOutsideProduction(isGiven));
  if (allFaults.length > 0 || environment === undefined) throw new ConfigError(allFaults);
  return deepFreeze(toConfig(environment, values));
}

function readGiven(env: NodeJS.ProcessEnv) {
  const texts: Partial<Record<Name, string>> = {};
  const attempted = new Set<Name>();
  const unreadable = new Set<Name>();
  const faults: string[] = [];
  for (const name of names) {
    const direct = env[name];
    const file = env[`${name}_FILE`];
    if (direct || file) attempted.add(name);
    if (direct && file) faults.push(`${name}: both ${name} and ${name}_FILE are given; give one of them`);
    if (direct) texts[name] = direct;
    if (file && !direct) {
      const outcome = readValue(file);
      if ('text' in outcome) texts[name] = outcome.text;
      else {
        unreadable.add(name);
        faults.push(`${name}_FILE: ${outcome.fault}`);
      }
    }
  }
  return { texts, attempted, unreadable, faults };
}

function readValue(file: string): { text: string } | { fault: string } {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? { fault: 'names an empty file' } : { text };
  } catch {
    return { fault: 'names a file that cannot be read' };
  }
}

// Field by field, because a schema parsed as a whole hides its sound fields behind the first faulty one and the rules between fields could not be checked.
function parseFields(texts: Partial<Record<Name, string>>) {
  const results = names.map((name) => ({ name, result: schema.shape[name].safeParse(texts[name]) }));
  return {
    values: Object.fromEntries(results.map(({ name, result }) => [name, result.data])) as Values,
    faulty: new Set(results.filter(({ result }) => !result.success).map(({ name }) => name)),
    faults: results.flatMap(({ name, result }) => (result.error?.issues ?? []).map((issue) => `${name}: ${issue.message}`)),
  };
}

function toConfig(environment: Environment, values: Values): Config {
  const isProduction = environment === 'production';
  const port = values.PORT ?? 3000;
  const dataDir = values.DATA_DIR ?? resolve('.data');
  const tls = values.TLS_CERT_PATH && values.TLS_KEY_PATH ? { certPath: values.TLS_CERT_PATH, keyPath: values.TLS_KEY_PATH } : undefined;
  const scheme = tls ? 'https' : 'http';
  const publicOrigins = values.PUBLIC_ORIGINS ?? ['localhost', '127.0.0.1'].map((host) => new URL(`${scheme}://${host}:${port}`).origin);
  const { DATABASE_APP_URL: app, DATABASE_AUTH_URL: auth, DATABASE_AUDIT_URL: audit, DATABASE_JOBS_URL: jobs } = values;
  return {
    environment,
    host: values.HOST ?? (isProduction ? '0.0.0.0' : '127.0.0.1'),
    port,
    publicOrigins,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    tls,
    dataDir,
    database: {
      ownerUrl: values.DATABASE_URL,
      runtimeUrls: app && auth && audit && jobs ? { app, auth, audit, jobs } : undefined,
      poolSize: values.DATABASE_POOL_SIZE ?? 10,
    },
    keyFile: values.KEY_FILE ?? join(dataDir, 'keys', 'key-encryption-keys.json'),
    tokenKeyFile: values.TOKEN_KEY_FILE ?? join(dataDir, 'keys', 'token-keys.json'),
    tokenIssuer: values.TOKEN_ISSUER ?? publicOrigins[0] ?? '',
    mail: mailOf(values, dataDir, isProduction),
    sms: smsOf(values, dataDir, isProduction),
    knowledgeBase: values.KNOWLEDGE_BASE_URL === undefined ? undefined : { url: values.KNOWLEDGE_BASE_URL, secret: values.KNOWLEDGE_BASE_SECRET!, timeoutMs: values.KNOWLEDGE_BASE_TIMEOUT_MS ?? 3_000 },
    wallets: {
      bkash: { LIVE: values.BKASH_LIVE_URL ?? 'https://tokenized.pay.bka.sh', SANDBOX: values.BKASH_SANDBOX_URL ?? (isProduction ? undefined : 'https://tokenized.sandbox.bka.sh') },
      timeoutMs: values.WALLET_TIMEOUT_MS ?? 30_000,
    },
    frontendUrl: values.FRONTEND_URL ?? publicOrigins[0] ?? '',
    serverUrl: values.SERVER_URL ?? publicOrigins[0] ?? '',
    breachedPasswordsUrl: values.BREACHED_PASSWORDS_URL,
    relyingParty: relyingPartyOf(values.WEBAUTHN_RP_ID ?? new URL(publicOrigins[0]!).hostname, publicOrigins),
    google: googleOf(values, publicOrigins[0]!),
    video: videoOf(values),
    documents: { maxBytes: values.DOCUMENT_MAX_BYTES ?? 25_000_000, store: storeOf(values, dataDir) },
    imports: {
      maxBytes: values.IMPORT_MAX_BYTES ?? 50_000_000,
      maxLines: values.IMPORT_MAX_LINES ?? 100_000,
      keepDays: values.IMPORT_KEEP_DAYS ?? 14,
    },
    logLevel: values.LOG_LEVEL ?? (environment === 'test' ? 'silent' : 'info'),
    webhookPrivateAddresses: values.WEBHOOK_PRIVATE_ADDRESSES ?? false,
    graphql: { introspection: values.GRAPHQL_INTROSPECTION ?? !isProduction, page: values.GRAPHQL_PAGE ?? !isProduction },
    metrics: values.METRICS_PORT === undefined ? undefined : { host: values.METRICS_HOST ?? '127.0.0.1', port: values.METRICS_PORT },
    tracing: values.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : {
      endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: values.OTEL_SERVICE_NAME ?? 'sinduk', ratio: values.OTEL_TRACES_SAMPLER_ARG ?? 1,
    },
    demoData: values.DEMO_DATA ?? environment === 'development',
  };
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

function mailOf({ SMTP_URL: url, MAIL_FROM: sender }: Values, dataDir: string, isProduction: boolean): MailConfig {
  const from = senderOf(sender ?? 'Sinduk <sinduk@localhost>')!;
  const server = url === undefined ? undefined : mailServerOf(url)!;
  if (!server) return { from, kind: 'files', directory: join(dataDir, 'mails') };
  return { from, kind: 'smtp', server, mustEncrypt: isProduction && !loopback.test(server.host) };
}

// In production nothing of a patient is written into files.
function smsOf({ SMS_GATEWAY_URL: url, SMS_GATEWAY_SECRET: secret, SMS_SENDER: sender }: Values, dataDir: string, isProduction: boolean): SmsConfig {
  if (url !== undefined) return { kind: 'http', url, secret: secret!, sender: sender! };
  return isProduction ? { kind: 'none' } : { kind: 'files', directory: join(dataDir, 'messages') };
}

const relyingPartyOf = (id: string, origins: readonly string[]): Config['relyingParty'] => ({ id, origins: origins.filter((origin) => isWithin(origin, id)) });

// The addresses are those of https://accounts.google.com/.well-known/openid-configuration.
function googleOf(values: Values, origin: string): GoogleConfig | undefined {
  const { GOOGLE_CLIENT_ID: clientId, GOOGLE_CLIENT_SECRET: clientSecret } = values;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return {
    clientId,
    clientSecret,
    callbackUrl: values.GOOGLE_CALLBACK_URL ?? `${origin}/auth/google/callback`,
    issuer: values.GOOGLE_ISSUER ?? 'https://accounts.google.com',
    authorizationUrl: values.GOOGLE_AUTHORIZATION_URL ?? 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: values.GOOGLE_TOKEN_URL ?? 'https://oauth2.googleapis.com/token',
    userinfoUrl: values.GOOGLE_USERINFO_URL ?? 'https://openidconnect.googleapis.com/v1/userinfo',
    jwksUrl: values.GOOGLE_JWKS_URL ?? 'https://www.googleapis.com/oauth2/v3/certs',
  };
}

function videoOf({ VIDEO_JITSI_URL: url, VIDEO_JITSI_APP_ID: appId, VIDEO_JITSI_SECRET: secret, VIDEO_JITSI_AUDIENCE: audience = 'jitsi', VIDEO_URL_TEMPLATE: template }: Values): VideoConfig | undefined {
  if (template !== undefined) return { kind: 'template', template };
  return url === undefined ? undefined : { kind: 'jitsi', url, appId: appId!, audience, secret: secret! };
}

function storeOf(values: Values, dataDir: string): DocumentStoreConfig {
  const { S3_ENDPOINT: endpoint, S3_REGION: region, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (values.DOCUMENT_STORE !== 's3') return { kind: 'local', directory: values.DOCUMENT_DIR ?? join(dataDir, 'documents') };
  return { kind: 's3', endpoint, region: region!, bucket: bucket!, accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey!, pathStyle: values.S3_PATH_STYLE ?? endpoint !== undefined };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}

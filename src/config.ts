import { accessSync, constants, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const environments = ['development', 'test', 'production'] as const;
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The values of NODE_ENV. */
export type Environment = (typeof environments)[number];

/** The three roles the running server connects as; none of them owns a table. */
export interface RuntimeDatabaseUrls {
  readonly app: string;
  readonly auth: string;
  readonly audit: string;
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
  readonly logLevel: (typeof logLevels)[number];
  readonly graphql: { readonly introspection: boolean; readonly page: boolean };
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

interface Documentation {
  description: string;
  /** What holds when the variable is not given. */
  fallback: string;
  requiredInProduction?: true;
  secret?: true;
}

const documentation = z.registry<Documentation>();

const isOrigin = (text: string) => /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;

const isProxy = (text: string) => {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  // A prefix of 0 would believe the forwarded address of anybody.
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
};

const isReadable = (path: string) => {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};

interface Credentials {
  user: string;
  password: string;
  database: string;
}

function credentialsOf(text: string): Credentials | undefined {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // The driver lets these parameters override the URL's own parts, which would fool the rules about users and passwords.
  if (url.hostname === '' || ['user', 'password', 'host', 'port', 'database', 'dbname'].some((name) => url.searchParams.has(name)))
    return undefined;
  try {
    const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent);
    return user && database && password !== undefined ? { user, password, database } : undefined;
  } catch {
    return undefined;
  }
}

const listOf = (isItem: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every(isItem), { error });
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, { error: `must be a whole number from ${least} to ${most}`, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error: `must be a whole number from ${least} to ${most}` });
const oneOf = <T extends readonly [string, ...string[]]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` });
const trueOrFalse = () => oneOf(['true', 'false']).transform((text) => text === 'true');
const postgresUrl = () =>
  z.string().refine((text) => credentialsOf(text) !== undefined, {
    error:
      'must look like postgresql://user:password@host:5432/database, without user, password, host, port or database among its parameters',
  });
const path = () => z.string().transform((text) => resolve(text));
const readablePath = () => path().refine(isReadable, { error: 'names a file that cannot be read' });

const schema = z
  .object({
    NODE_ENV: oneOf(environments).register(documentation, { description: 'development, test or production.', fallback: 'development' }),
    HOST: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]+$/, { error: 'must be an address or a host name' })
      .register(documentation, { description: 'Address the server listens on.', fallback: '127.0.0.1; 0.0.0.0 in production' }),
    PORT: wholeNumber(0, 65_535).register(documentation, {
      description: 'Port the server listens on; 0 takes a free one and is refused in production.',
      fallback: '3000',
    }),
    PUBLIC_ORIGINS: listOf(
      isOrigin,
      'must be a comma list of origins such as https://clinic.example, each without a path or a closing slash',
    ).register(documentation, {
      description: 'Comma list of the browser origins that may call the API; https only in production.',
      fallback: "the server's own localhost and 127.0.0.1 origins",
      requiredInProduction: true,
    }),
    TRUSTED_PROXIES: listOf(isProxy, 'must be a comma list of IP addresses or CIDR ranges, none of them with prefix 0').register(
      documentation,
      {
        description: 'Comma list of the proxies whose X-Forwarded-* headers are believed. Production needs this or the two TLS paths.',
        fallback: 'none',
      },
    ),
    TLS_CERT_PATH: readablePath().register(documentation, {
      description: "Path of the server's certificate chain (PEM). Goes with TLS_KEY_PATH.",
      fallback: 'none: plain HTTP',
    }),
    TLS_KEY_PATH: readablePath().register(documentation, {
      description: "Path of the certificate's private key (PEM). Goes with TLS_CERT_PATH.",
      fallback: 'none: plain HTTP',
    }),
    DATA_DIR: path().register(documentation, {
      description: 'Directory of the embedded database and the generated keys; used outside production only.',
      fallback: './.data',
    }),
    DATABASE_URL: postgresUrl().register(documentation, {
      description: "The schema owner's connection. In production only the operator's commands need it.",
      fallback: 'the embedded server outside production; none in production',
      secret: true,
    }),
    DATABASE_APP_URL: postgresUrl().register(documentation, {
      description: 'Connection of the role that reads and writes clinic data.',
      fallback: "derived from the owner's connection",
      requiredInProduction: true,
      secret: true,
    }),
    DATABASE_AUTH_URL: postgresUrl().register(documentation, {
      description: 'Connection of the role that checks credentials and sessions.',
      fallback: "derived from the owner's connection",
      requiredInProduction: true,
      secret: true,
    }),
    DATABASE_AUDIT_URL: postgresUrl().register(documentation, {
      description: 'Connection of the role that appends to the audit trail.',
      fallback: "derived from the owner's connection",
      requiredInProduction: true,
      secret: true,
    }),
    DATABASE_POOL_SIZE: wholeNumber(1, 1000).register(documentation, {
      description: 'Most connections each database pool opens.',
      fallback: '10',
    }),
    KEY_FILE: path().register(documentation, {
      description: 'Path of the file with the key-encryption keys.',
      fallback: '${DATA_DIR}/keys/key-encryption-keys.json',
      requiredInProduction: true,
    }),
    TOKEN_KEY_FILE: path().register(documentation, {
      description: 'Path of the file with the keys that sign access tokens.',
      fallback: '${DATA_DIR}/keys/token-keys.json',
      requiredInProduction: true,
    }),
    TOKEN_ISSUER: z
      .string()
      .regex(/^\S{1,255}$/, { error: 'must be 1 to 255 characters without spaces' })
      .register(documentation, {
        description: 'Issuer (iss) written into access tokens and demanded of them.',
        fallback: 'the first of PUBLIC_ORIGINS',
      }),
    LOG_LEVEL: oneOf(logLevels).register(documentation, {
      description: `Least severe log level written: ${logLevels.join(', ')}.`,
      fallback: 'info; silent in test',
    }),
    GRAPHQL_INTROSPECTION: trueOrFalse().register(documentation, {
      description: 'Whether the GraphQL schema may be queried: true or false.',
      fallback: 'true; false in production',
    }),
    GRAPHQL_PAGE: trueOrFalse().register(documentation, {
      description: 'Whether the GraphQL page is served: true or false.',
      fallback: 'true; false in production',
    }),
    DEMO_DATA: trueOrFalse().register(documentation, {
      description: 'Whether invented clinics and people are loaded: true or false; true is refused in production.',
      fallback: 'true in development, otherwise false',
    }),
  })
  .partial();

type Values = z.output<typeof schema>;
type Name = keyof Values;
const names = schema.keyof().options;

/** One environment variable the server knows; each may instead be given as `${name}_FILE`, the path of a file holding the value. */
export interface ConfigVariable {
  readonly name: string;
  readonly description: string;
  /** What holds when the variable is not given, in words where it depends on others. */
  readonly fallback: string;
  readonly requiredInProduction: boolean;
  /** Whether the value holds a password and must not be shown. */
  readonly secret: boolean;
}

/** Every variable loadConfig reads, in the order of the schema it is read from. */
export const configVariables: readonly ConfigVariable[] = Object.freeze(
  names.map((name) => {
    const entry = documentation.get(schema.shape[name].unwrap());
    if (entry === undefined) throw new Error(`${name} is not documented`);
    return Object.freeze({
      name,
      description: entry.description,
      fallback: entry.fallback,
      requiredInProduction: entry.requiredInProduction ?? false,
      secret: entry.secret ?? false,
    });
  }),
);

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

const databaseNames = ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL'] as const;
const runtimeNames = ['DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL'] as const;

function faultsBetween(values: Values, isGiven: (name: Name) => boolean): string[] {
  const faults: string[] = [];
  if (isGiven('TLS_CERT_PATH') !== isGiven('TLS_KEY_PATH')) faults.push('TLS_CERT_PATH, TLS_KEY_PATH: give both or neither');
  if (values.KEY_FILE !== undefined && values.KEY_FILE === values.TOKEN_KEY_FILE)
    faults.push('KEY_FILE, TOKEN_KEY_FILE: must be two different files');
  const seen = new Map<string, string>();
  for (const name of databaseNames) {
    const user = credentialsOf(values[name] ?? '')?.user;
    if (user === undefined) continue;
    const first = seen.get(user);
    if (first === undefined) seen.set(user, name);
    else faults.push(`${name}: names the same user as ${first}; each needs its own`);
  }
  return faults;
}

function faultsOutsideProduction(isGiven: (name: Name) => boolean): string[] {
  const missing = runtimeNames.filter((name) => !isGiven(name));
  if (missing.length === runtimeNames.length) return [];
  if (missing.length > 0) return [`${runtimeNames.join(', ')}: give all three or none; missing: ${missing.join(', ')}`];
  return isGiven('DATABASE_URL')
    ? []
    : [`${runtimeNames.join(', ')}: need DATABASE_URL beside them, because without it the embedded server is started`];
}

function faultsInProduction(values: Values, isGiven: (name: Name) => boolean): string[] {
  const faults = configVariables
    .filter(({ name, requiredInProduction }) => requiredInProduction && !isGiven(name as Name))
    .map(({ name }) => `${name}: is required in production`);
  if (values.PORT === 0) faults.push('PORT: must not be 0 in production');
  if (values.PUBLIC_ORIGINS?.some((origin) => !origin.startsWith('https://')))
    faults.push('PUBLIC_ORIGINS: must all be https in production');
  if (!isGiven('TLS_CERT_PATH') && !isGiven('TLS_KEY_PATH') && !isGiven('TRUSTED_PROXIES')) {
    faults.push(
      'TLS_CERT_PATH and TLS_KEY_PATH, or TRUSTED_PROXIES: one of them is required in production, because plain HTTP would carry tokens in the clear',
    );
  }
  if (values.DEMO_DATA) faults.push('DEMO_DATA: must not be true in production');
  for (const name of databaseNames) {
    const credentials = credentialsOf(values[name] ?? '');
    if (credentials && isGuessable(credentials))
      faults.push(`${name}: has no password or a well-known one; production needs a random password`);
  }
  return faults;
}

const wellKnownPasswords = new Set([
  '',
  'postgres',
  'postgresql',
  'password',
  'passw0rd',
  'pass',
  'sinduk',
  'changeme',
  'change-me',
  'change_me',
  'changeit',
  'secret',
  'admin',
  'root',
  'user',
  'test',
  'example',
  'default',
  'demo',
  'dev',
  'development',
  '123456',
  '12345678',
  '123456789',
  'qwerty',
  'letmein',
  'owner',
  'app',
  'auth',
  'audit',
]);

function isGuessable({ user, password, database }: Credentials): boolean {
  const lower = password.toLowerCase();
  return wellKnownPasswords.has(lower) || lower === user.toLowerCase() || lower === database.toLowerCase();
}

function toConfig(environment: Environment, values: Values): Config {
  const isProduction = environment === 'production';
  const port = values.PORT ?? 3000;
  const dataDir = values.DATA_DIR ?? resolve('.data');
  const tls = values.TLS_CERT_PATH && values.TLS_KEY_PATH ? { certPath: values.TLS_CERT_PATH, keyPath: values.TLS_KEY_PATH } : undefined;
  const scheme = tls ? 'https' : 'http';
  const publicOrigins = values.PUBLIC_ORIGINS ?? ['localhost', '127.0.0.1'].map((host) => new URL(`${scheme}://${host}:${port}`).origin);
  const { DATABASE_APP_URL: app, DATABASE_AUTH_URL: auth, DATABASE_AUDIT_URL: audit } = values;
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
      runtimeUrls: app && auth && audit ? { app, auth, audit } : undefined,
      poolSize: values.DATABASE_POOL_SIZE ?? 10,
    },
    keyFile: values.KEY_FILE ?? join(dataDir, 'keys', 'key-encryption-keys.json'),
    tokenKeyFile: values.TOKEN_KEY_FILE ?? join(dataDir, 'keys', 'token-keys.json'),
    tokenIssuer: values.TOKEN_ISSUER ?? publicOrigins[0] ?? '',
    logLevel: values.LOG_LEVEL ?? (environment === 'test' ? 'silent' : 'info'),
    graphql: { introspection: values.GRAPHQL_INTROSPECTION ?? !isProduction, page: values.GRAPHQL_PAGE ?? !isProduction },
    demoData: values.DEMO_DATA ?? environment === 'development',
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}

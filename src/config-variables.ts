import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

const environments = ['development', 'test', 'production'] as const;
const documentStores = ['local', 's3'] as const;
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The values of NODE_ENV. */
export type Environment = (typeof environments)[number];

/** The values of LOG_LEVEL. */
export type LogLevel = (typeof logLevels)[number];

interface Documentation {
  description: string;
  /** What holds when the variable is not given. */
  fallback: string;
  requiredInProduction?: true;
  secret?: true;
}

const documentation = z.registry<Documentation>();

const isOrigin = (text: string) => /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;

const isPageAddress = (text: string) => {
  if (!/^https?:\/\/[^?#@\s]+[^/?#@\s]$/.test(text) || !URL.canParse(text)) return false;
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname === '/' ? '' : pathname}` === text;
};

const isAddress = (text: string) => {
  if (!/^https?:\/\/\S{1,1000}$/.test(text) || !URL.canParse(text)) return false;
  const { username, password, search } = new URL(text);
  return username === '' && password === '' && search === '' && !text.includes('#');
};

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

/** Who signs in where, as a database address says. */
export interface Credentials {
  user: string;
  password: string;
  database: string;
}

/** The credentials in a PostgreSQL address; undefined when it is not a complete one. */
export function credentialsOf(text: string): Credentials | undefined {
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

/** A mail server, as SMTP_URL says. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
}

/** The server in an smtp or smtps address; undefined when it is not one, or has more than server and credentials, which would go unheeded. */
export function mailServerOf(text: string): MailServer | undefined {
  if (!/^smtps?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(text);
  if (hostname === '' || !['', '/'].includes(pathname) || search !== '' || hash !== '' || (username === '') !== (password === '')) return undefined;
  const secure = protocol === 'smtps:';
  try {
    const auth = username === '' ? undefined : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
    return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (secure ? 465 : 587) : Number(port), secure, auth };
  } catch {
    return undefined;
  }
}

/** The name and the address in MAIL_FROM; undefined when it is neither an address nor `Name <address>`. */
export function senderOf(text: string): { readonly name: string; readonly address: string } | undefined {
  const [, name = '', named, bare] = /^(?:([^<>@,;"\p{Cc}]{1,100}) <([^\s<>@,;"]{1,64}@[^\s<>@,;"]{1,190})>|([^\s<>@,;"]{1,64}@[^\s<>@,;"]{1,190}))$/u.exec(text) ?? [];
  const address = named ?? bare;
  return address === undefined ? undefined : { name: name.trim(), address };
}

const listOf = (isItem: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every(isItem), { error });
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, { error: `must be a whole number from ${least} to ${most}`, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error: `must be a whole number from ${least} to ${most}` });
const oneOf = <T extends readonly [string, ...string[]]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` });
const host = () => z.string().regex(/^[A-Za-z0-9.:_-]+$/, { error: 'must be an address or a host name' });
const trueOrFalse = () => oneOf(['true', 'false']).transform((text) => text === 'true');
const postgresUrl = () =>
  z.string().refine((text) => credentialsOf(text) !== undefined, {
    error:
      'must look like postgresql://user:password@host:5432/database, without user, password, host, port or database among its parameters',
  });
const address = () => z.string().refine(isAddress, { error: 'must be an http or https address without credentials, parameters or a fragment' });
const s3Name = () => z.string().regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 characters without spaces' });
const path = () => z.string().transform((text) => resolve(text));
const readablePath = () => path().refine(isReadable, { error: 'names a file that cannot be read' });

/** Every variable by name, as text of the environment in and as a value out. */
export const schema = z
  .object({
    NODE_ENV: oneOf(environments).register(documentation, { description: 'development, test or production.', fallback: 'development' }),
    HOST: host().register(documentation, { description: 'Address the server listens on.', fallback: '127.0.0.1; 0.0.0.0 in production' }),
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
      description: 'Directory of the embedded database, the generated keys and, without a mail server or a gateway, the mails and messages; used outside production only.',
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
    DATABASE_JOBS_URL: postgresUrl().register(documentation, {
      description: 'Connection of the role that does background work, such as sending mail.',
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
    SMTP_URL: z
      .string()
      .refine((text) => mailServerOf(text) !== undefined, {
        error: 'must look like smtps://user:password@host:465 or smtp://host:587, without a path or parameters; characters other than letters and digits in user and password percent-encoded',
      })
      .register(documentation, {
        description: 'Mail server that takes the mails: smtps (TLS from the start) or smtp, which in production must offer STARTTLS unless it is on this machine.',
        fallback: 'none: mails are written as files into ${DATA_DIR}/mails',
        requiredInProduction: true,
        secret: true,
      }),
    MAIL_FROM: z
      .string()
      .refine((text) => senderOf(text) !== undefined, { error: 'must be an address such as clinic@clinic.example, or Name <clinic@clinic.example>' })
      .register(documentation, {
        description: 'Address that mails come from, alone or as Name <address>.',
        fallback: 'Sinduk <sinduk@localhost>',
        requiredInProduction: true,
      }),
    SMS_GATEWAY_URL: address().register(documentation, {
      description: 'Where messages to patients are posted, to leave as SMS; https only in production. Goes with SMS_GATEWAY_SECRET and SMS_SENDER.',
      fallback: 'none: messages are written as files into ${DATA_DIR}/messages; in production none leaves',
    }),
    SMS_GATEWAY_SECRET: z
      .string()
      .regex(/^[\x21-\x7e]{8,500}$/, { error: 'must be 8 to 500 characters without spaces' })
      .register(documentation, { description: 'The secret by which the gateway knows this server.', fallback: 'none; needed with SMS_GATEWAY_URL', secret: true }),
    SMS_SENDER: z
      .string()
      .regex(/^([A-Za-z0-9 ]{1,11}|\+?\d{3,15})$/, { error: 'must be up to 11 letters, digits and spaces, or a number of 3 to 15 digits' })
      .register(documentation, { description: 'Name or number that messages to patients come from.', fallback: 'none; needed with SMS_GATEWAY_URL' }),
    KNOWLEDGE_BASE_URL: address().register(documentation, {
      description: 'Where prescriptions are checked besides the server’s own rules; https only in production. Goes with KNOWLEDGE_BASE_SECRET.',
      fallback: 'none: the rules of the server alone',
    }),
    KNOWLEDGE_BASE_SECRET: z
      .string()
      .regex(/^[\x21-\x7e]{8,500}$/, { error: 'must be 8 to 500 characters without spaces' })
      .register(documentation, { description: 'The secret by which the knowledge base knows this server.', fallback: 'none; needed with KNOWLEDGE_BASE_URL', secret: true }),
    KNOWLEDGE_BASE_TIMEOUT_MS: wholeNumber(100, 5_000).register(documentation, {
      description: 'How many milliseconds the knowledge base may take; after that its checks are told as unavailable.',
      fallback: '3000',
    }),
    BKASH_LIVE_URL: z
      .string()
      .refine(isOrigin, { error: 'must be an origin such as https://tokenized.pay.bka.sh, without a path or a closing slash' })
      .register(documentation, { description: 'Where bKash takes payments for practices that have an account there; https only in production.', fallback: "bKash's own: https://tokenized.pay.bka.sh" }),
    BKASH_SANDBOX_URL: z
      .string()
      .refine(isOrigin, { error: 'must be an origin such as https://tokenized.sandbox.bka.sh, without a path or a closing slash' })
      .register(documentation, {
        description: "bKash's system for trying things out, which moves no money while its payments count here as made; https only in production.",
        fallback: "bKash's own: https://tokenized.sandbox.bka.sh; in production none, so that no practice can take play money",
      }),
    WALLET_TIMEOUT_MS: wholeNumber(100, 60_000).register(documentation, {
      description: 'How many milliseconds a provider of wallets may take for one answer; after that nothing is known of what was asked, and it is asked again later.',
      fallback: '30000, which bKash says it may take',
    }),
    FRONTEND_URL: z
      .string()
      .refine(isPageAddress, { error: 'must be an http or https address such as https://clinic.example/app, without parameters, fragment or a closing slash' })
      .register(documentation, {
        description: 'Address of the pages that links in mails lead to; https only in production.',
        fallback: 'the first of PUBLIC_ORIGINS',
      }),
    SERVER_URL: z
      .string()
      .refine(isPageAddress, { error: 'must be an http or https address such as https://api.clinic.example, without parameters, fragment or a closing slash' })
      .register(documentation, {
        description: "This server's own address as browsers reach it, for links to its own pages, such as queue displays; https only in production.",
        fallback: 'the first of PUBLIC_ORIGINS',
      }),
    BREACHED_PASSWORDS_URL: z
      .string()
      .refine((text) => /^https?:\/\/.+\/$/.test(text) && URL.canParse(text), { error: 'must be an http or https address that ends with a slash' })
      .register(documentation, {
        description: 'Address at which new passwords are looked up among those of known breaches, by the first five digits of their SHA-1, such as https://api.pwnedpasswords.com/range/; https only in production.',
        fallback: 'none: new passwords are held against the policy only',
      }),
    WEBAUTHN_RP_ID: z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, { error: 'must be a domain in lower case, without a scheme or a port' })
      .register(documentation, {
        description: 'Domain for which passkeys are made; they work on its pages and those of the domains below it. Changed, it makes every passkey useless.',
        fallback: 'the host of the first of PUBLIC_ORIGINS',
      }),
    GOOGLE_CLIENT_ID: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 characters without spaces' })
      .register(documentation, { description: "Client id under which Google knows this server. Goes with GOOGLE_CLIENT_SECRET.", fallback: 'none: nobody can sign in with Google' }),
    GOOGLE_CLIENT_SECRET: z
      .string()
      .register(documentation, { description: 'The secret of GOOGLE_CLIENT_ID.', fallback: 'none; needed with GOOGLE_CLIENT_ID', secret: true }),
    GOOGLE_CALLBACK_URL: address().register(documentation, {
      description: "This server's own /auth/google/callback as browsers reach it, exactly as registered at Google; https only in production.",
      fallback: '/auth/google/callback under the first of PUBLIC_ORIGINS',
    }),
    GOOGLE_ISSUER: address().register(documentation, {
      description: 'Issuer (iss) of ID tokens. To use another OpenID provider than Google itself, give it and the four addresses that follow; all are https only in production.',
      fallback: "Google's: https://accounts.google.com",
    }),
    GOOGLE_AUTHORIZATION_URL: address().register(documentation, { description: 'Where browsers are sent to sign in.', fallback: "Google's" }),
    GOOGLE_TOKEN_URL: address().register(documentation, { description: 'Where codes are exchanged for tokens.', fallback: "Google's" }),
    GOOGLE_USERINFO_URL: address().register(documentation, { description: 'Where an access token tells whose it is.', fallback: "Google's" }),
    GOOGLE_JWKS_URL: address().register(documentation, { description: 'Where the keys of ID tokens are published.', fallback: "Google's" }),
    VIDEO_JITSI_URL: z
      .string()
      .refine(isPageAddress, { error: 'must be an http or https address such as https://meet.example, without parameters, fragment or a closing slash' })
      .register(documentation, {
        description: 'Jitsi server on which visits by video are held, which must take tokens; with the name of a tenant at its end, if it has one. Goes with VIDEO_JITSI_APP_ID and VIDEO_JITSI_SECRET; https only in production.',
        fallback: 'none: there are no visits by video, unless VIDEO_URL_TEMPLATE is given',
      }),
    VIDEO_JITSI_APP_ID: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 characters without spaces' })
      .register(documentation, { description: "The Jitsi server's app_id: the issuer (iss) of its tokens.", fallback: 'none; needed with VIDEO_JITSI_URL' }),
    VIDEO_JITSI_SECRET: z
      .string()
      .min(32, { error: 'must have at least 32 characters' })
      .register(documentation, { description: "The Jitsi server's app_secret, by which its tokens are signed (HS256).", fallback: 'none; needed with VIDEO_JITSI_URL', secret: true }),
    VIDEO_JITSI_AUDIENCE: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 characters without spaces' })
      .register(documentation, { description: 'Audience (aud) of the tokens that the Jitsi server accepts.', fallback: 'jitsi' }),
    VIDEO_URL_TEMPLATE: z
      .string()
      .refine((text) => text.includes('{room}') && /^https?:\/\/[^\s{}]+$/.test(text.replaceAll('{room}', 'room')) && URL.canParse(text.replaceAll('{room}', 'room')), {
        error: 'must be an http or https address with {room} in it, such as https://video.example/{room}',
      })
      .register(documentation, {
        description: 'Instead of a Jitsi server: the address of a room, with {room} for its name, which nobody can guess. Whoever knows the address can come in; https only in production.',
        fallback: 'none',
      }),
    DOCUMENT_STORE: oneOf(documentStores).register(documentation, {
      description: 'Where the contents of documents are kept, sealed: local (a directory, DOCUMENT_DIR) or s3 (a bucket, the S3 variables).',
      fallback: 'local',
      requiredInProduction: true,
    }),
    DOCUMENT_DIR: path().register(documentation, {
      description: 'Directory for the contents of documents, of the server alone. Production needs it with DOCUMENT_STORE=local.',
      fallback: '${DATA_DIR}/documents',
    }),
    DOCUMENT_MAX_BYTES: wholeNumber(1_000, 1_000_000_000).register(documentation, {
      description: 'Most bytes that one document may have.',
      fallback: '25000000',
    }),
    S3_ENDPOINT: z
      .string()
      .refine(isOrigin, { error: 'must be an origin such as https://s3.clinic.example, without a path or a closing slash' })
      .register(documentation, { description: 'Address of the S3 service; https only in production.', fallback: "Amazon's own in S3_REGION" }),
    S3_REGION: s3Name().register(documentation, { description: 'Region of the bucket.', fallback: 'none; needed with DOCUMENT_STORE=s3' }),
    S3_BUCKET: s3Name().register(documentation, {
      description: 'A bucket of its own for the contents of documents.',
      fallback: 'none; needed with DOCUMENT_STORE=s3',
    }),
    S3_ACCESS_KEY_ID: s3Name().register(documentation, {
      description: 'Who may list the bucket, and put, get and delete its objects.',
      fallback: 'none; needed with DOCUMENT_STORE=s3',
    }),
    S3_SECRET_ACCESS_KEY: z
      .string()
      .register(documentation, { description: 'The secret of S3_ACCESS_KEY_ID.', fallback: 'none; needed with DOCUMENT_STORE=s3', secret: true }),
    S3_PATH_STYLE: trueOrFalse().register(documentation, {
      description: 'Whether the bucket is named in the path instead of the host name: true or false.',
      fallback: 'true with S3_ENDPOINT, otherwise false',
    }),
    IMPORT_MAX_BYTES: wholeNumber(1_000, 1_000_000_000).register(documentation, {
      description: 'Most bytes that a file of patients to import may have.',
      fallback: '50000000',
    }),
    IMPORT_MAX_LINES: wholeNumber(1, 1_000_000).register(documentation, {
      description: 'Most lines that a file of patients to import may have, blank ones too.',
      fallback: '100000',
    }),
    IMPORT_KEEP_DAYS: wholeNumber(1, 365).register(documentation, {
      description: 'Days without a touch after which an import that nobody finished expires and what its file held is removed. Holds for imports begun from then on.',
      fallback: '14',
    }),
    LOG_LEVEL: oneOf(logLevels).register(documentation, {
      description: `Least severe log level written: ${logLevels.join(', ')}.`,
      fallback: 'info; silent in test',
    }),
    GRAPHQL_INTROSPECTION: trueOrFalse().register(documentation, {
      description: 'Whether the GraphQL schema may be queried: true or false.',
      fallback: 'true; false in production',
    }),
    WEBHOOK_PRIVATE_ADDRESSES: trueOrFalse().register(documentation, {
      description: 'Whether webhooks of alerts may lead to private and loopback addresses: true or false. Leave it false where practices do not trust each other.',
      fallback: 'false',
    }),
    GRAPHQL_PAGE: trueOrFalse().register(documentation, {
      description: 'Whether the GraphQL page is served: true or false.',
      fallback: 'true; false in production',
    }),
    METRICS_PORT: wholeNumber(1, 65_535).register(documentation, {
      description: 'Port on which Prometheus metrics are served at /metrics, apart from the API.',
      fallback: 'none: no metrics are served',
    }),
    METRICS_HOST: host().register(documentation, { description: 'Address on which metrics are served; it must not be reachable by the public.', fallback: '127.0.0.1' }),
    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .string()
      .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), { error: 'must be an http or https address' })
      .register(documentation, {
        description: 'Base address of the OpenTelemetry collector to which traces are sent by OTLP over HTTP, such as http://127.0.0.1:4318.',
        fallback: 'none: nothing is traced',
      }),
    OTEL_SERVICE_NAME: z.string().register(documentation, { description: 'Name of this server in traces.', fallback: 'sinduk' }),
    OTEL_TRACES_SAMPLER_ARG: z
      .string()
      .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, { error: 'must be a share from 0 to 1' })
      .transform(Number)
      .register(documentation, { description: 'Share of the requests that are traced, 0 to 1.', fallback: '1' }),
    DEMO_DATA: trueOrFalse().register(documentation, {
      description: 'Whether invented clinics and people are loaded: true or false; true is refused in production.',
      fallback: 'true in development, otherwise false',
    }),
  })
  .partial();

/** What the variables hold; a variable that was not given is absent. */
export type Values = z.output<typeof schema>;
/** The name of a variable. */
export type Name = keyof Values;
/** Every name, in the order of the schema. */
export const names = schema.keyof().options;

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

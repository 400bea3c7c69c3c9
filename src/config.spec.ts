import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { configVariables } from './config-variables.js';
import { ConfigError, loadConfig } from './config.js';

const directory = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(directory, { recursive: true }));

function fileHolding(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const password = 'hT7-uncommon-4Qz';
const production = {
  NODE_ENV: 'production',
  PUBLIC_ORIGINS: 'https://clinic.example',
  TRUSTED_PROXIES: '10.0.0.0/8',
  DATABASE_APP_URL: `postgresql://clinic_app:${password}a@db:5432/clinic`,
  DATABASE_AUTH_URL: `postgresql://clinic_auth:${password}b@db:5432/clinic`,
  DATABASE_AUDIT_URL: `postgresql://clinic_audit:${password}c@db:5432/clinic`,
  DATABASE_JOBS_URL: `postgresql://clinic_jobs:${password}d@db:5432/clinic`,
  SMTP_URL: 'smtps://clinic:p%40ss@smtp.clinic.example',
  MAIL_FROM: 'Clinic <no-reply@clinic.example>',
  KEY_FILE: '/run/secrets/keys.json',
  TOKEN_KEY_FILE: '/run/secrets/token-keys.json',
  DOCUMENT_STORE: 'local',
  DOCUMENT_DIR: '/var/lib/clinic/documents',
};
const s3 = {
  DOCUMENT_STORE: 's3',
  S3_REGION: 'ap-southeast-1',
  S3_BUCKET: 'clinic-documents',
  S3_ACCESS_KEY_ID: 'clinic',
  S3_SECRET_ACCESS_KEY: `${password}s`,
};

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('defaults', () => {
  it('starts a development server from an empty environment', () => {
    expect(loadConfig({})).toEqual({
      environment: 'development',
      imports: { keepDays: 14, maxBytes: 50_000_000, maxLines: 100_000 },
      host: '127.0.0.1',
      port: 3000,
      publicOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000'],
      trustedProxies: [],
      tls: undefined,
      dataDir: resolve('.data'),
      database: { ownerUrl: undefined, runtimeUrls: undefined, poolSize: 10 },
      keyFile: resolve('.data/keys/key-encryption-keys.json'),
      tokenKeyFile: resolve('.data/keys/token-keys.json'),
      tokenIssuer: 'http://localhost:3000',
      mail: { from: { name: 'Sinduk', address: 'sinduk@localhost' }, kind: 'files', directory: resolve('.data/mails') },
      sms: { kind: 'files', directory: resolve('.data/messages') },
      knowledgeBase: undefined,
      wallets: { bkash: { LIVE: 'https://tokenized.pay.bka.sh', SANDBOX: 'https://tokenized.sandbox.bka.sh' }, timeoutMs: 30_000 },
      frontendUrl: 'http://localhost:3000',
      serverUrl: 'http://localhost:3000',
      webhookPrivateAddresses: false,
      relyingParty: { id: 'localhost', origins: ['http://localhost:3000'] },
      documents: { maxBytes: 25_000_000, store: { kind: 'local', directory: resolve('.data/documents') } },
      logLevel: 'info',
      graphql: { introspection: true, page: true },
      metrics: undefined,
      tracing: undefined,
      demoData: true,
    });
  });

  it('is silent and without demo data in test', () => {
    expect(loadConfig({ NODE_ENV: 'test' })).toMatchObject({
      environment: 'test',
      logLevel: 'silent',
      demoData: false,
      graphql: { introspection: true, page: true },
    });
  });

  it('listens on every address and hides the schema in production', () => {
    expect(loadConfig(production)).toEqual({
      environment: 'production',
      imports: { keepDays: 14, maxBytes: 50_000_000, maxLines: 100_000 },
      host: '0.0.0.0',
      port: 3000,
      publicOrigins: ['https://clinic.example'],
      trustedProxies: ['10.0.0.0/8'],
      tls: undefined,
      dataDir: resolve('.data'),
      database: {
        ownerUrl: undefined,
        runtimeUrls: { app: production.DATABASE_APP_URL, auth: production.DATABASE_AUTH_URL, audit: production.DATABASE_AUDIT_URL, jobs: production.DATABASE_JOBS_URL },
        poolSize: 10,
      },
      keyFile: '/run/secrets/keys.json',
      tokenKeyFile: '/run/secrets/token-keys.json',
      tokenIssuer: 'https://clinic.example',
      mail: {
        from: { name: 'Clinic', address: 'no-reply@clinic.example' }, kind: 'smtp', mustEncrypt: true,
        server: { host: 'smtp.clinic.example', port: 465, secure: true, auth: { user: 'clinic', pass: 'p@ss' } },
      },
      sms: { kind: 'none' },
      knowledgeBase: undefined,
      wallets: { bkash: { LIVE: 'https://tokenized.pay.bka.sh', SANDBOX: undefined }, timeoutMs: 30_000 },
      frontendUrl: 'https://clinic.example',
      serverUrl: 'https://clinic.example',
      webhookPrivateAddresses: false,
      relyingParty: { id: 'clinic.example', origins: ['https://clinic.example'] },
      documents: { maxBytes: 25_000_000, store: { kind: 'local', directory: '/var/lib/clinic/documents' } },
      logLevel: 'info',
      graphql: { introspection: false, page: false },
      demoData: false,
    });
  });

  it('puts the keys under DATA_DIR, and names https origins when it has a certificate', () => {
    const TLS_CERT_PATH = fileHolding('cert.pem', 'cert');
    const TLS_KEY_PATH = fileHolding('key.pem', 'key');
    const config = loadConfig({ DATA_DIR: '/var/tmp/clinic', TLS_CERT_PATH, TLS_KEY_PATH, PORT: '8443' });
    expect(config.documents.store).toEqual({ kind: 'local', directory: '/var/tmp/clinic/documents' });
    expect(config.keyFile).toBe('/var/tmp/clinic/keys/key-encryption-keys.json');
    expect(config.tokenKeyFile).toBe('/var/tmp/clinic/keys/token-keys.json');
    expect(config.tls).toEqual({ certPath: TLS_CERT_PATH, keyPath: TLS_KEY_PATH });
    expect(config.publicOrigins).toEqual(['https://localhost:8443', 'https://127.0.0.1:8443']);
  });

  it('counts an empty variable as not given', () => {
    expect(loadConfig({ PORT: '', NODE_ENV: '', DATABASE_URL: '', LOG_LEVEL: '', LOG_LEVEL_FILE: '' })).toEqual(loadConfig({}));
  });
});

describe('given values', () => {
  it('takes every variable', () => {
    const config = loadConfig({
      ...production,
      HOST: '::1',
      PORT: '8080',
      PUBLIC_ORIGINS: 'https://clinic.example, https://desk.clinic.example:8443',
      TRUSTED_PROXIES: '192.0.2.7, 2001:db8::/32',
      DATABASE_URL: `postgres://clinic_owner:${password}@db/clinic`,
      DATABASE_POOL_SIZE: '25',
      TOKEN_ISSUER: 'urn:clinic',
      LOG_LEVEL: 'warn',
      GRAPHQL_INTROSPECTION: 'true',
      GRAPHQL_PAGE: 'true',
      METRICS_PORT: '9464',
      METRICS_HOST: '10.0.0.5',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      DEMO_DATA: 'false',
    });
    expect(config).toMatchObject({
      host: '::1',
      port: 8080,
      publicOrigins: ['https://clinic.example', 'https://desk.clinic.example:8443'],
      trustedProxies: ['192.0.2.7', '2001:db8::/32'],
      database: { ownerUrl: `postgres://clinic_owner:${password}@db/clinic`, poolSize: 25 },
      tokenIssuer: 'urn:clinic',
      logLevel: 'warn',
      graphql: { introspection: true, page: true },
      metrics: { host: '10.0.0.5', port: 9464 },
      tracing: { endpoint: 'http://collector:4318', serviceName: 'sinduk', ratio: 0.25 },
      demoData: false,
    });
  });

  it('accepts production behind its own certificate instead of a proxy', () => {
    const { TRUSTED_PROXIES: _, ...rest } = production;
    const tls = { TLS_CERT_PATH: fileHolding('own-cert.pem', 'cert'), TLS_KEY_PATH: fileHolding('own-key.pem', 'key') };
    expect(loadConfig({ ...rest, ...tls }).trustedProxies).toEqual([]);
  });

  it('keeps documents in a bucket', () => {
    const { DOCUMENT_DIR: _, ...rest } = production;
    const of = (more: object) => loadConfig({ ...rest, ...s3, ...more }).documents;
    const amazon = { kind: 's3', endpoint: undefined, region: 'ap-southeast-1', bucket: 'clinic-documents', accessKeyId: 'clinic', secretAccessKey: s3.S3_SECRET_ACCESS_KEY, pathStyle: false };
    expect(of({ DOCUMENT_MAX_BYTES: '1000000000' })).toEqual({ maxBytes: 1_000_000_000, store: amazon });
    const own = { ...amazon, endpoint: 'https://s3.clinic.example:9000', pathStyle: true };
    expect(of({ S3_ENDPOINT: own.endpoint }).store).toEqual(own);
    expect(of({ S3_ENDPOINT: own.endpoint, S3_PATH_STYLE: 'false' }).store).toEqual({ ...own, pathStyle: false });
  });

  it('reads any variable from the file that NAME_FILE names, without its last line end', () => {
    for (const { name } of configVariables) {
      expect(faultsOf({ [`${name}_FILE`]: join(directory, 'absent') })).toContain(`${name}_FILE: names a file that cannot be read`);
    }
    expect(
      loadConfig({ PORT_FILE: fileHolding('port', '4000\n'), KEY_FILE_FILE: fileHolding('key-path', '/keys/a.json\r\n') }),
    ).toMatchObject({ port: 4000, keyFile: '/keys/a.json' });
    expect(
      loadConfig({
        ...production,
        DATABASE_APP_URL: undefined,
        DATABASE_APP_URL_FILE: fileHolding('app', `${production.DATABASE_APP_URL}\n`),
      }),
    ).toEqual(loadConfig(production));
  });

  it('is frozen to the leaves', () => {
    const config = loadConfig({ ...production, TLS_CERT_PATH: fileHolding('c', 'c'), TLS_KEY_PATH: fileHolding('k', 'k') });
    const parts = [
      config,
      config.publicOrigins,
      config.trustedProxies,
      config.tls,
      config.database,
      config.database.runtimeUrls,
      config.graphql,
    ];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
    expect(() => Object.assign(config.graphql, { page: true })).toThrow(TypeError);
  });
});

describe('faults of one field', () => {
  const url =
    'must look like postgresql://user:password@host:5432/database, without user, password, host, port or database among its parameters';
  const origins = 'must be a comma list of origins such as https://clinic.example, each without a path or a closing slash';
  const proxies = 'must be a comma list of IP addresses or CIDR ranges, none of them with prefix 0';
  it.each([
    ['NODE_ENV', 'prod', 'must be one of development, test, production'],
    ['HOST', 'a b', 'must be an address or a host name'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['PORT', '3000.5', 'must be a whole number from 0 to 65535'],
    ['PUBLIC_ORIGINS', 'https://clinic.example/', origins],
    ['PUBLIC_ORIGINS', 'https://clinic.example,*', origins],
    ['PUBLIC_ORIGINS', 'ftp://clinic.example', origins],
    ['TRUSTED_PROXIES', '10.0.0.0/33', proxies],
    ['TRUSTED_PROXIES', '0.0.0.0/0', proxies],
    ['TRUSTED_PROXIES', 'proxy.example', proxies],
    ['TRUSTED_PROXIES', '::1/129', proxies],
    ['DATABASE_URL', 'mysql://u:p@h/d', url],
    ['DATABASE_URL', 'postgres://:p@h/d', url],
    ['DATABASE_URL', 'postgres://u:p@h', url],
    ['DATABASE_URL', 'postgres://u:%zz@h/d', url],
    ['DATABASE_URL', 'postgres://u:p@h/d?user=postgres', url],
    ['DATABASE_URL', 'not a url', url],
    ['DATABASE_POOL_SIZE', '0', 'must be a whole number from 1 to 1000'],
    ['TOKEN_ISSUER', 'two words', 'must be 1 to 255 characters without spaces'],
    ['LOG_LEVEL', 'loud', 'must be one of fatal, error, warn, info, debug, trace, silent'],
    ['GRAPHQL_INTROSPECTION', 'yes', 'must be one of true, false'],
    ['GRAPHQL_PAGE', '1', 'must be one of true, false'],
    ['DOCUMENT_STORE', 'ftp', 'must be one of local, s3'],
    ['DOCUMENT_MAX_BYTES', '999', 'must be a whole number from 1000 to 1000000000'],
    ['DOCUMENT_MAX_BYTES', '1000000001', 'must be a whole number from 1000 to 1000000000'],
    ['DOCUMENT_MAX_BYTES', '25MB', 'must be a whole number from 1000 to 1000000000'],
    ['METRICS_PORT', '0', 'must be a whole number from 1 to 65535'],
    ['METRICS_HOST', 'a b', 'must be an address or a host name'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'must be an http or https address'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'must be a share from 0 to 1'],
    ...['https://smtp.example', 'smtp://', 'smtp://smtp.example/relay', 'smtp://smtp.example?tls.rejectUnauthorized=false', 'smtp://user@smtp.example', 'smtp://user:%zz@smtp.example'].map((value): [string, string, string] =>
      ['SMTP_URL', value, 'must look like smtps://user:password@host:465 or smtp://host:587, without a path or parameters; characters other than letters and digits in user and password percent-encoded']),
    ...['clinic', 'Clinic', 'a@b.example, c@d.example', 'Clinic <a@b.example> <c@d.example>', 'Clinic\r\nBcc: x <a@b.example>'].map((value): [string, string, string] =>
      ['MAIL_FROM', value, 'must be an address such as clinic@clinic.example, or Name <clinic@clinic.example>']),
    ...['clinic.example', 'https://clinic.example/', 'https://clinic.example/?a=b', 'https://clinic.example/#join', 'https://clinic.example/a b', 'https://user:pw@clinic.example'].map((value): [string, string, string] =>
      ['FRONTEND_URL', value, 'must be an http or https address such as https://clinic.example/app, without parameters, fragment or a closing slash']),
    ...['https://breaches.example/range', 'breaches.example/range/', 'ftp://breaches.example/'].map((value): [string, string, string] =>
      ['BREACHED_PASSWORDS_URL', value, 'must be an http or https address that ends with a slash']),
    ...['https://video.example/', 'video.example/{room}', 'https://video.example/{room}/{name}'].map((value): [string, string, string] =>
      ['VIDEO_URL_TEMPLATE', value, 'must be an http or https address with {room} in it, such as https://video.example/{room}']),
    ['DEMO_DATA', 'TRUE', 'must be one of true, false'],
  ])('%s=%s', (name, value, fault) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: ${fault}`]);
  });

  it.each(['DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL', 'DATABASE_JOBS_URL'])('%s must be a PostgreSQL URL', (name) => {
    expect(faultsOf({ ...production, [name]: 'https://clinic.example' })).toEqual([`${name}: ${url}`]);
  });

  it('wants TLS files that can be read', () => {
    expect(faultsOf({ TLS_CERT_PATH: join(directory, 'no-cert'), TLS_KEY_PATH: join(directory, 'no-key') })).toEqual([
      'TLS_CERT_PATH: names a file that cannot be read',
      'TLS_KEY_PATH: names a file that cannot be read',
    ]);
  });

  it('refuses a variable given twice, an empty file, and a directory', () => {
    expect(faultsOf({ PORT: '3000', PORT_FILE: fileHolding('port-again', '3000') })).toEqual([
      'PORT: both PORT and PORT_FILE are given; give one of them',
    ]);
    expect(faultsOf({ PORT_FILE: fileHolding('empty', '\n') })).toEqual(['PORT_FILE: names an empty file']);
    expect(faultsOf({ PORT_FILE: directory })).toEqual(['PORT_FILE: names a file that cannot be read']);
  });
});

describe('faults between fields', () => {
  it('wants both TLS paths or neither', () => {
    const fault = ['TLS_CERT_PATH, TLS_KEY_PATH: give both or neither'];
    expect(faultsOf({ TLS_CERT_PATH: fileHolding('lone-cert', 'cert') })).toEqual(fault);
    expect(faultsOf({ TLS_KEY_PATH: fileHolding('lone-key', 'key') })).toEqual(fault);
  });

  it('wants the secret of a knowledge base with its address, and asks it by both', () => {
    const base = { KNOWLEDGE_BASE_URL: 'https://knowledge.example/check', KNOWLEDGE_BASE_SECRET: 'shared-with-the-base' };
    expect(loadConfig({ ...production, ...base }).knowledgeBase).toEqual({ url: base.KNOWLEDGE_BASE_URL, secret: base.KNOWLEDGE_BASE_SECRET, timeoutMs: 3_000 });
    for (const name of Object.keys(base)) expect(faultsOf({ ...base, [name]: undefined })).toEqual(['KNOWLEDGE_BASE_URL, KNOWLEDGE_BASE_SECRET: give both or neither']);
    expect(faultsOf({ ...production, ...base, KNOWLEDGE_BASE_URL: 'http://knowledge.example/' })).toEqual(['KNOWLEDGE_BASE_URL: must be https in production']);
  });

  it('knows where bKash is, and uses its sandbox in production only when told', () => {
    const own = { BKASH_LIVE_URL: 'https://bkash.example', BKASH_SANDBOX_URL: 'https://sandbox.example', WALLET_TIMEOUT_MS: '5000' };
    expect(loadConfig({ ...production, ...own }).wallets).toEqual({ bkash: { LIVE: own.BKASH_LIVE_URL, SANDBOX: own.BKASH_SANDBOX_URL }, timeoutMs: 5_000 });
    for (const name of ['BKASH_LIVE_URL', 'BKASH_SANDBOX_URL']) {
      expect(faultsOf({ ...production, [name]: 'http://bkash.example' })).toEqual([`${name}: must be https in production`]);
      expect(faultsOf({ [name]: 'https://bkash.example/v1.2.0-beta' })).toEqual([expect.stringMatching(`^${name}: must be an origin`)]);
    }
  });

  it('wants all of an SMS gateway or nothing, and sends by it', () => {
    const gateway = { SMS_GATEWAY_URL: 'https://sms.example/v1/messages', SMS_GATEWAY_SECRET: 'shared-with-the-gateway', SMS_SENDER: 'Shanti' };
    for (const name of Object.keys(gateway)) {
      expect(faultsOf({ ...gateway, [name]: undefined })).toEqual(['SMS_GATEWAY_URL, SMS_GATEWAY_SECRET, SMS_SENDER: give all three or none']);
    }
    expect(loadConfig({ ...production, ...gateway }).sms).toEqual({ kind: 'http', url: gateway.SMS_GATEWAY_URL, secret: gateway.SMS_GATEWAY_SECRET, sender: 'Shanti' });
    expect(faultsOf({ ...production, ...gateway, SMS_GATEWAY_URL: 'http://sms.example/' })).toEqual(['SMS_GATEWAY_URL: must be https in production']);
    expect(faultsOf({ ...gateway, SMS_GATEWAY_URL: 'https://me:secret@sms.example', SMS_GATEWAY_SECRET: 'short', SMS_SENDER: 'Shanti Clinic Uttara' })).toEqual([
      'SMS_GATEWAY_URL: must be an http or https address without credentials, parameters or a fragment',
      'SMS_GATEWAY_SECRET: must be 8 to 500 characters without spaces',
      'SMS_SENDER: must be up to 11 letters, digits and spaces, or a number of 3 to 15 digits',
    ]);
  });

  it('wants two key files', () => {
    expect(faultsOf({ KEY_FILE: '/keys/one.json', TOKEN_KEY_FILE: '/keys/../keys/one.json' })).toEqual([
      'KEY_FILE, TOKEN_KEY_FILE: must be two different files',
    ]);
  });

  it('wants all of what a Jitsi server needs, or a template of addresses, or nothing', () => {
    const jitsi = { VIDEO_JITSI_URL: 'https://meet.example/clinic', VIDEO_JITSI_APP_ID: 'sinduk', VIDEO_JITSI_SECRET: 'x'.repeat(32) };
    expect(loadConfig({}).video).toBeUndefined();
    expect(loadConfig(jitsi).video).toEqual({ kind: 'jitsi', url: 'https://meet.example/clinic', appId: 'sinduk', audience: 'jitsi', secret: 'x'.repeat(32) });
    expect(loadConfig({ ...jitsi, VIDEO_JITSI_AUDIENCE: 'meet' }).video).toMatchObject({ audience: 'meet' });
    expect(loadConfig({ VIDEO_URL_TEMPLATE: 'https://video.example/{room}' }).video).toEqual({ kind: 'template', template: 'https://video.example/{room}' });
    const { VIDEO_JITSI_SECRET: _, ...incomplete } = jitsi;
    for (const some of [incomplete, { VIDEO_JITSI_AUDIENCE: 'meet' }]) expect(faultsOf(some)).toEqual(['VIDEO_JITSI_URL, VIDEO_JITSI_APP_ID, VIDEO_JITSI_SECRET: give all three or none']);
    expect(faultsOf({ ...jitsi, VIDEO_URL_TEMPLATE: 'https://video.example/{room}' })).toEqual(['VIDEO_URL_TEMPLATE: is instead of the VIDEO_JITSI variables']);
    expect(faultsOf({ ...jitsi, VIDEO_JITSI_SECRET: 'short' })).toEqual(['VIDEO_JITSI_SECRET: must have at least 32 characters']);
    expect(faultsOf({ ...jitsi, VIDEO_JITSI_URL: 'https://meet.example/' })).toEqual(['VIDEO_JITSI_URL: must be an http or https address such as https://meet.example, without parameters, fragment or a closing slash']);
    expect(faultsOf({ ...production, ...jitsi, VIDEO_JITSI_URL: 'http://meet.example' })).toEqual(['VIDEO_JITSI_URL: must be https in production']);
  });

  it('wants both of what Google knows this server by, nothing without them, and all of another provider', () => {
    const client = { GOOGLE_CLIENT_ID: 'clinic.apps.google.example', GOOGLE_CLIENT_SECRET: 'shared' };
    expect(loadConfig({ ...client, PUBLIC_ORIGINS: 'http://127.0.0.1:5173' }).google).toEqual({
      clientId: 'clinic.apps.google.example', clientSecret: 'shared', callbackUrl: 'http://127.0.0.1:5173/auth/google/callback', issuer: 'https://accounts.google.com',
      authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth', tokenUrl: 'https://oauth2.googleapis.com/token',
      userinfoUrl: 'https://openidconnect.googleapis.com/v1/userinfo', jwksUrl: 'https://www.googleapis.com/oauth2/v3/certs',
    });
    expect(loadConfig({}).google).toBeUndefined();
    expect(faultsOf({ GOOGLE_CLIENT_ID: 'clinic' })).toEqual(['GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET: give both or neither']);
    expect(faultsOf({ GOOGLE_CALLBACK_URL: 'https://api.clinic.example/auth/google/callback' })).toEqual(['GOOGLE_CALLBACK_URL: is only for GOOGLE_CLIENT_ID']);
    expect(faultsOf({ ...client, GOOGLE_ISSUER: 'https://id.example/' })).toEqual([
      'GOOGLE_ISSUER, GOOGLE_AUTHORIZATION_URL, GOOGLE_TOKEN_URL, GOOGLE_USERINFO_URL, GOOGLE_JWKS_URL: give all five or none']);
    for (const address of ['id.example', 'ftp://id.example', 'https://nurse:word@id.example', 'https://id.example/?a=b', 'https://id.example/#a']) {
      expect(faultsOf({ ...client, GOOGLE_CALLBACK_URL: address })).toEqual(['GOOGLE_CALLBACK_URL: must be an http or https address without credentials, parameters or a fragment']);
    }
    const insecure = { ...client, GOOGLE_ISSUER: 'http://id.example', GOOGLE_AUTHORIZATION_URL: 'http://id.example/a', GOOGLE_TOKEN_URL: 'http://id.example/t', GOOGLE_USERINFO_URL: 'http://id.example/u', GOOGLE_JWKS_URL: 'http://id.example/k' };
    expect(faultsOf(insecure)).toEqual([]);
    expect(faultsOf({ ...production, ...insecure })).toEqual(['ISSUER', 'AUTHORIZATION_URL', 'TOKEN_URL', 'USERINFO_URL', 'JWKS_URL'].map((name) => `GOOGLE_${name}: must be https in production`));
  });

  it('wants a user of its own in every database URL', () => {
    const shared = production.DATABASE_APP_URL;
    expect(faultsOf({ ...production, DATABASE_AUTH_URL: shared, DATABASE_URL: shared })).toEqual([
      'DATABASE_APP_URL: names the same user as DATABASE_URL; each needs its own',
      'DATABASE_AUTH_URL: names the same user as DATABASE_URL; each needs its own',
    ]);
    expect(faultsOf({ ...production, DATABASE_AUDIT_URL: production.DATABASE_AUTH_URL.replace('_auth', '%5Fauth') })).toEqual([
      'DATABASE_AUDIT_URL: names the same user as DATABASE_AUTH_URL; each needs its own',
    ]);
  });

  it('wants what the chosen document store needs, and nothing of the other', () => {
    expect(faultsOf({ DOCUMENT_STORE: 's3', DOCUMENT_DIR: '/documents' })).toEqual([
      'S3_REGION: is needed with DOCUMENT_STORE=s3',
      'S3_BUCKET: is needed with DOCUMENT_STORE=s3',
      'S3_ACCESS_KEY_ID: is needed with DOCUMENT_STORE=s3',
      'S3_SECRET_ACCESS_KEY: is needed with DOCUMENT_STORE=s3',
      'DOCUMENT_DIR: is only for DOCUMENT_STORE=local',
    ]);
    const { DOCUMENT_STORE: _, ...rest } = s3;
    expect(faultsOf({ ...rest, S3_ENDPOINT: 'http://127.0.0.1:9000', S3_PATH_STYLE: 'true' })).toEqual(
      ['S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'S3_ENDPOINT', 'S3_PATH_STYLE'].map((name) => `${name}: is only for DOCUMENT_STORE=s3`));
    expect(faultsOf({ ...s3, S3_ENDPOINT: 'http://127.0.0.1:9000' })).toEqual([]);
    expect(faultsOf({ ...s3, S3_ENDPOINT: 'https://s3.example/path', S3_BUCKET: 'a b' })).toEqual([
      'S3_ENDPOINT: must be an origin such as https://s3.clinic.example, without a path or a closing slash',
      'S3_BUCKET: must be 1 to 255 characters without spaces',
    ]);
  });

  it('outside production wants all runtime URLs or none, and the owner beside them', () => {
    const { DATABASE_APP_URL, DATABASE_AUTH_URL, DATABASE_AUDIT_URL, DATABASE_JOBS_URL } = production;
    const all = 'DATABASE_APP_URL, DATABASE_AUTH_URL, DATABASE_AUDIT_URL, DATABASE_JOBS_URL';
    expect(faultsOf({ DATABASE_APP_URL })).toEqual([`${all}: give all four or none; missing: DATABASE_AUTH_URL, DATABASE_AUDIT_URL, DATABASE_JOBS_URL`]);
    expect(faultsOf({ DATABASE_APP_URL, DATABASE_AUTH_URL, DATABASE_AUDIT_URL, DATABASE_JOBS_URL })).toEqual([
      `${all}: need DATABASE_URL beside them, because without it the embedded server is started`,
    ]);
    const DATABASE_URL = 'postgres://owner:owner@localhost/clinic';
    expect(loadConfig({ DATABASE_URL, DATABASE_APP_URL, DATABASE_AUTH_URL, DATABASE_AUDIT_URL, DATABASE_JOBS_URL }).database).toMatchObject({
      ownerUrl: DATABASE_URL,
      runtimeUrls: { app: DATABASE_APP_URL, auth: DATABASE_AUTH_URL, audit: DATABASE_AUDIT_URL, jobs: DATABASE_JOBS_URL },
    });
  });
});

describe('the domain of passkeys', () => {
  const origins = 'https://desk.clinic.example,https://clinic.example,https://app.other.example';

  it('is the host of the first origin, and passkeys are used on it and below it', () => {
    expect(loadConfig({ PUBLIC_ORIGINS: origins }).relyingParty).toEqual({ id: 'desk.clinic.example', origins: ['https://desk.clinic.example'] });
    expect(loadConfig({ PUBLIC_ORIGINS: origins, WEBAUTHN_RP_ID: 'clinic.example' }).relyingParty)
      .toEqual({ id: 'clinic.example', origins: ['https://desk.clinic.example', 'https://clinic.example'] });
  });

  it('must be that of a public origin or above it', () => {
    const fault = ['WEBAUTHN_RP_ID: must be the host of one of PUBLIC_ORIGINS, or a domain above it'];
    expect(faultsOf({ PUBLIC_ORIGINS: origins, WEBAUTHN_RP_ID: 'linic.example' })).toEqual(fault);
    expect(faultsOf({ PUBLIC_ORIGINS: origins, WEBAUTHN_RP_ID: 'front.desk.clinic.example' })).toEqual(fault);
    expect(faultsOf({ WEBAUTHN_RP_ID: 'clinic.example' })).toEqual(fault);
    expect(faultsOf({ WEBAUTHN_RP_ID: 'https://localhost' })).toEqual([
      'WEBAUTHN_RP_ID: must be a domain in lower case, without a scheme or a port']);
  });
});

describe('faults in production', () => {
  it('names everything that is missing at once', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'PUBLIC_ORIGINS: is required in production',
      'DATABASE_APP_URL: is required in production',
      'DATABASE_AUTH_URL: is required in production',
      'DATABASE_AUDIT_URL: is required in production',
      'DATABASE_JOBS_URL: is required in production',
      'KEY_FILE: is required in production',
      'TOKEN_KEY_FILE: is required in production',
      'SMTP_URL: is required in production',
      'MAIL_FROM: is required in production',
      'DOCUMENT_STORE: is required in production',
      'TLS_CERT_PATH and TLS_KEY_PATH, or TRUSTED_PROXIES: one of them is required in production, because plain HTTP would carry tokens in the clear',
    ]);
  });

  it.each([
    ['PORT', '0', 'PORT: must not be 0 in production'],
    ['PUBLIC_ORIGINS', 'https://clinic.example,http://clinic.example', 'PUBLIC_ORIGINS: must all be https in production'],
    ['FRONTEND_URL', 'http://clinic.example', 'FRONTEND_URL: must be https in production'],
    ['SERVER_URL', 'http://clinic.example', 'SERVER_URL: must be https in production'],
    ['BREACHED_PASSWORDS_URL', 'http://breaches.example/range/', 'BREACHED_PASSWORDS_URL: must be https in production'],
    ['VIDEO_URL_TEMPLATE', 'http://video.example/{room}', 'VIDEO_URL_TEMPLATE: must be https in production'],
    ['DEMO_DATA', 'true', 'DEMO_DATA: must not be true in production'],
  ])('refuses %s=%s', (name, value, fault) => {
    expect(faultsOf({ ...production, [name]: value })).toEqual([fault]);
  });

  it('wants the directory of documents named, and a bucket behind https', () => {
    const { DOCUMENT_DIR: _, ...rest } = production;
    expect(faultsOf(rest)).toEqual(['DOCUMENT_DIR: is needed in production with DOCUMENT_STORE=local']);
    expect(faultsOf({ ...rest, ...s3, S3_ENDPOINT: 'http://s3.clinic.example' })).toEqual(['S3_ENDPOINT: must be https in production']);
  });

  it('demands encryption of mail but on this machine', () => {
    const mustEncrypt = (SMTP_URL: string, env: object = production) => loadConfig({ ...env, SMTP_URL }).mail;
    expect(mustEncrypt('smtp://mail.clinic.example')).toMatchObject({ server: { port: 587, secure: false, auth: undefined }, mustEncrypt: true });
    for (const host of ['localhost', '127.0.0.1', '[::1]']) expect(mustEncrypt(`smtp://${host}:25`)).toMatchObject({ server: { port: 25 }, mustEncrypt: false });
    expect(mustEncrypt('smtp://127.0.0.1.clinic.example')).toMatchObject({ mustEncrypt: true });
    expect(mustEncrypt('smtp://mail.clinic.example', {})).toMatchObject({ mustEncrypt: false });
  });

  const names = ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL', 'DATABASE_JOBS_URL'];
  const passwords = [':', '', ':postgres', ':password', ':Sinduk', ':changeme', ':secret', ':someone', ':some%6Fne', ':clinic'];
  it.each(names.flatMap((name) => passwords.map((given) => [name, given] as const)))(
    'refuses %s with the well-known password "%s"',
    (name, given) => {
      const value = `postgres://someone${given}@db/clinic`;
      expect(faultsOf({ ...production, [name]: value })).toEqual([
        `${name}: has no password or a well-known one; production needs a random password`,
      ]);
      if (name === 'DATABASE_URL') expect(loadConfig({ [name]: value }).database.ownerUrl).toBe(value);
    },
  );
});

describe('ConfigError', () => {
  const secret = 'do-not-print-me';
  const env = {
    ...production,
    PORT: secret,
    LOG_LEVEL: secret,
    TRUSTED_PROXIES: secret,
    DATABASE_APP_URL: `mysql://clinic_app:${secret}@db/clinic`,
    DATABASE_AUDIT_URL: production.DATABASE_AUTH_URL,
    DATABASE_URL: `postgres://${secret}:${secret}@db/clinic`,
    TOKEN_KEY_FILE: production.KEY_FILE,
    KEY_FILE_FILE: `/${secret}`,
    TLS_CERT_PATH: `/${secret}`,
    DEMO_DATA: 'true',
  };

  it('lists every fault, one line each, after a headline', () => {
    const names = faultsOf(env).map((fault) => fault.slice(0, fault.indexOf(': ')));
    expect(names.sort()).toEqual(
      [
        'DATABASE_APP_URL',
        'DATABASE_AUDIT_URL',
        'DATABASE_URL',
        'DEMO_DATA',
        'KEY_FILE',
        'KEY_FILE, TOKEN_KEY_FILE',
        'LOG_LEVEL',
        'PORT',
        'TLS_CERT_PATH',
        'TLS_CERT_PATH, TLS_KEY_PATH',
        'TRUSTED_PROXIES',
      ].sort(),
    );
    expect(new ConfigError(['A: a', 'B: b']).message).toBe('The configuration has 2 faults:\n  A: a\n  B: b');
  });

  it('prints none of the values', () => {
    expect(() => loadConfig(env)).toThrow(ConfigError);
    const message = new ConfigError(faultsOf(env)).message;
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain(secret);
    expect(message).not.toContain(password);
  });

  it('does not guess at production rules while NODE_ENV itself is faulty', () => {
    expect(faultsOf({ NODE_ENV: 'prod', PORT: 'x' })).toEqual([
      'NODE_ENV: must be one of development, test, production',
      'PORT: must be a whole number from 0 to 65535',
    ]);
  });
});

describe('configVariables', () => {
  it('describes every variable once, with its default, and marks the secret and the required ones', () => {
    expect(new Set(configVariables.map(({ name }) => name)).size).toBe(configVariables.length);
    for (const { name, description, fallback } of configVariables) {
      expect(`${name} ${description}`).toMatch(/^[A-Z0-9_]+ \S.*\.$/);
      expect(fallback).not.toBe('');
    }
    const secrets = ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL', 'DATABASE_JOBS_URL', 'SMTP_URL', 'SMS_GATEWAY_SECRET', 'KNOWLEDGE_BASE_SECRET', 'GOOGLE_CLIENT_SECRET', 'VIDEO_JITSI_SECRET', 'S3_SECRET_ACCESS_KEY'];
    expect(configVariables.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(secrets);
    const missing = faultsOf({ NODE_ENV: 'production' }).filter((fault) => fault.endsWith(': is required in production'));
    expect(
      configVariables.filter(({ requiredInProduction }) => requiredInProduction).map(({ name }) => `${name}: is required in production`),
    ).toEqual(missing);
  });
});

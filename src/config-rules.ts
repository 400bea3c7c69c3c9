import { type Credentials, type Name, type Values, configVariables, credentialsOf } from './config-variables.js';

const databaseNames = ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL', 'DATABASE_JOBS_URL'] as const;
const neededForS3 = ['S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
const onlyForS3 = [...neededForS3, 'S3_ENDPOINT', 'S3_PATH_STYLE'] as const;
const googleProvider = ['GOOGLE_ISSUER', 'GOOGLE_AUTHORIZATION_URL', 'GOOGLE_TOKEN_URL', 'GOOGLE_USERINFO_URL', 'GOOGLE_JWKS_URL'] as const;
const googleAddresses = ['GOOGLE_CALLBACK_URL', ...googleProvider] as const;
const smsNames = ['SMS_GATEWAY_URL', 'SMS_GATEWAY_SECRET', 'SMS_SENDER'] as const;
const neededForJitsi = ['VIDEO_JITSI_URL', 'VIDEO_JITSI_APP_ID', 'VIDEO_JITSI_SECRET'] as const;
const jitsi = [...neededForJitsi, 'VIDEO_JITSI_AUDIENCE'] as const;
const video = ['VIDEO_JITSI_URL', 'VIDEO_URL_TEMPLATE'] as const;
const bkash = ['BKASH_LIVE_URL', 'BKASH_SANDBOX_URL'] as const;
const runtimeNames = ['DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL', 'DATABASE_JOBS_URL'] as const;

/** What is wrong between variables whatever the environment; one line for each fault, never a value. */
export function faultsBetween(values: Values, isGiven: (name: Name) => boolean): string[] {
  const faults: string[] = [];
  if (isGiven('TLS_CERT_PATH') !== isGiven('TLS_KEY_PATH')) faults.push('TLS_CERT_PATH, TLS_KEY_PATH: give both or neither');
  if (values.KEY_FILE !== undefined && values.KEY_FILE === values.TOKEN_KEY_FILE)
    faults.push('KEY_FILE, TOKEN_KEY_FILE: must be two different files');
  faults.push(...faultsOfTheStore(values, isGiven));
  faults.push(...faultsOfGoogle(isGiven));
  if (new Set(smsNames.map(isGiven)).size > 1) faults.push(`${smsNames.join(', ')}: give all three or none`);
  if (isGiven('KNOWLEDGE_BASE_URL') !== isGiven('KNOWLEDGE_BASE_SECRET')) faults.push('KNOWLEDGE_BASE_URL, KNOWLEDGE_BASE_SECRET: give both or neither');
  faults.push(...faultsOfVideo(isGiven));
  const { WEBAUTHN_RP_ID: domain, PUBLIC_ORIGINS: origins = ['http://localhost'] } = values;
  if (domain !== undefined && !origins.some((origin) => isWithin(origin, domain)))
    faults.push('WEBAUTHN_RP_ID: must be the host of one of PUBLIC_ORIGINS, or a domain above it');
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

/** True when an origin's host is this domain or lies below it, so that passkeys of the domain can be used on its pages (WebAuthn Level 3, 5.1.2). */
export function isWithin(origin: string, domain: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

function faultsOfGoogle(isGiven: (name: Name) => boolean): string[] {
  const faults: string[] = [];
  if (isGiven('GOOGLE_CLIENT_ID') !== isGiven('GOOGLE_CLIENT_SECRET')) faults.push('GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET: give both or neither');
  if (!isGiven('GOOGLE_CLIENT_ID')) faults.push(...googleAddresses.filter(isGiven).map((name) => `${name}: is only for GOOGLE_CLIENT_ID`));
  // Tokens of one provider must not be checked by the keys, or under the name, of another.
  if (googleProvider.some(isGiven) && !googleProvider.every(isGiven)) faults.push(`${googleProvider.join(', ')}: give all five or none`);
  return faults;
}

function faultsOfVideo(isGiven: (name: Name) => boolean): string[] {
  if (isGiven('VIDEO_URL_TEMPLATE') && jitsi.some(isGiven)) return ['VIDEO_URL_TEMPLATE: is instead of the VIDEO_JITSI variables'];
  if (neededForJitsi.every(isGiven) || !jitsi.some(isGiven)) return [];
  return [`${neededForJitsi.join(', ')}: give all three or none`];
}

function faultsOfTheStore(values: Values, isGiven: (name: Name) => boolean): string[] {
  if (values.DOCUMENT_STORE !== 's3') return onlyForS3.filter(isGiven).map((name) => `${name}: is only for DOCUMENT_STORE=s3`);
  const missing = neededForS3.filter((name) => !isGiven(name)).map((name) => `${name}: is needed with DOCUMENT_STORE=s3`);
  return isGiven('DOCUMENT_DIR') ? [...missing, 'DOCUMENT_DIR: is only for DOCUMENT_STORE=local'] : missing;
}

/** What is wrong in development and tests only. */
export function faultsOutsideProduction(isGiven: (name: Name) => boolean): string[] {
  const missing = runtimeNames.filter((name) => !isGiven(name));
  if (missing.length === runtimeNames.length) return [];
  if (missing.length > 0) return [`${runtimeNames.join(', ')}: give all four or none; missing: ${missing.join(', ')}`];
  return isGiven('DATABASE_URL')
    ? []
    : [`${runtimeNames.join(', ')}: need DATABASE_URL beside them, because without it the embedded server is started`];
}

/** What production refuses: missing variables, plain HTTP, demo data, passwords that can be guessed. */
export function faultsInProduction(values: Values, isGiven: (name: Name) => boolean): string[] {
  const faults = configVariables
    .filter(({ name, requiredInProduction }) => requiredInProduction && !isGiven(name as Name))
    .map(({ name }) => `${name}: is required in production`);
  if (values.PORT === 0) faults.push('PORT: must not be 0 in production');
  if (values.PUBLIC_ORIGINS?.some((origin) => !origin.startsWith('https://')))
    faults.push('PUBLIC_ORIGINS: must all be https in production');
  if (values.FRONTEND_URL?.startsWith('http:')) faults.push('FRONTEND_URL: must be https in production');
  if (values.SERVER_URL?.startsWith('http:')) faults.push('SERVER_URL: must be https in production');
  if (!isGiven('TLS_CERT_PATH') && !isGiven('TLS_KEY_PATH') && !isGiven('TRUSTED_PROXIES')) {
    faults.push(
      'TLS_CERT_PATH and TLS_KEY_PATH, or TRUSTED_PROXIES: one of them is required in production, because plain HTTP would carry tokens in the clear',
    );
  }
  if (values.DOCUMENT_STORE === 'local' && !isGiven('DOCUMENT_DIR')) faults.push('DOCUMENT_DIR: is needed in production with DOCUMENT_STORE=local');
  if (values.SMS_GATEWAY_URL?.startsWith('http:')) faults.push('SMS_GATEWAY_URL: must be https in production');
  if (values.KNOWLEDGE_BASE_URL?.startsWith('http:')) faults.push('KNOWLEDGE_BASE_URL: must be https in production');
  for (const name of bkash) if (values[name]?.startsWith('http:')) faults.push(`${name}: must be https in production`);
  if (values.BREACHED_PASSWORDS_URL?.startsWith('http:')) faults.push('BREACHED_PASSWORDS_URL: must be https in production');
  if (values.S3_ENDPOINT?.startsWith('http:')) faults.push('S3_ENDPOINT: must be https in production');
  faults.push(...video.filter((name) => values[name]?.startsWith('http:')).map((name) => `${name}: must be https in production`));
  faults.push(...googleAddresses.filter((name) => values[name]?.startsWith('http:')).map((name) => `${name}: must be https in production`));
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

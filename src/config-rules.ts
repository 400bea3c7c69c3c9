import { type Credentials, type Name, type Values, configVariables, credentialsOf } from './config-variables.js';

const databaseNames = ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL'] as const;
const runtimeNames = ['DATABASE_APP_URL', 'DATABASE_AUTH_URL', 'DATABASE_AUDIT_URL'] as const;

/** What is wrong between variables whatever the environment; one line for each fault, never a value. */
export function faultsBetween(values: Values, isGiven: (name: Name) => boolean): string[] {
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

/** What is wrong in development and tests only. */
export function faultsOutsideProduction(isGiven: (name: Name) => boolean): string[] {
  const missing = runtimeNames.filter((name) => !isGiven(name));
  if (missing.length === runtimeNames.length) return [];
  if (missing.length > 0) return [`${runtimeNames.join(', ')}: give all three or none; missing: ${missing.join(', ')}`];
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

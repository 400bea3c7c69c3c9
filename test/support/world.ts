import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LightMyRequestResponse } from 'fastify';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { TokenKeys } from '../../src/auth/keys/token-keys.js';
import { type Config, loadConfig } from '../../src/config.js';
import { entities } from '../../src/entities.js';
import { openPractice } from '../../src/operator/open-practice.js';
import { OwnerDb } from '../../src/operator/owner-db.js';
import { KeyEncryptionKeys } from '../../src/platform/crypto/key-encryption-keys.js';
import { Databases } from '../../src/platform/database/databases.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { derivedUrls } from '../../src/platform/database/runtime-roles.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { createServer } from '../../src/server.js';
import { atEnd } from '../setup/at-end.js';
import type { TestCluster } from '../setup/cluster.js';
import { MailDirectory, type ReceivedMail } from './inbox.js';

/** A password that the policy accepts. */
export const PASSWORD = 'seven quiet rivers cross';

/** No test reaches a provider of wallets by mistake. */
const nowhere = { BKASH_LIVE_URL: 'http://127.0.0.1:9', BKASH_SANDBOX_URL: 'http://127.0.0.1:9' };

/** Whether an answer has no data: every root field is null, if any was executed. */
export const isEmptyHanded = ({ data }: { data?: object | null }): boolean => Object.values(data ?? {}).every((value) => value === null);

export interface GraphqlAnswer {
  status: number;
  data: any;  
  errors?: Array<{ message: string; path?: Array<string | number>; extensions: { code: string; requestId: string } & Record<string, unknown> }>;
}

/** Somebody with a session. */
export interface Person {
  email: string;
  token: string;
  refreshToken: string;
  tenantId: string;
  memberId: string;
}

export interface Practice {
  tenantId: string;
  owner: Person;
}

/** One server on a database of its own, cloned from the migrated template; and ways to act on it. */
export class World {
  static #shared: Promise<World> | undefined;
  readonly #pools = new Map<string, pg.Pool>();

  private constructor(
    readonly app: NestFastifyApplication,
    readonly config: Config,
    readonly databases: Databases,
    readonly keks: KeyEncryptionKeys,
    readonly ownerUrl: string,
    readonly superuserUrl: string,
    readonly urls: { app: string; auth: string; audit: string; jobs: string },
    private readonly database: string,
    private readonly clusterUrl: string,
    private readonly mails: MailDirectory | undefined,
  ) {}

  static async open(env: Record<string, string> = {}): Promise<World> {
    const cluster = JSON.parse(readFileSync(process.env['SINDUK_TEST_CLUSTER']!, 'utf8')) as TestCluster;
    const database = `sinduk_test_${randomUUID().replaceAll('-', '')}`;
    await asSuperuser(cluster.superuserUrl, `create database ${database} template sinduk owner sinduk_owner`);
    const on = (url: string): string => Object.assign(new URL(url), { pathname: `/${database}` }).toString();
    const ownerUrl = on(cluster.ownerUrl);
    await migrate(ownerUrl);
    const keks = KeyEncryptionKeys.fromFile(cluster.keyFile);
    const config = loadConfig({ NODE_ENV: 'test', KEY_FILE: cluster.keyFile, TOKEN_KEY_FILE: cluster.tokenKeyFile, DATA_DIR: join(cluster.directory, database), ...nowhere, ...env });
    const urls = derivedUrls(ownerUrl, keks);
    const databases = await Databases.connect(urls, 5, entities);
    const logger = pino({ level: config.logLevel });
    const app = await createServer({ config, logger, databases, keks, tokenKeys: await TokenKeys.fromFile(config.tokenKeyFile) });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    app.get(Jobs, { strict: false }).start();
    return new World(app, config, databases, keks, ownerUrl, on(cluster.superuserUrl), urls, database, cluster.superuserUrl,
      config.mail.kind === 'files' ? new MailDirectory(config.mail.directory) : undefined);
  }

  /** The one that suites share that run in one place and need no more of it than practices of their own; it closes after the last of them. */
  static shared(): Promise<World> {
    return (World.#shared ??= World.open().then((world) => {
      atEnd(() => world.#end());
      return world;
    }));
  }

  /** Another server on the same database, as a second process would be; the caller closes it. */
  async anotherServer(): Promise<NestFastifyApplication> {
    const databases = await Databases.connect(this.urls, 5, entities);
    return createServer({ config: this.config, logger: pino({ level: 'silent' }), databases, keks: this.keks, tokenKeys: await TokenKeys.fromFile(this.config.tokenKeyFile) });
  }

  async close(): Promise<void> {
    if (this !== (await World.#shared)) await this.#end();
  }

  async #end(): Promise<void> {
    await this.app.close();
    this.mails?.close();
    for (const pool of this.#pools.values()) await pool.end();
    await asSuperuser(this.clusterUrl, `drop database ${this.database} with (force)`);
  }

  /** One GraphQL operation over HTTP. */
  async graphql(query: string, variables: Record<string, unknown> = {}, token?: string, headers: Record<string, string> = {}): Promise<GraphqlAnswer> {
    const response = await this.http({ query, variables }, { ...(token && { authorization: `Bearer ${token}` }), ...headers });
    return { status: response.statusCode, ...response.json<Omit<GraphqlAnswer, 'status'>>() };
  }

  /** The same, but an error fails the test. */
  async ok(query: string, variables: Record<string, unknown> = {}, token?: string, headers: Record<string, string> = {}): Promise<GraphqlAnswer['data']> {
    const answer = await this.graphql(query, variables, token, headers);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  /** The raw HTTP answer to a GraphQL request. */
  http(body: object | string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({
      method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Opens a practice and signs its owner in. */
  async practice(name: string, country: 'BD' | 'AE' = 'BD', beforeSignIn?: (tenantId: string) => Promise<unknown>): Promise<Practice> {
    const email = `${name.toLowerCase().replace(/\W+/g, '.')}.${randomUUID().slice(0, 8)}@practice.example`;
    const opened = await OwnerDb.run(this.ownerUrl, this.keks, (db) =>
      openPractice(db, { name, country, owner: { email, nameEn: `Owner of ${name}`, nameBn: 'মালিক', password: PASSWORD } }));
    await beforeSignIn?.(opened.tenantId);
    return { tenantId: opened.tenantId, owner: await this.signIn(email) };
  }

  async signIn(email: string, password = PASSWORD, practiceId?: string): Promise<Person> {
    const { signIn } = await this.ok(
      `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken refreshToken practices { id memberId current } } } }`,
      { input: { email, password, client: 'BEARER', practiceId: practiceId ?? null } });
    return personOf(email, signIn);
  }

  /** The next mail to an address that this has not given yet; waits for it. Not for a world with a mail server. */
  mailTo(email: string): Promise<ReceivedMail> {
    return this.mails!.next(email);
  }

  /** SQL as any role: 'app', 'auth', 'audit', 'jobs', 'owner' or 'superuser'. */
  async sql<T extends object = Record<string, unknown>>(role: 'app' | 'auth' | 'audit' | 'jobs' | 'owner' | 'superuser', text: string, values: unknown[] = []): Promise<T[]> {
    const client = await this.#poolOf(role === 'owner' ? this.ownerUrl : role === 'superuser' ? this.superuserUrl : this.urls[role]).connect();
    try {
      const result = await client.query(text, values.length ? values : undefined);
      return (Array.isArray(result) ? result.at(-1) : result).rows as T[];
    } finally {
      // Nothing that was set in it outlives the call; what cannot be put back is closed.
      await client.query('discard all').then(() => client.release(), () => client.release(true));
    }
  }

  #poolOf(url: string): pg.Pool {
    const known = this.#pools.get(url);
    if (known) return known;
    const pool = new pg.Pool({ connectionString: url, max: 20 });
    // A test may end every connection to the database; this one is then opened anew.
    pool.on('error', () => undefined);
    this.#pools.set(url, pool);
    return pool;
  }
}

/** Somebody who has just signed in. */
export function personOf(email: string, signedIn: { accessToken: string; refreshToken: string; practices: Array<{ id: string; memberId: string; current: boolean }> }): Person {
  const current = signedIn.practices.find((practice) => practice.current)!;
  return { email, token: signedIn.accessToken, refreshToken: signedIn.refreshToken, tenantId: current.id, memberId: current.memberId };
}

const asSuperuser = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Cloning fails while another suite is cloning the same template.
    await client.query('select pg_advisory_lock(4242)');
    await client.query(text);
  } finally {
    await client.end();
  }
};

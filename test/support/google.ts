import type { IncomingMessage } from 'node:http';
import type { LightMyRequestResponse } from 'fastify';
import { type MutableResponse, type MutableToken, OAuth2Server, type Payload } from 'oauth2-mock-server';
import type { GraphqlAnswer, Person, World } from './world.js';

/** The page of the practice that browsers come from and return to. */
export const PAGE = 'https://clinic.example/welcome?lang=bn';
export const CLIENT_ID = 'sinduk.apps.google.example';
export const CLIENT_SECRET = 'the secret that this server shares with Google';

/** Somebody as Google knows them. */
export interface GooglePerson {
  sub: string;
  email: string;
  email_verified: boolean;
  auth_time?: number;
}

let serial = 0;

/** Somebody who has just signed in at Google. */
export const googlePerson = (email: string): GooglePerson => ({ sub: `10${String(++serial).padStart(19, '7')}`, email, email_verified: true, auth_time: Math.floor(Date.now() / 1000) });

/** An OpenID provider in the test's own process. Whoever is sent there is `person`. */
export class GoogleServer {
  /** Who sits at the browser. */
  person = googlePerson('nobody@google.example');
  /** What becomes of each answer before it leaves. */
  onIdToken: (payload: Payload, header: Record<string, unknown>) => void = () => undefined;
  onTokens: (response: MutableResponse, request: IncomingMessage & { body: Record<string, string> }) => void = () => undefined;
  onUserinfo: (response: MutableResponse, request: IncomingMessage) => void = () => undefined;

  private constructor(readonly server: OAuth2Server) {
    server.service.on('beforeTokenSigning', ({ payload, header }: MutableToken) => {
      if (payload['aud'] !== CLIENT_ID) return;
      Object.assign(payload, this.person, { azp: CLIENT_ID });
      this.onIdToken(payload, header);
    });
    server.service.on('beforeResponse', (response: MutableResponse, request: IncomingMessage & { body: Record<string, string> }) => this.onTokens(response, request));
    server.service.on('beforeUserinfo', (response: MutableResponse, request: IncomingMessage) => {
      response.body = { ...this.person };
      this.onUserinfo(response, request);
    });
  }

  static async start(): Promise<GoogleServer> {
    const server = new OAuth2Server();
    await server.issuer.keys.generate('RS256');
    // Another host than that of our pages, so that for a browser it is another site.
    await server.start(0, 'localhost');
    return new GoogleServer(server);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Everybody answers as Google would again. */
  behave(): void {
    this.onIdToken = this.onTokens = this.onUserinfo = () => undefined;
  }

  /** The settings that lead here. */
  settings(callbackUrl = 'https://api.clinic.example/auth/google/callback'): Record<string, string> {
    const { url } = this.server.issuer;
    return {
      GOOGLE_CLIENT_ID: CLIENT_ID, GOOGLE_CLIENT_SECRET: CLIENT_SECRET, GOOGLE_CALLBACK_URL: callbackUrl, GOOGLE_ISSUER: url!,
      GOOGLE_AUTHORIZATION_URL: `${url}/authorize`, GOOGLE_TOKEN_URL: `${url}/token`, GOOGLE_USERINFO_URL: `${url}/userinfo`, GOOGLE_JWKS_URL: `${url}/jwks`,
    };
  }
}

const BEGIN = {
  SIGN_IN: 'mutation ($input: BeginGoogleInput!) { begun: beginGoogleSignIn(input: $input) { url expiresAt } }',
  JOIN: 'mutation ($input: BeginGoogleJoinInput!) { begun: beginGoogleJoin(input: $input) { url expiresAt } }',
  LINK: 'mutation ($input: BeginGoogleInput!) { begun: beginGoogleLink(input: $input) { url expiresAt } }',
  STEP_UP: 'mutation ($input: BeginGoogleInput!) { begun: beginGoogleStepUp(input: $input) { url expiresAt } }',
};
export type Purpose = keyof typeof BEGIN;

const SIGNED_IN = '... on SignedIn { accessToken refreshToken practices { id memberId current } } ... on SecondFactorNeeded { signInToken kinds }';

/** A browser with its cookies, without pages. */
export class Visitor {
  readonly cookies = new Map<string, string>();

  constructor(private readonly world: World) {}

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** One GraphQL operation with the cookies. */
  async send(query: string, variables: object = {}, token?: string): Promise<GraphqlAnswer & { response: LightMyRequestResponse }> {
    const response = await this.world.http({ query, variables }, { cookie: this.cookie, ...(token && { authorization: `Bearer ${token}` }) });
    for (const { name, value } of response.cookies) this.cookies.set(name, value);
    return { response, status: response.statusCode, ...response.json<Omit<GraphqlAnswer, 'status'>>() };
  }

  /** Sets out; gives the address at Google. */
  async begin(purpose: Purpose, token?: string, input: object = {}): Promise<string> {
    const { data, errors } = await this.send(BEGIN[purpose], { input: { returnTo: PAGE, ...input } }, token);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.begun.url;
  }

  /** Tries to set out. */
  beginAnswer(purpose: Purpose, input: object, token?: string): Promise<GraphqlAnswer> {
    return this.send(BEGIN[purpose], { input }, token);
  }

  /** Is at Google; gives the address to which Google sends the browser. */
  async atGoogle(url: string): Promise<URL> {
    const answer = await fetch(url, { redirect: 'manual' });
    return new URL(answer.headers.get('location')!);
  }

  /** Comes back to the server. */
  callback({ pathname, search }: URL, cookie = this.cookie): Promise<LightMyRequestResponse> {
    return this.world.app.inject({ method: 'GET', url: `${pathname}${search}`, headers: { cookie } });
  }

  /** Comes back; gives what the page finds in its fragment. */
  async back(address: URL, cookie?: string): Promise<{ page: string; code: string | null; error: string | null }> {
    const { statusCode, headers } = await this.callback(address, cookie);
    expect(statusCode).toBe(303);
    const [page, fragment] = (headers.location as string).split('#') as [string, string];
    const found = new URLSearchParams(fragment);
    return { page, code: found.get('googleCode'), error: found.get('googleError') };
  }

  /** The whole way to Google and back; gives the code. */
  async travel(purpose: Purpose, token?: string, input: object = {}): Promise<string> {
    const { code, error } = await this.back(await this.atGoogle(await this.begin(purpose, token, input)));
    if (code === null) throw new Error(`came back with ${error}`);
    return code;
  }

  signIn(code: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.send(`mutation ($input: SignInWithGoogleInput!) { answer: signInWithGoogle(input: $input) { ${SIGNED_IN} } }`, { input: { code, client: 'BEARER', ...more } });
  }

  join(code: string): Promise<GraphqlAnswer> {
    return this.send(`mutation ($input: JoinWithGoogleInput!) { answer: joinWithGoogle(input: $input) { ${SIGNED_IN} } }`, { input: { code, client: 'BEARER' } });
  }

  link(code: string, token: string): Promise<GraphqlAnswer> {
    return this.send('mutation ($input: LinkGoogleInput!) { answer: linkGoogle(input: $input) { id email lastUsedAt } }', { input: { code } }, token);
  }

  /** Proves once more who is asking, who then goes on with the new token. */
  async stepUp(code: string, person: Person): Promise<GraphqlAnswer> {
    const answer = await this.send('mutation ($input: StepUpInput!) { stepUp(input: $input) { accessToken } }', { input: { googleCode: code } }, person.token);
    if (!answer.errors) person.token = answer.data.stepUp.accessToken;
    return answer;
  }
}

/** Links a Google account to somebody who is signed in; gives its id. */
export async function linkGoogle(world: World, google: GoogleServer, token: string, person: GooglePerson): Promise<string> {
  google.person = person;
  const visitor = new Visitor(world);
  const { data, errors } = await visitor.link(await visitor.travel('LINK', token), token);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.answer.id;
}

/** Leaves a linked account, somebody on the way to Google to join, and somebody who is back and was not asked for the code yet. */
export async function leaveGoogle(world: World, google: GoogleServer, token: string, person = googlePerson('linked@google.example')): Promise<void> {
  await linkGoogle(world, google, token, person);
  await new Visitor(world).begin('JOIN', undefined, { joinCode: person.sub, nameEn: person.email, nameBn: 'রোকেয়া' });
  await new Visitor(world).travel('SIGN_IN');
}

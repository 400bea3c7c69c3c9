import type { AddressInfo } from 'node:net';
import type { CDPSession, Page } from 'playwright-core';
import { type Site, describeInBrowser, serveBlankPage } from '../support/browser.js';
import { PASSWORD, type GraphqlAnswer, type Practice, World } from '../support/world.js';

const LIBRARY = 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js';

/** What the library puts into the page. */
interface PageLibrary {
  SimpleWebAuthnBrowser: Record<'startRegistration' | 'startAuthentication', (options: { optionsJSON: unknown }) => Promise<unknown>>;
}

/** A frontend's page in Chromium, whose passkeys lie in an authenticator made of software, against a server that listens. */
describeInBrowser('passkeys in a browser', (browser) => {
  let site: Site;
  let world: World;
  let practice: Practice;
  let api: string;
  let page: Page;
  let cdp: CDPSession;

  beforeAll(async () => {
    site = await serveBlankPage('localhost');
    world = await World.open({ PUBLIC_ORIGINS: site.origin });
    await world.app.listen(0, '127.0.0.1');
    api = `http://localhost:${(world.app.getHttpServer().address() as AddressInfo).port}/graphql`;
    practice = await world.practice('Shapla Chamber');
    page = await (await browser().newContext()).newPage();
    await page.goto(site.origin);
    await page.addScriptTag({ path: LIBRARY });
    cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
  });
  afterAll(async () => {
    await world.close();
    await site.close();
  });

  const graphql = (query: string, variables: object = {}): Promise<GraphqlAnswer> => page.evaluate(async ({ api, body }) => {
    const response = await fetch(api, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body });
    return (await response.json()) as GraphqlAnswer;
  }, { api, body: JSON.stringify({ query, variables }) });

  const ceremony = (kind: 'startRegistration' | 'startAuthentication', options: string): Promise<string> => page.evaluate(async ({ kind, options }) => {
    const { SimpleWebAuthnBrowser: library } = globalThis as unknown as PageLibrary;
    return JSON.stringify(await library[kind]({ optionsJSON: JSON.parse(options) as unknown }));
  }, { kind, options });

  const addAuthenticator = async (transport: 'internal' | 'usb'): Promise<string> => {
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport, hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    return authenticatorId;
  };

  const register = async (name: string): Promise<GraphqlAnswer> => {
    const { data } = await graphql('mutation { beginPasskey { passkeyOptions } }');
    const passkey = await ceremony('startRegistration', data.beginPasskey.passkeyOptions);
    return graphql('mutation ($input: RegisterPasskeyInput!) { registerPasskey(input: $input) { passkey { id } recoveryCodes } }', { input: { name, passkey } });
  };
  const signIn = async (): Promise<GraphqlAnswer> => {
    const { data } = await graphql('mutation { beginPasskeySignIn { passkeyOptions } }');
    const passkey = await ceremony('startAuthentication', data.beginPasskeySignIn.passkeyOptions);
    return graphql('mutation ($passkey: String!) { signInWithPasskey(input: { passkey: $passkey }) { accessToken practices { name } } }', { passkey });
  };
  const passkeys = async (): Promise<Array<{ id: string; name: string; synced: boolean; lastUsedAt: string | null; copySuspectedAt: string | null }>> =>
    (await graphql('{ mySecurity { passkeys { id name synced lastUsedAt copySuspectedAt } } }')).data.mySecurity.passkeys;
  const byPassword = () => graphql(`mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on SecondFactorNeeded { signInToken kinds passkeyOptions } } }`,
    { input: { email: practice.owner.email, password: PASSWORD } });

  let phone: string;

  it('are registered, sign in without an e-mail address and a password, and are told of as used', async () => {
    expect((await byPassword()).data.signIn.__typename).toBe('SignedIn');
    phone = await addAuthenticator('internal');
    const { data } = await register('Phone');
    expect(data.registerPasskey.recoveryCodes).toHaveLength(10);
    await graphql('mutation { signOut }');
    expect((await graphql('{ mySecurity { hasPassword } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await signIn()).data.signInWithPasskey).toEqual({ accessToken: null, practices: [{ name: 'Shapla Chamber' }] });
    expect(await passkeys()).toEqual([{ id: data.registerPasskey.passkey.id, name: 'Phone', synced: false, lastUsedAt: expect.any(String), copySuspectedAt: null }]);
  });

  it('are made once on each device', async () => {
    const { data } = await graphql('mutation { beginPasskey { passkeyOptions } }');
    await expect(ceremony('startRegistration', data.beginPasskey.passkeyOptions)).rejects.toThrow('previously registered');
  });

  it('are not used by whoever holds the device but is not its person', async () => {
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: phone, isUserVerified: false });
    await expect(signIn()).rejects.toThrow();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: phone, isUserVerified: true });
  });

  it('answer after the password, and prove who is asking', async () => {
    const { data: { signIn: asked } } = await byPassword();
    expect(asked.kinds).toEqual(['PASSKEY', 'RECOVERY_CODE']);
    const passkey = await ceremony('startAuthentication', asked.passkeyOptions);
    const { data } = await graphql('mutation ($input: FinishSignInInput!) { finishSignIn(input: $input) { practices { name } } }', { input: { signInToken: asked.signInToken, passkey } });
    expect(data.finishSignIn.practices).toHaveLength(1);
    await world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '6 minutes'`);
    expect((await graphql('mutation { renewRecoveryCodes { recoveryCodes } }')).errors?.[0]?.extensions.code).toBe('STEP_UP_NEEDED');
    const { data: { beginStepUp } } = await graphql('mutation { beginStepUp { passkeyOptions } }');
    const proof = await ceremony('startAuthentication', beginStepUp.passkeyOptions);
    expect((await graphql('mutation ($input: StepUpInput!) { stepUp(input: $input) { accessToken } }', { input: { passkey: proof } })).data).toEqual({ stepUp: { accessToken: null } });
    expect((await graphql('mutation { renewRecoveryCodes { recoveryCodes } }')).data.renewRecoveryCodes.recoveryCodes).toHaveLength(10);
  });

  it('that were copied are refused once the copy falls behind', async () => {
    const { credentials: [credential] } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: phone });
    await cdp.send('WebAuthn.removeCredential', { authenticatorId: phone, credentialId: credential!.credentialId });
    await cdp.send('WebAuthn.addCredential', { authenticatorId: phone, credential: { ...credential!, signCount: 0 } });
    expect((await signIn()).errors?.[0]?.extensions.code).toBe('SIGN_IN_REFUSED');
    expect(await passkeys()).toMatchObject([{ copySuspectedAt: expect.any(String) }]);
  });

  it('are several, and a removed one opens nothing any more', async () => {
    const { credentials: [held] } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: phone });
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: phone });
    const key = await addAuthenticator('usb');
    expect((await register('Key on the ring')).data.registerPasskey.recoveryCodes).toBeNull();
    const [first, second] = await passkeys();
    expect((await graphql('mutation ($id: UUID!) { removePasskey(id: $id) }', { id: first!.id })).data).toEqual({ removePasskey: true });
    await graphql('mutation { signOut }');
    expect((await signIn()).data.signInWithPasskey.practices).toHaveLength(1);
    expect((await passkeys()).map(({ id }) => id)).toEqual([second!.id]);

    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: key });
    await cdp.send('WebAuthn.addCredential', { authenticatorId: await addAuthenticator('internal'), credential: held! });
    expect((await signIn()).errors?.[0]?.extensions.code).toBe('SIGN_IN_REFUSED');
  });
});

import { generateSync } from 'otplib';
import { type GraphqlAnswer, PASSWORD, type Person, type World } from './world.js';

const STEP_SECONDS = 30;

/** The code that an app shows for a seed, now or some steps from now. */
export const codeOf = (secret: string, stepsAhead = 0): string =>
  generateSync({ strategy: 'totp', secret, epoch: Math.floor(Date.now() / 1000) + stepsAhead * STEP_SECONDS });

/** A six-digit code that the seed makes neither now nor near. */
export const wrongCodeOf = (secret: string): string => {
  const near = [-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps));
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !near.includes(code))!;
};

/** Somebody whose account has one-time codes. */
export interface Protected extends Person {
  secret: string;
  recoveryCodes: string[];
}

/** Sets one-time codes up for somebody who is signed in. */
export async function enrol(world: World, person: Person): Promise<Protected> {
  const { beginOneTimeCodes } = await world.ok('mutation { beginOneTimeCodes { secret } }', {}, person.token);
  const { secret } = beginOneTimeCodes;
  const { confirmOneTimeCodes } = await world.ok('mutation ($input: ConfirmOneTimeCodesInput!) { confirmOneTimeCodes(input: $input) { recoveryCodes } }', { input: { code: codeOf(secret) } }, person.token);
  await forgetSteps(world, person);
  return { ...person, secret, recoveryCodes: confirmOneTimeCodes.recoveryCodes };
}

/** Makes every code of a person new again, as if time had passed. */
export const forgetSteps = (world: World, { memberId }: Person): Promise<object[]> =>
  world.sql('superuser', 'update auth.one_time_codes set last_step = 0 where user_id = (select user_id from clinic.members where id = $1)', [memberId]);

/** The user behind a member. */
export async function userIdOf(world: World, { memberId }: Person): Promise<string> {
  const [row] = await world.sql<{ user_id: string }>('superuser', 'select user_id from clinic.members where id = $1', [memberId]);
  return row!.user_id;
}

/** Lets a session look as if its person had proven who they are some minutes ago. */
export const ageProof = (world: World, person: Person, minutes: number): Promise<object[]> =>
  world.sql('superuser', `update auth.sessions set authenticated_at = now() - make_interval(mins => $2) where id = (
    select id from auth.sessions where member_id = $1 and ended_at is null order by id desc limit 1)`, [person.memberId, minutes]);

const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  ... on SignedIn { accessToken refreshToken practices { id memberId current } }
  ... on SecondFactorNeeded { signInToken expiresAt kinds passkeyOptions } } }`;
const FINISH = 'mutation ($input: FinishSignInInput!) { finishSignIn(input: $input) { accessToken refreshToken practices { id memberId current } } }';

/** Signs in by password; the answer is a session or the question for a second factor. */
export const byPassword = async (world: World, email: string, more: object = {}): Promise<any> =>  
  (await world.ok(SIGN_IN, { input: { email, password: PASSWORD, client: 'BEARER', ...more } })).signIn;

/** Answers the question for a second factor. */
export const finish = (world: World, signInToken: string, proof: object): Promise<GraphqlAnswer> =>
  world.graphql(FINISH, { input: { signInToken, ...proof } });

/** Proves once more who is asking, who then goes on with the new tokens. */
export async function stepUp(world: World, person: Person, proof: object): Promise<GraphqlAnswer> {
  const answer = await world.graphql('mutation ($input: StepUpInput!) { stepUp(input: $input) { accessToken refreshToken freshUntil } }', { input: proof }, person.token);
  if (!answer.errors) Object.assign(person, { token: answer.data.stepUp.accessToken, refreshToken: answer.data.stepUp.refreshToken });
  return answer;
}

/** The code of an answer's error, or ACCEPTED. */
export const outcomeOf = ({ errors }: GraphqlAnswer): string => errors?.[0]?.extensions.code ?? 'ACCEPTED';

/** A ceremony's options for a new passkey, in this session. */
export const passkeyOptions = async (world: World, token: string): Promise<string> =>
  (await world.ok('mutation { beginPasskey { passkeyOptions } }', {}, token)).beginPasskey.passkeyOptions;

/** Registers what an authenticator made. */
export const registerPasskey = (world: World, token: string, passkey: string, name = 'Phone'): Promise<GraphqlAnswer> =>
  world.graphql('mutation ($input: RegisterPasskeyInput!) { registerPasskey(input: $input) { passkey { id name } recoveryCodes } }', { input: { name, passkey } }, token);

/** Options for signing in by any passkey. */
export const signInOptions = async (world: World): Promise<string> =>
  (await world.ok('mutation { beginPasskeySignIn { passkeyOptions } }')).beginPasskeySignIn.passkeyOptions;

/** Signs in by what an authenticator answered. */
export const byPasskey = (world: World, passkey: string): Promise<GraphqlAnswer> =>
  world.graphql('mutation ($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) { accessToken } }', { input: { passkey, client: 'BEARER' } });

/** Options for a step-up by passkey, in this session. */
export const stepUpOptions = async (world: World, token: string): Promise<string> =>
  (await world.ok('mutation { beginStepUp { passkeyOptions } }', {}, token)).beginStepUp.passkeyOptions;

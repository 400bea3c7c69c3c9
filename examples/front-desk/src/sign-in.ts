import { ApiError, run, runOnce } from './api';
import { el, show } from './dom';
import { graphql } from './gql';
import type { SignInMutation, ViewerQuery } from './gql/graphql';
import { textOf } from './messages';

const Viewer = graphql(`query Viewer { viewer { practice { name } member { nameEn nameBn } permissions } }`);
const SignIn = graphql(`mutation SignIn($input: SignInInput!) { signIn(input: $input) {
  __typename ... on SignedIn { accessTokenExpiresAt } ... on SecondFactorNeeded { signInToken kinds passkeyOptions } } }`);
const FinishSignIn = graphql(`mutation FinishSignIn($input: FinishSignInInput!) { finishSignIn(input: $input) { accessTokenExpiresAt } }`);
const SignOut = graphql(`mutation SignOut { signOut }`);

export type Viewer = NonNullable<ViewerQuery['viewer']>;

/** Who is signed in, unless their practice requires a second factor that they lack; undefined when nobody is. Cookies cannot be read, so the server is asked. */
export async function viewer(): Promise<Viewer | 'SECOND_FACTOR_NEEDED' | undefined> {
  try {
    return (await run(Viewer, {})).data.viewer;
  } catch (error) {
    if (error instanceof ApiError && ['UNAUTHENTICATED', 'SIGN_IN_REFUSED'].includes(error.code)) return undefined;
    if (error instanceof ApiError && error.code === 'SECOND_FACTOR_NEEDED') return error.code;
    throw error;
  }
}

/** Shows the sign-in form; `done` is called once somebody is signed in. */
export function signInForm(place: Element, done: () => Promise<void>): void {
  const email = el('input', { type: 'email', name: 'email', autocomplete: 'username', required: '' });
  const password = el('input', { type: 'password', name: 'password', autocomplete: 'current-password', required: '' });
  const message = el('p', { role: 'alert' });
  const form = el('form', {},
    el('h1', {}, 'সাইন ইন · Sign in'),
    el('label', {}, 'E-mail', email), el('label', {}, 'Password', password), el('button', {}, 'Sign in'), message);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(SignIn, { input: { email: email.value, password: password.value } })
      .then(({ data: { signIn } }) => (signIn.__typename === 'SecondFactorNeeded' ? secondFactorForm(place, signIn, done) : done()))
      .catch((error: unknown) => (message.textContent = textOf(error)));
  });
  show(place, form);
}

type SecondFactor = Extract<NonNullable<SignInMutation['signIn']>, { __typename: 'SecondFactorNeeded' }>;

/** Asks whoever has a second factor for it: a code of an app, a recovery code in the same field, or a passkey by a button. */
function secondFactorForm(place: Element, { signInToken, kinds, passkeyOptions }: SecondFactor, done: () => Promise<void>): void {
  const code = el('input', { name: 'code', autocomplete: 'one-time-code', required: '' });
  const message = el('p', { role: 'alert' });
  const finish = (proof: { oneTimeCode: string } | { recoveryCode: string } | { passkey: string }): Promise<void> =>
    runOnce(FinishSignIn, { input: { signInToken, ...proof } }).then(done).catch((error: unknown) => void (message.textContent = secondFactorText(error)));
  const usePasskey = el('button', { type: 'button' }, 'পাসকি · Use a passkey');
  usePasskey.addEventListener('click', () => {
    passkeyAnswer(passkeyOptions!).then((passkey) => finish({ passkey }), () => (message.textContent = 'পাসকি পাওয়া যায়নি · No passkey was given.'));
  });
  const form = el('form', {}, el('h1', {}, 'দ্বিতীয় প্রমাণ · Second step'),
    ...(kinds.some((kind) => kind !== 'PASSKEY') ? [el('label', {}, 'Code of the app, or a recovery code', code), el('button', {}, 'Go on')] : []),
    passkeyOptions ? usePasskey : null, message);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // A code of an app has six digits; a recovery code is longer.
    void finish(code.value.replace(/\s/g, '').length === 6 ? { oneTimeCode: code.value } : { recoveryCode: code.value });
  });
  show(place, form);
}

/** What a passkey of this device answers to the server's options. */
async function passkeyAnswer(options: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options) as PublicKeyCredentialRequestOptionsJSON);
  return JSON.stringify(await navigator.credentials.get({ publicKey }));
}

const secondFactorText = (error: unknown): string =>
  error instanceof ApiError && error.code === 'SIGN_IN_REFUSED' ? 'Not accepted. Wait for the next code, or sign in again.' : textOf(error);

/** Ends the session. */
export const signOut = async (): Promise<void> => void (await runOnce(SignOut, {}));

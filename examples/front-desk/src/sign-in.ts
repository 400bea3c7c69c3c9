import { ApiError, run, runOnce } from './api';
import { el, show } from './dom';
import { graphql } from './gql';
import type { ViewerQuery } from './gql/graphql';
import { textOf } from './messages';

const Viewer = graphql(`query Viewer { viewer { practice { name } member { nameEn nameBn } permissions } }`);
const SignIn = graphql(`mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessTokenExpiresAt } }`);
const SignOut = graphql(`mutation SignOut { signOut }`);

export type Viewer = NonNullable<ViewerQuery['viewer']>;

/** Who is signed in; undefined when nobody is. Cookies cannot be read, so the server is asked. */
export async function viewer(): Promise<Viewer | undefined> {
  try {
    return (await run(Viewer, {})).data.viewer;
  } catch (error) {
    if (error instanceof ApiError && ['UNAUTHENTICATED', 'SIGN_IN_REFUSED'].includes(error.code)) return undefined;
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
    runOnce(SignIn, { input: { email: email.value, password: password.value } }).then(done, (error: unknown) => (message.textContent = textOf(error)));
  });
  show(place, form);
}

/** Ends the session. */
export const signOut = async (): Promise<void> => void (await runOnce(SignOut, {}));

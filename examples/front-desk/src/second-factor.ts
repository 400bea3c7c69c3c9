import { run, runOnce } from './api';
import { el, show } from './dom';
import { graphql } from './gql';
import { textOf } from './messages';
import { signOut } from './sign-in';

const MySecurity = graphql(`query MySecurity { mySecurity { oneTimeCodesSince passkeys { id } secondFactorRequiredBy { name } } }`);
const BeginOneTimeCodes = graphql(`mutation BeginOneTimeCodes { beginOneTimeCodes { secret qrCode } }`);
const ConfirmOneTimeCodes = graphql(`mutation ConfirmOneTimeCodes($input: ConfirmOneTimeCodesInput!) { confirmOneTimeCodes(input: $input) { recoveryCodes } }`);

/** What somebody sees whose practice requires a second factor: whoever has none sets one up, and whoever has one signs in with it. */
export async function secondFactorPage(place: Element, done: () => Promise<void>): Promise<void> {
  const { mySecurity } = (await run(MySecurity, {})).data;
  const why = el('p', {}, `${mySecurity.secondFactorRequiredBy.map(({ name }) => name).join(', ')}: দ্বিতীয় প্রমাণ লাগবে · a second step is required.`);
  const again = el('button', { type: 'button' }, 'আবার সাইন ইন · Sign in again');
  again.addEventListener('click', () => void signOut().then(done));
  const title = el('h1', {}, 'দ্বিতীয় প্রমাণ · Second step');
  if (mySecurity.oneTimeCodesSince || mySecurity.passkeys.length) return show(place, title, why, again);
  try {
    show(place, title, why, await setUpForm(place, done));
  } catch (error) {
    // The sign-in was too long ago.
    show(place, title, why, el('p', { role: 'alert' }, textOf(error)), again);
  }
}

async function setUpForm(place: Element, done: () => Promise<void>): Promise<HTMLElement> {
  const { secret, qrCode } = (await runOnce(BeginOneTimeCodes, {})).data.beginOneTimeCodes;
  const code = el('input', { name: 'code', autocomplete: 'one-time-code', required: '' });
  const message = el('p', { role: 'alert' });
  const form = el('form', {}, el('img', { src: qrCode, alt: 'QR code', width: '240' }), el('code', {}, secret),
    el('label', {}, 'Code that your app shows', code), el('button', {}, 'Go on'), message);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(ConfirmOneTimeCodes, { input: { code: code.value } })
      .then(({ data }) => recoveryCodes(place, data.confirmOneTimeCodes.recoveryCodes ?? [], done))
      .catch((error: unknown) => (message.textContent = textOf(error)));
  });
  return form;
}

function recoveryCodes(place: Element, codes: readonly string[], done: () => Promise<void>): void {
  const kept = el('button', { type: 'button' }, 'লিখে রেখেছি · I have written them down');
  kept.addEventListener('click', () => void done());
  show(place, el('h1', {}, 'উদ্ধার কোড · Recovery codes'), el('ul', {}, ...codes.map((one) => el('li', {}, one))), kept);
}

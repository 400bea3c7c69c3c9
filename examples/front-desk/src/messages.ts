import { ApiError } from './api';

/** Texts for codes and reasons that this page can meet; messages of the API are for developers. */
const texts: Record<string, string> = {
  SIGN_IN_REFUSED: 'E-mail or password is wrong.',
  STEP_UP_NEEDED: 'আবার সাইন ইন করুন · Sign in once more first.',
  NOT_ACCEPTED: 'কোডটি মেলেনি · Not accepted. Wait for the next code.',
  THROTTLED: 'কিছুক্ষণ পরে আবার চেষ্টা করুন · Too many tries. Wait a quarter of an hour.',
  FORBIDDEN: 'আপনার অনুমতি নেই · You may not do this.',
  UNAVAILABLE: 'একটু পরে আবার চেষ্টা করুন · Try again in a moment.',
  NOTHING_TO_SEARCH: 'অক্ষর বা অঙ্ক লিখুন · Type letters or digits.',
  TOO_LONG: 'কম লিখুন · Type less.',
  TOO_MANY_WORDS: 'কম শব্দ লিখুন · Type fewer words.',
  UNKNOWN_EXTENSION: 'এই ধরনের ফাইল নেওয়া হয় না · Files of this kind are not taken.',
  TYPE_NOT_ALLOWED: 'ফাইলটি যা বলছে তা নয় · The file is not what its name says.',
  TYPE_MISMATCH: 'ফাইলটি যা বলছে তা নয় · The file is not what its name says.',
  TOO_LARGE: 'ফাইলটি বেশি বড় · The file is too large.',
  EMPTY: 'ফাইলটি খালি · The file is empty.',
};

/** What to tell a person of an error; what this page does not expect goes with the id by which the operator finds it. */
export function textOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'সার্ভার পাওয়া যাচ্ছে না · The server cannot be reached.';
  const known = [...error.reasons, error.code].find((name) => name in texts);
  return known ? texts[known]! : `${error.code} (${error.errors[0]?.extensions.requestId ?? ''})`;
}

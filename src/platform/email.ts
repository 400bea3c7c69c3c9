/** One spelling of an e-mail address: NFKC, lower case, no white space around it. */
export const normaliseEmail = (email: string): string => email.normalize('NFKC').trim().toLowerCase();

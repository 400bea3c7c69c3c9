import { createHash, randomInt } from 'node:crypto';

// The letters and digits that cannot be taken for one another (Crockford's Base32).
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 26;

/** A fresh code of 130 random bits by which whoever holds a paper can verify it: 26 characters of Crockford's Base32. */
export const newVerificationCode = (): string => Array.from({ length: CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** A code as it is printed: in groups of four, 7K3F-… */
export const printedCode = (code: string): string => code.match(/.{1,4}/g)!.join('-');

/** The address at which whoever holds a paper learns whether it is genuine, under this server's own address. */
export const verificationAddress = (publicAddress: string, code: string): string => `${publicAddress}/rx/${code}`;

/** The code that somebody typed, with or without its hyphens, O for 0 and I or L for 1; undefined for what is none. */
export function readVerificationCode(typed: string): string | undefined {
  const code = typed.length > 100 ? '' : typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return new RegExp(`^[${ALPHABET}]{${CHARACTERS}}$`).test(code) ? code : undefined;
}

/** What is kept of a code: its SHA-256. */
export const codeHash = (code: string): Buffer => createHash('sha256').update(code).digest();

import type { ErrorCode } from '../errors.js';
import { limits } from '../graphql/limits.js';

/** The body of an answer that is one error. */
export const graphqlError = (code: ErrorCode, message: string, requestId: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] });

/** What is told to a request that reached no operation, by HTTP status. */
export const refusals: Record<number, string> = {
  400: 'The request is malformed, or could have been sent by another site: send JSON with content-type application/json.',
  405: 'Mutations need POST.',
  413: `The request is larger than ${limits.body} bytes.`,
  415: 'Send JSON with content-type application/json; the bytes of a file with content-type application/octet-stream.',
};

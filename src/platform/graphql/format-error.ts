import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { DomainError, ErrorCode } from '../errors.js';
import { coercionFault } from './coercion-fault.js';

const clientFaults = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', 'PERSISTED_QUERY_NOT_SUPPORTED', 'BAD_REQUEST']);

const requestIds = new WeakMap<object, string>();

/** Notes in which request an error occurred, for the log: Apollo formats errors without saying so. */
export const noteRequest = (error: object, requestId: string): void => void requestIds.set(error, requestId);

/** Gives every error a code of ErrorCode; an unforeseen one is logged whole and answered as INTERNAL with nothing inside. */
export function formatError(logger: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { path, locations } = formatted;
    const at = { ...(locations && { locations }), ...(path && { path }) };
    const cause = unwrapResolverError(error);
    const requestId = requestIds.get(error as object);
    if (cause instanceof DomainError) {
      if (cause.cause) logger.error({ err: cause.cause, requestId }, cause.message);
      return { message: cause.message, ...at, extensions: { code: cause.code, ...cause.details } };
    }
    const code = (formatted.extensions?.['code'] as string | undefined) ?? '';
    if (code === 'BAD_USER_INPUT') {
      const misfit = coercionFault(formatted.message);
      return {
        message: misfit?.message ?? withoutHints(formatted.message, error), ...at,
        extensions: { code: ErrorCode.BAD_USER_INPUT, faults: misfit ? [misfit.fault] : [] },
      };
    }
    if (clientFaults.has(code) || (error instanceof GraphQLError && !error.originalError && !path)) {
      return { message: withoutHints(formatted.message, error), ...at, extensions: { ...limitOf(formatted), code: ErrorCode.QUERY_REFUSED } };
    }
    logger.error({ err: cause, requestId }, 'unforeseen error');
    return { message: 'Something went wrong on our side.', ...at, extensions: { code: ErrorCode.INTERNAL } };
  };
}

const limitOf = ({ extensions }: GraphQLFormattedError): { limit?: unknown; cost?: unknown } => (extensions?.['limit'] === undefined ? {} : { limit: extensions['limit'], cost: extensions['cost'] });

const LONGEST_MESSAGE = 300;

// GraphQL quotes what the caller wrote and proposes names; a value may be somebody's data. What is cut off first costs no time.
function withoutHints(message: string, error: unknown): string {
  const [node] = (error instanceof GraphQLError ? error.nodes : undefined) ?? [];
  if (node?.kind.endsWith('Value')) return 'A value in the document does not fit its type. Send values as variables.';
  return message.slice(0, LONGEST_MESSAGE).replace(/ Did you mean .*$/s, '').replace(/(found|Unexpected) (\w+) ".*$/s, '$1 $2.');
}

import { GraphQLDateTimeISO, GraphQLLocalDate, GraphQLUUID } from 'graphql-scalars';
import { GraphQLScalarType } from 'graphql';

const described = (type: GraphQLScalarType, name: string, description: string): GraphQLScalarType =>
  new GraphQLScalarType({ ...type.toConfig(), name, description, extensions: {} });

/** An instant. */
export const DateTimeScalar = described(GraphQLDateTimeISO, 'DateTime', 'An instant in ISO 8601 with time zone, such as 2026-03-01T09:30:00.000Z.');

/** A calendar day without a time zone. */
export const LocalDateScalar = described(GraphQLLocalDate, 'LocalDate', 'A calendar day where the chamber is, as yyyy-mm-dd.');

// Ids are compared as text; one id must not have two spellings.
const oneSpelling = (id: unknown): string => String(id).replace(/[{}]/g, '').toLowerCase();

/** An id, in lower case whichever way it was sent. */
export const UuidScalar = new GraphQLScalarType({
  ...described(GraphQLUUID, 'UUID', 'An id: a UUID (RFC 9562) in its 36-character form.').toConfig(),
  parseValue: (value) => oneSpelling(GraphQLUUID.parseValue(value)),
  parseLiteral: (ast, variables) => oneSpelling(GraphQLUUID.parseLiteral(ast, variables)),
});

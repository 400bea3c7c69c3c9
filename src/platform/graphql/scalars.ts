import { GraphQLDateTimeISO, GraphQLLocalDate, GraphQLUUID } from 'graphql-scalars';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { plainDecimal } from '../decimal.js';

const described = (type: GraphQLScalarType, name: string, description: string): GraphQLScalarType =>
  new GraphQLScalarType({ ...type.toConfig(), name, description, extensions: {} });

// PostgreSQL knows no year 0, and none of five digits in this form.
const withinReach = (instant: Date): Date => {
  const year = instant.getUTCFullYear();
  if (year < 1 || year > 9999) throw new GraphQLError('This is not an instant of the years 1 to 9999.');
  return instant;
};

/** An instant. */
export const DateTimeScalar = new GraphQLScalarType({
  ...described(GraphQLDateTimeISO, 'DateTime', 'An instant of the years 1 to 9999 in ISO 8601 with time zone, such as 2026-03-01T09:30:00.000Z.').toConfig(),
  parseValue: (value) => withinReach(GraphQLDateTimeISO.parseValue(value)),
  parseLiteral: (ast, variables) => withinReach(GraphQLDateTimeISO.parseLiteral(ast, variables)),
});

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

const decimal = (raw: unknown): string => {
  const plain = typeof raw === 'string' || typeof raw === 'number' ? plainDecimal(String(raw)) : undefined;
  if (plain === undefined) throw new GraphQLError('This is not a decimal number.');
  return plain;
};

/** A decimal number as text, so that no step loses or adds anything. */
export const DecimalScalar = new GraphQLScalarType({
  name: 'Decimal',
  description: 'A decimal number, exactly: "37.5". It is answered as text; it may be sent as text, in Bangla and Arabic digits too, or as a number. At most 15 digits before and after the point.',
  serialize: (value) => String(value),
  parseValue: decimal,
  parseLiteral: (ast) => decimal(ast.kind === Kind.INT || ast.kind === Kind.FLOAT || ast.kind === Kind.STRING ? ast.value : undefined),
});

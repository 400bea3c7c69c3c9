import type { GraphQLArmorConfig } from '@escape.tech/graphql-armor-types';
import { ApolloArmor } from '@escape.tech/graphql-armor';

/** The limits of one document. The API guide states them. */
export const limits = {
  depth: 10,
  aliases: 15,
  directives: 5,
  tokens: 2_000,
  /** Fields of the largest answer, as CostPlugin reckons them. */
  cost: 30_000,
  pageSize: 100,
  /** Bytes of one request's body. */
  body: 1_000_000,
  /** Seconds in which a whole request must have come, also one that sends a file. */
  requestSeconds: 600,
} as const;

const config: GraphQLArmorConfig = {
  maxDepth: { n: limits.depth, ignoreIntrospection: true, propagateOnRejection: true },
  maxAliases: { n: limits.aliases, allowList: [] },
  maxDirectives: { n: limits.directives },
  maxTokens: { enabled: false },
  // It takes lists without a literal `first` for one record; CostPlugin reckons better.
  costLimit: { enabled: false },
  blockFieldSuggestion: { enabled: true },
};

/** Apollo plugins and validation rules that refuse a document beyond the limits. */
export const protection = () => new ApolloArmor(config).protect();

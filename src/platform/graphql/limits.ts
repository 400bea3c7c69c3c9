import type { GraphQLArmorConfig } from '@escape.tech/graphql-armor-types';
import { ApolloArmor } from '@escape.tech/graphql-armor';

/** The limits of one document. The API guide states them. */
export const limits = {
  depth: 10,
  aliases: 15,
  directives: 5,
  tokens: 2_000,
  /** Fields of the largest answer, as CostPlugin reckons them. */
  cost: 60_000,
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

/** The limits of WebSockets. The API guide states them. */
export const socketLimits = {
  /** Of one server process. */
  sockets: 5_000,
  /** Of those that have not yet said who they are, in all and from one address. */
  waiting: 500,
  waitingOfAddress: 50,
  perSession: 10,
  perPerson: 30,
  subscriptions: 20,
  /** Bytes of one message to the server. */
  message: 65_536,
  /** Messages to the server within `rateMs`. */
  messages: 200,
  rateMs: 10_000,
  /** Bytes that may wait for a peer who does not take them. */
  unsent: 1_000_000,
  /** How long a peer may take to say who it is. */
  initMs: 5_000,
  /** How often each peer is asked for a sign of life; it has as long to give it. */
  pingMs: 20_000,
  /** How often sessions are looked at whose end nobody tells, because they end by their time. */
  sessionsMs: 30_000,
};

/** Apollo plugins and validation rules that refuse a document beyond the limits. */
export const protection = () => new ApolloArmor(config).protect();

import { type ApolloDriverConfig } from '@nestjs/apollo';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql';
import type { Logger } from 'pino';
import { ConflictReason, ErrorCode } from '../errors.js';
import { FaultReason } from '../fault-reasons.js';
import type { Config } from '../../config.js';
import type { AuditTrail } from '../context/audit-trail.js';
import type { Authenticator } from '../context/authenticator.js';
import { RequestContext } from '../context/request-context.js';
import { CHAMBER_HEADER, chamberIn, originOf } from '../context/request-origin.js';
import type { Metrics } from '../telemetry/metrics.js';
import { AuditedAnswerPlugin } from './audited-answer.plugin.js';
import { CostPlugin } from './cost.js';
import { formatError } from './format-error.js';
import { limits, protection } from './limits.js';
import { OneCredentialRule } from './one-credential.rule.js';
import { OneRoadPlugin, UnconditionalSubscriptionRule } from './one-road.js';
import { withNullableRoots } from './root-fields.js';

/** Everything about the GraphQL endpoint. */
export function graphqlOptions(config: Config, logger: Logger, trail: AuditTrail, authenticator: Authenticator, metrics: Metrics): ApolloDriverConfig {
  const armor = protection();
  return {
    ...(armor as object),
    // The parser's own limit: Armor's plugin for it throws past Apollo's handling of errors, on any fault of syntax.
    parseOptions: { maxTokens: limits.tokens },
    path: '/graphql',
    autoSchemaFile: true,
    sortSchema: true,
    transformSchema: withNullableRoots,
    graphiql: false,
    introspection: config.graphql.introspection,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    fieldResolverEnhancers: ['guards'],
    buildSchemaOptions: { scalarsMap: [], dateScalarMode: 'isoDate', noDuplicatedFields: true, orphanedTypes: [ErrorCode, ConflictReason, FaultReason] },
    // Armor's types come from Apollo's CommonJS build, ours from its ES modules; the objects are the same.
    plugins: [...(armor.plugins as unknown as ApolloServerPlugin[]), new AuditedAnswerPlugin(trail, logger, metrics), new OneRoadPlugin(), new CostPlugin(), ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled()],
    validationRules: documentRules(config),
    formatError: formatError(logger),
    context: async (request: FastifyRequest, reply: FastifyReply) =>
      new RequestContext(originOf(request), await authenticator.authenticate(request), chamberOf(request), reply),
  };
}

/** What a document must meet besides the rules of GraphQL itself, by whichever road it comes. */
export const documentRules = (config: Config): ValidationRule[] =>
  [...protection().validationRules, OneCredentialRule, UnconditionalSubscriptionRule, ...(config.graphql.introspection ? [] : [NoSchemaIntrospectionCustomRule])];

const chamberOf = (request: FastifyRequest): string | null => {
  const chamber = chamberIn(request.headers[CHAMBER_HEADER]);
  // Thrown while the context is made, before any resolver: Apollo takes the HTTP status from the error.
  if (chamber === undefined) throw new GraphQLError(`${CHAMBER_HEADER} is not an id.`, { extensions: { http: { status: 400 } } });
  return chamber;
};

import { Inject, Injectable } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  type DocumentNode, type ExecutionArgs, type ExecutionResult, type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, Kind, type OperationDefinitionNode, OperationTypeNode,
  createSourceEventStream, execute, getOperationAST, parse, specifiedRules, validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import { v4 as uuidv4 } from 'uuid';
import type { Config } from '../../config.js';
import { auditedRead } from '../access/audited-read.js';
import { AuditTrail } from '../context/audit-trail.js';
import type { Ctx } from '../context/ctx.js';
import { OperationContext } from '../context/request-context.js';
import { countOperation, operationEntries } from '../context/settled-entries.js';
import { TenantDb } from '../database/tenant-db.js';
import { DomainError, ErrorCode } from '../errors.js';
import { refuseCostly } from '../graphql/cost.js';
import { formatError, noteRequest } from '../graphql/format-error.js';
import { documentRules } from '../graphql/graphql.options.js';
import { limits } from '../graphql/limits.js';
import { onlySubscriptions } from '../graphql/one-road.js';
import { CONFIG, LOGGER } from '../platform.module.js';
import { Metrics } from '../telemetry/metrics.js';
import { type Connection, closing } from './connection.js';
import type { LiveEvent } from './live.js';

/** A document that may be subscribed to, and for whom. */
export interface Subscription extends ExecutionArgs {
  contextValue: OperationContext;
  connection: Connection;
}

/**
 * Subscriptions, by the same rules as what comes by HTTP: limits, access, errors, entries. Each event is a read of its
 * own: checked by the database when it is read, and sent when its entry is durable.
 */
@Injectable()
export class Subscriptions {
  readonly #format: ReturnType<typeof formatError>;
  readonly #rules: ReturnType<typeof documentRules>;
  #running = 0;

  constructor(
    private readonly host: GraphQLSchemaHost,
    private readonly tenantDb: TenantDb,
    private readonly trail: AuditTrail,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) config: Config,
  ) {
    this.#format = formatError(logger);
    this.#rules = [...specifiedRules, ...documentRules(config)];
  }

  /** How many run. */
  get running(): number {
    return this.#running;
  }

  /** What a client asks to subscribe to, or why it is refused, which is in the trail then. `refusal` is a reason that lies outside the document. */
  async prepare(connection: Connection, { query, variables, operationName }: SubscribePayload, refusal?: GraphQLError): Promise<Subscription | { refused: GraphQLFormattedError[] }> {
    const { caller, chamberId, origin } = connection;
    const contextValue = new OperationContext({ ...origin, requestId: uuidv4() }, caller, chamberId);
    const { document, operation, errors } = refusal ? { errors: [refusal] } : this.#read(query, operationName, variables ?? undefined);
    if (document && !errors.length) return { schema: this.host.schema, document, operationName, variableValues: variables, contextValue, connection };
    const refused = this.#formatted(errors.map(asRefusal), contextValue);
    await this.#append(connection, contextValue, operation, refused);
    return { refused };
  }

  /** Subscribes; gives the results, the last of which has errors when it was refused or went wrong. */
  run(subscription: Subscription): AsyncIterableIterator<FormattedExecutionResult> {
    let source: AsyncIterableIterator<LiveEvent<unknown>> | undefined;
    let over = false;
    const results = this.#results(subscription, (opened) => {
      source = opened;
      if (over) void opened.return?.();
    });
    // A generator ends only when its turn comes, which may be never: what it waits for is ended first.
    const end = async (): Promise<IteratorResult<FormattedExecutionResult>> => {
      over = true;
      await source?.return?.();
      return results.return(undefined);
    };
    return { next: () => results.next(), return: end, throw: end, [Symbol.asyncIterator]() { return this; } };
  }

  async *#results(args: Subscription, opened: (source: AsyncIterableIterator<LiveEvent<unknown>>) => void): AsyncGenerator<FormattedExecutionResult, undefined> {
    this.#running++;
    try {
      const source = await createSourceEventStream(args);
      if (!(Symbol.asyncIterator in source)) {
        const refused = await this.#refused(args, source);
        if (refused) yield refused;
        return;
      }
      const events = source as AsyncIterableIterator<LiveEvent<unknown>>;
      opened(events);
      for await (const event of events) {
        const result = await this.#event(args, event);
        if (!result) return;
        yield result.answer;
        if (result.last) return;
      }
    } catch (error) {
      this.logger.error({ err: error, requestId: args.contextValue.origin.requestId }, 'a subscription broke');
      args.connection.close(closing.fault);
    } finally {
      this.#running--;
    }
  }

  /** One event, with its entry durable; undefined when nothing may leave, and the connection ends. */
  async #event(args: Subscription, { ctx, load }: LiveEvent<unknown>): Promise<{ answer: FormattedExecutionResult; last: boolean } | undefined> {
    const operation = getOperationAST(args.document, args.operationName)!;
    const request = new OperationContext(ctx.origin, ctx.caller, ctx.chamberId);
    const [[key, subscribed] = []] = args.contextValue.roots;
    request.roots.set(key!, ctx);
    let failure: unknown;
    const read = (given: Record<string, unknown>): Promise<unknown> => auditedRead(this.tenantDb, ctx, given, load).catch((error: unknown) => {
      failure = error;
      throw error;
    });
    const { data, errors = [] } = await execute({ ...args, contextValue: request, rootValue: { [fieldOf(subscribed!)]: read } });
    const told = this.#formatted(errors, request);
    if (!(await this.#append(args.connection, request, operation, told))) return undefined;
    if (this.#ends(args.connection, failure)) return undefined;
    return { answer: answerOf(request, told, data), last: failure !== undefined };
  }

  async #refused(args: Subscription, { errors = [] }: ExecutionResult): Promise<FormattedExecutionResult | undefined> {
    const { contextValue: request, connection } = args;
    const told = this.#formatted(errors.map(asInputFault), request);
    if (!(await this.#append(connection, request, getOperationAST(args.document, args.operationName), told))) return undefined;
    if (errors.some(({ originalError }) => this.#ends(connection, originalError))) return undefined;
    return answerOf(request, told);
  }

  #read(query: string, operationName: string | null | undefined, variables: Record<string, unknown> | undefined): { document?: DocumentNode; operation?: OperationDefinitionNode | null; errors: readonly GraphQLError[] } {
    let operation: OperationDefinitionNode | null | undefined;
    try {
      const document = parse(query, { maxTokens: limits.tokens });
      const errors = validate(this.host.schema, document, this.#rules);
      operation = getOperationAST(document, operationName);
      if (errors.length) return { operation, errors };
      if (!operation) throw new GraphQLError('The document has no such operation.');
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) throw onlySubscriptions();
      refuseCostly(this.host.schema, document, operation, variables);
      return { document, operation, errors: [] };
    } catch (error) {
      if (error instanceof GraphQLError) return { operation, errors: [error] };
      throw error;
    }
  }

  #formatted(errors: readonly GraphQLError[], { origin: { requestId } }: OperationContext): GraphQLFormattedError[] {
    return errors.map((error) => {
      noteRequest(error, requestId);
      const formatted = this.#format({ ...error.toJSON(), extensions: { ...error.extensions, code: error.extensions['code'] ?? '' } }, error);
      return { ...formatted, extensions: { ...formatted.extensions, requestId } };
    });
  }

  /** True when the entries are durable. When they cannot be written nothing leaves, and the connection ends. */
  async #append(connection: Connection, request: OperationContext, operation: OperationDefinitionNode | null | undefined, errors: readonly GraphQLFormattedError[]): Promise<boolean> {
    try {
      await this.trail.append(operationEntries(request, operation, errors));
      for (const ctx of request.roots.values()) countOperation(this.metrics, ctx);
      return true;
    } catch (error) {
      this.logger.error({ err: error, requestId: request.origin.requestId }, 'the audit entry could not be written; the event is withheld');
      connection.close(closing.tryAgain);
      return false;
    }
  }

  // A client connects again by itself when the service was away, and finds the present state.
  #ends(connection: Connection, failure: unknown): boolean {
    const code = failure instanceof DomainError ? failure.code : undefined;
    if (code === ErrorCode.UNAUTHENTICATED) connection.close(closing.notSignedIn);
    else if (code === ErrorCode.UNAVAILABLE) connection.close(closing.tryAgain);
    else return false;
    return true;
  }
}

const fieldOf = ({ operation }: Ctx): string => operation.slice(operation.indexOf('.') + 1);

const answerOf = ({ origin: { requestId } }: OperationContext, errors: GraphQLFormattedError[], data?: ExecutionResult['data']): FormattedExecutionResult =>
  ({ ...(errors.length && { errors }), ...(data !== undefined && { data }), extensions: { requestId } });

// Rules may give errors a code of their own; to the client each is a document that is refused, as by HTTP.
const asRefusal = ({ message, nodes, source, positions, extensions }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { nodes, source, positions, extensions: { ...extensions, code: ErrorCode.QUERY_REFUSED } });

// GraphQL gives a variable that does not fit its type no code of its own; Apollo does, for what comes by HTTP.
const asInputFault = (error: GraphQLError): GraphQLError =>
  error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION
    ? new GraphQLError(error.message, { nodes: error.nodes, originalError: error, extensions: { code: ErrorCode.BAD_USER_INPUT } })
    : error;

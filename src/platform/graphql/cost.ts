import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, type OperationDefinitionNode, type TypeNode, getNamedType, getNullableType, isCompositeType, isListType } from 'graphql';
import { type ComplexityEstimator, fieldExtensionsEstimator, getComplexity } from 'graphql-query-complexity';
import { limits } from './limits.js';

// How many a list is taken to have that does not say how many it can have.
const USUAL_LIST = 10;
// The schema about itself: with more, the query by which tools learn all of it would be refused.
const USUAL_LIST_OF_SCHEMA = 5;
// What `first` of the field above has multiplied already.
const paged = new Set(['edges', 'found']);

type Arguments = Readonly<Record<string, unknown>>;

/** For `complexity` of a field that is a list of this many records, each of which can be asked for more; how many may depend on the arguments. */
export const listOf = (count: number | ((args: Arguments) => number)) => ({ args, childComplexity }: { args: Arguments; childComplexity: number }): number =>
  1 + (typeof count === 'number' ? count : count(args)) * childComplexity;

// One for the field, and what is asked of each record times the records.
const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const first: unknown = args['first'];
  if (typeof first === 'number') return 1 + Math.min(Math.max(first, 1), limits.pageSize) * childComplexity;
  const isList = isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)) && !paged.has(field.name);
  const usual = type.name.startsWith('__') ? USUAL_LIST_OF_SCHEMA : USUAL_LIST;
  return 1 + (isList ? usual : 1) * childComplexity;
};

const MOST_REMEMBERED = 100;

/** Refuses an operation whose answer could be too large, before any of it is executed: variables are known by then. */
export class CostPlugin implements ApolloServerPlugin {
  readonly #known = new WeakMap<DocumentNode, Map<string, number>>();

  async requestDidStart(): Promise<GraphQLRequestListener<object>> {
    return {
      didResolveOperation: async ({ schema, document, operation, request: { variables } }) => {
        // An operation that the document does not have is refused when it is to be executed.
        if (operation) refuseBeyond(this.#once(document, keyOf(operation, variables), () => costOf(schema, document, operation, variables)));
      },
    };
  }

  #once(document: DocumentNode, key: string, reckon: () => number | undefined): number {
    let known = this.#known.get(document);
    if (!known || known.size >= MOST_REMEMBERED) this.#known.set(document, (known = new Map<string, number>()));
    const cost = known.get(key) ?? reckon();
    if (cost !== undefined) known.set(key, cost);
    return cost ?? 0;
  }
}

// Of the variables only numbers, switches and whether others are given make an operation cost more or less.
const keyOf = (operation: OperationDefinitionNode, variables: Record<string, unknown> = {}): string =>
  JSON.stringify([operation.name?.value, ...(operation.variableDefinitions ?? [])
    .map(({ variable: { name: { value } }, type }) => (['Int', 'Boolean'].includes(nameOf(type)) ? variables[value] ?? null : variables[value] != null))]);

/** Throws when the operation's answer could be too large. */
export const refuseCostly = (schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Record<string, unknown> | undefined): void =>
  refuseBeyond(costOf(schema, document, operation, variables) ?? 0);

function refuseBeyond(cost: number): void {
  if (cost <= limits.cost) return;
  throw new GraphQLError(`The operation costs ${cost}, and may cost ${limits.cost}: ask for fewer records, or for less of each.`, { extensions: { http: { status: 400 }, limit: limits.cost, cost } });
}

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Record<string, unknown> | undefined): number | undefined {
  try {
    return getComplexity({ schema, query: document, operationName: operation.name?.value, variables, estimators: [fieldExtensionsEstimator(), estimate] });
  } catch (error) {
    // Variables that do not fit their types: executing refuses them, field by field.
    if (error instanceof GraphQLError && error.message.startsWith('Variable "')) return undefined;
    throw error;
  }
}

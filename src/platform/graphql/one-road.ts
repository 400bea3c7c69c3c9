import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { type FieldNode, type FragmentSpreadNode, GraphQLError, type InlineFragmentNode, OperationTypeNode, type ValidationRule } from 'graphql';

/** Refuses a subscription that comes as an HTTP request: it has its own road, on which each of its events is checked and recorded. */
export class OneRoadPlugin implements ApolloServerPlugin {
  async requestDidStart(): Promise<GraphQLRequestListener<object>> {
    return {
      didResolveOperation: async ({ operation }) => {
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw new GraphQLError('Subscriptions go over a WebSocket.', { extensions: { http: { status: 400 } } });
      },
    };
  }
}

/** Refuses a query or a mutation that comes over a WebSocket. */
export const onlySubscriptions = () => new GraphQLError('Over a WebSocket go subscriptions only: send queries and mutations by POST.');

/** Refuses a condition on what is subscribed to, as the specification does since 2025: there would be nothing to watch. */
export const UnconditionalSubscriptionRule: ValidationRule = (context) => {
  const refuse = (node: FieldNode | FragmentSpreadNode | InlineFragmentNode): void => {
    const subscribes = context.getParentType() === context.getSchema().getSubscriptionType();
    if (subscribes && node.directives?.length) context.reportError(new GraphQLError('What is subscribed to cannot be under a condition.', { nodes: node }));
  };
  return { Field: refuse, FragmentSpread: refuse, InlineFragment: refuse };
};

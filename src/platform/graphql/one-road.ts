import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';

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

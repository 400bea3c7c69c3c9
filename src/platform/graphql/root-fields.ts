import { type GraphQLObjectType, type GraphQLSchema, getNullableType } from 'graphql';
import { CHAMBER_HEADER } from '../context/request-origin.js';
import { limits } from './limits.js';

const LIMITS = `At most ${limits.depth} levels of nesting, ${limits.aliases} aliases, ${limits.directives} directives, ${limits.tokens} tokens, and a cost of ${limits.cost}; beyond that QUERY_REFUSED.`;
const FOR_BOTH = `A field that is refused is null, with an error beside it; the others are answered. With the header \`${CHAMBER_HEADER}\` (id of a chamber) a permission is needed in that chamber, without it in any. ${LIMITS}`;

/** Makes every root field nullable, so that one that is refused does not take the answers of the others along, and describes what holds for all of them. */
export function withNullableRoots(schema: GraphQLSchema): GraphQLSchema {
  describe(schema.getQueryType()!, `What can be asked for. ${FOR_BOTH}`);
  describe(schema.getMutationType()!, `What can be done. Mutations of one request run one after another, each for itself: what one has done stays done when a later one fails. ${FOR_BOTH}`);
  const subscriptions = schema.getSubscriptionType();
  if (subscriptions) describe(subscriptions, `What can be watched, over a WebSocket: the present state at once, and again whenever it has changed. Each time session and permission are checked anew: when a right has gone there is an error, and no more comes. With \`${CHAMBER_HEADER}\` (id of a chamber) in the payload of \`connection_init\` a permission is needed in that chamber, without it in any. ${LIMITS}`);
  return schema;
}

function describe(root: GraphQLObjectType, description: string): void {
  root.description = description;
  for (const field of Object.values(root.getFields())) field.type = getNullableType(field.type);
}

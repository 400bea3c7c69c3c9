import { getDistDirectory, renderAltair } from 'altair-static';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Where the GraphQL page is served. */
export const PAGE_PATH = '/graphql-page/';

// The page is an application of its own: it compiles queries and keeps its settings in the browser. It loads nothing from elsewhere.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/** Serves a page to try operations on, from local files. */
export async function servePage(fastify: FastifyInstance): Promise<void> {
  const html = renderAltair({
    baseURL: PAGE_PATH, endpointURL: '/graphql', subscriptionsEndpoint: '/graphql', initialSubscriptionRequestHandlerId: 'graphql-ws', disableAccount: true, initialQuery: WELCOME,
    initialSettings: { 'request.withCredentials': true, 'alert.disableUpdateNotification': true, disablePushNotification: true, 'banners.disable': true },
  });
  const relaxed = (reply: FastifyReply): FastifyReply => reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
  await fastify.register(fastifyStatic, {
    root: getDistDirectory(), prefix: PAGE_PATH, index: false,
    setHeaders: (response) => void response.header('content-security-policy', CONTENT_SECURITY_POLICY),
  });
  fastify.get(PAGE_PATH, (_, reply) => relaxed(reply).type('text/html; charset=utf-8').send(html));
  fastify.get(PAGE_PATH.slice(0, -1), (_, reply) => reply.redirect(PAGE_PATH));
}

const WELCOME = `# Sign in first; the session lives in a cookie.
mutation SignIn {
  signIn(input: { email: "nasrin@shapla.example", password: "seven quiet rivers cross" }) {
    ... on SignedIn {
      accessTokenExpiresAt
      practices { name roles current }
    }
  }
}
`;

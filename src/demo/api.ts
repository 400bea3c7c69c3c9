import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Runs one GraphQL operation as a client would and gives its data; rejects on any error. */
export type Api = <T = unknown>(query: string, variables: object, token?: string) => Promise<T>;

/** The API of a server in this process, without a socket. */
export const apiOf = (app: NestFastifyApplication): Api => async <T>(query: string, variables: object, token?: string): Promise<T> => {
  const response = await app.inject({
    method: 'POST', url: '/graphql', payload: JSON.stringify({ query, variables }),
    headers: { 'content-type': 'application/json', 'user-agent': 'sinduk demo data', ...(token && { authorization: `Bearer ${token}` }) },
  });
  const { data, errors } = response.json<{ data: T; errors?: unknown[] }>();
  if (errors) throw new Error(`Demo data: ${JSON.stringify(errors)}`);
  return data;
};

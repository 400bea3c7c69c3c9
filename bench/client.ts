import { BENCH_PASSWORD, type BenchPractice } from './data.js';

/** The data that a GraphQL operation answers; throws on any error. */
export async function graphql(port: number, query: string, variables: object, token?: string): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data?: any; errors?: unknown };
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

/** The access token of a practice's owner, there or in another practice of theirs. */
export async function signIn(port: number, practice: BenchPractice, practiceId = practice.tenantId): Promise<string> {
  const { signIn: signedIn } = await graphql(port,
    'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }',
    { input: { email: practice.email, password: BENCH_PASSWORD, client: 'BEARER', practiceId } });
  return signedIn.accessToken as string;
}

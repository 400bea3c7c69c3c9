import { graphql } from './gql';
import type { TypedDocumentString } from './gql/graphql';

/** Where the API is. The session's cookies go only there, so this page must be on the same site. */
export const API: string = import.meta.env.VITE_API ?? 'http://127.0.0.1:3000';

interface GraphqlError {
  message: string;
  path?: Array<string | number>;
  extensions: { code: string; requestId: string; permission?: string; faults?: Array<{ path: string[]; reason: string }> };
}

/** What came of an operation of one root field: its data, and the errors of the fields below that were refused while the rest was answered. */
export interface Answer<T> {
  data: { [Field in keyof T]: NonNullable<T[Field]> };
  refused: GraphqlError[];
}

/** An operation that gave no data, by its stable code. */
export class ApiError extends Error {
  constructor(readonly errors: GraphqlError[]) {
    super(errors.map(({ message }) => message).join(' '));
  }

  get code(): string {
    return this.errors[0]?.extensions.code ?? 'INTERNAL';
  }

  /** The stable reasons of what was wrong with the input. */
  get reasons(): string[] {
    return this.errors.flatMap(({ extensions }) => (extensions.faults ?? []).map(({ reason }) => reason));
  }
}

const Refresh = graphql(`mutation Refresh { refreshSession { accessTokenExpiresAt } }`);

/** Runs one operation with the session's cookies. When the access token has expired, it is refreshed once and the operation repeated. */
export async function run<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<Answer<T>> {
  const answer = await send<T>(document.toString(), variables);
  if (!isSignedOut(answer.errors)) return settled(answer);
  await refresh();
  return settled(await send<T>(document.toString(), variables));
}

/** Runs an operation that begins or ends a session: it is not repeated. */
export async function runOnce<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<Answer<T>> {
  return settled(await send<T>(document.toString(), variables));
}

/** Fetches a file that a field named, such as `contentPath`, with the same session. */
export async function fetchFile(path: string): Promise<Blob> {
  const response = await withSession(() => fetch(`${API}${path}`, { credentials: 'include' }));
  return response.blob();
}

/** Sends a file's bytes to a path that a field named. */
export async function sendFile(path: string, file: Blob): Promise<void> {
  await withSession(() => fetch(`${API}${path}`, { method: 'PUT', credentials: 'include', headers: { 'content-type': 'application/octet-stream' }, body: file }));
}

async function withSession(request: () => Promise<Response>): Promise<Response> {
  let response = await request();
  if (response.status === 401) {
    await refresh();
    response = await request();
  }
  if (!response.ok) throw new ApiError(((await response.json()) as { errors: GraphqlError[] }).errors);
  return response;
}

let refreshing: Promise<unknown> | undefined;

// A refresh token is accepted once, so one place refreshes and everybody else waits for it.
function refresh(): Promise<unknown> {
  refreshing ??= runOnce(Refresh, {}).finally(() => (refreshing = undefined));
  return refreshing;
}

interface Reply<T> {
  data?: T | null;
  errors?: GraphqlError[];
}

async function send<T>(query: string, variables: unknown): Promise<Reply<T>> {
  const response = await fetch(`${API}/graphql`, {
    method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Reply<T>;
}

const isSignedOut = (errors: GraphqlError[] = []): boolean => errors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');

function settled<T>({ data, errors = [] }: Reply<T>): Answer<T> {
  // A root field that was refused is null, with an error at its place.
  if (!data || errors.some(({ path }) => path?.length === 1)) throw new ApiError(errors);
  return { data: data as Answer<T>['data'], refused: errors };
}

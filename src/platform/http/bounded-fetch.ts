/** How long one request to another server may take, its answer included, in milliseconds, unless the caller says otherwise. */
export const PATIENCE_MS = 5_000;

/** The most bytes that an answer may have. */
export const LONGEST_ANSWER = 100_000;

/** Fetches one address, without following redirects; rejects when the answer takes too long or is too long. */
export async function boundedFetch(url: string, init: RequestInit, patienceMs = PATIENCE_MS): Promise<Response> {
  const patience = AbortSignal.timeout(patienceMs);
  const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience;
  const response = await fetch(url, { ...init, redirect: 'error', signal });
  const body = await bodyOf(response);
  // An answer that can have no body, such as 204, must not be given an empty one.
  return new Response(body.length ? body : null, { status: response.status, headers: response.headers });
}

async function bodyOf({ body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > LONGEST_ANSWER) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

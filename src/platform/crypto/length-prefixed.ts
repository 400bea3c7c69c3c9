/** `head` followed by each part as a 4-byte big-endian byte length and its UTF-8, so that no two lists of well-formed strings after equally long heads give the same bytes. */
export function lengthPrefixed(head: Buffer, parts: readonly string[]): Buffer {
  // UTF-8 needs at most three bytes for each UTF-16 unit.
  let most = head.length;
  for (const part of parts) most += 4 + part.length * 3;

  const out = Buffer.allocUnsafe(most);
  let at = head.copy(out);
  for (const part of parts) {
    const written = out.write(part, at + 4, 'utf8');
    out.writeUInt32BE(written, at);
    at += 4 + written;
  }
  return out.subarray(0, at);
}

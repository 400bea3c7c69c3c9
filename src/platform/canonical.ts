/** A request as one text, whatever the order of its fields; what is null or absent asks for the same nothing. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return String(part);
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).filter(([, inner]) => inner !== null).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\s]$/u;
// From the first letter to the last; what joins it to other text on a page is left out.
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}](?:[^\p{Script=Latin}\p{Script=Bengali}·/–]*[\p{Script=Arabic}\p{Script=Hebrew}\p{M}])?/gu;

/** The same data with every text fit to be set: what no font has is named by its code point, ‹U+4E2D›, and text that runs from right to left keeps its order to itself. */
export function printable<T>(data: T, characters: ReadonlySet<number>): T {
  if (typeof data === 'string') return printableText(data, characters) as T;
  if (Array.isArray(data)) return data.map((each: unknown) => printable(each, characters)) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, printable<unknown>(value, characters)])) as T;
}

function printableText(text: string, characters: ReadonlySet<number>): string {
  const named = Array.from(text, (character) => {
    const point = character.codePointAt(0)!;
    return characters.has(point) || INVISIBLE.test(character) ? character : `‹U+${point.toString(16).toUpperCase().padStart(4, '0')}›`;
  }).join('');
  return named.replace(RIGHT_TO_LEFT, '\u2068$&\u2069');
}

/** Minor units as a decimal text of major ones with two places: 50000 is `500.00`. */
export const decimalOf = (amount: bigint): string => `${amount / 100n}.${(amount % 100n).toString().padStart(2, '0')}`;

/** The exact minor units of such a text, with up to two places (`15`, `15.5`, `15.50`); undefined for anything else. */
export function minorUnitsOf(text: string): bigint | undefined {
  const [, whole, part = ''] = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
}

import { isIP } from 'node:net';
import { ValidateBy } from 'class-validator';

/** An internet address of either version, or a range of them in CIDR notation (RFC 4632, RFC 4291). */
export interface AddressRange {
  text: string;
  /** False for one address, also when it is written as a range of one. */
  isRange: boolean;
}

/** Reads an address or a range; undefined when it is neither. */
export function addressRange(text: string): AddressRange | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  const fits = prefix === undefined ? longest > 0 : /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
  if (!fits || rest.length || address.includes('%')) return undefined;
  return { text, isRange: prefix !== undefined && Number(prefix) < longest };
}

/** An internet address or a range of them. Reason: IS_ADDRESS_OR_RANGE. */
export const IsAddressOrRange = (): PropertyDecorator =>
  ValidateBy({ name: 'isAddressOrRange', validator: { validate: (value: unknown) => typeof value === 'string' && addressRange(value) !== undefined } });

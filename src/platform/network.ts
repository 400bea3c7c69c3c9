import { isIPv4 } from 'node:net';

/** The network that an address is counted as: an IPv4 address as it is, of an IPv6 address its /64, which is what one subscriber has; `unknown` without an address. */
export const networkOf = (ip: string | null): string => prefixOf(ip, 4);

/** The site that an address is counted as: an IPv4 address as it is, of an IPv6 address its /48, the most that one site is given (RFC 6177); `unknown` without an address. */
export const siteOf = (ip: string | null): string => prefixOf(ip, 3);

function prefixOf(ip: string | null, length: number): string {
  if (ip === null || isIPv4(ip)) return ip ?? 'unknown';
  const groups = groupsOf(ip);
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return groups.slice(6).flatMap(bytesOf).join('.');
  return `${groups.slice(0, length).join(':')}::/${length * 16}`;
}

// The parser of addresses knows one spelling of each, with one gap at the most.
function groupsOf(ip: string): string[] {
  const [before = [], after] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::').map((part) => (part ? part.split(':') : []));
  return after === undefined ? before : [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

const bytesOf = (group: string): number[] => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff];

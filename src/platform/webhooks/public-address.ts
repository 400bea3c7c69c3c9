import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIPv4 } from 'node:net';

/** A webhook's address that is not called: what it leads to is not on the public internet. */
export class PrivateAddress extends Error {
  constructor() {
    super('the address is not on the public internet');
    this.name = 'PrivateAddress';
  }
}

/** What is not globally reachable, by IANA's special-purpose registries for IPv4 (RFC 6890), with multicast. */
const closed4 = blockList('ipv4', ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4']);

/** Of IPv6 only global unicast is let through, without what is reserved in it or leads on to an IPv4 address (6to4, Teredo). */
const open6 = blockList('ipv6', ['2000::/3']);
const closed6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Whether an address is on the public internet. */
export const isPublic = (address: string): boolean =>
  isIPv4(address) ? !closed4.check(address, 'ipv4') : open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');

/** The addresses of a host; rejects with PrivateAddress unless all are public. Whoever connects must connect to one of these, and not ask again: a name can be answered otherwise the next time. */
export async function publicAddressesOf(host: string): Promise<LookupAddress[]> {
  const addresses = await lookup(host, { all: true });
  if (!addresses.length || !addresses.every(({ address }) => isPublic(address))) throw new PrivateAddress();
  return addresses;
}

function blockList(family: 'ipv4' | 'ipv6', ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, prefix] = range.split('/') as [string, string];
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

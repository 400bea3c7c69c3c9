import { networkOf, siteOf } from './network.js';

describe('the network that an address is counted as', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:ffff:cb00:7109', '203.0.113.9'],
  ])('of %s is %s', (ip, network) => expect(networkOf(ip)).toBe(network));

  it('of none is one for all of them', () => expect(networkOf(null)).toBe('unknown'));
});

describe('the site that an address is counted as', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8:1:ffff::1', '2001:db8:1::/48'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
  ])('of %s is %s', (ip, site) => expect(siteOf(ip)).toBe(site));

  it('of none is one for all of them', () => expect(siteOf(null)).toBe('unknown'));
});

import { PrivateAddress, isPublic, publicAddressesOf } from './public-address.js';

describe('an address of a webhook', () => {
  it.each(['8.8.8.8', '103.4.145.245', '2606:4700::1111', '2a00:1450:4001::200e'])('may be %s', (address) => expect(isPublic(address)).toBe(true));

  it.each([
    '127.0.0.1', '127.8.9.1', '0.0.0.0', '10.1.2.3', '100.64.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1', '198.19.0.1', '224.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '64:ff9b::7f00:1', '2001:db8::1', '2002:7f00:1::', '2001::1',
  ])('may not be %s', (address) => expect(isPublic(address)).toBe(false));

  it.each(['localhost', '127.0.0.1', '0x7f.1', '2130706433'])('is refused under the name %s', async (host) => {
    await expect(publicAddressesOf(host)).rejects.toThrow(PrivateAddress);
  });
});

import { generateKeyPairSync, sign } from 'node:crypto';

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? Buffer.of(body.length) : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, body]);
};
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const oid = (...bytes: number[]) => tlv(0x06, Buffer.from(bytes));
const utcTime = (text: string) => tlv(0x17, Buffer.from(text));

/** A certificate for 127.0.0.1, signed by its own key (RFC 5280, ECDSA on P-256), and that key; both PEM. */
export function selfSigned(): { certificate: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const name = sequence(tlv(0x31, sequence(oid(0x55, 0x04, 0x03), tlv(0x0c, Buffer.from('127.0.0.1')))));
  const addresses = sequence(tlv(0x87, Buffer.of(127, 0, 0, 1)));
  const extensions = tlv(0xa3, sequence(sequence(oid(0x55, 0x1d, 0x11), tlv(0x04, addresses))));
  const toSign = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))), tlv(0x02, Buffer.of(1)), ecdsaWithSha256, name,
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')), name,
    publicKey.export({ type: 'spki', format: 'der' }), extensions);
  const der = sequence(toSign, ecdsaWithSha256, tlv(0x03, Buffer.of(0), sign('sha256', toSign, privateKey)));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

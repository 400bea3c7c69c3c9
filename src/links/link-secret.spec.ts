import { newLinkSecret, readLinkSecret } from './link-secret.js';

const PRACTICE = '0192f3a1-7c44-7e0b-9b51-3d8f2a6c5e10';

describe('the secret of a link', () => {
  it('names its practice, and is never the same twice', () => {
    const [one, other] = [newLinkSecret(PRACTICE), newLinkSecret(PRACTICE)];
    expect(one).not.toBe(other);
    expect(readLinkSecret(one)).toEqual({ tenantId: PRACTICE, secret: Buffer.from(one) });
  });

  it.each(['', 'guess', 'x'.repeat(63), 'x'.repeat(65), `${'x'.repeat(63)}=`, `${'x'.repeat(63)}/`, `${'x'.repeat(64)}\n`])('is not %j', (text) => {
    expect(readLinkSecret(text)).toBeUndefined();
  });
});

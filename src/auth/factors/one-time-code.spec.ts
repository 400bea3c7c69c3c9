import { generateSync } from 'otplib';
import { newOneTimeSecret, stepOfCode } from './one-time-code.js';

// The seed and the times of RFC 6238, appendix B, whose eight digits end in these six.
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const vectors: Array<[number, string]> = [
  [59, '287082'], [1_111_111_109, '081804'], [1_111_111_111, '050471'], [1_234_567_890, '005924'], [2_000_000_000, '279037'], [20_000_000_000, '353130'],
];

describe('a one-time code', () => {
  it.each(vectors)('at %i seconds is that of RFC 6238', (second, code) => {
    expect(stepOfCode(SEED, code, second * 1000)).toBe(Math.floor(second / 30));
  });

  it('is accepted one step early and one step late, and no further', () => {
    const codeAt = (second: number) => generateSync({ strategy: 'totp', secret: SEED, epoch: second });
    const now = 3_000_015;
    expect([-2, -1, 0, 1, 2].map((steps) => stepOfCode(SEED, codeAt(now + 30 * steps), now * 1000)))
      .toEqual([undefined, 99_999, 100_000, 100_001, undefined]);
  });

  it('may be typed with spaces and with Bangla digits', () => {
    expect(stepOfCode(SEED, ' ২৮৭ ০৮২ ', 59_000)).toBe(1);
  });

  it.each(['', '28708', '2870822', '28708a', '-87082', '287082\u0000', '２８７０８２', '0x4619a'])('is refused as "%s"', (text) => {
    expect(stepOfCode(SEED, text, 59_000)).toBeUndefined();
  });

  it('comes from a seed of 160 bits that an app can read', () => {
    const { seed, uri } = newOneTimeSecret('nasrin@shapla.example');
    expect(seed).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toBe(`otpauth://totp/Sinduk:nasrin%40shapla.example?secret=${seed}&issuer=Sinduk`);
    expect(newOneTimeSecret('nasrin@shapla.example').seed).not.toBe(seed);
  });
});

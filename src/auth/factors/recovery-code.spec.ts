import { newRecoveryCodes, recoveryCodeHash } from './recovery-code.js';

describe('recovery codes', () => {
  it('are ten, each of its own, of at least 112 bits', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    // Every sign is drawn: a thousand signs that leave one of 32 out are less likely than one in 10^12.
    const signs = new Set(Array.from({ length: 4 }, newRecoveryCodes).flat().join('').replaceAll('-', ''));
    expect(signs.size).toBe(32);
  });

  it('are the same however they are typed', () => {
    const hash = recoveryCodeHash('0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV');
    for (const typed of ['0123 4567 89ab cdef ghjk mnpq rstv', 'O123456789ABCDEFGHJKMNPQRSTV', ' oI23-4567-89AB-CDEF-GHJK-MNPQ-RSTV\n']) {
      expect(recoveryCodeHash(typed)).toEqual(hash);
    }
    expect(recoveryCodeHash('0123-4567-89AB-CDEF-GHJK-MNPQ-RSTW')).not.toEqual(hash);
  });
});

import { smsLength } from './sms-length.model.js';

describe('the length of an SMS', () => {
  it.each([
    ['', 'GSM-7', 1], ['a'.repeat(160), 'GSM-7', 1], ['a'.repeat(161), 'GSM-7', 2], ['a'.repeat(306), 'GSM-7', 2], ['a'.repeat(307), 'GSM-7', 3],
    ['€'.repeat(80), 'GSM-7', 1], ['€'.repeat(81), 'GSM-7', 2],
    // 153 places hold 76 of two; the 77th begins the next segment, though one place is left.
    ['€'.repeat(152), 'GSM-7', 2], ['€'.repeat(153), 'GSM-7', 3],
    ['ক'.repeat(70), 'UCS-2', 1], ['ক'.repeat(71), 'UCS-2', 2], ['ক'.repeat(134), 'UCS-2', 2], ['ক'.repeat(135), 'UCS-2', 3],
    ['🦢'.repeat(35), 'UCS-2', 1], ['🦢'.repeat(36), 'UCS-2', 2], ['🦢'.repeat(66), 'UCS-2', 2], ['🦢'.repeat(67), 'UCS-2', 3],
    [`${'a'.repeat(70)}ক`, 'UCS-2', 2], ['@£$¥èΔΩ ÄÖÑÜ§¿', 'GSM-7', 1], ['’', 'UCS-2', 1],
  ])('of %j is in %s, %i segments', (text, alphabet, segments) => expect(smsLength(text)).toEqual({ alphabet, segments }));
});

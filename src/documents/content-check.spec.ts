import { createHash, randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { DomainError } from '../platform/errors.js';
import { ContentCheck, type FoundContent } from './content-check.js';
import { SAMPLE_BYTES, extensions, sniffedType, typesOf } from './document-types.js';

const MAX = 1_000_000;
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

const chunk = (name: string, data: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, ascii(name), data, Buffer.alloc(4)]);
};
const png = (...chunks: Buffer[]): Buffer => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', Buffer.alloc(13, 1)), ...chunks, chunk('IDAT', deflateSync(Buffer.alloc(10))), chunk('IEND', Buffer.alloc(0))]);
const tiff = (order: 'II' | 'MM', pixels: number): Buffer => {
  const bytes = Buffer.alloc(8 + pixels + 6);
  bytes.write(order, 'latin1');
  if (order === 'II') {
    bytes.writeUInt16LE(42, 2);
    bytes.writeUInt32LE(8 + pixels, 4);
  } else {
    bytes.writeUInt16BE(42, 2);
    bytes.writeUInt32BE(8 + pixels, 4);
  }
  return bytes;
};
const container = (brand: string): Buffer => Buffer.concat([Buffer.from('00000018', 'hex'), ascii(`ftyp${brand}`), Buffer.alloc(4), ascii(`mif1${brand}`), Buffer.alloc(100)]);
const zip = (name: string, data: Buffer): Buffer => {
  const packed = deflateRawSync(data);
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04', 'latin1');
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(data.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, ascii(name), packed]);
};

const pdf = ascii('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n');
const jpeg = Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), Buffer.alloc(50, 7), Buffer.from('ffd9', 'hex')]);
const webp = Buffer.concat([ascii('RIFF'), Buffer.from('24000000', 'hex'), ascii('WEBPVP8 '), Buffer.alloc(28)]);
const dicom = Buffer.concat([Buffer.alloc(128), ascii('DICM'), Buffer.alloc(60)]);

async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function passed(bytes: Buffer, extension: string, size = 1_000): Promise<{ found: FoundContent; bytes: Buffer }> {
  const check = new ContentCheck(extension, MAX);
  const parts: Buffer[] = [];
  for await (const part of check.pass(inParts(bytes, size))) parts.push(part);
  return { found: check.found, bytes: Buffer.concat(parts) };
}

/** The refusal's reason and parameters, and how many bytes came through before it. */
async function refused(bytes: Buffer, extension: string, size = 1_000): Promise<[string, object | undefined]> {
  const check = new ContentCheck(extension, MAX);
  try {
    for await (const _ of check.pass(inParts(bytes, size)));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(() => check.found).toThrow();
    const [{ path, reason, params }] = error.details['faults'] as [{ path: string[]; reason: string; params?: object }];
    expect([error.code, path]).toEqual(['BAD_USER_INPUT', ['body']]);
    return [reason, params];
  }
  throw new Error('it was taken');
}

const good: Array<[string, string, Buffer, string]> = [
  ['PDF', 'pdf', pdf, 'application/pdf'],
  ['JPEG', 'jpg', jpeg, 'image/jpeg'],
  ['JPEG by its other name', 'jpeg', jpeg, 'image/jpeg'],
  ['PNG', 'png', png(), 'image/png'],
  ['PNG whose pixels begin far behind a colour profile', 'png', png(chunk('iCCP', randomBytes(60_000))), 'image/png'],
  ['WebP', 'webp', webp, 'image/webp'],
  ['HEIC', 'heic', container('heic'), 'image/heic'],
  ['HEIF named as HEIC', 'heic', container('mif1'), 'image/heif'],
  ['HEIC named as HEIF', 'heif', container('heic'), 'image/heic'],
  ['TIFF that ends with its directory', 'tif', tiff('II', 50_000), 'image/tiff'],
  ['TIFF of the other byte order', 'tiff', tiff('MM', 10), 'image/tiff'],
  ['DICOM', 'dcm', dicom, 'application/dicom'],
  ['a text', 'txt', Buffer.from('\uFEFFহিমোগ্লোবিন\t১২.১ g/dL\r\n\fযকৃৎ: স্বাভাবিক\n'), 'text/plain'],
  ['a text of one byte', 'txt', ascii('+'), 'text/plain'],
  ['a text that begins like a bitmap', 'txt', ascii('BMI 24.3, see card'), 'text/plain'],
  ['a text that begins like a program', 'txt', ascii('MZ twins, second visit'), 'text/plain'],
  ['a text longer than the sample', 'txt', Buffer.from('রক্তচাপ ১২০/৮০\n'.repeat(1_000)), 'text/plain'],
];

describe('the content of a file', () => {
  it.each(good)('may be %s', async (_, extension, bytes, type) => {
    for (const size of [1, 7, 1_000, MAX]) {
      const taken = await passed(bytes, extension, size);
      expect(taken.found).toEqual({ type, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      expect(taken.bytes.equals(bytes)).toBe(true);
    }
  });

  it('may be each type that is documented, under each of its extensions', () => {
    const tried = new Set(good.map(([, extension, , type]) => `${extension} ${type}`));
    const promised = [...extensions].flatMap((extension) => typesOf(extension).map((type) => `${extension} ${type}`));
    expect(promised.filter((one) => !tried.has(one))).toEqual(['heif image/heif']);
  });

  it('may be up to the limit and not one byte more, and what is more is not even read', async () => {
    const exact = Buffer.concat([pdf, Buffer.alloc(MAX - pdf.length, 32)]);
    expect((await passed(exact, 'pdf', 65_536)).found.size).toBe(MAX);
    expect(await refused(Buffer.concat([exact, Buffer.of(32)]), 'pdf', 65_536)).toEqual(['TOO_LARGE', { max: MAX }]);
    let read = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        read += 65_536;
        yield Buffer.concat([pdf, Buffer.alloc(65_536 - pdf.length)]);
      }
    }
    await expect((async () => {
      for await (const _ of new ContentCheck('pdf', MAX).pass(endless()));
    })()).rejects.toMatchObject({ details: { faults: [{ reason: 'TOO_LARGE' }] } });
    expect(read).toBeLessThanOrEqual(MAX + 65_536);
  });

  it('may not be nothing', async () => {
    for (const extension of extensions) expect(await refused(Buffer.alloc(0), extension)).toEqual(['EMPTY', undefined]);
  });

  it.each([
    ['a picture', 'pdf', jpeg, 'image/jpeg'],
    ['a PDF', 'jpg', pdf, 'application/pdf'],
    ['a picture', 'txt', png(), 'image/png'],
    ['another kind of picture', 'png', webp, 'image/webp'],
    ['a picture', 'dcm', tiff('II', 4), 'image/tiff'],
  ])('may not be %s in a file named .%s', async (_, extension, bytes, found) => {
    expect(await refused(bytes, extension)).toEqual(['TYPE_MISMATCH', { promised: typesOf(extension).join(', '), found }]);
  });

  const bomb = deflateRawSync(Buffer.alloc(30_000_000));
  it.each([
    ['an archive', zip('a.txt', ascii('hello')), 'application/zip'],
    ['an archive that unpacks to thirty megabytes', zip('mimetype', Buffer.alloc(30_000_000)), 'application/zip'],
    ['a packed file that unpacks to thirty megabytes', gzipSync(Buffer.alloc(30_000_000)), 'application/gzip'],
    ['bare packed bytes', bomb, 'unknown'],
    ['a workbook with macros', zip('[Content_Types].xml', ascii('<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>')), 'application/zip'],
    ['an old office file', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), 'application/x-cfb'],
    ['a program', Buffer.concat([ascii('MZ'), Buffer.alloc(200)]), 'application/x-msdownload'],
    ['a program of Linux', Buffer.concat([ascii('\x7FELF'), Buffer.alloc(200)]), 'application/x-elf'],
    ['an animation', ascii('GIF89a' + '\0'.repeat(20)), 'image/gif'],
    ['a film', container('isom'), 'video/mp4'],
    ['a bitmap', Buffer.concat([ascii('BM'), Buffer.alloc(100)]), 'image/bmp'],
    ['random bytes', Buffer.from('a7f3'.repeat(100), 'hex'), 'unknown'],
    ['one byte that is no text', Buffer.of(0xff), 'unknown'],
  ])('may not be %s, whatever it is named', async (_, bytes, found) => {
    for (const extension of extensions) {
      const [reason, params] = await refused(bytes, extension);
      expect([extension, reason, params]).toEqual([extension, 'TYPE_NOT_ALLOWED', { promised: typesOf(extension).join(', '), found: extension === 'txt' ? 'unknown' : found }]);
    }
  });

  it.each([
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['a drawing with a prologue', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['a script', '#!/bin/sh\nrm -rf /\n'],
  ])('of %s is plain text, or nothing', async (_, text) => {
    expect((await passed(ascii(text), 'txt')).found.type).toBe('text/plain');
    for (const extension of extensions) if (extension !== 'txt') expect((await refused(ascii(text), extension))[0]).toBe('TYPE_NOT_ALLOWED');
  });

  it('is what its beginning says, whatever else follows', async () => {
    const polyglot = Buffer.concat([jpeg, ascii('<script>alert(1)</script>'), zip('a.html', ascii('x')), pdf]);
    expect((await passed(polyglot, 'jpg')).found.type).toBe('image/jpeg');
    expect((await refused(polyglot, 'pdf'))[0]).toBe('TYPE_MISMATCH');
    // The other way round a PDF would be found by readers that search for its beginning.
    expect((await refused(Buffer.concat([ascii('GIF89a'), pdf]), 'pdf'))[0]).toBe('TYPE_NOT_ALLOWED');
    expect((await refused(Buffer.concat([ascii(' '), pdf]), 'pdf'))[0]).toBe('TYPE_NOT_ALLOWED');
  });

  it.each([
    ['malformed UTF-8', Buffer.from('61c328', 'hex')],
    ['overlong UTF-8', Buffer.from('61c0af', 'hex')],
    ['a surrogate', Buffer.from('61eda080', 'hex')],
    ['a letter cut at the end', Buffer.from('61e0a6', 'hex')],
    ['UTF-16', Buffer.from('fffe610062006300', 'hex')],
    ['a NUL', ascii('a\0b')],
    ['an escape', ascii('a\x1B[2J')],
    ['a NUL far behind the sample', Buffer.concat([Buffer.alloc(3 * SAMPLE_BYTES, 97), ascii('\0')])],
    ['malformed UTF-8 far behind the sample', Buffer.concat([Buffer.alloc(3 * SAMPLE_BYTES, 97), Buffer.of(0xff)])],
  ])('of a text may not be %s', async (_, bytes) => {
    for (const size of [1, 1_000, MAX]) expect(await refused(bytes, 'txt', size)).toEqual(['TYPE_NOT_ALLOWED', { promised: 'text/plain', found: 'unknown' }]);
  });

  it('lets a letter through that is cut between two parts', async () => {
    const text = Buffer.from('আ'.repeat(3 * SAMPLE_BYTES));
    expect((await passed(text, 'txt', 4_001)).bytes.equals(text)).toBe(true);
  });

  it('is never more than the sample held back', async () => {
    let given = 0;
    let read = 0;
    async function* source(): AsyncGenerator<Buffer> {
      for await (const part of inParts(Buffer.concat([pdf, Buffer.alloc(100_000, 32)]), 500)) {
        read += part.length;
        expect(read - given).toBeLessThanOrEqual(SAMPLE_BYTES + 500);
        yield part;
      }
    }
    for await (const part of new ContentCheck('pdf', MAX).pass(source())) given += part.length;
    expect(given).toBe(100_000 + pdf.length);
  });

  it('never makes the judge itself fail, whatever it is', async () => {
    const beginnings = [...good.map(([, , bytes]) => bytes.subarray(0, 40)), ascii('ID3'), ascii('OggS'), ascii('PK\x03\x04'), ascii('\x1A\x45\xDF\xA3'), ascii('MZ'), Buffer.alloc(0)];
    await fc.assert(fc.asyncProperty(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 6_000 }), async (start, rest) => {
      const type = await sniffedType(Buffer.concat([start, rest]));
      expect(['string', 'undefined']).toContain(typeof type);
    }), { numRuns: 500 });
  });
});

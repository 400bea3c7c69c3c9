import { FileTypeParser } from 'file-type/core';

/** A media type that documents may have, and the extensions of file names that stand for it. */
interface DocumentType {
  type: string;
  extensions: readonly string[];
}

/** What is taken: paper, pictures, imaging and plain text. Nothing that carries programs or other files. */
export const documentTypes: readonly DocumentType[] = [
  { type: 'application/pdf', extensions: ['pdf'] },
  { type: 'image/jpeg', extensions: ['jpg', 'jpeg'] },
  { type: 'image/png', extensions: ['png'] },
  { type: 'image/webp', extensions: ['webp'] },
  // Telephones give either name to either brand of the container.
  { type: 'image/heic', extensions: ['heic', 'heif'] },
  { type: 'image/heif', extensions: ['heic', 'heif'] },
  { type: 'image/tiff', extensions: ['tif', 'tiff'] },
  { type: 'application/dicom', extensions: ['dcm'] },
  { type: 'text/plain', extensions: ['txt'] },
];

/** Every extension that a file name may have. */
export const extensions: ReadonlySet<string> = new Set(documentTypes.flatMap((one) => one.extensions));

/** The media types for which this extension stands. */
export const typesOf = (extension: string): string[] =>
  documentTypes.filter((one) => one.extensions.includes(extension)).map(({ type }) => type);

/** How many bytes from the beginning tell a type. */
export const SAMPLE_BYTES = 4_100;

// Told by their first bytes before the library looks further: in a sample it would miss the directory that ends a TIFF and
// the chunks behind a long colour profile of a PNG, and it would unpack archives.
const signatures = [
  { ext: 'png', mime: 'image/png', bytes: Buffer.from('89504e470d0a1a0a', 'hex') },
  { ext: 'tif', mime: 'image/tiff', bytes: Buffer.from('49492a00', 'hex') },
  { ext: 'tif', mime: 'image/tiff', bytes: Buffer.from('4d4d002a', 'hex') },
  { ext: 'zip', mime: 'application/zip', bytes: Buffer.from('504b0304', 'hex') },
  { ext: 'gz', mime: 'application/gzip', bytes: Buffer.from('1f8b', 'hex') },
];

const parser = new FileTypeParser({ customDetectors: [{
  id: 'signature',
  detect: async (tokenizer) => {
    const start = Buffer.alloc(8);
    const length = await tokenizer.peekBuffer(start, { mayBeLess: true });
    const found = signatures.find(({ bytes }) => start.subarray(0, length).indexOf(bytes) === 0);
    return found && { ext: found.ext, mime: found.mime };
  },
}] });

/** The media type that the first bytes of a file tell, or undefined: plain text and what nobody knows tell none. Unpacks nothing. */
export async function sniffedType(sample: Buffer): Promise<string | undefined> {
  return (await parser.fromBuffer(sample.subarray(0, SAMPLE_BYTES)))?.mime;
}

import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { create as contentDisposition } from 'content-disposition';

/** The content security policy of what is answered as a file: shown by a browser, it runs nothing and loads nothing. */
export const FILE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** A file to answer with: its bytes, media type, name as people know it, and length in bytes when known. */
export interface FileContent {
  stream: Readable;
  type: string;
  name: string;
  length?: number | undefined;
  /** Whether a browser may show it instead of saving it. */
  inline?: boolean;
}

/** An answer of one file, with its name in any script (RFC 6266, RFC 8187). A stream that fails breaks the connection: a cut file never looks whole. */
export const fileAnswer = ({ stream, type, name, length, inline = false }: FileContent): StreamableFile =>
  new StreamableFile(stream, { type, length, disposition: contentDisposition(name, { type: inline ? 'inline' : 'attachment' }) });

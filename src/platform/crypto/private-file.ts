import {
  closeSync, existsSync, fchmodSync, fchownSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** A key file is missing, unsafe or malformed; names the file and the fault, and quotes nothing of its contents but key ids. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';

  constructor(readonly path: string, readonly fault: string) {
    super(`Key file ${path}: ${fault}`);
  }
}

/** `allowLoosePermissions` accepts a file that its group or others may touch, for mounts whose modes cannot be set. */
export interface PrivateFileOptions {
  allowLoosePermissions?: boolean;
}

/** The text of a file that is its owner's alone; throws KeyFileError naming the fault. */
export function readPrivateFile(path: string, options: PrivateFileOptions = {}): string {
  const file = openOrExplain(path);
  try {
    const { mode } = fstatSync(file);
    if ((mode & OTHERS) !== 0 && options.allowLoosePermissions !== true) {
      throw new KeyFileError(path, `its mode ${(mode & 0o777).toString(8)} lets others than its owner use it; set it to 600`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof KeyFileError ? error : new KeyFileError(path, `cannot be read (${codeOf(error)})`);
  } finally {
    closeSync(file);
  }
}

/** Writes a new file (mode 0600, missing parent directories 0700) in one step; throws KeyFileError when one is there already. */
export function createPrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replace(path, (draft) => {
    if (existsSync(path)) throw new KeyFileError(path, 'exists already and is not overwritten');
    fchmodSync(draft, OWNER_ONLY);
    return text;
  });
}

/** Replaces a file by a changed copy in one step, keeping its owner and mode; throws KeyFileError when it cannot be read or another change is under way. */
export function changePrivateFile(path: string, options: PrivateFileOptions, change: (text: string) => string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  replace(target, (draft) => {
    const text = readPrivateFile(target, options);
    keepOwnerAndMode(target, draft);
    return change(text);
  });
}

function openOrExplain(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new KeyFileError(path, `cannot be read (${codeOf(error)})`);
  }
}

// The draft is created exclusively, so it also keeps two writers from losing each other's keys.
function replace(path: string, textFor: (draft: number) => string): void {
  const draftPath = `${path}.new`;
  const draft = openDraft(path, draftPath);
  try {
    writeFileSync(draft, textFor(draft));
    fsyncSync(draft);
    renameSync(draftPath, path);
  } catch (error) {
    rmSync(draftPath, { force: true });
    throw error;
  } finally {
    closeSync(draft);
  }
  syncDirectory(dirname(path));
}

function openDraft(path: string, draftPath: string): number {
  try {
    return openSync(draftPath, 'wx', OWNER_ONLY);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new KeyFileError(path, `cannot be written (${codeOf(error)})`);
    throw new KeyFileError(path, `${draftPath} exists: another change is under way, or one was cut short and left it; remove it if so`);
  }
}

function keepOwnerAndMode(path: string, draft: number): void {
  const file = openSync(path, 'r');
  const { uid, gid, mode } = fstatSync(file);
  closeSync(file);
  fchownSync(draft, uid, gid);
  fchmodSync(draft, mode & 0o777);
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}

import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { Databases, withClient } from '../database/databases.js';
import { runGroup } from '../database/statement-group.js';
import { KeyEncryptionKeys, KeyUnavailableError } from './key-encryption-keys.js';
import { type DataKey, keyVersionOf, open, openJson, sealJson } from './sealed-value.js';
import { deriveFieldKey, searchToken } from './search-token.js';

/** The scope of values that belong to no tenant: people's accounts. */
export const INSTALLATION = NIL;

const FRESH_MS = 60_000;

/** The label under which a data key is wrapped; it ties the key to its scope, purpose and version. */
export const keyLabel = (scope: string, purpose: string, version: number): string => `${scope}/${purpose}/${version}`;

/** The opened keys of one tenant (or of the installation). Lives in memory only. */
export class ScopeKeys {
  readonly #data = new Map<number, DataKey>();
  readonly #fieldKeys = new Map<string, Buffer>();
  #current: DataKey | undefined;
  #index: Buffer | undefined;

  constructor(readonly scope: string, rows: Array<{ purpose: string; version: number; bytes: Buffer }>) {
    for (const { purpose, version, bytes } of rows) {
      if (purpose === 'INDEX') this.#index = bytes;
      else this.#data.set(version, { version, bytes });
    }
    this.#current = this.#data.get(Math.max(...this.#data.keys()));
  }

  /** True when the key that this value is sealed under is here. */
  knows(sealed: Buffer): boolean {
    return this.#data.has(keyVersionOf(sealed));
  }

  /** Seals a value for exactly this table, row and column. */
  seal(table: string, row: string, column: string, value: unknown): Buffer {
    return sealJson(this.#sealingKey, { scope: this.scope, table, row, column }, value);
  }

  /** Opens what `seal` made for the same place; throws SealBrokenError on anything else. */
  open<T>(table: string, row: string, column: string, sealed: Buffer): T {
    return openJson<T>(this.#keyFor(sealed), { scope: this.scope, table, row, column }, sealed);
  }

  /** The bytes under the seal, unparsed. */
  openBytes(table: string, row: string, column: string, sealed: Buffer): Buffer {
    return open(this.#keyFor(sealed), { scope: this.scope, table, row, column }, sealed);
  }

  /** The exact-match token of a normalised value of a field: equal values of one tenant and field share it. */
  token(field: string, normalised: string): Buffer {
    let key = this.#fieldKeys.get(field);
    if (!key) {
      if (!this.#index) throw new Error(`no index key for ${this.scope}`);
      this.#fieldKeys.set(field, (key = deriveFieldKey(this.#index, this.scope, field)));
    }
    return searchToken(key, normalised);
  }

  #keyFor(sealed: Buffer): DataKey {
    const key = this.#data.get(keyVersionOf(sealed));
    if (!key) throw new Error(`data key ${keyVersionOf(sealed)} of ${this.scope} does not exist`);
    return key;
  }

  get #sealingKey(): DataKey {
    if (!this.#current) throw new Error(`no data key for ${this.scope}`);
    return this.#current;
  }
}

/** Fetches wrapped data keys and opens them with the key-encryption keys; remembers them for a minute. */
@Injectable()
export class Keyring {
  readonly #cache = new Map<string, { keys: Promise<ScopeKeys>; until: number }>();

  constructor(
    private readonly databases: Databases,
    private readonly keks: KeyEncryptionKeys,
  ) {}

  /** The keys of a scope; when `sealed` values are given, keys fresh enough to open them (a rotation may have just happened). */
  async of(scope: string, sealed: readonly Buffer[] = []): Promise<ScopeKeys> {
    const cached = this.#cache.get(scope);
    const keys = cached && cached.until > Date.now() ? await cached.keys : await this.#fetch(scope);
    return sealed.every((value) => keys.knows(value)) ? keys : this.#fetch(scope);
  }

  /** Forgets everything, so that the next use reads the database. */
  forget(): void {
    this.#cache.clear();
  }

  #fetch(scope: string): Promise<ScopeKeys> {
    const keys = this.#load(scope);
    this.#cache.set(scope, { keys, until: Date.now() + FRESH_MS });
    keys.catch(() => this.#cache.delete(scope));
    return keys;
  }

  async #load(scope: string): Promise<ScopeKeys> {
    const [rows] = await withClient(this.databases.keys, (client) =>
      runGroup(client, [{ text: 'select purpose, version, wrapped from platform.wrapped_keys($1)', values: [scope] }]));
    return new ScopeKeys(scope, rows!.map((row) => {
      const { purpose, version, wrapped } = row as { purpose: string; version: number; wrapped: Buffer };
      return { purpose, version, bytes: this.#unwrap(wrapped, keyLabel(scope, purpose, version)) };
    }));
  }

  #unwrap(wrapped: Buffer, label: string): Buffer {
    try {
      return this.keks.unwrap(wrapped, label);
    } catch (error) {
      if (!(error instanceof KeyUnavailableError)) throw error;
      // A key was added to the file since it was read: a rotation while this server runs.
      this.keks.reread();
      return this.keks.unwrap(wrapped, label);
    }
  }
}

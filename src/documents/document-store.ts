/** An object that the store has, and when it was put there. */
export interface StoredObject {
  id: string;
  storedAt: Date;
}

/** The store has no object of this name. */
export class MissingObjectError extends Error {
  override readonly name = 'MissingObjectError';

  constructor(readonly id: string) {
    super(`The document store has no object ${id}`);
  }
}

/** Where the sealed contents of documents lie, under random ids that say nothing. What it is given is sealed already. */
export abstract class DocumentStore {
  /** Rejects, with a message for the operator, unless objects can be put and removed. */
  abstract check(): Promise<void>;

  /** Keeps the bytes under a fresh id, all or nothing: once this resolves they survive a loss of power; if it rejects, nothing is left. */
  abstract put(id: string, bytes: AsyncIterable<Buffer>): Promise<void>;

  /** The bytes of an object, as they are read. Rejects with MissingObjectError before the first byte. */
  abstract get(id: string): Promise<AsyncIterable<Buffer>>;

  /** Removes an object, or what a broken upload left of it; one that is not there is no error. */
  abstract remove(id: string): Promise<void>;

  /** Every object, in any order, and what broken uploads left where the store can tell. */
  abstract objects(): AsyncIterable<StoredObject>;
}

/** Permissions held in one chamber. */
export interface Holding {
  chamberId: string;
  permissions: readonly string[];
}

/** What one member holds, chamber by chamber. An owner holds everything everywhere. */
export class Rights {
  readonly #byChamber: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(readonly isOwner: boolean, holdings: readonly Holding[]) {
    this.#byChamber = new Map(holdings.map(({ chamberId, permissions }) => [chamberId, new Set(permissions)]));
  }

  /** True when all of it is held in the same chamber: what is held elsewhere does not count. */
  cover({ chamberId, permissions }: Holding): boolean {
    const held = this.#byChamber.get(chamberId);
    return this.isOwner || permissions.every((permission) => held?.has(permission) ?? false);
  }

  /** True when the permission is held in at least one chamber. */
  holdSomewhere(permission: string): boolean {
    return this.isOwner || [...this.#byChamber.values()].some((held) => held.has(permission));
  }
}

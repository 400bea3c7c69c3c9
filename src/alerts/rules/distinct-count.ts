import { createHash } from 'node:crypto';

const INDEX_BITS = 10;
const REGISTERS = 2 ** INDEX_BITS;
/** The number of hashed bits besides the index; their first set bit is what a register keeps. */
const RANK_BITS = 38;

/**
 * Counts distinct ids in one kilobyte that tells none of them: HyperLogLog over SHA-256 with the estimator of O. Ertl
 * ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6). The standard error is 3.25%, of
 * few it is less. Adding an id again changes nothing.
 */
export class DistinctCount {
  readonly #registers: Buffer;

  constructor(saved?: string) {
    this.#registers = saved ? Buffer.from(saved, 'base64') : Buffer.alloc(REGISTERS);
  }

  add(id: string): void {
    const hash = createHash('sha256').update(id).digest().readUIntBE(0, 6);
    const index = hash % REGISTERS;
    const rest = Math.floor(hash / REGISTERS);
    const rank = rest === 0 ? RANK_BITS + 1 : RANK_BITS - Math.floor(Math.log2(rest));
    if (this.#registers[index]! < rank) this.#registers[index] = rank;
  }

  get count(): number {
    const registersOf = new Array<number>(RANK_BITS + 2).fill(0);
    for (const rank of this.#registers) registersOf[rank]!++;
    let sum = REGISTERS * tau(1 - registersOf[RANK_BITS + 1]! / REGISTERS);
    for (let rank = RANK_BITS; rank >= 1; rank--) sum = (sum + registersOf[rank]!) / 2;
    sum += REGISTERS * sigma(registersOf[0]! / REGISTERS);
    return Math.round((REGISTERS * REGISTERS) / (2 * Math.LN2 * sum));
  }

  /** What the constructor takes. */
  save(): string {
    return this.#registers.toString('base64');
  }
}

function sigma(start: number): number {
  if (start === 1) return Infinity;
  let [x, y, z, before] = [start, 1, start, -1];
  while (z !== before) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let [x, y, z, before] = [start, 1, 1 - start, -1];
  while (z !== before) {
    before = z;
    x = Math.sqrt(x);
    y /= 2;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

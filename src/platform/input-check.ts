import { type InputFault, badInput } from './errors.js';
import { InvalidText, cleanLine, cleanLines } from './plain-text.js';

const LONGEST_REASON = 500;

/** The fault that a refused text is; any other error is thrown again. */
export function textFault(path: string[], error: unknown): InputFault {
  if (!(error instanceof InvalidText)) throw error;
  return { path, reason: error.reason, ...(error.reason === 'TOO_LONG' && { params: { max: error.longest } }) };
}

/** A reason that a caller states, one line of 1 to 500 characters; throws BAD_USER_INPUT at `reason`. */
export function statedReason(raw: string): string {
  try {
    return cleanLine(raw, LONGEST_REASON);
  } catch (error) {
    throw badInput([textFault(['reason'], error)]);
  }
}

/** Reads the parts of the argument `input` and gathers what is wrong with them, so that all faults are told at once. */
export class InputCheck {
  readonly #faults: InputFault[] = [];

  /** Every fault noted. */
  get faults(): readonly InputFault[] {
    return this.#faults;
  }

  constructor(private readonly faultOf: (path: string[], error: unknown) => InputFault = textFault) {}

  /** What `read` gives, or undefined after noting the fault under `input`. */
  at<T>(path: string[], read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#faults.push(this.faultOf(['input', ...path], error));
      return undefined;
    }
  }

  /** A clean text of one line; null when there is none, or after noting its fault. */
  line(path: string[], raw: string | null | undefined, longest: number): string | null {
    return typeof raw === 'string' ? (this.at(path, () => cleanLine(raw, longest)) ?? null) : null;
  }

  /** The same for a text of several lines. */
  lines(path: string[], raw: string | null | undefined, longest: number): string | null {
    return typeof raw === 'string' ? (this.at(path, () => cleanLines(raw, longest)) ?? null) : null;
  }

  /** Notes a fault under `input`. */
  blame(path: string[], reason: InputFault['reason'], params?: InputFault['params']): void {
    this.#faults.push({ path: ['input', ...path], reason, ...(params && { params }) });
  }

  /** True when one of these fields of the input has a fault. */
  blames(...fields: string[]): boolean {
    return this.#faults.some(({ path }) => fields.includes(path[1] ?? ''));
  }

  /** Notes TOO_MANY when a list is longer than `max`, and tells whether it is. */
  tooMany(field: string, list: readonly unknown[], max: number): boolean {
    if (list.length > max) this.blame([field], 'TOO_MANY', { max });
    return list.length > max;
  }

  /** Throws BAD_USER_INPUT with every fault noted. */
  throwIfAny(): void {
    if (this.#faults.length) throw badInput(this.#faults);
  }
}

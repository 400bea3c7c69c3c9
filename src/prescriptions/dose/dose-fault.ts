/** Why a text is no dose notation. */
export const doseFaultReasons = [
  'EMPTY', 'TOO_LONG', 'UNKNOWN_WORD', 'AMOUNT_EXPECTED', 'NUMBER_EXPECTED', 'TIMES_EXPECTED', 'UNIT_OF_TIME_EXPECTED', 'WEEKDAY_EXPECTED', 'THREE_OR_FOUR_PARTS', 'NOTHING_TAKEN',
  'NOT_EXACT', 'TOO_PRECISE', 'OUT_OF_RANGE', 'MIXED_UNITS', 'PARTS_NEEDED', 'DURATION_NEEDED', 'TOO_MANY_STEPS', 'UNEXPECTED',
] as const;
export type DoseFaultReason = (typeof doseFaultReasons)[number];

/** A text that is no dose notation: why, and where, as an offset in UTF-16 units from 0 and a length. The message never repeats the text. */
export class DoseFault extends Error {
  override readonly name = 'DoseFault';

  constructor(
    readonly reason: DoseFaultReason,
    readonly offset: number,
    readonly length: number,
  ) {
    super(`Dose notation: ${reason} at ${offset}`);
  }
}

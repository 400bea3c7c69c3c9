/** Why a text is no dose notation. */
export const doseFaultReasons = [
  'DOSE_EMPTY', 'DOSE_TOO_LONG', 'DOSE_UNKNOWN_WORD', 'DOSE_AMOUNT_EXPECTED', 'DOSE_NUMBER_EXPECTED', 'DOSE_TIMES_EXPECTED', 'DOSE_UNIT_OF_TIME_EXPECTED', 'DOSE_WEEKDAY_EXPECTED', 'DOSE_THREE_OR_FOUR_PARTS', 'DOSE_NOTHING_TAKEN',
  'DOSE_NOT_EXACT', 'DOSE_TOO_PRECISE', 'DOSE_OUT_OF_RANGE', 'DOSE_MIXED_UNITS', 'DOSE_PARTS_NEEDED', 'DOSE_DURATION_NEEDED', 'DOSE_TOO_MANY_STEPS', 'DOSE_UNEXPECTED',
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

/** How long before its beginning a visit by video opens, and after its end it closes, in minutes. */
export const OPENS_BEFORE_MINUTES = 15;
export const CLOSES_AFTER_MINUTES = 30;

const MINUTE_MS = 60_000;

/** When an appointment is: its slot, or else its session, and by how many minutes the doctor is late. */
export interface VisitTimes {
  slot_from: Date | null;
  slot_until: Date | null;
  starts_at: Date;
  ends_at: Date;
  delay_minutes: number;
}

/** From when until when a visit can be joined. */
export interface VisitWindow {
  opensAt: Date;
  closesAt: Date;
}

/** The window of a visit: from before its beginning as booked until after its end, which is as much later as the doctor. */
export const windowOf = ({ slot_from: from, slot_until: until, starts_at: startsAt, ends_at: endsAt, delay_minutes: late }: VisitTimes): VisitWindow => ({
  opensAt: new Date((from ?? startsAt).getTime() - OPENS_BEFORE_MINUTES * MINUTE_MS),
  closesAt: new Date((until ?? endsAt).getTime() + (late + CLOSES_AFTER_MINUTES) * MINUTE_MS),
});

/** Where an instant lies. */
export function placeIn({ opensAt, closesAt }: VisitWindow, now: Date): 'EARLY' | 'OPEN' | 'OVER' {
  if (now < opensAt) return 'EARLY';
  return now < closesAt ? 'OPEN' : 'OVER';
}

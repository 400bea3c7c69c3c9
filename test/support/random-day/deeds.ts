import fc from 'fast-check';

/** What somebody at the desk, a stranger online, a device without a connection or the clock may do next. The numbers choose among what is there at that moment: patients, sessions, appointments. */
export interface Deed {
  what:
    | 'book' | 'cancel' | 'reschedule' | 'arrive' | 'callNext' | 'call' | 'skip' | 'noShow' | 'begin' | 'complete' | 'see'
    | 'open' | 'start' | 'pause' | 'close' | 'delay' | 'shift' | 'move' | 'cancelSession' | 'undo' | 'capacity'
    | 'holdOnline' | 'confirmOnline' | 'cancelOnline' | 'identify'
    | 'wait' | 'accept' | 'leave'
    | 'lease' | 'release' | 'handIn' | 'handInAgain'
    | 'holdsEnd' | 'leasesEnd';
  which: number;
  where: number;
}

/** What happens at one moment; `crash` cuts the server's connections to the database meanwhile, so that whoever asked asks again. */
export interface Moment {
  deeds: Deed[];
  crash: boolean;
}

const among = (weight: number, ...deeds: Array<Deed['what']>) => ({ weight, arbitrary: fc.constantFrom(...deeds) });

const deed: fc.Arbitrary<Deed> = fc.record({
  // As often as at a desk: most that happens is booking, and people coming and going.
  what: fc.oneof(
    among(10, 'book'),
    among(8, 'arrive', 'callNext', 'begin', 'complete'),
    among(6, 'holdOnline', 'confirmOnline', 'wait', 'handIn'),
    among(4, 'cancel', 'reschedule', 'skip', 'call', 'start'),
    among(4, 'accept', 'lease', 'identify', 'cancelOnline'),
    among(2, 'noShow', 'open', 'pause', 'delay', 'capacity'),
    // Sessions that have begun are changed and restored now and then.
    among(3, 'see', 'undo'),
    among(2, 'leave', 'release', 'handInAgain', 'holdsEnd', 'leasesEnd'),
    among(2, 'shift', 'move', 'cancelSession', 'close'),
  ),
  which: fc.nat(1_000), where: fc.nat(1_000),
});

/** Any day at a desk. */
export const anyDay: fc.Arbitrary<Moment[]> = fc.array(
  fc.record({
    deeds: fc.oneof({ weight: 3, arbitrary: fc.array(deed, { minLength: 1, maxLength: 1 }) }, { weight: 1, arbitrary: fc.array(deed, { minLength: 2, maxLength: 4 }) }),
    crash: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }),
  { minLength: 25, maxLength: 50, size: 'max' },
);

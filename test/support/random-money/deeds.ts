import fc from 'fast-check';

/** Something that somebody does with money. Numbers choose among what there is at that moment, whatever that is. */
export type Deed =
  | { what: 'bill'; patient: number; prices: number[]; discountRate: number; taxed: boolean }
  | { what: 'take'; patient: number; amount: number; method: number; invoice: number; part: number }
  | { what: 'allocate' | 'release'; payment: number; invoice: number; amount: number }
  | { what: 'credit'; invoice: number; part: number }
  | { what: 'refund'; payment: number; amount: number; cash: boolean }
  | { what: 'decide'; refund: number; approve: boolean }
  | { what: 'again'; request: number };

/** What happens at one moment; `crash` cuts the server's connections to the database meanwhile, so that whoever asked asks again. */
export interface Moment {
  deeds: Deed[];
  crash: boolean;
}

const which = fc.nat({ max: 1_000 });
const amount = fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.constantFrom(1, 100, 99_999, 150_000));

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('bill' as const), patient: which, prices: fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 4 }), discountRate: fc.constantFrom(0, 0, 333, 1_000, 1_001, 5_000), taxed: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('take' as const), patient: which, amount, method: which, invoice: which, part: fc.integer({ min: 0, max: 110 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('allocate' as const, 'release' as const), payment: which, invoice: which, amount }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('credit' as const), invoice: which, part: fc.integer({ min: 1, max: 100 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('refund' as const), payment: which, amount, cash: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('decide' as const), refund: which, approve: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('again' as const), request: which }) },
);

/** A day of a desk: what happens at each of its moments. */
export const anyMoneyDay: fc.Arbitrary<Moment[]> = fc.array(fc.record({
  deeds: fc.array(deed, { minLength: 1, maxLength: 6 }),
  crash: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
}), { minLength: 4, maxLength: 9 });

import fc from 'fast-check';
import { HIGHEST_NUMBER, type Reserved, stretchesOf } from '../schedules/number-stretches.model.js';
import { NumberSeries } from '../schedules/schedule-enums.model.js';
import { type Places, leftInAll, leftOf, overbooksLeft, placeBeyond, placeIn, quotaOf, roomOf } from './places.model.js';

const { GENERAL, PHONE, ONLINE, REPORT } = NumberSeries;

/** A session that gives places, and takes them back. */
class Desk {
  readonly given: Array<{ series: NumberSeries; number: number; overbooked: boolean }> = [];
  readonly #stretches;

  constructor(private readonly capacity: number, reserved: Reserved[] = [], private readonly overbookLimit = 0, highest = HIGHEST_NUMBER) {
    this.#stretches = stretchesOf(capacity, reserved).map((stretch) => ({ ...stretch, last: Math.min(stretch.last, highest), next: stretch.first }));
  }

  book(series: NumberSeries = GENERAL, beyond = false): number | undefined {
    const place = beyond ? placeBeyond(this.places()) : placeIn(this.places(), series);
    if (!place) return undefined;
    this.#stretches.find(({ first }) => first === place.from)!.next++;
    this.given.push(place);
    return place.number;
  }

  cancel(index: number): void {
    this.given.splice(index % this.given.length, 1);
  }

  places(): Places {
    const bySeries = new Map<NumberSeries, number>();
    for (const { series, overbooked } of this.given) if (!overbooked) bySeries.set(series, (bySeries.get(series) ?? 0) + 1);
    return { capacity: this.capacity, overbookLimit: this.overbookLimit, stretches: this.#stretches, taken: { bySeries, overbooked: this.given.filter(({ overbooked }) => overbooked).length } };
  }
}

const times = <T>(count: number, work: () => T): T[] => Array.from({ length: count }, work);

describe('places in a session', () => {
  it('have the numbers from 1 on, until it is full', () => {
    const desk = new Desk(4);
    expect(times(5, () => desk.book())).toEqual([1, 2, 3, 4, undefined]);
  });

  it('that are reserved are for whom they are reserved, and the others go round them', () => {
    const desk = new Desk(6, [{ series: ONLINE, first: 2, last: 3 }]);
    expect([desk.book(), desk.book(ONLINE), desk.book(), desk.book(), desk.book(ONLINE), desk.book()]).toEqual([1, 2, 4, 5, 3, 6]);
    expect([desk.book(), desk.book(ONLINE)]).toEqual([undefined, undefined]);
  });

  it('of everybody are given to who telephones or shows reports when theirs are used up, and to nobody online', () => {
    const desk = new Desk(5, [{ series: PHONE, first: 1, last: 1 }, { series: REPORT, first: 2, last: 2 }, { series: ONLINE, first: 3, last: 3 }]);
    expect([desk.book(PHONE), desk.book(PHONE), desk.book(REPORT), desk.book(REPORT), desk.book(ONLINE), desk.book(ONLINE)]).toEqual([1, 4, 2, 5, 3, undefined]);
  });

  it('are taken of everybody where none are reserved', () => {
    const desk = new Desk(3);
    expect([desk.book(ONLINE), desk.book(PHONE), desk.book(REPORT)]).toEqual([1, 2, 3]);
  });

  it('that became free are given again, under numbers that nobody had', () => {
    const desk = new Desk(2);
    times(2, () => desk.book());
    desk.cancel(0);
    expect([desk.book(), desk.book()]).toEqual([3, undefined]);
  });

  it('beyond the capacity are as many as are allowed', () => {
    const desk = new Desk(1, [], 2);
    expect([desk.book(), desk.book(), ...times(3, () => desk.book(GENERAL, true))]).toEqual([1, undefined, 2, 3, undefined]);
  });

  it('are left only while there is a number for each, and one that follows the capacity is for one place', () => {
    const desk = new Desk(4, [{ series: PHONE, first: 1, last: 2 }], 9, 6);
    times(4, () => desk.book(PHONE));
    times(4, () => desk.cancel(0));
    const left = (): number[] => [leftOf(desk.places(), GENERAL), leftOf(desk.places(), PHONE), leftInAll(desk.places()), overbooksLeft(desk.places())];
    expect(left()).toEqual([2, 2, 2, 2]);
    expect([desk.book(), desk.book(PHONE)]).toEqual([5, 6]);
    expect([left(), roomOf(desk.places(), GENERAL), desk.book(), desk.book(PHONE), desk.book(GENERAL, true)]).toEqual([[0, 0, 0, 0], 1, undefined, undefined, undefined]);
  });

  it('are never more than there are, and no number is given twice, whatever is booked and cancelled', () => {
    const reserved = [{ series: PHONE, first: 3, last: 6 }, { series: ONLINE, first: 10, last: 12 }, { series: REPORT, first: 20, last: 20 }];
    const step = fc.oneof(
      fc.record({ book: fc.constantFrom(GENERAL, PHONE, ONLINE, REPORT), beyond: fc.boolean() }), fc.record({ cancel: fc.nat() }));
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const desk = new Desk(20, reserved, 3, 24);
      const numbers: number[] = [];
      for (const one of steps) {
        if ('cancel' in one) {
          if (desk.given.length) desk.cancel(one.cancel);
        } else {
          const [shown, inAll] = [one.beyond ? overbooksLeft(desk.places()) : leftOf(desk.places(), one.book), leftInAll(desk.places())];
          const number = desk.book(one.book, one.beyond);
          // Who telephones or shows reports gets one of everybody's too.
          if (number === undefined) expect(shown).toBe(0);
          else if (!one.beyond) expect(leftInAll(desk.places())).toBe(inAll - 1);
          if (number !== undefined) numbers.push(number);
        }
        const places = desk.places();
        for (const series of [GENERAL, PHONE, ONLINE, REPORT]) expect(places.taken.bySeries.get(series) ?? 0).toBeLessThanOrEqual(quotaOf(places, series));
        expect(desk.given.length).toBeLessThanOrEqual(23);
      }
      expect(new Set(numbers).size).toBe(numbers.length);
    }));
  });
});

import { DoseFault, type DoseFaultReason } from './dose-fault.js';
import { type DoseToken, tokensOf } from './dose-tokens.js';
import type { DoseWord } from './dose-words.js';
import {
  type DoseDays, type DoseDuration, type DoseStep, type DoseTimes, type DoseUnit, type Dosing, EVERY_DAY, type Parts, type Thousandths, type Weekday, doseLimits, weekdays,
} from './dosing.js';

/**
 * Reads a dose notation, in Latin or Bangla letters and digits: `1+0+1`, `½+0+½ ×5d then 0+0+1 ×7d`, `5 ml every 8 h`, `1 sos max 4/d`.
 * Throws DoseFault with the place of the first fault. The grammar is in docs/dose-notation.md.
 */
export function parseDose(text: string): Dosing {
  if (text.length > doseLimits.characters) throw new DoseFault('DOSE_TOO_LONG', doseLimits.characters, text.length - doseLimits.characters);
  return new DoseReader(tokensOf(text), text.length).dosing();
}

type Means<M extends DoseWord['means']> = Extract<DoseWord, { means: M }>;

interface StatedUnit {
  readonly unit: DoseUnit;
  readonly each: number;
}

class DoseReader {
  #next = 0;
  /** The unit of the step that is read, once it is stated, and that of the steps before it. */
  #stated: StatedUnit | null = null;
  #inherited: StatedUnit | null = null;

  constructor(
    private readonly tokens: readonly DoseToken[],
    private readonly end: number,
  ) {}

  dosing(): Dosing {
    if (!this.tokens.length) throw this.#fault('DOSE_EMPTY');
    const steps = [this.#step()];
    this.#inherited = this.#stated;
    while (this.#word('THEN', this.#unendedBefore(steps.at(-1)!))) {
      if (steps.length === doseLimits.steps) throw this.#fault('DOSE_TOO_MANY_STEPS');
      steps.push(this.#nextStep());
    }
    if (this.#token()) throw this.#fault('DOSE_UNEXPECTED');
    return { unit: this.#inherited?.unit ?? null, steps };
  }

  /** A step that another follows must end by itself. */
  #unendedBefore({ times, duration }: DoseStep): boolean {
    return times.kind !== 'ONCE' && (duration === null || duration === 'CONTINUED');
  }

  /** A later step is in the unit of the first, whether it says so or not. */
  #nextStep(): DoseStep {
    const start = this.#next;
    this.#stated = null;
    const step = this.#step();
    if (this.#stated && (this.#stated as StatedUnit).unit !== this.#inherited?.unit) throw this.#faultAt(start, 'DOSE_MIXED_UNITS', this.#next);
    this.#inherited = this.#stated ?? this.#inherited;
    return step;
  }

  #step(): DoseStep {
    const { times, days } = this.#dose();
    const start = this.#next;
    const chosen = days ?? (times.kind === 'PARTS' || times.kind === 'DAILY' ? this.#days() : EVERY_DAY);
    // Three times every other day could be read as three times in two days, by a person as by FHIR.
    if (times.kind === 'DAILY' && times.times > 1 && chosen.kind === 'EVERY' && chosen.days > 1) throw this.#faultAt(start, 'DOSE_PARTS_NEEDED', this.#next);
    return { times, days: chosen, duration: times.kind === 'ONCE' ? null : this.#duration() };
  }

  #dose(): { times: DoseTimes; days?: DoseDays } {
    if (this.#peek('AS_NEEDED')) return { times: this.#asNeeded(1000) };
    const start = this.#next;
    const first = this.#amount('ZERO_TOO');
    if (this.#sign('+')) return { times: { kind: 'PARTS', amounts: this.#parts(first, start) } };
    if (first === 0) throw this.#faultAt(start, 'DOSE_NOTHING_TAKEN');
    return this.#timesOf(this.#inUnit(first, start));
  }

  #parts(first: Thousandths, start: number): Parts {
    const amounts = [first, this.#amount('ZERO_TOO')];
    while (this.#sign('+')) amounts.push(this.#amount('ZERO_TOO'));
    if (amounts.length !== 3 && amounts.length !== 4) throw this.#faultAt(start, 'DOSE_THREE_OR_FOUR_PARTS', this.#next);
    if (amounts.every((amount) => amount === 0)) throw this.#faultAt(start, 'DOSE_NOTHING_TAKEN', this.#next);
    const [morning, noon, evening, night] = amounts.map((amount) => this.#inUnit(amount, start)) as [number, number, number, number?];
    if (night === undefined) return [morning, noon, evening];
    return evening === 0 ? [morning, noon, night] : [morning, noon, evening, night];
  }

  #timesOf(amount: Thousandths): { times: DoseTimes; days?: DoseDays } {
    const aDay = this.#word('TIMES_A_DAY');
    if (aDay) return { times: { kind: 'DAILY', amount, times: aDay.times } };
    if (this.#word('PART')) return { times: { kind: 'PARTS', amounts: [0, 0, amount] } };
    if (this.#word('ONCE')) return { times: { kind: 'ONCE', amount } };
    if (this.#peek('AS_NEEDED')) return { times: this.#asNeeded(amount) };
    const once = { kind: 'DAILY', amount, times: 1 } as const;
    if (this.#peek('ALTERNATE') || this.#peek('WEEKLY') || this.#peek('ON')) return { times: once, days: this.#days() };
    if (this.#word('EVERY')) return this.#every(amount);
    if (this.#word('DAILY')) return { times: { ...once, times: this.#meansAfter('TIMES') ? this.#timesADay() : 1 } };
    if (!this.#isNumber()) throw this.#fault('DOSE_TIMES_EXPECTED');
    if (this.#meansAfter('TIMES')) {
      const times = this.#timesADay();
      if (!this.#word('DAILY')) throw this.#fault('DOSE_TIMES_EXPECTED');
      return { times: { ...once, times } };
    }
    return { times: { kind: 'HOURLY', amount, hours: this.#hours() } };
  }

  #every(amount: Thousandths): { times: DoseTimes; days?: DoseDays } {
    const once = { kind: 'DAILY', amount, times: 1 } as const;
    const start = this.#next;
    const count = this.#isNumber() ? this.#whole(doseLimits.daysApart) : 1;
    const { unit } = this.#need('TIME', 'DOSE_UNIT_OF_TIME_EXPECTED');
    this.#word('APART');
    if (unit !== 'h') return { times: once, days: this.#daysApart(count, unit, start) };
    if (count > doseLimits.hours) throw this.#faultAt(start, 'DOSE_OUT_OF_RANGE');
    return { times: { kind: 'HOURLY', amount, hours: count } };
  }

  #asNeeded(amount: Thousandths): DoseTimes {
    this.#word('AS_NEEDED');
    const hours = this.#word('EVERY') ? this.#hours() : null;
    if (!this.#word('MOST')) return { kind: 'AS_NEEDED', amount, hours, mostADay: null };
    const start = this.#next;
    const most = this.#inUnit(this.#amount('ABOVE_ZERO'), start);
    if (most < amount) throw this.#faultAt(start, 'DOSE_OUT_OF_RANGE');
    if (!this.#sign('/') || this.#need('TIME', 'DOSE_UNIT_OF_TIME_EXPECTED').unit !== 'd') throw this.#fault('DOSE_UNIT_OF_TIME_EXPECTED');
    return { kind: 'AS_NEEDED', amount, hours, mostADay: most };
  }

  #days(): DoseDays {
    if (this.#word('ALTERNATE')) {
      if (this.#peek('TIME')) this.#need('TIME', 'DOSE_UNIT_OF_TIME_EXPECTED');
      return { kind: 'EVERY', days: 2 };
    }
    if (this.#word('WEEKLY')) return { kind: 'EVERY', days: 7 };
    if (this.#word('ON')) return this.#onWeekdays();
    if (!this.#word('EVERY')) return EVERY_DAY;
    const start = this.#next;
    const count = this.#isNumber() ? this.#whole(doseLimits.daysApart) : 1;
    return this.#daysApart(count, this.#need('TIME', 'DOSE_UNIT_OF_TIME_EXPECTED').unit, start);
  }

  #daysApart(count: number, unit: Means<'TIME'>['unit'], start: number): DoseDays {
    if (unit !== 'd' && unit !== 'w') throw this.#faultAt(this.#next - 1, 'DOSE_UNIT_OF_TIME_EXPECTED');
    const days = unit === 'w' ? 7 * count : count;
    if (days > doseLimits.daysApart) throw this.#faultAt(start, 'DOSE_OUT_OF_RANGE');
    return { kind: 'EVERY', days };
  }

  #onWeekdays(): DoseDays {
    const chosen = new Set<Weekday>();
    do chosen.add(this.#need('WEEKDAY', 'DOSE_WEEKDAY_EXPECTED').weekday);
    while (this.#sign(','));
    return { kind: 'WEEKDAYS', weekdays: weekdays.filter((day) => chosen.has(day)) };
  }

  #duration(): DoseDuration | null {
    if (this.#word('CONTINUED')) return 'CONTINUED';
    if (!this.#word('FOR') && !this.#isNumber()) return null;
    const start = this.#next;
    const count = this.#whole(doseLimits.duration.d);
    const { unit } = this.#need('TIME', 'DOSE_UNIT_OF_TIME_EXPECTED');
    if (unit === 'h') throw this.#faultAt(this.#next - 1, 'DOSE_UNIT_OF_TIME_EXPECTED');
    if (count > doseLimits.duration[unit]) throw this.#faultAt(start, 'DOSE_OUT_OF_RANGE');
    return { count, unit };
  }

  #timesADay(): number {
    const times = this.#whole(doseLimits.timesADay);
    if (!this.#word('TIMES')) throw this.#fault('DOSE_TIMES_EXPECTED');
    return times;
  }

  #hours(): number {
    const hours = this.#whole(doseLimits.hours);
    if (this.#need('TIME', 'DOSE_UNIT_OF_TIME_EXPECTED').unit !== 'h') throw this.#faultAt(this.#next - 1, 'DOSE_UNIT_OF_TIME_EXPECTED');
    this.#word('APART');
    return hours;
  }

  /** A number, perhaps with its unit, which is that of all amounts of the step. */
  #amount(least: 'ZERO_TOO' | 'ABOVE_ZERO'): Thousandths {
    const token = this.#token();
    if (token?.kind !== 'NUMBER') throw this.#fault('DOSE_AMOUNT_EXPECTED');
    if (token.value > doseLimits.amount) throw this.#fault('DOSE_OUT_OF_RANGE');
    if (token.value === 0 && least === 'ABOVE_ZERO') throw this.#fault('DOSE_NOTHING_TAKEN');
    this.#next += 1;
    this.#word('COUNTED');
    const stated = this.#word('UNIT');
    if (!stated) return token.value;
    const { unit, each = 1 } = stated;
    if (this.#stated && (this.#stated.unit !== unit || this.#stated.each !== each)) throw this.#faultAt(this.#next - 1, 'DOSE_MIXED_UNITS');
    this.#stated = { unit, each };
    return token.value;
  }

  /** An amount of a step whose unit is known, teaspoons as millilitres. */
  #inUnit(stated: Thousandths, start: number): Thousandths {
    const amount = stated * ((this.#stated ?? this.#inherited)?.each ?? 1);
    if (amount > doseLimits.amount) throw this.#faultAt(start, 'DOSE_OUT_OF_RANGE');
    return amount;
  }

  /** A whole number from 1. */
  #whole(most: number): number {
    const token = this.#token();
    if (token?.kind !== 'NUMBER') throw this.#fault('DOSE_NUMBER_EXPECTED');
    const value = token.value / 1000;
    if (!Number.isInteger(value) || value < 1 || value > most) throw this.#fault('DOSE_OUT_OF_RANGE');
    this.#next += 1;
    return value;
  }

  #word<M extends DoseWord['means']>(means: M, unended = false): Means<M> | undefined {
    const word = this.#peek(means);
    if (word && unended) throw this.#fault('DOSE_DURATION_NEEDED');
    if (word) this.#next += 1;
    return word;
  }

  #need<M extends DoseWord['means']>(means: M, reason: DoseFaultReason): Means<M> {
    const word = this.#word(means);
    if (!word) throw this.#fault(reason);
    return word;
  }

  #peek<M extends DoseWord['means']>(means: M): Means<M> | undefined {
    const token = this.#token();
    return token?.kind === 'WORD' && token.word.means === means ? (token.word as Means<M>) : undefined;
  }

  #meansAfter(means: DoseWord['means']): boolean {
    const token = this.tokens[this.#next + 1];
    return token?.kind === 'WORD' && token.word.means === means;
  }

  #isNumber(): boolean {
    return this.#token()?.kind === 'NUMBER';
  }

  #sign(sign: '+' | '/' | ','): boolean {
    const token = this.#token();
    const found = token?.kind === 'SIGN' && token.sign === sign;
    if (found) this.#next += 1;
    return found;
  }

  #token(): DoseToken | undefined {
    return this.tokens[this.#next];
  }

  #fault(reason: DoseFaultReason): DoseFault {
    return this.#faultAt(this.#next, reason);
  }

  #faultAt(first: number, reason: DoseFaultReason, afterLast = first + 1): DoseFault {
    const [from, to] = [this.tokens[first], this.tokens[afterLast - 1]];
    const offset = from?.offset ?? this.end;
    return new DoseFault(reason, offset, to ? to.offset + to.length - offset : 0);
  }
}

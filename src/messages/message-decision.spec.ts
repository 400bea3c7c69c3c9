import { MessageKind } from './message-kinds.model.js';
import { type Decision, type DueMessage, decide } from './message-decision.js';
import { endOfQuiet } from './quiet-hours.model.js';

const night = { from: 22 * 60, until: 7 * 60 };
const at = (local: string): Date => new Date(`${local}:00+06:00`);
const due = (changes: Partial<DueMessage> = {}): DueMessage => ({
  kind: 'CONFIRMATION', plannedFor: null, heldUntil: null, status: 'BOOKED', isSucceeded: false, isToldAgain: false, isOtherThanTried: false, sessionStatus: 'PLANNED', delayMinutes: 0, undoableUntil: null, localDate: '2026-11-23', begins: at('2026-11-23T17:00'), ends: at('2026-11-23T20:00'),
  timeZone: 'Asia/Dhaka', hasNumber: true, isAllowed: true, isOnline: false, quiet: night, ...changes,
});
const morning = at('2026-11-20T10:00');
const suppress = (why: string): Decision => ({ do: 'SUPPRESS', why }) as Decision;
const postpone = (until: Date): Decision => ({ do: 'POSTPONE', until });

describe('a message that is due', () => {
  it('is sent', () => expect(decide(due(), morning)).toEqual({ do: 'SEND' }));
  it('is not, without consent', () => expect(decide(due({ isAllowed: false }), morning)).toEqual(suppress('NO_CONSENT')));
  it('is, in quiet hours, to whoever booked online just then', () => {
    expect(decide(due({ isOnline: true }), at('2026-11-20T23:00'))).toEqual({ do: 'SEND' });
    expect(decide(due({ isOnline: true, kind: 'RESCHEDULED' }), at('2026-11-20T23:00'))).toEqual(postpone(at('2026-11-21T07:00')));
  });
  it('is not, without a number', () => expect(decide(due({ hasNumber: false }), morning)).toEqual(suppress('NO_NUMBER')));

  describe('says what is so', () => {
    const statuses = ['HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED', 'CANCELLED', 'NO_SHOW', 'EXPIRED'];
    const sessions = ['PLANNED', 'OPEN', 'RUNNING', 'PAUSED', 'CLOSED', 'CANCELLED'];
    const going = ['PLANNED', 'OPEN', 'RUNNING', 'PAUSED'];
    it.each<[MessageKind, string[], string[]]>([
      ['CONFIRMATION', ['BOOKED'], going], ['RESCHEDULED', ['BOOKED'], going], ['REMINDER_EVENING', ['BOOKED'], going], ['REMINDER_SOON', ['BOOKED'], going],
      ['CANCELLED', ['CANCELLED'], sessions], ['SERIAL_NEAR', ['BOOKED', 'ARRIVED'], ['RUNNING', 'PAUSED']],
      ['SESSION_LATE', ['BOOKED', 'ARRIVED'], going], ['SESSION_MOVED', ['BOOKED', 'ARRIVED'], going], ['SESSION_CANCELLED', statuses, ['CANCELLED']], ['WAITLIST_OFFER', ['HELD'], going],
    ])('%s', (kind, rightStatuses, rightSessions) => {
      for (const status of statuses) for (const sessionStatus of sessions) {
        const right = rightStatuses.includes(status) && rightSessions.includes(sessionStatus);
        expect({ status, sessionStatus, ...decide(due({ kind, status, sessionStatus, delayMinutes: 30 }), morning) }).toMatchObject(right ? { do: 'SEND' } : suppress('OUT_OF_DATE'));
      }
    });

    it.each<MessageKind>(['CANCELLED', 'SESSION_CANCELLED'])('and %s not of one that has another in its place', (kind) => {
      expect(decide(due({ kind, status: 'CANCELLED', sessionStatus: 'CANCELLED', isSucceeded: true }), morning)).toEqual(suppress('OUT_OF_DATE'));
    });
    it('and nothing that is told again, or was tried otherwise', () => {
      expect(decide(due({ isToldAgain: true }), morning)).toEqual(suppress('OUT_OF_DATE'));
      expect(decide(due({ isOtherThanTried: true }), morning)).toEqual(suppress('OUT_OF_DATE'));
    });
    it.each<[MessageKind, Decision]>([
      ['SESSION_LATE', postpone(at('2026-11-20T10:05'))], ['CONFIRMATION', postpone(at('2026-11-20T10:05'))], ['REMINDER_SOON', postpone(at('2026-11-20T10:05'))], ['SERIAL_NEAR', { do: 'SEND' }],
    ])('and %s, if it names the time, when a delay cannot be undone any more', (kind, decision) => {
      expect(decide(due({ kind, sessionStatus: 'RUNNING', delayMinutes: 30, undoableUntil: at('2026-11-20T10:05') }), morning)).toEqual(decision);
    });
    it('and no delay that is taken back', () => expect(decide(due({ kind: 'SESSION_LATE' }), morning)).toEqual(suppress('OUT_OF_DATE')));
  });

  describe('comes in time', () => {
    it.each(['REMINDER_EVENING', 'REMINDER_SOON'] as const)('%s, not when the appointment has begun', (kind) => {
      expect(decide(due({ kind }), at('2026-11-23T16:59'))).toEqual({ do: 'SEND' });
      expect(decide(due({ kind }), at('2026-11-23T17:00'))).toEqual(suppress('TOO_LATE'));
    });
    it('or until the session ends, where it is called by numbers', () => {
      expect(decide(due(), at('2026-11-23T19:59'))).toEqual({ do: 'SEND' });
      expect(decide(due(), at('2026-11-23T20:00'))).toEqual(suppress('TOO_LATE'));
    });
    it('and an offer only as long as the place is held', () => {
      const offer = due({ kind: 'WAITLIST_OFFER', status: 'HELD', heldUntil: at('2026-11-20T10:30') });
      expect(decide(offer, at('2026-11-20T10:29'))).toEqual({ do: 'SEND' });
      expect(decide(offer, at('2026-11-20T10:30'))).toEqual(suppress('TOO_LATE'));
    });
    it('and not too early, when the session was moved meanwhile', () => expect(decide(due({ kind: 'REMINDER_SOON', plannedFor: at('2026-11-23T15:00') }), at('2026-11-23T13:00'))).toEqual(postpone(at('2026-11-23T15:00'))));
  });

  describe('in quiet hours', () => {
    it('waits until they are over, on the next day before midnight', () => {
      expect(decide(due(), at('2026-11-20T22:00'))).toEqual(postpone(at('2026-11-21T07:00')));
      expect(decide(due(), at('2026-11-21T06:59'))).toEqual(postpone(at('2026-11-21T07:00')));
      expect(decide(due(), at('2026-11-21T07:00'))).toEqual({ do: 'SEND' });
    });
    it('is left, when it would come too late then', () => {
      const early = { begins: at('2026-11-23T07:00'), ends: at('2026-11-23T07:30') };
      expect(decide(due({ kind: 'REMINDER_SOON', ...early }), at('2026-11-23T05:00'))).toEqual(suppress('TOO_LATE'));
      expect(decide(due(early), at('2026-11-23T05:00'))).toEqual(postpone(at('2026-11-23T07:00')));
    });
    it.each<[MessageKind, string]>([['CANCELLED', 'CANCELLED'], ['RESCHEDULED', 'BOOKED'], ['SESSION_LATE', 'BOOKED'], ['SESSION_MOVED', 'BOOKED'], ['SERIAL_NEAR', 'ARRIVED']])('%s is sent when it is about the day, and otherwise waits', (kind, status) => {
      const late = { kind, status, sessionStatus: 'RUNNING', delayMinutes: 10, ends: at('2026-11-24T02:00') };
      expect(decide(due(late), at('2026-11-23T22:30'))).toEqual({ do: 'SEND' });
      expect(decide(due(late), at('2026-11-24T00:30'))).toEqual({ do: 'SEND' });
      expect(decide(due(late), at('2026-11-22T22:30'))).toEqual(postpone(at('2026-11-23T07:00')));
    });
  });
});

describe('quiet hours', () => {
  it.each([['12:59', undefined], ['13:00', '15:00'], ['14:59', '15:00'], ['15:00', undefined]])('in the middle of the day hold at %s until %s', (time, until) => {
    expect(endOfQuiet({ from: 13 * 60, until: 15 * 60 }, at(`2026-11-23T${time}`), 'Asia/Dhaka')).toEqual(until && at(`2026-11-23T${until}`));
  });
  it('are none when they end as they begin', () => expect(endOfQuiet({ from: 0, until: 0 }, at('2026-11-23T00:00'), 'Asia/Dhaka')).toBeUndefined());
  it('end by the clock also where that is put forward in the night', () => {
    expect(endOfQuiet(night, new Date('2026-03-28T23:30:00Z'), 'Europe/Berlin')).toEqual(new Date('2026-03-29T05:00:00Z'));
  });
});

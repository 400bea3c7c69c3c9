import { type MessageLanguage, type Told, messageText } from './message-texts.js';
import { MessageKind } from './message-kinds.model.js';
import { smsLength } from './sms-length.model.js';

const told: Told = {
  kind: 'CONFIRMATION', number: 12, begins: new Date('2026-11-23T11:00:00Z'), timeZone: 'Asia/Dhaka', delayMinutes: 40, others: 0, heldUntil: new Date('2026-11-23T08:30:00Z'), doctor: 'Dr Farhana Rahman', chamber: 'Shanti Dhanmondi',
};
const toldInBangla: Told = { ...told, doctor: 'ডা. ফারহানা রহমান', chamber: 'শান্তি ধানমন্ডি' };

describe('the text of a message', () => {
  it.each<[MessageKind, string, string]>([
    ['CONFIRMATION', 'Booked: serial 12, Mon 23 Nov, 5:00 pm. Dr Farhana Rahman, Shanti Dhanmondi', 'সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০। ডা. ফারহানা রহমান, শান্তি ধানমন্ডি'],
    ['CANCELLED', 'Cancelled: serial 12, Mon 23 Nov, 5:00 pm. Dr Farhana Rahman, Shanti Dhanmondi', 'বাতিল: সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০। ডা. ফারহানা, শান্তি ধানমন্ডি'],
    ['RESCHEDULED', 'Your appointment is moved: serial 12, Mon 23 Nov, 5:00 pm. Dr Farhana Rahman, Shanti Dhanmondi', 'নতুন সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০। ডা. ফারহানা, শান্তি ধানমন্ডি'],
    ['REMINDER_EVENING', 'Reminder: serial 12, Mon 23 Nov, 5:00 pm. Dr Farhana Rahman, Shanti Dhanmondi', 'মনে রাখুন: সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০। ডা. ফারহানা, শান্তি'],
    ['REMINDER_SOON', 'Reminder: serial 12, Mon 23 Nov, 5:00 pm. Dr Farhana Rahman, Shanti Dhanmondi', 'মনে রাখুন: সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০। ডা. ফারহানা, শান্তি'],
    ['SERIAL_NEAR', 'Your turn is near: serial 12. Please be at the chamber. Dr Farhana Rahman, Shanti Dhanmondi', 'আপনার পালা কাছে: সিরিয়াল ১২। চেম্বারে আসুন। ডা. ফারহানা, শান্তি'],
    ['SESSION_LATE', 'The doctor is about 40 minutes late. Serial 12, Mon 23 Nov: from 5:00 pm. Dr Farhana Rahman, Shanti Dhanmondi', 'দেরি হবে: সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০ থেকে। ডা. ফারহানা, শান্তি'],
    ['SESSION_MOVED', 'New time: serial 12, Mon 23 Nov, 5:00 pm. Dr Farhana Rahman, Shanti Dhanmondi', 'নতুন সময়: সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০। ডা. ফারহানা, শান্তি'],
    ['SESSION_CANCELLED', 'The doctor does not come on Mon 23 Nov, 5:00 pm. Serial 12 is cancelled. Dr Farhana Rahman, Shanti Dhanmondi', 'চেম্বার হবে না: ২৩ নভে বিকাল ৫:০০, সিরিয়াল ১২। ডা. ফারহানা, শান্তি'],
    ['WAITLIST_OFFER', 'A place is free: Mon 23 Nov, 5:00 pm, serial 12. Call us by 2:30 pm to take it. Dr Farhana Rahman, Shanti Dhanmondi', 'খালি: ২৩ নভে বিকাল ৫:০০, নং ১২। দুপুর ২:৩০-এর আগে ফোন দিন। ডা., শান্তি'],
  ])('%s', (kind, en, bn) => {
    expect(messageText({ ...told, kind }, 'en')).toBe(en);
    expect(messageText({ ...toldInBangla, kind }, 'bn')).toBe(bn);
  });

  it.each(Object.keys(MessageKind) as MessageKind[])('%s is one segment, and tells the number, whatever the names are', (kind) => {
    for (const language of ['en', 'bn'] as MessageLanguage[]) {
      for (const name of ['', 'Dr A', 'D'.repeat(170), 'ডা. মোহাম্মদ আব্দুল্লাহ আল মামুন চৌধুরী', '🦢'.repeat(40), '€'.repeat(100)]) {
        const text = messageText({ ...told, kind, number: 999, begins: new Date('2026-09-30T12:30:00Z'), heldUntil: new Date('2026-09-30T06:30:00Z'), delayMinutes: 720, doctor: name, chamber: name }, language);
        expect({ text, ...smsLength(text) }).toMatchObject({ segments: 1 });
        expect(text).toMatch(language === 'en' ? /999/ : /৯৯৯/);
      }
    }
  });

  it.each<[MessageKind, string, string]>([
    ['CONFIRMATION', 'Booked: serial 12, Mon 23 Nov, 5:00 pm and 5 more. Dr Farhana Rahman, Shanti Dhanmondi', 'সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০, আরও ৫টি। ডা. ফারহানা, শান্তি ধানমন্ডি'],
    ['CANCELLED', 'Cancelled: serial 12, Mon 23 Nov, 5:00 pm and 5 more. Dr Farhana Rahman, Shanti Dhanmondi', 'বাতিল: সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০, আরও ৫টি। ডা. ফারহানা, শান্তি'],
  ])('%s tells of a whole series at once', (kind, en, bn) => {
    expect(messageText({ ...told, kind, others: 5 }, 'en')).toBe(en);
    expect(messageText({ ...toldInBangla, kind, others: 5 }, 'bn')).toBe(bn);
  });

  it('tells times by the clock of the chamber', () => {
    expect(messageText({ ...told, timeZone: 'Asia/Dubai' }, 'en')).toContain('Mon 23 Nov, 3:00 pm');
    expect(messageText({ ...told, timeZone: 'America/New_York' }, 'en')).toContain('Mon 23 Nov, 6:00 am');
    expect(messageText({ ...toldInBangla, begins: new Date('2026-12-31T18:30:00Z') }, 'bn')).toContain('১ জানু রাত্রি ১২:৩০');
  });

  it('has no space in English that makes it one of 70 characters', () => expect(smsLength(messageText(told, 'en')).alphabet).toBe('GSM-7'));

  it('cuts a name between letters as they are read, not within one', () => {
    const text = messageText({ ...toldInBangla, doctor: 'ক্ষ্মি'.repeat(30), chamber: '' }, 'bn');
    expect(text.replaceAll('ক্ষ্মি', '')).toBe('সিরিয়াল ১২, ২৩ নভে বিকাল ৫:০০। ');
  });
});

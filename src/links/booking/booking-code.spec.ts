import { smsLength } from '../../messages/sms-length.model.js';
import { bookingCodeText } from './booking-code.js';

describe('the message with a code for booking online', () => {
  it.each([
    ['en', 'Shanti Clinic', '042137 is your booking code, for 10 minutes. Shanti Clinic'],
    ['en', 'Shanti Clinic and Diagnostic Centre '.repeat(6).trim(), /^042137 is your booking code, for 10 minutes\. Shanti Clinic and Diagnostic Centre Shanti /],
    ['en', 'শান্তি ক্লিনিক ও ডায়াগনস্টিক সেন্টার, উত্তরা', /^042137 is your booking code, for 10 minutes\. শান্তি ক্লিনিক/],
    ['bn', 'শান্তি ক্লিনিক ও ডায়াগনস্টিক সেন্টার, উত্তরা, ঢাকা', /^042137 আপনার বুকিং কোড, ১০ মিনিট চলবে। শান্তি ক্লিনিক/],
    ['bn', 'ক'.repeat(200), /^042137 আপনার বুকিং কোড, ১০ মিনিট চলবে। ক+$/],
  ])('is one segment, in %s, however long the name of the practice is', (locale, practice, expected) => {
    const text = bookingCodeText('042137', practice, locale);
    expect(smsLength(text).segments).toBe(1);
    if (typeof expected === 'string') expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });
});

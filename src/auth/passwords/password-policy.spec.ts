import { passwordFault } from './password-policy.js';

describe('the policy of passwords', () => {
  const ownWords = ['dr.nasrin.s@shapla.example', 'Nasrin Akhtaruzzaman', 'নাসরিন আখতারুজ্জামান', 'Kodomtola Winter Clinic'];
  const fault = (password: string, hasSecondFactor = false) => passwordFault(password, { ownWords, hasSecondFactor });

  it('counts characters, as people do', () => {
    expect(fault('xq7 heron pam 4')).toBeUndefined();
    expect(fault('xq7 heron pam4')).toEqual({ reason: 'TOO_SHORT', params: { min: 15 } });
    expect(fault('🦢🧵🪔📻🪁🥭🚲🌊🔔🍃🦜🧿🎏🪷')).toEqual({ reason: 'TOO_SHORT', params: { min: 15 } });
    expect(fault('Wq7#mZ2!vR9$kT4&'.repeat(8))).toBeUndefined();
    expect(fault(`${'Wq7#mZ2!vR9$kT4&'.repeat(8)}x`)).toEqual({ reason: 'TOO_LONG', params: { max: 128 } });
  });

  it('is content with eight beside a second factor', () => {
    expect(fault('gT7$kQz!', true)).toBeUndefined();
    expect(fault('gT7$kQz', true)).toEqual({ reason: 'TOO_SHORT', params: { min: 8 } });
    expect(fault('shakib75', true)).toEqual({ reason: 'TOO_COMMON' });
    expect(fault('Dhaka@1234', true)).toEqual({ reason: 'TOO_COMMON' });
    expect(fault('password1', true)).toEqual({ reason: 'TOO_COMMON' });
  });

  it.each([
    'aaaaaaaaaaaaaaaaaaaa', '123456789012345', 'qwertyuiopasdfgh', 'passwordpassword', 'bangladesh12345', 'Bangladesh 1971 Dhaka', 'amar sonar bangla',
    'ami.tomake.valobashi', 'আমি তোমাকে ভালোবাসি ১২৩', 'বাংলাদেশ ১২৩৪৫৬৭৮৯', 'allahuakbar786786', 'Shakib Al Hasan 75', 'Sinduk Chamber 2026!', 'd h a k a 1 2 3 4 5 6', 'joybangla-joybangla',
  ])('refuses what many people here think of: "%s"', (password) => {
    expect(fault(password)).toEqual({ reason: 'TOO_COMMON' });
  });

  it.each([
    'nasrin akhtaruzzaman', 'NasrinAkhtaruzzaman1990', 'dr.nasrin.s@shapla.example', 'Kodomtola winter 2026!', 'nasrin akhtaruzzaman nasrin', 'password1234 nasrin', 'নাসরিন আখতারুজ্জামান ১২৩',
  ])('refuses what others know of the person: "%s"', (password) => {
    expect(fault(password)).toEqual({ reason: 'OWN_WORDS' });
  });

  it.each([
    'seven quiet rivers cross', 'correct horse battery staple', 'nasrin sells eleven umbrellas', 'মোরগ ডাকে ভোরবেলা জানালায়', '🦢🧵🪔📻🪁🥭🚲🌊🔔🍃🦜🧿🎏🪷🌧', 'the heron waits at noon',
  ])('takes words, letters and signs of any kind: "%s"', (password) => {
    expect(fault(password)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { coarseKeyOf, fineKeyOf, soundOf } from './name-sound.js';

describe('soundOf', () => {
  it.each([
    // Conjuncts, hasanta, ref, and what is written but not spoken.
    ['বিশ্বাস', 'BiSaS'], ['শ্যামল', 'SaM@L'], ['আব্দুল', 'aBDuL'], ['কর্মকার', 'K@RM@KaR'], ['জ্ঞান', 'GaN'], ['লক্ষ্মী', 'L@KMi'], ['আচার্য', 'aCaRJ@'],
    // Letters with a dot below, composed and as letter and dot.
    ['রায়', 'Rai'], ['রা\u09df', 'Rai'], ['বড়ুয়া', 'B@Rua'], ['ব\u09dcু\u09dfা', 'B@Rua'], ['আষাঢ়', 'aSaR'],
    // A ya that joins, carries a vowel, or is one.
    ['মিয়া', 'Mia'], ['নয়ন', 'N@N'], ['ফয়সাল', 'FiSaL'], ['ওয়াহিদ', 'oaHiD'],
    // Vowels that are not written, except where the word ends on joined consonants.
    ['রহিম', 'R@HiM'], ['দত্ত', 'D@T@'], ['চন্দ্র', 'C@NDR@'],
    ['সিং', 'SiNG'], ['শংকর', 'S@NK@R'], ['চাঁদ', 'CaD'], ['মিঞা', 'Mia'], ['অঞ্জন', '@NJ@N'], ['উৎপল', 'uTP@L'], ['কৃষ্ণা', 'KRiSNa'],
  ])('hears Bangla %s as %s', (word, sound) => {
    expect(soundOf(word)).toBe(sound);
  });

  it.each([
    ['chowdhury', 'CouDuRi'], ['khatoon', 'KaTuN'], ['sheikh', 'SeiK'], ['zahid', 'JaHiD'], ['pharhad', 'FaRHaD'], ['bhuvan', 'BuBaN'], ['haque', 'HaK'],
    ['quddus', 'KuDuS'], ['laxmi', 'LaKSMi'], ['yusuf', 'iuSuF'], ['wahid', 'oaHiD'], ['anwar', 'aNoaR'], ['shyamal', 'SaMaL'], ['shah', 'Sa'], ['jamadder', 'JaMaDeR'],
    ['ahmed', 'aHMeD'], ['singh', 'SiNG'], ['shankar', 'SaNKaR'], ['cecilia', 'SeSiLia'], ['bachchu', 'BaCu'],
  ])('hears Latin %s as %s', (word, sound) => {
    expect(soundOf(word)).toBe(sound);
  });

  it('is empty for words of other scripts, digits and signs', () => {
    for (const word of ['سالم', '123', '😀', '', '---']) expect(soundOf(word)).toBe('');
  });

  it('gives any text capital consonants and small vowels, and never fails', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ unit: fc.constantFrom(...'কখজ্ঞড়য়়ৎংঁঃািুোঅআইউরশষqwxyzchkaeiou'), maxLength: 15 })), (text) => {
      expect(soundOf(text.toLowerCase())).toMatch(/^[A-Z@aeiou]*$/);
      for (const key of [fineKeyOf(soundOf(text)), coarseKeyOf(soundOf(text))]) expect(key).toMatch(/^[A-Z]*$/);
    }));
  });
});

describe('the keys of a sound', () => {
  it.each([
    ['rahim', 'RHIM', 'RHM'], ['রহিম', 'RHIM', 'RHM'], ['rahima', 'RHIMA', 'RHM'], ['রহিমা', 'RHIMA', 'RHM'], ['iqbal', 'IKBL', 'AKBL'], ['ইকবাল', 'IKBL', 'AKBL'],
    ['zakia', 'JKIA', 'JK'], ['জাকিয়া', 'JKIA', 'JK'], ['omar', 'AMR', 'AMR'], ['umar', 'UMR', 'AMR'], ['ছবি', 'SBI', 'SB'], ['chobi', 'SBI', 'SB'],
  ])('of %s are %s and %s', (word, fine, coarse) => {
    expect([fineKeyOf(soundOf(word)), coarseKeyOf(soundOf(word))]).toEqual([fine, coarse]);
  });
});

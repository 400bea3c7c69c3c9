import type { Words } from './words.js';

const words = (en: string, bn: string): Words => ({ en, bn });

/** What the audit trail's kinds of records are, to a patient. */
export const recordWords: Readonly<Record<string, Words>> = {
  'patient': words('name, telephone, address and the like', 'নাম, ফোন, ঠিকানা ইত্যাদি'),
  'patient-clinical': words('blood group and notes', 'রক্তের গ্রুপ ও নোট'),
  'patient-allergy-status': words('whether there are allergies', 'অ্যালার্জি আছে কি না'),
  'allergy': words('allergies', 'অ্যালার্জি'),
  'allergy-status-change': words('how allergies were judged', 'অ্যালার্জির বিচার'),
  'allergy-statement': words('statement of no known allergies', 'কোনো অ্যালার্জি জানা নেই বলে বিবৃতি'),
  'condition': words('conditions', 'রোগ'),
  'condition-status-change': words('how conditions were judged', 'রোগের বিচার'),
  'vitals': words('measurements such as blood pressure', 'রক্তচাপ ইত্যাদি পরিমাপ'),
  'note': words('clinical notes', 'চিকিৎসার নোট'),
  'consent': words('decisions about consent', 'সম্মতির সিদ্ধান্ত'),
  'family-link': words('links to relatives', 'আত্মীয়ের সঙ্গে যোগ'),
  'relative': words('that the patient is a relative of another patient', 'রোগী অন্য একজন রোগীর আত্মীয়'),
  'patient-merge': words('the merging of two records', 'দুটি রেকর্ড মেলানো'),
  'audit-of-patient': words('who saw or changed the record', 'কে রেকর্ড দেখেছেন বা বদলেছেন'),
  'audit-entry': words('the log of what was done', 'কাজের লগ'),
  'audit-export': words('a copy of the log', 'লগের কপি'),
  'audit-filter': words('a kept search of the log', 'লগের রাখা অনুসন্ধান'),
  'document-file': words('files of documents', 'নথির ফাইল'),
  'document': words('documents', 'নথি'),
  'possible-duplicate': words('name, telephone, address and the like, beside somebody who resembles the patient', 'নাম, ফোন, ঠিকানা ইত্যাদি, রোগীর মতো আরেকজনের পাশে'),
  'source-id': words('number in the former list or software', 'আগের তালিকা বা সফটওয়্যারের নম্বর'),
  'patient-import': words('an import of patients', 'রোগী আমদানি'),
  'patient-import-line': words('a line of an import of patients', 'রোগী আমদানির একটি সারি'),
  'alert': words('an alert', 'সতর্কবার্তা'),
  'alert-settings': words('what the practice is alerted of', 'সতর্কবার্তার সেটিং'),
  'emergency-access': words('an emergency access', 'জরুরি প্রবেশাধিকার'),
  'chamber': words('a chamber', 'চেম্বার'),
  'member': words('a member of staff', 'একজন কর্মী'),
  'practice': words('the practice', 'প্র্যাকটিস'),
  'prescription': words('prescriptions', 'ব্যবস্থাপত্র'),
  'dispensing': words('what pharmacies handed out', 'ফার্মেসি যা দিয়েছে'),
  'prescription-check': words('checks of prescriptions', 'ব্যবস্থাপত্র যাচাই'),
  'signing-key': words('the key that a doctor signs with', 'ডাক্তারের স্বাক্ষরের চাবি'),
  'appointment': words('appointments', 'অ্যাপয়েন্টমেন্ট'),
  'message': words('messages about appointments', 'অ্যাপয়েন্টমেন্টের এসএমএস'),
  'message-settings': words('when patients are told by SMS', 'এসএমএস পাঠানোর সেটিং'),
  'clinic-session': words('a session of a doctor', 'ডাক্তারের একটি সেশন'),
  'calendar-feed': words('a link to a doctor’s calendar', 'ডাক্তারের ক্যালেন্ডারের লিংক'),
  'visit-link': words('a link to a visit by video', 'ভিডিও সাক্ষাতের লিংক'),
  'queue-display': words('a screen that shows the queue by numbers', 'নম্বর দিয়ে সারি দেখানোর পর্দা'),
  'appointment-series': words('a series of appointments', 'নিয়মিত অ্যাপয়েন্টমেন্ট'),
  'waitlist-entry': words('waiting for a place', 'জায়গার জন্য অপেক্ষা'),
  'session-change': words('a change of a session', 'সেশনের বদল'),
  'booking-link': words('a link for booking online', 'অনলাইনে সিরিয়াল নেওয়ার লিংক'),
  'booking-code': words('a code for booking online', 'অনলাইনে সিরিয়াল নেওয়ার কোড'),
  'online-booking-settings': words('how patients book online', 'অনলাইনে সিরিয়াল নেওয়ার সেটিং'),
  'number-lease': words('serial numbers on a device', 'যন্ত্রে নেওয়া সিরিয়াল নম্বর'),
  'schedule': words('the hours of a doctor', 'ডাক্তারের সময়সূচি'),
  'closure': words('days on which nobody is seen', 'বন্ধের দিন'),
  'room': words('a room', 'কক্ষ'),
  'password': words('a password', 'পাসওয়ার্ড'),
  'session': words('a session', 'সেশন'),
  'sign-in': words('a sign-in', 'সাইন ইন'),
  'one-time-codes': words('one-time codes', 'এককালীন কোড'),
  'recovery-codes': words('recovery codes', 'উদ্ধার কোড'),
  'second-factors': words('second factors of an account', 'অ্যাকাউন্টের দ্বিতীয় প্রমাণ'),
  'passkey': words('a passkey', 'পাসকি'),
  'device': words('a device', 'ডিভাইস'),
  'new-device': words('a device that was new', 'নতুন ডিভাইস'),
  'drug-product': words('a medicine that the practice added to its catalogue', 'চেম্বারের তালিকায় যোগ করা ওষুধ'),
  'google-account': words('a Google account', 'গুগল অ্যাকাউন্ট'),
  'google-trip': words('a way to Google and back', 'গুগলে যাওয়া-আসা'),
};

const asked = words('the record, which was not shown', 'রেকর্ড, যা দেখানো হয়নি');

/** The words for a kind of record; of what was only asked for, that it was not shown. */
export const wordsOfRecord = (type: string): Words => {
  if (type.startsWith('requested:')) return asked;
  return (Object.hasOwn(recordWords, type) ? recordWords[type] : undefined) ?? words(type.replaceAll('-', ' '), 'অন্য তথ্য');
};

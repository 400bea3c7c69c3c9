/** What a column can be for, with the words that head such columns, in English and Bangla, most telling first. */
const headings = {
  NAME: 'name, patient name, full name, patient, name of patient, patients name, pt name, client name, customer name, নাম, রোগীর নাম, পুরো নাম, রোগী, পূর্ণ নাম',
  NAME_EN: 'name english, name in english, english name, name en, নাম ইংরেজি, ইংরেজি নাম, নাম ইংরেজিতে',
  NAME_BN: 'name bangla, name in bangla, bangla name, bengali name, name bn, name bengali, নাম বাংলা, বাংলা নাম, নাম বাংলায়',
  FIRST_NAME: 'first name, given name, forename, fname, নামের প্রথম অংশ',
  LAST_NAME: 'last name, surname, family name, lname, পদবি, পদবী, নামের শেষ অংশ',
  SEX: 'sex, gender, m f, লিঙ্গ, জেন্ডার',
  BIRTH_DATE: 'date of birth, birth date, dob, d o b, birthdate, born, birthday, year of birth, birth year, জন্ম তারিখ, জন্মতারিখ, জন্ম সাল, জন্ম',
  AGE: 'age, age years, age y, age in years, patient age, বয়স, বয়স বছর',
  PHONE: 'mobile, phone, mobile no, mobile number, phone no, phone number, contact, contact no, contact number, cell, cell no, cell phone, telephone, tel, tel no, mobile phone, phone 1, phone 2, mobile 1, mobile 2, whatsapp, মোবাইল, মোবাইল নং, মোবাইল নম্বর, মোবাইল নাম্বার, ফোন, ফোন নং, ফোন নম্বর, ফোন নাম্বার, যোগাযোগ, টেলিফোন, মুঠোফোন',
  NID: 'nid, nid no, nid number, national id, national id no, national identity, voter id, nid card, জাতীয় পরিচয়পত্র, জাতীয় পরিচয়পত্র নং, জাতীয় পরিচয় পত্র, এনআইডি, এন আই ডি, ভোটার আইডি',
  BIRTH_REGISTRATION: 'birth registration, birth registration no, birth certificate, birth certificate no, brn, জন্ম নিবন্ধন, জন্ম নিবন্ধন নং, জন্মনিবন্ধন, জন্ম সনদ',
  PASSPORT: 'passport, passport no, passport number, পাসপোর্ট, পাসপোর্ট নং',
  EMIRATES_ID: 'emirates id, eid, emirates id no, এমিরেটস আইডি',
  ADDRESS_LINE: 'address, present address, full address, home address, permanent address, address line, address 1, address 2, village, street, vill, ঠিকানা, বর্তমান ঠিকানা, স্থায়ী ঠিকানা, গ্রাম, বাড়ি',
  AREA: 'area, thana, upazila, upazilla, ps, post office, থানা, উপজেলা, এলাকা',
  CITY: 'city, town, শহর',
  DISTRICT: 'district, zila, zilla, dist, emirate, জেলা',
  POSTAL_CODE: 'postal code, post code, postcode, zip, zip code, পোস্ট কোড, পোস্টকোড',
  FATHER_NAME: 'fathers name, father name, father, name of father, পিতার নাম, পিতা, বাবার নাম, বাবা',
  MOTHER_NAME: 'mothers name, mother name, mother, name of mother, মাতার নাম, মাতা, মায়ের নাম, মা',
  SPOUSE_NAME: 'spouse name, spouse, husbands name, husband name, husband, wifes name, wife name, father husband name, স্বামীর নাম, স্বামী, স্ত্রীর নাম, স্বামী স্ত্রীর নাম',
  GUARDIAN_NAME: 'guardian, guardian name, guardians name, c o, care of, attendant, attendant name, অভিভাবক, অভিভাবকের নাম',
  GUARDIAN_PHONE: 'guardian phone, guardian mobile, guardians phone, guardians mobile, guardian contact, emergency contact, emergency phone, অভিভাবকের মোবাইল, অভিভাবকের ফোন, জরুরি যোগাযোগ',
  BLOOD_GROUP: 'blood group, blood, blood type, bg, রক্তের গ্রুপ, রক্ত, ব্লাড গ্রুপ',
  NOTES: 'notes, note, remarks, remark, comments, comment, medical history, history, diagnosis, মন্তব্য, নোট, রোগের ইতিহাস, রোগ নির্ণয়',
  SOURCE_ID: 'patient id, id, patient no, patient number, reg no, registration no, registration number, reg id, file no, card no, mrn, mr no, hospital no, uhid, source id, old id, রোগী নং, রোগী নম্বর, আইডি, রেজি নং, রেজিস্ট্রেশন নং, ফাইল নং, কার্ড নং',
} as const;

export type ImportField = keyof typeof headings;

/** Every field, in the order in which they are shown. */
export const importFields = Object.keys(headings) as ImportField[];

/** The fields of which several columns make one. */
export const repeatable: ReadonlySet<ImportField> = new Set(['PHONE', 'ADDRESS_LINE', 'NOTES']);

/** The fields that hold a patient's name, or a part of it. */
export const nameFields: ReadonlySet<ImportField> = new Set(['NAME', 'NAME_EN', 'NAME_BN', 'FIRST_NAME', 'LAST_NAME']);

/** The fields that are medical. */
export const clinicalFields: ReadonlySet<ImportField> = new Set(['BLOOD_GROUP', 'NOTES']);

/** A heading without what people write it differently by: case, punctuation, genitives, an explanation in brackets. */
export const plainHeading = (heading: string): string =>
  heading.normalize('NFC').toLowerCase().replace(/['’]/g, '').replace(/[([{].*?[)\]}]/g, ' ').replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').replace(/\s+/g, ' ').trim();

const byHeading = new Map(importFields.flatMap((field) => headings[field].split(', ').map((text): [string, ImportField] => [plainHeading(text), field])));

const LONGEST_HEADING = 200;

/** The field that a heading names; a longer one than 200 characters names none. */
export const fieldOfHeading = (heading: string): ImportField | undefined =>
  heading.length > LONGEST_HEADING ? undefined : byHeading.get(plainHeading(heading));

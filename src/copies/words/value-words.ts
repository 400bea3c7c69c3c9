import { sexWords } from '../../patients/sex-words.model.js';
import { routeWords } from '../../prescriptions/route-words.model.js';
import { type Words, readable } from './words.js';

const bangla: Record<string, string> = {
  ACTIVE: 'বহাল', ARCHIVED: 'সংরক্ষণাগারে', MERGED: 'অন্য রেকর্ডের সঙ্গে মেলানো',
  INVOICE: 'চালান', CREDIT_NOTE: 'ফেরত-চালান', ITEM: 'সামগ্রী', SERVICE: 'সেবা', ISSUED: 'চূড়ান্ত', VOID: 'বাতিল', CASH: 'নগদ', CARD: 'কার্ড', BKASH: 'বিকাশ', WALLET: 'মোবাইল ওয়ালেট', BANK: 'ব্যাংক',
  APPLIED: 'সাক্ষাতের চালানে ধরা হয়েছে', CARRIED: 'অগ্রিম হিসেবে রাখা', REFUNDABLE: 'ফেরত দিতে হবে', REFUNDED: 'ফেরত দেওয়া হয়েছে', FORFEITED: 'বাজেয়াপ্ত',
  CAPTURED: 'টাকা পাওয়া গেছে', PENDING: 'অপেক্ষায়', PAID: 'পরিশোধিত', APPROVED: 'অনুমোদিত', REJECTED: 'নামঞ্জুর', REQUESTED: 'চাওয়া হয়েছে', CPT: 'সিপিটি (CPT)', HCPCS: 'এইচসিপিসিএস (HCPCS)', DDC: 'ডিডিসি (DDC)',
  STANDARD: 'সাধারণ হারে কর', ZERO: 'শূন্য হারে কর', EXEMPT: 'করমুক্ত', OUT_OF_SCOPE: 'করের আওতার বাইরে', FREE_FOLLOW_UP: 'বিনা ফির ফলো-আপ', NO_RULE: 'কোনো নিয়ম নেই',
  RULE_OF_DOCTOR_AND_CHAMBER_AND_VISIT_TYPE: 'ডাক্তার, চেম্বার ও সাক্ষাতের ধরনের নিয়ম', RULE_OF_DOCTOR_AND_CHAMBER: 'চেম্বারে ডাক্তারের নিয়ম', RULE_OF_DOCTOR_AND_VISIT_TYPE: 'ডাক্তার ও সাক্ষাতের ধরনের নিয়ম', RULE_OF_DOCTOR: 'ডাক্তারের নিয়ম',
  RULE_OF_CHAMBER_AND_VISIT_TYPE: 'চেম্বার ও সাক্ষাতের ধরনের নিয়ম', RULE_OF_CHAMBER: 'চেম্বারের নিয়ম', RULE_OF_VISIT_TYPE: 'সাক্ষাতের ধরনের নিয়ম', RULE_OF_PRACTICE: 'প্রতিষ্ঠানের নিয়ম',
  DAY: 'ঠিক দিন', MONTH: 'শুধু মাস', YEAR: 'শুধু বছর', AGE_ESTIMATE: 'বলা বয়স থেকে', OWN: 'নিজের', FAMILY: 'পরিবারের', WORK: 'কর্মস্থলের',
  NID: 'জাতীয় পরিচয়পত্র', BIRTH_REGISTRATION: 'জন্ম নিবন্ধন', PASSPORT: 'পাসপোর্ট', EMIRATES_ID: 'এমিরেটস আইডি', GUARDIAN_MISSING: 'অভিভাবক নেই', POSSIBLE_DUPLICATE: 'আগে থেকে নিবন্ধিত হতে পারেন', EMIRATES_ID_CHECK_DIGIT: 'এমিরেটস আইডির শেষ অঙ্ক মেলে না',
  FATHER: 'বাবা', MOTHER: 'মা', SPOUSE: 'স্বামী বা স্ত্রী', SIBLING: 'ভাই বা বোন', CHILD: 'সন্তান', GRANDPARENT: 'দাদা-দাদি বা নানা-নানি', GRANDCHILD: 'নাতি বা নাতনি', PARENT: 'বাবা বা মা',
  GUARDIAN: 'অভিভাবক', WARD: 'যার অভিভাবক', PATIENT: 'রোগী নিজে', RELATIVE: 'আত্মীয়', REPRESENTATIVE: 'প্রতিনিধি',
  A_POSITIVE: 'এ পজিটিভ (A+)', A_NEGATIVE: 'এ নেগেটিভ (A−)', B_POSITIVE: 'বি পজিটিভ (B+)', B_NEGATIVE: 'বি নেগেটিভ (B−)',
  AB_POSITIVE: 'এবি পজিটিভ (AB+)', AB_NEGATIVE: 'এবি নেগেটিভ (AB−)', O_POSITIVE: 'ও পজিটিভ (O+)', O_NEGATIVE: 'ও নেগেটিভ (O−)',
  INACTIVE: 'এখন নেই', RESOLVED: 'সেরে গেছে', HIGH: 'বেশি', LOW: 'কম', UNABLE_TO_ASSESS: 'বলা যায় না', MILD: 'মৃদু', MODERATE: 'মাঝারি', SEVERE: 'তীব্র',
  CONFIRMED: 'নিশ্চিত', REFUTED: 'ভুল প্রমাণিত', UNCONFIRMED: 'নিশ্চিত নয়', ENTERED_IN_ERROR: 'ভুলে লেখা',
  SUBMITTED: 'পাঠানো হয়েছে', RESUBMITTED: 'আবার পাঠানো হয়েছে', PARTLY_PAID: 'আংশিক পরিশোধিত', DENIED: 'দেওয়া হয়নি', CLOSED: 'শেষ', CORRECTION: 'সংশোধন', INTERNAL_COMPLAINT: 'আপত্তি', DRUG: 'ওষুধ', DENTAL: 'দাঁতের চিকিৎসা', READY: 'প্রস্তুত',
  REMISSION: 'আপাতত নেই', PROVISIONAL: 'প্রাথমিক ধারণা',
  ABDOMINAL_PAIN: 'পেটব্যথা', ANAPHYLAXIS: 'অ্যানাফাইল্যাক্সিস', ANGIOEDEMA: 'মুখ বা গলা ফোলা', BREATHLESSNESS: 'শ্বাসকষ্ট', CONJUNCTIVITIS: 'চোখ লাল হওয়া', DIARRHOEA: 'ডায়রিয়া',
  HYPOTENSION: 'রক্তচাপ কমে যাওয়া', ITCHING: 'চুলকানি', NAUSEA_OR_VOMITING: 'বমি বা বমি ভাব', RASH: 'ফুসকুড়ি', RHINITIS: 'সর্দি ও হাঁচি', SEVERE_SKIN_REACTION: 'ত্বকের গুরুতর প্রতিক্রিয়া',
  URTICARIA: 'আমবাত', WHEEZING: 'বুকে শোঁ শোঁ শব্দ', CLASS: 'ওষুধের শ্রেণি', ENVIRONMENT: 'পরিবেশ', FOOD: 'খাবার', INGREDIENT: 'ওষুধের উপাদান',
  CONSULTATION: 'পরামর্শ', PHONE: 'ফোনে কথা', PROCEDURE: 'প্রক্রিয়া', PROGRESS: 'অগ্রগতি',
  BLOOD_GLUCOSE: 'রক্তের শর্করা', BODY_MASS_INDEX: 'দেহভর সূচক', BODY_SURFACE_AREA: 'দেহের উপরিতল', DIASTOLIC: 'রক্তচাপ (নিচের)', SYSTOLIC: 'রক্তচাপ (উপরের)', HEAD_CIRCUMFERENCE: 'মাথার পরিধি',
  HEIGHT: 'উচ্চতা', OXYGEN_SATURATION: 'রক্তে অক্সিজেন', PAIN: 'ব্যথা', PULSE: 'নাড়ির গতি', RESPIRATORY_RATE: 'শ্বাসের হার', TEMPERATURE: 'তাপমাত্রা', WEIGHT: 'ওজন',
  UNUSUALLY_HIGH: 'অস্বাভাবিক বেশি', UNUSUALLY_LOW: 'অস্বাভাবিক কম', AFTER_MEAL: 'খাবারের পর', FASTING: 'খালি পেটে', RANDOM: 'যেকোনো সময়',
  ADDRESS: 'ঠিকানা', BIRTH: 'জন্ম', BLOOD_GROUP: 'রক্তের গ্রুপ', NAME_BN: 'বাংলা নাম', NAME_EN: 'ইংরেজি নাম', NOTES: 'নোট', PHONES: 'ফোন নম্বর', SEX: 'লিঙ্গ',
  LAB_REPORT: 'পরীক্ষার রিপোর্ট', IMAGING: 'এক্স-রে, আলট্রাসাউন্ড ইত্যাদি', PRESCRIPTION: 'ব্যবস্থাপত্র', REFERRAL: 'রেফারেল', DISCHARGE_SUMMARY: 'ছাড়পত্র', CLINICAL_PHOTO: 'শরীরের ছবি',
  OTHER_CLINICAL: 'অন্য চিকিৎসার নথি', IDENTITY: 'পরিচয়ের নথি', CONSENT_FORM: 'সম্মতিপত্র', INSURANCE: 'বীমা', OTHER_ADMINISTRATIVE: 'অন্য নথি',
  TREATMENT: 'চিকিৎসা', SMS: 'এসএমএস', EMAIL: 'ই-মেইল', EXCHANGE: 'অন্য ক্লিনিকে রেকর্ড পাঠানো', RESEARCH: 'গবেষণা',
  GRANTED: 'সম্মতি দেওয়া হয়েছে', REFUSED: 'অসম্মতি', WITHDRAWN: 'সম্মতি ফিরিয়ে নেওয়া হয়েছে', WRITTEN: 'লিখিত', VERBAL: 'মৌখিক', ELECTRONIC: 'ইলেকট্রনিক',
  NO_CONSENT: 'সম্মতি নেই', NO_NUMBER: 'ফোন নম্বর নেই', TOO_LATE: 'সময় পেরিয়ে গেছে', OUT_OF_DATE: 'আর ঠিক নয়', UNDONE: 'ফিরিয়ে নেওয়া হয়েছে',
  NO_GATEWAY: 'পাঠানোর ব্যবস্থা নেই', TIMEOUT: 'সময়ে উত্তর আসেনি', UNREACHABLE: 'যোগাযোগ করা যায়নি', GATEWAY_REFUSED: 'গেটওয়ে নেয়নি', INTERNAL: 'সার্ভারের ত্রুটি',
  HELD: 'রাখা হয়েছে', BOOKED: 'নেওয়া হয়েছে', ARRIVED: 'এসেছেন', CALLED: 'ডাকা হয়েছে', SKIPPED: 'ডেকে পাওয়া যায়নি', QUEUED: 'পাঠানো হবে', SENT: 'পাঠানো হয়েছে', DELIVERED: 'পৌঁছেছে', FAILED: 'পাঠানো যায়নি', SUPPRESSED: 'পাঠানো হয়নি', CONFIRMATION: 'নিশ্চিতকরণ', RESCHEDULED: 'সরানো হয়েছে', REMINDER_EVENING: 'আগের সন্ধ্যার অনুস্মারক', REMINDER_SOON: 'দুই ঘণ্টা আগের অনুস্মারক', SERIAL_NEAR: 'পালা কাছে', SESSION_LATE: 'ডাক্তারের দেরি', SESSION_MOVED: 'নতুন সময়', SESSION_CANCELLED: 'ডাক্তার বসছেন না', WAITLIST_OFFER: 'জায়গা দেওয়ার কথা', WAITING: 'অপেক্ষায়', OFFERED: 'জায়গা দেওয়া হয়েছে', LAPSED: 'সময়ে নেওয়া হয়নি', LEFT: 'আর অপেক্ষায় নেই', IN_CONSULT: 'দেখা চলছে', COMPLETED: 'দেখা শেষ', CANCELLED: 'বাতিল', NO_SHOW: 'আসেননি', EXPIRED: 'মেয়াদ শেষ', NEW: 'প্রথমবার', RETURNING: 'আবার', FOLLOW_UP: 'ফলো-আপ', REPORT: 'রিপোর্ট দেখানো', DESK: 'ডেস্কে', ONLINE: 'অনলাইনে', WALK_IN: 'সরাসরি', GENERAL: 'সবার',
  TABLET: 'ট্যাবলেট', CAPSULE: 'ক্যাপসুল', ML: 'মিলি', DROP: 'ফোঁটা', PUFF: 'পাফ', UNIT: 'ইউনিট', SACHET: 'স্যাশে', SUPPOSITORY: 'সাপোজিটরি', AMPOULE: 'অ্যাম্পুল', PATCH: 'প্যাচ', MG: 'মিলিগ্রাম', GRAM: 'গ্রাম', APPLICATION: 'প্রলেপ', BEFORE_MEAL: 'খাবারের আগে', WITH_MEAL: 'খাবারের সঙ্গে', EMPTY_STOMACH: 'খালি পেটে', DRAFT: 'খসড়া', DISCARDED: 'বাদ দেওয়া', SIGNED: 'স্বাক্ষরিত', SUPERSEDED: 'সংশোধিত হয়েছে', ORAL: 'মুখে', SUBLINGUAL: 'জিহ্বার নিচে', BUCCAL: 'গালের ভেতরে', INHALED: 'শ্বাসে', NASAL: 'নাকে', OPHTHALMIC: 'চোখে', OTIC: 'কানে', TOPICAL: 'ত্বকে', TRANSDERMAL: 'ত্বকের মধ্য দিয়ে', RECTAL: 'পায়ুপথে', VAGINAL: 'যোনিপথে', SUBCUTANEOUS: 'ত্বকের নিচে ইনজেকশন', INTRAMUSCULAR: 'মাংসে ইনজেকশন', INTRAVENOUS: 'শিরায় ইনজেকশন', INTRADERMAL: 'ত্বকে ইনজেকশন',
  ERROR: 'ভুল', KNOWLEDGE_BASE: 'বাইরের জ্ঞানভান্ডার', RULES: 'সার্ভারের নিয়ম', AGE: 'বয়স', ALLERGY: 'অ্যালার্জি', BREASTFEEDING: 'বুকের দুধ খাওয়ান', DOSE: 'মাত্রা', DUPLICATE: 'একই ওষুধ দুবার', INTERACTION: 'ওষুধে ওষুধে প্রতিক্রিয়া', PREGNANCY: 'গর্ভাবস্থা',
  UNAVAILABLE: 'জানা যায়নি', UNCHECKED: 'যাচাই করা যায়নি', CONTRAINDICATED: 'নিষেধ', SERIOUS: 'গুরুতর', MINOR: 'সামান্য', NEITHER: 'কোনোটিই নয়', PREGNANT: 'গর্ভবতী',
};

const english: Record<string, string> = {
  A_POSITIVE: 'A+', A_NEGATIVE: 'A−', B_POSITIVE: 'B+', B_NEGATIVE: 'B−', AB_POSITIVE: 'AB+', AB_NEGATIVE: 'AB−', O_POSITIVE: 'O+', O_NEGATIVE: 'O−',
  NID: 'National identity card', EMIRATES_ID: 'Emirates ID', POSSIBLE_DUPLICATE: 'May be registered already', EMIRATES_ID_CHECK_DIGIT: 'The last digit of the Emirates ID does not fit', SMS: 'SMS', EMAIL: 'E-mail',
  APPLIED: 'Pays the invoice of the visit', CARRIED: 'Kept as an advance', REFUNDABLE: 'To be given back', REFUNDED: 'Given back', FORFEITED: 'Forfeited',
  CPT: 'CPT', HCPCS: 'HCPCS', DDC: 'DDC', BKASH: 'bKash', CAPTURED: 'Paid', PENDING: 'Under way', ZERO: 'Taxed at zero', STANDARD: 'Taxed at the standard rate', EXEMPT: 'Exempt from tax', OUT_OF_SCOPE: 'No matter of tax',
  DAY: 'The day', MONTH: 'The month only', YEAR: 'The year only', AGE_ESTIMATE: 'From a stated age', SYSTOLIC: 'Blood pressure, upper', DIASTOLIC: 'Blood pressure, lower',
  PATIENT: 'The patient', RELATIVE: 'The relative', WARD: 'In the patient’s care', CLASS: 'Class of medicines', INGREDIENT: 'Ingredient of a medicine', PHONE: 'By telephone',
  NAME_BN: 'Name (Bangla)', NAME_EN: 'Name (English)', EXCHANGE: 'Sending the record to another clinic', SPOUSE: 'Husband or wife', SIBLING: 'Brother or sister', CHILD: 'Son or daughter', PARENT: 'Father or mother',
  IN_CONSULT: 'With the doctor', NO_SHOW: 'Did not come', DESK: 'At the desk', ONLINE: 'Online', WALK_IN: 'Came without an appointment', GENERAL: 'For everybody', REPORT: 'To show reports', FOLLOW_UP: 'Follow-up', NEW: 'First visit', SKIPPED: 'Called in vain', HELD: 'Held', WAITING: 'Waits', OFFERED: 'A place was offered', LAPSED: 'Not taken in time', LEFT: 'Waits no longer', WAITLIST_OFFER: 'A place for who waits',
  ML: 'ml', MG: 'mg', EMPTY_STOMACH: 'On an empty stomach', BEFORE_MEAL: 'Before food', WITH_MEAL: 'With food',
};

/** What the values of a copy are called that come from a fixed list. */
export const valueWords: Readonly<Record<string, Words>> = {
  ...sexWords, ...routeWords, ...Object.fromEntries(Object.entries(bangla).map(([name, bn]) => [name, { bn, en: english[name] ?? readable(name) }])),
};

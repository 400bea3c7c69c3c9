import type { Severity } from '../finding.js';

/** Name and version of the rules in this folder; whoever changes one of them counts it up. */
export const RULES_VERSION = 'sinduk-rules 2026-11';

/** An ingredient of the catalogue by its id, or after `@` a class by its id, which stands for all that are in it. */
export type Term = string;

/** From which kind of publication a fact is known. */
export const sources = {
  label: 'Product labels (FDA DailyMed; electronic medicines compendium, UK)',
  who: 'WHO Model Formulary and WHO treatment guidelines',
  ema: 'European Medicines Agency: safety reviews',
  fda: 'US Food and Drug Administration: drug safety communications',
  mhra: 'UK Medicines and Healthcare products Regulatory Agency: Drug Safety Update',
  beers: 'American Geriatrics Society: Beers Criteria',
  qt: 'Product labels; lists of drugs that prolong the QT interval',
  lactation: 'Product labels; LactMed (US National Library of Medicine)',
  allergy: 'Product labels; practice parameters of societies of allergology',
  sense: 'Good practice: no two of one kind without a reason',
} as const;
export type SourceId = keyof typeof sources;

/** What a rule warns of, in English and in Bangla; both follow the names of medicines and a colon. */
export const effects = {
  bleeding: ['more bleeding', 'রক্তক্ষরণের ঝুঁকি বাড়ে'],
  inr: ['the INR rises and with it the risk of bleeding; monitor it or choose another', 'আইএনআর বাড়ে, রক্তক্ষরণের ঝুঁকি; আইএনআর দেখুন বা বিকল্প বাছুন'],
  inrFalls: ['the anticoagulant loses effect; monitor the INR, also after stopping', 'রক্ত জমাটরোধকের কাজ কমে; আইএনআর দেখুন, বন্ধের পরও'],
  losesEffect: ['one loses effect', 'একটির কাজ কমে যায়'],
  levelRises: ['the level of one rises to where it harms', 'একটির মাত্রা রক্তে ক্ষতিকর পর্যায়ে বাড়ে'],
  hypotension: ['blood pressure can fall dangerously', 'রক্তচাপ বিপজ্জনকভাবে কমতে পারে'],
  hypertension: ['blood pressure can rise', 'রক্তচাপ বাড়তে পারে'],
  potassium: ['potassium can rise dangerously; monitor it', 'রক্তে পটাশিয়াম বিপজ্জনকভাবে বাড়তে পারে; পরীক্ষা করুন'],
  potassiumFalls: ['potassium can fall; monitor it', 'রক্তে পটাশিয়াম কমতে পারে; পরীক্ষা করুন'],
  dualRaas: ['potassium rises, blood pressure and kidney function fall', 'পটাশিয়াম বাড়ে, রক্তচাপ ও কিডনির কাজ কমে'],
  renal: ['kidney function can fall', 'কিডনির কাজ কমতে পারে'],
  angioedema: ['swelling of face and throat', 'মুখ ও গলা ফুলে যেতে পারে'],
  lithium: ['the level of lithium rises; monitor it', 'রক্তে লিথিয়ামের মাত্রা বাড়ে; পরীক্ষা করুন'],
  methotrexate: ['methotrexate becomes toxic to marrow and kidney', 'মেথোট্রেক্সেট অস্থিমজ্জা ও কিডনির জন্য বিষাক্ত হয়'],
  marrow: ['the marrow can fail', 'অস্থিমজ্জা অকার্যকর হতে পারে'],
  muscle: ['muscle can break down (rhabdomyolysis)', 'পেশি ক্ষয় হতে পারে (র‍্যাবডোমায়োলাইসিস)'],
  serotonin: ['serotonin syndrome', 'সেরোটোনিন সিনড্রোম হতে পারে'],
  sedation: ['deeper sedation and weaker breathing', 'অতিরিক্ত তন্দ্রা ও শ্বাসপ্রশ্বাস দুর্বল হতে পারে'],
  qt: ['the QT interval lengthens; torsades de pointes', 'কিউটি ব্যবধান বাড়ে; বিপজ্জনক হৃৎছন্দ হতে পারে'],
  bradycardia: ['a slow heartbeat or heart block', 'হৃৎস্পন্দন অতিরিক্ত কমতে পারে'],
  digoxin: ['digoxin becomes toxic; monitor its level and potassium', 'ডিগক্সিন বিষাক্ত হতে পারে; মাত্রা ও পটাশিয়াম দেখুন'],
  airways: ['each works against the other; the airways can narrow', 'একে অন্যের কাজ কমায়; শ্বাসনালি সরু হতে পারে'],
  hypoglycaemia: ['blood sugar can fall, or its signs be hidden', 'রক্তের শর্করা কমতে পারে বা লক্ষণ ঢাকা পড়তে পারে'],
  hyperglycaemia: ['blood sugar can rise', 'রক্তের শর্করা বাড়তে পারে'],
  absorption: ['less of one is absorbed; give them some hours apart', 'একটির শোষণ কমে; কয়েক ঘণ্টা আগে-পরে দিন'],
  intracranial: ['pressure in the skull can rise', 'মস্তিষ্কের ভেতরের চাপ বাড়তে পারে'],
  vitaminA: ['an excess of vitamin A', 'ভিটামিন এ অতিরিক্ত হয়'],
  contraception: ['hormonal contraception fails', 'জন্মনিরোধক হরমোনের কাজ কমে'],
  seizures: ['seizures can return', 'আবার খিঁচুনি হতে পারে'],
  rash: ['a dangerous rash', 'বিপজ্জনক ত্বক-প্রতিক্রিয়া হতে পারে'],
  minorRash: ['a rash is more frequent', 'ত্বকে ফুসকুড়ি বেশি হয়'],
  steroid: ['effects of too much corticosteroid', 'অতিরিক্ত কর্টিকোস্টেরয়েডের প্রভাব'],
  gut: ['ulcers and bleeding of stomach and gut', 'পাকস্থলী ও অন্ত্রে ঘা ও রক্তক্ষরণ'],
  tendon: ['tendons can rupture', 'টেন্ডন ছিঁড়তে পারে'],
  hearing: ['hearing can be lost', 'শ্রবণশক্তি কমতে পারে'],
  opposed: ['each works against the other', 'একে অন্যের কাজ কমায়'],
  movement: ['movement disorders', 'নড়াচড়ার অস্বাভাবিকতা'],
  anticholinergic: ['dry mouth, retention of urine, confusion', 'মুখ শুকানো, প্রস্রাব আটকানো, বিভ্রান্তি'],
  thrombosis: ['clots', 'রক্তনালিতে জমাট বাঁধতে পারে'],
  heartFailure: ['fluid and heart failure', 'শরীরে পানি জমা ও হার্ট ফেইলিউর'],
  uterus: ['the uterus can contract too strongly', 'জরায়ু অতিরিক্ত সংকুচিত হতে পারে'],
  sameClass: ['two of one class', 'একই শ্রেণির দুটি ওষুধ'],
  // Of an age
  reye: ['Reye’s syndrome in children', 'শিশুদের রাই সিনড্রোম হতে পারে'],
  teeth: ['stains teeth and bones that grow', 'বাড়ন্ত দাঁত ও হাড়ে দাগ ফেলে'],
  breathing: ['children can stop breathing', 'শিশুর শ্বাস বন্ধ হতে পারে'],
  cartilage: ['joints and tendons that grow', 'বাড়ন্ত অস্থিসন্ধি ও টেন্ডনের ক্ষতি'],
  ileus: ['the gut can stand still, the heart be harmed', 'অন্ত্র অচল ও হৃদ্‌যন্ত্রের ক্ষতি হতে পারে'],
  heart: ['the heart’s rhythm', 'হৃৎছন্দের সমস্যা'],
  notForAge: ['not for this age', 'এই বয়সের জন্য নয়'],
  haemolysis: ['red blood cells of infants break', 'শিশুর রক্তকণিকা ভাঙতে পারে'],
  jaundice: ['jaundice of the newborn that harms the brain', 'নবজাতকের মস্তিষ্কে ক্ষতিকর জন্ডিস'],
  liver: ['the liver can fail', 'যকৃৎ অকার্যকর হতে পারে'],
  mood: ['thoughts of suicide in the young', 'কম বয়সে আত্মহত্যার চিন্তা আসতে পারে'],
  falls: ['falls and confusion in old age', 'বৃদ্ধ বয়সে পড়ে যাওয়া ও বিভ্রান্তি'],
  dementia: ['more deaths in old people with dementia', 'স্মৃতিভ্রংশ রোগীদের মৃত্যুঝুঁকি বাড়ে'],
  // In pregnancy and while breast-feeding
  malformation: ['harms the child in the womb', 'গর্ভের শিশুর ক্ষতি করে'],
  fetalKidney: ['harms the kidneys of the child in the womb', 'গর্ভের শিশুর কিডনির ক্ষতি করে'],
  ductus: ['harms the child from the 20th week on, closes its ductus in the third trimester', '২০ সপ্তাহ থেকে শিশুর ক্ষতি করে, শেষ তিন মাসে শিশুর ডাক্টাস বন্ধ করে'],
  abortion: ['can end the pregnancy', 'গর্ভপাত ঘটাতে পারে'],
  growth: ['the child grows less', 'গর্ভের শিশুর বৃদ্ধি কমে'],
  newborn: ['effects on the newborn', 'নবজাতকের ওপর প্রভাব'],
  folate: ['works against folic acid; harms the child in the first trimester', 'ফলিক অ্যাসিডের বিরুদ্ধে কাজ করে; প্রথম তিন মাসে শিশুর ক্ষতি'],
  littleKnown: ['too little is known of it in pregnancy', 'গর্ভাবস্থায় এর নিরাপত্তা যথেষ্ট জানা নেই'],
  thyroid: ['acts on the thyroid of the child', 'শিশুর থাইরয়েডের ওপর কাজ করে'],
  noUse: ['has no use in pregnancy', 'গর্ভাবস্থায় এর কোনো ব্যবহার নেই'],
  milk: ['passes into milk and can harm the child', 'বুকের দুধে যায় ও শিশুর ক্ষতি করতে পারে'],
  lessMilk: ['less milk', 'বুকের দুধ কমে'],
} as const satisfies Record<string, readonly [en: string, bn: string]>;
export type Effect = keyof typeof effects;

/** Which forms a rule is about: what acts in the whole body, also what is inhaled, or whatever the form. */
export type Reach = 'SYSTEMIC' | 'INHALED' | 'ANY';

/** What every rule says. */
export interface Rule {
  effect: Effect;
  severity: Severity;
  source: SourceId;
  reach: Reach;
  /** What the rule is not about, although it is in one of its classes. */
  except: readonly Term[];
}

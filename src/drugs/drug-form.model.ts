import { registerEnumType } from '@nestjs/graphql';
import type { DoseUnit } from './dose-unit.model.js';

/** How a quantity of a form is handed out. */
export const dispensings = ['COUNTED', 'BOTTLE', 'TUBE', 'INHALER', 'VIAL'] as const;
export type Dispensing = (typeof dispensings)[number];

/** What the size of a pack is counted in. */
export const packUnits = ['PIECE', 'ML', 'GRAM', 'PUFF'] as const;
export type PackUnit = (typeof packUnits)[number];

/** In what the pack of each way of handing out is measured. */
export const packUnitOf: Readonly<Record<Dispensing, PackUnit>> = { COUNTED: 'PIECE', BOTTLE: 'ML', TUBE: 'GRAM', INHALER: 'PUFF', VIAL: 'ML' };

interface FormRules {
  /** In what a dose is counted when its notation names no unit. */
  readonly unit: DoseUnit;
  readonly dispensed: Dispensing;
  readonly en: string;
  readonly bn: string;
  /** Further words under which it is typed. */
  readonly typed?: string;
}

const form = (unit: DoseUnit, dispensed: Dispensing, en: string, bn: string, typed?: string): FormRules => ({ unit, dispensed, en, bn, ...(typed && { typed }) });

/** Every form of a medicine, the commonest first, which is the order of lists. */
export const drugForms = {
  TABLET: form('TABLET', 'COUNTED', 'tablet', 'ট্যাবলেট'),
  CAPSULE: form('CAPSULE', 'COUNTED', 'capsule', 'ক্যাপসুল'),
  SYRUP: form('ML', 'BOTTLE', 'syrup', 'সিরাপ', 'syp'),
  SUSPENSION: form('ML', 'BOTTLE', 'suspension', 'সাসপেনশন'),
  POWDER_FOR_SUSPENSION: form('ML', 'BOTTLE', 'powder for suspension', 'সাসপেনশনের পাউডার', 'pfs'),
  ORAL_SOLUTION: form('ML', 'BOTTLE', 'oral solution', 'মুখে খাওয়ার দ্রবণ'),
  ORAL_DROPS: form('DROP', 'BOTTLE', 'oral drops', 'মুখে খাওয়ার ড্রপ', 'paediatric'),
  POWDER_FOR_ORAL_DROPS: form('DROP', 'BOTTLE', 'powder for oral drops', 'মুখে খাওয়ার ড্রপের পাউডার', 'paediatric'),
  MODIFIED_RELEASE_TABLET: form('TABLET', 'COUNTED', 'modified-release tablet', 'ধীরে মুক্ত হওয়া ট্যাবলেট', 'xr sr er mr'),
  MODIFIED_RELEASE_CAPSULE: form('CAPSULE', 'COUNTED', 'modified-release capsule', 'ধীরে মুক্ত হওয়া ক্যাপসুল', 'xr sr er mr'),
  CHEWABLE_TABLET: form('TABLET', 'COUNTED', 'chewable tablet', 'চুষে খাওয়ার ট্যাবলেট'),
  DISPERSIBLE_TABLET: form('TABLET', 'COUNTED', 'dispersible tablet', 'পানিতে গোলার ট্যাবলেট', 'dt'),
  EFFERVESCENT_TABLET: form('TABLET', 'COUNTED', 'effervescent tablet', 'বুদবুদ ওঠা ট্যাবলেট'),
  SUBLINGUAL_TABLET: form('TABLET', 'COUNTED', 'sublingual tablet', 'জিভের নিচে রাখার ট্যাবলেট', 'sl'),
  SACHET: form('SACHET', 'COUNTED', 'sachet', 'প্যাকেট', 'powder'),
  INHALER: form('PUFF', 'INHALER', 'inhaler', 'ইনহেলার'),
  DRY_POWDER_INHALER: form('PUFF', 'INHALER', 'dry-powder inhaler', 'পাউডার ইনহেলার', 'dpi'),
  INHALATION_CAPSULE: form('CAPSULE', 'COUNTED', 'inhalation capsule', 'শ্বাসে টানার ক্যাপসুল'),
  NEBULISER_SOLUTION: form('ML', 'BOTTLE', 'nebuliser solution', 'নেবুলাইজারের দ্রবণ', 'nebulizer respirator'),
  EYE_DROPS: form('DROP', 'BOTTLE', 'eye drops', 'চোখের ড্রপ', 'e/d'),
  EAR_DROPS: form('DROP', 'BOTTLE', 'ear drops', 'কানের ড্রপ'),
  NASAL_DROPS: form('DROP', 'BOTTLE', 'nasal drops', 'নাকের ড্রপ'),
  NASAL_SPRAY: form('PUFF', 'INHALER', 'nasal spray', 'নাকের স্প্রে'),
  SUBLINGUAL_SPRAY: form('PUFF', 'INHALER', 'sublingual spray', 'জিভের নিচের স্প্রে', 'sl'),
  SPRAY: form('PUFF', 'INHALER', 'spray', 'স্প্রে'),
  EYE_OINTMENT: form('APPLICATION', 'TUBE', 'eye ointment', 'চোখের মলম'),
  CREAM: form('APPLICATION', 'TUBE', 'cream', 'ক্রিম'),
  OINTMENT: form('APPLICATION', 'TUBE', 'ointment', 'মলম', 'অয়েন্টমেন্ট'),
  GEL: form('APPLICATION', 'TUBE', 'gel', 'জেল'),
  ORAL_GEL: form('APPLICATION', 'TUBE', 'oral gel', 'মুখের জেল'),
  LOTION: form('APPLICATION', 'BOTTLE', 'lotion', 'লোশন'),
  SHAMPOO: form('APPLICATION', 'BOTTLE', 'shampoo', 'শ্যাম্পু'),
  MOUTHWASH: form('ML', 'BOTTLE', 'mouthwash', 'কুলি করার ওষুধ', 'gargle'),
  SUPPOSITORY: form('SUPPOSITORY', 'COUNTED', 'suppository', 'সাপোজিটরি'),
  PESSARY: form('SUPPOSITORY', 'COUNTED', 'pessary', 'যোনিপথের ট্যাবলেট', 'vaginal'),
  ENEMA: form('ML', 'BOTTLE', 'enema', 'এনিমা'),
  PATCH: form('PATCH', 'COUNTED', 'patch', 'প্যাচ', 'transdermal'),
  INJECTION: form('AMPOULE', 'COUNTED', 'injection', 'ইনজেকশন', 'ampoule vial'),
  INSULIN_INJECTION: form('UNIT', 'VIAL', 'insulin injection', 'ইনসুলিন ইনজেকশন', 'pen cartridge'),
  INFUSION: form('ML', 'BOTTLE', 'infusion', 'শিরায় দেওয়ার স্যালাইন', 'iv'),
} as const satisfies Record<string, FormRules>;

/** The name of a form. */
export type DrugForm = keyof typeof drugForms;

/** Every form in the order of lists. */
export const drugFormNames = Object.keys(drugForms) as DrugForm[];

/** What is true of a form. */
export const formRules = (name: DrugForm): FormRules => drugForms[name];

/** True for the name of a form. */
export const isDrugForm = (text: string): text is DrugForm => Object.hasOwn(drugForms, text);

const enumOf = <Name extends string>(names: readonly Name[]): { readonly [Each in Name]: Each } =>
  Object.fromEntries(names.map((name) => [name, name])) as { readonly [Each in Name]: Each };

const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

const counted: Record<Dispensing, string> = {
  COUNTED: 'counted', BOTTLE: 'by bottles of so many ml', TUBE: 'by tubes of so many grams', INHALER: 'by containers of so many puffs', VIAL: 'by vials or pens of so many ml',
};

export const DrugFormEnum = enumOf(drugFormNames);
registerEnumType(DrugFormEnum, {
  name: 'DrugForm',
  description: 'The form of a medicine. It decides in what a dose is counted and how a quantity is handed out.',
  valuesMap: Object.fromEntries(drugFormNames.map((name) => {
    const { en, bn, unit, dispensed } = formRules(name);
    return [name, { description: `${capital(en)} (${bn}). A dose is counted in ${unit}; it is handed out ${counted[dispensed]}.` }];
  })),
});

export const DispensingEnum = enumOf(dispensings);
registerEnumType(DispensingEnum, {
  name: 'Dispensing',
  description: 'How a quantity of a medicine is handed out.',
  valuesMap: Object.fromEntries(dispensings.map((name) => [name, { description: `${capital(counted[name])}.` }])),
});

export const PackUnitEnum = enumOf(packUnits);
registerEnumType(PackUnitEnum, {
  name: 'PackUnit',
  description: 'What the size of a pack is counted in.',
  valuesMap: { PIECE: { description: 'Tablets, sachets and the like.' }, ML: { description: 'Millilitres.' }, GRAM: { description: 'Grams.' }, PUFF: { description: 'Puffs or sprays.' } },
});

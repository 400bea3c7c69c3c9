import type { Route } from './prescription.enums.js';

/** By which way a medicine gets into the body, as patients read it. */
export const routeWords: Readonly<Record<Route, { en: string; bn: string }>> = {
  ORAL: { en: 'By mouth', bn: 'মুখে' }, SUBLINGUAL: { en: 'Under the tongue', bn: 'জিহ্বার নিচে' }, BUCCAL: { en: 'In the cheek', bn: 'গালের ভেতরে' }, INHALED: { en: 'Inhaled', bn: 'শ্বাসে' },
  NASAL: { en: 'Into the nose', bn: 'নাকে' }, OPHTHALMIC: { en: 'Into the eye', bn: 'চোখে' }, OTIC: { en: 'Into the ear', bn: 'কানে' }, TOPICAL: { en: 'On the skin', bn: 'ত্বকে' },
  TRANSDERMAL: { en: 'Through the skin', bn: 'ত্বকের মধ্য দিয়ে' }, RECTAL: { en: 'Into the rectum', bn: 'পায়ুপথে' }, VAGINAL: { en: 'Into the vagina', bn: 'যোনিপথে' },
  SUBCUTANEOUS: { en: 'Under the skin', bn: 'ত্বকের নিচে ইনজেকশন' }, INTRAMUSCULAR: { en: 'Into a muscle', bn: 'মাংসে ইনজেকশন' }, INTRAVENOUS: { en: 'Into a vein', bn: 'শিরায় ইনজেকশন' }, INTRADERMAL: { en: 'Into the skin', bn: 'ত্বকে ইনজেকশন' },
};

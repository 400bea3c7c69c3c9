import { canonical } from '../platform/canonical.js';
import type { BothLanguages } from '../platform/languages.js';
import { dosageText, drugText } from './item-text.js';
import type { PrescribedItem, PrescriptionContent } from './prescription-content.js';
import type { PregnancyState } from './prescription.enums.js';

/** A part of a prescription. */
export type ContentPart = keyof Required<PrescriptionContent>;

/** What became of something that a prescription says. */
export type ContentChangeKind = 'ADDED' | 'REMOVED' | 'CHANGED' | 'MOVED';

/** One difference between two contents, in both languages; what a doctor wrote is the same in both. `what` names the thing; `before` is null for what was added, `after` for what was removed. */
export interface ContentChange {
  kind: ContentChangeKind;
  part: ContentPart;
  what: BothLanguages;
  before: BothLanguages | null;
  after: BothLanguages | null;
}

/** Something that a part of a prescription says: `key` tells what it is, `value` all of it, and `what` and `text` say it. */
interface Said {
  key: string;
  value: string;
  what: BothLanguages;
  text: BothLanguages;
}

const same = (text: string): BothLanguages => ({ en: text, bn: text });
const said = (key: string, value: unknown, what: BothLanguages, text: BothLanguages): Said => ({ key, value: canonical(value), what, text });
const line = (text: string): Said => said(text, text, same(text), same(text));
const noted = (text: string, note: string | null): string => (note ? `${text} (${note})` : text);

const pregnancies: Readonly<Record<PregnancyState, BothLanguages>> = {
  PREGNANT: { en: 'pregnant', bn: 'গর্ভবতী' }, BREASTFEEDING: { en: 'breast-feeding', bn: 'বুকের দুধ খাওয়ান' }, NEITHER: { en: 'neither pregnant nor breast-feeding', bn: 'গর্ভবতী নন, বুকের দুধও খাওয়ান না' },
};

const parts: { readonly [Part in ContentPart]: (content: PrescriptionContent) => Said[] } = {
  complaints: ({ complaints }) => complaints.map(line),
  examination: ({ examination }) => (examination === null ? [] : [said('', examination, { en: 'Examination', bn: 'পরীক্ষা' }, same(examination))]),
  pregnancy: ({ pregnancy }) => (pregnancy ? [said('', pregnancy, { en: 'Pregnancy', bn: 'গর্ভাবস্থা' }, pregnancies[pregnancy])] : []),
  diagnoses: ({ diagnoses }) => diagnoses.map((diagnosis) => {
    const { coded, text } = diagnosis;
    const what = coded ? { en: `${coded.code} ${coded.title}`, bn: `${coded.code} ${coded.titleBn ?? coded.title}` } : same(text ?? '');
    return said(coded?.code ?? text ?? '', diagnosis, what, coded ? { en: noted(what.en, text), bn: noted(what.bn, text) } : what);
  }),
  investigations: ({ investigations }) => investigations.map(({ name, note }) => said(name, [name, note], same(name), same(noted(name, note)))),
  items: ({ items }) => items.map((item) => said(item.drug.kind === 'PRODUCT' ? item.drug.productId : item.drug.text, withoutId(item), drugText(item.drug), dosageText(item))),
  advice: ({ advice }) => advice.map(line),
  followUp: ({ followUp }) => (followUp ? [said('', followUp, { en: 'Follow-up', bn: 'আবার আসা' }, same(noted(followUp.on, followUp.note)))] : []),
};

/**
 * What differs between two contents, in the order of a prescription; nothing if and only if they say the same, whatever the ids of their items.
 * Things are matched that are the same thing: medicines of one product or text, codes, lines. Of several alike those that did not change are matched first, and then by their order.
 */
export function contentChanges(before: PrescriptionContent, after: PrescriptionContent): ContentChange[] {
  return (Object.keys(parts) as ContentPart[]).flatMap((part) => changesOf(part, parts[part](before), parts[part](after)));
}

function changesOf(part: ContentPart, before: readonly Said[], after: readonly Said[]): ContentChange[] {
  const former = matched(before, after);
  const left = before.filter((_, index) => !former.includes(index));
  return [
    ...left.map(({ what, text }): ContentChange => ({ kind: 'REMOVED', part, what, before: text, after: null })),
    ...after.flatMap(({ what, text, value }, index): ContentChange[] => {
      const then = before[former[index] ?? -1];
      if (!then) return [{ kind: 'ADDED', part, what, before: null, after: text }];
      return then.value === value ? [] : [{ kind: 'CHANGED', part, what, before: then.text, after: text }];
    }),
    ...moved(part, before, former),
  ];
}

/** Which of the former ones each is, by its index; undefined for what is new. */
function matched(before: readonly Said[], after: readonly Said[]): Array<number | undefined> {
  const former: Array<number | undefined> = after.map(() => undefined);
  for (const alike of [(a: Said, b: Said) => a.key === b.key && a.value === b.value, (a: Said, b: Said) => a.key === b.key]) {
    after.forEach((one, index) => {
      former[index] ??= indexOf(before, (other, at) => !former.includes(at) && alike(one, other));
    });
  }
  return former;
}

function indexOf(list: readonly Said[], fits: (one: Said, index: number) => boolean): number | undefined {
  const index = list.findIndex(fits);
  return index < 0 ? undefined : index;
}

/** Tells the order of what stayed, when it is another one. */
function moved(part: ContentPart, before: readonly Said[], former: ReadonlyArray<number | undefined>): ContentChange[] {
  const now = former.filter((index) => index !== undefined);
  const then = [...now].sort((a, b) => a - b);
  if (now.every((index, at) => index === then[at])) return [];
  const [was, is] = [then, now].map((indexes) => inARow(indexes.map((index) => before[index]!.what)));
  return [{ kind: 'MOVED', part, what: is!, before: was!, after: is! }];
}

const inARow = (texts: readonly BothLanguages[]): BothLanguages => ({ en: texts.map(({ en }) => en).join('; '), bn: texts.map(({ bn }) => bn).join('; ') });

const withoutId = ({ id: _, ...item }: PrescribedItem): Omit<PrescribedItem, 'id'> => item;

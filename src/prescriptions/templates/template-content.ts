import { Temporal } from 'temporal-polyfill';
import type { KnownDrug } from '../../drugs/drugs.reader.js';
import { canonical } from '../../platform/canonical.js';
import type { InputCheck } from '../../platform/input-check.js';
import { type ContentGiven, type ContentKnown, type PrescribedItem, type PrescriptionContent, contentFrom, prescriptionLimits } from '../prescription-content.js';
import type { TemplateKind } from './template.enums.js';

/** How many of each a member can keep, how long a name is in code points, and the latest follow-up in days. */
export const templateLimits = { TEMPLATE: 200, MEDICINE: 500, ADVICE: 300, INVESTIGATION: 300, name: 100, followUpDays: 730 } as const;

/** What is sealed in `clinic.prescription_templates.content`: a prescription in which the follow-up is told in days. */
export interface TemplateContent extends Omit<PrescriptionContent, 'followUp' | 'pregnancy'> {
  name: string | null;
  followUp: { afterDays: number; note: string | null } | null;
}

/** What a template is to be, as it was stated. */
export interface TemplateGiven extends Omit<ContentGiven, 'followUp' | 'pregnancy'> {
  name?: string | null;
  followUp?: { afterDays: number; note?: string | null } | null;
}

const parts = ['complaints', 'diagnoses', 'investigations', 'items', 'advice'] as const;

/** What a template of a kind holds, clean and complete. Notes every fault; throws NOT_FOUND for a product that there is not. */
export function templateFrom(check: InputCheck, kind: TemplateKind, given: TemplateGiven, known: Omit<ContentKnown, 'today'>): TemplateContent {
  const { followUp: _, pregnancy: _pregnancy, ...content } = contentFrom(check, { ...given, followUp: null }, { ...known, today: '' });
  const template = { ...content, name: check.line(['name'], given.name, templateLimits.name), followUp: followUpFrom(check, given.followUp) };
  mustFit(check, kind, template);
  return template;
}

function followUpFrom(check: InputCheck, given: TemplateGiven['followUp']): TemplateContent['followUp'] {
  if (!given) return null;
  if (given.afterDays < 1 || given.afterDays > templateLimits.followUpDays) check.blame(['followUp', 'afterDays'], 'OUT_OF_RANGE', { min: 1, max: templateLimits.followUpDays });
  return { afterDays: given.afterDays, note: check.line(['followUp', 'note'], given.note, prescriptionLimits.note) };
}

const onlyPart = { MEDICINE: 'items', ADVICE: 'advice', INVESTIGATION: 'investigations' } as const;

/** A template has a name and holds something; a favourite is one thing of its kind and nothing else. */
function mustFit(check: InputCheck, kind: TemplateKind, template: TemplateContent): void {
  if (check.faults.length) return;
  const counted = parts.reduce((count, part) => count + template[part].length, 0);
  const more = template.examination !== null || template.followUp !== null;
  if (kind === 'TEMPLATE') {
    if (template.name === null) check.blame(['name'], 'REQUIRED');
    if (!counted && !more) check.blame([], 'EMPTY');
  } else if (template[onlyPart[kind]].length !== 1 || counted !== 1 || more) check.blame([], 'EXACTLY_ONE', { of: onlyPart[kind] });
}

/** What a prescription says, as a template; `day` is that on which it was written, where its chamber is. */
export const templateOf = (name: string | null, { followUp, pregnancy: _, ...content }: PrescriptionContent, day: string): TemplateContent => ({
  ...content, name,
  followUp: followUp && { afterDays: Math.max(1, Temporal.PlainDate.from(day).until(followUp.on).days), note: followUp.note },
});

/** A draft with what a template adds: nothing that is written is lost, and no line comes twice. The medicines are read anew; faults are told by their places in the template. */
export function withTemplate(check: InputCheck, draft: PrescriptionContent, template: TemplateContent, known: { products: ReadonlyMap<string, KnownDrug>; today: string }): PrescriptionContent {
  const { items } = contentFrom(check, { items: template.items.map(givenAgain) }, { ...known, codes: () => 'UNKNOWN_CODE' });
  const appended = {
    complaints: joined(draft.complaints, template.complaints), diagnoses: joined(draft.diagnoses, template.diagnoses), investigations: joined(draft.investigations, template.investigations),
    items: [...draft.items, ...items], advice: joined(draft.advice, template.advice),
  };
  for (const part of parts) check.tooMany(part, appended[part], prescriptionLimits[part]);
  const examination = [...new Set([draft.examination, template.examination])].filter((text) => text !== null).join('\n') || null;
  if (examination && [...examination].length > prescriptionLimits.examination) check.blame(['examination'], 'TOO_LONG', { max: prescriptionLimits.examination });
  const on = template.followUp && Temporal.PlainDate.from(known.today).add({ days: template.followUp.afterDays }).toString();
  return { ...appended, examination, pregnancy: draft.pregnancy ?? null, followUp: draft.followUp ?? (on === null ? null : { on, note: template.followUp!.note }) };
}

const joined = <T>(written: readonly T[], added: readonly T[]): T[] => [...written, ...added.filter((one) => !written.some((other) => canonical(other) === canonical(one)))];

const givenAgain = ({ drug, dose, unit, meal, route, quantity, note }: PrescribedItem) =>
  ({ ...(drug.kind === 'PRODUCT' ? { productId: drug.productId } : { freeText: drug.text }), dose, unit, meal, route, quantity, note });

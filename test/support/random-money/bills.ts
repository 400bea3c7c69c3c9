import fc from 'fast-check';
import { type Scene, anybody, deed, one, percent, which } from './deed.js';
import type { Answer } from './asking.js';

const line = fc.record({ price: fc.integer({ min: 0, max: 90_000 }), quantity: fc.integer({ min: 1, max: 3 }), rate: fc.constantFrom(0, 0, 333, 1_000, 1_001, 5_000), taxed: fc.boolean(), doctor: fc.nat({ max: 2 }) });
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

const CODE = { system: 'CPT', code: '99213' };
const VERSION = 'id version';

const lineOf = ({ price, quantity, rate, taxed, doctor }: Line, { clinic }: Scene): object =>
  ({ kind: 'SERVICE', description: 'Dressing', code: CODE, unitPrice: clinic.money(price), quantity, discountRate: rate, taxCategory: taxed ? 'STANDARD' : 'EXEMPT', doctorId: clinic.doctors[clinic.country === 'AE' ? doctor % 2 : doctor] ?? null });

/** Drafts an invoice, of a visit where one is chosen, and mostly issues it, with the approval that it may need. */
export const bill = deed<{ patient: number; visit: number | null; fee: number; lines: Line[]; issues: boolean; who: number; approver: number }>(10, {
  patient: which, visit: fc.option(which, { freq: 2 }), fee: fc.integer({ min: 1, max: 90_000 }), lines: fc.array(line, { minLength: 1, maxLength: 3 }), issues: fc.constantFrom(true, true, true, true, false), who: which, approver: which,
}, async ({ patient, visit, fee, lines, issues, who, approver }, scene) => {
  const { clinic, ask } = scene;
  const visited = visit === null ? undefined : one(clinic.visits, visit);
  const consultation = visited && { kind: 'CONSULTATION', code: CODE, unitPrice: clinic.money(fee), taxCategory: 'EXEMPT' };
  const person = anybody(scene, who);
  const { data } = await ask.keyed('draftInvoice', {
    chamberId: clinic.chamberId, patientId: visited?.patientId ?? one(clinic.patients, patient), ...(visited && { appointmentId: visited.appointmentId }),
    lines: [...(consultation ? [consultation] : []), ...lines.map((each) => lineOf(each, scene))],
  }, person);
  if (!data || !issues) return;
  const draft = { id: data['id'] as string, version: data['version'] as number };
  if ((await issueOf(scene, draft, who)).outcome !== 'APPROVAL_NEEDED') return;
  // Whoever wrote it is refused; then somebody else is asked.
  const approved = await ask.step('approveDiscount', VERSION, draft, anybody(scene, approver));
  if (!approved.data) await ask.step('approveDiscount', VERSION, draft, person === clinic.manager ? clinic.owner : clinic.manager);
  await issueOf(scene, { ...draft, version: draft.version + 1 }, who);
});

/** Issues what was left as a draft, on whatever day that was, or discards it. */
export const issue = deed<{ draft: number; discard: boolean; who: number }>(1, { draft: which, discard: fc.constantFrom(true, false, false), who: which }, async ({ draft, discard, who }, scene) => {
  const chosen = one(scene.now.invoices.filter(({ kind, status }) => kind === 'INVOICE' && status === 'DRAFT'), draft);
  if (chosen) await (discard ? scene.ask.step('discardInvoice', VERSION, chosen, anybody(scene, who)) : issueOf(scene, chosen, who));
});

/** Credits an invoice, whole or a part of a line of it. */
export const credit = deed<{ invoice: number; line: number | null; part: number; who: number }>(3, { invoice: which, line: fc.option(which, { freq: 3 }), part: percent, who: which }, async ({ invoice, line: no, part, who }, scene) => {
  const { now, ask, clinic } = scene;
  const chosen = one(now.invoices.filter(({ kind, status }) => kind === 'INVOICE' && status === 'ISSUED'), invoice);
  if (!chosen) return;
  const of = no === null ? undefined : one(now.invoice_lines.filter(({ invoice_id }) => invoice_id === chosen.id), no);
  const price = of && Math.floor(((of.quantity * of.unit_price - of.discount) * part) / 100);
  await ask.keyed('creditInvoice', { invoiceId: chosen.id, reason: 'In error', ...(of && { lines: [{ no: of.no, ...(part < 90 && price && { amount: clinic.money(price) }) }] }) }, anybody(scene, who + 1));
});

const issueOf = (scene: Scene, draft: { id: string; version: number }, who: number): Promise<Answer> => scene.ask.step('issueInvoice', VERSION, draft, anybody(scene, who));

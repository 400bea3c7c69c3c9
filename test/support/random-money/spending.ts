import fc from 'fast-check';
import { dayFromNow } from '../appointments.js';
import type { ShareTerms } from './clinic.js';
import { amount, anybody, atADrawer, deed, one, percent, which } from './deed.js';
import { payableTo } from './reckoning.js';

export const shareTerms: fc.Arbitrary<ShareTerms> = fc.record({ kind: fc.constantFrom('PERCENTAGE', 'PERCENTAGE', 'PER_PATIENT', 'SESSIONAL'), rate: fc.integer({ min: 1, max: 10_000 }), amount: fc.integer({ min: 1, max: 70_000 }) });

/** Asks for an expense. */
export const requestExpense = deed<{ amount: number; who: number }>(2, { amount, who: which }, ({ amount: much, who }, scene) => scene.ask.keyed('requestExpense', {
  chamberId: scene.clinic.chamberId, categoryId: scene.clinic.categoryId, amount: scene.clinic.money(much), spentOn: dayFromNow(0, scene.clinic.timeZone), description: 'Rent of the month',
}, anybody(scene, who)));

/** Approves or rejects an expense, whoever asked for it. */
export const decideExpense = deed<{ expense: number; approve: boolean; who: number }>(2, { expense: which, approve: fc.constantFrom(true, true, false), who: which }, async ({ expense, approve, who }, scene) => {
  const chosen = one(scene.now.expenses.filter(({ status }) => status === 'REQUESTED' || status === 'APPROVED'), expense);
  if (chosen) await scene.ask.step(approve ? 'approveExpense' : 'rejectExpense', 'id', chosen, anybody(scene, who));
});

/** Pays an expense, approved or not, out of a drawer, the safe or the bank. */
export const payExpense = deed<{ expense: number; from: string; who: number }>(3, { expense: which, from: fc.constantFrom('DRAWER', 'SAFE', 'BANK'), who: which }, async ({ expense, from, who }, scene) => {
  const chosen = one(scene.now.expenses.filter(({ status }) => status !== 'PAID' || expense % 5 === 0), expense);
  if (chosen) await scene.ask.step('payExpense', 'id', chosen, from === 'DRAWER' ? atADrawer(scene, who) : anybody(scene, who), `, from: ${from}`);
});

/** Pays a doctor of what is theirs, or tries to pay more. */
export const payout = deed<{ doctor: number; part: number; source: string; who: number }>(3, { doctor: fc.nat({ max: 1 }), part: percent, source: fc.constantFrom('SAFE', 'BANK'), who: which }, async ({ doctor, part, source, who }, scene) => {
  const doctorId = scene.clinic.doctors[doctor]!;
  const much = Math.max(1, Math.floor((payableTo(scene.now, doctorId) * part) / 100));
  await scene.ask.keyed('payDoctor', { chamberId: scene.clinic.chamberId, doctorId, amount: scene.clinic.money(much), source }, anybody(scene, who));
});

/** Ends what a doctor gets today; from tomorrow on it is something else. */
export const changeShare = deed<{ doctor: number; terms: ShareTerms; who: number }>(1, { doctor: fc.nat({ max: 1 }), terms: shareTerms, who: which }, async ({ doctor, terms: { kind, rate, amount: other }, who }, scene) => {
  const { clinic, now, ask } = scene;
  const [today, tomorrow] = [dayFromNow(0, clinic.timeZone), dayFromNow(1, clinic.timeZone)];
  const rule = now.share_rules.find(({ doctor_id, valid_until }) => doctor_id === clinic.doctors[doctor] && valid_until === null);
  if (rule) await ask.other('endShareRule', 'mutation ($id: UUID!, $lastDay: LocalDate!) { answer: endShareRule(id: $id, lastDay: $lastDay) { id } }', { id: rule.id, lastDay: today }, anybody(scene, who));
  const much = clinic.money(kind === 'SESSIONAL' ? clinic.sessionAmounts[doctor]! : other);
  await ask.keyed('addShareRule', { doctorId: clinic.doctors[doctor], chamberId: doctor === 0 ? clinic.chamberId : null, validFrom: tomorrow, kind, ...(kind === 'PERCENTAGE' ? { rate } : { amount: much }) }, anybody(scene, who));
});

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { activityIdOf } from '../../../src/claims/claims/claim-rows.js';
import { remittanceFile } from '../claims.js';
import { type Scene, anybody, deed, one, percent, which } from './deed.js';

/** Claims what is due on an invoice from the patient's insurer, and mostly has it ready to be sent. */
export const claim = deed<{ invoice: number; ready: boolean; who: number }>(8, { invoice: which, ready: fc.constantFrom(true, true, true, false), who: which }, async ({ invoice, ready, who }, scene) => {
  const { clinic, now, ask } = scene;
  const chosen = one(now.invoices.filter(({ kind, status }) => kind === 'INVOICE' && status === 'ISSUED'), invoice);
  const policyId = chosen && clinic.policies.get(chosen.patient_id);
  if (!policyId) return;
  const { data } = await ask.keyed('makeClaim', { invoiceId: chosen.id, policyId, diagnoses: ['E11.9'] }, anybody(scene, who + 1));
  if (data && ready) await ask.step('readyClaim', 'id', data as { id: string; version: number }, anybody(scene, who));
});

/** Sends what is ready. */
export const submit = deed<{ who: number }>(6, { who: which }, async ({ who }, scene) => {
  const { chamberId, payerId } = scene.clinic;
  if (payerId) await scene.ask.keyed('submitClaims', { chamberId, payerId, disposition: 'PRODUCTION' }, anybody(scene, who + 1));
});

/** The insurer pays of what it was sent, all, a part, nothing, or more than was claimed, which nobody books; the file may come twice, and an old one once more, with another byte in it. */
export const remit = deed<{ claims: number; paid: number; twice: boolean; old: number | null; who: number }>(10, { claims: which, paid: fc.oneof(percent, fc.constantFrom(0, 100)), twice: fc.boolean(), old: fc.option(which, { freq: 2 }), who: which }, async ({ claims, paid, twice, old, who }, scene) => {
  const { clinic, now, ask } = scene;
  const sent = now.claims.filter(({ status }, at) => (status === 'SUBMITTED' || status === 'RESUBMITTED') && (claims >> at % 8) % 2 === 0);
  if (!sent.length) return;
  const importing = async (file: string): Promise<void> => {
    const { data } = await ask.keyed('importRemittance', { chamberId: clinic.chamberId, file }, anybody(scene, who + 1));
    for (const { reason } of (data?.['faults'] ?? []) as Array<{ reason: string }>) ask.count(`remittance ${reason}`);
  };
  const before = old === null ? undefined : one(clinic.remittances, old);
  if (before) await importing(`${before}\n`);
  const file = remittanceFile(sent.map(({ id, code, corrections }) => ({ code, reference: randomUUID().slice(0, 8), activities: linesOf(scene, id).map(({ no, net, paid: before }) => {
    const pays = Math.floor(((net - before) * paid) / 100);
    return { id: activityIdOf(corrections, no), net: net - before, paid: pays, ...(pays < net - before && { denial: 'MNEC-003' }) };
  }) })));
  for (let times = 0; times < (twice ? 2 : 1); times++) await importing(file);
  clinic.remittances.push(file);
});

/** What was not paid is complained of, corrected where nothing was paid, given up, or left to the patient; what was never sent is discarded. */
export const endClaim = deed<{ claim: number; how: string; who: number }>(10, { claim: which, how: fc.constantFrom('INTERNAL_COMPLAINT', 'INTERNAL_COMPLAINT', 'CORRECTION', 'CORRECTION', 'WRITTEN_OFF', 'TO_PATIENT', 'DISCARD'), who: which }, async ({ claim: which_, how, who }, scene) => {
  const { now, ask } = scene;
  const chosen = one(now.claims.filter(({ status }) => (how === 'DISCARD' ? status === 'DRAFT' || status === 'READY' : status === 'DENIED' || (status === 'PARTLY_PAID' && (how !== 'CORRECTION' || which_ % 5 === 0)))), which_);
  if (!chosen) return;
  const { id, version } = chosen;
  if (how === 'DISCARD') await ask.step('discardClaim', 'id', chosen, anybody(scene, who));
  else if (how === 'INTERNAL_COMPLAINT' || how === 'CORRECTION') {
    const { data } = await ask.other('resubmitClaim', 'mutation ($input: ResubmitClaimInput!) { answer: resubmitClaim(input: $input) { id version status } }', { input: { id, version, kind: how, comment: 'See the notes.' } }, anybody(scene, who));
    if (data) ask.count(`resubmitted ${how}`);
    if (data?.['status'] === 'DRAFT') await ask.step('readyClaim', 'id', data as { id: string; version: number }, anybody(scene, who));
  }
  else await ask.keyed('closeClaim', { id, version, rest: how, reason: 'Not worth it' }, anybody(scene, who + 1));
});

const linesOf = ({ now }: Scene, claimId: string) => now.claim_lines.filter(({ claim_id, net, paid }) => claim_id === claimId && net > paid);

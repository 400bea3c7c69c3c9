import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { hashOf } from '../../../src/platform/crypto/secrets.js';
import { type Scene, anybody, atADrawer, deed, one, which } from './deed.js';

/** Somebody new books online and pays the deposit at the desk, by whatever method. */
export const book = deed<{ method: string; who: number }>(2, { method: fc.constantFrom('CASH', 'CARD', 'BANK'), who: which }, async ({ method, who }, scene) => {
  const { clinic, ask } = scene;
  const appointmentId = await holdOnline(scene);
  if (!appointmentId) return;
  const { data } = await ask.other('registerPatient', 'mutation { answer: registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, clinic.owner);
  if (!data) return;
  const patientId = data['patient'].id as string;
  clinic.patients.push(patientId);
  await ask.keyed('takeDeposit', { appointmentId, patientId, method, ...(method !== 'CASH' && { reference: randomUUID() }) }, method === 'CASH' ? atADrawer(scene, who) : anybody(scene, who));
});

/** Somebody books online and begins to pay the deposit by bKash; nobody knows yet which patient that is. */
export const bookAndPay = deed<{ times: number }>(2, { times: fc.integer({ min: 1, max: 2 }) }, async ({ times }, scene) => {
  const { clinic, ask, world } = scene;
  const appointmentId = await holdOnline(scene);
  if (!appointmentId) return;
  const input = { secret: clinic.secrets.get(appointmentId), provider: 'BKASH', idempotencyKey: randomUUID() };
  await Promise.all(Array.from({ length: times }, () => ask.other('payOnlineDeposit', 'mutation ($input: PayOnlineDepositInput!) { answer: payOnlineDeposit(input: $input) { status } }', { input }, clinic.owner)));
  const [begun] = await world.sql<{ id: string }>('superuser', 'select id from clinic.payments where tenant_id = $1 and deposit_of = $2', [clinic.tenantId, appointmentId]);
  if (begun) ask.tell('payments', input.idempotencyKey, begun.id);
});

async function holdOnline(scene: Scene): Promise<string | undefined> {
  const { clinic, ask } = scene;
  if (!clinic.online) return undefined;
  const phone = `+88017${String(Number.parseInt(randomUUID().slice(0, 8), 16) % 1e8).padStart(8, '0')}`;
  const asked = await ask.other('requestBookingCode', 'mutation ($input: RequestBookingCodeInput!) { answer: requestBookingCode(input: $input) }', { input: { link: clinic.online.link, phone } }, clinic.owner);
  const code = asked.outcome === 'done' ? await clinic.online.codeTo(phone) : undefined;
  if (!code) return undefined;
  const input = { link: clinic.online.link, name: 'Amena Begum', sessionId: clinic.sessionId, phone, code };
  const { data } = await ask.other('holdOnlinePlace', 'mutation ($input: HoldOnlinePlaceInput!) { answer: holdOnlinePlace(input: $input) { secret } }', { input }, clinic.owner);
  if (!data) return undefined;
  const appointmentId = await appointmentOf(scene, data['secret'] as string);
  clinic.secrets.set(appointmentId, data['secret'] as string);
  return appointmentId;
}

/** What becomes of a visit whose deposit is held: the patient or the practice cancels it, or nobody comes. */
export const visit = deed<{ deposit: number; what: string }>(2, { deposit: which, what: fc.constantFrom('CANCELLED', 'CANCELLED_BY_US', 'NO_SHOW') }, async ({ deposit, what }, scene) => {
  const { now, ask, clinic } = scene;
  const held = one(now.deposits.filter(({ status }) => status === 'HELD'), deposit);
  const appointment = held && now.appointments.find(({ id }) => id === held.appointment_id);
  if (!appointment) return;
  const { id, version } = appointment;
  if (what === 'CANCELLED') await ask.other('cancelOnlineBooking', 'mutation ($secret: String!) { answer: cancelOnlineBooking(secret: $secret) { status } }', { secret: clinic.secrets.get(id) }, clinic.owner);
  if (what === 'CANCELLED_BY_US') await ask.other('cancelAppointment', 'mutation ($input: CancelAppointmentInput!) { answer: cancelAppointment(input: $input) { id } }', { input: { id, version, reason: 'The doctor is ill' } }, clinic.owner);
  if (what === 'NO_SHOW') {
    await ask.other('openClinicSession', 'mutation ($id: UUID!) { answer: openClinicSession(id: $id) { id } }', { id: clinic.sessionId }, clinic.owner);
    await ask.other('noteNoShow', 'mutation ($id: UUID!) { answer: noteNoShow(id: $id) { id } }', { id }, clinic.owner);
  }
});

/** Bills a visit whose deposit is held, which that pays. */
export const billVisit = deed<{ deposit: number; fee: number; who: number }>(1, { deposit: which, fee: fc.integer({ min: 1, max: 40_000 }), who: which }, async ({ deposit, fee, who }, scene) => {
  const { now, ask, clinic } = scene;
  const held = one(now.deposits.filter(({ status }) => status === 'HELD'), deposit);
  if (!held) return;
  const appointment = now.appointments.find(({ id }) => id === held.appointment_id)!;
  const patientId = appointment.patient_id ?? now.payments.find(({ id }) => id === held.id)!.patient_id ?? one(clinic.patients, fee);
  if (!appointment.patient_id) await ask.other('identifyBooker', 'mutation ($input: IdentifyBookerInput!) { answer: identifyBooker(input: $input) { id } }', { input: { id: appointment.id, version: appointment.version, patientId } }, clinic.owner);
  const lines = [{ kind: 'CONSULTATION', unitPrice: clinic.money(fee), taxCategory: 'EXEMPT' }];
  const { data } = await ask.keyed('draftInvoice', { chamberId: clinic.chamberId, patientId, appointmentId: appointment.id, lines }, anybody(scene, who));
  if (data) await ask.step('issueInvoice', 'id', data as { id: string; version: number }, anybody(scene, who));
});

/** Settles a deposit as its policy says, or tries otherwise. */
export const settle = deed<{ deposit: number; otherwise: string | null; who: number }>(3, { deposit: which, otherwise: fc.option(fc.constantFrom('CARRIED', 'FORFEITED', 'APPLIED', 'REFUNDABLE'), { freq: 2 }), who: which }, async ({ deposit, otherwise, who }, scene) => {
  const { clinic, now, ask } = scene;
  const chosen = one(now.deposits.filter(({ id }) => otherwise !== null || now.outcomes[id]), deposit);
  if (!chosen) return;
  const isKnown = now.payments.some(({ id, patient_id }) => id === chosen.id && patient_id !== null);
  await ask.keyed('settleDeposit', { id: chosen.id, outcome: otherwise ?? now.outcomes[chosen.id], ...(!isKnown && who % 4 && { patientId: one(clinic.patients, who) }) }, anybody(scene, who));
});

/** Makes the next version of the policy of deposits. */
export const changePolicy = deed<{ freeHours: number; latePoints: number; noShowPoints: number; carries: boolean }>(1, { freeHours: fc.constantFrom(0, 24, 100, 720), latePoints: fc.integer({ min: 0, max: 10_000 }), noShowPoints: fc.constantFrom(0, 3_333, 10_000), carries: fc.boolean() },
  ({ freeHours, latePoints, noShowPoints, carries }, { clinic, now, ask }) => {
    const after = carries ? 'CARRIED' : 'REFUNDABLE';
    const input = { chamberId: clinic.chamberId, version: now.deposit_policies.length, freeHours, latePoints, noShowPoints, whenCancelled: after, whenPracticeCancels: after };
    return ask.other('setDepositPolicy', 'mutation ($input: SetDepositPolicyInput!) { answer: setDepositPolicy(input: $input) { id } }', { input }, clinic.owner);
  });

async function appointmentOf({ world, clinic }: Scene, secret: string): Promise<string> {
  const [booking] = await world.sql<{ id: string }>('superuser', 'select id from clinic.online_bookings where tenant_id = $1 and secret_hash = $2', [clinic.tenantId, hashOf(secret)]);
  return booking!.id;
}

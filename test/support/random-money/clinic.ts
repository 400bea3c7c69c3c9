import { luhnDigit } from '../../../src/patients/identifiers.js';
import { Appointments, dayFromNow } from '../appointments.js';
import type { BkashServer } from '../bkash-server.js';
import { MERCHANT } from '../bkash-server.js';
import { answerOf } from '../billing.js';
import { stepUp } from '../factors.js';
import { Insurance } from '../insurance.js';
import { Online } from '../online.js';
import { Patients } from '../patients.js';
import { license } from '../prescriptions.js';
import { Shares } from '../shares.js';
import { hire, openChamber } from '../staff.js';
import { PASSWORD, type Person, type Practice, type World } from '../world.js';

export interface ShareTerms { kind: string; rate: number; amount: number }

/** How a clinic begins. */
export interface Beginning { country: 'BD' | 'AE'; pricesIncludeTax: boolean; roundingUnit: number; shares: ShareTerms[] }

/** A clinic of its own, whose books nobody else writes in. */
export interface Clinic {
  tenantId: string;
  chamberId: string;
  timeZone: string;
  country: 'BD' | 'AE';
  money: (amount: number) => { amount: number; currency: string };
  /** Somebody at the desk, a doctor who also takes payments, a manager, and the owner, who is the other doctor. */
  staff: Person[];
  manager: Person;
  owner: Person;
  doctors: string[];
  patients: string[];
  /** Visits to be billed. */
  visits: Array<{ appointmentId: string; patientId: string; doctorId: string }>;
  /** The session that is booked online. */
  sessionId: string;
  categoryId: string;
  /** What doctors get for a session, if they get anything for it: always the same, so that it does not matter who pays first. */
  sessionAmounts: number[];
  online: Online | undefined;
  /** Secrets of what was booked online, by appointment. */
  secrets: Map<string, string>;
  policies: Map<string, string>;
  payerId: string | undefined;
  /** The files by which the insurer answered. */
  remittances: string[];
  bkash: BkashServer;
}

/** The deposit of a booking online. */
export const DUE = 20_000;
const MORNING = 8;

/** A time zone in which it is morning, so that a day does not end while it is played. */
function zoneWhereItIsMorning(): string {
  const ahead = ((MORNING - new Date().getUTCHours() + 36) % 24) - 12;
  return `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}`;
}

/** Opens a clinic with its staff, patients, visits and what doctors get. */
export async function openClinic(world: World, bkash: BkashServer, { country, pricesIncludeTax, roundingUnit, shares }: Beginning): Promise<Clinic> {
  const practice = await world.practice('Dhanmondi Chamber', country);
  const { owner, tenantId } = practice;
  const timeZone = zoneWhereItIsMorning();
  const chamberId = await openChamber(world, practice, 'Dhanmondi', timeZone);
  const money = (amount: number) => ({ amount, currency: country === 'BD' ? 'BDT' : 'AED' });
  await world.ok('mutation ($input: EditBillingSettingsInput!) { editBillingSettings(input: $input) { version } }', { input: { version: 0, pricesIncludeTax, roundingUnit: money(roundingUnit), refundLimit: money(100_000), expenseLimit: money(100_000) } }, owner.token);
  const [cashier, doctor, manager] = await Promise.all([hire(world, practice, chamberId, 'RECEPTIONIST'), hire(world, practice, chamberId, 'DOCTOR'), hire(world, practice, chamberId, 'MANAGER')]);
  await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: cashier.memberId } }, owner.token);
  await stepUp(world, owner, { password: PASSWORD });
  const doctors = [owner.memberId, doctor.memberId];
  const register = new Patients(world, owner.token);
  const patients = await Promise.all([1, 2, 3].map(async (number) => (await register.register({ nameEn: `Patient ${number}`, ...(country === 'AE' && { identifiers: [{ kind: 'EMIRATES_ID', value: emiratesId(number) }] }) })).id));
  const queue = new Appointments(world, owner.token);
  const sessions = await Promise.all(doctors.map((doctorId) => queue.addSession({ chamberId, doctorId, localDate: dayFromNow(2, timeZone) })));
  const online = await queue.addSession({ chamberId, doctorId: doctors[0], localDate: dayFromNow(2, timeZone), startsAt: '09:00', endsAt: '12:00', online: true });
  const visits: Clinic['visits'] = [];
  for (const [at, session] of sessions.entries()) for (const patientId of patients) visits.push({ patientId, doctorId: doctors[at]!, appointmentId: (await queue.book({ sessionId: session.id, patientId })).id });
  const rules = new Shares(world, owner);
  for (const [at, { kind, rate, amount }] of shares.entries()) await rules.add(doctors[at]!, { ...(kind === 'PERCENTAGE' ? { kind, rate } : { kind, amount: money(amount) }), ...(at === 0 && { chamberId }) });
  const { id: categoryId } = await answerOf<{ id: string }>(world.graphql('mutation { answer: addExpenseCategory(name: "Rent") { id } }', {}, owner.token));
  const clinic = {
    tenantId, chamberId, timeZone, country, money, staff: [cashier, doctor, manager, owner], manager, owner, doctors, patients, visits, sessionId: online.id, categoryId,
    sessionAmounts: shares.map(({ amount }) => amount), secrets: new Map(), remittances: [], bkash,
  };
  return country === 'BD' ? { ...clinic, ...(await openOnline(world, practice, chamberId)) } : { ...clinic, ...(await insure(world, practice, chamberId, clinic)) };
}

async function openOnline(world: World, practice: Practice, chamberId: string): Promise<Pick<Clinic, 'online' | 'policies' | 'payerId'>> {
  await world.ok('mutation ($input: BkashAccountInput!) { setBkashAccount(input: $input) { site } }', { input: MERCHANT }, practice.owner.token);
  return { online: await Online.open(world, practice, chamberId, { deposit: DUE }), policies: new Map(), payerId: undefined };
}

async function insure(world: World, { owner }: Practice, chamberId: string, { doctors, patients }: { doctors: string[]; patients: string[] }): Promise<Pick<Clinic, 'online' | 'policies' | 'payerId'>> {
  const insurance = new Insurance(world, owner);
  for (const [at, doctorId] of doctors.entries()) await license(world, owner, doctorId, '2999-12-31', `DHA-P-000090${at}`);
  await insurance.licence(chamberId);
  const { id: payerId } = await insurance.addPayer();
  const terms = [{ coPayment: 2_000 }, { coPayment: 0 }, { coPayment: 5_000, coPaymentMost: { amount: 9_000, currency: 'AED' } }];
  const policies = await Promise.all(patients.map(async (patientId, at) => [patientId, (await insurance.addPolicy(patientId, payerId, terms[at])).id] as const));
  return { online: undefined, policies: new Map(policies), payerId };
}

const emiratesId = (number: number): string => {
  const payload = `7841990123456${number}`;
  return payload + luhnDigit(payload);
};

import { Billing } from './billing.js';
import { Patients } from './patients.js';
import { shared } from './shared.js';
import { hire, openChamber } from './staff.js';
import { type Person, type Practice, World } from './world.js';

export let world: World;
export let practice: Practice;
export let chamberId: string;
/** Somebody at the desk who takes payments. */
export let cashier: Person;
/** Manages the finances. */
export let manager: Person;
/** At the desk, and takes none. */
export let reception: Person;
export let desk: Billing;
export let owner: Billing;
export let managers: Billing;

/** A patient that nothing was billed to yet. */
export const freshPatient = async (): Promise<string> => (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;

/** Lets somebody do something in every chamber of theirs. */
export const grant = (person: Person, permission: string): Promise<unknown> =>
  world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission, memberId: person.memberId } }, practice.owner.token);

/** A clinic with one chamber, somebody at the desk who takes payments, with an open drawer, and a manager. */
export const useBillingClinic = shared(async () => {
  world = await World.open();
  practice = await world.practice('Shapla Chamber');
  chamberId = await openChamber(world, practice, 'Uttara');
  [cashier, manager, reception] = [await hire(world, practice, chamberId, 'RECEPTIONIST'), await hire(world, practice, chamberId, 'MANAGER'), await hire(world, practice, chamberId, 'RECEPTIONIST')];
  await grant(cashier, 'payments:take');
  [owner, desk, managers] = [practice.owner, cashier, manager].map((person) => new Billing(world, person, chamberId)) as [Billing, Billing, Billing];
  await desk.openDrawer();
  await owner.openDrawer();
}, () => world.close());

import { randomUUID } from 'node:crypto';
import { PASSWORD, type Person, type Practice, type World, personOf } from './world.js';

export type Role = 'DOCTOR' | 'MANAGER' | 'RECEPTIONIST' | 'NURSE' | 'ASSISTANT';

const everything = [
  'appointments:manage', 'appointments:overbook', 'appointments:read', 'audit:export', 'audit:read', 'chambers:manage', 'finances:manage',
  'finances:read', 'members:manage', 'patients:archive', 'patients:break-glass', 'patients:edit', 'patients:edit-clinical', 'patients:export',
  'patients:import', 'patients:merge', 'patients:read', 'patients:read-clinical', 'patients:register', 'payments:take',
  'practice:manage', 'prescriptions:read', 'prescriptions:sign', 'prescriptions:write', 'roles:manage', 'security:manage',
];

/** What each role may do by default, sorted: the promise that the product makes. */
export const matrix: Record<Role, string[]> = {
  DOCTOR: everything,
  MANAGER: everything.filter((permission) => !['audit:export', 'audit:read', 'practice:manage', 'prescriptions:sign', 'prescriptions:write', 'roles:manage', 'security:manage'].includes(permission)),
  RECEPTIONIST: ['appointments:manage', 'appointments:read', 'patients:break-glass', 'patients:edit', 'patients:read', 'patients:register'],
  NURSE: ['appointments:read', 'patients:break-glass', 'patients:edit-clinical', 'patients:read', 'patients:read-clinical', 'prescriptions:read'],
  ASSISTANT: [],
};

/** The header that chooses a chamber. */
export const at = (chamberId: string): Record<string, string> => ({ 'x-sinduk-chamber': chamberId });

/** The owner adds a chamber; gives its id. */
export async function openChamber(world: World, { owner }: Practice, name: string, timeZone = 'Asia/Dhaka'): Promise<string> {
  const { addChamber } = await world.ok(
    'mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }',
    { input: { name, timeZone, locale: 'en_BD', receiptPrefix: randomUUID().slice(0, 8).toUpperCase() } }, owner.token);
  return addChamber.id;
}

/** Somebody is invited by the owner, and joins. */
export async function hire(world: World, practice: Practice, chamberId: string, role: Role, email = inventedEmail(role)): Promise<Person> {
  return join(world, email, await invite(world, practice.owner.token, email, [{ chamberId, role }]));
}

/** Invites a person; gives the joining code in the mail that they get. */
export async function invite(world: World, token: string, email: string, assignments: object[] = []): Promise<string> {
  await world.ok('mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { expiresAt } }', { input: { email, nameEn: 'Rokeya Akter', assignments } }, token);
  return mailedCode(world, email);
}

/** The code in the next invitation to a person; other mails before it are read and put away. */
export async function mailedCode(world: World, email: string): Promise<string> {
  for (;;) {
    const [, code] = /\/join#code=([\w-]+)$/m.exec((await world.mailTo(email)).text) ?? [];
    if (code) return code;
  }
}

/** Lets a day pass for the limits of invitations: none of those sent before counts. */
export async function nextDay(world: World): Promise<void> {
  await world.sql('owner', `update auth.invitation_mails set queued_at = queued_at - interval '24 hours'`);
}

/** Redeems a joining code with the password that every invented person has, and signs in thereby. */
export async function join(world: World, email: string, code: string): Promise<Person> {
  const { join: signedIn } = await world.ok(
    'mutation ($input: JoinInput!) { join(input: $input) { ... on SignedIn { accessToken refreshToken practices { id memberId current } } } }',
    { input: { code, email, password: PASSWORD, nameEn: 'Rokeya Akter', client: 'BEARER' } });
  return personOf(email, signedIn);
}

/** An address that nobody has. */
export const inventedEmail = (who: string): string => `${who.toLowerCase()}.${randomUUID().slice(0, 8)}@staff.example`;

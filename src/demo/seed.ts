import { rmSync, writeFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { openPractice } from '../operator/open-practice.js';
import { OwnerDb } from '../operator/owner-db.js';
import type { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import type { Letter } from '../mail/letter.model.js';
import { MAILS } from '../mail/mails.writer.js';
import { INSTALLATION } from '../platform/crypto/keyring.js';
import type { Api } from './api.js';
import { seedBilling } from './billing.js';
import { recordClinicalFile } from './clinical-files.js';
import { seedDesk } from './desk.js';
import { type DemoPatient, demoPatients } from './people.js';
import { seedPrescriptions } from './prescriptions.js';
import { DEMO_PASSWORD, type DemoPractice, demoPractices } from './practices.js';

const SEED = 20_260_101;
const AT_ONCE = 8;
const CLINICAL_FILES = 12;

/** Fills an empty database with the demo practices, through the same operations that a client uses. A database with any practice is left alone. `mark` is a file that is there meanwhile. */
export async function seedDemo(ownerUrl: string, keks: KeyEncryptionKeys, api: Api, mark: string): Promise<void> {
  if (await OwnerDb.run(ownerUrl, keks, (db) => db.hasPractices())) return;
  writeFileSync(mark, '');
  await OwnerDb.run(ownerUrl, keks, async ({ client }) => {
    // Nobody works as fast as this: whoever watches over the trail takes it up after it.
    await client.query(`select pg_advisory_xact_lock(hashtext('platform.take_watch'))`);
    for (const [index, practice] of demoPractices.entries()) await seedPractice(ownerUrl, keks, api, practice, SEED + index);
    await client.query('update platform.alert_watch set done = pg_current_snapshot(), doing = null, after_id = null');
  });
  await OwnerDb.run(ownerUrl, keks, async ({ client }) => {
    // Nobody has signed in yet: the first time that somebody does is their first.
    await client.query('delete from auth.refresh_tokens; delete from auth.sessions; delete from auth.devices; update auth.users set new_device_mailed_at = null');
  });
  rmSync(mark);
}

async function seedPractice(ownerUrl: string, keks: KeyEncryptionKeys, api: Api, practice: DemoPractice, seed: number): Promise<void> {
  const { name, country, owner } = practice;
  const { tenantId, memberId: doctorId } = await OwnerDb.run(ownerUrl, keks, (db) => openPractice(db, { name, country, owner: { ...owner, password: DEMO_PASSWORD } }));
  const token = await signIn(api, owner.email);
  const chambers: string[] = [];
  for (const input of practice.chambers) {
    const { addChamber } = await api<{ addChamber: { id: string } }>('mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }', { input }, token);
    chambers.push(addChamber.id);
  }
  for (const member of practice.members) await hire({ ownerUrl, keks }, api, token, member, chambers);
  const today = Temporal.Now.plainDateISO(practice.chambers[0]!.timeZone).toString();
  const patients = demoPatients(seed, practice.patients, country, today);
  const ids = new Map<DemoPatient, string>();
  await inTurns(patients, async (patient) => void ids.set(patient, await register(api, token, patient)));
  const known = patients.filter(({ guardian }) => !guardian).slice(0, CLINICAL_FILES);
  await inTurns([...known.entries()], ([turn, patient]) => recordClinicalFile(api, token, ids.get(patient)!, turn));
  const idsOf = (some: DemoPatient[]): string[] => some.map((patient) => ids.get(patient)!);
  const place = { tenantId, chamberId: chambers[0]!, doctorId, timeZone: practice.chambers[0]!.timeZone };
  const seen = await seedDesk({ ownerUrl, keks }, api, token, { ...place, hours: practice.hours }, idsOf(patients.slice(CLINICAL_FILES)));
  await seedBilling(api, token, { chamberId: place.chamberId, currency: country === 'BD' ? 'BDT' : 'AED' }, seen);
  const drafter = practice.members.find(({ granted }) => granted?.includes('prescriptions:write'));
  await seedPrescriptions({ ownerUrl, keks }, api, { doctor: await stepUp(api, token), assistant: drafter ? await signIn(api, drafter.email) : null }, place, idsOf(known));
}

async function hire(outbox: Outbox, api: Api, token: string, { role, chambers: places, granted = [], ...person }: DemoPractice['members'][number], chambers: string[]): Promise<void> {
  await api(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { expiresAt } }',
    { input: { ...person, assignments: places.map((place) => ({ chamberId: chambers[place], role })) } }, token);
  const { email, nameEn, nameBn } = person;
  const { join } = await api<{ join: { accessToken: string } }>('mutation ($input: JoinInput!) { join(input: $input) { ... on SignedIn { accessToken } } }',
    { input: { code: await takeCode(outbox, email), email, password: DEMO_PASSWORD, nameEn, nameBn, client: 'BEARER' } });
  const { viewer } = await api<{ viewer: { member: { id: string } } }>('{ viewer { member { id } } }', {}, join.accessToken);
  await api('mutation { signOut }', {}, join.accessToken);
  for (const permission of granted) await api('mutation ($input: PermissionInput!) { grantPermission(input: $input) { permission } }', { input: { memberId: viewer.member.id, permission } }, token);
}

interface Outbox {
  ownerUrl: string;
  keks: KeyEncryptionKeys;
}

/** The joining code in the mail that waits for this person. All that wait are taken away, for demo people read none. */
async function takeCode({ ownerUrl, keks }: Outbox, email: string): Promise<string> {
  return OwnerDb.run(ownerUrl, keks, async (db) => {
    const keys = await db.keysOf(INSTALLATION);
    const { rows } = await db.client.query<{ id: string; sealed: Buffer }>('delete from platform.mails returning id, sealed');
    const invitation = rows.map(({ id, sealed }) => keys.open<Letter>(MAILS, id, 'sealed', sealed)).find(({ to }) => to === email);
    return new URL(invitation!.link!.url).hash.replace('#code=', '');
  });
}

async function register(api: Api, token: string, patient: DemoPatient): Promise<string> {
  const { nameEn, nameBn, sex, birth, phones, identifiers, address, guardian, bloodGroup, notes } = patient;
  const { registerPatient } = await api<{ registerPatient: { patient: { id: string; version: number } } }>(
    'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id version } } }',
    { input: { nameEn, nameBn, sex, birth, phones, identifiers, address, guardian } }, token);
  const { id, version } = registerPatient.patient;
  if (!bloodGroup && !notes) return id;
  await api(
    'mutation ($id: UUID!, $version: Int!, $input: EditPatientClinicalInput!) { editPatientClinical(id: $id, version: $version, input: $input) { patient { id } } }',
    { id, version, input: { bloodGroup: bloodGroup?.replace('+', '_POSITIVE').replace('-', '_NEGATIVE'), notes } }, token);
  return id;
}

async function signIn(api: Api, email: string): Promise<string> {
  const { signIn: signedIn } = await api<{ signIn: { accessToken: string } }>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }', { input: { email, password: DEMO_PASSWORD, client: 'BEARER' } });
  return signedIn.accessToken;
}

async function stepUp(api: Api, token: string): Promise<string> {
  const { stepUp: stepped } = await api<{ stepUp: { accessToken: string } }>('mutation ($input: StepUpInput!) { stepUp(input: $input) { accessToken } }', { input: { password: DEMO_PASSWORD } }, token);
  return stepped.accessToken;
}

async function inTurns<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work));
}

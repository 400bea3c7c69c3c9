import { v7 as uuidv7 } from 'uuid';
import { demoPatients } from '../src/demo/people.js';
import { openPractice } from '../src/operator/open-practice.js';
import { OwnerDb } from '../src/operator/owner-db.js';
import { changedIdentity, nobody, nothingClinical } from '../src/patients/patient-identity.js';
import type { KeyEncryptionKeys } from '../src/platform/crypto/key-encryption-keys.js';

/** A practice of the benchmark, its owner's sign-in and its patients' ids. */
export interface BenchPractice {
  tenantId: string;
  memberId: string;
  email: string;
  patientIds: string[];
}

export const BENCH_PASSWORD = 'seven quiet rivers cross';

const BATCH = 100;

/** Opens `count` practices without patients; from the `ownersApart`th on they belong to one owner. `from` numbers the first. */
export async function openPractices(ownerUrl: string, keks: KeyEncryptionKeys, count: number, from = 0, ownersApart = count): Promise<BenchPractice[]> {
  const practices: BenchPractice[] = [];
  for (let at = 0; at < count; at += BATCH) {
    await OwnerDb.run(ownerUrl, keks, async (db) => {
      for (let i = from + at; i < from + Math.min(at + BATCH, count); i++) {
        const email = i - from < ownersApart ? `owner${i}@bench.example` : 'chain@bench.example';
        const { tenantId, memberId } = await openPractice(db, { name: `Bench ${i}`, country: 'BD', owner: { email, nameEn: `Owner ${i}`, password: BENCH_PASSWORD } });
        practices.push({ tenantId, memberId, email, patientIds: [] });
      }
    });
  }
  return practices;
}

/** Fills each practice with `each` patients of one name, every one sealed for its own row; they cannot be searched for. */
export async function fillPractices(ownerUrl: string, keks: KeyEncryptionKeys, practices: readonly BenchPractice[], each: number): Promise<void> {
  const [{ nameEn, nameBn, sex, birth, phones }] = demoPatients(1, 1, 'BD') as [ReturnType<typeof demoPatients>[number]];
  const identity = changedIdentity(nobody, { nameEn, nameBn, sex, birth, phones }, 'BD');
  for (let at = 0; at < practices.length; at += BATCH) {
    await OwnerDb.run(ownerUrl, keks, async (db) => {
      for (const practice of practices.slice(at, at + BATCH)) {
        const keys = await db.keysOf(practice.tenantId);
        await db.enter(practice.tenantId, practice.memberId);
        practice.patientIds = Array.from({ length: each }, () => uuidv7());
        await db.client.query(
          `insert into clinic.patients (tenant_id, id, mrn, identity, clinical, registered_by)
           select $1, t.id, 1000 + t.n, t.identity, t.clinical, $2 from unnest($3::uuid[], $4::bytea[], $5::bytea[]) with ordinality as t (id, identity, clinical, n)`,
          [practice.tenantId, practice.memberId, practice.patientIds,
            practice.patientIds.map((id) => keys.seal('clinic.patients', id, 'identity', identity)),
            practice.patientIds.map((id) => keys.seal('clinic.patients', id, 'clinical', nothingClinical))]);
      }
    });
  }
}

/** Makes the owners of other practices owners of this one, too; gives their ids there. */
export async function joinAll(ownerUrl: string, keks: KeyEncryptionKeys, { tenantId, memberId }: BenchPractice, others: readonly BenchPractice[]): Promise<string[]> {
  return OwnerDb.run(ownerUrl, keks, async (db) => {
    const keys = await db.keysOf(tenantId);
    const ids: string[] = [];
    for (const { tenantId: home, memberId: there, email } of others) {
      await db.enter(home, there);
      const { rows: [user] } = await db.client.query<{ user_id: string }>('select m.user_id from clinic.members m where m.tenant_id = $1 and m.id = $2', [home, there]);
      const id = uuidv7();
      await db.enter(tenantId, memberId);
      await db.client.query(`insert into clinic.members (tenant_id, id, user_id, email_token, profile, is_owner, status) values ($1, $2, $3, $4, $5, true, 'ACTIVE')`,
        [tenantId, id, user!.user_id, keys.token('member-email', email), keys.seal('clinic.members', id, 'profile', { nameEn: email, nameBn: null, email, licence: null })]);
      await db.client.query('insert into auth.memberships (user_id, tenant_id) values ($1, $2)', [user!.user_id, tenantId]);
      ids.push(id);
    }
    return ids;
  });
}

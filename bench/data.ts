import { v7 as uuidv7 } from 'uuid';
import { openPractice } from '../src/operator/open-practice.js';
import { OwnerDb } from '../src/operator/owner-db.js';
import type { KeyEncryptionKeys } from '../src/platform/crypto/key-encryption-keys.js';

/** A practice of the benchmark, its owner's sign-in and its patients' ids. */
export interface BenchPractice {
  tenantId: string;
  memberId: string;
  email: string;
  patientIds: string[];
}

export const BENCH_PASSWORD = 'seven quiet rivers cross';

/** Opens `count` practices without patients. */
export function openPractices(ownerUrl: string, keks: KeyEncryptionKeys, count: number): Promise<BenchPractice[]> {
  return OwnerDb.run(ownerUrl, keks, async (db) => {
    const practices: BenchPractice[] = [];
    for (let i = 0; i < count; i++) {
      const email = `owner${i}@bench.example`;
      const { tenantId, memberId } = await openPractice(db, { name: `Bench ${i}`, country: 'BD', owner: { email, nameEn: `Owner ${i}`, password: BENCH_PASSWORD } });
      practices.push({ tenantId, memberId, email, patientIds: [] });
    }
    return practices;
  });
}

/** Copies a practice's one registered patient until each practice has `each`, every copy sealed for its own row. */
export async function multiplyPatient(ownerUrl: string, keks: KeyEncryptionKeys, practices: BenchPractice[], each: number, sampleId: string): Promise<void> {
  const sample = await OwnerDb.run(ownerUrl, keks, async (db) => {
    const [first] = practices;
    await db.enter(first!.tenantId, first!.memberId);
    const keys = await db.keysOf(first!.tenantId);
    const { rows } = await db.client.query<{ identity: Buffer; clinical: Buffer }>(
      'select identity, clinical from clinic.patients where tenant_id = $1 and id = $2', [first!.tenantId, sampleId]);
    return {
      identity: keys.open<object>('clinic.patients', sampleId, 'identity', rows[0]!.identity),
      clinical: keys.open<object>('clinic.patients', sampleId, 'clinical', rows[0]!.clinical),
    };
  });
  for (const practice of practices) {
    await OwnerDb.run(ownerUrl, keks, async (db) => {
      const keys = await db.keysOf(practice.tenantId);
      await db.enter(practice.tenantId, practice.memberId);
      const ids = Array.from({ length: each }, () => uuidv7());
      await db.client.query(
        `insert into clinic.patients (tenant_id, id, mrn, identity, clinical, registered_by)
         select $1, t.id, 1000 + t.n, t.identity, t.clinical, $2 from unnest($3::uuid[], $4::bytea[], $5::bytea[]) with ordinality as t (id, identity, clinical, n)`,
        [practice.tenantId, practice.memberId, ids,
          ids.map((id) => keys.seal('clinic.patients', id, 'identity', sample.identity)),
          ids.map((id) => keys.seal('clinic.patients', id, 'clinical', sample.clinical))]);
      practice.patientIds = ids;
    });
  }
}

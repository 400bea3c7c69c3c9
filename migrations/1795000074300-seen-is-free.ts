import type { MigrationInterface, QueryRunner } from 'typeorm';

const patientIn = (statuses: string): string => `
alter table clinic.appointments drop constraint appointments__patient__excl,
  add constraint appointments__patient__excl exclude using gist (tenant_id with =, patient_id with =, tstzrange(slot_from, slot_until) with &&)
    where (slot_from is not null and patient_id is not null and status in (${statuses}));`;
const WAITING = `'HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT'`;

/**
 * A patient is kept from being in two places by what is to come or goes on, as in a session: whoever was seen is free. What was
 * seen of the doctor's time and the room's stays taken. So two patients who are one person can be merged though both were seen at one time.
 */
export class SeenIsFree1795000074300 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(patientIn(WAITING));
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(patientIn(`${WAITING}, 'COMPLETED'`));
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A deposit that was paid for a place that nobody gets is to be returned: where its booking was moved to says so. */
export class PaidInVain1795000074200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
grant execute on function clinic.latest_appointment(uuid, uuid) to sinduk_app;
comment on column clinic.online_bookings.deposit_paid_at is 'When that was told to be paid; also too late, or when the session took nobody any more: then the place was not booked, and it is to be returned.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
comment on column clinic.online_bookings.deposit_paid_at is 'When that was told to be paid.';
revoke execute on function clinic.latest_appointment(uuid, uuid) from sinduk_app;
`);
  }
}

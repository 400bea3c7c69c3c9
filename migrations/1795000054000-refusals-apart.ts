import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refused tries are counted apart from those that weigh. */
export class RefusalsApart1795000054000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
comment on column auth.throttles.key is 'What is tried, which limit it is counted for, and a keyed hash of whose account it is, from where, or from which device. With refused: before it, what that limit refused.';
comment on column auth.throttles.points is 'Tries that weigh; or how many were refused.';`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
comment on column auth.throttles.key is 'What is tried, which limit it is counted for, and a keyed hash of whose account it is, from where, or from which device.';
comment on column auth.throttles.points is 'Tries that weigh.';`);
  }
}

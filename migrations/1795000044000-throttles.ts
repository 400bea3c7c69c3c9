import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts of tries of credentials, shared by all servers. */
export class Throttles1795000044000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // Unlogged: a count is worth a quarter of an hour, and who tries by the thousand must not fill the log of changes.
    await q.query(`
create unlogged table auth.throttles (
  key text constraint throttles__pkey primary key,
  points integer not null,
  expire bigint not null
) with (fillfactor = 70);
create index throttles__expire on auth.throttles (expire);
comment on table auth.throttles is 'How often credentials were tried of late. Emptied by a crash of the database.';
comment on column auth.throttles.key is 'What is tried, which limit it is counted for, and a keyed hash of whose account it is, from where, or from which device.';
comment on column auth.throttles.points is 'Tries that weigh.';
comment on column auth.throttles.expire is 'When they are forgotten, in milliseconds since 1970.';
grant select, insert, update, delete on auth.throttles to sinduk_auth;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table auth.throttles');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Background work: a role for it, the outbox of mails, and who among the servers works. The queue itself is made by its
 * library, after the migrations; the functions here look into it when they are called.
 */
export class JobsAndMails1795000041000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
do $$ begin
  if not exists (select from pg_roles where rolname = 'sinduk_jobs') then
    create role sinduk_jobs nologin nosuperuser nocreatedb nocreaterole nobypassrls noinherit;
  end if;
end $$;
grant usage on schema platform to sinduk_jobs;

create table platform.mails (
  id uuid constraint mails__pkey primary key,
  sealed bytea,
  state text not null default 'QUEUED' constraint mails__state check (state in ('QUEUED', 'SENT', 'FAILED')),
  attempts integer not null default 0 constraint mails__attempts check (attempts >= 0),
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  failed_at timestamptz,
  last_error text constraint mails__last_error check (last_error ~ '^[A-Z0-9_]{1,30}$'),
  constraint mails__content check ((state = 'QUEUED') = (sealed is not null)),
  constraint mails__sent check ((state = 'SENT') = (sent_at is not null)),
  constraint mails__failed check ((state = 'FAILED') = (failed_at is not null))
);
comment on table platform.mails is 'Mails on their way, and for 30 days what became of them. Belongs to no practice; only background work reads it.';
comment on column platform.mails.id is 'UUIDv7; the Message-ID of the mail is made of it.';
comment on column platform.mails.sealed is 'Sealed JSON: address, subject, text and link. Wiped once the mail is sent or given up.';
comment on column platform.mails.state is 'QUEUED until it is SENT or, refused for good or tried too often, FAILED.';
comment on column platform.mails.attempts is 'How often it was tried.';
comment on column platform.mails.created_at is 'When it was queued.';
comment on column platform.mails.sent_at is 'When the mail server took it.';
comment on column platform.mails.failed_at is 'When it was given up.';
comment on column platform.mails.last_error is 'Code of the last failure: the mail server''s reply code, or that of the connection. Never a text, which could hold an address.';

alter table platform.mails enable row level security;
alter table platform.mails force row level security;
create policy kept on platform.mails as permissive for all to current_user using (true) with check (true);
create policy worked on platform.mails as permissive for all to sinduk_jobs using (true) with check (true);
grant select, update (sealed, state, attempts, sent_at, failed_at, last_error), delete on platform.mails to sinduk_jobs;

-- Whoever queues a mail gets no right to see any: not that it is there, not its job.
create function platform.queue_mail(p_id uuid, p_sealed bytea) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into platform.mails (id, sealed) values (p_id, p_sealed);
  perform graphile_worker.add_job('sendMail', json_build_object('id', p_id), max_attempts => 20);
end $$;
comment on function platform.queue_mail(uuid, bytea) is 'Queues a sealed mail in the caller''s transaction: it is sent if and only if that commits.';

create table platform.job_workers (
  id text constraint job_workers__pkey primary key,
  seen_at timestamptz not null
);
comment on table platform.job_workers is 'The servers that work on jobs now, each by the name under which it locks them.';
comment on column platform.job_workers.id is 'Random name of the worker.';
comment on column platform.job_workers.seen_at is 'When it last said that it lives.';

create function platform.note_job_worker(p_worker text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into platform.job_workers as w (id, seen_at) values (p_worker, now())
  on conflict on constraint job_workers__pkey do update set seen_at = excluded.seen_at;
  delete from platform.job_workers w where w.seen_at < now() - interval '1 minute';
  -- The minute since the lock is for a worker that takes its first job before its name is here.
  perform graphile_worker.force_unlock_workers(array(
    select distinct j.locked_by from graphile_worker.jobs j
    where j.locked_at < now() - interval '1 minute' and not exists (select from platform.job_workers w where w.id = j.locked_by)));
end $$;
comment on function platform.note_job_worker(text) is 'Notes that a worker lives, and frees the jobs of those that have said nothing for a minute: the queue itself would wait four hours.';

revoke execute on function platform.queue_mail(uuid, bytea), platform.note_job_worker(text) from public;
grant execute on function platform.queue_mail(uuid, bytea) to sinduk_app, sinduk_auth;
grant execute on function platform.note_job_worker(text) to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop schema if exists graphile_worker cascade;
drop function platform.note_job_worker(text); drop function platform.queue_mail(uuid, bytea);
drop table platform.job_workers; drop table platform.mails;
revoke usage on schema platform from sinduk_jobs;
`);
  }
}

import type pg from 'pg';
import { Logger, runMigrations } from 'graphile-worker';

/** For the library's migrations: what goes wrong in them is thrown. */
const silent = new Logger(() => () => undefined);

// The library's own tables have row security without policies: nobody but their owner sees a row until one is here.
// An INSERT into the table of named queues is part of adding any job; the lanes of webhooks are such queues.
const OPEN = `
do $$
declare t text;
begin
  foreach t in array array['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'] loop
    if not exists (select from pg_policies where schemaname = 'graphile_worker' and tablename = t and policyname = 'worked') then
      execute format('create policy worked on graphile_worker.%I as permissive for all to sinduk_jobs using (true) with check (true)', t);
    end if;
  end loop;
end $$;
grant usage on schema graphile_worker to sinduk_jobs;
grant select on graphile_worker.migrations to sinduk_jobs;
grant select, insert, update, delete on graphile_worker._private_jobs to sinduk_jobs;
grant select, insert, update on graphile_worker._private_job_queues, graphile_worker._private_known_crontabs to sinduk_jobs;
grant select, insert on graphile_worker._private_tasks to sinduk_jobs;
grant execute on function graphile_worker.add_jobs(graphile_worker.job_spec[], boolean),
  graphile_worker.add_job(text, json, text, timestamptz, integer, text, integer, text[], text) to sinduk_jobs;`;

/** Brings the queue's own schema to the library's version as the owner, and opens to background work what a worker needs; may be repeated. */
export async function prepareJobQueue(ownerUrl: string, owner: pg.Client): Promise<void> {
  await runMigrations({ connectionString: ownerUrl, maxPoolSize: 1, logger: silent });
  await owner.query(OPEN);
}

/** Rejects unless the queue's schema is the one that this library works with; the role of the pool could not migrate it. */
export async function checkJobQueue(jobs: pg.Pool): Promise<void> {
  await runMigrations({ pgPool: jobs, logger: silent });
}

import { Controller, Get, Module, Put, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Mutation, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { AccessBootCheck } from '../../src/platform/access/boot-check.js';
import { Can, Public } from '../../src/platform/access/can.decorator.js';
import { PreconditionError, checkPreconditions } from '../../src/platform/database/preconditions.js';
import { startCluster } from '../setup/cluster.js';
import { World } from '../support/world.js';

describe('the server refuses to boot', () => {
  describe('on a database', () => {
    let world: World;
    let stop: () => Promise<void>;

    // Roles belong to a whole server: this suite has one of its own, so that no other sees them weakened.
    beforeAll(async () => {
      delete process.env['TEST_DATABASE_URL'];
      const cluster = await startCluster();
      stop = cluster.stop;
      process.env['SINDUK_TEST_CLUSTER'] = cluster.file;
      world = await World.open();
    });
    afterAll(async () => {
      await world.close();
      await stop();
    });

    const faults = async (): Promise<string[]> => {
      try {
        await checkPreconditions(world.databases);
        return [];
      } catch (error) {
        if (error instanceof PreconditionError) return error.faults;
        throw error;
      }
    };

    const newTable = 'create table clinic.visits (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id)); alter table clinic.visits owner to sinduk_owner';
    const template = 'tenant_id = (select platform.current_tenant())';
    const policy = (using: string, more = 'as restrictive') => `create policy tenant_isolation on clinic.patients ${more} using (${using}) with check (${using})`;
    const replaced = (using: string, more?: string) => `drop policy tenant_isolation on clinic.patients; ${policy(using, more)}`;
    const restored = replaced(template);

    it.each<[string, string, string, RegExp]>([
      ['a tenant table has no row security', newTable, 'drop table clinic.visits', /clinic\.visits lacks forced row security/],
      ['a tenant table has row security that spares its owner', `${newTable}; call platform.secure_tenant_table('clinic.visits'); alter table clinic.visits no force row level security`, 'drop table clinic.visits', /clinic\.visits lacks forced row security/],
      ['a tenant table has row security, but no policy', `${newTable}; alter table clinic.visits enable row level security, force row level security`, 'drop table clinic.visits', /clinic\.visits lacks the restrictive tenant policy/],
      ['the application may touch an unprotected table elsewhere', 'grant select (id) on auth.users to sinduk_app', 'revoke select (id) on auth.users from sinduk_app', /auth\.users lacks forced row security/],
      ['the policy was dropped', 'drop policy tenant_isolation on clinic.patients', policy(template), /clinic\.patients lacks the restrictive tenant policy/],
      ['the policy lets everything through', replaced('true'), restored, /clinic\.patients lacks the restrictive tenant policy/],
      ['the policy lets everything through by another door', replaced(`${template} or true`), restored, /clinic\.patients lacks the restrictive tenant policy/],
      ['the policy is one of several that allow', replaced(template, 'as permissive'), restored, /clinic\.patients lacks the restrictive tenant policy/],
      ['the policy is for reading only', `drop policy tenant_isolation on clinic.patients; create policy tenant_isolation on clinic.patients as restrictive for select using (${template})`, restored, /clinic\.patients lacks the restrictive tenant policy/],
      ['the policy is for another role', replaced(template, 'as restrictive for all to sinduk_auth'), restored, /clinic\.patients lacks the restrictive tenant policy/],
      ['the policy checks nothing that is written', `drop policy tenant_isolation on clinic.patients; create policy tenant_isolation on clinic.patients as restrictive using (${template}) with check (true)`, restored, /clinic\.patients lacks the restrictive tenant policy/],
      ['the policy compares another column', replaced('id = (select platform.current_tenant())'), restored, /clinic\.patients lacks the restrictive tenant policy/],
      ['row security was switched off', 'alter table clinic.patients disable row level security', 'alter table clinic.patients enable row level security', /clinic\.patients lacks forced row security/],
      ['a migration is pending', `delete from platform.migrations where name like 'Patients%'`, `insert into platform.migrations (timestamp, name) values (1795000005000, 'Patients1795000005000')`, /Patients1795000005000 is pending/],
      ['a migration is newer than the server', `insert into platform.migrations (timestamp, name) values (1999000000000, 'Tomorrow1999000000000')`, `delete from platform.migrations where name like 'Tomorrow%'`, /Tomorrow1999000000000 is newer than this server/],
      ['the application may truncate', 'grant truncate on clinic.patients to sinduk_app', 'revoke truncate on clinic.patients from sinduk_app', /TRUNCATE clinic\.patients/],
      ['the application may refer to a table', 'grant references on clinic.patients to sinduk_app', 'revoke references on clinic.patients from sinduk_app', /REFERENCES clinic\.patients/],
      ['everybody may truncate', 'grant truncate on audit.entries to public', 'revoke truncate on audit.entries from public', /TRUNCATE audit\.entries/],
      ['the trail may be changed', 'grant update (action) on audit.entries to sinduk_app', 'revoke update (action) on audit.entries from sinduk_app', /UPDATE audit\.entries/],
      ['the trail may be deleted', 'grant delete on audit.entry_records to sinduk_audit', 'revoke delete on audit.entry_records from sinduk_audit', /DELETE audit\.entry_records/],
      ['what belongs to no practice may be written', 'grant update (title) on reference.icd10_codes to sinduk_app', 'revoke update (title) on reference.icd10_codes from sinduk_app', /sinduk_app may UPDATE reference\.icd10_codes/],
      ['what belongs to no practice may be added to', 'grant insert on reference.icd10_words to sinduk_auth', 'revoke insert on reference.icd10_words from sinduk_auth', /sinduk_auth may INSERT reference\.icd10_words/],
      ['a practice’s data could hide there', 'create table reference.notes (tenant_id uuid)', 'drop table reference.notes', /reference\.notes\.tenant_id could hold what belongs to a practice/],
      ['temporary tables may be made', `do $$ begin execute format('grant temp on database %I to sinduk_app', current_database()); end $$`, `do $$ begin execute format('revoke temp on database %I from sinduk_app', current_database()); end $$`, /sinduk_app may create temporary tables/],
      ['objects may be made', 'grant create on schema clinic to sinduk_app', 'revoke create on schema clinic from sinduk_app', /sinduk_app may create objects in schema clinic/],
      ['the application owns a table', 'grant create on schema clinic to sinduk_app; alter table clinic.counters owner to sinduk_app; revoke create on schema clinic from sinduk_app', 'alter table clinic.counters owner to sinduk_owner', /owns clinic\.counters/],
      ['a view looks with its owner’s eyes', 'create view clinic.everybody as select tenant_id from clinic.patients', 'drop view clinic.everybody', /clinic\.everybody does not run with the rights of its reader/],
      ['the application may bypass row security', 'alter role sinduk_app bypassrls', 'alter role sinduk_app nobypassrls', /sinduk_app is a superuser, may bypass row security/],
      ['the application is a superuser', 'alter role sinduk_app superuser', 'alter role sinduk_app nosuperuser', /sinduk_app is a superuser, may bypass row security/],
      ['the application may read the server’s log of changes', 'alter role sinduk_app replication', 'alter role sinduk_app noreplication', /sinduk_app is a superuser, may bypass row security/],
      ['the application may write all data', 'grant pg_write_all_data to sinduk_app', 'revoke pg_write_all_data from sinduk_app', /sinduk_app is a member of pg_write_all_data/],
      ['background work may read what it need not', 'grant select (id) on auth.users to sinduk_jobs', 'revoke select (id) on auth.users from sinduk_jobs', /auth\.users, which background work may touch, lacks forced row security/],
      ['the queue has no tables', 'alter schema graphile_worker rename to elsewhere', 'alter schema elsewhere rename to graphile_worker', /the job queue is not as this server needs it/],
      ['the queue is of an older version', 'create table platform.kept as select * from graphile_worker.migrations where id > 17; delete from graphile_worker.migrations where id > 17', 'insert into graphile_worker.migrations select * from platform.kept; drop table platform.kept', /the job queue is not as this server needs it/],
      ['the trail’s writer may read all data', 'grant pg_read_all_data to sinduk_audit', 'revoke pg_read_all_data from sinduk_audit', /sinduk_audit is a member of pg_read_all_data/],
    ])('when %s', async (_, sabotage, mend, fault) => {
      expect(await faults()).toEqual([]);
      await world.sql('superuser', sabotage);
      try {
        expect((await faults()).join('\n')).toMatch(fault);
      } finally {
        await world.sql('superuser', mend);
      }
      expect(await faults()).toEqual([]);
    });

    it('by the check that the server itself runs', () => {
      expect(world.app.get(AccessBootCheck)).toBeInstanceOf(AccessBootCheck);
    });
  });

  describe('with a resolver', () => {
    const boot = async (resolver: Type, as: 'providers' | 'controllers' = 'providers'): Promise<void> => {
      class House {}
      Module({ imports: [DiscoveryModule], providers: [AccessBootCheck, ...(as === 'providers' ? [resolver] : [])], controllers: as === 'controllers' ? [resolver] : [] })(House);
      const app = await NestFactory.createApplicationContext(House, { logger: false, abortOnError: false });
      await app.close();
    };

    it('whose query has no rule', async () => {
      @Resolver()
      class Curious {
        @Query(() => Boolean)
        peek(): boolean {
          return true;
        }
      }
      await expect(boot(Curious)).rejects.toThrow(/Curious\.peek has neither @Can nor @Public/);
    });

    it('whose subscription has no rule', async () => {
      @Resolver()
      class Watchful {
        @Subscription(() => Boolean)
        watch(): AsyncIterable<boolean> {
          throw new Error('never asked');
        }
      }
      await expect(boot(Watchful)).rejects.toThrow(/Watchful\.watch has neither @Can nor @Public/);
    });

    it('whose field has no rule', async () => {
      @Resolver('Patient')
      class Fields {
        @ResolveField(() => String)
        diagnosis(): string {
          return '';
        }
      }
      await expect(boot(Fields)).rejects.toThrow(/Fields\.diagnosis has neither @Can nor @Public/);
    });

    it('whose rule is inherited from nowhere', async () => {
      abstract class Generic {
        @Query(() => Boolean)
        all(): boolean {
          return true;
        }
      }
      @Resolver()
      class Concrete extends Generic {}
      await expect(boot(Concrete)).rejects.toThrow(/Concrete\.all has neither @Can nor @Public/);
    });

    it.each([['with a permission', Can('patients:edit')], ['for everybody', Public('a test')]])('whose mutation %s does not say what it does', async (_, rule) => {
      @Resolver()
      class Silent {
        @Mutation(() => Boolean)
        @rule
        change(): boolean {
          return true;
        }
      }
      await expect(boot(Silent)).rejects.toThrow(/Silent\.change changes something and does not name its action/);
    });

    it('or a route without a rule, or one that changes something and does not say what', async () => {
      @Controller('probe')
      class Routes {
        @Get('open')
        open(): boolean {
          return true;
        }

        @Put('silent')
        @Can('patients:edit')
        silent(): boolean {
          return true;
        }
      }
      const refusal: unknown = await boot(Routes, 'controllers').catch((error: unknown) => error);
      expect(String(refusal)).toMatch(/Routes\.open has neither @Can nor @Public/);
      expect(String(refusal)).toMatch(/Routes\.silent changes something and does not name its action/);
    });

    it('unless every rule is there', async () => {
      @Resolver()
      class Complete {
        @Query(() => Boolean)
        @Can('patients:read')
        read(): boolean {
          return true;
        }

        @Mutation(() => Boolean)
        @Can('patients:edit', 'UPDATED')
        change(): boolean {
          return true;
        }
      }
      await expect(boot(Complete)).resolves.toBeUndefined();
    });
  });
});

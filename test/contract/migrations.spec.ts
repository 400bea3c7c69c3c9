import pg from 'pg';
import type { DataSource } from 'typeorm';
import { sealedColumns } from '../../src/operator/reseal.js';
import { INSTALLATION, Keyring } from '../../src/platform/crypto/keyring.js';
import { knownMigrations, migrate, ownerSource } from '../../src/platform/database/migrate.js';
import { checkPreconditions } from '../../src/platform/database/preconditions.js';
import { TrailWatcher } from '../../src/alerts/watch/trail-watcher.service.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { GoogleServer, leaveGoogle } from '../support/google.js';
import { leaveMail } from '../support/mails.js';
import { World } from '../support/world.js';
import { productSchemas, runtimeRoles } from './catalogue.js';
import { type Seeded, seedPractice } from './two-practices.js';

/**
 * What every column of bytes holds. A sealed value that may change is sealed anew when keys rotate; one that never
 * changes keeps the key that sealed it. A hash or a token tells nothing without what it was made of.
 */
const bytes: Record<string, 'sealed' | 'sealed for ever' | 'hash' | 'token' | 'key'> = {
  'audit.entries.payload': 'sealed for ever',
  'audit.entries.payload_hash': 'hash',
  'audit.entries.records_hash': 'hash',
  'auth.devices.secret_hash': 'hash',
  'auth.google_trips.browser_hash': 'hash',
  'auth.google_trips.code_hash': 'hash',
  'auth.google_trips.details': 'sealed',
  'auth.google_trips.state_hash': 'hash',
  'auth.identities.details': 'sealed',
  'auth.identities.subject_token': 'token',
  'auth.invitations.code_hash': 'hash',
  'auth.invitation_mails.email_token': 'token',
  'auth.invitations.email_token': 'token',
  'auth.one_time_codes.seed': 'sealed',
  'auth.passkey_challenges.challenge_hash': 'hash',
  'auth.passkeys.credential_id': 'key',
  'auth.passkeys.name': 'sealed',
  'auth.passkeys.public_key': 'key',
  'auth.pending_sign_ins.device': 'sealed',
  'auth.pending_sign_ins.token_hash': 'hash',
  'auth.recovery_codes.code_hash': 'hash',
  'auth.password_resets.code_hash': 'hash',
  'auth.password_resets.email_token': 'token',
  'auth.refresh_tokens.successor_hash': 'hash',
  'auth.refresh_tokens.token_hash': 'hash',
  'auth.sessions.secret_hash': 'hash',
  'auth.users.email_token': 'token',
  'auth.users.profile': 'sealed',
  'clinic.appointments.details': 'sealed',
  'clinic.closures.reason': 'sealed',
  'clinic.invoice_lines.details': 'sealed',
  'clinic.invoices.details': 'sealed',
  'clinic.payments.details': 'sealed',
  'clinic.refunds.details': 'sealed',
  'clinic.exchange_settings.webhook': 'sealed',
  'clinic.wallet_settings.credentials': 'sealed',
  'clinic.wallet_payments.checkout': 'sealed',
  'clinic.wallet_payments.ending': 'sealed',
  'clinic.expense_receipts.content': 'sealed',
  'clinic.expenses.details': 'sealed',
  'clinic.money_moves.details': 'sealed',
  'clinic.dispensings.pharmacy': 'sealed',
  'clinic.dispensings.request_hash': 'token',
  'clinic.dispensings.void_reason': 'sealed',
  'platform.prescription_codes.code_hash': 'hash',
  'clinic.prescription_checks.overrides': 'sealed',
  'clinic.prescription_checks.result': 'sealed',
  'clinic.prescription_templates.content': 'sealed',
  'clinic.prescriptions.cancel_reason': 'sealed',
  'clinic.prescriptions.code_hash': 'hash',
  'clinic.prescriptions.content': 'sealed',
  'clinic.prescriptions.content_hash': 'hash',
  'clinic.prescriptions.reason': 'sealed',
  'clinic.prescriptions.signed': 'sealed',
  'clinic.signing_keys.private_key': 'sealed',
  'clinic.signing_keys.public_key': 'key',
  'clinic.session_changes.details': 'sealed',
  'clinic.waitlist_entries.details': 'sealed',
  'clinic.consents.details': 'sealed',
  'clinic.consents.error_details': 'sealed',
  'clinic.allergies.content': 'sealed',
  'clinic.allergies.error_reason': 'sealed',
  'clinic.allergy_statements.content': 'sealed',
  'clinic.allergy_statements.error_reason': 'sealed',
  'clinic.allergy_status_changes.note': 'sealed',
  'clinic.condition_status_changes.details': 'sealed',
  'clinic.conditions.content': 'sealed',
  'clinic.conditions.error_reason': 'sealed',
  'clinic.leased_numbers.item_hash': 'token',
  'clinic.messages.content': 'sealed',
  'clinic.booking_codes.content': 'sealed',
  'clinic.booking_codes.phone_token': 'token',
  'clinic.booking_codes.code_token': 'token',
  'clinic.booking_links.secret_hash': 'hash',
  'clinic.online_bookings.secret_hash': 'hash',
  'clinic.online_bookings.phone_token': 'token',
  'clinic.claim_lines.details': 'sealed',
  'clinic.claim_remittances.file': 'sealed',
  'clinic.claim_remittances.file_token': 'token',
  'clinic.claim_submissions.file': 'sealed',
  'clinic.claims.details': 'sealed',
  'clinic.patient_policies.details': 'sealed',
  'clinic.family_links.details': 'sealed',
  'clinic.family_links.end_details': 'sealed',
  'clinic.audit_exports.content': 'sealed',
  'clinic.audit_filters.content': 'sealed',
  'clinic.alert_settings.webhook': 'sealed',
  'clinic.alerts.note': 'sealed',
  'clinic.document_files.content': 'sealed',
  'clinic.emergency_accesses.reason': 'sealed',
  'clinic.documents.description': 'sealed',
  'clinic.documents.error_reason': 'sealed',
  'clinic.idempotency_keys.request_hash': 'token',
  'clinic.members.email_token': 'token',
  'clinic.members.profile': 'sealed',
  'clinic.notes.content': 'sealed',
  'clinic.notes.error_reason': 'sealed',
  'clinic.patient_merges.clinical': 'sealed',
  'clinic.patient_merges.identity': 'sealed',
  'clinic.patient_merges.undone_because': 'sealed',
  'clinic.patient_import_rows.cells': 'sealed',
  'clinic.patient_import_rows.findings': 'sealed',
  'clinic.patient_import_rows.source_token': 'token',
  'clinic.patient_imports.details': 'sealed',
  'clinic.patient_imports.file_token': 'token',
  'clinic.patient_source_ids.token': 'token',
  'clinic.patient_source_ids.value': 'sealed',
  'clinic.patient_tokens.token': 'token',
  'clinic.patients.clinical': 'sealed',
  'clinic.patients.identity': 'sealed',
  'clinic.calendar_feeds.secret_hash': 'hash',
  'clinic.queue_displays.secret_hash': 'hash',
  'clinic.visit_links.secret_hash': 'hash',
  'clinic.vitals.content': 'sealed',
  'clinic.vitals.error_reason': 'sealed',
  'platform.context_key.inner_pad': 'key',
  'platform.context_key.outer_pad': 'key',
  'platform.data_keys.wrapped': 'key',
  'platform.mails.sealed': 'sealed',
};

const places = Object.keys(bytes).map((place) => {
  const [schema, table, column] = place.split('.') as [string, string, string];
  return { place, table: `${schema}.${table}`, column, holds: bytes[place]! };
});

describe('the migrations', () => {
  let google: GoogleServer;
  let world: World;
  let practice: Seeded;

  beforeAll(async () => {
    google = await GoogleServer.start();
    world = await World.open({ PUBLIC_ORIGINS: 'https://clinic.example', ...google.settings() });
    practice = await seedPractice(world, 'Shapla Chamber');
    await leaveMail(world);
    await leaveGoogle(world, google, practice.nurse.token);
  });
  afterAll(async () => {
    await world.close();
    await google.stop();
  });

  const lines = async (text: string): Promise<string[]> =>
    (await world.sql<{ line: string }>('superuser', text.replaceAll('$schemas', `array[${productSchemas.map((name) => `'${name}'`).join(', ')}]`))).map(({ line }) => line);

  describe('and the code', () => {
    it('agree on the columns of every entity', async () => {
      const { appSource, authSource } = world.databases;
      const columnsOf = (source: DataSource): string[] => source.entityMetadatas.flatMap(({ tablePath, columns }) => columns.map((column) => [
        `${tablePath}.${column.databaseName}`, `${source.driver.normalizeType(column)}${column.isArray ? '[]' : ''}`, column.isNullable ? 'null' : 'not null',
      ].join(' ')));
      const declared = [...columnsOf(appSource), ...columnsOf(authSource)].sort();
      const tables = new Set([...appSource.entityMetadatas, ...authSource.entityMetadatas].map(({ tablePath }) => tablePath));
      expect(tables.size).toBeGreaterThan(5);
      const actual = (await lines(`
        select n.nspname || '.' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else ' null' end as line
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any ($schemas) and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped order by 1`))
        .filter((line) => tables.has(line.split('.').slice(0, 2).join('.')));
      expect(declared).toEqual(actual.sort());
    });

    it('agree on the primary keys of every entity', async () => {
      for (const { tablePath, primaryColumns } of [...world.databases.appSource.entityMetadatas, ...world.databases.authSource.entityMetadatas]) {
        const [row] = await world.sql<{ columns: string[] }>('superuser', `
          select array_agg(a.attname::text order by k.place) as columns from pg_constraint p cross join unnest(p.conkey) with ordinality k (attnum, place)
          join pg_attribute a on a.attrelid = p.conrelid and a.attnum = k.attnum where p.contype = 'p' and p.conrelid = $1::regclass`, [tablePath]);
        expect([tablePath, primaryColumns.map(({ databaseName }) => databaseName)]).toEqual([tablePath, row!.columns]);
      }
    });

    it('name constraints after their table, so that errors can be told apart', async () => {
      expect(await lines(`
        select c.conrelid::regclass || ' ' || c.conname as line from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
        where n.nspname in ('clinic', 'audit') and not t.relispartition and c.contype in ('u', 'c', 'x', 'p') and c.conname not like t.relname || '\\_\\_%' order by 1`)).toEqual([]);
    });
  });

  it('say in a comment what each table is for', async () => {
    expect(await lines(`
      select n.nspname || '.' || c.relname as line from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any ($schemas) and c.relkind in ('r', 'p') and (not c.relispartition or c.relname like '%default')
        and coalesce(obj_description(c.oid, 'pg_class'), '') = '' and c.oid::regclass::text <> 'platform.migrations' order by 1`)).toEqual([]);
  });

  describe('and every column of bytes', () => {
    it('are in the list above, so that nothing is forgotten when keys rotate', async () => {
      expect(await lines(`
        select n.nspname || '.' || c.relname || '.' || a.attname as line from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and a.atttypid = 'bytea'::regtype order by 1`)).toEqual(places.map(({ place }) => place).sort());
      const resealed = [...sealedColumns.installation, ...sealedColumns.tenant].flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`));
      expect(resealed.sort()).toEqual(places.filter(({ holds }) => holds === 'sealed').map(({ place }) => place).sort());
    });

    it('hold what the list says', async () => {
      const keyring = world.app.get(Keyring, { strict: false });
      const [ours, installation] = [await keyring.of(practice.tenantId), await keyring.of(INSTALLATION)];
      for (const { place, table, column, holds } of places.filter((candidate) => candidate.holds !== 'key')) {
        const tenant = sealedColumns.installation.some((each) => each.table === table) ? undefined : practice.tenantId;
        const hasTenant = (await world.sql('superuser', `select from pg_attribute where attrelid = $1::regclass and attname = 'tenant_id'`, [table])).length > 0;
        const rows = await world.sql<{ id: string; value: Buffer }>('superuser',
          `select to_jsonb(t) ->> 'id' as id, ${column} as value from ${table} t where ${column} is not null ${tenant && hasTenant ? `and tenant_id = '${tenant}'` : ''} limit 20`);
        if (place !== 'auth.refresh_tokens.successor_hash') expect([place, rows.length > 0]).toEqual([place, true]);
        for (const { id, value } of rows) {
          if (holds.startsWith('sealed')) expect((tenant ? ours : installation).open<object>(table, id, column, value)).toBeInstanceOf(Object);
          else expect([place, holds, [16, 32].includes(value.length)]).toEqual([place, holds, true]);
        }
      }
    });
  });

  it('can all be undone and done again on a database with data, and leave the same behind', async () => {
    await endBackgroundWork();
    const before = await shape();
    expect(before.length).toBeGreaterThan(300);
    const source = ownerSource(world.ownerUrl);
    await source.initialize();
    try {
      for (const _ of knownMigrations()) await source.undoLastMigration({ transaction: 'each' });
      expect((await shape()).filter((line) => !line.includes('platform.migrations') && !line.startsWith('schema platform'))).toEqual([]);
      expect(await lines(`select defaclobjtype::text as line from pg_default_acl`)).toEqual([]);
    } finally {
      await source.destroy();
    }
    await migrate(world.ownerUrl);
    expect(await shape()).toEqual(before);
    await expect(checkPreconditions(world.databases)).resolves.toBeUndefined();
  });

  it('are done beside a server that has read what the next one locks, and reads on: a deadlock ends neither', async () => {
    await endBackgroundWork();
    const source = ownerSource(world.ownerUrl);
    await source.initialize();
    const undone = knownMigrations().slice(knownMigrations().indexOf('ReceiptNumbers1795000101200'));
    for (const _ of undone) await source.undoLastMigration({ transaction: 'each' });
    await source.destroy();
    // The migration takes payments, and then refunds.
    const reading = new pg.Client({ connectionString: world.superuserUrl });
    await reading.connect();
    await reading.query(`begin; set local deadlock_timeout = '1min'; select from clinic.refunds`);
    const migrating = migrate(world.ownerUrl);
    while (!(await reading.query(`select from pg_locks where relation = 'clinic.refunds'::regclass and not granted`)).rowCount);
    await reading.query('select from clinic.payments');
    await reading.query('commit');
    await reading.end();
    expect(await migrating).toEqual(undone);
  });

  async function endBackgroundWork(): Promise<void> {
    // Its queue goes and comes, which it would take for the migration of a newer server.
    await world.app.get(Jobs, { strict: false }).onModuleDestroy();
    // It reads tables together that go one after the other.
    await world.app.get(TrailWatcher, { strict: false }).onModuleDestroy();
  }

  // Everything that a migration makes, one line each.
  const shape = (): Promise<string[]> => lines(`
    with product as (select oid, nspname from pg_namespace where nspname = any ($schemas))
    select 'schema ' || n.nspname || ' ' || coalesce(s.nspacl::text, '') as line from product n join pg_namespace s on s.oid = n.oid
    union all
    select 'table ' || c.oid::regclass || ' ' || c.relkind::text || c.relrowsecurity || c.relforcerowsecurity || coalesce(c.relacl::text, '') || coalesce(obj_description(c.oid, 'pg_class'), '')
      from pg_class c join product n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'S')
    union all
    select 'column ' || c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || coalesce(a.attacl::text, '') || coalesce(col_description(c.oid, a.attnum), '')
      from pg_attribute a join pg_class c on c.oid = a.attrelid join product n on n.oid = c.relnamespace left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p')
    union all
    select 'constraint ' || c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) from pg_constraint c join product n on n.oid = c.connamespace
    union all
    select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid join product n on n.oid = c.relnamespace
    union all
    select 'policy ' || p.polrelid::regclass || ' ' || p.polname || p.polcmd::text || p.polpermissive || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') from pg_policy p
    union all
    select 'trigger ' || pg_get_triggerdef(t.oid) || t.tgenabled::text from pg_trigger t join pg_class c on c.oid = t.tgrelid join product n on n.oid = c.relnamespace where not t.tgisinternal
    union all
    select 'function ' || pg_get_functiondef(f.oid) || coalesce(f.proacl::text, '') || coalesce(obj_description(f.oid, 'pg_proc'), '') from pg_proc f join product n on n.oid = f.pronamespace
    union all
    select 'role ' || rolname from pg_roles where rolname = any (array[${runtimeRoles.map((role) => `'${role}'`).join(', ')}]) and exists (select from product where nspname = 'clinic')
    order by 1`);
});

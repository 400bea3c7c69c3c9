import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The accounts of practices at providers of wallets, which patients pay by. */
export class WalletSettings1795000092000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.wallet_settings (
  tenant_id uuid not null,
  id uuid not null,
  provider text not null constraint wallet_settings__provider check (provider in ('BKASH')),
  site text not null constraint wallet_settings__site check (site in ('LIVE', 'SANDBOX')),
  credentials bytea,
  changed_by uuid not null default platform.current_member(),
  changed_at timestamptz not null default now(),
  version integer not null default 1,
  constraint wallet_settings__pkey primary key (tenant_id, provider),
  constraint wallet_settings__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint wallet_settings__changed_by foreign key (tenant_id, changed_by) references clinic.members (tenant_id, id)
);
comment on table clinic.wallet_settings is 'The account of a practice at a provider of wallets; without a row it is not paid by that one.';
comment on column clinic.wallet_settings.tenant_id is 'The practice.';
comment on column clinic.wallet_settings.id is 'UUIDv7; names the row where its credentials are sealed.';
comment on column clinic.wallet_settings.provider is 'The provider.';
comment on column clinic.wallet_settings.site is 'LIVE, or SANDBOX, which moves no money.';
comment on column clinic.wallet_settings.credentials is 'Sealed JSON: what the provider knows the practice by; null when it is paid there no longer.';
comment on column clinic.wallet_settings.changed_by is 'Who set it last; set by the database.';
comment on column clinic.wallet_settings.changed_at is 'When; set by the database.';
comment on column clinic.wallet_settings.version is 'Counts the changes.';

create function clinic.stamp_wallet_settings() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.version <> old.version then
    new.changed_by := platform.current_member();
    new.changed_at := now();
  end if;
  return new;
end $$;
comment on function clinic.stamp_wallet_settings() is 'Notes who changed an account at a provider, and when.';
create trigger stamp before update on clinic.wallet_settings for each row execute function clinic.stamp_wallet_settings();

call platform.secure_tenant_table('clinic.wallet_settings');
grant select, insert (tenant_id, id, provider, site, credentials), update (site, credentials, version) on clinic.wallet_settings to sinduk_app;
grant select on clinic.wallet_settings to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.wallet_settings;
drop function clinic.stamp_wallet_settings();
`);
  }
}

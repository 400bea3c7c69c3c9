import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sending signed prescriptions on to another system: where to, what is on its way, and what became of it. */
export class PrescriptionExchange1795000087000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.exchange_settings (
  tenant_id uuid not null,
  id uuid not null,
  webhook bytea,
  on_signing boolean not null default false,
  version integer not null default 1,
  constraint exchange_settings__pkey primary key (tenant_id),
  constraint exchange_settings__tenant foreign key (tenant_id) references clinic.tenants (id)
);
comment on table clinic.exchange_settings is 'Where a practice sends its prescriptions; without a row, nowhere.';
comment on column clinic.exchange_settings.tenant_id is 'The practice.';
comment on column clinic.exchange_settings.id is 'UUIDv7; names the row where its webhook is sealed.';
comment on column clinic.exchange_settings.webhook is 'Sealed JSON: the address that prescriptions are sent to, and the secret by which they are signed; null when they are sent nowhere any more.';
comment on column clinic.exchange_settings.on_signing is 'Whether each is sent as it is signed.';
comment on column clinic.exchange_settings.version is 'Counts the changes.';

create table clinic.prescription_deliveries (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  prescription_id uuid not null,
  event text not null constraint prescription_deliveries__event check (event in ('SIGNED', 'SUPERSEDED', 'CANCELLED')),
  state text not null default 'QUEUED' constraint prescription_deliveries__state check (state in ('QUEUED', 'DELIVERED', 'FAILED')),
  reason text constraint prescription_deliveries__reason check (length(reason) between 1 and 50),
  tries integer not null default 0,
  queued_by uuid default platform.current_member(),
  queued_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint prescription_deliveries__pkey primary key (tenant_id, id),
  constraint prescription_deliveries__once unique (tenant_id, prescription_id, event),
  constraint prescription_deliveries__ended check ((state = 'QUEUED') = (ended_at is null)),
  constraint prescription_deliveries__prescription foreign key (tenant_id, prescription_id) references clinic.prescriptions (tenant_id, id),
  constraint prescription_deliveries__queued_by foreign key (tenant_id, queued_by) references clinic.members (tenant_id, id)
);
comment on table clinic.prescription_deliveries is 'What another system is told of a prescription: on its way, taken, or given up.';
comment on column clinic.prescription_deliveries.tenant_id is 'The practice.';
comment on column clinic.prescription_deliveries.id is 'The id under which every try is sent, so that the other system takes it once.';
comment on column clinic.prescription_deliveries.prescription_id is 'The prescription.';
comment on column clinic.prescription_deliveries.event is 'What it tells: that it was signed, superseded or cancelled.';
comment on column clinic.prescription_deliveries.state is 'QUEUED until it is DELIVERED, or given up as FAILED.';
comment on column clinic.prescription_deliveries.reason is 'The code of the last failure, or why it was not sent.';
comment on column clinic.prescription_deliveries.tries is 'How often it was tried.';
comment on column clinic.prescription_deliveries.queued_by is 'Who had it sent; set by the database.';
comment on column clinic.prescription_deliveries.queued_at is 'When it was queued last.';
comment on column clinic.prescription_deliveries.ended_at is 'When it was taken or given up.';
call platform.secure_tenant_table('clinic.exchange_settings');
call platform.secure_tenant_table('clinic.prescription_deliveries');
grant select, insert (tenant_id, id, webhook, on_signing), update (webhook, on_signing, version) on clinic.exchange_settings to sinduk_app;
grant select, insert (tenant_id, prescription_id, event), update (state, reason, tries, queued_at, ended_at) on clinic.prescription_deliveries to sinduk_app;
grant select on clinic.exchange_settings to sinduk_jobs;
grant select, update (state, reason, tries, ended_at) on clinic.prescription_deliveries to sinduk_jobs;

-- In the lanes of the other webhooks: an address that is slow must not take the places that mails need.
create function clinic.queue_prescription_delivery() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('deliverPrescription', json_build_object('tenantId', new.tenant_id, 'id', new.id), queue_name => 'webhooks-' || (hashtextextended(new.tenant_id::text, 0) & 1),
    max_attempts => 12, job_key => 'prescription-delivery:' || new.id, priority => 10);
  return null;
end $$;
comment on function clinic.queue_prescription_delivery() is 'Queues the sending of what another system is told of a prescription.';
create trigger queue after insert or update of queued_at on clinic.prescription_deliveries for each row execute function clinic.queue_prescription_delivery();

create function clinic.tell_of_prescription() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into clinic.prescription_deliveries (tenant_id, prescription_id, event)
  select new.tenant_id, new.id, new.status
  where case new.status when 'SIGNED' then exists (select from clinic.exchange_settings s where s.tenant_id = new.tenant_id and s.on_signing and s.webhook is not null)
    else exists (select from clinic.prescription_deliveries d where d.tenant_id = new.tenant_id and d.prescription_id = new.id and d.event = 'SIGNED') end
  on conflict do nothing;
  return null;
end $$;
comment on function clinic.tell_of_prescription() is 'Has a prescription sent as it is signed, where the practice wants that, and whoever was sent one told of its end.';
create trigger tell_of_prescription after update on clinic.prescriptions for each row when (old.status <> new.status and new.status in ('SIGNED', 'SUPERSEDED', 'CANCELLED'))
  execute function clinic.tell_of_prescription();

-- Background work learns what to send from the delivery alone; it cannot read prescriptions.
create function clinic.prescription_to_deliver(p_tenant uuid, p_delivery uuid)
  returns table (prescription_id uuid, patient_id uuid, event text, status text, number bigint, signed bytea, changed_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select p.id, p.patient_id, d.event, p.status, p.number, p.signed, d.queued_at
    from clinic.prescription_deliveries d join clinic.prescriptions p on p.tenant_id = d.tenant_id and p.id = d.prescription_id
    where d.tenant_id = p_tenant and d.id = p_delivery and d.state = 'QUEUED';
  end;
comment on function clinic.prescription_to_deliver(uuid, uuid) is 'The prescription of a delivery that is queued; no row for any other.';
revoke execute on function clinic.prescription_to_deliver(uuid, uuid) from public;
grant execute on function clinic.prescription_to_deliver(uuid, uuid) to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function clinic.prescription_to_deliver(uuid, uuid);
drop trigger tell_of_prescription on clinic.prescriptions;
drop table clinic.prescription_deliveries, clinic.exchange_settings;
drop function clinic.tell_of_prescription(), clinic.queue_prescription_delivery();
`);
  }
}

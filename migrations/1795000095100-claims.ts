import type { MigrationInterface, QueryRunner } from 'typeorm';

const MOST = '100000000000';

/** What is still to be paid of an issued invoice, less what `others` owe. */
const dueLess = (others: string): string => `
create or replace function clinic.invoice_due(p_tenant uuid, p_invoice uuid) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select i.total - coalesce((select sum(a.amount) from clinic.allocations a where a.tenant_id = p_tenant and a.invoice_id = p_invoice), 0)
      - coalesce((select sum(n.total) from clinic.invoices n where n.tenant_id = p_tenant and n.credits = p_invoice and n.status = 'ISSUED'), 0)${others}
    from clinic.invoices i where i.tenant_id = p_tenant and i.id = p_invoice and i.kind = 'INVOICE' and i.status in ('ISSUED', 'VOID');
  end;`;

/**
 * Claims: what payers are asked to pay of invoices, the files by which they are asked, and what they answered. The database moves what is claimed between
 * the patient and the payer, lets no step be taken that there is not, and never books more than was claimed.
 */
export class Claims1795000095100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.claims (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  patient_id uuid not null,
  invoice_id uuid not null,
  policy_id uuid not null,
  payer_id uuid not null,
  code text not null,
  status text not null default 'DRAFT' constraint claims__status check (status in ('DRAFT', 'READY', 'SUBMITTED', 'RESUBMITTED', 'PAID', 'PARTLY_PAID', 'DENIED', 'CLOSED', 'DISCARDED')),
  billed bigint not null constraint claims__billed check (billed between 1 and ${MOST}),
  net bigint not null,
  paid bigint not null default 0,
  written_off bigint not null default 0,
  returned bigint not null default 0,
  resubmission text constraint claims__resubmission check (resubmission in ('CORRECTION', 'INTERNAL_COMPLAINT')),
  corrections smallint not null default 0,
  sendings smallint not null default 0,
  payer_reference text constraint claims__payer_reference check (length(payer_reference) between 1 and 100),
  details bytea not null,
  made_by uuid not null default platform.current_member(),
  made_at timestamptz not null default now(),
  version integer not null default 1,
  constraint claims__pkey primary key (tenant_id, id),
  constraint claims__code unique (tenant_id, code),
  constraint claims__net check (net between 1 and billed),
  constraint claims__settled check (paid >= 0 and written_off >= 0 and returned >= 0 and paid + written_off + returned <= net),
  constraint claims__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id),
  constraint claims__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint claims__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint claims__policy foreign key (tenant_id, policy_id) references clinic.patient_policies (tenant_id, id),
  constraint claims__payer foreign key (tenant_id, payer_id) references clinic.payers (tenant_id, id),
  constraint claims__made_by foreign key (tenant_id, made_by) references clinic.members (tenant_id, id)
);
create index claims__by_invoice on clinic.claims (tenant_id, invoice_id);
create index claims__by_patient on clinic.claims (tenant_id, patient_id, made_at, id);
create index claims__by_status on clinic.claims (tenant_id, chamber_id, status, made_at, id);
comment on table clinic.claims is 'What payers are asked to pay of invoices.';
comment on column clinic.claims.tenant_id is 'The practice.';
comment on column clinic.claims.id is 'UUIDv7.';
comment on column clinic.claims.chamber_id is 'The chamber of the invoice.';
comment on column clinic.claims.patient_id is 'The patient of the invoice.';
comment on column clinic.claims.invoice_id is 'The invoice.';
comment on column clinic.claims.policy_id is 'The policy by which it is claimed.';
comment on column clinic.claims.payer_id is 'Who is to pay.';
comment on column clinic.claims.code is 'Its number in files: that of the invoice, and which claim of it; set by the database.';
comment on column clinic.claims.status is 'How far it has come.';
comment on column clinic.claims.billed is 'What the invoice comes to, in minor units.';
comment on column clinic.claims.net is 'What the payer is asked to pay.';
comment on column clinic.claims.paid is 'What the payer has paid; set by the database.';
comment on column clinic.claims.written_off is 'What was given up.';
comment on column clinic.claims.returned is 'What the patient is to pay after all.';
comment on column clinic.claims.resubmission is 'As what it is sent anew, or was.';
comment on column clinic.claims.corrections is 'How often it was corrected: the numbers of its activities are others then; set by the database.';
comment on column clinic.claims.sendings is 'How often it was sent; set by the database.';
comment on column clinic.claims.payer_reference is 'The payer''s number of it; set by the database.';
comment on column clinic.claims.details is 'Sealed JSON: the member number, the diagnoses, the number of an authorisation, what was written with a resubmission, why it was closed.';
comment on column clinic.claims.made_by is 'Who made it; set by the database.';
comment on column clinic.claims.made_at is 'When; set by the database.';
comment on column clinic.claims.version is 'Counts its changes.';

create table clinic.claim_lines (
  tenant_id uuid not null,
  id uuid not null,
  claim_id uuid not null,
  no smallint not null constraint claim_lines__no check (no between 1 and 100),
  doctor_id uuid,
  quantity bigint not null,
  billed bigint not null,
  net bigint not null,
  paid bigint not null default 0,
  denial_code text constraint claim_lines__denial_code check (length(denial_code) between 1 and 100),
  details bytea not null,
  constraint claim_lines__pkey primary key (tenant_id, id),
  constraint claim_lines__place unique (tenant_id, claim_id, no),
  constraint claim_lines__net check (net between 0 and billed),
  constraint claim_lines__paid check (paid between 0 and net),
  constraint claim_lines__claim foreign key (tenant_id, claim_id) references clinic.claims (tenant_id, id),
  constraint claim_lines__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id)
);
comment on table clinic.claim_lines is 'What a payer is asked to pay, line by line of the invoice.';
comment on column clinic.claim_lines.tenant_id is 'The practice.';
comment on column clinic.claim_lines.id is 'UUIDv7.';
comment on column clinic.claim_lines.claim_id is 'The claim.';
comment on column clinic.claim_lines.no is 'The place of the line on the invoice.';
comment on column clinic.claim_lines.doctor_id is 'Who did it.';
comment on column clinic.claim_lines.quantity is 'How many.';
comment on column clinic.claim_lines.billed is 'What the line comes to, in minor units.';
comment on column clinic.claim_lines.net is 'What the payer is asked to pay of it.';
comment on column clinic.claim_lines.paid is 'What the payer has paid; set by the database.';
comment on column clinic.claim_lines.denial_code is 'Why the payer did not pay all, as it said last; set by the database.';
comment on column clinic.claim_lines.details is 'Sealed JSON: what it is, and its code.';

create table clinic.claim_submissions (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  payer_id uuid not null,
  disposition text not null constraint claim_submissions__disposition check (disposition in ('PRODUCTION', 'TEST')),
  claims integer not null constraint claim_submissions__claims check (claims between 1 and 500),
  file bytea not null,
  made_by uuid not null default platform.current_member(),
  made_at timestamptz not null default now(),
  constraint claim_submissions__pkey primary key (tenant_id, id),
  constraint claim_submissions__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint claim_submissions__payer foreign key (tenant_id, payer_id) references clinic.payers (tenant_id, id),
  constraint claim_submissions__made_by foreign key (tenant_id, made_by) references clinic.members (tenant_id, id)
);
comment on table clinic.claim_submissions is 'Files of claims. Nothing of them changes.';
comment on column clinic.claim_submissions.tenant_id is 'The practice.';
comment on column clinic.claim_submissions.id is 'UUIDv7.';
comment on column clinic.claim_submissions.chamber_id is 'The chamber that claims.';
comment on column clinic.claim_submissions.payer_id is 'Who is asked.';
comment on column clinic.claim_submissions.disposition is 'PRODUCTION; or TEST, which asks for nothing.';
comment on column clinic.claim_submissions.claims is 'How many claims are in it.';
comment on column clinic.claim_submissions.file is 'Sealed JSON: the file.';
comment on column clinic.claim_submissions.made_by is 'Who made it; set by the database.';
comment on column clinic.claim_submissions.made_at is 'When; set by the database.';

create table clinic.claim_remittances (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  file_token bytea not null,
  file bytea not null,
  claims integer not null,
  imported_by uuid not null default platform.current_member(),
  imported_at timestamptz not null default now(),
  local_date date not null,
  constraint claim_remittances__pkey primary key (tenant_id, id),
  constraint claim_remittances__once unique (tenant_id, file_token),
  constraint claim_remittances__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint claim_remittances__imported_by foreign key (tenant_id, imported_by) references clinic.members (tenant_id, id)
);
comment on table clinic.claim_remittances is 'Files by which payers answered, each imported once.';
comment on column clinic.claim_remittances.tenant_id is 'The practice.';
comment on column clinic.claim_remittances.id is 'UUIDv7.';
comment on column clinic.claim_remittances.chamber_id is 'The chamber that is paid.';
comment on column clinic.claim_remittances.file_token is 'Keyed hash of the file, by which it is imported once.';
comment on column clinic.claim_remittances.file is 'Sealed JSON: the file.';
comment on column clinic.claim_remittances.claims is 'How many claims it answers.';
comment on column clinic.claim_remittances.imported_by is 'Who imported it; set by the database.';
comment on column clinic.claim_remittances.imported_at is 'When; set by the database.';
comment on column clinic.claim_remittances.local_date is 'The day that it counts for, where the chamber is; set by the database.';

create table clinic.claim_settlements (
  tenant_id uuid not null,
  id uuid not null,
  remittance_id uuid not null,
  claim_id uuid not null,
  paid bigint not null constraint claim_settlements__paid check (paid between 0 and ${MOST}),
  denial_code text,
  payer_reference text not null,
  payment_reference text not null,
  settled_at timestamptz,
  line_nos smallint[] not null,
  line_paid bigint[] not null,
  line_denials text[] not null,
  constraint claim_settlements__pkey primary key (tenant_id, id),
  constraint claim_settlements__once unique (tenant_id, remittance_id, claim_id),
  constraint claim_settlements__lines check (cardinality(line_nos) between 1 and 100 and cardinality(line_nos) = cardinality(line_paid) and cardinality(line_nos) = cardinality(line_denials) and 0 <= all (line_paid)),
  constraint claim_settlements__remittance foreign key (tenant_id, remittance_id) references clinic.claim_remittances (tenant_id, id),
  constraint claim_settlements__claim foreign key (tenant_id, claim_id) references clinic.claims (tenant_id, id)
);
create index claim_settlements__by_claim on clinic.claim_settlements (tenant_id, claim_id);
comment on table clinic.claim_settlements is 'What payers answered to claims. Nothing of it changes.';
comment on column clinic.claim_settlements.tenant_id is 'The practice.';
comment on column clinic.claim_settlements.id is 'UUIDv7.';
comment on column clinic.claim_settlements.remittance_id is 'The file.';
comment on column clinic.claim_settlements.claim_id is 'The claim.';
comment on column clinic.claim_settlements.paid is 'What was paid, in minor units.';
comment on column clinic.claim_settlements.denial_code is 'Why not all of it, where the payer said so of the whole claim.';
comment on column clinic.claim_settlements.payer_reference is 'The payer''s number of the claim.';
comment on column clinic.claim_settlements.payment_reference is 'The number of the payment.';
comment on column clinic.claim_settlements.settled_at is 'When it was paid, as the payer says.';
comment on column clinic.claim_settlements.line_nos is 'The lines that were answered.';
comment on column clinic.claim_settlements.line_paid is 'What was paid of each.';
comment on column clinic.claim_settlements.line_denials is 'Why not all of each; null where the payer did not say.';

create function clinic.claimed_of_invoice(p_tenant uuid, p_invoice uuid) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select coalesce(sum(c.net - c.returned), 0)::bigint from clinic.claims c where c.tenant_id = p_tenant and c.invoice_id = p_invoice;
  end;
comment on function clinic.claimed_of_invoice(uuid, uuid) is 'What payers are to pay of an invoice, or have paid, or were spared.';

create function clinic.make_claim() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i clinic.invoices; o clinic.patient_policies;
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  select * into i from clinic.invoices x where x.tenant_id = new.tenant_id and x.id = new.invoice_id for no key update;
  select * into o from clinic.patient_policies x where x.tenant_id = new.tenant_id and x.id = new.policy_id;
  if i.kind is distinct from 'INVOICE' or i.status <> 'ISSUED' or i.chamber_id <> new.chamber_id or i.patient_id <> new.patient_id or o.patient_id is distinct from new.patient_id or o.payer_id <> new.payer_id then
    raise exception using errcode = 'SK095', message = 'what is claimed stands on an invoice in force, by a policy of its patient';
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, platform.current_member(), new.chamber_id, 'payments:take'), false) then
    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber claims there';
  end if;
  if new.net > clinic.invoice_due(new.tenant_id, new.invoice_id) then
    raise exception using errcode = 'SK092', message = 'more is claimed than is due on the invoice';
  end if;
  new.code := i.code || '-' || (select count(*) + 1 from clinic.claims c where c.tenant_id = new.tenant_id and c.invoice_id = new.invoice_id);
  return new;
end $$;
comment on function clinic.make_claim() is 'Numbers a claim. Refuses, with SK092, more than is due; with SK095, one of no invoice in force; with SK096, who may not.';
create trigger make_claim before insert on clinic.claims for each row execute function clinic.make_claim();

create function clinic.keep_claim() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- A merge gives it to another patient, and rotating keys seals it anew. Another tenant is for row security to refuse.
  aside constant text[] := array['tenant_id', 'patient_id', 'details'];
  stepping constant text[] := aside || array['status', 'version', 'resubmission'];
  by_caller constant boolean := current_user = 'sinduk_app';
  step constant text := old.status || ' ' || new.status;
  permission text := 'payments:take';
begin
  if by_caller and new.patient_id <> old.patient_id and not exists (
    select from clinic.patient_merges m where m.tenant_id = old.tenant_id
      and case when m.undone_at is null then m.duplicate_id = old.patient_id and m.survivor_id = new.patient_id else m.survivor_id = old.patient_id and m.duplicate_id = new.patient_id end) then
    raise exception using errcode = 'SK091', message = 'a claim changes hands by a merge of patients, or by its undoing';
  end if;
  if to_jsonb(new) - aside = to_jsonb(old) - aside then
    if by_caller and new.details <> old.details then
      raise exception using errcode = 'SK091', message = 'every change of a claim counts its version up by one';
    end if;
    return new;
  end if;
  -- What a payer answered is written by the database, where it is posted.
  if not by_caller then
    return new;
  end if;
  if new.version <> old.version + 1 or to_jsonb(new) - (stepping || array['written_off', 'returned']) <> to_jsonb(old) - (stepping || array['written_off', 'returned']) then
    raise exception using errcode = 'SK091', message = 'what was claimed stays as it is';
  end if;
  if new.status in ('DISCARDED', 'CLOSED') then
    if (new.status = 'DISCARDED' and (old.status not in ('DRAFT', 'READY') or old.sendings > 0 or new.written_off > 0)) or (new.status = 'CLOSED' and old.status not in ('PARTLY_PAID', 'DENIED'))
      or new.paid + new.written_off + new.returned <> new.net then
      raise exception using errcode = 'SK095', message = 'a claim ends with nothing of it open';
    end if;
    if new.status = 'CLOSED' then permission := 'finances:manage'; end if;
  elsif new.written_off <> old.written_off or new.returned <> old.returned
    or step not in ('DRAFT DRAFT', 'DRAFT READY', 'READY DRAFT', 'READY SUBMITTED', 'READY RESUBMITTED', 'DENIED DRAFT', 'DENIED READY', 'PARTLY_PAID READY') then
    raise exception using errcode = 'SK095', message = format('a claim does not step from %s to %s', old.status, new.status);
  elsif step in ('DENIED DRAFT', 'DENIED READY', 'PARTLY_PAID READY') then
    if new.resubmission is distinct from (case new.status when 'DRAFT' then 'CORRECTION' else 'INTERNAL_COMPLAINT' end) or (new.status = 'DRAFT' and old.paid > 0) then
      raise exception using errcode = 'SK095', message = 'what was denied is corrected, and what was paid in part is complained of';
    end if;
    if new.status = 'DRAFT' then new.corrections := old.corrections + 1; end if;
  elsif new.resubmission is distinct from old.resubmission or (new.status in ('SUBMITTED', 'RESUBMITTED') and (new.status = 'SUBMITTED') <> (old.sendings = 0)) then
    raise exception using errcode = 'SK095', message = 'what was sent before is sent as a resubmission';
  end if;
  if step = 'DRAFT READY' and (select (sum(l.billed), sum(l.net)) is distinct from (new.billed::numeric, new.net::numeric) from clinic.claim_lines l where l.tenant_id = new.tenant_id and l.claim_id = new.id) then
    raise exception using errcode = 'SK097', message = 'a claim does not come to what its lines do';
  end if;
  if new.status in ('SUBMITTED', 'RESUBMITTED') then
    new.sendings := old.sendings + 1;
    permission := 'finances:manage';
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, platform.current_member(), new.chamber_id, permission), false) then
    raise exception using errcode = 'SK096', message = format('this needs %s in the chamber', permission);
  end if;
  return new;
end $$;
comment on function clinic.keep_claim() is 'Refuses, with SK091, to change what was claimed; with SK095, a step that there is not; with SK096, who may not; with SK097, lines that do not come to the claim.';
create trigger keep_claim before update on clinic.claims for each row execute function clinic.keep_claim();

create function clinic.post_claim() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare today date := clinic.books_today(new.tenant_id, new.chamber_id);
begin
  if tg_op = 'INSERT' then
    perform clinic.post_entry(new.tenant_id, new.chamber_id, today, 'CLAIM', new.id, array[row('CLAIMS_RECEIVABLE', null, new.net), row('RECEIVABLE', null, -new.net)]::clinic.posting[]);
  else
    perform clinic.post_entry(new.tenant_id, new.chamber_id, today, 'CLAIM_ENDED', new.id, array[
      row('WRITE_OFF', null, new.written_off - old.written_off), row('RECEIVABLE', null, new.returned - old.returned),
      row('CLAIMS_RECEIVABLE', null, old.written_off - new.written_off + old.returned - new.returned)]::clinic.posting[]);
  end if;
  return null;
end $$;
comment on function clinic.post_claim() is 'Posts what a payer is to pay instead of the patient, and what of it was given up or is the patient''s after all.';
create trigger post_claim after insert on clinic.claims for each row execute function clinic.post_claim();
create trigger post_claim_ended after update on clinic.claims for each row when (old.written_off <> new.written_off or old.returned <> new.returned) execute function clinic.post_claim();

create function clinic.keep_claim_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if session_user <> 'sinduk_app' or pg_trigger_depth() > 1 or new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  perform from clinic.claims c where c.tenant_id = new.tenant_id and c.id = new.claim_id and c.status = 'DRAFT' and (tg_op = 'UPDATE' or c.made_at = now()) for no key update;
  if not found then
    raise exception using errcode = 'SK091', message = 'what was claimed stays as it is';
  end if;
  return new;
end $$;
comment on function clinic.keep_claim_line() is 'Refuses, with SK091, lines that are added to a claim later, and changes of one that is no draft.';
create trigger keep_claim_line before insert or update on clinic.claim_lines for each row execute function clinic.keep_claim_line();

create function clinic.import_remittance() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, platform.current_member(), new.chamber_id, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'only who manages the finances of the chamber imports what it is paid';
  end if;
  new.local_date := clinic.books_today(new.tenant_id, new.chamber_id);
  return new;
end $$;
comment on function clinic.import_remittance() is 'Stamps for which day a remittance counts. Refuses, with SK096, who may not.';
create trigger import_remittance before insert on clinic.claim_remittances for each row execute function clinic.import_remittance();

create function clinic.settle_claim() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c clinic.claims; r clinic.claim_remittances;
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  select * into c from clinic.claims x where x.tenant_id = new.tenant_id and x.id = new.claim_id for no key update;
  select * into r from clinic.claim_remittances x where x.tenant_id = new.tenant_id and x.id = new.remittance_id;
  if c.status not in ('SUBMITTED', 'RESUBMITTED') or c.chamber_id <> r.chamber_id or r.imported_at <> now() then
    raise exception using errcode = 'SK095', message = 'a payer answers what it was sent';
  end if;
  if new.paid <> (select sum(p) from unnest(new.line_paid) as p) or (select count(distinct n) from unnest(new.line_nos) as n) <> cardinality(new.line_nos)
    or exists (select from unnest(new.line_nos) as n where not exists (select from clinic.claim_lines l where l.tenant_id = c.tenant_id and l.claim_id = c.id and l.no = n)) then
    raise exception using errcode = 'SK097', message = 'what was paid of a claim does not come to what was paid of its lines';
  end if;
  if exists (select from unnest(new.line_nos, new.line_paid) as n (no, paid) join clinic.claim_lines l on l.tenant_id = c.tenant_id and l.claim_id = c.id and l.no = n.no where l.paid + n.paid > l.net) then
    raise exception using errcode = 'SK092', message = 'more was paid of a line than was claimed';
  end if;
  update clinic.claim_lines l set paid = l.paid + n.paid, denial_code = n.denial
  from unnest(new.line_nos, new.line_paid, new.line_denials) as n (no, paid, denial) where l.tenant_id = c.tenant_id and l.claim_id = c.id and l.no = n.no;
  update clinic.claims x set paid = x.paid + new.paid, payer_reference = new.payer_reference, version = x.version + 1,
    status = case when x.paid + new.paid = x.net then 'PAID' when x.paid + new.paid > 0 then 'PARTLY_PAID' else 'DENIED' end
  where x.tenant_id = c.tenant_id and x.id = c.id;
  perform clinic.post_entry(new.tenant_id, c.chamber_id, r.local_date, 'REMITTANCE', new.id, array[row('BANK', null, new.paid), row('CLAIMS_RECEIVABLE', null, -new.paid)]::clinic.posting[]);
  return new;
end $$;
comment on function clinic.settle_claim() is 'Books what a payer paid of a claim. Refuses, with SK092, more than was claimed; with SK095, what was not sent; with SK097, a sum that is not that of the lines.';
create trigger settle_claim before insert on clinic.claim_settlements for each row execute function clinic.settle_claim();
create trigger keep_settlement before update or delete on clinic.claim_settlements for each row execute function clinic.keep_ledger();

${dueLess(' - clinic.claimed_of_invoice(p_tenant, p_invoice)')}
comment on function clinic.invoice_due(uuid, uuid) is 'What the patient is still to pay of an issued invoice.';

call platform.secure_tenant_table('clinic.claims');
call platform.secure_tenant_table('clinic.claim_lines');
call platform.secure_tenant_table('clinic.claim_submissions');
call platform.secure_tenant_table('clinic.claim_remittances');
call platform.secure_tenant_table('clinic.claim_settlements');
call clinic.keep_off_merged_patients('clinic.claims', 'patient_id');
grant select, insert (tenant_id, id, chamber_id, patient_id, invoice_id, policy_id, payer_id, billed, net, details), update (patient_id, status, written_off, returned, resubmission, details, version) on clinic.claims to sinduk_app;
grant select, insert (tenant_id, id, claim_id, no, doctor_id, quantity, billed, net, details), update (details) on clinic.claim_lines to sinduk_app;
grant select, insert (tenant_id, id, chamber_id, payer_id, disposition, claims, file) on clinic.claim_submissions to sinduk_app;
grant select, insert (tenant_id, id, chamber_id, file_token, file, claims) on clinic.claim_remittances to sinduk_app;
grant select, insert (tenant_id, id, remittance_id, claim_id, paid, denial_code, payer_reference, payment_reference, settled_at, line_nos, line_paid, line_denials) on clinic.claim_settlements to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${dueLess('')}
comment on function clinic.invoice_due(uuid, uuid) is 'What is still to be paid of an issued invoice.';
drop function clinic.claimed_of_invoice(uuid, uuid);
drop table clinic.claim_settlements, clinic.claim_remittances, clinic.claim_submissions, clinic.claim_lines, clinic.claims;
drop function clinic.settle_claim(), clinic.import_remittance(), clinic.keep_claim_line(), clinic.post_claim(), clinic.keep_claim(), clinic.make_claim();
`);
  }
}

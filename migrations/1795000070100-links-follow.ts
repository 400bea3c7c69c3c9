import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

const visitOf = (appointment: string): string => `
create or replace function platform.visit_of(p_tenant uuid, p_secret bytea)
  returns table (link_id uuid, appointment_id uuid, patient_id uuid, slot_from timestamptz, slot_until timestamptz, starts_at timestamptz, ends_at timestamptz, delay_minutes smallint,
    time_zone text, locale text, chamber_name text, doctor_id uuid, doctor_profile bytea, now timestamptz)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
-- What was entered before is put back in the end: the practice is entered for this call alone.
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    select v.id, a.id, a.patient_id, a.slot_from, a.slot_until, s.starts_at, s.ends_at, s.delay_minutes, c.time_zone, c.locale, c.name, m.id, m.profile, now()
    from clinic.visit_links v
    join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
    join clinic.appointments a on a.tenant_id = p_tenant and ${appointment} and a.video and a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT')
    join clinic.sessions s on s.tenant_id = p_tenant and s.id = a.session_id and s.status <> 'CANCELLED'
    join clinic.chambers c on c.tenant_id = p_tenant and c.id = a.chamber_id
    join clinic.members m on m.tenant_id = p_tenant and m.id = a.doctor_id
    where v.tenant_id = p_tenant and v.secret_hash = sha256(p_secret);
  perform set_config('sinduk.context', entered, true);
end $$;`;

const shownOnDisplay = (counted: string, shown: string): string => `
create or replace function platform.shown_on_display(p_tenant uuid, p_secret bytea)
  returns table (display_id uuid, chamber_name text, time_zone text, locale text, now timestamptz, session_id uuid, doctor_id uuid, doctor_profile bytea, room text,
    status text, starts_at timestamptz, ends_at timestamptz, delay_minutes smallint, slot_minutes smallint, capacity smallint, places jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
-- What was entered before is put back in the end: the practice is entered for this call alone.
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    select d.id, c.name, c.time_zone, c.locale, now(), s.id, s.doctor_id, m.profile, r.name, s.status, s.starts_at, s.ends_at, s.delay_minutes, s.slot_minutes, s.capacity,
      (select jsonb_agg(jsonb_build_object('number', a.number, 'status', a.status, 'consultAt', a.consult_at, 'completedAt', a.completed_at, 'slotFrom', a.slot_from) order by a.call_order, a.number)
       from clinic.appointments a where a.tenant_id = p_tenant and ${counted} and a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'IN_CONSULT', 'COMPLETED'))
    from clinic.queue_displays d
    join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
    join clinic.chambers c on c.tenant_id = p_tenant and c.id = d.chamber_id and c.archived_at is null
    cross join lateral (select (now() at time zone c.time_zone)::date as day) today
    left join clinic.sessions s on s.tenant_id = p_tenant and s.chamber_id = c.id
      -- One that goes on past midnight is still shown.
      and (s.local_date = today.day or (s.local_date = today.day - 1 and s.status in ('OPEN', 'RUNNING', 'PAUSED')))${shown}
    left join clinic.members m on m.tenant_id = p_tenant and m.id = s.doctor_id
    left join clinic.rooms r on r.tenant_id = p_tenant and r.chamber_id = s.chamber_id and r.id = s.room_id
    where d.tenant_id = p_tenant and d.secret_hash = sha256(p_secret) and d.ended_at is null
    order by s.starts_at, s.id;
  perform set_config('sinduk.context', entered, true);
end $$;`;

const calendarOf = (sessions: string): string => `
create or replace function platform.calendar_of(p_tenant uuid, p_secret bytea)
  returns table (feed_id uuid, with_patients boolean, doctor_id uuid, doctor_profile bytea,
    session_id uuid, session_status text, starts_at timestamptz, ends_at timestamptz, delay_minutes smallint, session_version integer, session_changed timestamptz,
    chamber_name text, chamber_address text, locale text, room text,
    appointment_id uuid, number smallint, status text, slot_from timestamptz, slot_until timestamptz, video boolean, version integer, changed timestamptz, patient_id uuid, identity bytea)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
-- What was entered before is put back in the end: the practice is entered for this call alone.
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    select f.id, f.with_patients, m.id, m.profile,
      s.id, s.status, s.starts_at, s.ends_at, s.delay_minutes, s.version, greatest(s.created_at, s.opened_at, s.started_at, s.paused_at, s.closed_at, s.cancelled_at),
      c.name, c.address, c.locale, r.name,
      a.id, a.number, a.status, a.slot_from, a.slot_until, a.video, a.version, greatest(a.created_at, a.arrived_at, a.called_at, a.consult_at, a.completed_at, a.ended_at), p.id, p.identity
    from clinic.calendar_feeds f
    join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
    join clinic.members m on m.tenant_id = p_tenant and m.id = f.member_id and m.status = 'ACTIVE'
    ${sessions}
    left join clinic.rooms r on r.tenant_id = p_tenant and r.chamber_id = s.chamber_id and r.id = s.room_id
    -- Rights as they are now: who lost one gets less by the link that they had made before.
    cross join lateral (
      select clinic.may_in(p_tenant, f.member_id, s.chamber_id, 'appointments:read') as appointments,
        f.with_patients and clinic.may_in(p_tenant, f.member_id, s.chamber_id, 'patients:read') as patients offset 0
    ) may
    left join clinic.appointments a on a.tenant_id = p_tenant and a.session_id = s.id and may.appointments
      and (a.slot_from is not null or a.status in ('HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED'))
    left join clinic.patients p on p.tenant_id = p_tenant and p.id = a.patient_id and may.patients
    where f.tenant_id = p_tenant and f.secret_hash = sha256(p_secret) and f.ended_at is null
    order by s.starts_at, s.id, a.call_order, a.number;
  perform set_config('sinduk.context', entered, true);
end $$;`;

/** What links show follows what they are about: a visit by video the appointment that was moved, a display the session that took another's place, a calendar the days of each chamber. */
export class LinksFollow1795000070100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${visitOf('a.id = clinic.latest_appointment(p_tenant, v.appointment_id)')}
${shownOnDisplay(
  '(a.session_id = s.id or a.id = any (array(select b.appointment_id from clinic.seen_before b where b.tenant_id = p_tenant and b.session_id = s.id)))', `
      -- One whose place another one took on the same day is not cancelled for who waits.
      and not (s.status = 'CANCELLED' and exists (select from clinic.session_changes k
        left join clinic.sessions o on o.tenant_id = p_tenant and o.id = coalesce(k.restored_session_id, k.to_session_id)
        where k.tenant_id = p_tenant and ((k.session_id = s.id and (k.kind = 'SHIFT' or k.restored_session_id is not null) and o.local_date = s.local_date)
          or (k.to_session_id = s.id and k.kind = 'SHIFT' and k.undone_at is not null))))`)}
${calendarOf(`left join (clinic.sessions s join clinic.chambers c on c.tenant_id = p_tenant and c.id = s.chamber_id
      cross join lateral (select (now() at time zone c.time_zone)::date as day) today)
      on s.tenant_id = p_tenant and s.doctor_id = f.member_id and s.local_date between today.day - 31 and today.day + 366`)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${visitOf('a.id = v.appointment_id')}
${shownOnDisplay('a.session_id = s.id', '')}
${calendarOf(`left join clinic.sessions s on s.tenant_id = p_tenant and s.doctor_id = f.member_id and s.local_date between current_date - 31 and current_date + 366
    left join clinic.chambers c on c.tenant_id = p_tenant and c.id = s.chamber_id`)}
`);
  }
}

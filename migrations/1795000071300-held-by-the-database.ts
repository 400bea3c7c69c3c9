import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const OFFER = 'platform.offer_place(uuid, uuid, uuid, integer, bigint, uuid, text, integer, timestamptz, timestamptz, bytea, timestamptz, uuid)';
const TELL = 'clinic.tell_appointment()';

// The session's row is written for each appointment anyway: its status costs nothing.
const onlyWhileOpen = [
  ['\nbegin\n  update clinic.sessions s set queue_version = s.queue_version + 1 where s.tenant_id = new.tenant_id and s.id = new.session_id;',
    '\ndeclare session_status text;\nbegin\n  update clinic.sessions s set queue_version = s.queue_version + 1 where s.tenant_id = new.tenant_id and s.id = new.session_id returning s.status into session_status;'],
  ['  return null;', `  if tg_op = 'INSERT' and session_status in ('CLOSED', 'CANCELLED') then
    raise exception using errcode = 'SK061', message = 'nobody is booked in a session that is ' || session_status;
  end if;
  return null;`],
] as const;

// Whoever offers has looked at all of this. Quiet hours are shorter than a day, and do not count.
const onlyWhatThereIs = [
  [`  update clinic.session_numbers n set next = n.next + 1`, `  if entry.chamber_id <> session.chamber_id or coalesce(entry.session_id <> session.id, entry.doctor_id <> session.doctor_id or session.local_date not between entry.first_day and entry.last_day) then
    raise exception using errcode = 'SK068', message = 'the patient waits for something else';
  end if;
  if clinic.places_left(p_tenant, p_session, p_series) <= 0 then
    raise exception using errcode = 'SK068', message = 'the session has no such place left';
  end if;
  if p_held_until > least(now() + interval '25 hours', coalesce(p_slot_from, session.ends_at)) then
    raise exception using errcode = 'SK068', message = 'no place is held so long';
  end if;
  update clinic.session_numbers n set next = n.next + 1`],
  ['and n.first = p_first and n.next <= n.last', `and n.first = p_first and n.series in (p_series, 'OVERFLOW') and n.next <= n.last`],
] as const;

/** What the application does not do with appointments, the database does not let it do. */
export class HeldByTheDatabase1795000071300 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.keep_whose_appointment() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare has_ended boolean := old.status in ('COMPLETED', 'CANCELLED', 'NO_SHOW', 'EXPIRED');
begin
  if new.patient_id is distinct from old.patient_id and (old.patient_id is not null or has_ended)
    and not exists (select from clinic.patients p where p.tenant_id = new.tenant_id and p.id = old.patient_id and p.merged_into = new.patient_id)
    and not exists (select from clinic.patient_merge_rows r join clinic.patient_merges m on m.tenant_id = new.tenant_id and m.id = r.merge_id and m.undone_at is not null
      where r.tenant_id = new.tenant_id and r.place = 'clinic.appointments.patient_id' and r.row_id = new.id and m.survivor_id = old.patient_id and m.duplicate_id = new.patient_id) then
    raise exception using errcode = 'SK061', message = 'an appointment is given to another patient by a merge alone, and back when that is undone';
  end if;
  -- New keys seal it anew, by the owner.
  if has_ended and new.details is distinct from old.details and current_user = 'sinduk_app' then
    raise exception using errcode = 'SK061', message = 'an appointment that is ' || old.status || ' stays as it is';
  end if;
  return null;
end $$;
comment on function clinic.keep_whose_appointment() is 'Keeps an appointment with its patient, save for merges, and what was noted of one that is over.';
-- After the row, so that whose it is has been looked at before.
create trigger keep_whose after update of patient_id, details on clinic.appointments for each row
  when (old.patient_id is distinct from new.patient_id or old.details is distinct from new.details) execute function clinic.keep_whose_appointment();
${changeFunction(TELL, onlyWhileOpen)}
${changeFunction(OFFER, onlyWhatThereIs)}
comment on function ${OFFER} is
  'Holds a place in a session for somebody who waits for one, and queues the message that tells them. Raises SK064 when the session or the entry is not as it was read, and SK068 for what the entry does not wait for, a place that there is not, or too long a hold.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(OFFER, undone(onlyWhatThereIs))}
comment on function ${OFFER} is
  'Holds a place in a session for somebody who waits, and queues the message that tells them. Raises SK064 when the session or the entry is not as it was read.';
${changeFunction(TELL, undone(onlyWhileOpen))}
drop trigger keep_whose on clinic.appointments;
drop function clinic.keep_whose_appointment();
`);
  }
}

import { Injectable } from '@nestjs/common';
import type { Permission } from '../../platform/access/permissions.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { refuseDays } from '../../schedules/day-range.model.js';
import { CHAMBER_TO_READ } from '../../schedules/session-rows.model.js';
import { type AppointmentFigures, type AppointmentFiguresArgs, FigurePeriod, LONGEST_DAILY_FIGURES_DAYS, LONGEST_FIGURES_DAYS } from './appointment-figures.model.js';

const PERMISSION: Permission = 'chambers:manage';

/** $1 tenant, $2 first day, $3 last day, $4 chamber or null, $5 doctor or null, $6 permission, $7 whether per chamber, $8 whether per doctor, $9 stretch: WHOLE, DAY, WEEK, MONTH */
const FIGURES = `
with chambers as (
  select c.id from clinic.chambers c where c.tenant_id = $1 and ($4::uuid is null or c.id = $4) and clinic.may_in($1, platform.current_member(), c.id, $6)
), sums as (
  select a.session_id,
    count(*) filter (where a.held_until is null and not a.moved) as booked,
    count(*) filter (where a.status = 'CANCELLED' and a.held_until is null and not a.moved) as cancelled,
    count(a.arrived_at) as arrived,
    count(*) filter (where a.status = 'COMPLETED') as completed,
    count(*) filter (where a.status = 'NO_SHOW') as no_show,
    count(*) filter (where a.status = 'NO_SHOW' and a.channel <> 'WALK_IN') as stayed_away,
    count(*) filter (where a.status = 'COMPLETED' and a.channel <> 'WALK_IN') as kept,
    count(*) filter (where a.held_until is null and a.status <> 'CANCELLED') as given,
    count(*) filter (where a.arrived_at is not null and a.consult_at is not null) as waits, sum(a.consult_at - a.arrived_at) as waited,
    count(a.completed_at) as consultations, sum(a.completed_at - a.consult_at) as consulted
  from (
    select a.*, a.status = 'CANCELLED' and exists (select from clinic.appointments r where r.tenant_id = $1 and r.rescheduled_from = a.id) as moved from clinic.appointments a
    where a.tenant_id = $1 and a.chamber_id = any (array(select id from chambers)) and a.local_date between $2::date and $3::date and ($5::uuid is null or a.doctor_id = $5)
  ) a group by a.session_id
), days as (
  select s.chamber_id, s.doctor_id, s.status, s.capacity, u.*, case $9::text when 'WHOLE' then $2::date else date_trunc(case $9 when 'WHOLE' then 'day' else lower($9) end, s.local_date::timestamp)::date end as first
  from clinic.sessions s left join sums u on u.session_id = s.id
  where s.tenant_id = $1 and s.chamber_id = any (array(select id from chambers)) and s.local_date between $2::date and $3::date and ($5::uuid is null or s.doctor_id = $5)
)
select case when $7::boolean then d.chamber_id end as chamber_id, case when $8::boolean then d.doctor_id end as doctor_id,
  greatest(d.first, $2::date)::text as from,
  (case $9 when 'WHOLE' then $3::date else least($3::date, (d.first + ('1 ' || lower($9))::interval)::date - 1) end)::text as to,
  (count(*) filter (where d.status <> 'CANCELLED'))::integer as sessions, coalesce(sum(d.capacity) filter (where d.status <> 'CANCELLED'), 0)::integer as capacity,
  coalesce(sum(d.booked), 0)::integer as booked, coalesce(sum(d.cancelled), 0)::integer as cancelled, coalesce(sum(d.arrived), 0)::integer as arrived,
  coalesce(sum(d.completed), 0)::integer as completed, coalesce(sum(d.no_show), 0)::integer as no_show,
  (sum(d.stayed_away) / nullif(sum(d.stayed_away + d.kept), 0))::float8 as no_show_rate,
  (extract(epoch from sum(d.waited)) / 60 / nullif(sum(d.waits), 0))::float8 as mean_wait,
  (extract(epoch from sum(d.consulted)) / 60 / nullif(sum(d.consultations), 0))::float8 as mean_consultation,
  (coalesce(sum(d.given) filter (where d.status <> 'CANCELLED'), 0)::numeric / nullif(sum(d.capacity) filter (where d.status <> 'CANCELLED'), 0))::float8 as booked_share,
  (coalesce(sum(d.completed) filter (where d.status = 'CLOSED'), 0)::numeric / nullif(sum(d.capacity) filter (where d.status = 'CLOSED'), 0))::float8 as used_share
from days d group by d.first, case when $7 then d.chamber_id end, case when $8 then d.doctor_id end order by d.first, 1, 2`;

interface FiguresRow extends Pick<AppointmentFigures, 'from' | 'to' | 'sessions' | 'capacity' | 'booked' | 'cancelled' | 'arrived' | 'completed'> {
  chamber_id: string | null;
  doctor_id: string | null;
  no_show: number;
  no_show_rate: number | null;
  mean_wait: number | null;
  mean_consultation: number | null;
  booked_share: number | null;
  used_share: number | null;
}

/** Reckons what became of appointments, in the chambers that the caller manages. Names nobody. */
@Injectable()
export class AppointmentFiguresReader {
  constructor(private readonly db: TenantDb) {}

  /** The figures of each stretch, chamber and doctor that has sessions, as told apart; one round trip. BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  async of(ctx: Ctx, { from, to, chamberId = null, doctorId = null, period, perChamber, perDoctor }: AppointmentFiguresArgs): Promise<AppointmentFigures[]> {
    refuseDays(from, to, period === FigurePeriod.DAY ? LONGEST_DAILY_FIGURES_DAYS : LONGEST_FIGURES_DAYS);
    const [chambers, rows] = await this.db.read(ctx,
      { text: CHAMBER_TO_READ, values: [ctx.tenantId, chamberId, PERMISSION] },
      { text: FIGURES, values: [ctx.tenantId, from, to, chamberId, doctorId, PERMISSION, perChamber, perDoctor, period] });
    const [named] = chambers!;
    if (chamberId !== null && !named) throw notFound();
    if (chamberId !== null && !named!['may']) throw forbidden(PERMISSION);
    return (rows as unknown as FiguresRow[]).map(toFigures);
  }
}

const toFigures = ({ chamber_id: chamberId, doctor_id: doctorId, no_show: noShow, ...row }: FiguresRow): AppointmentFigures => ({
  chamberId, doctor: doctorId === null ? null : { id: doctorId }, from: row.from, to: row.to, sessions: row.sessions, capacity: row.capacity,
  booked: row.booked, cancelled: row.cancelled, arrived: row.arrived, completed: row.completed, noShow, noShowRate: row.no_show_rate,
  meanWaitMinutes: row.mean_wait, meanConsultationMinutes: row.mean_consultation, bookedShare: row.booked_share, usedShare: row.used_share,
});

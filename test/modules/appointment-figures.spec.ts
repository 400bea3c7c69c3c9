import { randomUUID } from 'node:crypto';
import { chamberId, freshDay, owner, pastTriggers, patients, practice, reception, useClinic, world } from '../support/appointments-clinic.js';
import { dayFromNow } from '../support/appointments.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';

useClinic();

describe('figures', () => {
  const FIGURES = `query ($from: LocalDate!, $to: LocalDate!, $chamberId: UUID, $doctorId: UUID, $period: FigurePeriod, $perDoctor: Boolean, $perChamber: Boolean) {
    appointmentFigures(from: $from, to: $to, chamberId: $chamberId, doctorId: $doctorId, period: $period, perDoctor: $perDoctor, perChamber: $perChamber) {
      chamberId doctor { id } from to sessions capacity booked cancelled arrived completed noShow noShowRate meanWaitMinutes meanConsultationMinutes bookedShare usedShare } }`;
  const figuresAnswer = (variables: Record<string, unknown>, token = practice.owner.token) => world.graphql(FIGURES, variables, token);

  it('tell what became of appointments, by day, doctor and chamber', async () => {
    const place = await openChamber(world, practice, 'Shanti Mirpur');
    const doctor = (await hire(world, practice, place, 'DOCTOR')).memberId;
    const other = (await hire(world, practice, place, 'DOCTOR')).memberId;
    const at = { chamberId: place, doctorId: doctor };
    const [day, next] = [freshDay(), freshDay()];
    const session = await owner.addSession({ ...at, localDate: day, capacity: 10 });
    const [seen, stays, left, moved, gone] = await Promise.all(patients.slice(0, 5).map((patientId) => owner.book({ sessionId: session.id, patientId })));
    const later = await owner.addSession({ ...at, localDate: next, capacity: 4 });
    await owner.rescheduleAnswer({ id: moved!.id, version: moved!.version, sessionId: later.id });
    await owner.cancelAnswer(gone!);
    await owner.open(session.id);
    const walkIn = await owner.book({ sessionId: session.id, patientId: patients[6], channel: 'WALK_IN' });
    await owner.step('noteArrival', seen!.id);
    await owner.step('noteArrival', left!.id);
    await owner.step('startClinicSession', session.id);
    for (const one of [seen!, walkIn]) for (const step of ['callPatient', 'beginConsultation', 'completeConsultation']) await owner.step(step, one.id);
    await owner.step('noteNoShow', left!.id);
    await owner.step('closeClinicSession', session.id);
    for (const table of ['sessions', 'appointments']) await pastTriggers(`update clinic.${table} set local_date = '${day}' where '${session.id}' in (id${table === 'sessions' ? '' : ', session_id'})`);
    await owner.addSession({ chamberId: place, doctorId: other, localDate: day, capacity: 20 });
    expect((await owner.queue(session.id)).find(({ id }) => id === stays!.id)).toMatchObject({ status: 'NO_SHOW' });
    // They waited 30 and 10 minutes, and were seen for 12 and 8.
    for (const [id, waited, took] of [[seen!.id, 30, 12], [walkIn.id, 10, 8]] as const) {
      await pastTriggers(`update clinic.appointments set arrived_at = now() - interval '${waited} minutes', consult_at = now(), completed_at = now() + interval '${took} minutes' where id = '${id}'`);
    }
    const { data } = await figuresAnswer({ chamberId: place, from: day, to: next, period: 'DAY', perDoctor: true, perChamber: true });
    const nothing = { booked: 0, cancelled: 0, arrived: 0, completed: 0, noShow: 0, noShowRate: null, meanWaitMinutes: null, meanConsultationMinutes: null, bookedShare: 0, usedShare: null };
    const rows = [
      { doctor: { id: doctor }, from: day, to: day, sessions: 1, capacity: 10, booked: 5, cancelled: 1, arrived: 3, completed: 2, noShow: 2, noShowRate: 2 / 3, meanWaitMinutes: 20, meanConsultationMinutes: 10, bookedShare: 0.4, usedShare: 0.2 },
      { ...nothing, doctor: { id: other }, from: day, to: day, sessions: 1, capacity: 20 },
      { ...nothing, doctor: { id: doctor }, from: next, to: next, sessions: 1, capacity: 4, booked: 1, bookedShare: 0.25 },
    ].map((row) => ({ ...row, chamberId: place }));
    expect(data.appointmentFigures).toHaveLength(3);
    for (const row of rows) expect(data.appointmentFigures).toContainEqual({ ...row, noShowRate: row.noShowRate === null ? null : (expect.closeTo(row.noShowRate, 9) as number) });
    const whole = (await figuresAnswer({ chamberId: place, from: day, to: next })).data.appointmentFigures;
    expect(whole).toMatchObject([{ chamberId: null, doctor: null, from: day, to: next, sessions: 3, capacity: 34, booked: 6, usedShare: 0.2 }]);
    // Saturday and Sunday are of one week and of two months; Monday is of the next week.
    for (const [to, { id }] of [['2026-01-31', session], ['2026-02-01', later]] as const) {
      for (const table of ['sessions', 'appointments']) await pastTriggers(`update clinic.${table} set local_date = '${to}' where '${id}' in (id${table === 'sessions' ? '' : ', session_id'})`);
    }
    const over = async (period: string, from: string, to: string) => (await figuresAnswer({ chamberId: place, doctorId: doctor, from, to, period })).data.appointmentFigures.map((row: Record<string, unknown>) => [row['from'], row['to'], row['capacity'], row['booked']]);
    expect(await over('MONTH', '2026-01-10', '2026-02-20')).toEqual([['2026-01-10', '2026-01-31', 10, 5], ['2026-02-01', '2026-02-20', 4, 1]]);
    expect(await over('WEEK', '2026-01-10', '2026-02-20')).toEqual([['2026-01-26', '2026-02-01', 14, 6]]);
    await pastTriggers(`update clinic.sessions set local_date = '2026-02-02' where id = '${later.id}'; update clinic.appointments set local_date = '2026-02-02' where session_id = '${later.id}'`);
    expect(await over('WEEK', '2026-01-28', '2026-02-04')).toEqual([['2026-01-28', '2026-02-01', 10, 5], ['2026-02-02', '2026-02-04', 4, 1]]);
  });

  it('are for who manages chambers, of these alone', async () => {
    const range = { from: dayFromNow(0), to: dayFromNow(50) };
    const elsewhere = await openChamber(world, practice, 'Shanti Khilgaon');
    const manager = await hire(world, practice, elsewhere, 'MANAGER');
    expect((await figuresAnswer(range, reception.token)).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'chambers:manage' });
    expect((await figuresAnswer(range, manager.token)).data.appointmentFigures).toEqual([]);
    expect(codeOf(await figuresAnswer({ ...range, chamberId }, manager.token))).toBe('FORBIDDEN');
    expect(codeOf(await figuresAnswer({ ...range, chamberId: randomUUID() }))).toBe('NOT_FOUND');
    expect(faultsOf(await figuresAnswer({ from: dayFromNow(0), to: dayFromNow(92), period: 'DAY' }))).toEqual(['to TOO_LONG']);
    expect(toTheApp(await roundTripsOf(() => figuresAnswer({ ...range, period: 'DAY' })))).toHaveLength(1);
  });
});

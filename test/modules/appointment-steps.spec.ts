import { appointmentTransitions } from '../../src/appointments/appointment-status.js';
import { sessionTransitions } from '../../src/schedules/session-status.model.js';
import { chamberId, desk, pastTriggers, patients, practice, reception, serial, useClinic, world } from '../support/appointments-clinic.js';
import { Appointments, reasonOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { isEmptyHanded } from '../support/world.js';

useClinic();

describe('an appointment that was written down wrong', () => {
  const EDIT = 'mutation ($input: EditAppointmentInput!) { editAppointment(input: $input) { id number visitType channel video note version } }';
  const editAnswer = (input: object, token = reception.token) => world.graphql(EDIT, { input }, token);

  it('is set right, in the trail with what it was, and keeps its number', async () => {
    const { id: sessionId } = await serial();
    const { id, version } = await desk.book({ sessionId, patientId: patients[0], note: 'brings her mother' });
    expect((await editAnswer({ id, version, visitType: 'REPORT', channel: 'PHONE' })).data.editAppointment).toEqual({ id, number: 1, visitType: 'REPORT', channel: 'PHONE', video: false, note: 'brings her mother', version: 2 });
    expect((await editAnswer({ id, version: 2, note: null })).data.editAppointment).toMatchObject({ note: null, visitType: 'REPORT' });
    expect(reasonOf(await editAnswer({ id, version: 2, note: 'x' }))).toBe('STALE_VERSION');
    expect(faultsOf(await editAnswer({ id, version: 3, channel: 'ONLINE' }))).toEqual(['input.channel ONLINE_IS_FOR_PATIENTS']);
    const [entry] = (await entriesOf(world, practice.tenantId, 'Mutation.editAppointment')).filter(({ records }) => records?.includes(`appointment:${id}`));
    expect(entry!.changes).toMatchObject([{ field: 'visitType', before: 'NEW', after: 'REPORT' }, { field: 'channel', before: 'DESK', after: 'PHONE' }]);
    await desk.cancelAnswer({ id, version: 3 } as never);
    expect(reasonOf(await editAnswer({ id, version: 4, note: 'x' }))).toBe('APPOINTMENT_STATUS');
  });

  it('is no visit by video on a server without', async () => {
    const { id: sessionId } = await serial();
    expect(reasonOf(await desk.bookAnswer({ sessionId, patientId: patients[0], video: true }))).toBe('VIDEO_IS_OFF');
    const { id, version } = await desk.book({ sessionId, patientId: patients[0] });
    expect(reasonOf(await editAnswer({ id, version, video: true }))).toBe('VIDEO_IS_OFF');
    expect((await world.ok('{ viewer { practice { videoVisits } } }', {}, reception.token)).viewer.practice.videoVisits).toBe(false);
  });
});

describe('the steps', () => {
  const pairs = (table: Readonly<Record<string, readonly string[]>>): string[] => Object.entries(table).flatMap(([from, to]) => to.map((one) => `${from} ${one}`)).sort();

  it('that the database knows are those that the API tells', async () => {
    const known = async (of: string): Promise<string[]> =>
      (await world.sql<{ step: string }>('owner', `select from_status || ' ' || to_status as step from platform.${of}_transitions`)).map(({ step }) => step).sort();
    expect(await known('appointment')).toEqual(pairs(appointmentTransitions));
    expect(await known('session')).toEqual(pairs(sessionTransitions));
  });

  it('that an appointment tells are those that succeed, for who may take them', async () => {
    const nurse = new Appointments(world, (await hire(world, practice, chamberId, 'NURSE')).token);
    const mutations: Record<string, string> = { ARRIVED: 'noteArrival', CALLED: 'callPatient', SKIPPED: 'skipPatient', IN_CONSULT: 'beginConsultation', COMPLETED: 'completeConsultation', NO_SHOW: 'noteNoShow' };
    const { id } = await serial();
    const { id: one } = await desk.book({ sessionId: id, patientId: patients[0] });
    const told = async (who = desk) => (await who.queue(id))[0]!['allowedTransitions'] as string[];
    // Background work writes entries meanwhile, and may meet a change of their table in a deadlock.
    const change = async (text: string): Promise<unknown> => world.sql('superuser', text).catch((error: { code?: string }) => {
      if (error.code !== '40P01') throw error;
      return change(text);
    });
    // Each step that is told is tried in a transaction that fails in the end, since its entry cannot be written.
    const succeeding = async () => {
      const steps: string[] = [];
      await change(`create function public.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$; create trigger refuse before insert on audit.entries for each row when (new.outcome = 'SUCCESS' and new.action = 'UPDATED') execute function public.refuse()`);
      try {
        for (const [to, mutation] of Object.entries(mutations)) {
          if ((await desk.stepAnswer(mutation, one)).errors?.[0]?.extensions.code === 'INTERNAL') steps.push(to);
        }
      } finally {
        await change('drop function public.refuse() cascade');
      }
      return steps.sort();
    };
    const expectTold = async () => expect((await told()).filter((step) => step !== 'CANCELLED').sort()).toEqual(await succeeding());
    await expectTold();
    await desk.dayComes(id);
    for (const step of ['openClinicSession', 'noteArrival', 'startClinicSession', 'pauseClinicSession', 'startClinicSession', 'callPatient', 'skipPatient', 'callPatient', 'beginConsultation', 'pauseClinicSession', 'completeConsultation']) {
      await expectTold();
      await desk.step(step, step.endsWith('ClinicSession') ? id : one);
      expect(await told(nurse)).toEqual([]);
    }
    await expectTold();
  });

  it('that are none are refused by the database itself, and what is over never changes', async () => {
    const { id } = await serial();
    const { id: one, version } = await desk.book({ sessionId: id, patientId: patients[0] });
    const set = (what: string) => world.sql('superuser', `update clinic.appointments set ${what} where id = '${one}'`);
    await expect(set(`status = 'COMPLETED'`)).rejects.toMatchObject({ code: 'SK061' });
    await desk.cancelAnswer({ id: one, version } as never);
    await expect(set(`status = 'BOOKED', ended_at = null`)).rejects.toMatchObject({ code: 'SK061' });
    await expect(set(`slot_from = now(), slot_until = now() + interval '1 hour'`)).rejects.toMatchObject({ code: 'SK061' });
    await expect(world.sql('superuser', `update clinic.sessions set status = 'CLOSED' where id = '${id}'`)).rejects.toMatchObject({ code: 'SK060' });
  });

  it('let nobody but a merge give an appointment to another patient, and nothing change what is over', async () => {
    const [session, closed] = [await serial(), await serial()];
    const register = new Patients(world, reception.token);
    const [survivor, duplicate] = [await register.register({ nameEn: 'Halima Khatun' }), await register.register({ nameEn: 'Halima Khatun' })];
    const [over, live] = [await desk.book({ sessionId: session.id, patientId: duplicate.id }), await desk.book({ sessionId: session.id, patientId: patients[0] })];
    await desk.cancelAnswer(over);
    await pastTriggers(`update clinic.sessions set status = 'CLOSED', closed_at = now() where id = '${closed.id}'`);
    /** As the application's role, in the practice. */
    const asApp = (statement: string) => world.sql('superuser', `begin; select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); set local role sinduk_app; ${statement}; rollback`);
    const set = (id: string, what: string) => asApp(`update clinic.appointments set ${what} where tenant_id = '${practice.tenantId}' and id = '${id}'`);
    const bookIn = (sessionId: string) => asApp(`insert into clinic.appointments (tenant_id, id, session_id, chamber_id, local_date, doctor_id, patient_id, status, visit_type, channel, series, number, call_order, details)
      select a.tenant_id, gen_random_uuid(), s.id, s.chamber_id, s.local_date, s.doctor_id, '${patients[2]!}', 'BOOKED', a.visit_type, a.channel, a.series, 30, 30, a.details from clinic.appointments a, clinic.sessions s where a.id = '${over.id}' and s.id = '${sessionId}'`);
    for (const [id, what] of [[over.id, `patient_id = '${patients[1]!}'`], [over.id, 'patient_id = null'], [over.id, `details = '\\x00'`], [over.id, 'version = version + 1'], [live.id, `patient_id = '${patients[1]!}'`]]) await expect(set(id!, what!)).rejects.toMatchObject({ code: 'SK061' });
    await expect(bookIn(closed.id)).rejects.toMatchObject({ code: 'SK061' });
    await expect(set(live.id, 'ended_at = now()')).rejects.toMatchObject({ constraint: 'appointments__ended' });
    const follow = (id: string) => asApp(`insert into clinic.seen_before (tenant_id, session_id, appointment_id) values ('${practice.tenantId}', '${closed.id}', '${id}')`);
    for (const { id } of [over, live]) await expect(follow(id)).rejects.toMatchObject({ code: 'SK061' });
    await set(live.id, `details = '\\x00'`);
    await bookIn(session.id);
    const merges = new Merges(world, practice.owner.token);
    const whose = async () => (await world.ok('query ($id: UUID!) { appointment(id: $id) { patientId } }', { id: over.id }, reception.token)).appointment.patientId;
    const { merge } = await merges.merge(survivor, duplicate);
    expect(await whose()).toBe(survivor.id);
    await merges.undo(merge.id);
    expect(await whose()).toBe(duplicate.id);
  });
});

describe('whoever works elsewhere', () => {
  it('neither books nor reads nor calls in a chamber where they hold no permission', async () => {
    const elsewhere = await openChamber(world, practice, 'Shanti Dhanmondi');
    const somebody = await hire(world, practice, elsewhere, 'RECEPTIONIST');
    const stranger = new Appointments(world, somebody.token);
    const { id, localDate } = await serial();
    const { id: one } = await desk.book({ sessionId: id, patientId: patients[0] });
    const reads = [
      ['query ($id: UUID!) { appointment(id: $id) { id } }', { id: one }, one], ['query ($id: UUID!) { clinicSession(id: $id) { id } }', { id }, id],
      ['query ($chamberId: UUID!, $first: LocalDate!) { clinicSessions(chamberId: $chamberId, first: $first, days: 1) { id } }', { chamberId, first: localDate }, id],
    ] as const;
    for (const [query, variables, shown] of reads) {
      expect(JSON.stringify(await world.ok(query, variables, reception.token))).toContain(shown);
      const refused = await world.graphql(query, variables, somebody.token);
      expect([isEmptyHanded(refused), codeOf(refused)]).toEqual([true, 'FORBIDDEN']);
    }
    for (const answer of [
      await stranger.bookAnswer({ sessionId: id, patientId: patients[1] }), await stranger.stepAnswer('openClinicSession', id), await stranger.stepAnswer('noteArrival', one), await stranger.stepAnswer('callNextPatient', id),
    ]) expect(codeOf(answer)).toBe('FORBIDDEN');
  });
});

import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { CONFIG } from '../platform/platform.module.js';
import { AllowedSteps } from './allowed-steps.reader.js';
import { BookingChannel } from './appointment.enums.js';
import { type EditAppointmentInput, LONGEST_NOTE } from './appointment.inputs.js';
import type { AppointmentRecord } from './appointment.model.js';
import { type AppointmentDetails, type AppointmentRow, COLUMNS } from './appointment-rows.js';
import { appointmentTransitions } from './appointment-status.js';
import { appointmentIs } from './appointments.errors.js';
import { type LockedSession, askToStep, lockedSession } from './booking-session.js';
import { videoIsOff } from './video.model.js';

/** $1 tenant, $2 id, $3 visit type, $4 channel, $5 video, $6 details */
const EDIT = `
update clinic.appointments a set visit_type = $3, channel = $4, video = $5, details = $6, version = a.version + 1 where a.tenant_id = $1 and a.id = $2 returning ${COLUMNS}`;

/** Corrects what was written down of an appointment. Whose it is, when, and its number are never edited. */
@Injectable()
export class AppointmentEdits {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly steps: AllowedSteps,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Edits one that has not ended; NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (STALE_VERSION, APPOINTMENT_STATUS, VIDEO_IS_OFF). */
  edit(ctx: Ctx, input: EditAppointmentInput): Promise<AppointmentRecord> {
    const check = new InputCheck();
    const note = check.line(['note'], input.note, LONGEST_NOTE);
    return this.db.write(ctx, async (tx, [sessions, rows]) => {
      const session = lockedSession(sessions!, ['input', 'id']) as unknown as LockedSession;
      const before = rows![0] as unknown as AppointmentRow;
      const channel = input.channel ?? before.channel;
      if (channel !== before.channel && [channel, before.channel].includes(BookingChannel.ONLINE)) check.blame(['channel'], 'ONLINE_IS_FOR_PATIENTS');
      check.throwIfAny();
      if (before.version !== input.version) throw staleVersion();
      if (!appointmentTransitions[before.status].length) throw appointmentIs(before.status);
      const video = input.video ?? before.video;
      if (video && !before.video && !this.config.video) throw videoIsOff();
      const keys = await this.keyring.of(ctx.tenantId, [before.details]);
      const { note: noteBefore, ...others } = keys.open<AppointmentDetails>('clinic.appointments', before.id, 'details', before.details);
      const noteAfter = input.note === undefined ? noteBefore : (note ?? undefined);
      const details: AppointmentDetails = { ...others, ...(noteAfter !== undefined && { note: noteAfter }) };
      const [row] = await tx.query<AppointmentRow>(EDIT, [
        ctx.tenantId, before.id, input.visitType ?? before.visit_type, channel, video, keys.seal('clinic.appointments', before.id, 'details', details)]);
      tx.record('appointment', before.id, before.patient_id ?? undefined);
      tx.change('appointment', before.id, 'visitType', before.visit_type, row!.visit_type);
      tx.change('appointment', before.id, 'channel', before.channel, row!.channel);
      tx.change('appointment', before.id, 'video', before.video, row!.video);
      tx.change('appointment', before.id, 'note', noteBefore ?? null, noteAfter ?? null);
      this.steps.know(ctx, session);
      return { row: row!, details };
    }, ...askToStep(ctx.tenantId, input.id));
  }
}

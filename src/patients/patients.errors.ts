import type { Ctx } from '../platform/context/ctx.js';
import type { Row } from '../platform/database/statement-group.js';
import { DomainError, ErrorCode, conflict } from '../platform/errors.js';
import type { PatientStatus } from './patient.enums.js';

/** Refuses identifiers that other patients have; `taken` gives the place of each, from 1, and its holder, named only to who may read patients. */
export const identifiersAreTaken = (ctx: Ctx, taken: Row[]) =>
  new DomainError(ErrorCode.ALREADY_EXISTS, 'Another patient has this identifier.', {
    faults: taken.map(({ place, patient_id: patientId }) => ({
      path: ['input', 'identifiers', String(Number(place) - 1), 'value'],
      reason: 'ALREADY_EXISTS',
      ...(patientId !== null && ctx.holds('patients:read') && { params: { patientId: patientId as string } }),
    })),
  });

/** Refuses to give a patient identifiers that somebody else has by now, named only to who may read patients. */
export const identifiersAreHeld = (ctx: Ctx, taken: Row[]) =>
  new DomainError(ErrorCode.ALREADY_EXISTS, 'Another patient has an identifier of one of the two.', {
    faults: taken.map(({ patient_id: patientId }) => ({
      path: ['input'], reason: 'ALREADY_EXISTS', ...(patientId !== null && ctx.holds('patients:read') && { params: { patientId: patientId as string } }),
    })),
  });

/** Refuses to archive the archived and to restore the active. */
export const statusIsSo = (status: PatientStatus) => conflict('STATUS_IS_SO', `The patient is ${status} already.`, { status });

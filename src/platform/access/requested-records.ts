import type { RecordRef } from '../context/ctx.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The arguments that name a patient, in whatever operation. */
const NAMES_A_PATIENT = /^(patient|survivor|duplicate|relative)Id$/;

/** The ids that the caller named, at the top level of the arguments, of an input or of a filter. */
export const requestedRecords = (args: Record<string, unknown>): RecordRef[] =>
  Object.entries({ ...args, ...(args['input'] as object | undefined), ...(args['filter'] as object | undefined) })
    .filter(([name, value]) => /id$/i.test(name) && typeof value === 'string' && UUID.test(value))
    .map(([name, value]) => ({ type: `requested:${name}`, id: value as string, patientId: NAMES_A_PATIENT.test(name) ? (value as string) : undefined }));

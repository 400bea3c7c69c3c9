import type { Statement } from '../../platform/database/statement-group.js';

// The lock on the patient lets those who record something of one patient at the same moment see what the others did. It comes
// before any lock on an entry, as in a merge, so that they cannot wait for each other in a circle.

/** What locking a patient gives. */
export interface LockedPatient {
  id: string;
  identity: Buffer;
}

/** Locks a patient until the transaction ends; gives a LockedPatient, or no row when there is no such patient. */
export const lockPatient = (tenantId: string, patientId: string): Statement => ({
  text: 'select p.id, p.identity from clinic.patients p where p.tenant_id = $1 and p.id = $2 for no key update',
  values: [tenantId, patientId],
});

/** The same for the patient whose entry of a table this is. */
export const lockPatientOf = (table: string, tenantId: string, entryId: string): Statement => ({
  text: `select p.id, p.identity from clinic.patients p where p.tenant_id = $1 and p.id = (select e.patient_id from ${table} e where e.tenant_id = $1 and e.id = $2) for no key update`,
  values: [tenantId, entryId],
});

import type { ScopeKeys } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import type { PrescriptionDispensing } from './dispensing.model.js';
import { thousandthsAsDecimal, toThousandths } from './dose/dosing.js';

const DISPENSINGS = 'clinic.dispensings';

/** What is sealed in `clinic.dispensings.pharmacy`. */
interface StatedPharmacy {
  pharmacy: string;
  pharmacist: string;
}

/** A row of `clinic.dispensings`. */
export interface DispensingRow {
  id: string;
  prescription_id: string;
  item_ids: string[];
  quantities: string[];
  pharmacy: Buffer;
  recorded_at: Date;
  voided_by: string | null;
  voided_at: Date | null;
  void_reason: Buffer | null;
}

const COLUMNS = 'd.id, d.prescription_id, d.item_ids, d.quantities::text[], d.pharmacy, d.recorded_at, d.voided_by, d.voided_at, d.void_reason';

/** The dispensings of prescriptions, the first recorded first. */
export const dispensingsOf = (tenantId: string, prescriptionIds: readonly string[]): Statement => ({
  text: `select ${COLUMNS} from ${DISPENSINGS} d where d.tenant_id = $1 and d.prescription_id = any ($2::uuid[]) order by d.recorded_at, d.id`, values: [tenantId, prescriptionIds],
});

/** A dispensing of which somebody may declare something, with its prescription's patient and whether they may. */
export const askVoiding = (tenantId: string, id: string): Statement => ({
  text: `
select d.prescription_id, d.voided_at, p.patient_id, clinic.may_in($1, platform.current_member(), p.chamber_id, 'prescriptions:write') as may_write
from ${DISPENSINGS} d join clinic.prescriptions p on p.tenant_id = d.tenant_id and p.id = d.prescription_id where d.tenant_id = $1 and d.id = $2 for no key update of d`,
  values: [tenantId, id],
});

/** Declares a dispensing void. */
export const voidDispensing = (tenantId: string, keys: ScopeKeys, id: string, reason: string): Statement => ({
  text: `update ${DISPENSINGS} d set void_reason = $3 where d.tenant_id = $1 and d.id = $2`, values: [tenantId, id, keys.seal(DISPENSINGS, id, 'void_reason', { reason })],
});

/** The rows of a statement, as what they are. */
export const dispensingRows = (rows: Row[] | undefined): DispensingRow[] => (rows ?? []) as unknown as DispensingRow[];

/** The sealed values of rows, for the keyring. */
export const sealedInDispensings = (rows: readonly DispensingRow[]): Buffer[] => rows.flatMap(({ pharmacy, void_reason }) => (void_reason ? [pharmacy, void_reason] : [pharmacy]));

/** Opens a row. */
export const toDispensing = (keys: ScopeKeys, { id, pharmacy, item_ids, quantities, recorded_at, voided_by, voided_at, void_reason }: DispensingRow): PrescriptionDispensing => ({
  id, ...keys.open<StatedPharmacy>(DISPENSINGS, id, 'pharmacy', pharmacy), recordedAt: recorded_at,
  items: item_ids.map((itemId, index) => ({ itemId, quantity: thousandthsAsDecimal(toThousandths(quantities[index]!)) })),
  voided: voided_by && voided_at && void_reason ? { by: { id: voided_by }, at: voided_at, reason: keys.open<{ reason: string }>(DISPENSINGS, id, 'void_reason', void_reason).reason } : null,
});

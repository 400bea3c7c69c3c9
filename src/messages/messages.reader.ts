import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { stateStatement, statesIn } from '../consents/consents.reader.js';
import type { MessageRecord } from './message.model.js';
import { IDENTITIES, MESSAGES, MESSAGES_OF_APPOINTMENTS, type MessageContent, type MessageRow } from './message-rows.js';
import type { NotReached } from './message-kinds.model.js';
import { phonesOf, whyNotReached } from './reach.js';

/** An appointment, and the number by which it was booked online. */
export interface ToBeTold {
  id: string;
  patientId: string | null;
  booker: string | undefined;
}

/** Reads what patients are told. Every message it gives is named in the audit entry of the answer. */
@Injectable()
export class MessagesReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** What is told of an appointment, in the order in which it is due; read with all that the answer asks for at this moment. */
  async ofAppointment(ctx: Ctx, appointmentId: string): Promise<MessageRecord[]> {
    return (await loadBatched(ctx, this.#ofAppointments, appointmentId)) ?? [];
  }

  /** By the ids of appointments, why a message would reach nobody as things stand; null where it would. The numbers are not shown. */
  async notReached(ctx: Ctx, those: readonly ToBeTold[]): Promise<Map<string, NotReached | null>> {
    const patientIds = those.flatMap(({ patientId }) => patientId ?? []);
    const [found, states] = await this.db.read(ctx, { text: IDENTITIES, values: [ctx.tenantId, patientIds] }, stateStatement(ctx.tenantId, patientIds, 'SMS'));
    const identities = new Map((found as unknown as Array<{ id: string; identity: Buffer }>).map(({ id, identity }) => [id, identity]));
    const consents = statesIn(states!, patientIds, 'SMS');
    const keys = await this.keyring.of(ctx.tenantId, [...identities.values()]);
    return new Map(those.map(({ id, patientId, booker }) => [id, whyNotReached({
      booker, patient: patientId === null ? undefined : { phones: phonesOf(keys, patientId, identities.get(patientId)!), consent: consents.get(patientId)! },
    })]));
  }

  readonly #ofAppointments = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, MessageRecord[]>> => {
    const [found] = await this.db.read(ctx, { text: MESSAGES_OF_APPOINTMENTS, values: [ctx.tenantId, ids] });
    const rows = found as unknown as Array<MessageRow & { patient_id: string | null }>;
    const keys = await this.keyring.of(ctx.tenantId, rows.flatMap(({ content }) => content ?? []));
    const records = new Map<string, MessageRecord[]>(ids.map((id) => [id, []]));
    for (const row of rows) {
      ctx.disclose('message', row.id, row.patient_id ?? undefined);
      records.get(row.appointment_id)!.push({ row, content: row.content && keys.open<MessageContent>(MESSAGES, row.id, 'content', row.content) });
    }
    return records;
  };
}

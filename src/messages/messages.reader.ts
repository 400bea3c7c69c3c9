import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import type { MessageRecord } from './message.model.js';
import { MESSAGES, MESSAGES_OF_APPOINTMENTS, type MessageContent, type MessageRow } from './message-rows.js';

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

  readonly #ofAppointments = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, MessageRecord[]>> => {
    const [found] = await this.db.read(ctx, { text: MESSAGES_OF_APPOINTMENTS, values: [ctx.tenantId, ids] });
    const rows = found as unknown as Array<MessageRow & { patient_id: string }>;
    const keys = await this.keyring.of(ctx.tenantId, rows.flatMap(({ content }) => content ?? []));
    const records = new Map<string, MessageRecord[]>(ids.map((id) => [id, []]));
    for (const row of rows) {
      ctx.disclose('message', row.id, row.patient_id);
      records.get(row.appointment_id)!.push({ row, content: row.content && keys.open<MessageContent>(MESSAGES, row.id, 'content', row.content) });
    }
    return records;
  };
}

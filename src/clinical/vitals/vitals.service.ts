import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { InputCheck } from '../../platform/input-check.js';
import { PatientAges } from '../../patients/patient-ages.reader.js';
import { EntryRecords, type Recipe } from '../entries/entry-records.service.js';
import type { Entry } from '../entries/entry-table.js';
import { occurrence } from '../entries/occurrence.js';
import { type VitalsContent, vitalsFrom } from './vitals-content.js';
import { CHAMBER, type VitalsRow, vitalsTable } from './vitals-rows.js';
import type { RecordVitalsInput, VitalsInput } from './vitals.inputs.js';

type VitalsEntry = Entry<VitalsContent, VitalsRow>;

/** Records and corrects the vital signs of an occasion. What cannot be is refused; what is unusual at the patient's age is marked. */
@Injectable()
export class VitalsService {
  constructor(
    private readonly records: EntryRecords,
    private readonly ages: PatientAges,
  ) {}

  record(ctx: Ctx, input: RecordVitalsInput): Promise<VitalsEntry> {
    return this.records.record(ctx, this.#recipe(ctx, input), 'recordVitals', input);
  }

  correct(ctx: Ctx, id: string, version: number, input: VitalsInput, reason: string): Promise<VitalsEntry> {
    return this.records.correct(ctx, this.#recipe(ctx, input), id, version, reason);
  }

  markInError(ctx: Ctx, id: string, version: number, reason: string): Promise<VitalsEntry> {
    return this.records.mark(ctx, vitalsTable, id, version, reason);
  }

  #recipe(ctx: Ctx, input: VitalsInput): Recipe<VitalsContent, VitalsRow> {
    return {
      table: vitalsTable,
      questions: [{ text: CHAMBER, values: [ctx.tenantId, ctx.chamberId] }, ...this.ages.ask(ctx.tenantId)],
      make: async (patient, [chamber, ...practice]) => {
        const ageAt = await this.ages.answer(ctx.tenantId, patient, practice);
        const check = new InputCheck();
        const measuredAt = occurrence(check, 'measuredAt', input.measuredAt, ageAt);
        const content = vitalsFrom(check, input, ageAt(measuredAt) || { least: 0, most: Infinity });
        check.throwIfAny();
        return { content, own: [measuredAt, chamber![0]?.['id'] ?? null] };
      },
    };
  }
}

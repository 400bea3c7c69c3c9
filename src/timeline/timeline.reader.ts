import { Injectable } from '@nestjs/common';
import { AllergiesReader } from '../clinical/allergies/allergies.reader.js';
import { ConditionsReader } from '../clinical/conditions/conditions.reader.js';
import { NotesReader } from '../clinical/notes/notes.reader.js';
import { VitalsReader } from '../clinical/vitals/vitals.reader.js';
import { ConsentsReader } from '../consents/consents.reader.js';
import { DocumentsReader } from '../documents/documents.reader.js';
import { MergesReader } from '../merges/merges.reader.js';
import type { Ctx } from '../platform/context/ctx.js';
import { groupsOf, keyOf } from '../platform/database/batch-keys.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { placeOfCursor } from '../platform/graphql/connection.js';
import { type Shown, type TimelineKind, type TimelineReaders, branchOf, timelineKinds } from './timeline-branches.js';
import { type After, FROM_THE_NEWEST, type TimelineRow, type Which, timelineCount, timelinePage } from './timeline-rows.js';
import type { TimelineArgs, TimelineItem } from './timeline.model.js';

const PLACE = /^(-?\d{1,16}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([A-Z_]+)$/;

/** Which of the kinds asked for the caller sees, and which are left out. */
export interface Kinds {
  shown: TimelineKind[];
  withheld: TimelineKind[];
}

/** Reads what happened to patients, in one statement for all kinds and patients. Every item it gives is named in the audit entry of the answer. */
@Injectable()
export class TimelineReader {
  readonly #readers: TimelineReaders;

  constructor(
    private readonly db: TenantDb,
    allergies: AllergiesReader, conditions: ConditionsReader, vitals: VitalsReader, notes: NotesReader, documents: DocumentsReader, consents: ConsentsReader, merges: MergesReader,
  ) {
    this.#readers = { allergies, conditions, vitals, notes, documents, consents, merges };
  }

  /** Leaves out the kinds that the caller may not see, and notes that in the audit trail. */
  kindsFor(ctx: Ctx, patientId: string, asked: readonly TimelineKind[] | null | undefined): Kinds {
    const kinds = timelineKinds.filter((kind) => !asked || asked.includes(kind));
    if (ctx.holds('patients:read-clinical')) return { shown: kinds, withheld: [] };
    const withheld = kinds.filter((kind) => branchOf(kind).clinical);
    if (withheld.length) ctx.noteWithheld('patients:read-clinical', [{ type: 'requested:timeline', id: patientId, patientId }]);
    return { shown: kinds.filter((kind) => !branchOf(kind).clinical), withheld };
  }

  /** `first` items of a patient and one more if there are more, the latest first. */
  async page(ctx: Ctx, patientId: string, shown: TimelineKind[], args: TimelineArgs): Promise<TimelineRow[]> {
    const { first, after } = args;
    const [, ...place] = placeOfCursor(after, PLACE) ?? [];
    const rows = (await loadBatched(ctx, this.#pages, keyOf(patientId, [whichOf(shown, args), place.length ? place : FROM_THE_NEWEST, first + 1]))) ?? [];
    for (const { kind, id } of rows.slice(0, first)) ctx.disclose(branchOf(kind).recordType, id, patientId);
    return rows;
  }

  /** How many items of a patient are listed. */
  async count(ctx: Ctx, patientId: string, shown: TimelineKind[], args: TimelineArgs): Promise<number> {
    return (await loadBatched(ctx, this.#counts, keyOf(patientId, [whichOf(shown, args)]))) ?? 0;
  }

  /** What an item is about, and its record: read with those of the other items of its kind. */
  show(ctx: Ctx, { kind, id, patient }: TimelineItem): Promise<Shown> {
    return branchOf(kind).show(this.#readers, ctx, id, patient);
  }

  readonly #pages = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, TimelineRow[]>> => {
    const groups = groupsOf<[Which, After, number]>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => timelinePage(ctx.tenantId, patientIds, ...which)));
    const pages = new Map<string, TimelineRow[]>(keys.map((key) => [key, []]));
    groups.forEach(({ which }, index) => {
      for (const row of found[index] as unknown as TimelineRow[]) pages.get(keyOf(row.patient_id, which))!.push(row);
    });
    return pages;
  };

  readonly #counts = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, number>> => {
    const groups = groupsOf<[Which]>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => timelineCount(ctx.tenantId, patientIds, ...which)));
    return new Map(groups.flatMap(({ which }, index) => found[index]!.map(({ id, total }) => [keyOf(id as string, which), total as number] as const)));
  };
}

const whichOf = (shown: TimelineKind[], { from, to, includeEnteredInError }: TimelineArgs): Which =>
  [shown, from?.toISOString() ?? '-infinity', to?.toISOString() ?? 'infinity', includeEnteredInError];

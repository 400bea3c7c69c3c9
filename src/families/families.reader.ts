import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import type { EndDetails, LinkDetails } from './family-relations.js';
import { LINKS_OF, type LinkRow } from './family-rows.js';
import { type FamilyMember, type LinkRecord, toFamilyMember } from './family.model.js';

/** Reads who belongs to whom. */
@Injectable()
export class FamiliesReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The relatives of a patient, those linked first first; past ones only if asked for. Each is named in the audit entry of the answer, and so is the link. Read with all that the answer asks for at this moment. */
  async of(ctx: Ctx, patientId: string, pastToo: boolean): Promise<FamilyMember[]> {
    const shown = pastToo ? await this.#all(ctx, patientId) : await this.linked(ctx, patientId);
    for (const { id, relativeId } of shown) {
      ctx.disclose('family-link', id, patientId);
      ctx.disclose('relative', relativeId, relativeId);
    }
    return shown;
  }

  /** The relatives whose links hold, for reckoning with: whoever shows them uses `of`, which names them in the audit entry. */
  async linked(ctx: Ctx, patientId: string): Promise<FamilyMember[]> {
    return (await this.#all(ctx, patientId)).filter(({ ended }) => !ended);
  }

  /** Links with their sealed parts opened. */
  async open(ctx: Ctx, rows: Row[]): Promise<LinkRecord[]> {
    const links = rows as unknown as LinkRow[];
    const keys = await this.keyring.of(ctx.tenantId, links.flatMap(({ details, end_details: end }) => (end ? [details, end] : [details])));
    return links.map((row) => ({
      row,
      details: keys.open<LinkDetails>('clinic.family_links', row.id, 'details', row.details),
      end: row.end_details && keys.open<EndDetails>('clinic.family_links', row.id, 'end_details', row.end_details),
    }));
  }

  async #all(ctx: Ctx, patientId: string): Promise<FamilyMember[]> {
    return (await loadBatched(ctx, this.#families, patientId)) ?? [];
  }

  readonly #families = async (ctx: Ctx, patientIds: readonly string[]): Promise<Map<string, FamilyMember[]>> => {
    const [rows] = await this.db.read(ctx, { text: LINKS_OF, values: [ctx.tenantId, patientIds] });
    const records = await this.open(ctx, rows!);
    return new Map(patientIds.map((id) => [id, onceEach(records
      .filter(({ row }) => row.patient_id === id || row.relative_id === id).map((record) => toFamilyMember(record, id)))]));
  };
}

// Two links that say the same of the same two are what merging a patient leaves behind who was registered twice.
const onceEach = (members: FamilyMember[]): FamilyMember[] => {
  const seen = new Set<string>();
  return members.filter(({ relativeId, relation, isGuardian, isWard, ended }) => {
    const same = [relativeId, relation, isGuardian, isWard].join();
    return ended !== null || (!seen.has(same) && Boolean(seen.add(same)));
  });
};

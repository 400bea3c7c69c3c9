import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { dayOf } from '../../platform/local-days.js';
import { mustSee } from '../drafts.service.js';
import { askPlaceOf } from '../place.js';
import { type PrescriptionRecord, lockPrescription, openPrescription, prescriptionRows, prescriptionsByIds, sealedIn } from '../prescription-rows.js';
import { prescriptionIs } from '../prescriptions.errors.js';
import { type CheckRecord, checkRows, insertCheck, lastChecks, openCheck, sealedInChecks } from './check-rows.js';
import { withoutDoseRange } from './dose-checks.js';
import type { CheckResult, CheckSource, Finding } from './finding.js';
import { type KnowledgeAnswer, KnowledgeBase, unavailableFinding } from './knowledge-base.js';
import { RULES_VERSION } from './knowledge/knowledge.js';
import { settled } from './make-finding.js';
import { PatientFacts } from './patient-facts.reader.js';
import { rulesFind } from './rule-checks.js';

/** Checks drafts, and keeps what was found. No transaction is open while another server is asked. */
@Injectable()
export class ChecksService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly patientFacts: PatientFacts,
    private readonly knowledgeBase: KnowledgeBase,
  ) {}

  /** Checks a draft as it stands. NOT_FOUND, FORBIDDEN, CONFLICT (another version, or no draft). Six round trips. */
  async check(ctx: Ctx, id: string, version: number): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    const [found, places] = await this.db.read(ctx, prescriptionsByIds(tenantId, [id]), askPlaceOf(tenantId, id, null));
    const record = await this.#draft(ctx, found!, version);
    const [place] = places as unknown as Array<{ may_write: boolean | null; time_zone: string }>;
    if (!place!.may_write) throw forbidden('prescriptions:write');
    const now = new Date();
    const known = await this.patientFacts.known(tenantId, record, await this.db.read(ctx, ...this.patientFacts.ask(tenantId, record)), now, dayOf(now, place!.time_zone));
    const { facts, hash } = this.patientFacts.facts(known, await this.db.read(ctx, ...this.patientFacts.askCatalogue(known)));
    const answer = facts.items.length ? await this.knowledgeBase.ask(facts) : undefined;
    const result: CheckResult = { sources: sourcesOf(answer), findings: settled([...rulesFind(facts), ...findingsOf(answer)]), withoutDoseRange: withoutDoseRange(facts.items), facts: hash };
    return this.db.write(ctx, async (tx, [, locked]) => {
      const draft = await this.#draft(ctx, locked!, version);
      const check = { id: uuidv7(), prescription_id: id, patient_id: draft.row.patient_id, prescription_version: version };
      await tx.group(insertCheck(tenantId, await this.keyring.of(tenantId), check, result));
      tx.record('prescription', id, check.patient_id);
      tx.record('prescription-check', check.id, check.patient_id);
      noteShown(tx, result, check.patient_id);
      return draft;
    }, ...lockPrescription(tenantId, id));
  }

  /** The last check of a prescription, read with all that the answer asks for at this moment; null when it was never checked. */
  async last(ctx: Ctx, prescriptionId: string): Promise<CheckRecord | null> {
    const check = await loadBatched(ctx, this.#lasts, prescriptionId);
    if (!check) return null;
    ctx.disclose('prescription-check', check.row.id, check.row.patient_id);
    return check;
  }

  async #draft(ctx: Ctx, found: Row[], version: number): Promise<PrescriptionRecord> {
    mustSee(ctx);
    const rows = prescriptionRows(found);
    if (!rows[0]) throw notFound();
    if (rows[0].version !== version) throw staleVersion();
    if (rows[0].status !== 'DRAFT') throw prescriptionIs(rows[0].status);
    return openPrescription(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows[0]);
  }

  readonly #lasts = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, CheckRecord>> => {
    const [found] = await this.db.read(ctx, lastChecks(ctx.tenantId, ids));
    const rows = checkRows(found);
    const keys = await this.keyring.of(ctx.tenantId, sealedInChecks(rows));
    return new Map(rows.map((row) => [row.prescription_id, openCheck(keys, row)]));
  };
}

const sourcesOf = (answer: KnowledgeAnswer | undefined): CheckSource[] => [
  { name: 'RULES', knowledge: RULES_VERSION, unavailable: null },
  ...(answer ? [{ name: 'KNOWLEDGE_BASE' as const, ...('unavailable' in answer ? { knowledge: null, unavailable: answer.unavailable } : { knowledge: answer.knowledge, unavailable: null }) }] : []),
];

const findingsOf = (answer: KnowledgeAnswer | undefined): Finding[] => (!answer ? [] : 'unavailable' in answer ? [unavailableFinding(answer.unavailable)] : answer.findings);

/** Names the records of the patient's file that findings tell of. */
function noteShown(tx: AuditedTx, { findings }: CheckResult, patientId: string): void {
  for (const allergyId of new Set(findings.flatMap((finding) => finding.allergyId ?? []))) tx.record('allergy', allergyId, patientId);
  for (const other of new Set(findings.flatMap(({ others }) => others.map(({ prescriptionId }) => prescriptionId)))) tx.record('prescription', other, patientId);
}

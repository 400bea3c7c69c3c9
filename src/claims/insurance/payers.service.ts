import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { DomainError, ErrorCode, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { refusalOf } from '../claims/claims.errors.js';
import { isLicence } from '../files/code-formats.js';
import { type AddPayerInput, type EditPayerInput, LONGEST_PAYER_NAME, type Payer } from './payer.model.js';

const COLUMNS = 'p.id, p.kind, p.name, p.payer_code as "payerCode", p.receiver_code as "receiverCode", p.archived_at is not null as archived, p.version';
const ALL = `select ${COLUMNS} from clinic.payers p where p.tenant_id = $1 and ($2 or p.archived_at is null) order by p.name, p.id`;
const TO_CHANGE = `select ${COLUMNS} from clinic.payers p where p.tenant_id = $1 and p.id = $2 for no key update`;
const ADD = `insert into clinic.payers as p (tenant_id, id, kind, name, payer_code, receiver_code) values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`;
const CHANGE = `
update clinic.payers p set kind = $3, name = $4, payer_code = $5, receiver_code = $6, archived_at = case when $7 then coalesce(p.archived_at, now()) end, version = p.version + 1
where p.tenant_id = $1 and p.id = $2 returning ${COLUMNS}`;
const FIELDS = ['kind', 'name', 'payerCode', 'receiverCode'] as const;

/** Who pays for the patients of a practice. */
@Injectable()
export class PayersService {
  constructor(private readonly db: TenantDb) {}

  /** The payers by name. */
  async list(ctx: Ctx, archivedToo: boolean): Promise<Payer[]> {
    const [rows] = await this.db.read(ctx, { text: ALL, values: [ctx.tenantId, archivedToo] });
    const payers = rows as unknown as Payer[];
    for (const { id } of payers) ctx.disclose('payer', id);
    return payers;
  }

  /** Adds a payer; FORBIDDEN, ALREADY_EXISTS, BAD_USER_INPUT. */
  add(ctx: Ctx, input: AddPayerInput): Promise<Payer> {
    const { kind, name, payerCode, receiverCode } = checked(input);
    return this.db.write(ctx, async (tx) => {
      const id = uuidv7();
      const [payer] = await tx.query<Payer>(ADD, [ctx.tenantId, id, kind, name, payerCode, receiverCode]).catch(explain);
      tx.record('payer', id);
      for (const field of FIELDS) tx.change('payer', id, field, null, payer![field]);
      return payer!;
    });
  }

  /** Changes a payer; NOT_FOUND, FORBIDDEN, CONFLICT, ALREADY_EXISTS, BAD_USER_INPUT. */
  edit(ctx: Ctx, input: EditPayerInput): Promise<Payer> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const [before] = rows as unknown as Payer[];
      if (!before) throw notFound();
      if (before.version !== input.version) throw staleVersion();
      const wanted = checked({ kind: input.kind ?? before.kind, name: input.name ?? before.name, payerCode: input.payerCode ?? before.payerCode, receiverCode: input.receiverCode ?? before.receiverCode });
      const [after] = await tx.query<Payer>(CHANGE, [ctx.tenantId, before.id, wanted.kind, wanted.name, wanted.payerCode, wanted.receiverCode, input.archived ?? before.archived]).catch(explain);
      tx.record('payer', before.id);
      for (const field of [...FIELDS, 'archived'] as const) tx.change('payer', before.id, field, before[field], after![field]);
      return after!;
    }, { text: TO_CHANGE, values: [ctx.tenantId, input.id] });
  }
}

function checked(input: AddPayerInput): AddPayerInput {
  const check = new InputCheck();
  const name = check.line(['name'], input.name, LONGEST_PAYER_NAME);
  for (const field of ['payerCode', 'receiverCode'] as const) if (!isLicence(input[field])) check.blame([field], 'WRONG_FORMAT');
  check.throwIfAny();
  return { ...input, name: name! };
}

const taken: Readonly<Record<string, string>> = { payers__name: 'name', payers__codes: 'payerCode' };

function explain(error: unknown): never {
  const field = taken[constraintOf(error) ?? ''];
  if (!field) throw refusalOf(error, 'finances:manage');
  throw new DomainError(ErrorCode.ALREADY_EXISTS, 'The practice has such a payer.', { faults: [{ path: ['input', field], reason: 'TAKEN' }] });
}

import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { compactVerify, errors, importJWK } from 'jose';
import type { Logger } from 'pino';
import type { DoseUnit } from '../drugs/dose-unit.model.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import { SealBrokenError } from '../platform/crypto/sealed-value.js';
import { LOGGER } from '../platform/platform.module.js';
import { doseSentence } from './dose/dose-sentence.js';
import { parseDose } from './dose/parse-dose.js';
import { amountText } from './item-text.js';
import { type DrugLabel, type PrescribedItem, labelOf } from './prescription-content.js';
import { formatPrescriptionNumber } from './prescription-number.js';
import { openSignature } from './prescription-rows.js';
import { type Amounts, type HandedOut, amountsOf } from './quantities-left.js';
import { type SignedForm, formIn } from './signed-form.js';
import { readVerificationCode } from './verification-code.js';

/** A row that `platform.prescription_by_code` gives: the version whose code it is first, then those before it of which something was handed out. */
export interface SignedRow {
  tenant_id: string;
  id: string;
  patient_id: string;
  status: 'SIGNED' | 'SUPERSEDED' | 'CANCELLED';
  number: string;
  content_hash: Buffer;
  signed: Buffer;
  signing_key_id: string;
  public_key: Buffer;
  dispensed: HandedOut[];
}

/** A medicine of a paper, and how much of it was handed out. Amounts are decimal texts in `unit`. */
export interface PaperItem extends Amounts, Pick<DrugLabel, 'name' | 'nameBn' | 'generic' | 'strength' | 'form'> {
  id: string;
  unit: DoseUnit;
  dose: string;
  sentenceEn: string;
  sentenceBn: string;
  quantity: string | null;
}

/** What a signed prescription says, but for whom it is and why. */
export interface Paper {
  number: string;
  signedAt: Date;
  practice: string;
  chamber: string;
  timeZone: string;
  doctor: { nameEn: string; nameBn: string | null; licence: string };
  items: PaperItem[];
}

/** Tells whether signed prescriptions are genuine, and what they say. */
@Injectable()
export class VerifiedPrescriptions {
  constructor(
    private readonly keyring: Keyring,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The bytes of the code that somebody typed, as the database takes it; undefined for what is none. */
  codeIn(typed: string): Buffer | undefined {
    const code = readVerificationCode(typed);
    return code === undefined ? undefined : Buffer.from(code);
  }

  /** What the first of these rows says, whose signature is judged now; undefined when it is not what its doctor signed. */
  async of(rows: readonly [SignedRow, ...SignedRow[]]): Promise<Paper | undefined> {
    try {
      return await this.#read(rows);
    } catch (error) {
      if (!(error instanceof NotAuthentic || error instanceof SealBrokenError || error instanceof errors.JOSEError)) throw error;
      this.logger.error({ err: error, tenantId: rows[0].tenant_id, prescriptionId: rows[0].id }, 'a prescription is not what was signed');
      return undefined;
    }
  }

  async #read([row, ...before]: readonly [SignedRow, ...SignedRow[]]): Promise<Paper> {
    const sealed = [row, ...before].map(({ signed }) => signed);
    const keys = await this.keyring.of(row.tenant_id, sealed);
    if (!sealed.every((value) => keys.knows(value))) throw new NotAuthentic('it is sealed under a key that there is not');
    const { content, number, signedAt, practice, chamber, doctor: { nameEn, nameBn, licence } } = await genuine(keys, row);
    const amounts = amountsOf({ items: content.items, dispensed: row.dispensed },
      before.map(({ id, signed, dispensed }) => ({ items: formIn(openSignature(keys, id, signed).jws).content.items, dispensed })));
    return {
      number, signedAt: new Date(signedAt), practice: practice.name, chamber: chamber.name, timeZone: chamber.timeZone, doctor: { nameEn, nameBn, licence },
      items: content.items.map((item, index) => toPaperItem(item, amounts[index]!)),
    };
  }
}

/** A row that is not what was signed, and why. */
class NotAuthentic extends Error {
  override readonly name = 'NotAuthentic';
}

/** The form of a row, if it is the one that was signed by its key. */
async function genuine(keys: ScopeKeys, row: SignedRow): Promise<SignedForm> {
  const { jws } = openSignature(keys, row.id, row.signed);
  const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: row.public_key.toString('base64url') }, 'EdDSA');
  const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
  if (protectedHeader.kid !== row.signing_key_id) throw new NotAuthentic('another key signed it');
  if (!createHash('sha256').update(payload).digest().equals(row.content_hash)) throw new NotAuthentic('its hash is another one');
  const form = formIn(jws);
  if (form.id !== row.id || form.practice.id !== row.tenant_id || form.number !== formatPrescriptionNumber(row.number)) throw new NotAuthentic('another prescription was signed');
  return form;
}

/** An amount of a unit in words; `amount` is decimal text. */
export const amountInWords = (amount: string, unit: DoseUnit, language: 'en' | 'bn'): string => amountText(amount, unit)[language];

function toPaperItem({ id, drug, dose, unit, meal, quantity }: PrescribedItem, amounts: Amounts): PaperItem {
  const dosing = parseDose(dose);
  const { name, nameBn, generic, strength, form } = labelOf(drug);
  return {
    id, unit, dose, quantity, ...amounts, name, nameBn, generic, strength, form,
    sentenceEn: doseSentence(dosing, { unit, meal }, 'en'), sentenceBn: doseSentence(dosing, { unit, meal }, 'bn'),
  };
}

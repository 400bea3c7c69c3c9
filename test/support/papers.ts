import { randomUUID } from 'node:crypto';
import type { ScopeKeys } from '../../src/platform/crypto/keyring.js';
import { OwnerDb } from '../../src/operator/owner-db.js';
import type { GraphqlAnswer, World } from './world.js';

export const VERIFIED = 'status paper { number signedAt practice chamber doctorName doctorNameBn licence items { id name nameBn generic strength form dose sentenceEn sentenceBn unit quantity dispensed left } }';

export interface Handed {
  code: string;
  items: Array<{ itemId: string; quantity: string }>;
  pharmacy?: string;
  pharmacist?: string;
  idempotencyKey?: string;
}

/** What holders of papers do, without an account. */
export class Papers {
  constructor(private readonly world: World) {}

  keys(tenantId: string): Promise<ScopeKeys> {
    return OwnerDb.run(this.world.ownerUrl, this.world.keks, (db) => db.keysOf(tenantId));
  }

  /** The code that is printed on the paper of a signed prescription. */
  async codeOf(tenantId: string, id: string): Promise<string> {
    return (await this.signatureOf(tenantId, id)).code;
  }

  async signatureOf(tenantId: string, id: string): Promise<{ jws: string; code: string }> {
    const [row] = await this.world.sql<{ signed: Buffer }>('superuser', 'select signed from clinic.prescriptions where id = $1', [id]);
    return (await this.keys(tenantId)).open('clinic.prescriptions', id, 'signed', row!.signed);
  }

  verifyAnswer(code: string): Promise<GraphqlAnswer> {
    return this.world.graphql(`query ($code: String!) { verifyPrescription(code: $code) { ${VERIFIED} } }`, { code });
  }

  async verify(code: string): Promise<{ status: string; paper: { items: Array<Record<string, string | null>>; [field: string]: unknown } | null }> {
    const { data, errors } = await this.verifyAnswer(code);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.verifyPrescription;
  }

  dispenseAnswer(handed: Handed): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: RecordDispensingInput!) { recordDispensing(input: $input) { id recordedAt prescription { ${VERIFIED} } } }`,
      { input: { pharmacy: 'Lazz Pharma, Kalabagan', pharmacist: 'A-12345', idempotencyKey: randomUUID(), ...handed } });
  }

  async dispense(handed: Handed): Promise<{ id: string; recordedAt: string; prescription: Awaited<ReturnType<Papers['verify']>> }> {
    const { data, errors } = await this.dispenseAnswer(handed);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.recordDispensing;
  }
}

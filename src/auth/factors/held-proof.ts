import type { AuditedTx } from '../../platform/database/audited-tx.js';

/** What can prove a second factor. */
export type FactorKind = 'ONE_TIME_CODE' | 'PASSKEY' | 'RECOVERY_CODE';

/** A proof that holds. `claim` uses it up in the transaction of what it was given for, and throws SIGN_IN_REFUSED when it was used meanwhile. */
export interface HeldProof {
  kind: FactorKind;
  claim: (tx: AuditedTx) => Promise<void>;
}

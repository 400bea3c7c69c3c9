/** The payment stands: what it came to is to be asked for. */
export const ALREADY_EXECUTED = ['2062', '2068', '2117', '2119'];

/** The payer has not agreed yet, or not to the end; the same is said of somebody who never will. */
const NOT_AGREED = ['2056', '2060'];

/** The payer's own doing or account, told by executing; this payment comes to nothing. */
const PAYER_CANNOT = ['2009', '2010', '2011', '2014', '2015', '2016', '2017', '2018', '2019', '2023', '2037', '2038', '2043', '2044', '2045', '2057', '2058'];

const CANCELLED = ['2069'];

/** A refund that is not made, however often it is asked for as it stands: its amount, its time, its permission, or the balance of the practice. */
const NO_REFUND = ['2006', '2023', '2026', '2028', '2033', '2034', '2035', '2042', '2071', '2072', '2073', '2074', '2075', '2076', '2077', '2078', '2080', '2081', '2082'];

/** No such transaction. */
export const TRANSACTION_MISSING = '2033';

export const SUCCESSFUL = '0000';

/** What executing a payment with this code came to. What is not known for sure to be final is UNKNOWN: the payment is asked about again. */
export function paymentRefusal(code: string): 'WAITING' | 'FAILED' | 'CANCELLED' | 'UNKNOWN' {
  if (NOT_AGREED.includes(code)) return 'WAITING';
  if (PAYER_CANNOT.includes(code)) return 'FAILED';
  return CANCELLED.includes(code) ? 'CANCELLED' : 'UNKNOWN';
}

/** The same of a refund. */
export const refundRefusal = (code: string): 'REFUSED' | 'UNKNOWN' => (NO_REFUND.includes(code) ? 'REFUSED' : 'UNKNOWN');

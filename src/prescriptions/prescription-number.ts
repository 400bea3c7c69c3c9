/** The number of a prescription by the practice's counter, from 1 up: `RX-` and at least six digits. */
export const formatPrescriptionNumber = (counter: number | string): string => `RX-${String(counter).padStart(6, '0')}`;

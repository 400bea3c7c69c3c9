import type { PrescribedItem } from './prescription-content.js';
import { type Thousandths, thousandthsAsDecimal, toThousandths } from './dose/dosing.js';

/** How much was handed out of an item; `quantity` is decimal text in its unit. */
export interface HandedOut {
  itemId: string;
  quantity: string;
}

/** How it stands with an item; decimal texts in its unit, null when nobody said how much is to be handed out. `most` is how much of it can be handed out of this version in all. */
export interface Amounts {
  dispensed: string;
  left: string | null;
  most: string | null;
}

/** A version of a prescription that something was handed out of. */
interface Version {
  items: readonly PrescribedItem[];
  dispensed: readonly HandedOut[];
}

/** What is left of the items of a version, in their order. What was handed out of the versions before it counts for the same medicine in the same unit, for the first item of it first. */
export function amountsOf({ items, dispensed }: Version, before: readonly Version[]): Amounts[] {
  const own = totals(dispensed.map(({ itemId, quantity }) => [itemId, toThousandths(quantity)]));
  const carried = totals(before.flatMap((version) => {
    const medicines = new Map(version.items.map((item) => [item.id, medicineOf(item)]));
    return version.dispensed.map(({ itemId, quantity }) => [medicines.get(itemId)!, toThousandths(quantity)] as const);
  }));
  const last = new Map(items.map((item) => [medicineOf(item), item.id]));
  return items.map((item) => {
    const medicine = medicineOf(item);
    const [wanted, here, earlier] = [item.quantity === null ? null : toThousandths(item.quantity), own.get(item.id) ?? 0, carried.get(medicine) ?? 0];
    const counts = wanted === null || last.get(medicine) === item.id ? earlier : Math.min(earlier, Math.max(0, wanted - here));
    carried.set(medicine, earlier - counts);
    const most = wanted === null ? null : Math.max(0, wanted - counts);
    const left = most === null ? null : Math.max(0, most - here);
    return { dispensed: thousandthsAsDecimal(here + counts), left: orNull(left), most: orNull(most) };
  });
}

const orNull = (amount: Thousandths | null): string | null => (amount === null ? null : thousandthsAsDecimal(amount));

const medicineOf = ({ drug, unit }: PrescribedItem): string => (drug.kind === 'FREE' ? `text ${drug.text.toLowerCase()} ${unit}` : `product ${drug.productId} ${unit}`);

function totals(parts: ReadonlyArray<readonly [string, Thousandths]>): Map<string, Thousandths> {
  const sums = new Map<string, Thousandths>();
  for (const [key, amount] of parts) sums.set(key, (sums.get(key) ?? 0) + amount);
  return sums;
}

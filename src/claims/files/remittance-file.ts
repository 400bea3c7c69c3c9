import type { XmlElement } from '@rgrove/parse-xml';
import { instantOf, minorUnitsOf } from './file-values.js';
import { NotXml, childrenOf, readXml } from './xml.js';

/** What a payer says of one activity. Amounts are minor units. */
export interface RemittedActivity {
  id: string;
  net: bigint;
  paid: bigint;
  denialCode: string | null;
}

/** What a payer says of one claim. */
export interface RemittedClaim {
  id: string;
  idPayer: string;
  providerId: string | null;
  denialCode: string | null;
  paymentReference: string;
  settledAt: Date | null;
  activities: RemittedActivity[];
}

/** A file that a payer answers claims by. */
export interface Remittance {
  senderId: string;
  receiverId: string;
  at: Date;
  disposition: string;
  claims: RemittedClaim[];
}

/** Why a part of a file is not as it must be. */
export type RemittanceFaultReason = 'NOT_XML' | 'DOCTYPE' | 'OTHER_FILE' | 'MISSING' | 'TWICE' | 'TOO_LONG' | 'NOT_AN_AMOUNT' | 'NEGATIVE' | 'NOT_A_TIME' | 'OTHER_COUNT' | 'TOO_MANY';

/** A part of a file that is not as it must be; `place` names it as `Claim 2/Activity 1/Net`, counted from 1, or a line of what is no XML. */
export interface RemittanceFault {
  place: string;
  reason: RemittanceFaultReason;
}

/** The most of each that a file may have. */
export const MOST = { claims: 1_000, activitiesOfClaim: 100, characters: 100 } as const;

/** Reads a Remittance.Advice, or tells everything that is wrong with it. */
export function readRemittance(text: string, timeZone: string): { remittance: Remittance } | { faults: RemittanceFault[] } {
  try {
    const file = new FileCheck(timeZone);
    const remittance = file.remittance(readXml(text));
    return file.faults.length || !remittance ? { faults: file.faults } : { remittance };
  } catch (error) {
    if (error instanceof NotXml) return { faults: [{ place: error.line === null ? '' : `Line ${error.line}`, reason: error.reason }] };
    throw error;
  }
}

class FileCheck {
  readonly faults: RemittanceFault[] = [];

  constructor(private readonly timeZone: string) {}

  remittance(root: XmlElement): Remittance | null {
    // The name alone counts: payers put the root in one namespace or another, or in none.
    if (localName(root) !== 'Remittance.Advice') return this.#blame('', 'OTHER_FILE');
    const header = this.#one(root, 'Header', '');
    const claims = this.#list(root, 'Claim', '', MOST.claims);
    if (!header || !claims) return null;
    if (this.#text(header, 'RecordCount', 'Header') !== String(claims.length)) this.#blame('Header/RecordCount', 'OTHER_COUNT');
    return {
      senderId: this.#text(header, 'SenderID', 'Header'), receiverId: this.#text(header, 'ReceiverID', 'Header'), at: this.#time(header, 'TransactionDate', 'Header'),
      disposition: this.#text(header, 'DispositionFlag', 'Header'), claims: this.#distinct(claims.map((claim, index) => this.#claim(claim, `Claim ${index + 1}`)), 'Claim'),
    };
  }

  #claim(claim: XmlElement, place: string): RemittedClaim {
    const settled = childrenOf(claim, 'DateSettlement');
    return {
      id: this.#text(claim, 'ID', place), idPayer: this.#text(claim, 'IDPayer', place), providerId: this.#optional(claim, 'ProviderID', place),
      denialCode: this.#optional(claim, 'DenialCode', place), paymentReference: this.#text(claim, 'PaymentReference', place),
      settledAt: settled.length && settled[0]!.text.trim() ? this.#time(claim, 'DateSettlement', place) : null,
      activities: this.#distinct((this.#list(claim, 'Activity', place, MOST.activitiesOfClaim) ?? []).map((activity, index) => this.#activity(activity, `${place}/Activity ${index + 1}`)), `${place}/Activity`),
    };
  }

  #activity(activity: XmlElement, place: string): RemittedActivity {
    return { id: this.#text(activity, 'ID', place), net: this.#amount(activity, 'Net', place), paid: this.#amount(activity, 'PaymentAmount', place), denialCode: this.#optional(activity, 'DenialCode', place) };
  }

  #distinct<T extends { id: string }>(parts: T[], place: string): T[] {
    const ids = parts.map(({ id }) => id);
    ids.forEach((id, index) => id && ids.indexOf(id) < index && this.#blame(`${place} ${index + 1}/ID`, 'TWICE'));
    return parts;
  }

  #list(parent: XmlElement, name: string, place: string, most: number): XmlElement[] | null {
    const found = childrenOf(parent, name);
    if (!found.length) return this.#blame(within(place, name), 'MISSING');
    return found.length > most ? this.#blame(within(place, name), 'TOO_MANY') : found;
  }

  #one(parent: XmlElement, name: string, place: string): XmlElement | null {
    const [found, another] = childrenOf(parent, name);
    if (another) return this.#blame(within(place, name), 'TWICE');
    return found ?? this.#blame(within(place, name), 'MISSING');
  }

  #text(parent: XmlElement, name: string, place: string): string {
    const element = this.#one(parent, name, place);
    const text = element?.text.trim() ?? '';
    if (element && !text) this.#blame(within(place, name), 'MISSING');
    if (text.length > MOST.characters) this.#blame(within(place, name), 'TOO_LONG');
    return text;
  }

  #optional(parent: XmlElement, name: string, place: string): string | null {
    return childrenOf(parent, name).some(({ text }) => text.trim()) ? this.#text(parent, name, place) : null;
  }

  #amount(parent: XmlElement, name: string, place: string): bigint {
    const text = this.#text(parent, name, place);
    const amount = minorUnitsOf(text);
    if (text && amount === null) this.#blame(within(place, name), 'NOT_AN_AMOUNT');
    else if (amount !== null && amount < 0n) this.#blame(within(place, name), 'NEGATIVE');
    return amount ?? 0n;
  }

  #time(parent: XmlElement, name: string, place: string): Date {
    const text = this.#text(parent, name, place);
    const instant = instantOf(text, this.timeZone);
    if (text && !instant) this.#blame(within(place, name), 'NOT_A_TIME');
    return instant ?? new Date(0);
  }

  #blame(place: string, reason: RemittanceFaultReason): null {
    this.faults.push({ place, reason });
    return null;
  }
}

const within = (place: string, name: string): string => (place ? `${place}/${name}` : name);
const localName = ({ name }: XmlElement): string => name.slice(name.indexOf(':') + 1);

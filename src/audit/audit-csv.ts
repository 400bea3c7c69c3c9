import { BYTE_ORDER_MARK, csvOf } from '../platform/csv.js';
import type { AuditEntry } from './audit.model.js';

/** The languages that the headings can be in. */
export type CsvLanguage = 'EN' | 'BN';

interface Column {
  EN: string;
  BN: string;
  of: (entry: AuditEntry) => string | number | boolean | null;
}

const columns: Column[] = [
  { EN: 'Entry', BN: 'লগ আইডি', of: ({ id }) => id },
  { EN: 'Time (UTC)', BN: 'সময় (ইউটিসি)', of: ({ occurredAt }) => occurredAt.toISOString() },
  { EN: 'Time at the chamber', BN: 'চেম্বারের সময়', of: ({ occurredAtLocal }) => occurredAtLocal },
  { EN: 'Name', BN: 'নাম', of: ({ actor }) => actor?.name ?? null },
  { EN: 'Roles', BN: 'ভূমিকা', of: ({ actor }) => actor?.roles.join(' ') ?? null },
  { EN: 'Member', BN: 'সদস্য আইডি', of: ({ actor }) => actor?.memberId ?? null },
  { EN: 'Account', BN: 'অ্যাকাউন্ট আইডি', of: ({ actor }) => actor?.userId ?? null },
  { EN: 'Session', BN: 'সেশন আইডি', of: ({ sessionId }) => sessionId },
  { EN: 'Action', BN: 'কাজ', of: ({ action }) => action },
  { EN: 'Operation', BN: 'অপারেশন', of: ({ operation }) => operation },
  { EN: 'Outcome', BN: 'ফলাফল', of: ({ outcome }) => outcome },
  { EN: 'Error code', BN: 'ত্রুটির কোড', of: ({ errorCode }) => errorCode },
  { EN: 'Missing permission', BN: 'যে অনুমতি ছিল না', of: ({ missingPermission }) => missingPermission },
  { EN: 'Chamber', BN: 'চেম্বার আইডি', of: ({ chamberId }) => chamberId },
  { EN: 'Request', BN: 'রিকোয়েস্ট আইডি', of: ({ requestId }) => requestId },
  { EN: 'Address', BN: 'আইপি ঠিকানা', of: ({ ip }) => ip },
  { EN: 'Device', BN: 'ডিভাইস', of: ({ device }) => device },
  { EN: 'Reason', BN: 'কারণ', of: ({ reason }) => reason },
  { EN: 'Records', BN: 'রেকর্ড', of: ({ records }) => records.map(({ type, id }) => `${type}:${id}`).join(' ') },
  { EN: 'Patients', BN: 'রোগী আইডি', of: ({ records }) => [...new Set(records.flatMap(({ patientId }) => patientId ?? []))].join(' ') },
  { EN: 'Number of records', BN: 'রেকর্ডের সংখ্যা', of: ({ recordCount }) => recordCount },
  { EN: 'Changes', BN: 'পরিবর্তন', of: ({ changes }) => (changes.length ? JSON.stringify(changes.map(changeOf)) : null) },
  { EN: 'Content intact', BN: 'বিষয়বস্তু অক্ষত', of: ({ payloadIntact }) => String(payloadIntact) },
  { EN: 'Records intact', BN: 'রেকর্ড অক্ষত', of: ({ recordsIntact }) => String(recordsIntact) },
];

const changeOf = ({ type, id, field, before, after, withheld }: AuditEntry['changes'][number]): object =>
  withheld ? { type, id, field, withheld } : { type, id, field, before: valueOf(before), after: valueOf(after) };

const valueOf = (json: string | null): unknown => (json === null ? null : JSON.parse(json));

/** The first line of a CSV file, after the mark of UTF-8. */
export const csvHeading = (language: CsvLanguage): string => BYTE_ORDER_MARK + csvOf([columns.map((column) => column[language])]);

/** Entries as lines of CSV. */
export const csvLines = (entries: readonly AuditEntry[]): string => csvOf(entries.map((entry) => columns.map(({ of }) => of(entry))));

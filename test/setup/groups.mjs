import { readdirSync } from 'node:fs';

/**
 * Suites that run after one another in one place in a whole run: loading the server anew for each of them would cost
 * as much as most of them take. What adds to the server's modules runs alone. The longest begin first, so that no
 * worker is left alone at the end.
 */
export const groups = {
  billing: ['test/modules/drawers', 'test/modules/billing-limits', 'test/modules/expenses', 'test/modules/fees', 'test/modules/invoices', 'test/modules/desk-lists', 'test/modules/shares', 'test/modules/reports', 'test/modules/day-totals', 'test/modules/billing-papers', 'test/modules/billing-prints', 'test/modules/payments', 'test/modules/receipt-numbers', 'test/modules/deposits'],
  payers: ['test/modules/online-deposits', 'test/modules/random-money', 'test/modules/insurance', 'test/modules/claims', 'test/modules/bkash-gateway', 'test/modules/wallet-accounts', 'test/modules/wallet-payments', 'test/modules/wallet-statements'],
  prescriptions: ['test/modules/dose-notation', 'test/modules/dose-forms', 'test/modules/prescriptions', 'test/modules/prescription-checks', 'test/modules/knowledge-base', 'test/modules/prescription-page', 'test/modules/prescription-signatures', 'test/modules/prescription-fhir', 'test/modules/prescription-exchange', 'test/modules/prescription-verification', 'test/modules/drugs', 'test/modules/prescription-templates', 'test/modules/follow-ups'],
  hostile: ['test/attack/foreign-ids', 'test/attack/input'],
  contract: ['test/contract/docs', 'test/contract/access-matrix', 'test/contract/permissions', 'test/contract/migrations', 'test/contract/schema', 'test/contract/text', 'test/contract/merges', 'test/contract/asvs'],
  'desk-changes': ['test/modules/session-changes', 'test/modules/session-edits', 'test/modules/waitlist', 'test/modules/appointment-series', 'test/modules/queue-displays', 'test/modules/calendar-feeds', 'test/modules/video-visits', 'test/modules/online-booking', 'test/modules/messages'],
  road: ['test/modules/http-road', 'test/modules/subscriptions', 'test/attack/sockets', 'test/modules/alerts', 'test/attack/throttling', 'test/attack/database-away'],
  isolation: ['test/attack/tenant-isolation', 'test/attack/stolen-disk', 'test/attack/books'],
  documents: ['test/modules/documents', 'test/modules/document-stores', 'test/modules/timeline', 'test/modules/copies', 'test/attack/documents'],
  people: ['test/modules/members', 'test/modules/mail'],
  units: readdirSync('src', { recursive: true }).filter((file) => file.endsWith('.spec.ts')).map((file) => `src/${file.slice(0, -'.spec.ts'.length)}`).sort(),
  desk: ['test/modules/appointments', 'test/modules/free-places', 'test/modules/offline-bookings', 'test/modules/appointment-figures', 'test/modules/session-queues', 'test/modules/appointment-steps', 'test/modules/schedules', 'test/modules/random-days'],
  keys: ['test/modules/token-keys', 'test/modules/key-rotation', 'test/modules/reindex'],
  'audit-exports': ['test/modules/audit-export', 'test/modules/audit-export-large', 'test/modules/audit-fhir-export'],
  clinical: ['test/modules/allergies', 'test/modules/clinical-notes', 'test/modules/conditions', 'test/modules/vitals', 'test/attack/clinical-entries', 'test/modules/consents', 'test/modules/condition-codes'],
  harm: ['test/attack/cheap-harm', 'test/attack/queries', 'test/modules/unforeseen-error', 'test/modules/tls', 'test/contract/row-security', 'test/contract/copies'],
  audit: ['test/modules/audit-entries', 'test/modules/audit-plans', 'test/modules/audit-query', 'test/modules/audit-rehired', 'test/modules/audit-desk', 'test/modules/audit-writing', 'test/attack/audit-append-only', 'test/attack/audit-fail-closed'],
  factors: ['test/modules/factors', 'test/attack/factors', 'test/modules/proof-of-identity', 'test/modules/google', 'test/attack/google'],
  patients: ['test/modules/patients', 'test/modules/patients-input', 'test/modules/patients-races', 'test/modules/patients-secrecy', 'test/modules/patient-duplicates'],
  access: ['test/modules/permissions', 'test/modules/tenants', 'test/modules/sign-in', 'test/modules/emergency', 'test/attack/enumeration', 'test/attack/csrf'],
  merges: ['test/modules/merges', 'test/modules/merges-races', 'test/modules/families', 'test/modules/incidents'],
  passwords: ['test/modules/passwords', 'test/modules/breached-passwords', 'test/attack/passwords', 'test/attack/tokens'],
  imports: ['test/modules/imports', 'test/modules/imports-ends', 'test/modules/imports-files'],
  search: ['test/modules/patient-search', 'test/modules/patient-search-plans', 'test/modules/name-recall'],
};

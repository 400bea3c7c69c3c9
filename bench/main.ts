import { measureAudit } from './audit.js';
import { measureBilling } from './billing.js';
import { measureClinic } from './clinic.js';
import { measureDesk } from './desk.js';
import { measureDrugs } from './drugs.js';
import { measureGrowth } from './growth.js';
import { measurePages } from './pages.js';
import { measurePrescriptions } from './prescriptions.js';
import { pinSelf } from './processes.js';
import { measureReports } from './reports.js';
import { measureSignIn } from './sign-in.js';

const parts = { clinic: measureClinic, growth: measureGrowth, audit: measureAudit, billing: measureBilling, desk: measureDesk, drugs: measureDrugs, prescriptions: measurePrescriptions, pages: measurePages, reports: measureReports, 'sign-in': measureSignIn };

/** Measures the parts that are named, or all of them. */
const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(parts, name));
if (unknown) throw new Error(`${unknown} is none of ${Object.keys(parts).join(', ')}`);

pinSelf();
for (const [name, measure] of Object.entries(parts)) {
  if (named.length === 0 || named.includes(name)) await measure((line) => process.stdout.write(`${line}\n`));
}

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isEnumType } from 'graphql';
import { outcomeWords, roleWords } from '../../src/copies/access-report.js';
import { hiddenFields } from '../../src/copies/copy-html.js';
import { copySections, notInCopies } from '../../src/copies/copy-sections.js';
import { fieldWords } from '../../src/copies/words/field-words.js';
import { actionWords, operationWords } from '../../src/copies/words/operation-words.js';
import { recordWords } from '../../src/copies/words/record-words.js';
import { valueWords } from '../../src/copies/words/value-words.js';
import type { Words } from '../../src/copies/words/words.js';
import { auditActions, auditOutcomes } from '../../src/platform/context/audit-trail.js';
import { Imports, importServer } from '../support/imports.js';
import { Merges } from '../support/merges.js';
import { Patients } from '../support/patients.js';
import { World } from '../support/world.js';
import { routeRules, schemaOf } from './access-rules.js';
import { rootFields } from './operations.js';
import { type Seeded, seedPractice } from './two-practices.js';

/** Enums whose values are in no record of a patient: they tell of staff, sessions, errors, or are reckoned when asked for. */
const notOfRecords = new Set(['BillingLimit', 'DepositReturn', 'MoneyPlace', 'ExpenseStatus', 'ExpenseSource', 'Currency', 'MoneyLanguage', 'DrawerStatus', 'LedgerAccount', 'ShareKind', 'PayoutSource', 'StatementCause', 'ReceivableAge', 'PrescriptionChangeKind', 'PrescriptionPart', 'TemplateKind', 'DrugForm', 'PaperStatus', 'DoseUnit', 'Dispensing', 'PackUnit', 'DrugCountry', 'DrugMatch', 'FigurePeriod', 'NotReached', 'HandInOutcome', 'HandInObstacle', 'OnlineAvailability', 'OnlineCanceller',
  'AuditAction', 'AuditOutcome', 'ErrorCode', 'ConflictReason', 'FaultReason', 'ChamberLocale', 'ClientKind', 'SignInMethod', 'SecondFactorKind', 'Standing', 'MemberStatus', 'OverrideEffect', 'PracticeStatus', 'Role', 'PatientMatch',
  'AuditExportFormat', 'AuditExportLanguage', 'AuditGrouping', 'ConsentStatus', 'ConsentWarning', 'FamilyWarning', 'AllergyStatus', 'MergeSource', 'TimelineKind', 'DocumentState',
  'WalletProvider', 'WalletSite', 'WalletFlag', 'WalletReconciliation', 'StatementFinding', 'StatementLineKind', 'StatementColumn', 'StatementFault',
  'DuplicateReason', 'DateOrder', 'Weekday', 'SessionMode', 'SessionStatus', 'SessionChangeKind', 'AppointmentOutcome', 'ChangeObstacle', 'BookingObstacle', 'RecurrenceUnit', 'EmergencyEnd', 'AlertRule', 'AlertSeverity', 'PatientImportAction', 'PatientImportDelimiter', 'PatientImportEncoding', 'PatientImportField', 'PatientImportInterruption', 'PatientImportResult', 'PatientImportState', 'PatientImportWarning', 'PayerKind', 'ClaimDisposition', 'ClaimRest', 'ClaimFaultReason', 'RemittanceFaultReason', 'HealthAuthority', 'Currency', 'MoneyLanguage',
]);

const columns = (of: 'patients' | 'members' | 'sealed' | 'hashes'): string[] => copySections.flatMap((section) => (section[of] ?? []).map((column) => `${section.table}.${column}`)).sort();

const sourceFiles = (directory: string): string[] => readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.spec)\.ts$/.test(name)).map((name) => join(directory, name));

describe('the copy of a patient’s record', () => {
  let world: World;
  let practice: Seeded;

  beforeAll(async () => {
    world = await World.open();
    practice = await seedPractice(world, 'Shapla Chamber');
    const patients = new Patients(world, practice.owner.token);
    const imports = new Imports(importServer(world), practice.owner.token);
    const [imported] = await imports.lines((await imports.run('Patient ID,Name\nR-9,Amena Begum\n')).id);
    await new Merges(world, practice.owner.token).merge(await patients.read(practice.patientId), await patients.read(imported!.patientId!));
  });
  afterAll(() => world.close());

  const lines = async (text: string, values: unknown[] = []): Promise<string[]> => (await world.sql<{ line: string }>('superuser', text, values)).map(({ line }) => line);

  const referencesTo = (parents: string[]): Promise<string[]> => lines(`
    select distinct c.conrelid::regclass || '.' || a.attname as line
    from pg_constraint c cross join lateral unnest(c.conkey, c.confkey) k (here, there)
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here
    where c.contype = 'f' and c.confrelid = any ($1::text[]::regclass[]) and a.attname <> 'tenant_id' order by 1`, [parents]);

  it('has every table that names a patient, whichever column does', async () => {
    const named = await lines(`
      select n.nspname || '.' || c.relname || '.' || a.attname as line from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('clinic', 'auth', 'platform') and c.relkind in ('r', 'p') and a.attname like '%patient_id' and a.attnum > 0 and not a.attisdropped`);
    const all = [...new Set([...named, ...(await referencesTo(['clinic.patients']))])].sort();
    expect(all.length).toBeGreaterThan(7);
    expect(all).toEqual([...columns('patients').filter((column) => all.includes(column)), ...Object.keys(notInCopies).filter((column) => all.includes(column))].sort());
    expect(columns('patients').filter((column) => Object.keys(notInCopies).includes(column))).toEqual([]);
  });

  it('has every table that belongs to one of these', async () => {
    const tables = copySections.map(({ table }) => table as string);
    const children = (await referencesTo(tables)).filter((column) => !columns('patients').includes(column));
    const covered = copySections.flatMap(({ table, patients, belongsTo }) => (patients.length ? [table as string] : belongsTo ? [`${table}.${belongsTo.column}`] : []));
    expect(children.filter((column) => !(column in notInCopies) && !covered.includes(column) && !covered.includes(column.split('.').slice(0, 2).join('.')))).toEqual([]);
  });

  it('opens every sealed column, and names every member', async () => {
    const tables = copySections.map(({ table }) => table);
    expect([...columns('sealed'), ...columns('hashes')].sort()).toEqual(await lines(`
      select a.attrelid::regclass || '.' || a.attname as line from pg_attribute a where a.attrelid = any ($1::text[]::regclass[]) and a.atttypid = 'bytea'::regtype and a.attnum > 0 and not a.attisdropped order by 1`, [tables]));
    expect(columns('members')).toEqual((await referencesTo(['clinic.members'])).filter((column) => tables.some((table) => column.startsWith(`${table}.`))));
  });

  it('holds everything that seeded practices hold, and has words for every field', async () => {
    const answer = await world.app.inject({ method: 'GET', url: `/patients/${practice.patientId}/copy?format=json`, headers: { authorization: `Bearer ${practice.owner.token}` } });
    const copy = answer.json<{ patient: object; sections: Record<string, object[]> }>();
    expect(Object.keys(copy.sections)).toEqual(copySections.map(({ key }) => key));
    expect(Object.entries(copy.sections).filter(([, records]) => records.length === 0)).toEqual([]);
    const fields = new Set<string>();
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) return value.forEach(walk);
      if (typeof value !== 'object' || value === null) return;
      for (const [name, inner] of Object.entries(value)) {
        fields.add(name);
        walk(inner);
      }
    };
    walk([copy.patient, ...Object.values(copy.sections)]);
    expect(fields.size).toBeGreaterThan(50);
    expect([...fields].filter((name) => !hiddenFields.has(name) && !(name in fieldWords))).toEqual([]);
  });

  it('has words for every value that a record can have from a fixed list', () => {
    const enums = Object.values(schemaOf(world).getTypeMap()).filter((type) => isEnumType(type) && !type.name.startsWith('__') && !notOfRecords.has(type.name));
    expect(enums.length).toBeGreaterThan(15);
    const values = enums.flatMap((type) => (isEnumType(type) ? type.getValues().map(({ name }) => `${type.name}.${name}`) : []));
    expect(values.filter((value) => !(value.split('.')[1]! in valueWords))).toEqual([]);
  });

  it('is worded in both languages, in their letters', () => {
    const all: Array<[string, Words]> = [fieldWords, valueWords, operationWords, actionWords, recordWords, roleWords, outcomeWords].flatMap((words) => Object.entries(words));
    all.push(...copySections.map(({ key, title }): [string, Words] => [key, title]));
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter(([, { bn }]) => !/\p{Script=Bengali}/u.test(bn)).map(([name]) => name)).toEqual([]);
    expect(all.filter(([, { en }]) => !/[A-Za-z]/.test(en) || /\p{Script=Bengali}/u.test(en)).map(([name]) => name)).toEqual([]);
  });
});

describe('the report of who saw a patient’s record', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it('has words for every operation', () => {
    const routes = [...routeRules(world)].filter(([, rule]) => rule && 'permission' in rule).map(([name]) => name);
    const operations = [...rootFields(schemaOf(world)).map(({ name }) => name), ...routes];
    expect(operations.length).toBeGreaterThan(60);
    expect(operations.filter((operation) => !(operation in operationWords))).toEqual([]);
  });

  it('has words for every action, outcome and role', () => {
    expect(Object.keys(actionWords).sort()).toEqual([...auditActions].sort());
    expect(Object.keys(outcomeWords).sort()).toEqual([...auditOutcomes].sort());
    const roles = schemaOf(world).getType('Role');
    expect(Object.keys(roleWords).sort()).toEqual(['OWNER', 'EMERGENCY', ...(isEnumType(roles) ? roles.getValues().map(({ name }) => name) : [])].sort());
  });

  it('has words for every kind of record that the program names', () => {
    const source = sourceFiles('src').map((path) => readFileSync(path, 'utf8')).join('\n');
    const named = [...source.matchAll(/\b(?:disclose|record)\('([a-z-]+)'/g), ...source.matchAll(/new EntryTable<[^>]*>\('[^']+', '([a-z-]+)'/g)].map(([, type]) => type!);
    const types = [...new Set([...named, ...copySections.map(({ recordType }) => recordType)])];
    expect(types.length).toBeGreaterThan(15);
    expect(types.filter((type) => !(type in recordWords))).toEqual([]);
  });
});

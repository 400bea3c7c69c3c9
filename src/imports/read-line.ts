import type { InputFault } from '../platform/errors.js';
import { hasTooManyMarks } from '../platform/plain-text.js';
import { type ClinicalInput, type IdentityInput, isBangla, newPatient } from '../patients/patient-registration.writer.js';
import { todayIn } from '../tenants/practice-countries.reader.js';
import { type BirthCell, type BirthRules, readAge, readBirthDate } from './birth-cell.js';
import { brokenness } from './broken-line.js';
import { type CellWarning, UnreadableCell, isBlank, isFormula, isLegacyBangla, meantText } from './cell-text.js';
import { firstOfEach, nationalPart, readBloodGroup, readDocumentNumber, readPhones, readSex } from './cell-values.js';
import { type ImportField, nameFields } from './import-fields.js';
import type { FileShape, Finding, Mapping, ReadLine, StagedLine } from './import-line.js';

const LONGEST_SOURCE_ID = 100;

/** Reads one line as a patient, by the rules of the desk; all its faults at once. */
export function readLine(line: StagedLine, mapping: Mapping, shape: FileShape): ReadLine {
  const broken = brokenness(line, mapping, shape);
  if (broken.length) return { person: null, sourceId: null, faults: broken, warnings: [] };
  return new Reading(line, mapping, shape).read();
}

const GUARDIANS = [['GUARDIAN_NAME', 'OTHER'], ['FATHER_NAME', 'FATHER'], ['SPOUSE_NAME', 'SPOUSE'], ['MOTHER_NAME', 'MOTHER']] as const;
const ADDRESS = { AREA: 'area', CITY: 'city', DISTRICT: 'district', POSTAL_CODE: 'postalCode' } as const;
const IDENTIFIERS = ['NID', 'BIRTH_REGISTRATION', 'PASSPORT', 'EMIRATES_ID'] as const;

/** One line on its way to a patient: what it gives, from which column each part came, and what was found. */
class Reading {
  readonly #faults: Finding[] = [];
  readonly #warnings: Finding[] = [];
  /** The column of each part of the input, by its path: `phones.0`. */
  readonly #origins = new Map<string, number>();
  readonly #columns = new Map<ImportField, number[]>();

  constructor(
    private readonly line: StagedLine,
    private readonly mapping: Mapping,
    private readonly shape: FileShape,
  ) {
    for (const { column, field } of mapping.columns) this.#columns.set(field, [...this.#columnsOf(field), column]);
  }

  read(): ReadLine {
    const phones = this.#phones();
    const input: IdentityInput = { ...this.#names(), ...this.#sex(), ...this.#birth(), ...this.#identifiers(), ...this.#address(), ...this.#guardian(phones) };
    input.phones = phones;
    const clinical = this.#clinical();
    const sourceId = this.#one('SOURCE_ID', (cell) => short(meantText(cell), LONGEST_SOURCE_ID)) ?? null;
    const patient = newPatient(input, clinical, this.mapping.country);
    if ('faults' in patient) this.#faults.push(...patient.faults.filter((fault) => !this.#isKnown(fault)).map((fault) => this.#placed(fault)));
    else this.#warnings.push(...patient.warnings.map((reason) => ({ column: null, reason })));
    const sound = this.#faults.length === 0 && !('faults' in patient);
    return {
      person: sound ? { identity: patient.identity, clinical: patient.clinical } : null,
      sourceId, faults: inOrder(this.#faults), warnings: inOrder(this.#warnings),
    };
  }

  #names(): Pick<IdentityInput, 'nameEn' | 'nameBn'> {
    const given = this.#text('FIRST_NAME');
    const family = this.#text('LAST_NAME');
    const parts = [given, family].filter((part) => part !== undefined).join(' ');
    const name = this.#text('NAME') ?? (parts || undefined);
    const [nameEn, nameBn] = [this.#text('NAME_EN', 'nameEn'), this.#text('NAME_BN', 'nameBn')];
    if (name === undefined) return { nameEn: nameEn ?? null, nameBn: nameBn ?? null };
    const field = isBangla(name) ? 'nameBn' : 'nameEn';
    this.#from(field, 'NAME', 'FIRST_NAME', 'LAST_NAME');
    return { nameEn: nameEn ?? null, nameBn: nameBn ?? null, ...(!(field === 'nameBn' ? nameBn : nameEn) && { [field]: name }) };
  }

  #sex(): Pick<IdentityInput, 'sex'> {
    return { sex: this.#one('SEX', readSex) ?? null };
  }

  #birth(): Pick<IdentityInput, 'birth'> {
    const rules: BirthRules = { order: this.mapping.dateOrder, today: todayIn(this.mapping.country), agesAsOf: this.mapping.agesAsOf };
    const read = this.#birthCell('BIRTH_DATE', (cell) => readBirthDate(cell, rules)) ?? this.#birthCell('AGE', (cell) => readAge(cell, rules));
    return { birth: read?.birth ?? null };
  }

  #birthCell(field: 'BIRTH_DATE' | 'AGE', read: (cell: string) => BirthCell): BirthCell | undefined {
    const cell = this.#one(field, read);
    if (!cell) return undefined;
    this.#from('birth', field);
    if (cell.warning) this.#warn(field, cell.warning);
    return cell;
  }

  #phones(): NonNullable<IdentityInput['phones']> {
    const written = this.#columnsOf('PHONE').flatMap((column) => (this.#at(column, readPhones) ?? []).map((number) => ({ number, column })));
    const distinct = written.filter(firstOfEach(({ number }) => nationalPart(number)));
    for (const [index, { column }] of distinct.entries()) this.#origins.set(`phones.${index}`, column);
    return distinct.map(({ number }) => ({ number, label: 'OWN' as const }));
  }

  #identifiers(): Pick<IdentityInput, 'identifiers'> {
    const identifiers = IDENTIFIERS.flatMap((kind) => {
      const number = this.#one(kind, readDocumentNumber);
      if (number?.warning) this.#warn(kind, number.warning);
      return number ? [{ kind, value: number.value }] : [];
    });
    for (const [index, { kind }] of identifiers.entries()) this.#from(`identifiers.${index}`, kind);
    return { identifiers };
  }

  #address(): Pick<IdentityInput, 'address'> {
    const lines = this.#columnsOf('ADDRESS_LINE').flatMap((column) => this.#at(column, (cell) => this.#written(column, cell)) ?? []);
    const address: Record<string, string> = lines.length ? { line: lines.join(', ') } : {};
    this.#from('address', 'ADDRESS_LINE', 'AREA', 'CITY', 'DISTRICT', 'POSTAL_CODE');
    for (const [field, part] of Object.entries(ADDRESS) as Array<[keyof typeof ADDRESS, string]>) {
      const text = this.#one(field, (cell) => this.#written(this.#columnsOf(field)[0]!, cell));
      if (text !== undefined) address[part] = text;
      this.#from(`address.${part}`, field);
    }
    return { address: Object.keys(address).length ? address : null };
  }

  // A patient has one guardian: the one whom the file calls so, or else a parent or spouse.
  #guardian(phones: NonNullable<IdentityInput['phones']>): Pick<IdentityInput, 'guardian'> {
    const named = GUARDIANS.flatMap(([field, relation]) => {
      const name = this.#text(field);
      return name === undefined ? [] : [{ field, relation, name }];
    });
    const numbers = this.#one('GUARDIAN_PHONE', readPhones) ?? [];
    const [guardian, ...others] = named;
    for (const { field } of others) this.#warn(field, 'GUARDIAN_LEFT_OUT');
    if (!guardian) {
      this.#addFamily(phones, numbers);
      return { guardian: null };
    }
    const [phone, ...more] = numbers;
    this.#addFamily(phones, more);
    this.#from('guardian', guardian.field);
    this.#from('guardian.phone', 'GUARDIAN_PHONE');
    return { guardian: { name: guardian.name, relation: guardian.relation, phone: phone ?? null } };
  }

  #addFamily(phones: NonNullable<IdentityInput['phones']>, numbers: string[]): void {
    const known = new Set(phones.map(({ number }) => nationalPart(number)));
    for (const number of numbers) {
      if (known.has(nationalPart(number))) continue;
      this.#from(`phones.${phones.length}`, 'GUARDIAN_PHONE');
      phones.push({ number, label: 'FAMILY' });
    }
  }

  #clinical(): ClinicalInput {
    const notes = this.#columnsOf('NOTES').flatMap((column) => this.#at(column, (cell) => this.#written(column, cell)) ?? []);
    this.#from('notes', 'NOTES');
    const bloodGroup = this.#one('BLOOD_GROUP', readBloodGroup);
    return { bloodGroup: bloodGroup ?? null, notes: notes.length ? notes.join('\n') : null };
  }

  /** The name in a field's column. */
  #text(field: ImportField, path?: string): string | undefined {
    const [column] = this.#columnsOf(field);
    if (path) this.#from(path, field);
    return this.#one(field, (cell) => {
      const text = this.#written(column!, cell);
      if (isFormula(text)) throw new UnreadableCell('FORMULA');
      // A name of two lines is more likely two patients whom a lost quote joined.
      if (/[\r\n]/.test(text)) throw new UnreadableCell('LINE_BREAK');
      if (!/\p{L}/u.test(text)) throw new UnreadableCell('NOT_A_NAME');
      return text;
    });
  }

  #written(column: number, cell: string): string {
    const text = meantText(cell);
    const suspect = this.shape.legacyColumns.includes(column) && /[A-Za-z]/.test(text) && !/\p{Script=Bengali}/u.test(text);
    if (suspect || isLegacyBangla(text)) throw new UnreadableCell('LEGACY_BANGLA');
    return text;
  }

  #columnsOf(field: ImportField): number[] {
    return this.#columns.get(field) ?? [];
  }

  #one<T>(field: ImportField, read: (cell: string) => T): T | undefined {
    const [column] = this.#columnsOf(field);
    return column === undefined ? undefined : this.#at(column, read);
  }

  /** What a cell holds; undefined for nothing, or after noting its fault. */
  #at<T>(column: number, read: (cell: string) => T): T | undefined {
    const cell = this.line.cells[column - 1] ?? '';
    if (isBlank(cell)) return undefined;
    try {
      if (hasTooManyMarks(cell)) throw new UnreadableCell('TOO_MANY_MARKS');
      return read(cell);
    } catch (error) {
      if (!(error instanceof UnreadableCell)) throw error;
      this.#blame(column, error);
      return undefined;
    }
  }

  #blame(column: number, { reason, params }: UnreadableCell): void {
    this.#faults.push({ column, reason, ...(params && { params }) });
  }

  #warn(field: ImportField, reason: CellWarning): void {
    this.#warnings.push({ column: this.#columnsOf(field)[0] ?? null, reason });
  }

  /** Notes that this part of the patient comes from the first of these fields that has a column. */
  #from(path: string, ...fields: ImportField[]): void {
    const column = fields.flatMap((field) => this.#columnsOf(field))[0];
    if (column !== undefined) this.#origins.set(path, column);
  }

  // A name that could not be read is told once, by its own fault.
  #isKnown({ reason }: InputFault): boolean {
    const named = new Set([...nameFields].flatMap((field) => this.#columnsOf(field)));
    return reason === 'NAME_REQUIRED' && this.#faults.some(({ column }) => column !== null && named.has(column));
  }

  #placed({ path: [, ...path], reason, params }: InputFault): Finding {
    for (let length = path.length; length > 0; length--) {
      const column = this.#origins.get(path.slice(0, length).join('.'));
      if (column !== undefined) return { column, reason, ...(params && { params }) };
    }
    return { column: null, reason, ...(params && { params }) };
  }
}

const inOrder = (findings: Finding[]): Finding[] => findings.sort((a, b) => (a.column ?? 0) - (b.column ?? 0));

const short = (text: string, longest: number): string => {
  if ([...text].length > longest) throw new UnreadableCell('TOO_LONG', { max: longest });
  return text;
};

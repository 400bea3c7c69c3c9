import { registerEnumType } from '@nestjs/graphql';
import type { DateOrder as Order } from './birth-cell.js';
import type { DelimiterName } from './csv-records.js';
import type { ImportField } from './import-fields.js';
import type { ImportAction, ImportState, Interruption, LineState } from './import-states.js';

const states = {
  AWAITING_FILE: 'AWAITING_FILE', MAPPING: 'MAPPING', CHECKING: 'CHECKING', READY: 'READY', RUNNING: 'RUNNING',
  INTERRUPTED: 'INTERRUPTED', FINISHED: 'FINISHED', CANCELLED: 'CANCELLED', EXPIRED: 'EXPIRED',
} as const satisfies { [state in ImportState]: state };
export const PatientImportState = states;
registerEnumType(PatientImportState, {
  name: 'PatientImportState',
  description: 'How far an import has come.',
  valuesMap: {
    AWAITING_FILE: { description: 'The file is to be sent to `filePath`.' },
    MAPPING: { description: 'The file has arrived; it is to be told what its columns are for (`mapPatientImport`).' },
    CHECKING: { description: 'Every line is being checked. Nothing is registered yet.' },
    READY: { description: 'Checked: `patientImportLines` shows each line. It can be mapped again, or started.' },
    RUNNING: { description: 'Patients are being registered.' },
    INTERRUPTED: { description: 'It stopped before the end, for the reason in `interruption`; `resumePatientImport` goes on where it stopped.' },
    FINISHED: { description: 'Every line that could be imported is. The lines’ contents were removed; `reportPath` tells what became of each.' },
    CANCELLED: { description: 'Somebody ended it. Patients who were imported by then stay. The lines’ contents were removed.' },
    EXPIRED: { description: 'Nobody finished it in time. The lines’ contents were removed.' },
  },
});

export const PatientImportInterruption = {
  SESSION_ENDED: 'SESSION_ENDED', PERMISSION_LOST: 'PERMISSION_LOST', SERVER_STOPPED: 'SERVER_STOPPED', FAULT: 'FAULT',
} as const satisfies { [reason in Interruption]: reason };
registerEnumType(PatientImportInterruption, {
  name: 'PatientImportInterruption',
  description: 'Why an import stopped before the end.',
  valuesMap: {
    SESSION_ENDED: { description: 'The session of whoever ran it ended, or the person was deactivated.' },
    PERMISSION_LOST: { description: 'Whoever ran it lost a permission that it needs.' },
    SERVER_STOPPED: { description: 'The server was stopped, or lost the database.' },
    FAULT: { description: 'A fault of the server; its log tells more.' },
  },
});

export const PatientImportAction = {
  UPLOAD: 'UPLOAD', MAP: 'MAP', START: 'START', RESUME: 'RESUME', CANCEL: 'CANCEL',
} as const satisfies { [action in ImportAction]: action };
registerEnumType(PatientImportAction, {
  name: 'PatientImportAction',
  description: 'What can be done with an import as it stands.',
  valuesMap: {
    UPLOAD: { description: 'Send the file to `filePath`.' },
    MAP: { description: '`mapPatientImport`.' },
    START: { description: '`startPatientImport`.' },
    RESUME: { description: '`resumePatientImport`.' },
    CANCEL: { description: '`cancelPatientImport`.' },
  },
});

export const PatientImportResult = {
  STAGED: 'STAGED', READY: 'READY', FAULTY: 'FAULTY', KNOWN: 'KNOWN', IMPORTED: 'IMPORTED', NOT_IMPORTED: 'NOT_IMPORTED',
} as const satisfies { [state in Exclude<LineState, 'HEADER'> | 'NOT_IMPORTED']: state };
export type PatientImportResult = keyof typeof PatientImportResult;
registerEnumType(PatientImportResult, {
  name: 'PatientImportResult',
  description: 'What becomes of a line.',
  valuesMap: {
    STAGED: { description: 'Not checked yet.' },
    READY: { description: 'It can be imported.' },
    FAULTY: { description: 'It has faults and is not imported.' },
    KNOWN: { description: 'A patient was imported under its source id before; it is not imported again.' },
    IMPORTED: { description: 'It became a patient.' },
    NOT_IMPORTED: { description: 'The import ended before it came to this line.' },
  },
});

export const PatientImportWarning = {
  SAME_FILE: 'SAME_FILE', NO_HEADINGS: 'NO_HEADINGS', DUPLICATE_HEADINGS: 'DUPLICATE_HEADINGS', NOT_UTF_8: 'NOT_UTF_8', LEGACY_BANGLA: 'LEGACY_BANGLA',
} as const;
export type PatientImportWarning = keyof typeof PatientImportWarning;
registerEnumType(PatientImportWarning, {
  name: 'PatientImportWarning',
  description: 'What somebody should look at before going on.',
  valuesMap: {
    SAME_FILE: { description: 'The very same file was sent before: see `sameFileAs`.' },
    NO_HEADINGS: { description: 'The first line looks like a patient, not like headings.' },
    DUPLICATE_HEADINGS: { description: 'Two columns have the same heading; tell them apart by their numbers.' },
    NOT_UTF_8: { description: 'Some lines are no UTF-8. Save the file as “CSV UTF-8”, or map it with `encoding: WINDOWS_1252` if that is what it is.' },
    LEGACY_BANGLA: { description: 'Some columns hold Bangla typed in a font of the time before Unicode, such as SutonnyMJ (Bijoy). Convert them to Unicode first.' },
  },
});

export const PatientImportDelimiter = { COMMA: 'COMMA', SEMICOLON: 'SEMICOLON', TAB: 'TAB', PIPE: 'PIPE' } as const satisfies { [name in DelimiterName]: name };
registerEnumType(PatientImportDelimiter, {
  name: 'PatientImportDelimiter',
  description: 'What stands between the cells of a line.',
  valuesMap: {
    COMMA: { description: '`,`' },
    SEMICOLON: { description: '`;`, as Excel writes where the comma is the decimal sign' },
    TAB: { description: 'Tabulator' },
    PIPE: { description: '`|`' },
  },
});

export const PatientImportEncoding = { UTF_8: 'UTF_8', WINDOWS_1252: 'WINDOWS_1252' } as const;
export type PatientImportEncoding = keyof typeof PatientImportEncoding;
registerEnumType(PatientImportEncoding, {
  name: 'PatientImportEncoding',
  description: 'How bytes stand for characters. UTF-16 is told from the file itself.',
  valuesMap: {
    UTF_8: { description: 'Unicode. Lines with other bytes are at fault (ENCODING).' },
    WINDOWS_1252: { description: 'Lines that are no UTF-8 are Windows-1252, also called ANSI or Latin-1.' },
  },
});

export const DateOrder = { DMY: 'DMY', MDY: 'MDY', YMD: 'YMD' } as const satisfies { [order in Order]: order };
registerEnumType(DateOrder, {
  name: 'DateOrder',
  description: 'In which order dates of three numbers are written. Dates that begin with a year of four digits, or name the month, are read in any order.',
  valuesMap: {
    DMY: { description: '31/12/1980' },
    MDY: { description: '12/31/1980' },
    YMD: { description: '80/12/31' },
  },
});

const NAME = 'one column';
export const PatientImportField = {
  NAME: 'NAME', NAME_EN: 'NAME_EN', NAME_BN: 'NAME_BN', FIRST_NAME: 'FIRST_NAME', LAST_NAME: 'LAST_NAME', SEX: 'SEX', BIRTH_DATE: 'BIRTH_DATE', AGE: 'AGE',
  PHONE: 'PHONE', NID: 'NID', BIRTH_REGISTRATION: 'BIRTH_REGISTRATION', PASSPORT: 'PASSPORT', EMIRATES_ID: 'EMIRATES_ID', ADDRESS_LINE: 'ADDRESS_LINE', AREA: 'AREA',
  CITY: 'CITY', DISTRICT: 'DISTRICT', POSTAL_CODE: 'POSTAL_CODE', FATHER_NAME: 'FATHER_NAME', MOTHER_NAME: 'MOTHER_NAME', SPOUSE_NAME: 'SPOUSE_NAME',
  GUARDIAN_NAME: 'GUARDIAN_NAME', GUARDIAN_PHONE: 'GUARDIAN_PHONE', BLOOD_GROUP: 'BLOOD_GROUP', NOTES: 'NOTES', SOURCE_ID: 'SOURCE_ID',
} as const satisfies { [field in ImportField]: field };
registerEnumType(PatientImportField, {
  name: 'PatientImportField',
  description: `What a column is for. Each is for ${NAME}, save PHONE, ADDRESS_LINE and NOTES, of which several may be mapped.`,
  valuesMap: {
    NAME: { description: 'Name, in Bangla or Latin letters.' },
    NAME_EN: { description: 'Name in Latin letters.' },
    NAME_BN: { description: 'Name in Bangla letters.' },
    FIRST_NAME: { description: 'First part of the name; LAST_NAME follows it.' },
    LAST_NAME: { description: 'Last part of the name.' },
    SEX: { description: 'M, male, পুরুষ; F, female, মহিলা; other, হিজড়া; and the like.' },
    BIRTH_DATE: { description: 'Day of birth: 31/12/1980, 31-Dec-80, ৩১/১২/১৯৮০, ৩১ ডিসেম্বর ১৯৮০, 1980-12-31; or a year; or an age with its unit.' },
    AGE: { description: 'Age: 45, 45 yrs, ৬ মাস, 2y 6m; or a year. Taken when BIRTH_DATE is empty.' },
    PHONE: { description: 'Telephones; several in one cell are parted by `/`, `,` or `;`.' },
    NID: { description: 'National identity card of Bangladesh.' },
    BIRTH_REGISTRATION: { description: 'Birth registration of Bangladesh.' },
    PASSPORT: { description: 'Passport.' },
    EMIRATES_ID: { description: 'Emirates ID.' },
    ADDRESS_LINE: { description: 'House and road, or village; or a whole address.' },
    AREA: { description: 'Area, thana or upazila.' },
    CITY: { description: 'City or town.' },
    DISTRICT: { description: 'District or emirate.' },
    POSTAL_CODE: { description: 'Postal code.' },
    FATHER_NAME: { description: 'Father, who becomes the guardian unless GUARDIAN_NAME is given.' },
    MOTHER_NAME: { description: 'Mother, who becomes the guardian unless one of the others is given.' },
    SPOUSE_NAME: { description: 'Husband or wife, who becomes the guardian unless GUARDIAN_NAME or FATHER_NAME is given.' },
    GUARDIAN_NAME: { description: 'Who speaks for the patient.' },
    GUARDIAN_PHONE: { description: 'Telephone of the guardian; without a guardian it is kept as one of the family.' },
    BLOOD_GROUP: { description: 'Blood group. Mapping it needs patients:edit-clinical.' },
    NOTES: { description: 'Medical notes. Mapping them needs patients:edit-clinical.' },
    SOURCE_ID: { description: 'The patient’s number in the list or software that the file comes from. Whoever was imported under it before is not imported again.' },
  },
});

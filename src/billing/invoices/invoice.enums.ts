import { registerEnumType } from '@nestjs/graphql';

export enum InvoiceKind { INVOICE = 'INVOICE', CREDIT_NOTE = 'CREDIT_NOTE' }
registerEnumType(InvoiceKind, {
  name: 'InvoiceKind',
  description: 'What a document is.',
  valuesMap: { INVOICE: { description: 'Bills something.' }, CREDIT_NOTE: { description: 'Takes an invoice back, in whole or in part.' } },
});

export enum InvoiceStatus { DRAFT = 'DRAFT', DISCARDED = 'DISCARDED', ISSUED = 'ISSUED', VOID = 'VOID' }
registerEnumType(InvoiceStatus, {
  name: 'InvoiceStatus',
  description: 'How far an invoice has come. Whether it is paid is no status: see `due`.',
  valuesMap: {
    DRAFT: { description: 'It can be edited, and has no number.' },
    DISCARDED: { description: 'A draft that was given up.' },
    ISSUED: { description: 'It has its number, and never changes.' },
    VOID: { description: 'All of it was credited; it keeps its number.' },
  },
});

export enum InvoiceLineKind { CONSULTATION = 'CONSULTATION', SERVICE = 'SERVICE', ITEM = 'ITEM' }
registerEnumType(InvoiceLineKind, {
  name: 'InvoiceLineKind',
  description: 'What a line bills.',
  valuesMap: {
    CONSULTATION: { description: 'The fee of a visit, by the fee rules.' },
    SERVICE: { description: 'Something that was done, such as a dressing or an ECG.' },
    ITEM: { description: 'Something that was handed over.' },
  },
});

export enum ProcedureCodeSystem { CPT = 'CPT', HCPCS = 'HCPCS', DDC = 'DDC' }
registerEnumType(ProcedureCodeSystem, {
  name: 'ProcedureCodeSystem',
  description: 'A system of codes for what was done or handed over.',
  valuesMap: {
    CPT: { description: 'Current Procedural Terminology: five characters.' },
    HCPCS: { description: 'HCPCS Level II: a letter and four digits.' },
    DDC: { description: 'Drug codes of the Dubai Health Authority.' },
  },
});

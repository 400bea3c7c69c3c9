import type { AuditEvent, AuditEventAgent, AuditEventEntity, AuditEventEntityDetail, CodeableConcept, Coding } from '@medplum/fhirtypes';
import type { AuditAction } from '../platform/context/audit-trail.js';
import type { AuditEntry, AuditedChange, AuditedRecord } from './audit.model.js';

/** The practice whose trail it is. */
export interface AuditSource {
  practiceId: string;
  practiceName: string;
}

const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const EVENT_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const OBJECT_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const OWN_ACTION = 'urn:sinduk:audit-action';

const dicom = (code: string, display: string): Coding => ({ system: DICOM, code, display });
const restful = (code: string): Coding => ({ system: 'http://hl7.org/fhir/restful-interaction', code, display: code });

const types = {
  rest: { system: EVENT_TYPE, code: 'rest', display: 'RESTful Operation' },
  patient: dicom('110110', 'Patient Record'),
  trail: dicom('110101', 'Audit Log Used'),
  signIn: dicom('110114', 'User Authentication'),
  rights: dicom('110113', 'Security Alert'),
  export: dicom('110106', 'Export'),
} satisfies Record<string, Coding>;

const login = dicom('110122', 'Login');
const logout = dicom('110123', 'Logout');
const rightsChanged = dicom('110137', 'User security Attributes Changed');

/** How an action reads in FHIR: its code (C, R, U, D, E), the type of event where the action alone says it, and the kind of event by a standard code. */
const actions: Record<AuditAction, { code: NonNullable<AuditEvent['action']>; type?: Coding; kind?: Coding }> = {
  VIEWED: { code: 'R', kind: restful('read') },
  CREATED: { code: 'C', kind: restful('create') },
  UPDATED: { code: 'U', kind: restful('update') },
  ARCHIVED: { code: 'U', kind: restful('update') },
  RESTORED: { code: 'U', kind: restful('update') },
  DELETED: { code: 'D', kind: restful('delete') },
  EXPORTED: { code: 'R', type: types.export },
  PRINTED: { code: 'R', type: types.export },
  MERGED: { code: 'U', kind: restful('update') },
  MERGE_UNDONE: { code: 'U', kind: restful('update') },
  GRANTED: { code: 'U', type: types.rights, kind: rightsChanged },
  REVOKED: { code: 'U', type: types.rights, kind: rightsChanged },
  INVITED: { code: 'C', type: types.rights, kind: rightsChanged },
  DEACTIVATED: { code: 'U', type: types.rights, kind: rightsChanged },
  REACTIVATED: { code: 'U', type: types.rights, kind: rightsChanged },
  JOINED: { code: 'U', type: types.rights, kind: rightsChanged },
  SIGNED_IN: { code: 'E', type: types.signIn, kind: login },
  SIGNED_OUT: { code: 'E', type: types.signIn, kind: logout },
  REFRESHED: { code: 'E', type: types.signIn },
  SWITCHED: { code: 'E', type: types.signIn },
  SESSION_ENDED: { code: 'E', type: types.signIn, kind: logout },
  EMERGENCY_BEGUN: { code: 'E', type: types.rights, kind: dicom('110127', 'Emergency Override Started') },
  EMERGENCY_ENDED: { code: 'E', type: types.rights, kind: dicom('110138', 'Emergency Override Stopped') },
  CHALLENGED: { code: 'E', type: types.signIn },
  STEPPED_UP: { code: 'E', type: types.signIn },
  PASSWORD_CHANGED: { code: 'U', type: types.rights, kind: rightsChanged },
  RESET_REQUESTED: { code: 'E', type: types.signIn },
  REFUSED: { code: 'E', kind: restful('operation') },
};

/** An entry as a FHIR R4 AuditEvent (HL7 FHIR 4.0.1). Records are named by logical references: their ids as `urn:uuid:…`. */
export function toAuditEvent(entry: AuditEntry, source: AuditSource): AuditEvent {
  const { code, kind } = actions[entry.action];
  const description = outcomeText(entry);
  return {
    resourceType: 'AuditEvent',
    id: entry.id,
    type: typeOf(entry),
    subtype: [...(kind ? [kind] : []), { system: OWN_ACTION, code: entry.action, display: entry.action }],
    action: code,
    recorded: entry.occurredAt.toISOString(),
    outcome: outcomeOf(entry),
    ...(description && { outcomeDesc: description }),
    ...purposeOf(entry),
    agent: [personOf(entry), ...deviceOf(entry)],
    source: {
      ...(text(source.practiceName) && { site: text(source.practiceName) }),
      observer: { ...logical(source.practiceId, 'Organization'), ...(text(source.practiceName) && { display: text(source.practiceName) }) },
      type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4', display: 'Application Server' }],
    },
    entity: [operationOf(entry), ...entry.records.map((record) => recordOf(record, changesOf(entry, record))), ...patientsOf(entry.records)],
  };
}

const breakTheGlass: CodeableConcept = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'BTG', display: 'break the glass' }] };

function purposeOf({ actor, reason }: AuditEntry): Pick<AuditEvent, 'purposeOfEvent'> {
  const stated = text(reason);
  const purposes = [...(actor?.roles.includes('EMERGENCY') ? [breakTheGlass] : []), ...(stated ? [{ text: stated }] : [])];
  return purposes.length ? { purposeOfEvent: purposes } : {};
}

function typeOf({ action, records }: AuditEntry): Coding {
  const { type } = actions[action];
  if (type) return type;
  if (records.some((record) => record.type.startsWith('audit-'))) return types.trail;
  return records.some(({ patientId }) => patientId) ? types.patient : types.rest;
}

/** FHIR's scale of failure: 4 for what the caller can mend, 8 for what was refused, 12 for what the server could not do. */
function outcomeOf({ outcome, errorCode }: AuditEntry): NonNullable<AuditEvent['outcome']> {
  if (outcome === 'SUCCESS') return '0';
  if (outcome === 'DENIED') return '8';
  return errorCode === 'INTERNAL' || errorCode === 'UNAVAILABLE' ? '12' : '4';
}

const outcomeText = ({ outcome, errorCode, missingPermission }: AuditEntry): string | undefined =>
  outcome === 'SUCCESS' ? undefined : text([outcome, errorCode, missingPermission].filter(Boolean).join(' '));

function personOf({ actor, ip }: AuditEntry): AuditEventAgent {
  const network = ip ? { network: { address: ip, type: '2' as const } } : {};
  if (!actor) return { requestor: true, ...network };
  const name = text(actor.name);
  return {
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/extra-security-role-type', code: 'humanuser', display: 'human user' }] },
    ...(actor.roles.length && { role: actor.roles.map((role) => ({ text: role })) }),
    who: { ...logical(actor.memberId ?? actor.userId, 'Practitioner'), ...(name && { display: name }) },
    altId: actor.userId,
    ...(name && { name }),
    requestor: true,
    ...network,
  };
}

function deviceOf({ device }: AuditEntry): AuditEventAgent[] {
  const name = text(device);
  return name ? [{ type: { coding: [dicom('110150', 'Application')] }, name, requestor: false }] : [];
}

/** The request itself: what FHIR has no other place for, and the changes of records that are not listed. */
function operationOf(entry: AuditEntry): AuditEventEntity {
  const listed = new Set(entry.records.map(keyOf));
  return {
    type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
    role: { system: OBJECT_ROLE, code: '24', display: 'Query' },
    name: text(entry.operation) ?? 'unknown',
    detail: [
      detail('request', entry.requestId), detail('local time', entry.occurredAtLocal),
      ...(entry.sessionId ? [detail('session', entry.sessionId)] : []),
      ...(entry.chamberId ? [detail('chamber', entry.chamberId)] : []),
      detail('number of records', String(entry.recordCount)),
      detail('content intact', String(entry.payloadIntact)), detail('records intact', String(entry.recordsIntact)),
      ...entry.changes.filter((change) => !listed.has(keyOf(change))).flatMap((change) => changed(change, `${change.type} ${change.id} `)),
    ],
  };
}

function recordOf(record: AuditedRecord, details: AuditEventEntityDetail[]): AuditEventEntity {
  const isPatient = record.id === record.patientId;
  return {
    what: logical(record.id, isPatient ? 'Patient' : undefined),
    type: isPatient ? { system: ENTITY_TYPE, code: '1', display: 'Person' } : { system: ENTITY_TYPE, code: '2', display: 'System Object' },
    role: isPatient ? { system: OBJECT_ROLE, code: '1', display: 'Patient' } : { system: OBJECT_ROLE, code: '4', display: 'Domain Resource' },
    name: text(record.type) ?? 'record',
    ...(details.length && { detail: details }),
  };
}

/** The patients whose records are listed without themselves being listed. */
function patientsOf(records: readonly AuditedRecord[]): AuditEventEntity[] {
  const listed = new Set(records.map(({ id }) => id));
  const patients = new Set(records.flatMap(({ patientId }) => (patientId && !listed.has(patientId) ? [patientId] : [])));
  return [...patients].map((id) => recordOf({ type: 'patient', id, patientId: id }, []));
}

const keyOf = ({ type, id }: { type: string; id: string }): string => `${type}:${id}`;

const changesOf = ({ changes }: AuditEntry, record: AuditedRecord): AuditEventEntityDetail[] =>
  changes.filter((change) => keyOf(change) === keyOf(record)).flatMap((change) => changed(change, ''));

const changed = ({ field, before, after, withheld }: AuditedChange, whose: string): AuditEventEntityDetail[] =>
  withheld ? [detail(`${whose}${field}: withheld`, 'true')] : [detail(`${whose}${field}: before`, before ?? 'null'), detail(`${whose}${field}: after`, after ?? 'null')];

const detail = (type: string, value: string): AuditEventEntityDetail => ({ type: text(type) ?? 'detail', valueString: text(value) ?? '""' });

const logical = <T extends 'Patient' | 'Practitioner' | 'Organization'>(id: string, type: T | undefined) =>
  ({ ...(type && { type }), identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` } });

/** A text as FHIR allows it: no control characters but tab and line ends, no lone surrogates; undefined when there is nothing to read. */
function text(value: string | null): string | undefined {
  const clean = value?.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]|\p{Surrogate}/gu, '\uFFFD');
  return clean?.trim() ? clean : undefined;
}

import { auditActions, auditOutcomes } from '../platform/context/audit-trail.js';
import { toAuditEvent } from './audit-fhir.js';
import type { AuditEntry } from './audit.model.js';

const PATIENT = '018f0000-0000-7000-8000-000000000004';
const source = { practiceId: '018f0000-0000-7000-8000-000000000009', practiceName: 'Shapla Skin Centre' };
const entry: AuditEntry = {
  id: '019a0000-0000-7000-8000-000000000001', occurredAt: new Date('2026-03-01T09:30:00.000Z'), occurredAtLocal: '2026-03-01T15:30:00.000+06:00',
  actor: { userId: '018f0000-0000-7000-8000-000000000002', memberId: '018f0000-0000-7000-8000-000000000007', name: 'Rokeya Akter', roles: ['DOCTOR'] },
  sessionId: '018f0000-0000-7000-8000-000000000006', action: 'UPDATED', operation: 'Mutation.editPatient', outcome: 'SUCCESS', errorCode: null, missingPermission: null,
  chamberId: null, requestId: '018f0000-0000-7000-8000-000000000003', ip: '203.0.113.7', device: 'Chamber tablet 3', reason: null,
  records: [{ type: 'allergy', id: '018f0000-0000-7000-8000-000000000005', patientId: PATIENT }], recordCount: 1,
  changes: [{ type: 'allergy', id: '018f0000-0000-7000-8000-000000000005', field: 'severity', before: '"MILD"', after: '"SEVERE"', withheld: false }],
  payloadIntact: true, recordsIntact: true,
};
const event = (changed: Partial<AuditEntry> = {}) => toAuditEvent({ ...entry, ...changed }, source);

describe('an entry as a FHIR AuditEvent', () => {
  it('tells who did what, to which records, when, from where, and how it ended', () => {
    expect(event()).toEqual({
      resourceType: 'AuditEvent', id: entry.id,
      type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110110', display: 'Patient Record' },
      subtype: [
        { system: 'http://hl7.org/fhir/restful-interaction', code: 'update', display: 'update' },
        { system: 'urn:sinduk:audit-action', code: 'UPDATED', display: 'UPDATED' },
      ],
      action: 'U', recorded: '2026-03-01T09:30:00.000Z', outcome: '0',
      agent: [
        {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/extra-security-role-type', code: 'humanuser', display: 'human user' }] },
          role: [{ text: 'DOCTOR' }], who: { type: 'Practitioner', identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${entry.actor!.memberId}` }, display: 'Rokeya Akter' },
          altId: entry.actor!.userId, name: 'Rokeya Akter', requestor: true, network: { address: '203.0.113.7', type: '2' },
        },
        { type: { coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110150', display: 'Application' }] }, name: 'Chamber tablet 3', requestor: false },
      ],
      source: {
        site: 'Shapla Skin Centre', observer: { type: 'Organization', identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${source.practiceId}` }, display: 'Shapla Skin Centre' },
        type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4', display: 'Application Server' }],
      },
      entity: [
        {
          type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '2', display: 'System Object' },
          role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '24', display: 'Query' }, name: 'Mutation.editPatient',
          detail: [
            { type: 'request', valueString: entry.requestId }, { type: 'local time', valueString: entry.occurredAtLocal }, { type: 'session', valueString: entry.sessionId },
            { type: 'number of records', valueString: '1' }, { type: 'content intact', valueString: 'true' }, { type: 'records intact', valueString: 'true' },
          ],
        },
        {
          what: { identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${entry.records[0]!.id}` } },
          type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '2', display: 'System Object' },
          role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '4', display: 'Domain Resource' }, name: 'allergy',
          detail: [{ type: 'severity: before', valueString: '"MILD"' }, { type: 'severity: after', valueString: '"SEVERE"' }],
        },
        {
          what: { type: 'Patient', identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${PATIENT}` } },
          type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1', display: 'Person' },
          role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' }, name: 'patient',
        },
      ],
    });
  });

  it('grades failures: 4 for what the caller can mend, 8 for refusals, 12 for the server’s own', () => {
    const outcomes = [['DENIED', 'FORBIDDEN'], ['DENIED', 'NOT_FOUND'], ['FAILED', 'BAD_USER_INPUT'], ['FAILED', null], ['FAILED', 'INTERNAL'], ['FAILED', 'UNAVAILABLE']] as const;
    expect(outcomes.map(([outcome, errorCode]) => event({ outcome, errorCode }).outcome)).toEqual(['8', '8', '4', '4', '12', '12']);
    expect(event({ outcome: 'DENIED', errorCode: 'FORBIDDEN', missingPermission: 'audit:read' }).outcomeDesc).toBe('DENIED FORBIDDEN audit:read');
  });

  it('knows the kind of event by what was done, and by what it was done to', () => {
    const kind = (changed: Partial<AuditEntry>) => event(changed).type.code;
    expect(kind({ action: 'SIGNED_IN' })).toBe('110114');
    expect(kind({ action: 'GRANTED' })).toBe('110113');
    expect(kind({ action: 'EXPORTED' })).toBe('110106');
    expect(kind({ records: [{ type: 'audit-entry', id: PATIENT, patientId: null }] })).toBe('110101');
    expect(kind({ records: [{ type: 'chamber', id: PATIENT, patientId: null }] })).toBe('rest');
  });

  it('gives a reason as the purpose, and withholds what the entry withholds', () => {
    expect(event({ reason: 'Asked for by the patient' }).purposeOfEvent).toEqual([{ text: 'Asked for by the patient' }]);
    const withheld = event({ changes: [{ ...entry.changes[0]!, before: null, after: null, withheld: true }] });
    expect(withheld.entity![1]!.detail).toEqual([{ type: 'severity: withheld', valueString: 'true' }]);
  });

  it('keeps a change whose record is not among those listed', () => {
    const { entity } = event({ records: [], recordCount: 300 });
    expect(entity).toHaveLength(1);
    expect(entity![0]!.detail!.at(-1)).toEqual({ type: `allergy ${entry.records[0]!.id} severity: after`, valueString: '"SEVERE"' });
  });

  it('names nobody when nobody was signed in, and leaves out what is empty', () => {
    const bare = event({ actor: null, device: ' ', ip: null, reason: '' });
    expect(bare.agent).toEqual([{ requestor: true }]);
    expect(bare.purposeOfEvent).toBeUndefined();
  });

  it('replaces characters that FHIR forbids in a string', () => {
    expect(event({ reason: 'a\u0000b\u001bc\ud800d\te' }).purposeOfEvent).toEqual([{ text: 'a\uFFFDb\uFFFDc\uFFFDd\te' }]);
  });

  it('has a code for every action and outcome', () => {
    for (const action of auditActions) for (const outcome of auditOutcomes) expect(event({ action, outcome })).toMatchObject({ action: expect.stringMatching(/^[CRUDE]$/), outcome: expect.stringMatching(/^(0|4|8|12)$/) });
  });
});

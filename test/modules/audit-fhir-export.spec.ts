import { randomUUID } from 'node:crypto';
import type { AuditEvent, Bundle } from '@medplum/fhirtypes';
import { type AuditFact, AuditTrail, auditActions, auditOutcomes } from '../../src/platform/context/audit-trail.js';
import { Ctx } from '../../src/platform/context/ctx.js';
import { fetchExport, prepareExport } from '../support/audit-exports.js';
import { fhirFaults } from '../support/fhir-validators.js';
import { hire, openChamber } from '../support/staff.js';
import { type Practice, World } from '../support/world.js';

const oneOf = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

describe('an export of the audit trail as FHIR', () => {
  let world: World;
  let practice: Practice;
  let events: AuditEvent[];

  const fetched = async (format: string, filter: object = {}) => {
    const { path } = await prepareExport(world, practice.owner.token, format, filter);
    return fetchExport(world, practice.owner.token, path);
  };

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla “Skin” Centre');
    const chamber = await openChamber(world, practice, 'Gulshan');
    const nurse = await hire(world, practice, chamber, 'NURSE');
    const { registerPatient } = await world.ok('mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, practice.owner.token);
    await world.ok('mutation ($id: UUID!, $notes: String) { editPatientClinical(id: $id, version: 1, input: { notes: $notes }) { patient { id } } }',
      { id: registerPatient.patient.id, notes: 'হাঁপানি\n"since" childhood\t' }, nurse.token);
    await world.graphql('{ auditEntries { totalCount } }', {}, nurse.token);
    await world.graphql('{ nonsense }', {}, nurse.token);
    await world.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }', { input: { email: nurse.email, password: 'not the password at all' } });
    // Every action with every outcome, in several shapes, written as the server writes them.
    const shapes = auditActions.flatMap((action) => auditOutcomes.flatMap((outcome) => Array.from({ length: 6 }, (_, n) => ({ action, outcome, n }))));
    const patients = Array.from({ length: 5 }, () => randomUUID());
    await world.app.get(AuditTrail).append(shapes.map(({ action, outcome, n }) => {
      const patientId = oneOf(patients, n);
      const origin = { requestId: randomUUID(), ip: oneOf(['203.0.113.7', '2001:db8::5', null], n), device: oneOf(['Chamber tablet 3', null, ' ', 'ট্যাব "৩" <b>'], n) };
      const fact: AuditFact = {
        action, outcome, tenantId: practice.tenantId, reason: oneOf([undefined, 'Asked for by the patient', 'রোগী চেয়েছেন', ' '], n),
        errorCode: outcome === 'SUCCESS' ? undefined : oneOf(['NOT_FOUND', 'FORBIDDEN', 'INTERNAL'], n), permission: oneOf([undefined, 'audit:read'], n),
        actor: n === 0 ? undefined : { userId: randomUUID(), ...(n > 1 && { memberId: randomUUID(), name: 'রোকেয়া আক্তার', roles: 'DOCTOR MANAGER' }) },
        records: oneOf([[], [{ type: 'patient', id: patientId, patientId }], [{ type: 'allergy', id: randomUUID(), patientId }, { type: 'requested:id', id: randomUUID() }]], n),
        changes: n === 1 ? [{ type: 'patient', id: patientId, field: 'notes', before: null, after: '' }, { type: 'patient', id: patientId, field: 'birth', before: { year: 1971 }, after: undefined }] : [],
      };
      return { ctx: new Ctx(origin, undefined, n === 2 ? chamber : null, oneOf(['Query.patient', 'GET /documents/:id/content'], n)), fact };
    }));
    const answer = await fetched('FHIR_NDJSON');
    expect(answer.headers['content-type']).toBe('application/fhir+ndjson');
    events = answer.body.trimEnd().split('\n').map((line) => JSON.parse(line) as AuditEvent);
  });
  afterAll(() => world.close());

  it('is valid FHIR R4 by two validators, entry by entry', () => {
    expect(events.length).toBeGreaterThan(auditActions.length * auditOutcomes.length * 6);
    const kinds = new Set(events.map(({ subtype, outcome }) => `${subtype!.at(-1)!.code} ${outcome === '0' ? 'SUCCESS' : 'not'}`));
    expect(kinds.size).toBe(auditActions.length * 2);
    expect(events.flatMap((event) => fhirFaults(event).map((fault) => `${event.id} ${fault}`))).toEqual([]);
  });

  it('as one Bundle, too, also when it is empty', async () => {
    const answer = await fetched('FHIR_BUNDLE', { action: ['CREATED', 'DELETED'] });
    expect(answer.headers['content-type']).toBe('application/fhir+json');
    const bundle = JSON.parse(answer.body) as Bundle<AuditEvent>;
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
    const made = events.filter(({ subtype }) => ['CREATED', 'DELETED'].includes(subtype!.at(-1)!.code!));
    expect(bundle.entry!.slice(0, made.length).map(({ resource }) => resource)).toEqual(made);
    expect(bundle.entry!.map(({ fullUrl, resource }) => fullUrl === `urn:uuid:${resource!.id}`)).not.toContain(false);
    expect(fhirFaults(bundle)).toEqual([]);
    const empty = await fetched('FHIR_BUNDLE', { operation: 'Query.never' });
    expect(JSON.parse(empty.body)).not.toHaveProperty('entry');
    expect(fhirFaults(JSON.parse(empty.body) as object)).toEqual([]);
    expect((await fetched('FHIR_NDJSON', { operation: 'Query.never' })).body).toBe('');
  });

  it.each([
    ['without the time', (event: AuditEvent) => ({ ...event, recorded: undefined })],
    ['without an agent', (event: AuditEvent) => ({ ...event, agent: undefined })],
    ['with an agent of whom it is unknown whether they asked', (event: AuditEvent) => ({ ...event, agent: [{ name: 'x' }] })],
    ['without a source', (event: AuditEvent) => ({ ...event, source: undefined })],
    ['with a field that FHIR does not know', (event: AuditEvent) => ({ ...event, device: 'x' })],
    ['without a type', (event: AuditEvent) => ({ ...event, type: undefined })],
  ])('would be found invalid by both: %s', (_, broken) => {
    const faults = fhirFaults(JSON.parse(JSON.stringify(broken(events[0]!))) as object);
    expect(faults.some((fault) => fault.startsWith('medplum: '))).toBe(true);
    expect(faults.some((fault) => fault.startsWith('fhir: '))).toBe(true);
  });
});

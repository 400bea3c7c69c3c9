import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { fhirFaults } from '../support/fhir-validators.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const SET = 'mutation ($url: String!, $onSigning: Boolean!) { setPrescriptionWebhook(input: { url: $url, onSigning: $onSigning }) { url secret onSigning } }';
const SEND = 'mutation ($id: UUID!) { sendPrescription(id: $id) { prescription { id deliveries { event state } } } }';

describe('sending prescriptions on', () => {
  interface Call { headers: IncomingHttpHeaders; body: string }
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let doctors: Prescriptions;
  let patientId: string;
  let receiver: Server;
  let url: string;
  let secret: string;
  const calls: Call[] = [];
  let answer: (response: ServerResponse, call: number) => void;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => answer(response, calls.push({ headers: request.headers, body })));
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/rx`;
    world = await World.open({ WEBHOOK_PRIVATE_ADDRESSES: 'true' });
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
    await license(world, practice.owner, doctor.memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    doctors = new Prescriptions(world, doctor, chamberId);
  });
  beforeEach(async () => {
    calls.length = 0;
    answer = (response) => response.writeHead(204).end();
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
    await consent('GRANTED');
    ({ setPrescriptionWebhook: { secret } } = await world.ok(SET, { url, onSigning: false }, practice.owner.token));
  });
  afterAll(async () => {
    await world.close();
    receiver.closeAllConnections();
    receiver.close();
  });

  const consent = (choice: string) => world.ok('mutation ($id: UUID!, $choice: ConsentChoice!) { recordConsent(patientId: $id, input: { purpose: EXCHANGE, choice: $choice, method: VERBAL, givenBy: { kind: PATIENT } }) { consent { id } } }', { id: patientId, choice }, practice.owner.token);
  const sign = async (): Promise<PrescriptionAnswer> => doctors.sign(await doctors.draft(patientId, { items: [{ freeText: 'Napadol 500 mg', dose: '1+0+1 ×5d', unit: 'TABLET' }] }));
  const send = (id: string, { token }: Person = doctor) => world.graphql(SEND, { id }, token);
  const deliveries = async (id: string): Promise<Array<{ id: string; event: string; state: string; reason: string | null; tries: number; endedAt: string | null }>> =>
    (await world.ok('query ($id: UUID!) { prescription(id: $id) { deliveries { id event state reason tries queuedBy { id } queuedAt endedAt } } }', { id }, doctor.token)).prescription.deliveries;
  const settled = async (id: string, count = 1) => {
    for (;;) {
      const found = await deliveries(id);
      if (found.length >= count && found.every(({ state }) => state !== 'QUEUED')) return found;
      // What failed waits for its next try; nobody waits for that here.
      await world.sql('superuser', `update graphile_worker._private_jobs set run_at = now() where attempts > 0`);
      await delay(20);
    }
  };
  const reasonOf = (one: { errors?: Array<{ extensions: Record<string, unknown> }> }) => one.errors?.[0]!.extensions['reason'];
  const messageIn = ({ headers, body }: Call) => new Webhook(secret).verify(body, headers as Record<string, string>) as { type: string; timestamp: string; data: Record<string, unknown> };

  it('gives the other system the document, signed, and notes that it was taken', async () => {
    const { id, number } = await sign();
    expect((await send(id)).data.sendPrescription.prescription.deliveries).toEqual([{ event: 'SIGNED', state: expect.stringMatching(/QUEUED|DELIVERED/) }]);
    const [delivery] = await settled(id);
    expect(delivery).toMatchObject({ state: 'DELIVERED', reason: null, tries: 1, queuedBy: { id: doctor.memberId }, endedAt: expect.any(String) });
    expect(calls).toHaveLength(1);
    expect(calls[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': delivery!.id });
    const { type, data } = messageIn(calls[0]!);
    expect([type, data]).toMatchObject(['prescription.signed', { practiceId: practice.tenantId, prescriptionId: id, number, status: 'SIGNED', document: { resourceType: 'Bundle', type: 'document' } }]);
    expect(fhirFaults(data['document'] as object).filter((fault) => !fault.includes('Invalid reference: got "urn:uuid:'))).toEqual([]);
    expect((await entriesOf(world, practice.tenantId, 'Mutation.sendPrescription')).find(({ records }) => records.includes(`prescription-delivery:${delivery!.id}`))).toMatchObject({ action: 'UPDATED', outcome: 'SUCCESS', records: expect.arrayContaining([`prescription:${id}`]) });
    // Sent again, it stays what it is.
    await send(id);
    expect(await deliveries(id)).toEqual([delivery]);
    expect(calls).toHaveLength(1);
  });

  it('tries again, under the same id and with the same words, until it is taken', async () => {
    answer = (response, call) => response.writeHead([500, 302, 404, 200][call - 1] ?? 200, { location: url }).end('x'.repeat(1000));
    const { id } = await sign();
    await send(id);
    expect(await settled(id)).toMatchObject([{ state: 'DELIVERED', tries: 4, reason: null }]);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    expect(calls).toHaveLength(4);
  });

  it('gives up after twelve tries, tells why, and begins anew when it is told to', async () => {
    answer = (response) => response.destroy();
    const { id } = await sign();
    await send(id);
    const [failed] = await settled(id);
    expect(failed).toMatchObject({ state: 'FAILED', tries: 12, reason: 'ECONNRESET' });
    answer = (response) => response.writeHead(200).end();
    await send(id);
    expect(await settled(id)).toMatchObject([{ id: failed!.id, state: 'DELIVERED', tries: 13 }]);
  });

  it('tells whoever was sent one of its end, without a word of the patient, also when they agree no longer', async () => {
    const first = await sign();
    await send(first.id);
    await settled(first.id);
    await consent('REFUSED');
    const second = await doctors.sign(await doctors.amend(first, 'too little'));
    expect(await settled(first.id, 2)).toMatchObject([{ event: 'SIGNED' }, { event: 'SUPERSEDED', state: 'DELIVERED' }]);
    expect(messageIn(calls[1]!)).toMatchObject({ type: 'prescription.superseded', data: { practiceId: practice.tenantId, prescriptionId: first.id, number: first.number, status: 'SUPERSEDED' } });
    expect(Object.keys(messageIn(calls[1]!).data).sort()).toEqual(['number', 'practiceId', 'prescriptionId', 'status']);
    // Nobody was sent the second one.
    await doctors.cancelAnswer(second, 'another patient');
    expect(await deliveries(second.id)).toEqual([]);
    await consent('GRANTED');
    const third = await sign();
    await send(third.id);
    await settled(third.id);
    await doctors.cancelAnswer(third, 'another patient');
    expect(await settled(third.id, 2)).toMatchObject([{ event: 'SIGNED' }, { event: 'CANCELLED', state: 'DELIVERED' }]);
  });

  it('sends each as it is signed where the practice wants that, of patients who agreed', async () => {
    await world.ok(SET, { url, onSigning: true }, practice.owner.token);
    const { id } = await sign();
    expect(await settled(id)).toMatchObject([{ event: 'SIGNED', state: 'DELIVERED' }]);
    await consent('REFUSED');
    const other = await sign();
    expect(await settled(other.id)).toMatchObject([{ state: 'FAILED', reason: 'NO_CONSENT', tries: 0 }]);
    expect(calls).toHaveLength(1);
  });

  it('is refused without consent, without an address, of what is not in force, and to who may not', async () => {
    const { id, version } = await sign();
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    expect(codeOf(await send(id, nurse))).toBe('FORBIDDEN');
    expect(codeOf(await send(id, (await world.practice('Kadam Clinic')).owner))).toBe('NOT_FOUND');
    expect(reasonOf(await send((await doctors.draft(patientId)).id))).toBe('PRESCRIPTION_STATUS');
    await consent('REFUSED');
    expect(reasonOf(await send(id))).toBe('NO_CONSENT');
    await consent('GRANTED');
    const removed = await world.ok('mutation { removePrescriptionWebhook { url onSigning } }', {}, practice.owner.token);
    expect(removed.removePrescriptionWebhook).toEqual({ url: null, onSigning: false });
    expect(reasonOf(await send(id))).toBe('NO_EXCHANGE');
    expect(codeOf(await world.graphql('mutation { removePrescriptionWebhook { url } }', {}, practice.owner.token))).toBe('NOT_FOUND');
    await doctors.cancelAnswer({ id, version }, 'another patient');
    expect(await deliveries(id)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('is set by who manages security, after a fresh proof, to an address that may be', async () => {
    const set = (to: string, { token }: Person = practice.owner) => world.graphql(SET, { url: to, onSigning: true }, token);
    expect(codeOf(await set(url, await hire(world, practice, chamberId, 'NURSE')))).toBe('FORBIDDEN');
    for (const wrong of ['nonsense', 'ftp://example.org', 'https://user:pw@example.org/', `https://example.org/${'x'.repeat(500)}`]) expect(faultsOf(await set(wrong))).toEqual(['input.url NOT_A_URL']);
    expect((await world.ok('{ prescriptionExchange { url onSigning } }', {}, practice.owner.token)).prescriptionExchange).toEqual({ url, onSigning: false });
    await world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '1 hour' where member_id = '${practice.owner.memberId}'`);
    expect(codeOf(await set(url))).toBe('STEP_UP_NEEDED');
    await world.sql('owner', `update auth.sessions set authenticated_at = now() where member_id = '${practice.owner.memberId}'`);
    await expect(world.sql('jobs', 'select * from clinic.prescriptions')).rejects.toThrow(/permission denied/);
  });
});

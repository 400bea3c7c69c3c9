import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Allergies } from '../support/allergies.js';
import { Drugs } from '../support/drugs.js';
import { stepUp } from '../support/factors.js';
import { Patients } from '../support/patients.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { openChamber } from '../support/staff.js';
import { PASSWORD, type Practice, World } from '../support/world.js';

const FOUND = { code: 'X-17', kind: 'INTERACTION', severity: 'SERIOUS', items: ['1'], textEn: 'A finding of the base.', textBn: 'বাইরের একটি তথ্য।', source: 'Its monograph 17' };

describe('a knowledge base', () => {
  let server: Server;
  let world: World;
  let practice: Practice;
  let doctors: Prescriptions;
  let patientId: string;
  let answer: (response: ServerResponse) => void;
  const asked: Array<{ url: string; authorization: string | undefined; body: string }> = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        asked.push({ url: request.url!, authorization: request.headers.authorization, body: Buffer.concat(parts).toString('utf8') });
        answer(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    world = await World.open({ KNOWLEDGE_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`, KNOWLEDGE_BASE_SECRET: 'shared-with-the-base', KNOWLEDGE_BASE_TIMEOUT_MS: '2000' });
    practice = await world.practice('Shapla Chamber');
    const chamberId = await openChamber(world, practice, 'Uttara');
    await license(world, practice.owner, practice.owner.memberId, '2999-12-31');
    await stepUp(world, practice.owner, { password: PASSWORD });
    doctors = new Prescriptions(world, practice.owner, chamberId);
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun', birth: { date: '1980-06-15' }, sex: 'MALE' })).id;
    await new Allergies(world, practice.owner.token).record(patientId, 'penicillin of the Qzxwhale kind');
  });
  afterAll(async () => {
    await world.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  beforeEach(() => {
    asked.length = 0;
  });

  const json = (body: unknown, status = 200) => (response: ServerResponse): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const draft = async (): Promise<PrescriptionAnswer> => {
    const [{ product }] = await new Drugs(world, practice.owner.token).search('paracetamol 500 mg tablet', { first: 1 });
    return doctors.draft(patientId, { items: [{ productId: product.id, dose: '1+1+1 ×3d', note: 'Qzxwhale note' }, { freeText: 'Qzxwhale tonic', dose: '1 bd ×3d', unit: 'ML' }] });
  };

  it('is asked about medicines and what matters of the patient, and learns of nobody', async () => {
    answer = json({ knowledge: 'base 2026-10', findings: [FOUND] });
    const prescription = await draft();
    const check = await doctors.check(prescription);
    expect(check.sources).toEqual([{ name: 'RULES', knowledge: 'sinduk-rules 2026-11', unavailable: null }, { name: 'KNOWLEDGE_BASE', knowledge: 'base 2026-10', unavailable: null }]);
    expect(check.findings).toContainEqual(expect.objectContaining({ kind: 'INTERACTION', severity: 'SERIOUS', needsReason: true, itemIds: [prescription.items[0]!.id], textEn: 'A finding of the base.', source: 'Its monograph 17', knowledge: 'base 2026-10' }));
    expect(asked).toMatchObject([{ url: '/check', authorization: 'Bearer shared-with-the-base' }]);
    const question = JSON.parse(asked[0]!.body);
    expect(question).toMatchObject({
      format: 'sinduk-check-1', patient: { sex: 'MALE', weightKg: null, pregnancy: null, allergyStatus: 'HAS_ALLERGIES', allergies: [{ substances: ['@penicillins'], atcCode: null }] },
      items: [{ ref: '1', current: false, form: 'TABLET', dose: '1+1+1 ×3d', ingredients: [{ id: 'paracetamol', strength: '500 mg', steps: [{ singleMg: 500, dailyMg: 1500 }] }] }],
    });
    for (const secret of ['Qzxwhale', 'Rahela', patientId, prescription.id, prescription.items[0]!.id, practice.tenantId, '1980']) expect(asked[0]!.body).not.toContain(secret);
  });

  const ill: Array<[string, (response: ServerResponse) => void, string]> = [
    ['does not answer', () => undefined, 'TIMEOUT'],
    ['begins to answer and never ends', (response) => void response.writeHead(200).write('{'), 'TIMEOUT'],
    ['answers 500', json({ knowledge: 'base', findings: [] }, 500), 'ERROR'],
    ['answers what is no JSON', (response) => void response.end('<html>'), 'ERROR'],
    ['leaves something out', json({ findings: [] }), 'ERROR'],
    ['answers more than was agreed', json({ knowledge: 'base', findings: [], more: 1 }), 'ERROR'],
    ['answers about what it was not asked', json({ knowledge: 'base', findings: [{ ...FOUND, items: ['9'] }] }), 'ERROR'],
    ['writes what turns the direction of reading', json({ knowledge: 'base', findings: [{ ...FOUND, textEn: 'a\u202Eb' }] }), 'ERROR'],
    ['answers too much', json({ knowledge: 'base', findings: [], padding: 'x'.repeat(200_000) }), 'ERROR'],
    ['sends the question elsewhere', (response) => void response.writeHead(307, { location: '/elsewhere' }).end(), 'ERROR'],
  ];
  it.each(ill)('that %s is told as unavailable, which needs a reason and is signed', async (_, how, unavailable) => {
    answer = how;
    const prescription = await draft();
    const check = await doctors.check(prescription);
    expect(check.sources[1]).toEqual({ name: 'KNOWLEDGE_BASE', knowledge: null, unavailable });
    const finding = check.findings.find(({ kind }) => kind === 'UNAVAILABLE');
    expect(finding).toMatchObject({ key: 'unavailable.knowledge-base', severity: 'SERIOUS', needsReason: true });
    expect(asked.map(({ url }) => url)).toEqual(['/check']);
    const besides = check.findings.filter(({ needsReason, kind }) => needsReason && kind !== 'UNAVAILABLE').map(({ key }) => ({ key, reason: 'Looked at' }));
    expect(await doctors.signAnswer(prescription, besides)).toMatchObject({ errors: [{ extensions: { reason: 'FINDINGS_OPEN', keys: [finding!.key] } }] });
  });

  it('is not asked about a prescription without medicines', async () => {
    const check = await doctors.check(await doctors.draft(patientId, { advice: ['rest'] }));
    expect([check.sources.length, check.findings, asked]).toEqual([1, [], []]);
  });
});

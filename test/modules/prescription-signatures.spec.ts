import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { compactVerify, createLocalJWKSet } from 'jose';
import { converse, verdict } from '../contract/conversation.js';
import { entriesOf } from '../support/entries.js';
import { ageProof, stepUp } from '../support/factors.js';
import { Patients, codeOf } from '../support/patients.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const run = promisify(execFile);
const [OPENSSL, JOSE] = ['sh', 'js'].map((language) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readFileSync('docs/prescription-signatures.md', 'utf8'))![1]!) as [string, string];

describe('the signature of a prescription', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let colleague: Person;
  let doctors: Prescriptions;
  let patientId: string;
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-signature-'));

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    [doctor, colleague] = [await hire(world, practice, chamberId, 'DOCTOR'), await hire(world, practice, chamberId, 'DOCTOR')];
    for (const { memberId } of [doctor, colleague]) await license(world, practice.owner, memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    doctors = new Prescriptions(world, doctor, chamberId);
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await world.close();
  });

  const signed = async (of = doctors): Promise<PrescriptionAnswer> => of.sign(await of.draft(patientId, { items: [{ freeText: 'Napadol 500 mg', dose: '1+0+1 ×5d', unit: 'TABLET' }], advice: ['প্রচুর পানি পান করুন'] }));
  const file = (id: string, { token }: Pick<Person, 'token'> = doctor) => world.app.inject({ method: 'GET', url: `/prescriptions/${id}/signed.jws`, headers: { authorization: `Bearer ${token}` } });
  const keysOf = async ({ memberId }: Person, { token }: Person = doctor) => (await world.ok('query ($id: UUID!) { signingKeys(memberId: $id) { id since until jwk { kty crv x kid alg use } } }', { id: memberId }, token)).signingKeys;
  const replace = (id: string, { token }: Person = doctor) => world.graphql('mutation ($id: UUID!) { replaceSigningKey(id: $id) { id until jwk { x } } }', { id }, token);
  const inDirectory = (jws: string): void => writeFileSync(join(directory, 'prescription.jws'), jws);
  const openssl = () => run('sh', ['-c', OPENSSL], { cwd: directory });
  const jose = () => {
    writeFileSync(join(directory, 'verify.mjs'), JOSE.replace(`'jose'`, `'${pathToFileURL(join(process.cwd(), 'node_modules/jose/dist/webapi/index.js')).href}'`));
    return run('node', ['verify.mjs'], { cwd: directory });
  };
  /** The same file with one bit of one of its parts turned over. */
  const turned = (jws: string, part: number): string => jws.split('.').map((text, index) => {
    const bytes = Buffer.from(text, 'base64url');
    if (index === part) bytes[bytes.length - 3]! ^= 1;
    return bytes.toString('base64url');
  }).join('.');

  it('is given as a file, as it was signed, which is recorded as an export', async () => {
    const prescription = await signed();
    const { statusCode, headers, body } = await file(prescription.id);
    expect({ statusCode, type: headers['content-type'], name: headers['content-disposition'], cache: headers['cache-control'] }).toEqual({ statusCode: 200, type: 'application/jose', name: `attachment; filename=${prescription.number}.jws`, cache: 'no-store' });
    expect(createHash('sha256').update(Buffer.from(body.split('.')[1]!, 'base64url')).digest('hex')).toBe(prescription.signature!.hash);
    expect((await entriesOf(world, practice.tenantId, 'GET /prescriptions/:id/signed.jws')).at(-1)).toMatchObject({ action: 'EXPORTED', outcome: 'SUCCESS', records: [`prescription:${prescription.id}`] });
  });

  it('is given to nobody who may not read prescriptions, nor of a draft, nor of another practice', async () => {
    const { id } = await signed();
    expect((await file(id, await hire(world, practice, chamberId, 'RECEPTIONIST'))).statusCode).toBe(403);
    const blind = await hire(world, practice, chamberId, 'NURSE');
    await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission: 'patients:read', memberId: blind.memberId } }, practice.owner.token);
    const refused = await file(id, blind);
    expect([refused.statusCode, refused.json().errors[0].extensions]).toMatchObject([403, { code: 'FORBIDDEN', permission: 'patients:read' }]);
    expect((await entriesOf(world, practice.tenantId, 'GET /prescriptions/:id/signed.jws')).at(-1)).toMatchObject({ action: 'EXPORTED', outcome: 'DENIED', actor_member_id: blind.memberId });
    expect((await file(id, (await world.practice('Another')).owner)).statusCode).toBe(404);
    expect((await file('nonsense')).statusCode).toBe(404);
    const draft = await file((await doctors.draft(patientId)).id);
    expect([draft.statusCode, draft.json()]).toMatchObject([409, { errors: [{ extensions: { reason: 'PRESCRIPTION_STATUS', status: 'DRAFT' } }] }]);
  });

  it('verifies from the file alone, with openssl as the page has it, and not when a bit of it differs', async () => {
    const prescription = await signed();
    const { body } = await file(prescription.id);
    inDirectory(body);
    const { stdout } = await openssl();
    expect(stdout).toContain('Signature Verified Successfully');
    expect(stdout).toContain(prescription.signature!.hash);
    expect(JSON.parse(readFileSync(join(directory, 'prescription.json'), 'utf8'))).toMatchObject({ number: prescription.number, content: { advice: ['প্রচুর পানি পান করুন'] } });
    for (const part of [0, 1, 2]) {
      inDirectory(turned(body, part));
      await expect(openssl()).rejects.toMatchObject({ code: expect.any(Number) });
    }
  });

  it('verifies with a public library as the page has it, and not when a bit of it differs', async () => {
    const { body } = await file((await signed()).id);
    inDirectory(body);
    expect((await jose()).stdout).toContain('Napadol 500 mg');
    for (const part of [1, 2]) {
      inDirectory(turned(body, part));
      await expect(jose()).rejects.toMatchObject({ stderr: expect.stringContaining('signature verification failed') });
    }
  });

  it('is the doctor’s by the keys that the practice tells of them, before and after a key was replaced', async () => {
    const before = await signed();
    const [first] = await keysOf(doctor);
    expect(first).toMatchObject({ until: null, jwk: { kty: 'OKP', crv: 'Ed25519', kid: first.id, alg: 'EdDSA', use: 'sig' } });
    const fresh = (await replace(first.id)).data.replaceSigningKey;
    expect(fresh).toMatchObject({ until: null, jwk: { x: expect.not.stringMatching(first.jwk.x) } });
    const after = await signed();
    const keys = await keysOf(doctor, colleague);
    expect(keys.map(({ id, until }: { id: string; until: string | null }) => [id, until !== null])).toEqual([[fresh.id, false], [first.id, true]]);
    const published = createLocalJWKSet({ keys: keys.map(({ jwk }: { jwk: object }) => jwk) });
    const kids = await Promise.all([before, after].map(async ({ id }) => (await compactVerify((await file(id)).body, published)).protectedHeader.kid));
    expect(kids).toEqual([first.id, fresh.id]);
    expect(Date.parse(before.signature!.at)).toBeLessThan(Date.parse(keys[1].until));
    await expect(compactVerify((await file(after.id)).body, createLocalJWKSet({ keys: [first.jwk] }))).rejects.toThrow('no applicable key');
    expect((await entriesOf(world, practice.tenantId, 'Mutation.replaceSigningKey')).at(-1)!.records.sort()).toEqual([`signing-key:${first.id}`, `signing-key:${fresh.id}`].sort());
  });

  it('has a key that only its doctor replaces, once, with a fresh proof of identity', async () => {
    await signed();
    const [current] = await keysOf(doctor);
    await stepUp(world, colleague, { password: PASSWORD });
    expect(codeOf(await replace(current.id, colleague))).toBe('NOT_FOUND');
    await ageProof(world, doctor, 6);
    expect(codeOf(await replace(current.id))).toBe('STEP_UP_NEEDED');
    await stepUp(world, doctor, { password: PASSWORD });
    const answers = await Promise.all([replace(current.id), replace(current.id)]);
    expect(answers.map(({ errors }) => errors?.[0]!.extensions['reason']).sort()).toEqual(['KEY_ENDED', undefined]);
    expect((await keysOf(doctor)).filter(({ until }: { until: string | null }) => until === null)).toHaveLength(1);
  });

  it('has one key at a time, which the database lets nobody change or take up again', async () => {
    await replace((await signed(), (await keysOf(doctor))[0].id));
    const [current, former] = await keysOf(doctor);
    const [{ private_key: kept }] = (await world.sql('superuser', 'select private_key from clinic.signing_keys where id = $1', [former.id])) as [{ private_key: Buffer | null }];
    expect(kept).toBeNull();
    await converse(world, 'app', doctor, async (ask) => {
      const change = (set: string, { id }: { id: string }) => verdict(ask, `update clinic.signing_keys set ${set} where tenant_id = '${practice.tenantId}' and id = '${id}'`);
      expect(await change(`public_key = sha256('x')`, current)).toBe('42501');
      expect(await change(`private_key = '\\x00', ended_at = null`, former)).toBe('SK073');
      expect(await change(`ended_at = now() + interval '1 day'`, former)).toBe('SK073');
      expect(await verdict(ask, `insert into clinic.signing_keys (tenant_id, id, member_id, public_key, private_key) values ('${practice.tenantId}', gen_random_uuid(), '${doctor.memberId}', sha256('x'), '\\x00')`)).toBe('23505');
    });
    await converse(world, 'app', colleague, async (ask) => {
      expect(await verdict(ask, `update clinic.signing_keys set private_key = null, ended_at = now() where tenant_id = '${practice.tenantId}' and id = '${current.id}'`)).toBe('SK073');
      expect(await verdict(ask, `insert into clinic.signing_keys (tenant_id, id, member_id, public_key, private_key) values ('${practice.tenantId}', gen_random_uuid(), '${practice.owner.memberId}', sha256('x'), '\\x00')`)).toBe('SK073');
    });
    for (const set of [`public_key = sha256('x')`, `member_id = '${colleague.memberId}'`]) {
      await expect(world.sql('superuser', `update clinic.signing_keys set ${set} where id = $1`, [current.id])).rejects.toMatchObject({ code: 'SK073' });
    }
  });

  it('is made by the application role with no key that ended, or of somebody else, nor by whoever left', async () => {
    await stepUp(world, colleague, { password: PASSWORD });
    await signed(new Prescriptions(world, colleague, chamberId));
    await signed();
    await replace((await keysOf(doctor))[0].id);
    const [[current, former], [foreign]] = [await keysOf(doctor), await keysOf(colleague)];
    const { id } = await doctors.draft(patientId, { advice: ['rest'] });
    let number = 5000;
    const forge = (keyId: string) => converse(world, 'app', doctor, (ask) => verdict(ask, `update clinic.prescriptions p set status = 'SIGNED', version = 2, number = ${number++}, signed = '\\x00', content_hash = sha256('x'),
      code_hash = sha256('x'), signed_by = p.doctor_id, signed_at = now(), signing_key_id = '${keyId}' where p.tenant_id = '${practice.tenantId}' and p.id = '${id}'`));
    expect([await forge(former.id), await forge(foreign.id)]).toEqual(['SK071', 'SK071']);
    await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId: doctor.memberId, reason: 'left' } }, practice.owner.token);
    await expect(forge(current.id)).rejects.toThrow('the session is not live');
    expect((await keysOf(doctor, colleague)).length).toBeGreaterThan(1);
  });
});

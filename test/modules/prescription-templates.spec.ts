import { randomUUID } from 'node:crypto';
import { dayFromNow } from '../support/appointments.js';
import { Drugs } from '../support/drugs.js';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { stepUp } from '../support/factors.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const CONTENT = 'complaints examination diagnoses { code text } investigations { name note } items { drug { productId name } dose sentenceEn quantity note } advice followUp { afterDays note }';
const TEMPLATE = `id kind name owner { id } uses version content { ${CONTENT} }`;
const NAPADOL = { freeText: 'Napadol 500 mg', dose: '1+0+1 ×5d', unit: 'TABLET', meal: 'AFTER_MEAL', note: 'with water' };

describe('what doctors prescribe often', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let assistant: Person;
  let doctors: Prescriptions;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
    assistant = await hire(world, practice, chamberId, 'ASSISTANT');
    for (const permission of ['prescriptions:write', 'prescriptions:read']) await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission, memberId: assistant.memberId } }, practice.owner.token);
    await license(world, practice.owner, doctor.memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    doctors = new Prescriptions(world, doctor, chamberId);
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
  });
  beforeEach(() => world.sql('superuser', 'delete from clinic.prescription_templates'));
  afterAll(() => world.close());

  const keepAnswer = (input: object, { token }: Pick<Person, 'token'> = doctor) => world.graphql(`mutation ($input: KeepTemplateInput!) { keepTemplate(input: $input) { ${TEMPLATE} } }`, { input: { kind: 'TEMPLATE', ...input } }, token);
  const keep = async (input: object, person: Pick<Person, 'token'> = doctor) => (await keepAnswer(input, person)).data.keepTemplate;
  const edit = (input: object, { token }: Pick<Person, 'token'> = doctor) => world.graphql(`mutation ($input: EditTemplateInput!) { editTemplate(input: $input) { ${TEMPLATE} } }`, { input }, token);
  const remove = ({ id, version }: { id: string; version: number }, { token }: Pick<Person, 'token'> = doctor) => world.graphql('mutation ($id: UUID!, $version: Int!) { deleteTemplate(id: $id, version: $version) }', { id, version }, token);
  const apply = ({ id, version }: { id: string; version: number }, templateId: string, { token }: Pick<Person, 'token'> = doctor) => world.graphql(
    'mutation ($input: ApplyTemplateInput!) { applyTemplate(input: $input) { prescription { id version complaints examination investigations { name } items { drug { name } dose quantity } advice followUp { on note } } } }', { input: { id, version, templateId } }, token);
  const list = async (variables: object = {}, { token }: Pick<Person, 'token'> = doctor) =>
    (await world.ok(`query ($memberId: UUID, $kind: TemplateKind) { prescriptionTemplates(memberId: $memberId, kind: $kind) { ${TEMPLATE} } }`, variables as Record<string, unknown>, token)).prescriptionTemplates;
  const conflictOf = (answer: { errors?: Array<{ extensions: Record<string, unknown> }> }) => answer.errors?.[0]!.extensions['reason'];

  const FEVER = {
    name: 'Viral fever', complaints: ['জ্বর'], examination: 'Temp', diagnoses: [{ code: 'B34.9' }], investigations: [{ name: 'CBC', note: 'platelets' }], items: [NAPADOL], advice: ['Rest', 'প্রচুর পানি'], followUp: { afterDays: 7, note: 'with report' },
  };

  it('is kept, clean, with its doses told, and only for who keeps it', async () => {
    expect(await keep(FEVER)).toMatchObject({
      kind: 'TEMPLATE', name: 'Viral fever', owner: { id: doctor.memberId }, uses: 0, version: 1,
      content: { complaints: ['জ্বর'], diagnoses: [{ code: 'B34.9' }], items: [{ dose: '1+0+1 ×5d', quantity: '10', sentenceEn: '1 tablet in the morning and at night, after food, for 5 days' }], followUp: { afterDays: 7, note: 'with report' } },
    });
    expect((await list()).map(({ name }: { name: string }) => name)).toEqual(['Viral fever']);
    expect(await list({}, practice.owner)).toEqual([]);
  });

  it('tells every fault at its place, and that a favourite is one thing', async () => {
    expect(faultsOf(await keepAnswer({ ...FEVER, name: '', items: [{ ...NAPADOL, dose: '1+0' }], followUp: { afterDays: 0 } })).sort()).toEqual(['input.followUp.afterDays OUT_OF_RANGE', 'input.items.0.dose DOSE_THREE_OR_FOUR_PARTS', 'input.name EMPTY']);
    expect(faultsOf(await keepAnswer({ advice: ['Rest'] }))).toEqual(['input.name REQUIRED']);
    expect(faultsOf(await keepAnswer({ name: 'Nothing' }))).toEqual(['input EMPTY']);
    expect(faultsOf(await keepAnswer({ kind: 'ADVICE', advice: ['Rest', 'Sleep'] }))).toEqual(['input EXACTLY_ONE']);
    expect(faultsOf(await keepAnswer({ kind: 'MEDICINE', items: [NAPADOL], advice: ['Rest'] }))).toEqual(['input EXACTLY_ONE']);
    expect(await keep({ kind: 'INVESTIGATION', investigations: [{ name: 'CBC' }] })).toMatchObject({ kind: 'INVESTIGATION', name: null });
  });

  it('comes after what is written in a draft, of which nothing changes, and no line comes twice', async () => {
    const template = await keep(FEVER);
    const draft = await doctors.draft(patientId, { complaints: ['cough'], examination: 'Chest clear', items: [{ ...NAPADOL, freeText: 'Zolam' }], advice: ['Rest'] });
    const applied = (await apply(draft, template.id)).data.applyTemplate.prescription;
    expect(applied).toEqual({
      id: draft.id, version: 2, complaints: ['cough', 'জ্বর'], examination: 'Chest clear\nTemp', investigations: [{ name: 'CBC' }], items: [{ drug: { name: 'Zolam' }, dose: '1+0+1 ×5d', quantity: '10' }, { drug: { name: 'Napadol 500 mg' }, dose: '1+0+1 ×5d', quantity: '10' }],
      advice: ['Rest', 'প্রচুর পানি'], followUp: { on: dayFromNow(7), note: 'with report' },
    });
    const planned = await doctors.draft(patientId, { followUp: { on: dayFromNow(30) } });
    expect((await apply(planned, template.id)).data.applyTemplate.prescription.followUp).toEqual({ on: dayFromNow(30), note: null });
    expect((await entriesOf(world, practice.tenantId, 'Mutation.applyTemplate'))[0]!.records.sort()).toEqual([`prescription:${draft.id}`, `prescription-template:${template.id}`].sort());
  });

  it('is refused whole when a medicine is in use no longer, at its place, and where a draft would become too long', async () => {
    const drugs = new Drugs(world, practice.owner.token);
    const own = await drugs.add({ brand: 'Napadol Forte' });
    const template = await keep({ ...FEVER, items: [NAPADOL, { productId: own.id, dose: '5 ml tds ×5d' }] });
    await drugs.retire(own);
    const draft = await doctors.draft(patientId, { advice: ['Rest'] });
    expect(faultsOf(await apply(draft, template.id))).toEqual(['input.items.1.productId RETIRED']);
    expect(await doctors.get(draft.id)).toMatchObject({ version: 1, advice: ['Rest'], items: [] });
    expect((await list())[0]).toMatchObject({ uses: 0, content: { items: [{}, { drug: { name: 'Napadol Forte' } }] } });
    const full = await doctors.draft(patientId, { advice: Array.from({ length: 29 }, (_, index) => `Advice ${index}`) });
    expect(faultsOf(await apply(full, (await keep({ name: 'More', advice: ['a', 'b'] })).id))).toEqual(['input.advice TOO_MANY']);
  });

  it('is taken into drafts alone, against the version that was read', async () => {
    const { id } = await keep(FEVER);
    const draft = await doctors.draft(patientId, { advice: ['Rest'] });
    expect(conflictOf(await apply({ ...draft, version: 9 }, id))).toBe('STALE_VERSION');
    const signed = await doctors.sign(draft);
    expect(conflictOf(await apply(signed, id))).toBe('PRESCRIPTION_STATUS');
  });

  it('is listed by use, the most used first', async () => {
    const [rest, water] = [await keep({ kind: 'ADVICE', advice: ['Rest'] }), await keep({ kind: 'ADVICE', advice: ['পানি'] })];
    await keep({ kind: 'MEDICINE', items: [NAPADOL] });
    let draft = await doctors.draft(patientId);
    for (const { id } of [water, rest, water]) draft = { ...draft, ...(await apply(draft, id)).data.applyTemplate.prescription } as PrescriptionAnswer;
    expect((await list({ kind: 'ADVICE' })).map(({ id, uses, version }: { id: string; uses: number; version: number }) => [id, uses, version])).toEqual([[water.id, 2, 1], [rest.id, 1, 1]]);
  });

  it('is used by whoever drafts for the doctor, and changed by the doctor alone', async () => {
    const template = await keep(FEVER);
    expect((await list({ memberId: doctor.memberId }, assistant)).map(({ id }: { id: string }) => id)).toEqual([template.id]);
    const draft = await new Prescriptions(world, assistant, chamberId).draft(patientId, { doctorId: doctor.memberId });
    expect((await apply(draft, template.id, assistant)).data.applyTemplate.prescription.advice).toEqual(['Rest', 'প্রচুর পানি']);
    for (const answer of [await edit({ id: template.id, version: 1, name: 'Mine', advice: ['x'] }, assistant), await remove(template, assistant), await remove(template, practice.owner)]) expect(codeOf(answer)).toBe('NOT_FOUND');
    const elsewhere = await hire(world, practice, await openChamber(world, practice, 'Savar'), 'DOCTOR');
    expect(await list({ memberId: doctor.memberId }, elsewhere)).toEqual([]);
    const owners = await new Prescriptions(world, practice.owner, chamberId).draft(patientId);
    expect(codeOf(await apply(owners, template.id, practice.owner))).toBe('NOT_FOUND');
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    expect(codeOf(await keepAnswer(FEVER, nurse))).toBe('FORBIDDEN');
  });

  it('is written anew and deleted, against the version that was read', async () => {
    const template = await keep(FEVER);
    expect((await edit({ id: template.id, version: 1, name: 'Fever', advice: ['Rest'] })).data.editTemplate).toMatchObject({ name: 'Fever', version: 2, content: { complaints: [], items: [], advice: ['Rest'], followUp: null } });
    expect(conflictOf(await edit({ id: template.id, version: 1, name: 'Fever', advice: ['x'] }))).toBe('STALE_VERSION');
    expect(conflictOf(await remove(template))).toBe('STALE_VERSION');
    expect((await remove({ ...template, version: 2 })).data).toEqual({ deleteTemplate: true });
    expect(await list()).toEqual([]);
  });

  it('is kept from a prescription, whose follow-up is then told in days', async () => {
    const draft = await doctors.draft(patientId, { items: [NAPADOL], advice: ['Rest'], followUp: { on: dayFromNow(10) } });
    expect(await keep({ name: 'As that one', prescriptionId: draft.id })).toMatchObject({ name: 'As that one', content: { items: [{ drug: { name: 'Napadol 500 mg' } }], advice: ['Rest'] } });
    // Two in the morning at the chamber, when it is still the day before in UTC.
    const late = await doctors.draft(patientId, { advice: ['Rest'], followUp: { on: dayFromNow(30) } });
    await world.sql('superuser', "update clinic.prescriptions set drafted_at = ($2::date - 8 + time '20:00') at time zone 'UTC', version = version + 1 where id = $1", [late.id, dayFromNow(30)]);
    expect(await keep({ name: 'In a week', prescriptionId: late.id })).toMatchObject({ content: { followUp: { afterDays: 7 } } });
    expect(faultsOf(await keepAnswer({ name: 'Both', prescriptionId: draft.id, advice: ['x'] }))).toEqual(['input.prescriptionId EXACTLY_ONE']);
    expect(codeOf(await keepAnswer({ name: 'None', prescriptionId: randomUUID() }))).toBe('NOT_FOUND');
  });

  it('is kept once under one key, and so many at the most', async () => {
    const input = { kind: 'ADVICE', advice: ['Rest'], idempotencyKey: randomUUID() };
    expect(await keep(input)).toEqual(await keep(input));
    expect(conflictOf(await keepAnswer({ ...input, advice: ['Sleep'] }))).toBe('KEY_USED');
    await world.sql('superuser', `insert into clinic.prescription_templates (tenant_id, id, member_id, kind, content) select tenant_id, gen_random_uuid(), member_id, kind, content from clinic.prescription_templates, generate_series(1, 299)`);
    expect(faultsOf(await keepAnswer({ kind: 'ADVICE', advice: ['One more'] }))).toEqual(['input TOO_MANY']);
  });

  it('costs a bounded number of round trips, whatever it holds', async () => {
    const [small, large] = [await keep({ name: 'One', advice: ['Rest'] }), await keep({ name: 'Many', items: Array.from({ length: 20 }, () => NAPADOL) })];
    const trips: number[] = [];
    for (const { id } of [small, large]) {
      const draft = await doctors.draft(patientId);
      trips.push(toTheApp(await roundTripsOf(() => apply(draft, id))).length);
    }
    expect(trips).toEqual([4, 4]);
  });

  it('answers another practice as if it were not there', async () => {
    const template = await keep(FEVER);
    const other = await world.practice('Another');
    expect(await list({ memberId: doctor.memberId }, other.owner)).toEqual([]);
    for (const answer of [await edit({ id: template.id, version: 1, name: 'x', advice: ['x'] }, other.owner), await remove(template, other.owner)]) expect(codeOf(answer)).toBe('NOT_FOUND');
  });

  it('is amended with a difference that is told', async () => {
    const changes = async (id: string) => (await world.ok('query ($id: UUID!) { prescription(id: $id) { changes { kind part whatEn beforeEn afterEn afterBn } } }', { id }, doctor.token)).prescription.changes;
    const first = await doctors.sign(await doctors.draft(patientId, { items: [NAPADOL], advice: ['Rest'] }));
    expect(await changes(first.id)).toBeNull();
    const amendment = await doctors.amend(first, 'too little');
    expect(await changes(amendment.id)).toEqual([]);
    const edited = await doctors.edit(amendment, { items: [{ ...NAPADOL, dose: '1+1+1 ×5d' }], advice: ['Rest', 'Sleep'] });
    const told = await changes(edited.id);
    expect(told).toEqual([
      { kind: 'CHANGED', part: 'ITEMS', whatEn: 'Napadol 500 mg', beforeEn: '1 tablet in the morning and at night, after food, for 5 days; 10 tablets in all; with water', afterEn: '1 tablet in the morning, at noon and at night, after food, for 5 days; 15 tablets in all; with water', afterBn: '১টি ট্যাবলেট করে সকালে, দুপুরে ও রাতে, খাবারের পরে, ৫ দিন; মোট ১৫টি ট্যাবলেট; with water' },
      { kind: 'ADDED', part: 'ADVICE', whatEn: 'Sleep', beforeEn: null, afterEn: 'Sleep', afterBn: 'Sleep' },
    ]);
    expect(await changes((await doctors.sign(edited)).id)).toEqual(told);
    expect((await entriesOf(world, practice.tenantId, 'Query.prescription')).at(-1)!.records.sort()).toEqual([`prescription:${first.id}`, `prescription:${edited.id}`].sort());
  });
});

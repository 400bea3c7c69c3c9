import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PagePrinter, printLimits } from '../../src/platform/pages/page-printer.js';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { type ReadPage, readPages } from '../support/pages.js';
import { Patients } from '../support/patients.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const ITEM = { freeText: 'Napadol 500 mg tablet', dose: '1+0+1 ×5d', unit: 'TABLET', meal: 'AFTER_MEAL', route: 'ORAL', note: 'not on an empty stomach' };

const SAID = {
  complaints: ['fever for 3 days', 'কাশি'], examination: 'Temp 102 °F\nchest clear', diagnoses: [{ code: 'E11.9', text: 'since 2019' }], investigations: [{ name: 'CBC', note: 'platelets' }],
  items: [ITEM, { freeText: 'Oral saline', dose: '5 ml tds ×5d' }], advice: ['Drink water'], followUp: { on: '2026-12-31', note: 'with reports' },
};

describe('the page of a prescription', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let doctors: Prescriptions;
  let patients: Patients;
  let patientId: string;
  let mrn: string;

  beforeAll(async () => {
    world = await World.open({ SERVER_URL: 'http://clinic.example' });
    practice = await world.practice('Shapla Skin Centre');
    chamberId = await openChamber(world, practice, 'Uttara');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
    await license(world, practice.owner, doctor.memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    patients = new Patients(world, practice.owner.token);
    doctors = new Prescriptions(world, doctor, chamberId);
    ({ id: patientId, mrn } = await patients.register({ nameEn: 'Razia Begum', nameBn: 'রাজিয়া বেগম', birth: { date: '1970-06-15' }, sex: 'FEMALE' }) as unknown as { id: string; mrn: string });
  });
  afterAll(() => world.close());

  const fetch = (id: string, query = '', { token }: Pick<Person, 'token'> = doctor) =>
    world.app.inject({ method: 'GET', url: `/prescriptions/${id}/page.pdf${query}`, headers: { authorization: `Bearer ${token}` } });
  const print = async (id: string, query = ''): Promise<ReadPage[]> => {
    const answer = await fetch(id, query);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return readPages(answer.rawPayload);
  };
  const whole = (pages: ReadPage[]): string => pages.map(({ text }) => text).join(' ');
  const signed = async (input: object = SAID, whom = patientId): Promise<PrescriptionAnswer> => doctors.sign(await doctors.draft(whom, input));
  /** What stands between the words of a page, one after the other. */
  const inOrder = (text: string, words: string[]): void => {
    let at = 0;
    for (const word of words) {
      const found = text.indexOf(word, at);
      if (found < 0) throw new Error(`${word} is not after the others in: ${text}`);
      at = found + word.length;
    }
  };

  it('says in English what was signed, from the head to the foot, with a code that leads to its verification', async () => {
    const prescription = await signed();
    const answer = await fetch(prescription.id, '?language=en');
    expect(answer.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-disposition': `inline; filename=${prescription.number}.pdf` });
    const [page, ...others] = await readPages(answer.rawPayload);
    expect(others).toEqual([]);
    expect(page!.size).toEqual([595, 842]);
    inOrder(page!.text, [
      'Rokeya Akter', 'Registration no. BMDC A-00009', 'Shapla Skin Centre', 'Uttara', 'Name', 'Razia Begum', 'Age', 'years', 'Sex', 'Female', mrn, 'Date', prescription.number!,
      'Complaints', 'fever for 3 days', 'কাশি', 'On examination', 'Temp 102 °F', 'chest clear', 'Diagnosis', 'Type 2 diabetes (E11.9) – since 2019', 'Investigations', 'CBC – platelets',
      '1.', 'Napadol 500 mg tablet', '1+0+1 ×5d', '1 tablet in the morning and at night, after food, for 5 days', 'By mouth', 'Quantity: 10 tablets', 'not on an empty stomach',
      '2.', 'Oral saline', '5 ml tds ×5d', '5 ml 3 times a day, for 5 days', 'Quantity: 75 ml', '2 medicines in all', 'Advice', 'Drink water', 'Come again', '31 December 2026 – with reports', 'Not checked', 'Napadol 500 mg tablet', 'Oral saline',
      'verify', 'SHA-256', prescription.signature!.hash.slice(0, 16), 'Signed electronically', `${prescription.number}  ·  Page 1 / 1`.replace(/\s+/g, ' '),
    ]);
    expect(page!.text).not.toContain('রাজিয়া');
    expect(page!.qr).toMatch(/^http:\/\/clinic\.example\/rx\/[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(page!.text).toContain(page!.qr!.split('/rx/')[1]!.match(/.{1,4}/g)!.join('-'));
    const verified = await world.app.inject({ method: 'GET', url: new URL(page!.qr!).pathname, headers: { accept: 'text/html' } });
    expect([verified.statusCode, verified.body]).toEqual([200, expect.stringContaining(prescription.number!)]);
  });

  it('says it in Bangla, and in both languages, on the smaller paper too', async () => {
    const { id } = await signed();
    const [bangla] = await print(id, '?language=bn&paper=a5');
    expect(bangla!.size).toEqual([420, 595]);
    inOrder(bangla!.text, ['নাম', 'রাজিয়া বেগম', 'বয়স', 'বছর', 'লিঙ্গ', 'নারী', 'উপসর্গ', 'শারীরিক পরীক্ষা', '১টি ট্যাবলেট করে সকালে ও রাতে, খাবারের পরে, ৫ দিন', 'মুখে', 'পরিমাণ', '১০টি ট্যাবলেট', 'মোট ২টি ওষুধ', 'আবার আসবেন', '৩১ ডিসেম্বর'].map((words) => words.normalize('NFC')));
    expect(bangla!.text).not.toContain('in the morning');
    expect(bangla!.qr).toContain('/rx/');
    const [both] = await print(id);
    inOrder(both!.text, ['রাজিয়া বেগম / Razia Begum', 'নারী / Female', '১টি ট্যাবলেট করে সকালে ও রাতে', '1 tablet in the morning and at night', 'Quantity', 'Advice'].map((words) => words.normalize('NFC')));
  });

  it('names a product of the catalogue by brand and generic', async () => {
    const { searchDrugs: [found] } = await world.ok('{ searchDrugs(text: "paracetamol 500 mg tablet", first: 1) { product { id brand generic strength } } }', {}, doctor.token);
    const { id } = await signed({ items: [{ productId: found.product.id, dose: '1+1+1 ×5d' }] });
    inOrder((await print(id, '?language=en'))[0]!.text, [found.product.brand, '500 mg', 'tablet', 'Paracetamol', '1+1+1 ×5d', 'Quantity: 15 tablets']);
  });

  it('keeps saying what was signed after the practice, the doctor and the patient changed', async () => {
    const { id: whom, version } = await patients.register({ nameEn: 'Amena Begum' }) as unknown as { id: string; version: number };
    const { id } = await signed(SAID, whom);
    await world.ok('mutation ($id: UUID!, $version: Int!, $input: EditPatientInput!) { editPatient(id: $id, version: $version, input: $input) { patient { id } } }', { id: whom, version, input: { nameEn: 'Somebody Else' } }, practice.owner.token);
    const [page] = await print(id, '?language=en');
    expect(page!.text).toContain('Amena Begum');
    expect(page!.text).not.toContain('Somebody Else');
  });

  it('marks what is not in force, and gives a draft no code', async () => {
    const draft = await doctors.draft(patientId, SAID);
    const [unsigned] = await print(draft.id, '?language=en');
    expect(unsigned).toMatchObject({ qr: null, text: expect.stringContaining('DRAFT – not valid') });
    expect(unsigned!.text).toContain('Not signed');
    const first = await doctors.sign(draft);
    expect((await print(first.id, '?language=en'))[0]!.text).not.toContain('not valid');
    const second = await doctors.sign(await doctors.amend(first, 'dose was too low'));
    const [superseded] = await print(first.id, '?language=en');
    expect(superseded!.text).toContain('SUPERSEDED – not valid any more');
    expect(superseded!.text).toContain(`In its place holds ${second.number}`);
    expect((await print(second.id, '?language=en'))[0]!.text).toContain(`In place of ${first.number}`);
    await doctors.cancelAnswer(second, 'written for another patient');
    expect((await print(second.id, '?language=bn'))[0]!.text).toContain('বাতিল – বৈধ নয়'.normalize('NFC'));
    const discarded = await doctors.draft(patientId, SAID);
    await doctors.discardAnswer(discarded);
    expect((await fetch(discarded.id)).json()).toMatchObject({ errors: [{ extensions: { code: 'CONFLICT', reason: 'PRESCRIPTION_STATUS', status: 'DISCARDED' } }] });
  });

  it('is one prescription on as many pages as it takes, each with its number, its signature and its code', async () => {
    const prescription = await signed({ ...SAID, items: Array.from({ length: 30 }, (_, index) => ({ ...ITEM, freeText: `Medicine ${index + 1} of thirty` })) });
    const pages = await print(prescription.id, '?paper=a5');
    expect(pages.length).toBeGreaterThan(2);
    pages.forEach(({ text, qr }, index) => {
      expect(text).toContain(`${prescription.number} ·`);
      expect(text).toContain(`Page ${index + 1} / ${pages.length}`);
      expect(text).toContain('Signed electronically');
      expect(qr).toBe(pages[0]!.qr);
      expect(text).toMatch(/Medicine \d|Advice|could not be checked/);
    });
    inOrder(whole(pages), Array.from({ length: 30 }, (_, index) => `${index + 1}. Medicine ${index + 1} of thirty`));
  });

  describe('with hostile text', () => {
    const HOSTILE = ['#panic("x") #read("/etc/passwd")', '$ x^2 $ *bold* _it_ `raw` = head', '\\ \\u{41} \\" </svg> <a> @x {"a":1} ${1}', '- list // no /* comment */ ~ --- "quotes"'];

    it('prints it as it was written', async () => {
      const { id } = await signed({ complaints: HOSTILE, examination: HOSTILE.join('\n'), items: HOSTILE.map((freeText) => ({ ...ITEM, freeText, note: freeText })), advice: HOSTILE });
      const text = whole(await print(id, '?language=en'));
      for (const each of HOSTILE) expect(text.replace(/\s/g, '').split(each.replace(/\s/g, '')).length - 1).toBe(6);
    });

    it('breaks words that are wider than their column, and leaves nothing out', async () => {
      const word = 'Abc'.repeat(100);
      const { id: whom } = await patients.register({ nameEn: 'W'.repeat(200), nameBn: 'ক্ষ্ম'.repeat(30) });
      const { id } = await signed({ complaints: [word], examination: 'x'.repeat(5000), diagnoses: [{ text: word }], items: [{ ...ITEM, freeText: 'Z'.repeat(200), note: 'm'.repeat(500) }], advice: Array.from({ length: 30 }, () => word) }, whom);
      for (const paper of ['a4', 'a5']) {
        const pages = await print(id, `?paper=${paper}`);
        const text = whole(pages).replace(/\s/g, '');
        expect(text.split(word).length - 1).toBeGreaterThanOrEqual(28);
        expect(text).toContain('Z'.repeat(200));
        // A reader of text gives what lies beyond the paper, too. The last letter of a line may stand out a little.
        const marginMm = paper === 'a5' ? 9 : 15;
        for (const { size: [width], reach } of pages) expect(reach).toBeLessThan(width - ((marginMm - 2) / 25.4) * 72);
      }
    });

    it('names characters that no font has, sets emoji, and keeps text from right to left to itself', async () => {
      const { id: whom } = await patients.register({ nameEn: 'محمد يوسف' });
      const { id } = await signed({ complaints: ['中 fever 😀', 'é ḥ α β μg ≥ 3 → ⅓', 'عربي 5 mg'], items: [ITEM] }, whom);
      const text = whole(await print(id, '?language=en'));
      expect(text).toContain('‹U+4E2D› fever 😀');
      expect(text).toContain('é ḥ α β μg ≥ 3 → ⅓');
      expect(text).toContain('محمد يوسف');
    });
  });

  describe('for whom', () => {
    it('is whoever may read prescriptions, and is in the trail as printed before it leaves', async () => {
      const { id } = await signed();
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
      expect((await fetch(id, '', nurse)).statusCode).toBe(200);
      expect((await entriesOf(world, practice.tenantId, 'GET /prescriptions/:id/page.pdf')).at(-1)).toMatchObject({ action: 'PRINTED', outcome: 'SUCCESS', actor_member_id: nurse.memberId, records: [`prescription:${id}`] });
      const refused = await fetch(id, '', receptionist);
      expect([refused.statusCode, refused.json().errors[0].extensions]).toMatchObject([403, { code: 'FORBIDDEN', permission: 'prescriptions:read' }]);
      expect((await entriesOf(world, practice.tenantId, 'GET /prescriptions/:id/page.pdf')).at(-1)).toMatchObject({ action: 'PRINTED', outcome: 'DENIED', actor_member_id: receptionist.memberId });
      expect((await world.app.inject({ method: 'GET', url: `/prescriptions/${id}/page.pdf` })).statusCode).toBe(401);
    });

    it('answers another practice, and an id of nothing, as if nothing were there', async () => {
      const { id } = await signed();
      const other = await world.practice('Another');
      for (const answer of [await fetch(id, '', other.owner), await fetch(randomUUID()), await fetch('x')]) expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
    });

    it('names the part of the address that it does not understand', async () => {
      const { id } = await signed();
      const answer = await fetch(id, '?language=fr&paper=letter');
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['language'], reason: 'IS_IN' }, { path: ['paper'], reason: 'IS_IN' }] });
    });
  });

  describe('being printed', () => {
    it('holds up no other request, and is refused when too many wait', async () => {
      const { id } = await signed();
      let printed = 0;
      const pages = Array.from({ length: 20 }, () => fetch(id).then((answer) => (printed++, answer)));
      const others = await Promise.all(Array.from({ length: 5 }, () => doctors.get(id)));
      expect(others.every((other) => other.id === id)).toBe(true);
      expect(printed).toBeLessThan(20);
      expect((await Promise.all(pages)).map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 20 }, () => 200));

      const answers = await Promise.all(Array.from({ length: printLimits.waiting + 30 }, () => fetch(id)));
      const refused = answers.filter(({ statusCode }) => statusCode !== 200);
      expect(refused.length).toBeGreaterThan(0);
      for (const answer of refused) expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
      expect((await fetch(id)).statusCode).toBe(200);
    });

    it('keeps nobody of another practice waiting for all that one prints', async () => {
      const { id } = await signed();
      const another = await world.practice('Padma Clinic');
      const theirChamber = await openChamber(world, another, 'Banani');
      await license(world, another.owner, another.owner.memberId, '2999-12-31');
      const theirs = await new Prescriptions(world, another.owner, theirChamber).draft((await new Patients(world, another.owner.token).register({ nameEn: 'Amena Begum' })).id, { advice: ['rest'] });
      let printed = 0;
      const pages = Array.from({ length: printLimits.ofPractice }, () => fetch(id).then((answer) => (printed++, answer)));
      await Promise.race(pages);
      expect((await fetch(theirs.id, '', another.owner)).statusCode).toBe(200);
      expect(printed).toBeLessThan(printLimits.ofPractice);
      expect((await Promise.all(pages)).every(({ statusCode }) => statusCode === 200)).toBe(true);
    });

    it('is ended when it takes too long, and the next one is printed', async () => {
      const endless = '#for a in range(9999) { for b in range(9999) { let root = calc.sqrt(a + b) } }';
      const printer = new PagePrinter();
      printer.onModuleInit();
      try {
        // As many as there are processors would keep every process busy.
        const tries = Array.from({ length: availableParallelism() }, () => printer.typeset(endless, {}, 1).catch((error: unknown) => error));
        for (const refused of await Promise.all(tries)) expect(refused).toMatchObject({ code: 'UNAVAILABLE', cause: { name: 'TimeoutError' } });
        expect((await printer.typeset('Hello', {})).subarray(0, 5).toString()).toBe('%PDF-');
      } finally {
        await printer.beforeApplicationShutdown();
      }
    });

    it('ends with the server', async () => {
      const printer = new PagePrinter();
      printer.onModuleInit();
      await printer.beforeApplicationShutdown();
      await expect(printer.print('Hello', {}, 'a practice')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });
});

describe('a server without a font of pages', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-fonts-'));

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('does not start, and tells which one', () => {
    cpSync('dist', join(directory, 'dist'), { recursive: true });
    cpSync('package.json', join(directory, 'package.json'));
    mkdirSync(join(directory, 'node_modules'));
    for (const name of readdirSync('node_modules')) if (name !== 'dejavu-fonts-ttf') symlinkSync(resolve('node_modules', name), join(directory, 'node_modules', name));
    // What the server does as it starts, for which it needs no database.
    const start = `const { PagePrinter } = await import('./dist/src/platform/pages/page-printer.js'); new PagePrinter().onModuleInit();`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', start], { cwd: directory, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')]);
  });
});

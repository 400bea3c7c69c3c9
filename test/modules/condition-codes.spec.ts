import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { icd10CommonCodes } from '../../migrations/icd10-common-codes.js';
import { SEARCH_CODES } from '../../src/terminology/condition-codes.reader.js';
import { loadConfig } from '../../src/config.js';
import { importIcd10File } from '../../src/operator/commands.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { type Practice, World } from '../support/world.js';

const SEARCH = 'query ($text: String!, $first: Int) { searchConditionCodes(text: $text, first: $first) { code title titleBn } }';

describe('codes of conditions', () => {
  let world: World;
  let practice: Practice;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
  });
  afterAll(() => world.close());

  const search = async (text: string, first?: number): Promise<Array<{ code: string; title: string; titleBn: string | null }>> =>
    (await world.ok(SEARCH, { text, first }, practice.owner.token)).searchConditionCodes;
  const found = async (text: string, first?: number): Promise<string[]> => (await search(text, first)).map(({ code }) => code);

  describe('that the product brings along', () => {
    it('are at least 400, each once, as it is written, with a label in both languages', () => {
      expect(icd10CommonCodes.length).toBeGreaterThanOrEqual(400);
      expect(new Set(icd10CommonCodes.map(([code]) => code)).size).toBe(icd10CommonCodes.length);
      expect(new Set(icd10CommonCodes.map(([, title]) => title)).size).toBe(icd10CommonCodes.length);
      for (const [code, title, titleBn] of icd10CommonCodes) {
        expect([code, /^[A-Z]\d\d(\.\d)?$/.test(code), title.trim() === title && title.length > 0, /\p{Script=Bengali}/u.test(titleBn)]).toEqual([code, true, true, true]);
      }
    });

    it('are found under every word of theirs', async () => {
      const rows = await world.sql<{ codes: number }>('superuser', 'select count(distinct code)::integer as codes from reference.icd10_words');
      expect(rows).toEqual([{ codes: icd10CommonCodes.length }]);
    });
  });

  describe('while somebody types', () => {
    it.each([
      ['E11.9', 'E11.9'], ['e119', 'E11.9'], ['E১১.৯', 'E11.9'], ['dengue', 'A90'], ['ডেঙ্গু', 'A90'], ['typho', 'A01.0'], ['টাইফয়', 'A01.0'], ['hypertension', 'I10'], ['HTN', 'I10'], ['bp', 'I10'],
      ['type 2 dia', 'E11.9'], ['dia 2', 'E11.9'], ['fever', 'R50.9'], ['জ্বর', 'R50.9'], ['ringworm body', 'B35.4'], ['anemia iron', 'D50.9'], ['graves', 'E05.0'], ['uti', 'N39.0'], ['tb spine', 'A18.0'], ['COVID-19', 'U07.1'],
    ])('%j comes first to %s', async (text, code) => {
      expect((await found(text))[0]).toBe(code);
    });

    it('the beginning of a code gives all that begin so, in order', async () => {
      expect(await found('e11')).toEqual(['E11.2', 'E11.3', 'E11.4', 'E11.5', 'E11.6', 'E11.9']);
      expect(await found('I1')).toEqual(['I10', 'I11.9', 'I12.9']);
    });

    it('each further letter narrows it, and every word must fit', async () => {
      expect(await found('diab', 50)).toEqual(expect.arrayContaining(await found('diabetes eye', 50)));
      expect(await found('diabetes eye')).toEqual(['E11.3']);
      expect(await found('diabetes zebra')).toEqual([]);
    });

    it('gives both labels, and as many as asked for', async () => {
      expect(await search('A90')).toEqual([{ code: 'A90', title: 'Dengue fever', titleBn: 'ডেঙ্গু জ্বর' }]);
      expect(await found('a', 3)).toHaveLength(3);
      expect(await found('a')).toHaveLength(20);
    });

    it.each(['', '   ', '-', '%', '_', '\'; drop table reference.icd10_codes; --x', '\\', 'zzzz', '\u{10FFFF}'])('%j finds nothing and harms nothing', async (text) => {
      expect(await found(text)).toEqual([]);
    });

    it('refuses what is too long or too much', async () => {
      const refused = async (variables: object) => faultsOf(await world.graphql(SEARCH, { ...variables }, practice.owner.token));
      expect(await refused({ text: 'x'.repeat(101) })).toEqual(['text MAX_LENGTH']);
      expect(await refused({ text: 'x', first: 51 })).toEqual(['first MAX']);
      expect(await refused({ text: 'x', first: 0 })).toEqual(['first MIN']);
    });

    it('is for every member, and for nobody else', async () => {
      const assistant = await hire(world, practice, await openChamber(world, practice, 'Uttara'), 'ASSISTANT');
      expect((await world.ok(SEARCH, { text: 'A90' }, assistant.token)).searchConditionCodes).toHaveLength(1);
      expect(codeOf(await world.graphql(SEARCH, { text: 'A90' }))).toBe('UNAUTHENTICATED');
    });

    it('is one round trip, and one for its entry', async () => {
      expect((await roundTripsOf(() => found('fever'))).map(({ connection }) => connection)).toEqual(['sinduk app', 'sinduk audit']);
    });
  });

  describe('from a full list', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sinduk-icd10-'));
    afterAll(() => rmSync(directory, { recursive: true }));

    const importList = async (text: string, version = '2026'): Promise<string> => {
      const file = join(directory, 'list.csv');
      writeFileSync(file, text);
      const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DATA_DIR: directory });
      let said = '';
      await importIcd10File(config, [file, '--version', version], (line) => (said = line));
      return said;
    };
    const everything = () => world.sql('superuser', `select c.*, (select array_agg(w.word order by w.word) from reference.icd10_words w where w.code = c.code) as words from reference.icd10_codes c order by c.code`);

    it('nothing is taken while one line is at fault, and every fault is told', async () => {
      const before = await everything();
      await expect(importList('code,title\nA90,Dengue fever\nA9,Nothing\nA91\n')).rejects.toThrow('The list has 2 faults:\n  line 3: code NOT_A_CODE\n  line 4: has 1 columns instead of 2');
      await expect(importList('code,title\nA90,Dengue fever\n', ' ')).rejects.toThrow('needs one file and --version');
      expect(await everything()).toEqual(before);
    });

    it('codes are added and renamed, those missing retire, and what the product knew of them stays', async () => {
      const total = icd10CommonCodes.length;
      const list = 'code,title,title_bn\nA90,Dengue fever [classical],\nA01.00,"Typhoid fever, unspecified",টাইফয়েড\nW5621XA,"Bitten by orca, initial encounter",\n';
      expect(await importList(list)).toBe(`3 codes of 2026: 2 added, 1 updated, ${total - 1} retired.`);
      expect(await search('dengue')).toEqual([{ code: 'A90', title: 'Dengue fever [classical]', titleBn: 'ডেঙ্গু জ্বর' }]);
      expect(await found('ns1')).toEqual(['A90']);
      expect(await found('orca')).toEqual(['W56.21XA']);
      expect(await found('টাইফয়েড')).toEqual(['A01.00']);
      for (const gone of ['I10', 'hypertension', 'উচ্চ রক্তচাপ']) expect(await found(gone)).toEqual([]);
      expect(await world.sql('superuser', `select count(*)::integer as kept from reference.icd10_codes where retired_at is not null`)).toEqual([{ kept: total - 1 }]);
    });

    it('the same list again changes nothing, and a retired code comes back with a list that has it', async () => {
      const list = 'code,title\nA90,Dengue\nI10,Hypertension\n';
      await importList(list, '2027');
      const before = await everything();
      expect(await importList(list, '2027')).toBe('2 codes of 2027: 0 added, 0 updated, 0 retired.');
      expect(await everything()).toEqual(before);
      expect(await found('HTN')).toEqual(['I10']);
    });

    it('tens of thousands of codes are searched by indexes', async () => {
      const codes = Array.from({ length: 26_000 }, (_, i) => `${String.fromCharCode(65 + (i % 26))}${String(Math.floor(i / 26)).padStart(3, '0')}`);
      await importList(`code,title\nA90,Dengue fever\n${codes.map((code, i) => `${code},Disorder ${i} of the ${i % 2 ? 'left' : 'right'} organ`).join('\n')}\n`, 'many');
      await world.sql('superuser', 'analyze reference.icd10_codes, reference.icd10_words');
      expect(await found('dengue')).toEqual(['A90']);
      expect(await found('left organ', 50)).toHaveLength(50);
      const plan = await world.sql<{ 'QUERY PLAN': string }>('superuser', `explain ${SEARCH_CODES}`, ['A90', ['dengue', 'fev'], 'dengue', 20, 'dengue fev']);
      expect(plan.map((line) => line['QUERY PLAN']).filter((line) => line.includes('Seq Scan'))).toEqual([]);
    });

    it('the import is in the installation’s trail', async () => {
      const rows = await world.sql<{ operation: string }>('superuser', `select operation from audit.entries where operation = 'operator.importIcd10'`);
      expect(rows.length).toBeGreaterThanOrEqual(4);
    });
  });
});

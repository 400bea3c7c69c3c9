import fc from 'fast-check';
import { contentChanges } from './content-changes.js';
import type { PrescribedItem, PrescriptionContent } from './prescription-content.js';

const EMPTY: PrescriptionContent = { complaints: [], examination: null, diagnoses: [], investigations: [], items: [], advice: [], followUp: null };

const text = fc.constantFrom('fever', 'cough', 'CBC', 'rest', 'পানি');
const note = fc.option(text);
const lines = fc.array(text, { maxLength: 4 });
const items: fc.Arbitrary<PrescribedItem> = fc.record({
  id: fc.uuid(),
  drug: fc.oneof(
    fc.record({ kind: fc.constant('FREE' as const), text }),
    fc.constantFrom('5f0d9c7e-0000-4000-8000-000000000001', '5f0d9c7e-0000-4000-8000-000000000002').map((productId) => ({
      kind: 'PRODUCT' as const, productId, brand: `Napadol ${productId.slice(-1)}`, brandBn: null, generic: 'Paracetamol', strength: '500 mg', form: 'TABLET' as const, ingredients: [] })),
  ),
  dose: fc.constantFrom('1+0+1 ×5d', '1+1+1 ×5d', '1 sos'), unit: fc.constant('TABLET' as const), meal: fc.constantFrom(null, 'AFTER_MEAL' as const), route: fc.constantFrom(null, 'ORAL' as const),
  quantity: fc.constantFrom(null, '10', '7.5'), packs: fc.constant(null), note,
});
const contents: fc.Arbitrary<PrescriptionContent> = fc.record({
  complaints: lines, examination: note,
  diagnoses: fc.array(fc.record({ coded: fc.option(fc.constantFrom('E11.9', 'I10').map((code) => ({ system: 'ICD-10', code, title: `Title of ${code}`, titleBn: null }) as never)), text: note }), { maxLength: 3 }),
  investigations: fc.array(fc.record({ name: text, note }), { maxLength: 3 }),
  items: fc.array(items, { maxLength: 4 }), advice: lines, followUp: fc.option(fc.record({ on: fc.constantFrom('2026-12-01', '2026-12-31'), note })),
});

const withoutIds = (content: PrescriptionContent) => ({ ...content, items: content.items.map(({ id: _, ...item }) => item) });
const item = (drug: string, dose: string, more: Partial<PrescribedItem> = {}): PrescribedItem => ({ id: 'x', drug: { kind: 'FREE', text: drug }, dose, unit: 'TABLET', meal: null, route: null, quantity: null, packs: null, note: null, ...more });
const changed = (before: Partial<PrescriptionContent>, after: Partial<PrescriptionContent>) => contentChanges({ ...EMPTY, ...before }, { ...EMPTY, ...after });

describe('the difference between two versions of a prescription', () => {
  it('is none between a content and itself, whatever the ids of its items', () => {
    fc.assert(fc.property(contents, (content) => {
      expect(contentChanges(content, { ...content, items: content.items.map((one) => ({ ...one, id: 'another' })) })).toEqual([]);
    }));
  });

  it('is told whenever, and only when, the two say something else', () => {
    fc.assert(fc.property(contents, contents, (before, after) => {
      const differ = JSON.stringify(withoutIds(before)) !== JSON.stringify(withoutIds(after));
      expect(contentChanges(before, after).length > 0).toBe(differ);
    }), { numRuns: 500 });
    fc.assert(fc.property(contents, fc.integer(), (before, seed) => {
      const turn = <T>(list: T[]): T[] => [...list.slice(Math.abs(seed) % (list.length || 1)), ...list.slice(0, Math.abs(seed) % (list.length || 1))];
      const after = { ...before, items: turn(before.items), advice: turn(before.advice) };
      expect(contentChanges(before, after).length > 0).toBe(JSON.stringify(withoutIds(before)) !== JSON.stringify(withoutIds(after)));
    }), { numRuns: 500 });
  });

  it('counts up: what was there, less what was removed, with what was added, is what is there', () => {
    fc.assert(fc.property(contents, contents, (before, after) => {
      const changes = contentChanges(before, after);
      for (const part of ['complaints', 'diagnoses', 'investigations', 'items', 'advice'] as const) {
        const count = (kind: string) => changes.filter((one) => one.part === part && one.kind === kind).length;
        expect(before[part].length - count('REMOVED') + count('ADDED')).toBe(after[part].length);
      }
    }));
  });

  it('is the same the other way round, with what was added removed', () => {
    const opposite = { ADDED: 'REMOVED', REMOVED: 'ADDED', CHANGED: 'CHANGED', MOVED: 'MOVED' };
    fc.assert(fc.property(contents, contents, (before, after) => {
      const kinds = (changes: ReturnType<typeof contentChanges>) => changes.filter(({ kind }) => kind !== 'MOVED').map(({ kind, part }) => `${part} ${kind}`).sort();
      expect(kinds(contentChanges(after, before)).map((one) => one.replace(/\w+$/, (kind) => opposite[kind as 'ADDED'])).sort()).toEqual(kinds(contentChanges(before, after)));
    }));
  });

  it('tells a medicine that is taken otherwise in sentences of both languages', () => {
    expect(changed({ items: [item('Napadol', '1+0+1 ×5d', { meal: 'AFTER_MEAL' })] }, { items: [item('Napadol', '1+1+1 ×5d', { meal: 'AFTER_MEAL', route: 'ORAL', quantity: '15', note: 'with water' })] })).toEqual([{
      kind: 'CHANGED', part: 'items', what: { en: 'Napadol', bn: 'Napadol' },
      before: { en: '1 tablet in the morning and at night, after food, for 5 days', bn: '১টি ট্যাবলেট করে সকালে ও রাতে, খাবারের পরে, ৫ দিন' },
      after: { en: '1 tablet in the morning, at noon and at night, after food, for 5 days; By mouth; 15 tablets in all; with water', bn: '১টি ট্যাবলেট করে সকালে, দুপুরে ও রাতে, খাবারের পরে, ৫ দিন; মুখে; মোট ১৫টি ট্যাবলেট; with water' },
    }]);
  });

  it('matches medicines by what they are, and those that are alike first by what did not change, then by their order', () => {
    const [a, b, c] = [item('Napadol', '1+0+1 ×5d'), item('Napadol', '1 sos'), item('Zolam', '0+0+1 ×7d')];
    expect(changed({ items: [a, b, c] }, { items: [b, c] })).toMatchObject([{ kind: 'REMOVED', before: { en: expect.stringContaining('in the morning') } }]);
    expect(changed({ items: [a, b] }, { items: [item('Napadol', '1+1+1 ×5d'), b] })).toMatchObject([{ kind: 'CHANGED', before: { en: expect.stringContaining('in the morning and at night') } }]);
    expect(changed({ items: [a, c] }, { items: [c, a] })).toEqual([{ kind: 'MOVED', part: 'items', what: { en: 'Zolam; Napadol', bn: 'Zolam; Napadol' }, before: { en: 'Napadol; Zolam', bn: 'Napadol; Zolam' }, after: { en: 'Zolam; Napadol', bn: 'Zolam; Napadol' } }]);
    expect(changed({ items: [a] }, { items: [c] }).map(({ kind }) => kind)).toEqual(['REMOVED', 'ADDED']);
  });

  it('tells of each part', () => {
    expect(changed({ complaints: ['fever'], followUp: { on: '2026-12-01', note: null } }, { complaints: ['cough'], examination: 'clear', investigations: [{ name: 'CBC', note: 'platelets' }], followUp: { on: '2026-12-08', note: 'with reports' } })
      .map(({ kind, part, before, after }) => [kind, part, before?.en, after?.en])).toEqual([
      ['REMOVED', 'complaints', 'fever', undefined], ['ADDED', 'complaints', undefined, 'cough'], ['ADDED', 'examination', undefined, 'clear'],
      ['ADDED', 'investigations', undefined, 'CBC (platelets)'], ['CHANGED', 'followUp', '2026-12-01', '2026-12-08 (with reports)'],
    ]);
  });
});

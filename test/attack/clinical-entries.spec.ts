import { converse, verdict } from '../contract/conversation.js';
import { type Seeded, seedPractice } from '../contract/two-practices.js';
import { World } from '../support/world.js';

const NO_RIGHT = '42501';
const KEPT = 'SK030';
const INCOMPLETE = '23514';

describe('a clinical entry', () => {
  let world: World;
  let practice: Seeded;
  let tables: string[];

  beforeAll(async () => {
    world = await World.shared();
    practice = await seedPractice(world, 'Shapla Chamber');
    const rows = await world.sql<{ name: string }>('superuser', `select tgrelid::regclass::text as name from pg_trigger where tgname = 'keep_entry' order by 1`);
    tables = rows.map(({ name }) => name);
  });
  afterAll(() => world.close());

  // An entry that stands and one in error.
  const idsIn = async (table: string): Promise<{ standing: string; inError: string }> => {
    const rows = await world.sql<{ id: string; status: string }>('superuser', `select id, status from ${table} where tenant_id = $1`, [practice.tenantId]);
    const [standing, inError] = ['ACTIVE', 'ENTERED_IN_ERROR'].map((status) => rows.find((row) => row.status === status)?.id);
    if (!standing || !inError) throw new Error(`the practice has too few entries in ${table}`);
    return { standing, inError };
  };

  // Documents have a keeper of their own, which their suite attacks.
  it('is kept by the trigger in every table that has entries', async () => {
    const rows = await world.sql<{ name: string }>('superuser', `
      select c.oid::regclass::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'error_reason' where c.relkind = 'r'
        and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'keep_document') order by 1`);
    expect(tables).toEqual(rows.map(({ name }) => name));
    expect(tables.length).toBeGreaterThan(1);
  });

  it('cannot be rewritten, forged or deleted by whoever has taken over the application', async () => {
    await converse(world, 'app', practice.owner, async (ask) => {
      for (const table of tables) {
        const { standing, inError } = await idsIn(table);
        const change = (set: string, id = standing) => verdict(ask, `update ${table} set ${set} where tenant_id = '${practice.tenantId}' and id = '${id}'`);
        const insert = (column: string, value: string) => verdict(ask, `insert into ${table} (tenant_id, id, patient_id, content, ${column})
          select tenant_id, gen_random_uuid(), patient_id, content, ${value} from ${table} where id = '${standing}'`);
        expect({
          table,
          delete: await verdict(ask, `delete from ${table} where id = '${standing}'`),
          truncate: await verdict(ask, `truncate ${table}`),
          content: await change(`content = content`),
          author: await change(`recorded_by = '${practice.nurse.memberId}'`),
          time: await change(`recorded_at = now() - interval '1 day'`),
          insertedAuthor: await insert('recorded_by', `'${practice.nurse.memberId}'::uuid`),
          insertedTime: await insert('recorded_at', 'now()'),
          insertedStatus: await insert('status', `'ENTERED_IN_ERROR'`),
          marker: await change(`error_by = '${practice.nurse.memberId}'`),
          uncounted: await change(`status = 'ENTERED_IN_ERROR', error_reason = content`),
          unreasoned: await change(`status = 'ENTERED_IN_ERROR', version = version + 1`),
          reasonWithoutError: await change('error_reason = content'),
          unmarked: await change(`status = 'ACTIVE', error_reason = null, version = version + 1`, inError),
          anotherReason: await change('error_reason = content', inError),
          countedOn: await change('version = version + 1', inError),
        }).toEqual({
          table, delete: NO_RIGHT, truncate: NO_RIGHT, content: NO_RIGHT, author: NO_RIGHT, time: NO_RIGHT, insertedAuthor: NO_RIGHT, insertedTime: NO_RIGHT, insertedStatus: NO_RIGHT,
          marker: NO_RIGHT, uncounted: KEPT, unreasoned: INCOMPLETE, reasonWithoutError: KEPT, unmarked: KEPT, anotherReason: KEPT, countedOn: KEPT,
        });
        // What a merge does is no rewriting, and what is meant to work does.
        expect([table, await change('patient_id = patient_id'), await change('patient_id = patient_id', inError)]).toEqual([table, 'ACCEPTED', 'ACCEPTED']);
        expect([table, await change(`status = 'ENTERED_IN_ERROR', error_reason = content, version = version + 1`)]).toEqual([table, 'ACCEPTED']);
      }
    });
  });

  it('in error stands again for nobody, not even for the database’s owner', async () => {
    await converse(world, 'owner', practice.owner, async (ask) => {
      for (const table of tables) {
        const { inError } = await idsIn(table);
        const change = (set: string) => verdict(ask, `update ${table} set ${set} where tenant_id = '${practice.tenantId}' and id = '${inError}'`);
        expect([table, await change(`status = 'ACTIVE', error_by = null, error_at = null, error_reason = null, version = version + 1`), await change(`error_at = now() + interval '1 day'`)]).toEqual([table, KEPT, KEPT]);
        // A new seal is no change.
        expect([table, await change('content = content || content, error_reason = error_reason || error_reason')]).toEqual([table, 'ACCEPTED']);
      }
    });
  });

  it('names the member who entered the practice as its author, whoever the application says it is', async () => {
    await converse(world, 'app', practice.nurse, async (ask) => {
      await ask(`insert into clinic.allergies (tenant_id, id, patient_id, content, clinical_status, verification) values ($1, $2, $3, 'x', 'ACTIVE', 'CONFIRMED')`,
        [practice.tenantId, practice.nurse.memberId, practice.patientId]);
      await ask(`update clinic.allergies set status = 'ENTERED_IN_ERROR', error_reason = 'x', version = 2 where tenant_id = $1 and id = $2`, [practice.tenantId, practice.nurse.memberId]);
      const [row] = await ask('select recorded_by, error_by, error_at = now() as now from clinic.allergies where tenant_id = $1 and id = $2', [practice.tenantId, practice.nurse.memberId]);
      expect(row).toEqual({ recorded_by: practice.nurse.memberId, error_by: practice.nurse.memberId, now: true });
    });
  });

  it.each([['clinic.allergy_status_changes', 'note'], ['clinic.condition_status_changes', 'details']])('keeps its judgements in %s: rows are only added', async (table, sealed) => {
    await converse(world, 'app', practice.owner, async (ask) => {
      const attempts = [
        `delete from ${table}`, `update ${table} set verification = 'REFUTED'`, `update ${table} set changed_at = now()`, `update ${table} set ${sealed} = ${sealed}`, `update ${table} set version = version + 1`,
      ];
      for (const attempt of attempts) expect([attempt, await verdict(ask, `${attempt} where tenant_id = '${practice.tenantId}'`)]).toEqual([attempt, NO_RIGHT]);
    });
  });
});

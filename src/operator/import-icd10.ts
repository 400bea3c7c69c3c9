import { type ListedCode } from '../terminology/icd10-list.js';
import { wordsOf } from '../terminology/label-words.js';
import type { OwnerDb } from './owner-db.js';

/** What an import did to the codes. */
export interface Imported {
  added: number;
  updated: number;
  retired: number;
}

// One import at a time; readers see the former list until this one is whole.
const LOCK = 'lock table reference.icd10_codes in share row exclusive mode';

/** $1 codes, $2 titles, $3 titles in Bangla, $4 version */
const PUT = `
with put as (
  insert into reference.icd10_codes as c (code, title, title_bn, version)
  select g.code, g.title, g.title_bn, $4 from unnest($1::text[], $2::text[], $3::text[]) as g (code, title, title_bn)
  on conflict (code) do update set title = excluded.title, title_bn = coalesce(excluded.title_bn, c.title_bn), version = excluded.version, retired_at = null
  where (c.title, c.title_bn, c.version, c.retired_at) is distinct from (excluded.title, coalesce(excluded.title_bn, c.title_bn), excluded.version, null)
  returning c.xmax = 0 as added
)
select count(*) filter (where put.added)::integer as added, count(*) filter (where not put.added)::integer as updated from put`;

/** $1 codes */
const RETIRE = `
update reference.icd10_codes c set retired_at = now()
where c.retired_at is null and not exists (select from unnest($1::text[]) as g (code) where g.code = c.code)`;

/** Makes a list the list of codes: puts in what is new or changed, and retires what is not in it. No code is ever deleted. */
export async function importIcd10(db: OwnerDb, version: string, list: readonly ListedCode[]): Promise<Imported> {
  await db.client.query(LOCK);
  const codes = list.map(({ code }) => code);
  const { rows } = await db.client.query<{ added: number; updated: number }>(PUT, [codes, list.map(({ title }) => title), list.map(({ titleBn }) => titleBn), version]);
  const { rowCount } = await db.client.query(RETIRE, [codes]);
  const imported = { ...rows[0]!, retired: rowCount ?? 0 };
  if (imported.added + imported.updated + imported.retired > 0) await indexWords(db);
  await db.record('importIcd10', {
    action: 'UPDATED', outcome: 'SUCCESS', records: [],
    reason: `ICD-10 list ${version}: ${imported.added} added, ${imported.updated} updated, ${imported.retired} retired`,
  });
  return imported;
}

async function indexWords(db: OwnerDb): Promise<void> {
  const { rows } = await db.client.query<{ code: string; label: string }>(
    `select c.code, concat_ws(' ', c.title, c.title_bn, c.keywords) as label from reference.icd10_codes c where c.retired_at is null`);
  const words = rows.flatMap(({ code, label }) => wordsOf(label).map((word) => ({ code, word })));
  await db.client.query('delete from reference.icd10_words');
  await db.client.query('insert into reference.icd10_words (code, word) select w.code, w.word from unnest($1::text[], $2::text[]) as w (code, word)',
    [words.map(({ code }) => code), words.map(({ word }) => word)]);
}

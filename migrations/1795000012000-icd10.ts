import type { MigrationInterface, QueryRunner } from 'typeorm';
import { wordsOf } from '../src/terminology/label-words.js';
import { icd10CommonCodes } from './icd10-common-codes.js';

/** Codes of ICD-10, in a schema of what belongs to nobody: no tenant's data, read by all, written by the owner only. */
export class Icd101795000012000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create schema reference;
grant usage on schema reference to sinduk_app;

create table reference.icd10_codes (
  code text collate "C" not null,
  title text not null,
  title_bn text,
  keywords text not null default '',
  common boolean not null default false,
  version text not null,
  retired_at timestamptz,
  constraint icd10_codes__pkey primary key (code),
  constraint icd10_codes__code check (code ~ '^[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?$'),
  constraint icd10_codes__title check (length(title) between 1 and 300 and length(title_bn) between 1 and 300)
);
comment on table reference.icd10_codes is 'Codes of ICD-10 that diagnoses can be given. A code is never deleted, because a diagnosis may have it.';
comment on column reference.icd10_codes.code is 'As written: E11.9.';
comment on column reference.icd10_codes.title is 'What it stands for, in English.';
comment on column reference.icd10_codes.title_bn is 'What it stands for, in Bangla.';
comment on column reference.icd10_codes.keywords is 'Words that people also look for.';
comment on column reference.icd10_codes.common is 'Whether it is of the list that the product brings along; those are found first.';
comment on column reference.icd10_codes.version is 'The list that it was last in.';
comment on column reference.icd10_codes.retired_at is 'Since when it is in no list any more and can be given to no new diagnosis.';

create table reference.icd10_words (
  word text collate "C" not null,
  code text collate "C" not null,
  constraint icd10_words__pkey primary key (word, code),
  constraint icd10_words__code foreign key (code) references reference.icd10_codes (code)
);
create index icd10_words__by_code on reference.icd10_words (code, word);
comment on table reference.icd10_words is 'The words that codes are found by, from their titles and keywords.';
comment on column reference.icd10_words.word is 'In lower case.';
comment on column reference.icd10_words.code is 'The code.';

grant select on reference.icd10_codes, reference.icd10_words to sinduk_app;
`);
    const words = icd10CommonCodes.flatMap(([code, title, titleBn, keywords = '']) => wordsOf(`${title} ${titleBn} ${keywords}`).map((word) => ({ code, word })));
    await q.query(
      `insert into reference.icd10_codes (code, title, title_bn, keywords, common, version)
       select c.code, c.title, c.title_bn, c.keywords, true, 'common 1' from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as c (code, title, title_bn, keywords)`,
      [0, 1, 2, 3].map((part) => icd10CommonCodes.map((code) => (code[part] ?? '').normalize('NFC'))));
    await q.query('insert into reference.icd10_words (code, word) select w.code, w.word from unnest($1::text[], $2::text[]) as w (code, word)',
      [words.map(({ code }) => code), words.map(({ word }) => word)]);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop schema reference cascade');
  }
}

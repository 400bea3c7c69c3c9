import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { InvalidCode, codePrefix, normaliseCode } from './icd10-code.js';
import { wordsTyped } from './label-words.js';

/** A row of `reference.icd10_codes`. */
export interface CodeRow {
  code: string;
  title: string;
  title_bn: string | null;
  retired: boolean;
}

/** A code with its labels. */
export interface LabelledCode {
  code: string;
  title: string;
  titleBn: string | null;
}

/** What a code that somebody stated stands for, or why it cannot be given to a new diagnosis. */
export type StatedCode = LabelledCode | 'NOT_A_CODE' | 'UNKNOWN_CODE' | 'RETIRED_CODE' | null;

const COLUMNS = 'c.code, c.title, c.title_bn, c.retired_at is not null as retired';

const CODES = `select ${COLUMNS} from reference.icd10_codes c where c.code = any ($1::text[])`;

/**
 * The codes that begin with $1, and those with a word that begins with each of $2, the first of which is $3; $4 how many, $5 the
 * text itself. First come the code as typed, then codes that are common, then whole words before begun ones and titles that begin
 * so. Both columns compare byte by byte, so that a range finds what begins with a text; nothing sorts after its highest character.
 */
export const SEARCH_CODES = `
with found as (
  select c.code, 0 as rank from reference.icd10_codes c where c.code >= $1 and c.code < $1 || chr(1114111)
  union all
  select w.code, min(case when w.word = $3 then 1 else 2 end) from reference.icd10_words w
  where w.word >= $3 and w.word < $3 || chr(1114111) and not exists (
    select from unnest($2::text[]) as t (typed) where not exists (
      select from reference.icd10_words o where o.code = w.code and o.word >= t.typed and o.word < t.typed || chr(1114111)))
  group by w.code
), ranked as (
  select f.code, min(f.rank) as rank from found f group by f.code
)
select ${COLUMNS} from ranked r join reference.icd10_codes c on c.code = r.code
where c.retired_at is null
order by c.code = $1 desc nulls last, not c.common, r.rank, strpos(lower(c.title), lower($5)) <> 1 and strpos(c.title_bn, $5) <> 1,
  case when r.rank = 0 then 0 else length(c.title) end, c.code
limit $4`;

/** Finds codes of ICD-10. They are the same for every practice and belong to none, so no statement names a tenant. */
@Injectable()
export class ConditionCodes {
  constructor(private readonly db: TenantDb) {}

  /** At most `first` codes that fit what somebody is typing: the beginning of a code, or of words of a label in English or Bangla. */
  async search(ctx: Ctx, text: string, first: number): Promise<CodeRow[]> {
    const words = wordsTyped(text);
    if (!words.length) {
      await this.db.authorise(ctx);
      return [];
    }
    const [rows] = await this.db.read(ctx, { text: SEARCH_CODES, values: [codePrefix(text), words, words[0], first, text] });
    return rows as unknown as CodeRow[];
  }

  /** What to send along with other statements to learn what stated codes stand for. */
  ask(...stated: Array<string | null | undefined>): Statement {
    return { text: CODES, values: [stated.flatMap((code) => codeIn(code) ?? [])] };
  }

  /** What the code stands for, or why a new diagnosis cannot be given it; null when none was stated. `rows` are the answer to what `ask` had sent along. */
  answer(stated: string | null | undefined, rows: Row[] | undefined): StatedCode {
    if (stated === null || stated === undefined) return null;
    const code = codeIn(stated);
    if (code === null) return 'NOT_A_CODE';
    const row = ((rows ?? []) as unknown as CodeRow[]).find((found) => found.code === code);
    if (!row) return 'UNKNOWN_CODE';
    return row.retired ? 'RETIRED_CODE' : { code: row.code, title: row.title, titleBn: row.title_bn };
  }
}

function codeIn(stated: string | null | undefined): string | null {
  try {
    return typeof stated === 'string' ? normaliseCode(stated) : null;
  } catch (error) {
    if (error instanceof InvalidCode) return null;
    throw error;
  }
}

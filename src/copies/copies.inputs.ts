import { IsBooleanString, IsIn, IsISO8601, IsOptional, Matches } from 'class-validator';
import { type Language, languages } from './words/words.js';

/** The formats of copies and reports. */
export const formats = ['html', 'json'] as const;
export type Format = (typeof formats)[number];

/** What the address of a copy says after the question mark. */
export class CopyQuery {
  @IsIn(formats)
  format: Format = 'html';

  @IsIn(languages)
  language: Language = 'en';
}

/** The same of a report: `from` and `to` are days as yyyy-mm-dd, both within it. */
export class AccessReportQuery extends CopyQuery {
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  from?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  to?: string;

  @IsOptional()
  @IsBooleanString()
  addresses?: string;
}

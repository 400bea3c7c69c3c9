import { IsIn, IsISO8601, IsOptional, IsUUID, Matches } from 'class-validator';
import { type Language, languages } from './words/words.js';

/** The formats of a report of an incident. */
export const incidentFormats = ['html', 'json', 'csv'] as const;
export type IncidentFormat = (typeof incidentFormats)[number];

const ZONED = /T.*(Z|[+-]\d{2}:?\d{2})$/;

/** What the address of a report says after the question mark: `from` and `to` are instants with their zone (ISO 8601), such as 2026-03-01T00:00:00+06:00. */
export class IncidentQuery {
  @IsOptional()
  @IsUUID()
  memberId?: string;

  @IsOptional()
  @IsUUID()
  userId?: string;

  @IsOptional()
  @IsUUID()
  sessionId?: string;

  @IsOptional()
  address?: string;

  @IsISO8601({ strict: true })
  @Matches(ZONED)
  from: string;

  @IsISO8601({ strict: true })
  @Matches(ZONED)
  to: string;

  @IsIn(incidentFormats)
  format: IncidentFormat = 'html';

  @IsIn(languages)
  language: Language = 'en';
}

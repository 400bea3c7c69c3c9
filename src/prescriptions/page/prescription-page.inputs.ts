import { IsIn } from 'class-validator';
import { type PageLanguage, pageLanguages } from '../../platform/pages/page-words.js';
import { type Paper, papers } from './page-data.js';

/** What the address of a page says after the question mark. */
export class PageQuery {
  @IsIn(pageLanguages)
  language: PageLanguage = 'both';

  @IsIn(papers)
  paper: Paper = 'a4';
}

import { IsIn } from 'class-validator';
import { type Paper, papers } from './page-data.js';
import { type PageLanguage, pageLanguages } from './page-words.js';

/** What the address of a page says after the question mark. */
export class PageQuery {
  @IsIn(pageLanguages)
  language: PageLanguage = 'both';

  @IsIn(papers)
  paper: Paper = 'a4';
}

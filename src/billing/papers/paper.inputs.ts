import { IsIn } from 'class-validator';
import { type PageLanguage, pageLanguages } from '../../platform/pages/page-words.js';
import { type PaperSize, paperSizes } from './billing-paper.js';

/** What the address of a paper says after the question mark. */
class PaperQuery {
  @IsIn(pageLanguages)
  language: PageLanguage = 'both';

  /** Whether it is marked as a copy. */
  @IsIn(['true', 'false'])
  copy: 'true' | 'false' = 'false';
}

export class InvoiceQuery extends PaperQuery {
  @IsIn(paperSizes)
  paper: PaperSize = 'a4';
}

export class ReceiptQuery extends PaperQuery {
  @IsIn(paperSizes)
  paper: PaperSize = 'a5';
}

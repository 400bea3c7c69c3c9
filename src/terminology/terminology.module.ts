import { Module } from '@nestjs/common';
import { ConditionCodes } from './condition-codes.reader.js';
import { ConditionCodesResolver } from './condition-codes.resolver.js';

/** The words of medicine that every practice shares: codes of ICD-10. */
@Module({
  providers: [ConditionCodesResolver, ConditionCodes],
  exports: [ConditionCodes],
})
export class TerminologyModule {}

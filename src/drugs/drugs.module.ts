import { Module } from '@nestjs/common';
import { DrugSearch } from './drug-search.reader.js';
import { DrugsReader } from './drugs.reader.js';
import { DrugsResolver } from './drugs.resolver.js';
import { OwnDrugsResolver } from './own-drugs.resolver.js';
import { OwnDrugsService } from './own-drugs.service.js';
import { SubstancesReader } from './substances.reader.js';

/** The catalogue of medicines, with what a practice adds for itself. */
@Module({
  providers: [DrugsResolver, DrugSearch, OwnDrugsResolver, OwnDrugsService, DrugsReader, SubstancesReader],
  exports: [DrugsReader, SubstancesReader],
})
export class DrugsModule {}

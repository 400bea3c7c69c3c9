import { Module } from '@nestjs/common';
import { ClinicalModule } from '../clinical/clinical.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { MergesModule } from '../merges/merges.module.js';
import { TimelineReader } from './timeline.reader.js';
import { ClinicalTimelineItemResolver, PatientTimelineItemResolver, PatientTimelineResolver } from './timeline.resolver.js';

/** What happened to a patient, of all kinds in one list. */
@Module({
  imports: [ClinicalModule, DocumentsModule, ConsentsModule, MergesModule],
  providers: [PatientTimelineResolver, ClinicalTimelineItemResolver, PatientTimelineItemResolver, TimelineReader],
})
export class TimelineModule {}

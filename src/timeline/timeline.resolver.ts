import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../patients/patient.model.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { pageOf } from '../platform/graphql/connection.js';
import {
  ClinicalTimelineItem, ClinicalTimelineRecord, PatientTimelineItem, PatientTimelineRecord, TimelineArgs, TimelineConnection, toItem, toRecord,
} from './timeline.model.js';
import { TimelineReader } from './timeline.reader.js';

const TITLE = 'What it is about in one line: the substance, the measured values, the first line of a note; null where `kind` says all.';

@Resolver(() => Patient)
export class PatientTimelineResolver {
  constructor(private readonly reader: TimelineReader) {}

  @ResolveField(() => TimelineConnection, { nullable: true, description: 'What happened to the patient, the latest first, of all kinds in one list. Needs patients:read. Clinical kinds are left out for callers without patients:read-clinical: `withheldKinds` names them, and the audit trail notes it. Errors: BAD_USER_INPUT.' })
  @Can('patients:read')
  @Classified('patient')
  async timeline(@CurrentCtx() ctx: Ctx, @Parent() patient: Patient, @Args() args: TimelineArgs): Promise<TimelineConnection> {
    const { shown, withheld } = this.reader.kindsFor(ctx, patient.id, args.kinds);
    const rows = await this.reader.page(ctx, patient.id, shown, args);
    const page = pageOf(rows.map((row) => toItem(patient, row)), args, () => this.reader.count(ctx, patient.id, shown, args), ({ place }) => place);
    return Object.assign(page, { withheldKinds: withheld });
  }
}

@Resolver(() => ClinicalTimelineItem)
export class ClinicalTimelineItemResolver {
  constructor(private readonly reader: TimelineReader) {}

  @ResolveField(() => String, { nullable: true, description: TITLE })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async title(@CurrentCtx() ctx: Ctx, @Parent() item: ClinicalTimelineItem): Promise<string | null> {
    return (await this.reader.show(ctx, item)).title;
  }

  @ResolveField(() => ClinicalTimelineRecord, { description: 'The record.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async record(@CurrentCtx() ctx: Ctx, @Parent() item: ClinicalTimelineItem): Promise<object> {
    return toRecord(item, (await this.reader.show(ctx, item)).record);
  }
}

@Resolver(() => PatientTimelineItem)
export class PatientTimelineItemResolver {
  constructor(private readonly reader: TimelineReader) {}

  @ResolveField(() => String, { nullable: true, description: TITLE })
  @Can('patients:read')
  @Classified('patient')
  async title(@CurrentCtx() ctx: Ctx, @Parent() item: PatientTimelineItem): Promise<string | null> {
    return (await this.reader.show(ctx, item)).title;
  }

  @ResolveField(() => PatientTimelineRecord, { description: 'The record.' })
  @Can('patients:read')
  @Classified('patient')
  async record(@CurrentCtx() ctx: Ctx, @Parent() item: PatientTimelineItem): Promise<object> {
    return toRecord(item, (await this.reader.show(ctx, item)).record);
  }
}

import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ByLink } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { PaperService, type Verified } from './paper.service.js';
import { RecordDispensingInput, RecordedDispensing, VerifiedPrescription } from './verification.model.js';

/** Why nobody has to sign in here. */
export const BECAUSE = 'pharmacies and patients who hold a paper have no account';

@Resolver()
export class VerificationResolver {
  constructor(private readonly papers: PaperService) {}

  @Query(() => VerifiedPrescription, { description: 'Whether a prescription is genuine and in force, and what is left of it, by the code on its paper; its signature is verified each time. It names no patient. For whoever holds the paper. Errors: NOT_FOUND (whatever is wrong with the code), THROTTLED.' })
  @ByLink(BECAUSE)
  async verifyPrescription(@CurrentCtx() ctx: Ctx, @Args('code', { description: 'The code on the paper, with or without its hyphens; O counts as 0, I and L as 1.' }) code: string): Promise<VerifiedPrescription> {
    return toVerified(await this.papers.verify(ctx, code));
  }

  @Mutation(() => RecordedDispensing, { description: 'Records what a pharmacy handed out of a prescription: never more than is left, however many do at the same moment. Who the pharmacy is nobody checks: the practice sees what was stated, and can declare it void. For whoever holds the paper. Errors: NOT_FOUND, BAD_USER_INPUT (all faults at once), THROTTLED, CONFLICT (PRESCRIPTION_STATUS, NOT_AUTHENTIC, MORE_THAN_LEFT, KEY_USED).' })
  @ByLink(BECAUSE, 'CREATED')
  async recordDispensing(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What was handed out, and by whom.' }) input: RecordDispensingInput): Promise<RecordedDispensing> {
    const { prescription, ...recorded } = await this.papers.record(ctx, input);
    return { ...recorded, prescription: toVerified(prescription) };
  }
}

const toVerified = ({ status, paper }: Verified): VerifiedPrescription =>
  ({ status, paper: paper && { ...paper, doctorName: paper.doctor.nameEn, doctorNameBn: paper.doctor.nameBn, licence: paper.doctor.licence } });

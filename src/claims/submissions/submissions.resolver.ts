import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { ClaimSubmission, ClaimSubmissionConnection, FilesArgs, SubmitClaimsInput } from './submission.model.js';
import { SubmissionsService } from './submissions.service.js';

@Resolver(() => ClaimSubmission)
export class SubmissionsResolver {
  constructor(private readonly service: SubmissionsService) {}

  @Query(() => ClaimSubmission, { description: 'A file of claims. Needs finances:manage in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('finances:manage')
  claimSubmission(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the file.' }) id: string): Promise<ClaimSubmission> {
    return this.service.get(ctx, id);
  }

  @Query(() => ClaimSubmissionConnection, { description: 'The files of claims of a chamber, the last made first. Needs finances:read in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('finances:read')
  claimSubmissions(@CurrentCtx() ctx: Ctx, @Args() args: FilesArgs): Promise<Page<ClaimSubmission>> {
    return this.service.page(ctx, args);
  }

  @ResolveField(() => String, { description: 'The file itself, Claim.Submission in XML (UTF-8), to be sent through the post office of the health authority. It tells diagnoses. Needs patients:read-clinical, and finances:manage in its chamber.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  file(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClaimSubmission): Promise<string> {
    return this.service.file(ctx, id);
  }

  @Mutation(() => ClaimSubmission, { description: 'Makes a file of the claims of a chamber that are ready for a payer, at most 500, the first made first; they are sent thereby, unless it is a test. Needs finances:manage in the chamber. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (NO_CLAIMS_READY; CLAIM_FAULTY when something is missing since; KEY_USED).' })
  @Can('finances:manage', 'CREATED')
  submitClaims(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which claims.' }) input: SubmitClaimsInput): Promise<ClaimSubmission> {
    return this.service.submit(ctx, input);
  }
}

import { Readable } from 'node:stream';
import { Controller, Get, Header, Param, type StreamableFile } from '@nestjs/common';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { FILE_POLICY, fileAnswer } from '../platform/http/file-answer.js';
import { prescriptionBundle } from './fhir/prescription-bundle.js';
import { formatPrescriptionNumber } from './prescription-number.js';
import { PrescriptionsReader } from './prescriptions.reader.js';
import { formIn } from './signed-form.js';

/** What was signed, as it was signed. It names the patient, so it needs patients:read besides. */
@Controller('prescriptions')
export class SignedPrescriptionController {
  constructor(private readonly reader: PrescriptionsReader) {}

  /** The signed form of a prescription, a compact JWS; anybody can verify it by this file alone. CONFLICT while it is a draft. */
  @Get(':id/signed.jws')
  @Can('prescriptions:read', 'EXPORTED')
  @Header('content-security-policy', FILE_POLICY)
  async signed(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<StreamableFile> {
    const { number, jws } = await this.reader.signed(ctx, id);
    return fileAnswer({ stream: Readable.from([jws], { objectMode: false }), type: 'application/jose', name: `${formatPrescriptionNumber(number)}.jws`, length: jws.length });
  }

  /** The prescription as a document of HL7 FHIR R4, with what was signed in it. CONFLICT while it is a draft. */
  @Get(':id/fhir.json')
  @Can('prescriptions:read', 'EXPORTED')
  @Header('content-security-policy', FILE_POLICY)
  async document(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<StreamableFile> {
    const { number, jws, status } = await this.reader.signed(ctx, id);
    const bytes = Buffer.from(JSON.stringify(prescriptionBundle(formIn(jws), jws, status, new Date())));
    return fileAnswer({ stream: Readable.from([bytes]), type: 'application/fhir+json', name: `${formatPrescriptionNumber(number)}.fhir.json`, length: bytes.length });
  }
}

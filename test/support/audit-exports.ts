import type { LightMyRequestResponse } from 'fastify';
import type { World } from './world.js';

export const PREPARE = `mutation ($input: PrepareAuditExportInput!) {
  prepareAuditExport(input: $input) { id path expectedEntries highestEntryId expiresAt } }`;

export interface PreparedExport {
  id: string;
  path: string;
  expectedEntries: number;
  highestEntryId: string | null;
  expiresAt: string;
}

/** An export of these entries, prepared through the API. */
export async function prepareExport(world: World, token: string, format: string, filter: object = {}, language = 'EN'): Promise<PreparedExport> {
  return (await world.ok(PREPARE, { input: { filter, format, language } }, token)).prepareAuditExport;
}

/** The file of an export, as it is fetched. */
export const fetchExport = (world: World, token: string, path: string): Promise<LightMyRequestResponse> =>
  world.app.inject({ method: 'GET', url: path, headers: { authorization: `Bearer ${token}` } });

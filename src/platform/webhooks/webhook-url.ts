import { isIP } from 'node:net';
import type { Config } from '../../config.js';
import { badInput } from '../errors.js';
import type { FaultReason } from '../fault-reasons.js';
import { isPublic } from './public-address.js';

const LONGEST_URL = 500;

/** An address that a webhook may have; throws BAD_USER_INPUT at `path`: NOT_A_URL, HTTPS_REQUIRED, NOT_PUBLIC. */
export function webhookUrl(raw: string, path: string[], { environment, webhookPrivateAddresses }: Pick<Config, 'environment' | 'webhookPrivateAddresses'>): string {
  const url = URL.canParse(raw) && raw.length <= LONGEST_URL ? new URL(raw) : undefined;
  const blame = (reason: FaultReason): never => {
    throw badInput([{ path, reason }]);
  };
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.hash) return blame('NOT_A_URL');
  if (environment === 'production' && url.protocol !== 'https:') return blame('HTTPS_REQUIRED');
  // What a name leads to is looked at when it is called.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!webhookPrivateAddresses && (host === 'localhost' || (isIP(host) && !isPublic(host)))) return blame('NOT_PUBLIC');
  return url.toString();
}

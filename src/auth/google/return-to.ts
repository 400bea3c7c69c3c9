import type { Config } from '../../config.js';
import { badInput } from '../../platform/errors.js';

/** The address to which a browser may be sent back: a page of one of our own origins, without a fragment or credentials. Throws BAD_USER_INPUT. */
export function ownPage(text: string, { publicOrigins }: Pick<Config, 'publicOrigins'>): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !publicOrigins.includes(url.origin) || url.username || url.password || url.href.includes('#')) {
    throw badInput([{ path: ['input', 'returnTo'], reason: 'NOT_A_PAGE_OF_OURS' }]);
  }
  return url.href;
}

import { existsSync } from 'node:fs';
import { env, stderr } from 'node:process';

const chromium = env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** The suites that drive a real browser, where there is none: left out, aloud. Where CI is set they are not, and fail. */
export function suitesWithoutBrowser() {
  if (env.CI || existsSync(chromium)) return [];
  stderr.write(`test/browser and test/examples are left out: there is no browser at ${chromium}. Install Chromium, or set CHROMIUM_PATH.\n`);
  return ['/test/(browser|examples)/'];
}

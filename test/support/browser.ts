import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** A suite in a real browser, which is there from the suite's first hook on and gone before its last ones. Where there is none, test/setup/browser.mjs leaves such suites out. */
export function describeInBrowser(name: string, suite: (browser: () => Browser) => void): void {
  describe(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    });
    afterAll(() => browser?.close());
    suite(() => browser!);
  });
}

/** An origin that serves files to a browser. */
export interface Site {
  origin: string;
  close: () => Promise<void>;
}

/** Serves the files of a directory on a free port of `host`, such as 127.0.0.1 or localhost; `/` is its index.html. */
export async function serveFiles(directory: string, host = '127.0.0.1'): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://page');
    const path = join(directory, pathname === '/' ? 'index.html' : pathname);
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
    createReadStream(path).on('error', () => response.writeHead(404).end()).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

/** Serves one page without content, in which a test runs scripts as a frontend of that origin would. */
export async function serveBlankPage(host = '127.0.0.1'): Promise<Site> {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-page-'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html><meta charset="utf-8"><title>Blank</title>');
  const site = await serveFiles(directory, host);
  return {
    ...site,
    close: async () => {
      await site.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

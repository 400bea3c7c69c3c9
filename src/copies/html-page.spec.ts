import { createHash } from 'node:crypto';
import { PAGE_POLICY, pageHead } from './html-page.js';

describe('the head of a page', () => {
  it('begins a page that may load its own style and nothing else', () => {
    const page = pageHead('bn', '<title>').text;
    const [, style] = /<style>([\s\S]*)<\/style>/.exec(page)!;
    expect(PAGE_POLICY).toBe(`default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-${createHash('sha256').update(style!).digest('base64')}'`);
    expect(page).toContain(`content="${PAGE_POLICY.replaceAll(`'`, '&#39;')}"`);
    expect(page).toContain('<title>&lt;title&gt;</title>');
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import/i);
  });
});

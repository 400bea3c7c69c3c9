import { createHash } from 'node:crypto';
import { Html, html } from '../html.js';

const STYLE = `
body { font: 1.15rem/1.6 "Noto Sans Bengali", "Kalpurush", "SolaimanLipi", "Nirmala UI", "Noto Sans", Arial, sans-serif; color: #10202f; background: #f2f5f8; margin: 0; padding: 1rem; }
main { max-width: 30rem; margin: 8vh auto 0; background: #fff; border: 1px solid #cfd8e1; border-radius: .6rem; padding: 1.5rem; text-align: center; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } p { margin: .5rem 0; }
a { display: block; background: #0b6b3a; color: #fff; text-decoration: none; font-size: 1.4rem; font-weight: bold; padding: .9rem; border-radius: .5rem; margin-top: 1.2rem; }
a:focus { outline: .25rem solid #ffb703; outline-offset: .15rem; }
`;

/** What a page without scripts may do: its own style, and nothing else, save to send forms to its own server if it has some. */
export const pagePolicy = (style: string, formAction: `'none'` | `'self'`): string =>
  `default-src 'none'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** What a plain page may do. */
export const PLAIN_PAGE_POLICY = pagePolicy(STYLE, `'none'`);

/** A page with a few words on it, without scripts; it asks again by itself after so many seconds, if told. */
export const plainPage = (language: 'en' | 'bn', title: string, body: Html, againSeconds?: number): string => html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
${againSeconds === undefined ? null : html`<meta http-equiv="refresh" content="${againSeconds}">`}<title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><main>${body}</main></body></html>
`.text;

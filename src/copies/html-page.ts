import { createHash } from 'node:crypto';
import { Html, html } from '../platform/html.js';

const STYLE = `
body { font: 11pt/1.5 "Noto Sans Bengali", "Kalpurush", "SolaimanLipi", "Nirmala UI", Arial, sans-serif; color: #111; margin: 2rem auto; max-width: 52rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #111; } h3 { font-size: 1rem; margin: 0; }
article { border: 1px solid #999; border-radius: .3rem; padding: .5rem .8rem; margin: .6rem 0; break-inside: avoid; }
.error { border-style: dashed; background: #f3f3f3; } .mark { font-weight: bold; border: 1px solid #111; padding: 0 .3rem; }
dl { display: grid; grid-template-columns: minmax(9rem, 1fr) 3fr; gap: .1rem .8rem; margin: .2rem 0; } dt { color: #444; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; } dd > dl, dd > ul { white-space: normal; }
ul { margin: 0; padding-left: 1.1rem; } table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #999; padding: .25rem .4rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
tr { break-inside: avoid; } thead { display: table-header-group; } tr.refused { background: #f3f3f3; font-weight: bold; } footer { margin-top: 2rem; border-top: 1px solid #999; }
@page { margin: 15mm; } @media print { body { margin: 0; max-width: none; padding: 0; } }
`;

/** What a page of `pageHead` may load: its own style and nothing else, also when it is opened from a disk. */
export const PAGE_POLICY = `default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The beginning of a page that stands by itself: no scripts, no images, nothing from elsewhere. */
export const pageHead = (language: string, title: string): Html => html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body>
`;

/** The end of such a page. */
export const pageEnd = html`</body></html>
`;

import { createHash } from 'node:crypto';
import { Html, html } from '../../platform/html.js';
import { DISPLAY_SCRIPT } from './display-script.js';

export type PageLanguage = 'en' | 'bn';

const STYLE = `
* { box-sizing: border-box; margin: 0; }
body { background: #06121f; color: #f4f7fa; font: 2.4vmin/1.4 "Noto Sans Bengali", "Kalpurush", "SolaimanLipi", "Nirmala UI", "Noto Sans", Arial, sans-serif; height: 100vh; padding: 1.5vmin 2.5vmin; overflow: hidden; display: flex; flex-direction: column; }
header { display: flex; justify-content: space-between; border-bottom: .2vmin solid #35506b; font-size: 3.4vmin; font-weight: bold; }
main { flex: 1; display: flex; flex-wrap: wrap; margin: .5vmin -.7vmin; min-height: 0; }
section { flex: 1 1 40vw; margin: .7vmin; padding: 1vmin 2vmin; background: #0f2338; border-radius: 1.2vmin; min-width: 0; overflow: hidden; display: flex; flex-direction: column; }
h2 { font-size: 4.2vmin; line-height: 1.5; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.status { color: #b9cbdd; font-size: 2.8vmin; } .late { color: #ffd166; font-weight: bold; }
.numbers { display: flex; margin: auto 0; } .numbers > div { flex: 1; } .label { color: #b9cbdd; font-size: 2.6vmin; }
.number { font-size: 10vmin; line-height: 1.2; font-weight: bold; font-variant-numeric: tabular-nums; white-space: nowrap; }
.of1 .number { font-size: 34vmin; } .of2 .number { font-size: 20vmin; }
.called .number { color: #ffd166; } .inside .number { color: #7ee0a3; }
ol { list-style: none; padding: 0; display: flex; overflow: hidden; margin: 0 -.6vmin; } .of1 ol, .of2 ol { flex-wrap: wrap; }
li { background: #1a3552; border-radius: .8vmin; margin: .4vmin .6vmin; padding: .3vmin 1.2vmin; text-align: center; } li b { display: block; font-size: 4.2vmin; line-height: 1.2; } li span { font-size: 2.2vmin; color: #d5e1ec; white-space: nowrap; }
.of1 li b { font-size: 7vmin; } .of1 li span { font-size: 2.8vmin; }
#notice { position: fixed; left: 0; right: 0; bottom: 0; background: #a4161a; color: #fff; text-align: center; font-size: 4vmin; padding: 1.5vmin; } #notice[hidden] { display: none; }
#empty { font-size: 6vmin; margin: auto; }
`;

const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page of a display may do: its own style and script, and to ask its own server what to show. */
export const DISPLAY_POLICY = `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src ${sourceOf(STYLE)}; script-src ${sourceOf(DISPLAY_SCRIPT)}; connect-src 'self'`;

const NO_SCRIPT = { en: 'This page needs JavaScript.', bn: 'এই পাতার জন্য জাভাস্ক্রিপ্ট দরকার।' };

/** The page of a queue display, whole in itself and without anything of the practice: it asks for that, and needs neither keyboard nor pointer. */
export const displayPage = (language: PageLanguage): string => html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${language === 'bn' ? 'রোগীর সারি' : 'Queue'}</title>
<style>${new Html(STYLE)}</style></head>
<body><header><span id="chamber"></span><span id="day"></span></header><main id="sessions"></main><div id="notice" role="status" hidden></div>
<noscript>${NO_SCRIPT[language]}</noscript><script>${new Html(DISPLAY_SCRIPT)}</script></body></html>
`.text;

import { html } from './html.js';

const hostile = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', `' onmouseover='alert(1)`, '</td></tr></table><h1>', '&lt;b&gt;', '<!--', ']]>', '${1}'];

describe('html', () => {
  it.each(hostile)('shows %j as the text it is, in an element and in an attribute', (text) => {
    const page = html`<p title="${text}">${text}</p>`.text;
    expect(page.match(/[<>]/g)).toEqual(['<', '>', '<', '>']);
    expect(page.match(/"/g)).toHaveLength(2);
    expect(page).not.toMatch(/'/);
    const shown = page.slice(page.indexOf('>') + 1, page.lastIndexOf('<')).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, `'`).replace(/&amp;/g, '&');
    expect(shown).toBe(text);
  });

  it('lets no text turn its direction, and no character through that no page can hold', () => {
    expect(html`<p>${'a\u202Eb\u2066c\u0000d\u0007e\uD800f\n\tg'}</p>`.text).toBe('<p>a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\n\tg</p>');
  });

  it('joins lists, leaves out what is not there, and keeps what is HTML', () => {
    expect(html`<ul>${[html`<li>${1}</li>`, html`<li>${'<'}</li>`]}${null}${undefined}</ul>`.text).toBe('<ul><li>1</li><li>&lt;</li></ul>');
  });
});

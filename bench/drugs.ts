import pg from 'pg';
import { starterIngredients } from '../migrations/drug-starter-set.js';
import { SEARCH_DRUGS, searchValues } from '../src/drugs/drug-search.reader.js';
import { typedDrug } from '../src/drugs/drug-words.js';
import { readNationalList } from '../src/drugs/national-list.js';
import { importDrugs } from '../src/operator/import-drugs.js';
import { OwnerDb } from '../src/operator/owner-db.js';
import { graphql, signIn } from './client.js';
import { fillPractices, openPractices } from './data.js';
import { install } from './installation.js';
import { type Shot, post } from './load.js';
import { startServer } from './processes.js';
import { lineOf, pick, putBeside, settleDatabase } from './side-by-side.js';

const PRODUCTS = Number(process.env['BENCH_PRODUCTS'] ?? 50_000);
const OWN = 500;
const PORT = 4806;
const RUNS = 30;

const QUERY = 'query Search($text: String!) { searchDrugs(text: $text) { match product { id brand generic form strength doseUnit retired } } }';

/** What people type, by kind. Half of all invented brands begin with one of the syllables, and one in twenty medicines has paracetamol. */
const kinds: Record<string, readonly string[]> = {
  'beginning of a brand': ['zar', 'miko', 'tuvela', 'bonara', 'LEP'],
  'beginning of an ingredient': ['para', 'amox', 'ome', 'met', 'azi'],
  'ingredient, form and strength': ['tab para 500', 'para syr 100', 'amox 250', 'metf 750', 'cap omep 20'],
  'Bangla': ['প্যারা', 'প্যারা ৫০০', 'অ্যামোক্সি', 'মেট', 'ওমি'],
  'misspelt': ['paracetmol', 'amoxisilin', 'azythrom', 'metphormin 500', 'প্যরাসিটামোল'],
  'one letter': ['a', 'm', 'z', 'p', 'ক'],
};

/** Searching a catalogue of 50,000 invented medicines beside 500 of a practice's own: what the statement takes as the application's role, and the whole road over HTTP. */
export async function measureDrugs(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const installation = await install({ shared_buffers: '512MB' });
    stops.push(installation.remove);
    const { keks, ownerUrl, superuserUrl, urls, env } = installation;
    const [practice] = await openPractices(ownerUrl, keks, 1);
    await fillPractices(ownerUrl, keks, [practice!], 1_000);
    const begin = performance.now();
    const list = readNationalList(Buffer.from(inventedList()), 'BD');
    await OwnerDb.run(ownerUrl, keks, (db) => importDrugs(db, 'BD', 'bench', list));
    say(`import of ${list.length} medicines ${((performance.now() - begin) / 1_000).toFixed(1)} s`);
    const ours = await startServer('dist/src/main.js', PORT, env, 'listens on');
    stops.unshift(ours.stop);
    const token = await signIn(PORT, practice!);
    for (let n = 0; n < OWN; n++) {
      await graphql(PORT, 'mutation ($input: AddDrugProductInput!) { addDrugProduct(input: $input) { id } }',
        { input: { brand: `Own ${brandOf(n)}`, form: 'TABLET', ingredients: [{ name: starterIngredients[n % starterIngredients.length]![0], strength: '10 mg' }] } }, token);
    }
    await settleDatabase(superuserUrl);
    for (const [kind, texts] of Object.entries(kinds)) say(`catalogue search, statement, ${kind.padEnd(30)} ${await statementTimes(urls.app, token, practice!.tenantId, texts)}`);

    const side = await putBeside(ours, installation, practice!.patientIds);
    stops.unshift(side.stop);
    const search = (texts: readonly string[]) => (): Shot =>
      ({ request: post(PORT, '/graphql', JSON.stringify({ query: QUERY, variables: { text: pick(texts) } }), { authorization: `Bearer ${token}` }), expected: '"searchDrugs":[' });
    const mixture = Object.values(kinds).flat();
    await side.warmUp(search(mixture));
    for (const connections of [1, 16]) say(lineOf(`catalogue search, ${PRODUCTS} medicines`, connections, await side.measure(connections, search(mixture))));
  } finally {
    for (const stop of stops) await stop();
  }
}

/** What EXPLAIN ANALYZE says of the statement as the application's role, of all texts of a kind: the median and the longest. */
async function statementTimes(appUrl: string, token: string, tenantId: string, texts: readonly string[]): Promise<string> {
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  try {
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sid: string };
    await client.query('begin');
    await client.query('select platform.enter($1, $2, null, null)', [Buffer.from(sid, 'base64url'), tenantId]);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const text = texts[run % texts.length]!;
      const { rows } = await client.query<{ 'QUERY PLAN': [{ 'Execution Time': number; 'Planning Time': number }] }>(`explain (analyze, timing off, format json) ${SEARCH_DRUGS}`, searchValues(tenantId, typedDrug(text)!, 20, null));
      times.push(rows[0]!['QUERY PLAN'][0]['Execution Time']);
    }
    times.sort((a, b) => a - b);
    return `median ${times[Math.floor(RUNS / 2)]!.toFixed(1)} ms, longest ${times.at(-1)!.toFixed(1)} ms`;
  } finally {
    await client.end();
  }
}

const SYLLABLES = ['zar', 'mi', 'ko', 'tu', 've', 'la', 'bo', 'na', 'ra', 'lep', 'di', 'so', 'fen', 'gul', 'pa', 'rix'];

const brandOf = (n: number): string => [n, Math.floor(n / 16), Math.floor(n / 256), Math.floor(n / 4_096)].map((part) => SYLLABLES[(part * 7 + 3) % 16]!).join('');

function inventedList(): string {
  const forms = ['Tablet', 'Capsule', 'Syrup', 'Injection', 'Cream'];
  return ['brand,brand_bn,generic,form,strength,pack,maker', ...Array.from({ length: PRODUCTS }, (_, n) => {
    const generic = n % 20 === 0 ? 'Paracetamol' : starterIngredients[(n * 13) % starterIngredients.length]![0];
    return `${brandOf(n)},,"${generic}",${forms[n % 5]},${[20, 50, 100, 250, 500, 750][n % 6]} mg,,Invented maker ${n % 300}`;
  })].join('\n');
}

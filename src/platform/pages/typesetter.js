// Runs in a process of its own, as plain Node.js: the server's event loop waits for no page, and a page that goes wrong takes nothing else along.
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import workerpool from 'workerpool';

// Requests go before paper.
setPriority(10);

const fonts = process.argv.slice(2);
const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: fonts.map((file) => readFileSync(file)) }] });

// What was typeset of pages further back is forgotten, or the memory would grow with every patient.
const PAGES_REMEMBERED = 10;

/** Sets a template with its data (JSON, which is never read as markup); gives the PDF. */
function typeset(template, data) {
  try {
    const compiled = compiler.compile({ mainFileContent: template, inputs: { data } });
    if (!compiled.result) throw new Error(JSON.stringify(compiler.fetchDiagnostics(compiled.takeDiagnostics())));
    return compiler.pdf(compiled.result, {});
  } finally {
    compiler.evictCache(PAGES_REMEMBERED);
  }
}

workerpool.worker({ typeset });

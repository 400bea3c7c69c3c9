import { loadConfig } from '../dist/src/config.js';

const { port, tls } = loadConfig();
const { ok } = await globalThis.fetch(`${tls ? 'https' : 'http'}://127.0.0.1:${port}/health/ready`);
process.exitCode = ok ? 0 : 1;

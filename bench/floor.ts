import { createServer } from 'node:http';
import pg from 'pg';

/**
 * The floor: node:http and pg, one named statement that reads one row by id, and nothing else.
 * What a read costs before anybody asks who is reading.
 */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });

const server = createServer((request, response) => {
  const id = request.url!.slice(1);
  pool.query({ name: 'floor', text: 'select id, body from public.floor where id = $1', values: [id] }).then(({ rows }) => {
    const body = JSON.stringify({ data: rows[0] as unknown });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }, (error: Error) => {
    response.writeHead(500, { 'content-length': '0' });
    response.end();
    process.stderr.write(`${error.message}\n`);
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () => process.stdout.write('ready\n'));
process.on('SIGTERM', () => process.exit(0));

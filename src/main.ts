import { loadConfig } from './config.js';
import { start } from './start.js';

const fail = (error: unknown): never => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};

try {
  const running = await start(loadConfig(process.env));
  let stopping = false;
  const stop = (): void => {
    // A second signal means the person does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.write(running.greeting);
} catch (error) {
  fail(error);
}

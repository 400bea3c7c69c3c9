import { runGroup } from './run-group.js';

runGroup('audit-exports');

import { runGroup } from './run-group.js';

runGroup('desk-changes');

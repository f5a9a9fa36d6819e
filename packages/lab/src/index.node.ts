export { exitCodes } from './cli/exit-codes.js';
export { runCommand, type Terminal } from './cli/run-command.js';
export * from './index.js';
export { operations } from './operations/table.js';
export { reportPage } from './report/page.js';

export { exitCodes } from './cli/exit-codes.js';
export { runCommand, type Terminal } from './cli/run-command.js';
export { aggregateBouts, type StreamMeasures } from './cohort/bout-query.js';
export { type CohortStream, type CohortStreams, cohortStreams, type StreamChoice } from './cohort/cohort-streams.js';
export { publishedStaircaseTable } from './compare/published-staircase.js';
export * from './index.js';
export { operations } from './operations/table.js';
export { openQueries, type Queries } from './query/queries.js';
export { reportPage } from './report/page.js';

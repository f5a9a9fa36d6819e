export {
  type ChooseExamplesOptions,
  chooseExamples,
  type ExampleBout,
  type ExampleKind,
  type ExampleRecording,
} from './behavior/choose-examples.js';
export {
  type ClipRecording,
  type ExampleClip,
  type ExampleClips,
  type ExampleClipsOptions,
  writeExampleClips,
} from './behavior/example-clips.js';
export { explainRows, gainShares, type ModelExplanation } from './behavior/explain-model.js';
export { exitCodes } from './cli/exit-codes.js';
export { runCommand, type Terminal } from './cli/run-command.js';
export { aggregateBouts, type StreamMeasures } from './cohort/bout-query.js';
export { type CohortStream, type CohortStreams, cohortStreams, type StreamChoice } from './cohort/cohort-streams.js';
export { publishedStaircaseTable } from './compare/published-staircase.js';
export * from './index.js';
export { operations } from './operations/table.js';
export { openQueries, type Queries } from './query/queries.js';
export {
  behaviorFigures,
  type NamedFigure,
  predictionRaster,
  type RasterRecording,
} from './report/behavior-figures.js';
export { type BehaviorReportData, behaviorReportPage, writeBehaviorReport } from './report/behavior-report.js';
export { reportPage } from './report/page.js';
export { type Studio, type StudioOptions, startStudio } from './server/start-server.js';

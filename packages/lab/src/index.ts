export type { OperationContext } from './jobs/operation-context.js';
export type { Operation } from './operations/operation.js';
export type { ProgressEvent, ProgressListener } from './progress/progress-event.js';
export type { ProgressTarget } from './progress/progress-view.js';
export type { Cell, NumberSource, Report, ReportBlock, ReportSection } from './report/blocks.js';
export type * from './server/api.js';

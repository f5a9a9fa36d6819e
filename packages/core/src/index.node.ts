export * from './index.js';
export type { ErrorClass } from './threads/error-data.js';
export { lowerThreadPriority } from './threads/lower-priority.node.js';
export { answerCalls, type ThreadAnswer, ThreadCalls, type ThreadCallsOptions } from './threads/thread-calls.node.js';

export * from './index.js';
export type { ErrorClass } from './threads/error-data.js';
export { answerCalls, type ThreadAnswer, ThreadCalls, type ThreadCallsOptions } from './threads/thread-calls.node.js';

import { answerCalls, lowerThreadPriority } from '@zoopraxis/core/node';
import { type AnalysisRequest, analyze, type SharedProgress } from './analyze.js';

// Curves come as they can; the films, tracks and labels that the page asks for go first.
lowerThreadPriority();
answerCalls<{ readonly request: AnalysisRequest; readonly progress: SharedProgress }>(
  async ({ request, progress }) => ({
    reply: await analyze(request, progress),
  }),
);

import { answerCalls } from '@zoopraxis/core/node';
import { type AnalysisRequest, analyze, type SharedProgress } from './analyze.js';

answerCalls<{ readonly request: AnalysisRequest; readonly progress: SharedProgress }>(
  async ({ request, progress }) => ({
    reply: await analyze(request, progress),
  }),
);

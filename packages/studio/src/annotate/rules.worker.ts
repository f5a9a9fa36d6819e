import { createRuleWorker, type RuleQuestion } from './rule-worker.js';

const answer = createRuleWorker();

addEventListener('message', ({ data }: MessageEvent<RuleQuestion>) => {
  const said = answer(data);
  if (said === null) return;
  const bytes = said.kind === 'bouts' ? [said.startFrame.buffer, said.endFrame.buffer] : [];
  postMessage(said, { transfer: bytes });
});

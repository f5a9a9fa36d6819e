import { answerCalls } from '@zoopraxis/core/node';
import type { Session } from './backend.js';
import { directBackend } from './ort-backend.node.js';
import { ownBuffers } from './own-buffers.js';
import type { SessionNames, SessionRequest, SessionResults } from './session-messages.js';

let session: Session | undefined;

answerCalls<SessionRequest>(async (request) => {
  if (request.kind === 'create') {
    session = await directBackend(request.device).createSession(request.model, request.options);
    const reply: SessionNames = { inputNames: session.inputNames, outputNames: session.outputNames };
    return { reply };
  }
  if (request.kind === 'close') {
    await session?.close();
    session = undefined;
    return { reply: undefined };
  }
  if (session === undefined) throw new TypeError('session: it is closed');
  const { feeds } = request;
  const reply: SessionResults = { results: await session.run(feeds), feeds };
  const tensors = [...Object.values(reply.results), ...Object.values(feeds)];
  return { reply, moved: ownBuffers(tensors.map(({ data }) => data)) };
});

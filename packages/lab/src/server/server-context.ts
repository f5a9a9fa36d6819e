import type { Project } from '@zoopraxis/io';
import { createEventHub, type EventHub } from './events.js';

/** What the routes of one running server share. */
export interface ServerContext {
  /** Absolute path of the project's folder. */
  readonly folder: string;
  /** Open for writing as long as the server runs. */
  readonly project: Project;
  readonly events: EventHub;
  /** Who labels and annotates unless told otherwise. */
  readonly annotator: string;
  /** Whether that was said when the server was started. */
  readonly isAnnotatorGiven: boolean;
  /** Rises with every change of what the project's view shows. */
  readonly revision: number;
  /** Says that the project's view changed: raises the revision and tells the pages. */
  changed(): void;
  /** Fires when the server stops; long work of a route then ends. */
  readonly signal: AbortSignal;
  /** Adds work that is done when the server stops, last added first, before the project is closed. */
  onClose(work: () => Promise<void> | void): void;
}

/** A context, and what only the one who made it may do. */
export interface OwnedContext extends ServerContext {
  /** Ends long work, does what was asked for the end, and closes the project; the first problem is thrown at the end. */
  close(): Promise<void>;
}

/** Returns the context of a project that is open; closing the context closes the project. */
export function createServerContext(options: {
  readonly folder: string;
  readonly project: Project;
  readonly annotator: string;
  readonly isAnnotatorGiven?: boolean;
}): OwnedContext {
  const { folder, project, annotator, isAnnotatorGiven = false } = options;
  const events = createEventHub();
  const stop = new AbortController();
  const closing: (() => Promise<void> | void)[] = [];
  let revision = 1;
  let ended: Promise<void> | undefined;
  const end = async () => {
    events.send({ kind: 'stopping' });
    stop.abort();
    const problems: unknown[] = [];
    for (const work of closing.reverse()) {
      try {
        await work();
      } catch (error) {
        problems.push(error);
      }
    }
    await project.close().catch((error: unknown) => problems.push(error));
    if (problems.length > 0) throw problems[0];
  };
  return {
    folder,
    project,
    events,
    annotator,
    isAnnotatorGiven,
    get revision() {
      return revision;
    },
    changed() {
      revision++;
      events.send({ kind: 'project', revision });
    },
    signal: stop.signal,
    onClose: (work) => void closing.push(work),
    close() {
      ended ??= end();
      return ended;
    },
  };
}

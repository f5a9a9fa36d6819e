import type { StreamKey } from 'zoopraxis';
import { studio } from '../state/studio-store.js';
import { streamOf } from './active-stream.js';

const key = (project: string) => `zoopraxis.annotator/${project}`;

/** Who annotates in this browser, and who the server said it was by default when that was chosen. */
interface Kept {
  readonly annotator: string;
  readonly instead: string;
}

function readKept(project: string): Kept | null {
  try {
    const value = JSON.parse(localStorage.getItem(key(project)) ?? 'null') as Partial<Kept> | null;
    if (typeof value?.annotator !== 'string' || typeof value.instead !== 'string') return null;
    return { annotator: value.annotator, instead: value.instead };
  } catch {
    return null;
  }
}

const projectName = () => {
  const { project } = studio.getState();
  return project === null ? null : `${project.folder}/${project.name}`;
};

/** Lets whom this browser knows annotate again, unless the server was started for another one since. */
export function restoreAnnotator(project: string): void {
  const kept = readKept(project);
  const given = studio.getState().project?.annotator;
  if (kept !== null && kept.annotator !== '' && kept.instead === given) studio.setState({ annotator: kept.annotator });
}

/** Keeps who annotates with the browser. */
export function keepAnnotator(annotator: string): void {
  const [name, { project }] = [projectName(), studio.getState()];
  if (name === null || project === null) return;
  localStorage.setItem(key(name), JSON.stringify({ annotator, instead: project.annotator } satisfies Kept));
}

/**
 * Tells whether it must be asked first who annotates: letters would write among bouts that were there before, under a name that
 * nobody chose, neither when the server was started nor in this browser.
 */
export function mustAskWho(stream: StreamKey): boolean {
  const [name, { project, annotator }] = [projectName(), studio.getState()];
  if (name === null || project === null || project.isAnnotatorGiven === true) return false;
  if (stream.annotator !== annotator || annotator !== project.annotator) return false;
  if (readKept(name)?.annotator === annotator) return false;
  return (streamOf(stream)?.boutCount ?? 0) > 0;
}

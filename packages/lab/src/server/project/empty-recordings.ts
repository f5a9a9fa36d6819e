import { tracksByRecording } from '../../track/recording-of-tracks.js';
import type { ServerContext } from '../server-context.js';
import { listAllTracks } from '../tracks/edited-tracks.js';
import { listStreams } from './project-view.js';

/** Returns what tells, by its id, a recording that holds nothing beside its videos: no tracks, bouts, scores or words. */
export async function findEmptyRecordings(context: ServerContext): Promise<(id: string) => boolean> {
  const { project } = context;
  const [tracks, streams] = await Promise.all([listAllTracks(context), listStreams(context, new Set())]);
  const tracked = tracksByRecording(project.manifest, tracks);
  const scored = new Set(streams.map(({ recording }) => recording));
  return (id) => {
    const entry = project.manifest.recordings.find((item) => item.id === id);
    if (entry === undefined || scored.has(id) || (tracked.get(id)?.length ?? 0) > 0) return false;
    const { subjects, conditions, exclusions, regions, annotations, scores, features, signals, arena } = entry;
    const lists = [subjects, exclusions, regions, entry.tracks, annotations, scores, features, signals];
    return arena === undefined && Object.keys(conditions).length === 0 && lists.every(({ length }) => length === 0);
  };
}

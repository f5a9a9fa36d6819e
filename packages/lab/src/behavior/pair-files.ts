import { pairByStem, pairWithTable, type StemFile, type StemPairs } from './match-files.js';
import { recordingsOf } from './read-bouts.js';

/**
 * Returns the pairs of files of one stem; a single file of bouts that names several recordings, such as a table of a
 * project, is the partner of each of them.
 */
export async function pairFiles(
  tracks: readonly StemFile[],
  bouts: readonly StemFile[],
  fps: number | undefined,
): Promise<StemPairs> {
  const [table, ...others] = bouts;
  const byStem = pairByStem(tracks, bouts);
  if (table === undefined || others.length > 0 || byStem.pairs.length > 0) return byStem;
  return pairWithTable(tracks, table, await recordingsOf(table.path, fps));
}

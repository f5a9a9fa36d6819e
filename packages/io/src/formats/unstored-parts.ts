import type { PoseTracks } from '@zoopraxis/core';
import type { Report } from './file-problem.js';

/** Reports what tracks hold beside points that files of a kind, such as `DeepLabCut tables`, have no place for. */
export function reportUnstoredParts({ boxes, identity, timeBase }: PoseTracks, files: string, report: Report): void {
  const lost = [
    boxes === undefined ? [] : ['boxes'],
    identity === undefined ? [] : ['identity scores'],
    timeBase.timesSec === undefined ? [] : ['times of frames'],
  ].flat();
  if (lost.length === 0) return;
  const message = `${files} have no place for ${lost.join(', ')}.`;
  report({ severity: 'note', code: 'not-stored', file: '', where: 'tracks', message });
}

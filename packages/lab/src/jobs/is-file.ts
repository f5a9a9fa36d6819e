import { stat } from 'node:fs/promises';

/** Tells whether a path names a file that is there. */
export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );

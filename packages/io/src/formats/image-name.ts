/** Where a row of labels says its image is. */
export interface ImageName {
  /** Folder of the image, empty where the row names none. */
  readonly folder: string;
  readonly file: string;
}

/**
 * Returns folder and file of a row label: one path (`labeled-data/m4s1/img0001.png`, also absolute and with Windows'
 * backslashes) or its parts (labeled-data, m4s1, img0001.png). Undefined where there is no file name.
 */
export function readImageName(parts: readonly string[]): ImageName | undefined {
  const names = parts.flatMap((part) => part.trim().split(/[\\/]+/)).filter((name) => name !== '' && name !== '.');
  const file = names.at(-1);
  if (file === undefined || file === '..') return undefined;
  const folder = names.at(-2) ?? '';
  return { file, folder: folder === '..' || /^[A-Za-z]:$/.test(folder) ? '' : folder };
}

/** Returns the frame index in a name as DeepLabCut gives (`img0123.png`), or undefined. */
export function frameOfImage(file: string): number | undefined {
  const match = /^img0*(\d{1,15})\.[A-Za-z]+$/.exec(file);
  return match === null ? undefined : Number(match[1]);
}

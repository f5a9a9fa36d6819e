import { FormatError } from '@zoopraxis/core';
import type { Report } from '../file-problem.js';

/** Individual that carries the keypoints which are no animal's (`uniquebodyparts`) in multi-animal tables. */
export const uniqueIndividual = 'single';

/** Name given to the animal of single-animal tables, which have none. */
export const onlyIndividual = 'animal';

/** What the header of a DeepLabCut table says. */
export interface DeepLabCutColumns {
  readonly scorer: string;
  /** True where the header has a level of individuals. */
  readonly multiAnimal: boolean;
  readonly individuals: readonly string[];
  /** In the order of the file, with those of the individual `single` alone at the end. */
  readonly keypoints: readonly string[];
  /** Keypoints that only the individual `single` has. */
  readonly uniqueKeypoints: readonly string[];
  /** 3 where the columns are x, y, z. */
  readonly dimensions: 2 | 3;
  readonly withLikelihood: boolean;
  /** Column of each value or -1, shape `[individual, keypoint, 4]` with x, y, z, likelihood. */
  readonly places: Int32Array;
  readonly columnCount: number;
}

const coordinateNames = ['x', 'y', 'z', 'likelihood'];

/** A header as read: names of the levels (null = unknown) and the texts of each column. */
export interface RawHeader {
  readonly levelNames: readonly (string | null)[];
  readonly columns: readonly (readonly string[])[];
}

/** Returns the number of the level of each kind, by the names of the levels or else by their count. */
function findLevels(header: RawHeader, fail: (where: string, expected: string, found: string) => never) {
  const names = header.levelNames.map((name) => name?.trim().toLowerCase() ?? '');
  const find = (name: string) => names.indexOf(name);
  const named = {
    scorer: find('scorer'),
    individual: find('individuals'),
    keypoint: find('bodyparts'),
    coordinate: find('coords'),
  };
  if (named.scorer >= 0 && named.keypoint >= 0 && named.coordinate >= 0) return named;
  if (names.length === 3) return { scorer: 0, individual: -1, keypoint: 1, coordinate: 2 };
  if (names.length === 4) return { scorer: 0, individual: 1, keypoint: 2, coordinate: 3 };
  return fail('header', 'the levels scorer, (individuals,) bodyparts, coords', names.join(', ') || 'none');
}

/**
 * Returns what a header of three levels (scorer, bodyparts, coords) or four (with individuals) says.
 * @throws FormatError for other levels, a column twice, a keypoint without x or y, or no keypoint at all.
 */
export function readDeepLabCutColumns(
  header: RawHeader,
  options: { format: string; path?: string | undefined; report: Report },
): DeepLabCutColumns {
  const { path, format, report } = options;
  const fail = (where: string, expected: string, found: string): never => {
    const hint = 'DeepLabCut tables begin with the rows scorer, (individuals,) bodyparts and coords.';
    throw new FormatError({ format, ...(path === undefined ? {} : { path }), where, expected, found, hint });
  };
  const level = findLevels(header, fail);
  const multiAnimal = level.individual >= 0;
  const scorers = new Map<string, number>();
  const keypointsOf = new Map<string, string[]>();
  const found = new Map<string, number>();
  const individuals: string[] = [];
  const key = (individual: string, keypoint: string, coordinate: string) => `${individual}\0${keypoint}\0${coordinate}`;
  for (const [column, labels] of header.columns.entries()) {
    const scorer = labels[level.scorer] ?? '';
    const individual = multiAnimal ? (labels[level.individual] ?? '') : onlyIndividual;
    const keypoint = labels[level.keypoint] ?? '';
    const coordinate = (labels[level.coordinate] ?? '').trim().toLowerCase();
    const where = `header, column ${column + 1} (${labels.join(', ')})`;
    if (keypoint.trim() === '' || individual.trim() === '') fail(where, 'a name of a body part and individual', 'none');
    scorers.set(scorer, (scorers.get(scorer) ?? 0) + 1);
    if (!coordinateNames.includes(coordinate)) {
      report({
        severity: 'warning',
        code: 'unknown-column',
        file: path ?? '',
        where,
        message: `The column ${coordinate || 'without a name'} of ${keypoint} is none of x, y, z, likelihood and is left out.`,
      });
      continue;
    }
    const name = key(individual, keypoint, coordinate);
    if (found.has(name)) fail(where, 'each column once', `${keypoint} ${coordinate} twice`);
    found.set(name, column);
    let list = keypointsOf.get(individual);
    if (list === undefined) {
      list = [];
      keypointsOf.set(individual, list);
      individuals.push(individual);
    }
    // Columns of a keypoint stand together, so only the last name can repeat; a set catches the rest below.
    if (list.at(-1) !== keypoint) list.push(keypoint);
  }
  if (scorers.size > 1) {
    report({
      severity: 'warning',
      code: 'several-scorers',
      file: path ?? '',
      where: 'header, row scorer',
      message: `The row scorer has ${scorers.size} different names; the first, ${[...scorers.keys()][0]}, is used.`,
    });
  }
  const ofAnimals = new Set<string>();
  const unique = new Set<string>();
  for (const [individual, list] of keypointsOf) {
    if (!(multiAnimal && individual === uniqueIndividual)) for (const keypoint of list) ofAnimals.add(keypoint);
  }
  for (const keypoint of (multiAnimal ? keypointsOf.get(uniqueIndividual) : undefined) ?? []) {
    if (!ofAnimals.has(keypoint)) unique.add(keypoint);
  }
  const keypoints = [...ofAnimals, ...unique];
  if (keypoints.length === 0) fail('header', 'at least one body part', 'none');
  const places = new Int32Array(individuals.length * keypoints.length * 4).fill(-1);
  let dimensions: 2 | 3 = 2;
  let withLikelihood = false;
  for (const [i, individual] of individuals.entries()) {
    for (const [k, keypoint] of keypoints.entries()) {
      const at = (i * keypoints.length + k) * 4;
      for (const [c, coordinate] of coordinateNames.entries()) {
        places[at + c] = found.get(key(individual, keypoint, coordinate)) ?? -1;
      }
      const [x, y, z, likelihood] = places.subarray(at, at + 4) as unknown as [number, number, number, number];
      if (z >= 0) dimensions = 3;
      if (likelihood >= 0) withLikelihood = true;
      if (x >= 0 !== y >= 0 || (x < 0 && (z >= 0 || likelihood >= 0))) {
        fail(`header, ${individual} ${keypoint}`, 'columns x and y', x < 0 ? 'no column x' : 'no column y');
      }
    }
  }
  return {
    scorer: [...scorers.keys()][0] ?? '',
    multiAnimal,
    individuals,
    keypoints,
    uniqueKeypoints: [...unique],
    dimensions,
    withLikelihood,
    places,
    columnCount: header.columns.length,
  };
}

/** What a header to be written holds. */
export interface HeaderOptions {
  readonly scorer: string;
  readonly individuals: readonly string[];
  readonly keypoints: readonly string[];
  readonly multiAnimal: boolean;
  /** Keypoints that only the individual `single` gets; ignored for one animal. */
  readonly uniqueKeypoints?: readonly string[];
  /** Such as x, y, likelihood. */
  readonly coordinates: readonly string[];
}

/** The columns of a table to be written, and where their values come from. */
export interface WrittenColumns {
  readonly levelNames: readonly string[];
  readonly columns: readonly (readonly string[])[];
  /** Individual and keypoint of each group of columns, index pairs. */
  readonly points: readonly (readonly [number, number])[];
}

/** Returns the header of a table in DeepLabCut's order: animals first, then `single` with the unique body parts. */
export function writtenColumns(options: HeaderOptions): WrittenColumns {
  const { scorer, individuals, keypoints, multiAnimal, coordinates } = options;
  const unique = new Set(multiAnimal ? options.uniqueKeypoints : []);
  for (const keypoint of unique) {
    if (!keypoints.includes(keypoint)) {
      throw new RangeError(`DeepLabCut table: uniqueKeypoints must be in the skeleton, got ${keypoint}`);
    }
  }
  if (!multiAnimal && individuals.length !== 1) {
    throw new RangeError(`DeepLabCut table: one animal must have one individual, got ${individuals.length}`);
  }
  const points: [number, number][] = [];
  for (const [i, individual] of individuals.entries()) {
    for (const [k, keypoint] of keypoints.entries()) {
      const forSingle = multiAnimal && unique.size > 0 && individual === uniqueIndividual;
      if (unique.has(keypoint) === forSingle) points.push([i, k]);
    }
  }
  const columns = points.flatMap(([i, k]) =>
    coordinates.map((coordinate) => {
      const [individual, keypoint] = [individuals[i] as string, keypoints[k] as string];
      return multiAnimal ? [scorer, individual, keypoint, coordinate] : [scorer, keypoint, coordinate];
    }),
  );
  const levelNames = multiAnimal ? ['scorer', 'individuals', 'bodyparts', 'coords'] : ['scorer', 'bodyparts', 'coords'];
  return { levelNames, columns, points };
}

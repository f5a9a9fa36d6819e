import { FormatError, type Skeleton } from '@zoopraxis/core';
import {
  type Manifest,
  openProject,
  type Project,
  readAnnotationsFooter,
  readTracksFooter,
  type TracksFooter,
} from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { quoteName, quoteText, quoteValue } from './quote.js';

/** A table that queries can read. */
export interface QueryTable {
  /** As it is written in SQL, such as `tracks."m3v1"`. */
  readonly sqlName: string;
  /** What its rows are, in a sentence. */
  readonly about: string;
}

/** What a database needs to show a project. */
export interface ProjectViews {
  /** Statements that make the views. */
  readonly statements: readonly string[];
  /** Files that the views read: absolute paths. */
  readonly files: readonly string[];
  readonly tables: readonly QueryTable[];
  /** Files that are left out, and why. */
  readonly warnings: readonly string[];
}

/** Folders of the project whose Parquet files are tables, by schema. */
const folders = ['tracks', 'features', 'annotations'] as const;

interface TableFile {
  readonly folder: (typeof folders)[number];
  readonly name: string;
  readonly path: string;
  readonly footer?: TracksFooter;
}

/** Returns the statement for the view of points: one row for each frame, individual and keypoint. */
function pointsView(file: TableFile, skeleton: Pick<Skeleton, 'keypoints'>, dimensions: number): string {
  const from = `${file.folder}.${quoteName(file.name)}`;
  const axes = ['x', 'y', 'z'].slice(0, dimensions);
  const parts = skeleton.keypoints.map((keypoint) => {
    const columns = [...axes, 'confidence'].map((axis) => `${quoteName(`${keypoint}_${axis}`)} AS ${axis}`);
    return `SELECT frame, time_sec, individual, ${quoteText(keypoint)} AS keypoint, ${columns.join(', ')} FROM ${from}`;
  });
  return `CREATE VIEW points.${quoteName(file.name)} AS ${parts.join(' UNION ALL ')}`;
}

function valuesTable(
  name: string,
  columns: readonly [string, string][],
  rows: readonly (readonly Parameters<typeof quoteValue>[0][])[],
): string[] {
  const made = `CREATE TABLE ${quoteName(name)} (${columns.map(([column, type]) => `${quoteName(column)} ${type}`).join(', ')})`;
  if (rows.length === 0) return [made];
  const values = rows.map((row) => `(${row.map(quoteValue).join(', ')})`);
  return [made, `INSERT INTO ${quoteName(name)} VALUES ${values.join(', ')}`];
}

function manifestTables(manifest: Manifest): string[] {
  const videos = manifest.videos.map((video) => [
    video.id,
    video.source,
    video.view,
    video.widthPx,
    video.heightPx,
    video.frameCount,
    video.fps,
    video.contentHash,
  ]);
  const recordings = manifest.recordings.map(({ id, videos: ids, subjects }) => [id, ids, subjects]);
  const conditions = manifest.recordings.flatMap(({ id, conditions: all }) =>
    Object.entries(all).map(([name, value]) => [id, name, String(value)]),
  );
  return [
    ...valuesTable(
      'videos',
      [
        ['id', 'VARCHAR'],
        ['source', 'VARCHAR'],
        ['view', 'VARCHAR'],
        ['width_px', 'INTEGER'],
        ['height_px', 'INTEGER'],
        ['frame_count', 'BIGINT'],
        ['fps', 'DOUBLE'],
        ['content_hash', 'VARCHAR'],
      ],
      videos,
    ),
    ...valuesTable(
      'recordings',
      [
        ['id', 'VARCHAR'],
        ['videos', 'VARCHAR[]'],
        ['subjects', 'VARCHAR[]'],
      ],
      recordings,
    ),
    ...valuesTable(
      'conditions',
      [
        ['recording', 'VARCHAR'],
        ['name', 'VARCHAR'],
        ['value', 'VARCHAR'],
      ],
      conditions,
    ),
  ];
}

async function tableFiles(store: FolderStore, project: Project, warnings: string[]): Promise<TableFile[]> {
  const files: TableFile[] = [];
  for (const folder of folders) {
    for (const stored of await store.list(`${folder}/`)) {
      const name = /^[^/]+\/([^/]+)\.parquet$/.exec(stored)?.[1];
      if (name === undefined) continue;
      const path = await store.resolve(stored);
      if (folder === 'features') {
        files.push({ folder, name, path });
        continue;
      }
      try {
        if (folder === 'annotations') {
          if ((await readAnnotationsFooter(project.store, stored)) !== undefined) files.push({ folder, name, path });
          continue;
        }
        const footer = await readTracksFooter(project.store, stored);
        if (footer !== undefined) files.push({ folder, name, path, footer });
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        warnings.push(`left out: ${error.message}`);
      }
    }
  }
  return files;
}

/**
 * Returns what shows a project's tables in a database: `tracks."<name>"` (a row for each frame and individual),
 * `points."<name>"` (and keypoint), `all_tracks` and `all_points` with the column `track` in front, `features."<name>"`,
 * `annotations."<name>"` (a row for each bout) and `all_bouts` with the column `annotations` in front, and `videos`, `recordings` and `conditions` of the manifest.
 *
 * @throws StorageError where the folder is no project.
 */
export async function projectViews(folder: string): Promise<ProjectViews> {
  const store = new FolderStore(folder);
  const project = await openProject(store, { mode: 'read' });
  const warnings: string[] = [];
  const files = await tableFiles(store, project, warnings);
  const statements = [...folders, 'points'].map((schema) => `CREATE SCHEMA ${quoteName(schema)}`);
  const tables: QueryTable[] = [];
  const all: Record<'tracks' | 'points' | 'bouts', string[]> = { tracks: [], points: [], bouts: [] };
  for (const file of files) {
    const view = `${file.folder}.${quoteName(file.name)}`;
    statements.push(`CREATE VIEW ${view} AS SELECT * FROM read_parquet([${quoteText(file.path)}])`);
    if (file.folder === 'annotations') {
      tables.push({ sqlName: view, about: 'bouts: recording, subject, annotator, behavior, start_sec, end_sec, ...' });
      all.bouts.push(`SELECT ${quoteText(file.name)} AS annotations, * FROM ${view}`);
      continue;
    }
    if (file.footer === undefined) {
      tables.push({ sqlName: view, about: `the table ${file.folder}/${file.name}.parquet` });
      continue;
    }
    const { individuals, skeleton, frameCount, dimensions, space } = file.footer;
    const unit = space === 'image' ? 'px' : 'cm';
    tables.push({
      sqlName: view,
      about: `${frameCount} frames of ${individuals.length} individuals; <keypoint>_x, _y in ${unit}, _confidence`,
    });
    statements.push(pointsView(file, skeleton, dimensions));
    const points = `points.${quoteName(file.name)}`;
    tables.push({ sqlName: points, about: `the same, one row for each of ${skeleton.keypoints.length} keypoints` });
    all.tracks.push(`SELECT ${quoteText(file.name)} AS track, * FROM ${view}`);
    all.points.push(`SELECT ${quoteText(file.name)} AS track, * FROM ${points}`);
  }
  for (const kind of ['tracks', 'points', 'bouts'] as const) {
    if (all[kind].length === 0) continue;
    statements.push(`CREATE VIEW all_${kind} AS ${all[kind].join(' UNION ALL BY NAME ')}`);
    const column = kind === 'bouts' ? 'annotations' : 'track';
    tables.push({ sqlName: `all_${kind}`, about: `all ${kind} of the project, named in the column ${column}` });
  }
  statements.push(...manifestTables(project.manifest));
  tables.push(
    { sqlName: 'videos', about: 'the videos of the project' },
    { sqlName: 'recordings', about: 'the recordings, with lists of videos and subjects' },
    { sqlName: 'conditions', about: 'conditions of recordings: recording, name, value' },
  );
  return { statements, files: files.map((file) => file.path), tables, warnings };
}

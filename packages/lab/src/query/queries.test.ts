import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPoseTracks, createRecording, createSkeleton, FormatError, type PoseTracks } from '@zoopraxis/core';
import { createProjectFolder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openQueries, type Queries } from './queries.js';
import { quoteName, quoteText, quoteValue } from './quote.js';

const nan = Number.NaN;
const odd = `it's "odd"; --`;

function makeTracks(keypoints: string[], frames: number): PoseTracks {
  const values = frames * keypoints.length;
  return createPoseTracks({
    skeleton: createSkeleton({ name: 's', keypoints }),
    individuals: ['m'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: frames, fps: 10 },
    position: Float32Array.from({ length: values * 2 }, (_, i) => (i === 0 ? nan : i)),
    confidence: new Float32Array(values).fill(0.5),
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
}

let base = '';
let folder = '';
let queries: Queries;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  folder = join(base, `a project's folder`);
  const project = await createProjectFolder(folder, { name: 'p' });
  await project.writeTracks('short', makeTracks(['nose', 'tail'], 3));
  // On Windows a file cannot be called so.
  await project.writeTracks(process.platform === 'win32' ? 'odd' : "it's odd; --", makeTracks([odd], 100_000));
  await project.updateRecordings(() => [
    createRecording({ id: 'r1', subjects: ["o'neill"], conditions: { group: 'sham', doseMg: 1.5 } }),
  ]);
  await project.close();
  await writeFile(join(base, 'secret.txt'), 'secret');
  await symlink(join(base, 'secret.txt'), join(folder, 'tracks', 'link.parquet')).catch(() => undefined);
  await writeFile(join(folder, 'tracks', 'broken.parquet'), 'PAR1 no');
  queries = await openQueries(folder, { memoryBytes: 200 * 2 ** 20 });
});
afterAll(async () => {
  await queries.close();
  await rm(base, { recursive: true, force: true });
});

const cells = async (sql: string) => (await queries.rows(sql)).rows;

describe('queries', () => {
  test('missing points do not count, positions and times are those written', async () => {
    expect(
      await cells('SELECT count(*), count(nose_x), avg(nose_x), min(tail_x), max(time_sec) FROM tracks.short'),
    ).toEqual([[3, 2, 6, 2, 0.2]]);
  });

  test('points have one row for each frame and keypoint, of all tracks together too', async () => {
    expect(
      await cells('SELECT keypoint, count(x), sum(y) FROM points.short GROUP BY keypoint ORDER BY keypoint'),
    ).toEqual([
      ['nose', 2, 15],
      ['tail', 3, 21],
    ]);
    const counts = await cells(
      'SELECT track, count(*), count(DISTINCT keypoint) FROM all_points GROUP BY track ORDER BY 2',
    );
    expect(counts.map(([, rows, keypoints]) => [rows, keypoints])).toEqual([
      [6, 2],
      [100_000, 1],
    ]);
    expect(await cells(`SELECT count(*) FROM all_points WHERE keypoint = ${quoteText(odd)}`)).toEqual([[100_000]]);
    expect(await cells('SELECT count(*), count(tail_x) FROM all_tracks')).toEqual([[100_003, 3]]);
  });

  test('the manifest can be joined', async () => {
    expect(
      await cells(
        `SELECT r.id, subjects, c.value FROM recordings r JOIN conditions c ON c.recording = r.id AND c.name = 'doseMg'`,
      ),
    ).toEqual([['r1', ["o'neill"], '1.5']]);
  });

  test('rows come in batches, stop at the limit, and say so', async () => {
    const result = await queries.query('SELECT frame FROM all_tracks');
    expect(result.columns).toEqual([{ name: 'frame', type: 'INTEGER' }]);
    let [batches, rows] = [0, 0];
    for await (const batch of result.batches()) {
      batches++;
      rows += batch.length;
    }
    expect(rows).toBe(100_003);
    expect(batches).toBeGreaterThan(10);
    const some = await queries.rows('SELECT frame FROM all_tracks', { maximumRows: 5000 });
    expect([some.rows.length, some.truncated]).toEqual([5000, true]);
    expect((await queries.rows('SELECT 1', { maximumRows: 1 })).truncated).toBe(false);
  });

  test('parameters are values, never SQL', async () => {
    const injected = `x'; SELECT 1 --`;
    expect((await queries.rows('SELECT ? AS a, ? + 1 AS b', { parameters: [injected, 41] })).rows).toEqual([
      [injected, 42],
    ]);
    expect((await queries.rows('SELECT $a AS a', { parameters: { a: 'x' } })).rows).toEqual([['x']]);
  });

  test('values are plain: large numbers as text, decimals as numbers, lists and structs as they are', async () => {
    expect(
      await cells(`SELECT 9007199254740993::BIGINT, 1.25, [1, 2], {'a': NULL}, 'nan'::DOUBLE, DATE '2026-01-02', true`),
    ).toEqual([['9007199254740993', 1.25, [1, 2], { a: null }, nan, '2026-01-02', true]]);
  });

  test('a wrong query names its line and the tables', async () => {
    const problem = await queries.rows('SELECT 1,\n nothing FROM tracks.short').catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(FormatError);
    expect(problem).toMatchObject({ where: 'line 2', hint: expect.stringContaining('tracks."short"') });
  });

  test('an aborted query ends', async () => {
    const controller = new AbortController();
    const long = queries.rows(
      'SELECT count(*) FROM range(100000000) a, range(100000) b WHERE hash(a.range) = hash(b.range + 1)',
      {
        signal: controller.signal,
      },
    );
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(long).rejects.toThrow('enough');
    await expect(queries.rows('SELECT 1', { signal: controller.signal })).rejects.toThrow('enough');
  });

  test('many queries run beside one another', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => cells(`SELECT count(*) + ${i} FROM all_points`)),
    );
    expect(results.map(([row]) => row?.[0])).toEqual(Array.from({ length: 8 }, (_, i) => 100_006 + i));
  });

  test('a damaged table is left out and named, a link out of the project is not followed', async () => {
    expect(queries.warnings.join()).toMatch(/left out: not a valid Parquet file .*broken.parquet/);
    expect(queries.tables.map((table) => table.sqlName).join()).not.toMatch(/broken|link/);
  });
});

describe('foreign SQL', () => {
  test.each([
    `SELECT * FROM read_csv('/etc/passwd')`,
    `SELECT content FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_text('SECRET')`,
    `SELECT * FROM read_text('FOLDER/tracks/link.parquet')`,
    `SELECT * FROM read_text('FOLDER/tracks/../../secret.txt')`,
    `SELECT * FROM read_text('FOLDER/zoopraxis.json')`,
    `SELECT * FROM '/etc/passwd'`,
    `SELECT * FROM glob('/etc/*')`,
    `SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')`,
    `SELECT * FROM 'https://example.com/a.parquet'`,
    `SELECT * FROM read_blob('\\\\server\\share')`,
  ])('cannot read outside: %s', async (sql) => {
    const text = sql
      .replace('SECRET', quoteText(join(base, 'secret.txt')).slice(1, -1))
      .replace('FOLDER', quoteText(folder).slice(1, -1));
    await expect(queries.rows(text)).rejects.toThrow(
      /Permission Error|Catalog Error|Binder Error|Missing Extension|Missing/,
    );
  });

  test.each([
    `COPY (SELECT 1) TO 'OUT'`,
    `COPY (SELECT 1 AS x) TO 'TRACKS' (FORMAT parquet, USE_TMP_FILE false)`,
    `EXPLAIN ANALYZE COPY (SELECT 1 AS x) TO 'TRACKS' (FORMAT parquet, USE_TMP_FILE false)`,
    `CREATE TABLE t AS SELECT 1`,
    `INSERT INTO videos (id) VALUES ('x')`,
    `DROP TABLE videos`,
    `ATTACH 'OUT'`,
    `EXPORT DATABASE 'OUT'`,
    `INSTALL httpfs`,
    `LOAD httpfs`,
    `SET enable_external_access = true`,
    `SET GLOBAL threads = 64`,
    `PRAGMA enable_profiling`,
    `CALL pragma_version()`,
    `SELECT 1; SELECT 2`,
    `SELECT 1; COPY (SELECT 1) TO 'OUT'`,
    ``,
    `-- nothing`,
  ])('cannot write or change anything: %s', async (sql) => {
    const tracks = join(folder, 'tracks', 'short.parquet');
    const [before, names] = [await readFile(tracks), await readdir(base)];
    const text = sql
      .replace('OUT', quoteText(join(base, 'out')).slice(1, -1))
      .replace('TRACKS', quoteText(tracks).slice(1, -1));
    const problem = await queries.rows(text).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(FormatError);
    expect((problem as FormatError).found).toMatch(/^a statement of kind|statements$|Invalid Input|Permission Error/);
    expect(await readFile(tracks)).toEqual(before);
    expect(await readdir(base)).toEqual(names);
  });
});

test('quoting keeps any text inside its quotes', () => {
  expect(quoteName('a"b')).toBe('"a""b"');
  expect(quoteText("a'b\\")).toBe("'a''b\\'");
  expect(quoteValue(['a', 1, true])).toBe("['a', 1, true]");
  expect(quoteValue(null)).toBe('NULL');
  expect(() => quoteName('')).toThrow(/SQL name/);
  expect(() => quoteText('a\0')).toThrow(/SQL text/);
  expect(() => quoteValue(nan)).toThrow(/SQL number/);
});

test('a project without tables opens, a folder without project is refused', async () => {
  const empty = join(base, 'empty');
  await (await createProjectFolder(empty, { name: 'e' })).close();
  const none = await openQueries(empty);
  expect((await none.rows('SELECT count(*) FROM videos')).rows).toEqual([[0]]);
  await expect(none.rows(`SELECT * FROM read_text('/etc/passwd')`)).rejects.toThrow(/Permission Error/);
  await none.close();
  await expect(openQueries(join(base, 'nowhere'))).rejects.toThrow(/this is no Zoopraxis project/);
});

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@zoopraxis/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runProgram, startProgram } from './run-program.test.kit.js';

// From tracks and annotations to an evaluated classifier, on two dots-on-a-string animals whose behavior is known.

const frameCount = 700;
const points = ['nose', 'body', 'tailbase'];

type Line = [first: number, last: number, behavior: string];

/** What is wrong with a session. */
interface Flaws {
  /** Rewrites the labels of frames, or the lines of the annotation. */
  readonly labels?: (labels: string[]) => string[];
  readonly lines?: (lines: Line[]) => Line[];
  /** The second animal has no point in any frame. */
  readonly isMissing?: boolean;
  /** Animals have names that mean something, and exchange them at this frame. */
  readonly swapAt?: number;
}

/** Writes DeepLabCut tracks and Caltech annotations of one session: `together`, `running`, and `base` at the ends. */
async function writeSession(folder: string, name: string, seed: number, flaws: Flaws = {}): Promise<void> {
  const { isMissing = false, swapAt = Number.POSITIVE_INFINITY } = flaws;
  const random = new Random(seed);
  const states: string[] = [];
  while (states.length < frameCount - 80) {
    const state = ['apart', 'together', 'running'][random.integer(3)] as string;
    const length = 25 + random.integer(50);
    for (let i = 0; i < length && states.length < frameCount - 80; i++) states.push(state);
  }
  let labels = [...new Array<string>(40).fill('base'), ...states, ...new Array<string>(40).fill('base')];
  const rows: string[] = [];
  let [x, distance] = [100, 200];
  for (let frame = 0; frame < frameCount; frame++) {
    const state = labels[frame];
    distance += 0.2 * ((state === 'together' ? 15 : 200) - distance);
    x = (x + (state === 'running' ? 12 : 1)) % 400;
    const cells = (frame < swapAt ? [0, 1] : [1, 0]).flatMap((animal) =>
      points.flatMap((_, point) => {
        const left = x + point * 12 + random.normal();
        const top = 100 + animal * distance + random.normal();
        return random.uniform() < 0.03 || (isMissing && animal === 1)
          ? ['', '', '']
          : [left.toFixed(3), top.toFixed(3), '0.99'];
      }),
    );
    rows.push([frame, ...cells].join(','));
  }
  const twice = (make: (animal: number, point: string) => string) =>
    [1, 2].flatMap((animal) => points.flatMap((point) => new Array(3).fill(make(animal, point)))).join(',');
  const header = [
    `scorer,${twice(() => 'DLC')}`,
    `individuals,${twice((animal) => (flaws.swapAt === undefined ? `individual${animal}` : ['', 'black', 'white'][animal]) as string)}`,
    `bodyparts,${twice((_, point) => point)}`,
    `coords,${new Array(6).fill('x,y,likelihood').join(',')}`,
  ];
  await mkdir(join(folder, 'tracks'), { recursive: true });
  await mkdir(join(folder, 'annotations'), { recursive: true });
  await writeFile(join(folder, 'tracks', `${name}.csv`), `${[...header, ...rows].join('\n')}\n`);
  labels = flaws.labels?.(labels) ?? labels;
  let bouts: Line[] = [];
  for (let from = 0; from < labels.length; ) {
    let to = from + 1;
    while (to < labels.length && labels[to] === labels[from]) to++;
    bouts.push([from + 1, to, labels[from] as string]);
    from = to;
  }
  bouts = flaws.lines?.(bouts) ?? bouts;
  const lines = bouts.map((line) => `\t${line.join('\t')}`);
  const config = ['base\tz', 'apart\ta', 'together\tt', 'running\tr', 'flying\tf'].join('\n');
  await writeFile(
    join(folder, 'annotations', `${name}.txt`),
    `Caltech Behavior Annotator - Annotation File\n\nConfiguration file:\n${config}\n\nS1:\tstart\tend\ttype\n-----------------------------\n${lines.join('\n')}\n\nS2:\tstart\tend\ttype\n-----------------------------\n\t1\t${frameCount}\tbase\n`,
  );
}

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const small = ['--windows', 'none', '--trees', '12', '--folds', '2', '--threads', '2'];
const trainWords = (out: string, ...more: string[]) => [
  ...['train', 'behavior', '--tracks', 'train/tracks', '--annotations', 'train/annotations', '--stream', 'S1'],
  ...['--unscored', 'base', '--fps', '30', '--out', out, ...small, ...more],
];
const json = async (...words: string[]) => {
  const run = await runProgram([...words, '--json'], folder);
  expect(run.code, run.err).toBe(0);
  return JSON.parse(run.out);
};
let trained: Awaited<ReturnType<typeof json>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-behavior-'));
  for (const [i, name] of ['s1', 's2', 's3', 's4'].entries()) await writeSession(at('train'), name, i);
  for (const [i, name] of ['t1', 't2'].entries()) await writeSession(at('test'), name, 100 + i);
  await rm(at('train', 'annotations', 's4.txt'));
  trained = await json(...trainWords('model'));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('training matches files by stem, cross-validates by recording, and says what was left out', async () => {
  expect(trained.recordings).toEqual(['s1', 's2', 's3']);
  expect(trained.tracksAlone).toEqual(['s4.csv']);
  expect(trained.behaviors).toEqual(['apart', 'running', 'together']);
  expect(trained.crossValidation).toMatchObject({ folds: 2, groups: 3 });
  // The animals do nothing else, so a classifier that works is nearly always right.
  expect(trained.crossValidation.evaluation.macroF1).toBeGreaterThan(0.85);
  expect(trained.leaks.join()).toContain('whole recordings were held out');
  expect((await readdir(at('model'))).sort()).toEqual(
    expect.arrayContaining(['model.json', 'report.html', 'training.json']),
  );
  expect(await readdir(at('model'))).not.toContain('folds');
  const page = await readFile(at('model', 'report.html'), 'utf8');
  expect(page).toContain('What may leak from training into the test');
  expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
});

test('the same command again trains nothing, other settings are not mixed in', async () => {
  const before = await readFile(at('model', 'model.json'));
  expect((await json(...trainWords('model'))).state).toBe('unchanged');
  const other = await runProgram(trainWords('model', '--seed', '9'), folder);
  expect(other.code).toBe(1);
  expect(other.err).toMatch(/model of other settings[\s\S]*--overwrite/);
  expect(await readFile(at('model', 'model.json'))).toEqual(before);
}, 300_000);

test('a training that is killed goes on behind its last fold and ends with the same bits', async () => {
  const words = trainWords('killed');
  const first = startProgram(words, folder);
  await vi.waitFor(
    async () => expect((await readdir(at('killed', 'folds'), { recursive: true })).join()).toMatch(/\.bin\b/),
    { timeout: 120_000, interval: 5 },
  );
  first.signal('SIGKILL');
  await first.ended;
  expect(await readdir(at('killed'))).not.toContain('model.json');
  await json(...words);
  for (const name of ['training.json', 'report.html', 'model.json']) {
    // The page and the card name the folder of the model nowhere but in the title.
    const [a, b] = await Promise.all(['killed', 'model'].map((of) => readFile(at(of, name), 'utf8')));
    expect(a?.replaceAll('killed', 'model')).toBe(b);
  }
}, 300_000);

test('a folder is classified, one bad file is told at the end, and what is done is not done again', async () => {
  await writeFile(at('test', 'tracks', 'bad.csv'), 'scorer,DLC\nnot,tracks\n');
  const words = ['classify', 'test/tracks', '--model', 'model', '--out', 'out', '--formats', 'scores,caltech'];
  const first = await runProgram([...words, '--json'], folder);
  expect(first.code, first.err).toBe(3);
  const result = JSON.parse(first.out);
  expect(result.recordings.map((of: { state: string }) => of.state)).toEqual(['classified', 'classified']);
  expect(result.failed).toMatchObject([{ code: 'format', path: expect.stringContaining('bad.csv') }]);
  expect((await readdir(at('out'))).filter((name) => !name.startsWith('.'))).toEqual(
    ['t1', 't2'].flatMap((stem) =>
      ['.classified.json', '.csv', '.scores.parquet', '.txt'].map((ending) => `${stem}${ending}`),
    ),
  );
  const bytes = await readFile(at('out', 't1.csv'));
  await rm(at('out', 't2.csv'));
  const again = JSON.parse((await runProgram([...words, '--json'], folder)).out);
  expect(again.recordings.map((of: { state: string }) => of.state)).toEqual(['skipped', 'classified']);
  expect(await readFile(at('out', 't1.csv'))).toEqual(bytes);
  await rm(at('test', 'tracks', 'bad.csv'));
}, 300_000);

test('an evaluation has the promised form, and needs no frame rate for what classify wrote', async () => {
  const words = ['--stream', 'S1', '--unscored', 'base', '--resamples', '50'];
  const result = await json('evaluate', 'behavior', '--predicted', 'out', '--truth', 'test/annotations', ...words);
  expect(result.macroF1).toBeGreaterThan(0.85);
  expect(result.accuracy).toBeGreaterThan(0.85);
  expect(Object.keys(result.perBehavior).sort()).toEqual(expect.arrayContaining(['apart', 'running', 'together']));
  for (const own of ['precision', 'recall', 'f1', 'support', 'boutF1']) {
    expect(typeof result.perBehavior.together[own], own).toBe('number');
  }
  expect(result.frames).toMatchObject({ counted: 2 * (frameCount - 80), unscored: 2 * 80 });
  expect(result.trainedOn).toEqual([]);
}, 300_000);

test('the mean of trees and networks learns, names its members on the page, and classifies', async () => {
  const result = await json(...trainWords('mean-model', '--family', 'mean', '--folds', '0'));
  expect(result.crossValidation).toBeNull();
  expect(await readFile(at('mean-model', 'report.html'), 'utf8')).toContain('mean of trees and temporal');
  await json('classify', 'test/tracks', '--model', 'mean-model', '--out', 'mean-out');
  const words = ['--stream', 'S1', '--unscored', 'base', '--resamples', '0'];
  const said = await json('evaluate', 'behavior', '--predicted', 'mean-out', '--truth', 'test/annotations', ...words);
  expect(said.macroF1).toBeGreaterThan(0.85);
}, 300_000);

test('learning curves are measured on held-out recordings, by bouts and by frames, and drawn', async () => {
  for (const [i, name] of ['s1', 's2', 's3', 's5'].entries()) await writeSession(at('curve'), name, i);
  const words = ['--folds', '0', '--learning-curve', 'bouts,frames'];
  const folders = ['--tracks', 'curve/tracks', '--annotations', 'curve/annotations'];
  const result = await json(...trainWords('curve-model', ...folders, ...words));
  const [bouts, frames] = result.learningCurves;
  expect([bouts.by, frames.by]).toEqual(['bouts', 'frames']);
  expect(bouts.tested).toHaveLength(1);
  const counts = bouts.points.map(
    (point: { perBehavior: Record<string, { bouts: number }> }) => point.perBehavior.apart?.bouts,
  );
  expect(counts).toEqual([...counts].sort((a: number, b: number) => a - b));
  expect(bouts.points.at(-1).perBehavior.together.f1).toBeGreaterThan(0.85);
  expect(bouts.points.at(-1).perBehavior.together.f1).toBeGreaterThan(bouts.points[0].perBehavior.together.f1);
  // Frames are spread over all bouts: fewer of them tell as much.
  expect(frames.points[0].perBehavior.apart.frames).toBeLessThan(0.1 * frames.points.at(-1).perBehavior.apart.frames);
  const page = await readFile(at('curve-model', 'report.html'), 'utf8');
  expect(page).toContain('Amount of training data');
  const few = await runProgram(trainWords('two', '--groups', 'pairs.csv', '--learning-curve', 'bouts'), folder);
  expect(few.code).toBe(1);
}, 300_000);

test('a new behavior needs no second scoring of old recordings: a table says what was looked for', async () => {
  // In two of the five sessions nobody looked for running; it happens there all the same.
  const unlooked = { labels: (labels: string[]) => labels.map((label) => (label === 'running' ? 'none' : label)) };
  for (const [i, name] of ['s1', 's2', 's3', 's4', 's5'].entries()) {
    await writeSession(at('partly'), name, i, {
      ...(i < 2 ? unlooked : {}),
      lines: (lines) => lines.filter(([, , behavior]) => behavior !== 'apart' && behavior !== 'none'),
    });
  }
  const words = ['--tracks', 'partly/tracks', '--annotations', 'partly/annotations', '--stream', 'S1', '--fps', '30'];
  await writeFile(at('looked.csv'), 'recording,behaviors\ns1,together\ns2.csv,together\n');
  const told = await json(
    ...['train', 'behavior', ...words, ...small, '--folds', '5', '--out', 'looked', '--scored', 'looked.csv'],
  );
  // Without the table it is 0.75: running of the first two counts against what finds it.
  const { perBehavior, frames } = told.crossValidation.evaluation;
  expect(perBehavior.running.f1).toBeGreaterThan(0.9);
  expect(frames.unscored).toBeGreaterThan(200);
  await writeFile(at('wrong.csv'), 'recording,behaviors\ns1,\n');
  const wrong = await runProgram(['train', 'behavior', ...words, '--out', 'wrong', '--scored', 'wrong.csv'], folder);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toMatch(/line 2.*expected a recording and the behaviors/s);
}, 300_000);

test('features are a table of every frame, computed once', async () => {
  const words = ['features', 'test/tracks/t1.csv', '--out', 'features', '--fps', '30', '--windows', 'none'];
  const more = ['--groups', 'speeds', '--format', 'csv'];
  const first = await json(...words, ...more);
  expect(first.recordings).toMatchObject([{ recording: 't1', frames: frameCount, state: 'computed' }]);
  const [header = '', ...rows] = (await readFile(at('features', 't1.features.csv'), 'utf8')).trimEnd().split('\n');
  expect(rows).toHaveLength(frameCount);
  // Names such as speed(nose,0.5s) hold commas and stand in quotes.
  expect(header.match(/"[^"]*"|[^,]+/g)).toHaveLength(2 + first.recordings[0].columns);
  const record = JSON.parse(await readFile(at('features', 't1.features.json'), 'utf8'));
  for (const { unit, definition } of record.columns) expect([unit, definition].every((text) => text !== '')).toBe(true);
  expect((await json(...words, ...more)).recordings[0].state).toBe('skipped');
  expect((await json(...words, '--groups', 'speeds')).recordings[0].state).toBe('computed');
}, 300_000);

test('recordings of two cameras have lengths in cm by a table of scales', async () => {
  // The second recording is the first seen by a camera that is twice as near.
  await mkdir(at('cameras'));
  const text = await readFile(at('test', 'tracks', 't1.csv'), 'utf8');
  const [header, rows] = [text.split('\n').slice(0, 4), text.trimEnd().split('\n').slice(4)];
  const nearer = rows.map((row) =>
    row
      .split(',')
      .map((cell, i) => (i === 0 || i % 3 === 0 || cell === '' ? cell : (2 * Number(cell)).toFixed(3)))
      .join(','),
  );
  await writeFile(at('cameras', 'far.csv'), text);
  await writeFile(at('cameras', 'near.csv'), `${[...header, ...nearer].join('\n')}\n`);
  await writeFile(at('scales.csv'), 'recording,px_per_cm\nfar,10\nnear,20\n');
  const words = ['--fps', '30', '--windows', 'none', '--groups', 'partner-distances', '--format', 'csv'];
  await json('features', 'cameras', '--out', 'in-cm', '--scales', 'scales.csv', ...words);
  const [far, near] = await Promise.all(
    ['far', 'near'].map(async (name) => {
      const [first = '', ...lines] = (await readFile(at('in-cm', `${name}.features.csv`), 'utf8'))
        .trimEnd()
        .split('\n');
      return { first, values: lines.map((line) => line.split(',').map(Number)) };
    }),
  );
  const { columns } = JSON.parse(await readFile(at('in-cm', 'near.features.json'), 'utf8'));
  expect(columns[0].unit).toBe('cm');
  expect(near?.first).toBe(far?.first);
  const worst = (far?.values ?? []).flatMap((row, i) =>
    row.map((value, c) => Math.abs(value - (near?.values[i]?.[c] as number))),
  );
  expect(Math.max(...worst.filter((value) => !Number.isNaN(value)))).toBeLessThan(1e-3);
}, 300_000);

test('scores on recordings that were trained on are no test, and say so', async () => {
  await json('classify', 'train/tracks/s1.csv', '--model', 'model', '--out', 'own');
  const words = ['--predicted', 'own', '--truth', 'train/annotations', '--stream', 'S1', '--unscored', 'base'];
  const { code, out } = await runProgram(['evaluate', 'behavior', ...words, '--report', 'own.html'], folder);
  expect(code).toBe(0);
  expect(out).toContain('THIS IS NO TEST: the model was trained on all of these recordings (s1)');
  expect(await readFile(at('own.html'), 'utf8')).toContain('THIS IS NO TEST');
}, 300_000);

test('one session gives a model and no score', async () => {
  await mkdir(at('one', 'tracks'), { recursive: true });
  await cp(at('train', 'tracks', 's1.csv'), at('one', 'tracks', 's1.csv'));
  const words = trainWords('single').map((word) => (word === 'train/tracks' ? 'one/tracks' : word));
  const { code, out, err } = await runProgram(words, folder);
  expect(code, err).toBe(0);
  expect(out).toContain('No score: all recordings are of one group, and no honest test is possible.');
  expect(out).not.toMatch(/F1/);
  expect(await readFile(at('single', 'report.html'), 'utf8')).toContain('no score is given');
}, 300_000);

for (const [what, words, says] of [
  ['two streams without a choice', ['--stream', ''], /--stream/],
  ['a stream that is not there', ['--stream', 'S7'], /expected stream S7, found S1, S2/],
  ['a behavior that nobody scored', ['--classes', 'flying'], /no annotation has the behavior flying/],
  ['a map without two names', ['--map', 'together'], /--map: must be fine=coarse/],
  ['windows that are no numbers', ['--windows', 'wide'], /--windows: must be seconds/],
] as const) {
  test(`${what} is told with its mend, and nothing is written`, async () => {
    const { code, out, err } = await runProgram([...trainWords('refused'), ...words], folder);
    expect([code === 1 || code === 2, out]).toEqual([true, '']);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\n\s+at |\[object Object\]|unexpected/);
    expect(await readdir(at('refused')).catch(() => [])).not.toContain('model.json');
  }, 300_000);
}

test('what is odd about tracks and annotations is told with its file, and the rest is learned from', async () => {
  const bad = at('bad');
  const once = (labels: string[]) => labels.map((label, i) => (i >= 100 && i < 130 ? 'flying' : label));
  await writeSession(bad, 'flying', 30, { labels: once });
  await writeSession(bad, 'longer', 31, { labels: (labels) => [...labels, ...new Array<string>(200).fill('base')] });
  await writeSession(bad, 'shorter', 32, { labels: (labels) => labels.slice(0, 400) });
  await writeSession(bad, 'missing', 33, { isMissing: true });
  await writeSession(bad, 'overlap', 34, {
    lines: (lines) => lines.map(([from, to, name], i) => [i === 4 ? from - 10 : from, to, name]),
  });
  await writeSession(bad, 'late', 35, { lines: (lines) => lines.map(([from, to, name]) => [from, to + 1, name]) });
  await writeSession(bad, 'reversed', 36, {
    lines: (lines) => lines.map(([from, to, name], i) => (i === 4 ? [to, from, name] : [from, to, name])),
  });
  const words = trainWords('odd', '--folds', '0').map((word) => word.replace(/^train\//, 'bad/'));
  const { code, out, err } = await runProgram([...words, '--json'], folder);
  expect(code, err).toBe(3);
  const { notes, failed, behaviors, crossValidation } = JSON.parse(out);
  const text = notes.join('\n');
  expect(text).toMatch(/^flying is seen once, for 30 frames .*: it cannot be learned and is left out$/m);
  expect(text).toMatch(/^longer: the annotation runs 200 frames \(6\.67 s\) past the end of the tracks/m);
  expect(text).toMatch(/^shorter: the annotation ends 300 frames \(10\.00 s\) before the tracks/m);
  expect(text).toMatch(/^missing: individual2 has no point in any frame/m);
  expect(text).toMatch(/^overlap: two behaviors are scored at once on 10 frames/m);
  expect(text).toMatch(/^late: (\d+) of \1 bouts that follow each other share exactly one frame/m);
  // Keypoint names that tell what they are for sure need no word from the user; `body` may be anything.
  expect(text).toMatch(/body as center.*--roles center=body/);
  expect(failed).toMatchObject([
    { path: expect.stringMatching(/reversed\.txt$/), message: expect.stringMatching(/line/) },
  ]);
  expect([behaviors, crossValidation]).toEqual([['apart', 'running', 'together'], null]);
}, 300_000);

test('animals that exchange their names are told where names matter, and put right on request', async () => {
  for (const [i, name] of ['n1', 'n2'].entries()) {
    await writeSession(at('named'), name, 40 + i, { swapAt: i === 0 ? 1e9 : 350 });
  }
  const words = (out: string) => trainWords(out, '--folds', '0').map((word) => word.replace(/^train\//, 'named/'));
  expect((await json(...words('told'))).notes.join('\n')).toMatch(
    /^n2: the names of the animals seem to change bodies in 1 place \(the first at frame 350\); --repair-swaps/m,
  );
  expect((await json(...words('repaired'), '--repair-swaps')).notes.join('\n')).toMatch(
    /^n2: the names .* changed bodies in 1 place .*: put right$/m,
  );
}, 300_000);

test('a behavior with nothing beside it to tell it from is refused without a model', async () => {
  const labels = (all: string[]) => all.map((label) => (label === 'base' ? label : 'apart'));
  for (const name of ['a', 'b']) await writeSession(at('same'), name, 50, { labels });
  const words = trainWords('nothing').map((word) => word.replace(/^train\//, 'same/'));
  const { code, err } = await runProgram(words, folder);
  expect(code).toBe(1);
  expect(err).toMatch(/two behaviors with two bouts each are needed, and the annotations have apart/);
  expect((await readdir(at('nothing')).catch(() => [])).filter((name) => !name.startsWith('.'))).toEqual([]);
}, 300_000);

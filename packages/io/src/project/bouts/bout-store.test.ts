import { IntegrityError, MemoryStore, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { readAnnotationsTable } from '../../tables/read-annotations.js';
import { openProject } from '../open-project.js';
import type { Project } from '../project.js';
import type { BoutEdit } from './bout-edits.js';
import type { Bout } from './bout-entry.js';
import {
  boutAt,
  foreignStream,
  linesOf,
  makeBoutProject,
  observeBouts,
  openToWrite,
  streamOf,
} from './bouts.test.kit.js';

const journal = 'bouts/journal-00000001.jsonl';
const made = { operation: 'test', versions: {}, inputs: [], parameters: {} };

async function makeStore(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await makeBoutProject(store);
  return store;
}

const add = (project: Project, annotator: string, bout: Bout, options = {}) =>
  project.recordBouts([{ stream: streamOf(annotator, options), remove: [], add: [bout] }], {
    annotator,
    title: `add ${bout.id}`,
  });

/** Bouts by stream as a plain map, with the edits that each annotator can take back. */
class Model {
  readonly bouts = new Map<string, Map<string, string>>();
  readonly done = new Map<string, [Map<string, string>, Map<string, string>, string][]>();
  readonly undone = new Map<string, [Map<string, string>, Map<string, string>, string][]>();

  edit(by: string, key: string, after: Map<string, string>): void {
    const before = this.bouts.get(key) ?? new Map();
    this.bouts.set(key, after);
    this.done.set(by, [...(this.done.get(by) ?? []), [before, after, key]]);
    this.undone.set(by, []);
  }

  reverse(by: string, kind: 'undo' | 'redo'): boolean {
    const [from, to] = kind === 'undo' ? [this.done, this.undone] : [this.undone, this.done];
    const last = from.get(by)?.pop();
    if (last === undefined) return false;
    this.bouts.set(last[2], kind === 'undo' ? last[0] : last[1]);
    to.set(by, [...(to.get(by) ?? []), last]);
    return true;
  }

  lines(): string[] {
    return [...this.bouts]
      .filter(([, bouts]) => bouts.size > 0)
      .map(
        ([key, bouts]) =>
          `${key} ${[...bouts]
            .map(([id, text]) => `${id}:${text}`)
            .sort()
            .join(' ')}`,
      )
      .sort();
  }
}

async function modelLines(project: Project): Promise<string[]> {
  const lines: string[] = [];
  for (const set of await project.listAnnotations()) {
    for (const line of await linesOf(project, set)) {
      const [, head = '', bouts = ''] = /^(.*?) \[.*?\] (.*)$/.exec(line) ?? [];
      if (bouts !== '') lines.push(`${set} ${head} ${bouts}`);
    }
  }
  return lines.sort();
}

test('random edits of two annotators in two sets, undone and redone over sessions, end as a plain map does', async () => {
  const store = await makeStore();
  const random = new Random(7);
  const model = new Model();
  let project = await openToWrite(store);
  let count = 0;
  for (let step = 0; step < 400; step++) {
    const draw = random.uniform();
    const by = random.uniform() < 0.5 ? 'ann' : 'bob';
    if (draw < 0.2) {
      const kind = random.uniform() < 0.6 ? 'undo' : 'redo';
      const through = await (kind === 'undo'
        ? project.undoBouts({ annotator: by })
        : project.redoBouts({ annotator: by }));
      expect(through !== undefined, `step ${step}`).toBe(model.reverse(by, kind));
    } else if (draw < 0.25) {
      await project.flushBouts();
    } else if (draw < 0.28) {
      await project.close();
      project = await openToWrite(store);
    } else if (draw < 0.3) {
      // The program is killed: nothing is written at the end.
      project = await openToWrite(store);
    } else {
      const set = random.uniform() < 0.7 ? 'human' : 'other';
      const recording = random.uniform() < 0.5 ? 'r1' : 'r2';
      const stream = streamOf(by, { set, recording });
      const key = `${set} ${recording} m1 ${by}`;
      const bouts = new Map(model.bouts.get(key));
      const remove = [...bouts.keys()].filter(() => random.uniform() < 0.3);
      for (const id of remove) bouts.delete(id);
      const comes: Bout[] = [];
      for (const id of [...remove.filter(() => random.uniform() < 0.5), `b${count++}`]) {
        const where = boutAt(id, Math.floor(random.uniform() * 100), random.uniform() < 0.5 ? 'attack' : 'mount');
        const bout: Bout = random.uniform() < 0.5 ? { ...where, probability: random.uniform() } : where;
        comes.push(bout);
        bouts.set(id, `${bout.behavior}:${bout.startSec}-${bout.endSec}`);
      }
      await project.recordBouts([{ stream, remove, add: comes }], { annotator: by });
      model.edit(by, key, bouts);
    }
    if (step % 20 === 0) expect(await modelLines(project), `step ${step}`).toEqual(model.lines());
  }
  expect(await modelLines(project)).toEqual(model.lines());
  await project.close();
  const read = await openProject(store, { mode: 'read' });
  expect([await modelLines(read), read.warnings]).toEqual([model.lines(), []]);
  expect(read.recordings().map(({ annotations }) => annotations)).toEqual([
    ['human', 'other'],
    ['human', 'other'],
  ]);
});

describe('a journal of bouts that is cut', () => {
  test('anywhere in its last record keeps every earlier edit, and takes new ones', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    await add(project, 'ann', boutAt('a', 1));
    await add(project, 'ann', boutAt('b', 2));
    const two = (await store.read(journal))?.length ?? 0;
    await add(project, 'ann', boutAt('c', 3));
    const bytes = (await store.read(journal)) as Uint8Array;
    for (let length = two; length <= bytes.length; length++) {
      const cut = await makeStore();
      await cut.write(journal, bytes.subarray(0, length));
      const kept = length === bytes.length ? ['a', 'b', 'c'] : ['a', 'b'];
      const reader = await openProject(cut, { mode: 'read' });
      expect((await reader.readBouts('human'))[0]?.ids, `${length} bytes`).toEqual(kept);
      // Each cut is read; what a writer makes of it is looked at near both ends and at some between.
      if ((length - two) % 9 > 1 && bytes.length - length > 2) continue;
      const writer = await openToWrite(cut);
      const torn = length > two && length < bytes.length;
      expect(writer.warnings.length, `${length} bytes`).toBe(torn ? 1 : 0);
      await add(writer, 'ann', boutAt('d', 4));
      await writer.close();
      const again = await openProject(cut, { mode: 'read' });
      expect((await again.readBouts('human'))[0]?.ids).toEqual([...kept, 'd']);
      expect([again.warnings, again.boutDamage]).toEqual([[], []]);
    }
  });

  test('one wrong byte in the middle is named with file and line, refuses edits, and is set aside on demand', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    for (const [i, id] of ['a', 'b', 'c'].entries()) await add(project, 'ann', boutAt(id, i));
    const bytes = ((await store.read(journal)) as Uint8Array).slice();
    const second = bytes.indexOf(10) + 30;
    bytes[second] = (bytes[second] as number) ^ 1;
    await store.write(journal, bytes);
    const damaged = await openToWrite(store);
    expect(damaged.boutDamage).toEqual([{ file: journal, line: 2, what: 'its checksum does not fit' }]);
    const problem = await add(damaged, 'ann', boutAt('d', 4)).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(IntegrityError);
    expect(String(problem)).toMatch(/journal of bouts is damaged at line 2 .* of bouts\/journal-00000001\.jsonl/);
    expect(await damaged.repairBouts()).toHaveLength(1);
    await add(damaged, 'ann', boutAt('d', 4));
    await damaged.close();
    const again = await openProject(store, { mode: 'read' });
    expect((await again.readBouts('human'))[0]?.ids).toEqual(['a', 'c', 'd']);
  });
});

describe('files of annotations', () => {
  test('hold the edits after a while, with ids and the entry that they hold', async () => {
    const store = await makeStore();
    const project = await openProject(store, { mode: 'write', boutDelayMs: 5 });
    await add(project, 'ann', boutAt('a', 1));
    await expect.poll(async () => (await store.list('annotations/')).length).toBe(1);
    await expect.poll(() => project.pendingBouts).toEqual([]);
    const table = await readAnnotationsTable(store, 'annotations/human.parquet', { ids: true });
    expect(table?.streams[0]?.ids).toEqual(['a']);
    expect(table?.provenance.parameters.journal).toMatchObject({ seq: 1 });
    expect(project.recordings()[0]?.annotations).toEqual(['human']);
    await project.close();
  });

  test('are read as they will be while an edit is not in them yet', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    await project.writeAnnotations('human', { streams: [foreignStream('ann', [1, 5])], provenance: made });
    await add(project, 'ann', boutAt('a', 3));
    expect(project.pendingBouts).toEqual(['human']);
    const { streams } = await project.readAnnotations('human', { recordings: ['r1'] });
    expect(streams.map(({ annotations, ids }) => [[...annotations.startSec], ids])).toEqual([[[1, 3, 5], undefined]]);
    expect((await project.readAnnotations('human', { recordings: ['r2'] })).streams).toEqual([]);
    await project.flushBouts();
    expect((await project.readAnnotations('human')).streams).toEqual(streams);
  });

  test('of several recordings have the same ids, whether all are read or one', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    const streams = ['r1', 'r2'].map((recording) => ({ ...foreignStream('ann', [1, 5]), recording }));
    await project.writeAnnotations('human', { streams, provenance: made });
    const all = (await project.readBouts('human')).map(({ ids }) => ids);
    const second = (await project.readBouts('human', { recordings: ['r2'] })).map(({ ids }) => ids);
    expect(second).toEqual([all[1]]);
    expect(new Set(all.flat()).size).toBe(4);
  });

  test('of other programs have the same ids each time, which stay while bouts are edited in later sessions', async () => {
    const store = await makeStore();
    let project = await openToWrite(store);
    await project.writeAnnotations('human', { streams: [foreignStream('ann', [1, 5, 9])], provenance: made });
    const ids = (await project.readBouts('human'))[0]?.ids ?? [];
    expect(new Set(ids).size).toBe(3);
    project = await openToWrite(store);
    expect((await project.readBouts('human'))[0]?.ids).toEqual(ids);
    const [first = '', second = '', third = ''] = ids;
    const edit: BoutEdit = { stream: streamOf('ann'), remove: [second], add: [boutAt(second, 0.5, 'mount')] };
    await project.recordBouts([edit], { annotator: 'ann' });
    expect((await project.readBouts('human'))[0]?.ids).toEqual([second, first, third]);
    await project.close();
    project = await openToWrite(store);
    expect((await project.readBouts('human'))[0]?.ids).toEqual([second, first, third]);
    await project.undoBouts({ annotator: 'ann' });
    expect((await project.readBouts('human'))[0]?.ids).toEqual(ids);
    expect((await project.readBouts('human'))[0]?.annotations.behaviors).toEqual(['attack']);
    const { provenance } = await project.readAnnotations('human');
    expect(provenance.parents?.[0]?.operation).toBe('test');
  });

  test('replaced by another program are taken in and told, not overwritten; equal bouts keep their ids', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    for (const [i, id] of ['a', 'b', 'c'].entries()) await add(project, 'ann', boutAt(id, 10 * i));
    await project.flushBouts();
    await add(project, 'ann', boutAt('d', 40));
    // Another program writes below this one, as a script of the user would.
    const other = new MemoryStore();
    await makeBoutProject(other);
    const elsewhere = await openToWrite(other);
    await elsewhere.writeAnnotations('human', { streams: [foreignStream('ann', [0, 20, 30])], provenance: made });
    await store.write('annotations/human.parquet', (await other.read('annotations/human.parquet')) as Uint8Array);
    await project.flushBouts();
    const [stream] = await project.readBouts('human');
    expect([...(stream?.annotations.startSec ?? [])]).toEqual([0, 20, 30]);
    expect(stream?.ids.slice(0, 2)).toEqual(['a', 'c']);
    expect(project.warnings.join()).toMatch(/another program replaced the annotations human.* 1 edits from before/);
    const kinds: string[] = [];
    for await (const { kind } of project.boutHistory()) kinds.push(kind);
    expect(kinds).toEqual(['edit', 'edit', 'edit', 'edit', 'import']);
    await expect(project.undoBouts({ annotator: 'ann' })).rejects.toThrow(/add d: the bout of attack at 40.00 s/);
    await project.close();
    expect(JSON.parse(await observeBouts(store))[0][1]).toBe('human: 0,20,30');
  });

  test('that were removed are made again from the history', async () => {
    const store = await makeStore();
    let project = await openToWrite(store);
    await project.writeAnnotations('human', { streams: [foreignStream('ann', [1])], provenance: made });
    await add(project, 'ann', boutAt('a', 3));
    await project.close();
    await store.remove('annotations/human.parquet');
    await store.remove('bouts/written.json');
    project = await openToWrite(store);
    expect((await project.readBouts('human'))[0]?.ids.at(-1)).toBe('a');
    await project.close();
    expect(await store.read('annotations/human.parquet')).toBeDefined();
  });

  test('that are damaged refuse edits and stay as they are', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    const bytes = new TextEncoder().encode('not a table at all');
    await store.write('annotations/human.parquet', bytes);
    await expect(add(project, 'ann', boutAt('a', 1))).rejects.toThrow(/annotations\/human.parquet/);
    await project.close();
    expect(await store.read('annotations/human.parquet')).toEqual(bytes);
  });
});

describe('an edit', () => {
  test('is refused whole where a part of it cannot be', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    await add(project, 'ann', boutAt('a', 1));
    const [stream, other] = [streamOf('ann'), streamOf('ann', { recording: 'r2' })];
    const attempt = (...edits: BoutEdit[]) => project.recordBouts(edits, { annotator: 'ann' });
    await expect(
      attempt({ stream: other, remove: [], add: [boutAt('x', 1)] }, { stream, remove: ['z'], add: [] }),
    ).rejects.toThrow(/bout z must be in r1/);
    await expect(attempt({ stream, remove: [], add: [boutAt('a', 2)] })).rejects.toThrow(/bout a must be new/);
    await expect(attempt({ stream, remove: [], add: [boutAt('q', 2, 'x', -1)] })).rejects.toThrow(/2 to 1 s/);
    await expect(attempt({ stream: streamOf('ann', { recording: 'r9' }), remove: [], add: [] })).rejects.toThrow(/r9/);
    expect(await attempt({ stream, remove: ['a'], add: [boutAt('a', 1)] })).toBeUndefined();
    expect(await linesOf(project, 'human')).toEqual(['r1 m1 ann [attack] a:attack:1-2']);
  });

  test('that is sent again because the answer was lost changes nothing', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    const stream = streamOf('ann');
    const edits: BoutEdit[] = [
      { stream, remove: [], add: [boutAt('a', 1), boutAt('b', 5)] },
      { stream, remove: ['a'], add: [boutAt('a', 2)] },
      { stream, remove: ['b'], add: [] },
    ];
    for (const edit of edits) {
      expect(await project.recordBouts([edit], { annotator: 'ann' })).toBeDefined();
      expect(await project.recordBouts([edit], { annotator: 'ann' })).toBeUndefined();
    }
    expect(project.boutSeq).toBe(3);
    const half = { stream, remove: [], add: [boutAt('a', 2), boutAt('c', 9)] };
    await expect(project.recordBouts([half], { annotator: 'ann' })).rejects.toThrow(/bout a must be new/);
  });

  test('that is taken back takes what it scored back too', async () => {
    const store = await makeStore();
    const project = await openToWrite(store);
    await add(project, 'ann', boutAt('a', 1));
    await add(project, 'ann', boutAt('b', 1, 'mount'));
    expect(await project.boutUndoWords('ann')).toEqual({ undo: 'add b', redo: null });
    await project.undoBouts({ annotator: 'ann' });
    expect(await linesOf(project, 'human')).toEqual(['r1 m1 ann [attack] a:attack:1-2']);
    expect(await project.boutUndoWords('ann')).toEqual({ undo: 'add a', redo: 'add b' });
    await project.undoBouts({ annotator: 'ann' });
    expect(await linesOf(project, 'human')).toEqual([]);
    expect(await project.undoBouts({ annotator: 'ann' })).toBeUndefined();
    await project.redoBouts({ annotator: 'ann' });
    await project.redoBouts({ annotator: 'ann' });
    expect(await linesOf(project, 'human')).toEqual(['r1 m1 ann [attack,mount] a:attack:1-2 b:mount:1-2']);
  });
});

test('many edits of a long stream are laid out anew and keep probabilities and modifiers', async () => {
  const store = await makeStore();
  const project = await openToWrite(store);
  const bouts = Array.from(
    { length: 6000 },
    (_, i): Bout => ({
      ...boutAt(`b${i}`, i),
      ...(i % 2 === 0 ? { probability: 0.5 } : {}),
      ...(i % 3 === 0 ? { modifiers: ['left'] } : {}),
    }),
  );
  const stream = streamOf('ann');
  await project.recordBouts([{ stream, remove: [], add: bouts }], { annotator: 'ann' });
  await project.recordBouts([{ stream, remove: ['b5999', 'b0'], add: [boutAt('b0', 7000)] }], { annotator: 'ann' });
  const [read] = await project.readBouts('human');
  expect([read?.ids[0], read?.ids.at(-1), read?.ids.length]).toEqual(['b1', 'b0', 5999]);
  expect(read?.annotations.probability?.slice(0, 3)).toEqual(Float32Array.of(Number.NaN, 0.5, Number.NaN));
  expect(read?.annotations.modifiers?.slice(1, 3)).toEqual([[], ['left']]);
  await project.close();
  expect((await openProject(store, { mode: 'read' })).warnings).toEqual([]);
});

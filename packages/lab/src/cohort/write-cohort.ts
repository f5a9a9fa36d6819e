import { basename, join } from 'node:path';
import type { Provenance } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';
import { programVersions } from '../jobs/program-version.js';
import type { ProgressListener } from '../progress/progress-event.js';
import { reportPage } from '../report/page.js';
import { cohortFigures } from './cohort-figures.js';
import { cohortTables, leftOutRows } from './cohort-files.js';
import { cohortReport, methodsText } from './cohort-report.js';
import type { ComparedCohort } from './compare-cohort.js';
import { levelName } from './comparison.js';

/** Where and how a cohort is written. */
export interface WriteCohortOptions {
  /** Absolute path of the folder. */
  readonly out: string;
  readonly project: Project;
  /** Settings of the operation, for the provenance. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly summary: 'mean-sem' | 'mean-ci' | 'median-iqr';
  /** Files of figures, list. */
  readonly formats: readonly ('svg' | 'pdf' | 'png')[];
  readonly version: string;
  readonly warnings: readonly string[];
  readonly progress: ProgressListener;
  readonly signal: AbortSignal;
}

/** What was written. */
export interface WrittenCohort {
  readonly out: string;
  readonly report: string;
  /** Names in the folder, sorted. */
  readonly files: string[];
  readonly groups: string[];
  readonly animals: number;
  readonly recordings: number;
  readonly results: {
    readonly measure: string;
    readonly about: string;
    readonly level: string;
    readonly groups: {
      readonly name: string;
      readonly n: number;
      readonly mean: number | null;
      readonly sem: number | null;
    }[];
    readonly test: string | null;
    readonly p: number | null;
    readonly adjustedP: number | null;
    readonly notTested: string | null;
  }[];
  readonly leftOut: { readonly who: string; readonly what: string; readonly reason: string }[];
  readonly notes: string[];
}

/** Returns how a cohort came to be: the annotations it was made from by the hash of their content, and all settings. */
async function provenanceOf(
  { cohort }: ComparedCohort,
  { project, settings }: WriteCohortOptions,
): Promise<Provenance> {
  const { hashBytes, readAnnotationsFooter } = await import('@zoopraxis/io');
  const files = [...new Set(cohort.streams.map(({ file }) => file))].sort();
  const parents: Provenance[] = [];
  const inputs: Provenance['inputs'][number][] = [];
  for (const file of files) {
    const name = project.annotationsName(file);
    const footer = await readAnnotationsFooter(project.store, name);
    if (footer === undefined) continue;
    parents.push(footer.provenance);
    // The footer names every stream, its count of bouts and its origin; hashing gigabytes of rows would take longer than the work.
    const contentHash = `footer-sha256:${await hashBytes(new TextEncoder().encode(JSON.stringify(footer)))}`;
    inputs.push({ name, contentHash });
  }
  const synthetic = parents.some((parent) => parent.synthetic === true);
  return {
    operation: 'cohort',
    versions: programVersions(),
    inputs,
    parameters: settings,
    parents,
    ...(synthetic ? { synthetic } : {}),
  };
}

/** Writes tables, figures, JSON and the report of a cohort into a folder, each file in one step; returns what they say. */
export async function writeCohort(compared: ComparedCohort, options: WriteCohortOptions): Promise<WrittenCohort> {
  const { out, project, summary, version, warnings, progress, signal } = options;
  const { cohort } = compared;
  const [{ FolderStore }, { writeFigureFiles }] = await Promise.all([
    import('@zoopraxis/io/node'),
    import('../jobs/figure-files.js'),
  ]);
  const provenance = await provenanceOf(compared, options);
  const written: string[] = [];
  const store = new FolderStore(out);
  const encoder = new TextEncoder();
  const write = async (name: string, content: string | Uint8Array) => {
    signal.throwIfAborted();
    await store.write(name, typeof content === 'string' ? encoder.encode(content) : content);
    written.push(name);
  };
  progress({ kind: 'stage', text: 'drawing and writing' });
  const figures = cohortFigures(compared, { provenance, synthetic: provenance.synthetic === true, summary });
  for (const [name, text] of cohortTables(compared)) await write(name, text);
  const figureNotes = new Set<string>();
  for (const { name, svg } of figures) {
    signal.throwIfAborted();
    const { files, notes } = await writeFigureFiles(join(out, name), svg, { formats: options.formats });
    written.push(...files.map((file) => basename(file)));
    for (const note of notes) figureNotes.add(note);
  }
  const rows = new Set(cohort.measures.flatMap((measure) => measure.rows.map(({ animal }) => animal)));
  const recordings = new Set(cohort.measures.flatMap((measure) => measure.rows.map(({ recording }) => recording)));
  const result: Omit<WrittenCohort, 'files'> = {
    out,
    report: join(out, 'report.html'),
    groups: [...cohort.groups],
    animals: rows.size,
    recordings: recordings.size,
    results: compared.compared.map(({ of, level, summaries, tests, notTested }) => ({
      measure: of.measure,
      about: of.about,
      level: levelName(of.design, level),
      groups: summaries.map(({ name, count, mean, standardError }) => ({ name, n: count, mean, sem: standardError })),
      test: tests[0]?.result.test ?? null,
      p: tests[0]?.result.p ?? null,
      adjustedP: tests[0]?.adjustedP ?? null,
      notTested: notTested ?? null,
    })),
    leftOut: leftOutRows(cohort).map(([measure = '', about = '', who = '', reason = '']) => ({
      who,
      what: [about, measure].filter((part) => part !== '').join(': '),
      reason,
    })),
    notes: [...cohort.notes, ...warnings, ...figureNotes],
  };
  const tests = compared.compared.map(({ of, level, summaries, tests: own, notTested, methods, notes }) => ({
    measure: of.measure,
    about: of.about,
    unit: of.unit,
    level: level ?? null,
    groups: of.design.levels.find((made) => made.level === level)?.groups ?? [],
    summaries,
    tests: own,
    notTested: notTested ?? null,
    methods: methods ?? null,
    notes,
  }));
  const { timeCourses, transitions } = cohort;
  await write(
    'cohort.json',
    // JSON has no NaN: what is not known is null there.
    `${JSON.stringify({ ...result, methods: methodsText(compared), measures: tests, timeCourses, transitions, provenance }, null, 2)}\n`,
  );
  const page = cohortReport(compared, {
    figures,
    provenance,
    project: project.manifest.name,
    foot: `Zoopraxis ${version}. Tables and figures: ${basename(out)}`,
  });
  await write('report.html', reportPage(page));
  return { ...result, files: written.sort() };
}

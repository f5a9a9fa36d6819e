import { type RatMethod, ratMethods } from './rat-methods.js';
import type { RatTask } from './rat-recordings.js';
import type { Curve, Summary } from './rat-resident-intruder.js';
import type { TrialRun } from './record.js';
import { table } from './scores.js';

type Between = { readonly low: number; readonly high: number } | null;
const number = (value: number | null | undefined) => (value === null || value === undefined ? '' : value.toFixed(3));
const between = (range: Between) => (range === null ? '' : ` (${number(range.low)} to ${number(range.high)})`);

/** Returns the scores of a task as Markdown. */
export function describeTask(
  task: RatTask,
  summary: Summary,
  notes: Readonly<Record<string, readonly string[]>>,
): string {
  const behaviors = (summary.behaviors ?? []).filter((name) => name !== 'other');
  const rows = (what: 'f1' | 'boutF1') =>
    Object.entries(summary.methods).map(([method, scores]) => [
      scores.seeds > 1 ? `${method} (${scores.seeds} seeds)` : method,
      number(what === 'f1' ? scores.macroF1 : scores.macroBoutF1) +
        between((what === 'f1' ? scores.ranges?.macroF1 : scores.ranges?.macroBoutF1) ?? null),
      ...behaviors.map((name) => {
        const own = scores.perBehavior[name];
        return number(own?.[what]) + between((what === 'f1' ? own?.f1Range : own?.boutF1Range) ?? null);
      }),
    ]);
  const differences = Object.entries(summary.differences).flatMap(([name, value]) =>
    value === null
      ? []
      : [
          `${name}: ${number(value.difference)} (${number(value.low)} to ${number(value.high)}; ${value.seeds === 1 ? 'one seed' : `${value.seeds} seeds`})`,
        ],
  );
  const longer = Object.entries(notes).flatMap(([session, list]) =>
    list
      .filter((note) => note.includes('past the end') || note.includes('left out'))
      .map((note) => `${session}: ${note}`),
  );
  return [
    `### ${task}: ${behaviors.join(', ')}`,
    '',
    `${summary.sessions} sessions, ${summary.columns} columns. F1 by frames, with 95 % ranges from resampled sessions:`,
    '',
    table(['method', 'macro F1', ...behaviors], rows('f1')),
    '',
    'F1 by bouts (overlap of at least one half):',
    '',
    table(['method', 'macro F1', ...behaviors], rows('boutF1')),
    '',
    `Differences of macro F1 by frames on the same sessions: ${differences.join('; ')}.`,
    ...(longer.length === 0 ? [] : ['', `Told about sessions: ${longer.join('; ')}.`]),
  ].join('\n');
}

/** Returns what there is to tell before all folds are done, as Markdown. */
export function describeFolds(task: RatTask, folds: readonly TrialRun[]): string {
  type Scores = Partial<Record<RatMethod, { readonly macroF1: number; readonly macroBoutF1: number | null }>>;
  const rows = folds.map(({ run, result }) => {
    const scores = result.scores as Scores;
    return [
      run.slice(task.length + 1),
      ...ratMethods.map(({ name }) => {
        const own = scores[name];
        return own === undefined ? '' : `${number(own.macroF1)} / ${number(own.macroBoutF1)}`;
      }),
    ];
  });
  return [
    `### ${task}: folds so far`,
    '',
    'Macro F1 by frames / by bouts of each fold; ranges and classes follow when all are done.',
    '',
    table(['fold', ...ratMethods.map(({ name }) => name)], rows),
  ].join('\n');
}

/** Returns the scores by the number of sessions as Markdown. */
export function describeCurve({ tested = [], points }: Curve): string {
  const names = Object.keys(points[0]?.f1 ?? {});
  const rows = points.map(({ sessions, macroF1, macroBoutF1, f1 }) => [
    ...[String(sessions), number(macroF1), number(macroBoutF1)],
    ...names.map((name) => number(f1[name])),
  ]);
  return [
    `What more sessions bring: trees and smoother, drawn by chance from those outside one fold and tested on its ${tested.length} sessions (one draw, so a step of some hundredths is chance):`,
    '',
    table(['sessions learned from', 'macro F1 by frames', 'by bouts', ...names], rows),
  ].join('\n');
}

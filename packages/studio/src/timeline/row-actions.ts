import { keepHeight, moveId, traceRowId } from './row-order.js';
import { chosenTraces, rowsStore } from './rows-store.js';
import { choose, timeline } from './timeline-store.js';

/** Moves a row by places among those that are shown. */
export function moveRow(id: string, by: number): void {
  const { shown } = rowsStore.getState();
  choose({
    order: moveId(
      shown.map(({ row }) => row.id),
      id,
      by,
    ),
  });
}

/** Makes a row taller or shorter by a factor. */
export function changeHeight(id: string, factor: number): void {
  const placed = rowsStore.getState().shown.find(({ row }) => row.id === id);
  if (placed === undefined) return;
  const { heights } = timeline.getState().choice;
  choose({ heights: { ...heights, [id]: keepHeight(placed.heightPx * factor) } });
}

/** Takes a row away; the panel `Traces` brings it back. */
export function hideRow(id: string): void {
  const { hidden } = timeline.getState().choice;
  const trace = chosenTraces().find((chosen) => traceRowId({ id: chosen }) === id);
  if (trace === undefined) choose({ hidden: [...hidden.filter((other) => other !== id), id] });
  else showTrace(trace, false);
}

/** Brings a hidden row back. */
export function unhideRow(id: string): void {
  choose({ hidden: timeline.getState().choice.hidden.filter((other) => other !== id) });
}

/** Shows the row of a trace, or takes it away. */
export function showTrace(id: string, isShown: boolean): void {
  const others = chosenTraces().filter((chosen) => chosen !== id);
  const { hidden } = timeline.getState().choice;
  choose({
    traces: isShown ? [...others, id] : others,
    hidden: hidden.filter((other) => other !== traceRowId({ id })),
  });
}

/** Moves the focus to the name of the next or previous row. */
export function focusRow(step: 1 | -1): void {
  const { shown } = rowsStore.getState();
  const { focusedRow } = timeline.getState();
  const at = shown.findIndex(({ row }) => row.id === focusedRow);
  const next = shown[at < 0 ? (step === 1 ? 0 : shown.length - 1) : at + step]?.row.id ?? focusedRow;
  if (next === null) return;
  const name = [...document.querySelectorAll<HTMLElement>('.row-name')].find(({ dataset }) => dataset.row === next);
  name?.focus();
  name?.scrollIntoView({ block: 'nearest' });
}

import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { openDialog } from '../page/dialogs.js';
import { showPanel } from '../page/shown-panels.js';
import { studio } from '../state/studio-store.js';

/** What is opened of models and jobs. */
export interface InspectState {
  /** Model whose details the panel shows. */
  readonly model: string | null;
  /** Models that are ticked for comparison, two to four; list. */
  readonly compared: readonly string[];
  /** Page of a model that is open. */
  readonly report: { readonly model: string; readonly file: string } | null;
  /** Job whose details are open. */
  readonly job: string | null;
  /** Model that the next training goes on from, where one was asked for. */
  readonly trainFrom: string | null;
}

/** The store of what is opened of models and jobs. */
export const inspect = createStore<InspectState>(() => ({
  model: null,
  compared: [],
  report: null,
  job: null,
  trainFrom: null,
}));

/** Returns a part of what is opened; the component renders again when it changes. */
export function useInspect<Part>(pick: (state: InspectState) => Part): Part {
  return useStore(inspect, pick);
}

/** Most models that are compared at once. */
export const mostCompared = 4;

/** Shows the details of a model in its panel, and closes all dialogs over it. */
export function showModel(model: string): void {
  inspect.setState({ model });
  showPanel('right', 'models');
  studio.setState({ dialogs: [] });
}

/** Opens a page that training or evaluation wrote. */
export function showReport(model: string, file: string): void {
  inspect.setState({ report: { model, file } });
  openDialog('report');
}

/** Opens the dialog that trains a pose model, filled in to learn on from one. */
export function trainOn(model: string): void {
  inspect.setState({ trainFrom: model });
  openDialog('start-train-pose');
}

/** Opens the dialog of jobs with the details of one. */
export function showJob(id: string): void {
  inspect.setState({ job: id });
  openDialog('jobs');
}

/** Ticks a model for comparison, or takes it away; the one that was ticked first goes where there are too many. */
export function toggleCompared(model: string): void {
  inspect.setState(({ compared }) => ({
    compared: compared.includes(model)
      ? compared.filter((name) => name !== model)
      : [...compared, model].slice(-mostCompared),
  }));
}

/** Returns the address of a page that training or evaluation wrote. */
export const reportUrl = (model: string, file: string): string =>
  `/api/models/${encodeURIComponent(model)}/reports/${encodeURIComponent(file)}`;

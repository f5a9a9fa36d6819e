import type { ProjectView } from 'zoopraxis';

/** What a field holds. */
export type FieldValue = string | number | boolean | readonly string[] | null;

/** What a form holds, by field name. */
export type FormValues = Readonly<Record<string, FieldValue>>;

/** What a choice offers. */
export interface FormChoice {
  readonly value: string;
  readonly title: string;
}

interface FieldBase {
  readonly name: string;
  readonly label: string;
  /** One sentence below the field; a function's undefined is none. */
  readonly hint?: string | ((values: FormValues, project: ProjectView) => string | undefined);
  /** Whether it stands under `More settings`. */
  readonly isRare?: boolean;
  /** Whether it is there, by what others hold; default always. */
  readonly when?: (values: FormValues, project: ProjectView) => boolean;
}

/** One field of a form. */
export type FormField = FieldBase &
  (
    | {
        readonly kind: 'text';
        /** Names that something of this kind has already. */
        readonly taken?: (project: ProjectView) => readonly string[];
      }
    | {
        readonly kind: 'number';
        readonly unit?: string;
        readonly min: number;
        readonly max: number;
        readonly isWhole?: boolean;
        /** Whether it may be empty. */
        readonly isOptional?: boolean;
      }
    | { readonly kind: 'toggle' }
    | {
        readonly kind: 'choice';
        readonly choices: (project: ProjectView, values: FormValues) => readonly FormChoice[];
      }
    | {
        /** Several; none chosen means all. */
        readonly kind: 'choices';
        readonly choices: (project: ProjectView, values: FormValues) => readonly FormChoice[];
        /** Word for none chosen, such as `all recordings`. */
        readonly all: string;
        /** Whether none chosen is nothing to start with. */
        readonly isNeeded?: boolean;
      }
  );

/** What a form needs that the project does not have, and the way to get it. */
export interface Missing {
  readonly sentence: string;
  /** A form to open instead, or a mode to go to. */
  readonly way?:
    | { readonly kind: 'form'; readonly id: string; readonly title: string }
    | { readonly kind: 'mode'; readonly mode: 'label' | 'annotate'; readonly title: string };
}

/** A dialog that starts work. */
export interface StartForm {
  /** Id of its dialog. */
  readonly id: string;
  /** Name of the recipe on the server. */
  readonly recipe: string;
  readonly title: string;
  /** Menu that it stands in; default `Model`. */
  readonly menu?: 'File' | 'Model';
  /** What comes of it, one sentence. */
  readonly lead: string;
  readonly action: string;
  readonly fields: readonly FormField[];
  /** What to know before the start, sentences; default none. */
  notes?(project: ProjectView, values: FormValues): readonly string[];
  /** Null where all is there. */
  missing(project: ProjectView): Missing | null;
  /** Returns what the fields hold at first; `recordingId` is open. */
  start(project: ProjectView, recordingId: string | null): FormValues;
  /** Returns what the recipe takes. */
  input(values: FormValues, project: ProjectView): Record<string, unknown>;
}

/** Returns the fields of a form that are there. */
export function shownFields({ fields }: StartForm, values: FormValues, project: ProjectView): FormField[] {
  return fields.filter(({ when }) => when?.(values, project) ?? true);
}

/** Returns the sentence below a field, undefined where there is none. */
export const hintOf = ({ hint }: FormField, values: FormValues, project: ProjectView): string | undefined =>
  typeof hint === 'function' ? hint(values, project) : hint;

/** Returns what is wrong with what was typed, by field name; empty where all is right. */
export function formProblems(form: StartForm, values: FormValues, project: ProjectView): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const field of shownFields(form, values, project)) {
    const sentence = fieldProblem(field, values, project);
    if (sentence !== undefined) problems[field.name] = sentence;
  }
  return problems;
}

const fileName = /^(?![. ])[^/\\:*?"<>|\p{Cc}]+(?<![. ])$/u;

function fieldProblem(field: FormField, values: FormValues, project: ProjectView): string | undefined {
  const value = values[field.name] ?? null;
  switch (field.kind) {
    case 'text': {
      const text = typeof value === 'string' ? value : '';
      if (text.trim() === '') return 'A name is needed.';
      if (text.length > 100) return 'At most 100 letters.';
      if (field.taken?.(project).includes(text) === true) return 'Something of this name is there already.';
      return fileName.test(text) ? undefined : 'No / \\ : * ? " < > |, and no dot or space at the ends.';
    }
    case 'number': {
      if (value === null && field.isOptional === true) return undefined;
      const { min, max, isWhole } = field;
      if (typeof value !== 'number' || !(value >= min && value <= max)) return `A number from ${min} to ${max}.`;
      return isWhole === true && !Number.isInteger(value) ? 'A whole number.' : undefined;
    }
    case 'choice':
      return field.choices(project, values).some((choice) => choice.value === value) ? undefined : 'Choose one.';
    case 'choices':
      return field.isNeeded === true && (value as readonly string[]).length === 0 ? 'Choose at least one.' : undefined;
    default:
      return undefined;
  }
}

/** Returns an object without what is null, empty text or an empty list: recipes take only what was said. */
export function said(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** Returns a name for something new: the wish, or it with the first free number. */
export function newName(wish: string, taken: readonly string[]): string {
  const names = new Set(taken);
  if (!names.has(wish)) return wish;
  for (let number = 2; ; number++) if (!names.has(`${wish}-${number}`)) return `${wish}-${number}`;
}

/** Returns the names in a list, each once, as choices. */
export const choicesOf = (names: readonly string[]): FormChoice[] =>
  [...new Set(names)].map((value) => ({ value, title: value }));

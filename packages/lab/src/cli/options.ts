import { z } from 'zod';

/** A field of an operation's input as the command line takes it. */
export interface CommandField {
  /** Name in the input: `timeBudget`. */
  readonly key: string;
  /** How the user writes it: `--time-budget` or `<videos...>`. */
  readonly shown: string;
  readonly kind: 'text' | 'number' | 'flag' | 'list';
  readonly positional: boolean;
  readonly required: boolean;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly defaultValue?: unknown;
  /** Flags and declaration for commander: `--seed <n>`. */
  readonly declaration: string;
}

interface FieldSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly description?: string;
  readonly default?: unknown;
  readonly positional?: boolean;
  readonly placeholder?: string;
}

/** Returns the fields of an input schema, those without a dash first and the rest as declared. */
export function commandFields(input: z.ZodObject): CommandField[] {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const properties = (schema.properties ?? {}) as Record<string, FieldSchema>;
  const required = new Set(schema.required ?? []);
  return Object.entries(properties)
    .map(([key, field]) => commandField(key, field, required.has(key)))
    .sort((a, b) => Number(b.positional) - Number(a.positional));
}

function commandField(key: string, field: FieldSchema, required: boolean): CommandField {
  const kind = kindOf(key, field);
  const positional = field.positional === true;
  // `--no-x` turns x off in the parser, so a field of that name would never be heard of.
  if (kind === 'flag' && /^no[A-Z]/.test(key))
    throw new TypeError(`operation input: ${key} must be named for what it turns on, with default true`);
  const dashed = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const choices = field.enum ?? field.items?.enum;
  const value = field.placeholder ?? (kind === 'number' ? 'n' : kind === 'list' ? 'a,b' : 'value');
  const word = `${dashed}${kind === 'list' ? '...' : ''}`;
  const declaration = positional
    ? required
      ? `<${word}>`
      : `[${word}]`
    : kind === 'flag'
      ? field.default === true
        ? `--no-${dashed}`
        : `--${dashed}`
      : `--${dashed} <${value}>`;
  return {
    key,
    shown: positional ? declaration : `--${dashed}`,
    kind,
    positional,
    required,
    description: field.description ?? '',
    ...(choices === undefined ? {} : { choices }),
    ...(field.default === undefined ? {} : { defaultValue: field.default }),
    declaration,
  };
}

function kindOf(key: string, field: FieldSchema): CommandField['kind'] {
  switch (field.type) {
    case 'boolean':
      return 'flag';
    case 'array':
      return 'list';
    case 'number':
    case 'integer':
      return 'number';
    case 'string':
      return 'text';
    default:
      throw new TypeError(`operation input: ${key} must be a text, number, flag or list, for the command line`);
  }
}

/** Returns the value of a field from the words of a command line; numbers that are none stay text for the schema to refuse. */
export function valueOfWords(field: CommandField, words: string | boolean | readonly string[]): unknown {
  if (typeof words === 'boolean') return words;
  if (field.kind === 'list') {
    const list = typeof words === 'string' ? [words] : words;
    // Bare words are file names, where a comma is a letter like any other.
    return field.positional ? [...list] : list.flatMap((word) => word.split(',')).filter((word) => word !== '');
  }
  const word = typeof words === 'string' ? words : words.join(' ');
  if (field.kind === 'number') return word.trim() !== '' && Number.isFinite(Number(word)) ? Number(word) : word;
  return word;
}

/** Returns what is wrong with an input, one sentence for each problem, in the words of the command line. */
export function usageProblems(error: z.ZodError, fields: readonly CommandField[]): string[] {
  return error.issues.map((issue) => {
    const field = fields.find(({ key }) => key === issue.path[0]);
    const where = field?.shown ?? (issue.path.join('.') || 'input');
    if (/received undefined$/.test(issue.message)) return `${where}: is required`;
    const message = issue.message.replace(/^Invalid input: /, '');
    return `${where}: ${message}`;
  });
}

import {
  FormatError,
  PickleCallable,
  PickleObject,
  PickleRefusal,
  type PickleVocabulary,
  unpickle,
} from '@zoopraxis/core';
import { asNumpyArray, type NumpyArray, numpyGlobals } from '../../numpy/numpy-vocabulary.js';

/** An object of pandas as plain data: what it was made of. */
export class PandasRecord extends PickleObject {
  state: unknown;

  constructor(
    readonly className: string,
    readonly args: readonly unknown[],
  ) {
    super();
  }

  build(state: unknown): void {
    this.state = state;
  }

  contents(): readonly unknown[] {
    return [...this.args, this.state];
  }
}

/** A number of ruamel.yaml, which remembers how it was written. */
class WrittenNumber extends PickleObject {
  constructor(readonly value: number) {
    super();
  }

  build(): void {
    // How the number was written in config.yaml is of no use here.
  }

  contents(): readonly unknown[] {
    return [];
  }
}

const pandasClasses = [
  'pandas.core.frame.DataFrame',
  'pandas.core.indexes.base.Index',
  'pandas.core.indexes.multi.MultiIndex',
  'pandas.core.indexes.range.RangeIndex',
  'pandas.core.internals.managers.BlockManager',
  'pandas.core.internals.managers.SingleBlockManager',
  'pandas.core.series.Series',
];

const globals: ReadonlyMap<string, unknown> = new Map([
  ...numpyGlobals,
  ...pandasClasses.map((name): [string, unknown] => [
    name,
    new PickleCallable(name, (args) => new PandasRecord(name.split('.').at(-1) as string, args)),
  ]),
  [
    'pandas.core.indexes.base._new_Index',
    new PickleCallable('_new_Index', ([made, parts]) => {
      if (!(made instanceof PickleCallable) || !(parts instanceof Map)) {
        throw new PickleRefusal('an index of pandas', 'another value');
      }
      return new PandasRecord(made.name.split('.').at(-1) as string, [parts]);
    }),
  ],
  ['builtins.slice', new PickleCallable('slice', (args) => new PandasRecord('slice', args))],
  [
    'collections.OrderedDict',
    new PickleCallable('OrderedDict', (args) => {
      if (args.length > 0) throw new PickleRefusal('an empty OrderedDict to be filled', 'one with arguments');
      return new Map();
    }),
  ],
  ...['ScalarFloat', 'ScalarInt'].map((name): [string, unknown] => [
    `ruamel.yaml.${name.toLowerCase()}.${name}`,
    new PickleCallable(name, ([value]) => {
      if (typeof value !== 'number') throw new PickleRefusal('a number', typeof value);
      return new WrittenNumber(value);
    }),
  ]),
]);

/** The names that DeepLabCut's pickles may use: arrays of numpy, tables of pandas, numbers of ruamel.yaml. */
export const deepLabCutVocabulary: PickleVocabulary = { resolve: (name) => globals.get(name) };

/** How a pickle of DeepLabCut is read. */
export interface DeepLabCutPickleOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
}

/** Returns what a pickle of DeepLabCut holds, nothing of it run. */
export function readDeepLabCutPickle(bytes: Uint8Array, { path }: DeepLabCutPickleOptions): unknown {
  const { value, end } = unpickle(
    {
      bytes,
      where: '',
      path,
      format: 'DeepLabCut pickle',
      allowed: 'arrays of numpy, tables of pandas, numbers, texts, lists and dicts',
      hint: () => 'Nothing was run. Export the data from DeepLabCut as CSV or HDF5.',
    },
    deepLabCutVocabulary,
  );
  if (end !== bytes.length) {
    throw pickleProblem({ path }, `byte ${end}`, 'the end of the file', `${bytes.length - end} more bytes`);
  }
  return value;
}

/** Returns the error for a pickle of other content. */
export function pickleProblem(
  { path }: { readonly path?: string | undefined },
  where: string,
  expected: string,
  found: string,
): FormatError {
  return new FormatError({
    format: 'DeepLabCut pickle',
    ...(path === undefined ? {} : { path }),
    where,
    expected,
    found: found.slice(0, 120),
    hint: 'Is this the right file? DeepLabCut writes _full, _assemblies, _meta and tracklets beside each video.',
  });
}

const numbersOf = ({ values }: NumpyArray): Float64Array | undefined =>
  ArrayBuffer.isView(values) && !(values instanceof BigInt64Array || values instanceof BigUint64Array)
    ? Float64Array.from(values)
    : undefined;

/** Returns the numbers of an array and its shape; undefined where a value is no array of numbers. */
export function asNumbers(value: unknown): { shape: readonly number[]; values: Float64Array } | undefined {
  const array = asNumpyArray(value);
  const values = array === undefined ? undefined : numbersOf(array);
  return array === undefined || values === undefined ? undefined : { shape: array.shape, values };
}

/** Returns a value as plain JSON-like data: dicts become objects, arrays of one dimension lists. */
export function plainData(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [keyText(key), plainData(item)]));
  }
  if (Array.isArray(value)) return value.map(plainData);
  if (value instanceof Set) return [...value].map(plainData);
  if (value instanceof WrittenNumber) return value.value;
  if (value instanceof PandasRecord) return value.className;
  const array = asNumpyArray(value);
  if (array === undefined) return value;
  const values = Array.from(array.values as ArrayLike<unknown>, plainData);
  return array.shape.length === 0 ? values[0] : array.shape.length === 1 ? values : { shape: array.shape, values };
}

/** Returns the key of a dict as text; those that are tuples with their parts joined by a space. */
const keyText = (key: unknown): string => (Array.isArray(key) ? key.map(String).join(' ') : String(plainData(key)));

/** Returns the number of a frame: a number, or the end of a name such as `frame0012`; undefined for others. */
export function frameOfKey(key: unknown): number | undefined {
  const digits = typeof key === 'string' ? /^frame0*(\d{1,10})$/.exec(key)?.[1] : undefined;
  const frame = digits === undefined ? key : Number(digits);
  return typeof frame === 'number' && Number.isSafeInteger(frame) && frame >= 0 ? frame : undefined;
}

/** Returns the labels of a pandas MultiIndex, shape `[entry][level]`, and the names of its levels. */
export function multiIndexOf(value: unknown): { names: readonly (string | null)[]; labels: string[][] } | undefined {
  const parts = value instanceof PandasRecord && value.className === 'MultiIndex' ? value.args[0] : undefined;
  if (!(parts instanceof Map)) return undefined;
  const levels = parts.get('levels');
  const codes = parts.get('codes') ?? parts.get('labels');
  const names = parts.get('names');
  if (!Array.isArray(levels) || !Array.isArray(codes) || levels.length !== codes.length) return undefined;
  const columns = levels.map((level, i) => {
    const data = level instanceof PandasRecord && level.args[0] instanceof Map ? level.args[0].get('data') : undefined;
    const texts = asNumpyArray(data)?.values as readonly unknown[] | undefined;
    const code = asNumbers(codes[i])?.values;
    return texts === undefined || code === undefined ? undefined : Array.from(code, (at) => texts[at] ?? '');
  });
  const count = columns[0]?.length;
  if (count === undefined || columns.some((column) => column?.length !== count)) return undefined;
  return {
    names: Array.isArray(names) ? names.map((name) => (typeof name === 'string' ? name : null)) : [],
    labels: Array.from({ length: count }, (_, row) => columns.map((column) => String(column?.[row]))),
  };
}

/** Returns the numbers of a pandas Series, shape `[row]`, and its index. */
export function seriesOf(value: unknown): { index: unknown; values: Float64Array } | undefined {
  if (!(value instanceof PandasRecord) || value.className !== 'Series' || !(value.state instanceof Map))
    return undefined;
  const manager = value.state.get('_mgr') ?? value.state.get('_data');
  const state = manager instanceof PandasRecord ? manager.state : undefined;
  const [axes, , , extra] = Array.isArray(state) ? state : [];
  const detail = extra instanceof Map ? [...extra.values()][0] : undefined;
  const block = detail instanceof Map ? detail.get('blocks')?.[0] : undefined;
  const numbers = block instanceof Map ? asNumbers(block.get('values')) : undefined;
  const index = Array.isArray(axes) ? axes[0] : undefined;
  return numbers === undefined ? undefined : { index, values: numbers.values };
}

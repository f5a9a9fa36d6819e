import { readFileSync } from 'node:fs';
import { isFloatType, toFloat32, type WeightSet } from './weight-set.js';

const FOLDER = 'test/reference/weights';

/** A tensor as make-weight-files.py describes it: 16-bit floats by bits, 64-bit integers, NaN and infinity as texts. */
interface ExpectedTensor {
  type: string;
  shape: number[];
  values: (number | string)[];
  float32: (number | string)[] | null;
}

/** What make-weight-files.py put into a file, or why it must be refused. */
export interface ExpectedFile {
  part: string | null;
  tensors: Record<string, ExpectedTensor>;
  refused?: string;
}

const expected = JSON.parse(readFileSync(`${FOLDER}/expected.json`, 'utf8')) as { files: Record<string, ExpectedFile> };

export const referenceNames: readonly string[] = Object.keys(expected.files);

export function referenceFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${FOLDER}/${name}`));
}

export function expectedOf(name: string): ExpectedFile {
  const file = expected.files[name];
  if (file === undefined) throw new Error(`expected.json has no ${name}`);
  return file;
}

const PYTHON_NAMES: Readonly<Record<string, string>> = { Infinity: 'inf', '-Infinity': '-inf', NaN: 'nan' };

const plain = (values: Iterable<number | bigint>): (number | string)[] =>
  [...values].map((value) =>
    typeof value === 'bigint' || !Number.isFinite(value) ? (PYTHON_NAMES[String(value)] ?? String(value)) : value,
  );

/** Tensors in the form of expected.json. */
export function tensorsAsExpected(tensors: WeightSet): Record<string, ExpectedTensor> {
  return Object.fromEntries(
    [...tensors].map(([name, tensor]) => [
      name,
      {
        type: tensor.type,
        shape: [...tensor.shape],
        values: plain(tensor.data),
        float32: isFloatType(tensor.type) ? plain(toFloat32(tensor)) : null,
      },
    ]),
  );
}

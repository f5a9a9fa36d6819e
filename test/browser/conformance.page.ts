import { webBackend } from '@zoopraxis/nn/web';
import type { ReferenceTable } from '../../packages/nn/src/conformance/reference.js';
import { builtModule } from './built-module.js';

const { conformanceFamilies } =
  await builtModule<typeof import('../../packages/nn/src/conformance/cases.js')>('conformance/cases.js');
const { checkCase } =
  await builtModule<typeof import('../../packages/nn/src/conformance/check.js')>('conformance/check.js');

const tables = new Map<string, Promise<ReferenceTable>>();

async function readReferences(family: string): Promise<ReferenceTable> {
  const response = await fetch(`/test/reference/ops/${family}.json`);
  if (!response.ok) throw new Error(`references of ${family}: the server answers ${response.status}`);
  return (await response.json()) as ReferenceTable;
}

/** What {@link checkInPage} is asked. */
export interface PageCheck {
  device: 'wasm' | 'webgpu';
  family: string;
  name: string;
  /** Elements of each input that are compared with finite differences. */
  differences: number;
}

/** Checks one conformance case in the page that imports this; returns what is wrong, nothing if all is well. */
export async function checkInPage({ device, family, name, differences }: PageCheck): Promise<string[]> {
  const item = conformanceFamilies[family]?.find((candidate) => candidate.name === name);
  if (item === undefined) throw new TypeError(`conformance: there is no case ${name} in ${family}`);
  const table = tables.get(family) ?? readReferences(family);
  tables.set(family, table);
  const reference = (await table)[name];
  return checkCase(webBackend({ device }), item, { differences, ...(reference ? { reference } : {}) });
}

import { expect, test } from 'vitest';
import { directBackend } from '../runtime/ort-backend.node.js';
import { conformanceFamilies } from './cases.js';
import { checkCase } from './check.js';
import { readReferences } from './references.node.js';

const backend = directBackend('cpu');

for (const [family, cases] of Object.entries(conformanceFamilies)) {
  const references = readReferences(family);
  test.each(cases)(`cpu: ${family}: $name`, async (item) => {
    const reference = references[item.name];
    expect(await checkCase(backend, item, reference ? { reference } : {})).toEqual([]);
  });

  test(`${family}: each reference belongs to a case`, () => {
    const names = new Set(cases.map((item) => item.name));
    expect(Object.keys(references).filter((name) => !names.has(name))).toEqual([]);
    expect(names.size).toBe(cases.length);
  });
}

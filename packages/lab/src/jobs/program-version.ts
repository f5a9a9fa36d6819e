import { createRequire } from 'node:module';

/** Version of this program, as its package says. */
export const programVersion = (createRequire(import.meta.url)('zoopraxis/package.json') as { version: string }).version;

/** Returns the versions that the provenance of every result names. */
export function programVersions(): Record<string, string> {
  const runtime = createRequire(createRequire(import.meta.url).resolve('@zoopraxis/nn'))(
    'onnxruntime-node/package.json',
  );
  return {
    zoopraxis: programVersion,
    'onnxruntime-node': (runtime as { version: string }).version,
    node: process.versions.node,
  };
}

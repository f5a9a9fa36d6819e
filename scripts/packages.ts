import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { PackageFile, PackageSource } from './layers.js';

interface Manifest {
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Returns the sources below a folder, sorted; none where the folder does not exist. */
export function readSources(folder: string): PackageFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.d\.ts$/.test(path))
    .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(folder, path), 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Returns the source of a browser entry, such as `index.ts` for `./dist/index.js`. */
function sourceOfEntry(entry: string | Readonly<Record<string, string>>): string {
  const target = typeof entry === 'string' ? entry : (entry.default ?? '');
  return target.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');
}

/** Returns the packages below `packages`, sorted by name. */
export function readPackages(root: string): PackageSource[] {
  const folder = join(root, 'packages');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .sort()
    .map((name) => {
      const manifest = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as Manifest;
      const entries = manifest.exports ?? {};
      return {
        name,
        browserEntries: ['.', './web'].flatMap((key) =>
          entries[key] === undefined ? [] : [sourceOfEntry(entries[key])],
        ),
        dependencies: Object.keys({
          ...manifest.dependencies,
          ...manifest.peerDependencies,
          // What is bundled into a page is in the package; nobody installs it again.
          ...(existsSync(join(folder, name, 'vite.config.js')) ? manifest.devDependencies : {}),
        }),
        files: readSources(join(folder, name, 'src')),
      };
    });
}

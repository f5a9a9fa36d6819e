import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { findImports, type ImportSite, lineAt, type MaskedSource, maskSource } from './source-text.js';

/** What each package may import of ours; a package that is not here is refused. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  core: [],
  nn: ['core'],
  io: ['core'],
  phantom: ['core'],
  pose: ['core', 'nn'],
  behavior: ['core', 'nn'],
  figures: ['core'],
  lab: ['core', 'nn', 'io', 'phantom', 'pose', 'behavior', 'figures', 'studio'],
  studio: ['core', 'nn', 'io', 'phantom', 'pose', 'behavior', 'figures'],
};

/** Imports that are allowed as types alone. */
const allowedTypes: Readonly<Record<string, readonly string[]>> = { studio: ['lab'] };

/** One source file of a package. */
export interface PackageFile {
  /** Path below `src`, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A package as the check sees it. */
export interface PackageSource {
  /** Folder name below `packages`. */
  readonly name: string;
  /** Paths below `src` of the entries that run in a browser: `.` and `./web` of `exports`. */
  readonly browserEntries: readonly string[];
  /** Names that `package.json` declares as dependencies of any kind that users install. */
  readonly dependencies: readonly string[];
  readonly files: readonly PackageFile[];
}

/** A broken rule, at a line of a file. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

interface Module {
  readonly path: string;
  readonly source: MaskedSource;
  readonly imports: readonly (ImportSite & { readonly target: string | undefined })[];
}

const isTest = (path: string) => /\.test\./.test(path);
const builtins = new Set(builtinModules);
const nodeOnlyPackages = new Set(['onnxruntime-node', 'sharp', 'node-av']);
const nodeGlobals =
  /(?<![.\w$])(?:Buffer|__dirname|__filename|setImmediate)(?![\w$]|\s*:)|(?<![.\w$])process(?=\s*(?:\?\.|\.|\[))|\btypeof\s+process\b|\bglobalThis\s*\??\.\s*(?:process|Buffer)\b/g;

/** Returns the package of ours that a specifier names, with its sub-path, or undefined. */
function ownPackage(specifier: string): { name: string; entry: string } | undefined {
  const match = /^(?:@zoopraxis\/([^/]+)|(zoopraxis))(\/.*)?$/.exec(specifier);
  return match === null ? undefined : { name: match[1] ?? 'lab', entry: match[3] ?? '' };
}

function readModules(source: PackageSource): Map<string, Module> {
  const paths = new Set(source.files.map((file) => file.path));
  const modules = new Map<string, Module>();
  for (const { path, text } of source.files) {
    const masked = maskSource(text);
    const imports = findImports(masked).map((site) => {
      const base = posix.join(posix.dirname(path), site.specifier).replace(/\.js$/, '');
      const target = site.specifier.startsWith('.')
        ? [`${base}.ts`, `${base}.tsx`, base].find((candidate) => paths.has(candidate))
        : undefined;
      return { ...site, target };
    });
    modules.set(path, { path, source: masked, imports });
  }
  return modules;
}

/** Returns every import that runs against the table, leaves its package by a path or is not declared. */
function checkPackageImports(source: PackageSource, modules: Map<string, Module>): Violation[] {
  const found: Violation[] = [];
  const allowed = allowedImports[source.name];
  if (allowed === undefined) {
    return [
      { file: 'package.json', line: 1, message: `package ${source.name} is not in the table of scripts/layers.ts` },
    ];
  }
  for (const module of modules.values()) {
    for (const { specifier, line, typeOnly } of module.imports) {
      const report = (message: string) => found.push({ file: `src/${module.path}`, line, message });
      if (specifier.startsWith('.')) {
        if (posix.join(posix.dirname(module.path), specifier).startsWith('..')) {
          report(`imports ${specifier}: leaves the package by a path`);
        }
        continue;
      }
      const own = ownPackage(specifier);
      if (own !== undefined && own.name !== source.name && !allowed.includes(own.name)) {
        if (!(typeOnly && allowedTypes[source.name]?.includes(own.name))) {
          report(`imports ${specifier}: ${source.name} may import ${allowed.join(', ') || 'nothing'} of ours`);
          continue;
        }
      }
      const external = /^(@[^/]+\/[^/]+|[^@/][^/]*)/.exec(specifier)?.[0] ?? specifier;
      const isNode = specifier.startsWith('node:') || builtins.has(external);
      if (!isNode && !isTest(module.path) && own?.name !== source.name && !source.dependencies.includes(external)) {
        report(`imports ${specifier}: not declared in package.json`);
      }
    }
  }
  return found;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** Returns one shortest circle through a node, as nodes, or undefined. */
function circleThrough(start: string, next: Map<string, Map<string, Edge>>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const target of next.get(node)?.keys() ?? []) {
      if (target === start) {
        const circle = [start];
        for (let at = node; at !== start; at = cameFrom.get(at) as string) circle.splice(1, 0, at);
        return circle;
      }
      if (!cameFrom.has(target)) {
        cameFrom.set(target, node);
        queue.push(target);
      }
    }
  }
  return undefined;
}

/**
 * Returns the circles of imports among the children of each folder: its folders, and the files that lie
 * directly in it. Circles of files alone are left to the compiler; `import type` counts, tests do not.
 */
function checkFolderCircles(modules: Map<string, Module>): Violation[] {
  const edges: Edge[] = [];
  const folders = new Set<string>();
  for (const module of modules.values()) {
    if (isTest(module.path)) continue;
    for (let at = posix.dirname(module.path); ; at = posix.dirname(at)) {
      folders.add(at === '.' ? '' : `${at}/`);
      if (at === '.') break;
    }
    for (const { target, line } of module.imports) {
      if (target !== undefined) edges.push({ from: module.path, to: target, line });
    }
  }
  const found: Violation[] = [];
  for (const folder of [...folders].sort()) {
    const child = (path: string) => /^[^/]*\/?/.exec(path.slice(folder.length))?.[0] ?? '';
    const next = new Map<string, Map<string, Edge>>();
    for (const edge of edges) {
      if (!edge.from.startsWith(folder) || !edge.to.startsWith(folder)) continue;
      const [from, to] = [child(edge.from), child(edge.to)];
      if (from === to) continue;
      if (!next.has(from)) next.set(from, new Map());
      if (!next.get(from)?.has(to)) next.get(from)?.set(to, edge);
    }
    const reported = new Set<string>();
    for (const start of [...next.keys()].sort()) {
      if (!start.endsWith('/') || reported.has(start)) continue;
      const circle = circleThrough(start, next);
      if (circle === undefined) continue;
      const steps = circle.map((node, i) => next.get(node)?.get(circle[(i + 1) % circle.length] as string) as Edge);
      for (const node of circle) reported.add(node);
      const names = [...circle, start].map((node) => `${folder}${node}`).join(' -> ');
      const sites = steps.map((edge) => `src/${edge.from}:${edge.line} imports ${edge.to}`).join('; ');
      const last = steps.at(-1) as Edge;
      found.push({ file: `src/${last.from}`, line: last.line, message: `circular import ${names} (${sites})` });
    }
  }
  return found;
}

/** Returns every use of Node in the files that a browser entry loads. */
function checkBrowserFiles(source: PackageSource, modules: Map<string, Module>): Violation[] {
  const found: Violation[] = [];
  const loadedBy = new Map<string, string>();
  const queue: string[] = [];
  for (const entry of source.browserEntries) {
    if (!modules.has(entry)) {
      found.push({ file: 'package.json', line: 1, message: `the entry src/${entry} of exports does not exist` });
    } else if (!loadedBy.has(entry)) {
      loadedBy.set(entry, entry);
      queue.push(entry);
    }
  }
  for (const path of queue) {
    const module = modules.get(path) as Module;
    const way: string[] = [];
    for (let at = path; loadedBy.get(at) !== at; at = loadedBy.get(at) as string) way.unshift(at);
    const reached = way.length === 0 ? '' : ` (loaded by ${[loadedBy.get(way[0] as string), ...way].join(' -> ')})`;
    const report = (line: number, what: string) =>
      found.push({ file: `src/${path}`, line, message: `${what} in a file for browsers${reached}` });
    for (const { specifier, line, typeOnly, target } of module.imports) {
      const name = specifier.replace(/^node:/, '');
      if (specifier.startsWith('node:') || builtins.has(name) || nodeOnlyPackages.has(name)) report(line, specifier);
      if (/^@zoopraxis\/[^/]+\/node$/.test(specifier)) report(line, specifier);
      if (target !== undefined && !typeOnly && !loadedBy.has(target)) {
        loadedBy.set(target, path);
        queue.push(target);
      }
    }
    for (const match of module.source.code.matchAll(nodeGlobals)) {
      report(lineAt(module.source.text, match.index), match[0].replace(/\s+/g, ' '));
    }
  }
  return found;
}

/** Returns the list of broken layer rules of one package, sorted by file and line; files are named from its folder. */
export function checkLayers(source: PackageSource): Violation[] {
  const modules = readModules(source);
  return [
    ...checkPackageImports(source, modules),
    ...checkFolderCircles(modules),
    ...checkBrowserFiles(source, modules),
  ].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

/**
 * Returns a built module of `nn` that no entry exports, by its path below `dist`; in Node and in a page alike, since
 * pages are served as the repository lies. `Module` is `typeof import('../../packages/nn/src/...')`.
 */
export function builtModule<Module>(path: string): Promise<Module> {
  return import(new URL(`../../../packages/nn/dist/${path}`, import.meta.url).href);
}

export { FolderStore } from './bytes/folder-store.node.js';
export {
  createProjectFolder,
  type OpenFolderOptions,
  openProjectFolder,
  sourcePath,
} from './project/folder.node.js';
export { type FolderLock, takeLock } from './project/lock.node.js';
export { hashFile } from './records/hash-file.node.js';

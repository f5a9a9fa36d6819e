export { FolderStore } from './bytes/folder-store.node.js';

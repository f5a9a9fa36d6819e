import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Returns the folder where this program keeps what it can make or fetch again: ZOOPRAXIS_CACHE, else the place that the
 * system has for caches.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.ZOOPRAXIS_CACHE) return environment.ZOOPRAXIS_CACHE;
  if (process.platform === 'win32' && environment.LOCALAPPDATA) {
    return join(environment.LOCALAPPDATA, 'zoopraxis', 'cache');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'zoopraxis');
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zoopraxis');
}

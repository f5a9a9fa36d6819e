import { defineConfig } from 'vite';

// TypeScript has compiled the page to `dist` before; here it is bundled into what the server hands out.
export default defineConfig({
  logLevel: 'warn',
  build: {
    outDir: 'dist/bundle',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // Names and licenses of what is in the bundle go with it.
    license: { fileName: 'licenses.md' },
    // No inlined data: the server's policy allows scripts and styles of its own alone.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      // React's marks for servers mean nothing here.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  worker: { format: 'es' },
});

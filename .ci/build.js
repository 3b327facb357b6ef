// Bundles the program for the image: one entry, and a chunk for each command that is loaded only when it runs.
// Comments and names go (a single non-ASCII character would make V8 hold the whole bundle as UTF-16).
import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
// The page's files are read from beside the program.
cpSync('src/aggregator/web/page', 'dist/page', { recursive: true });
await build({
  // host-facts is a program of its own, which the agent runs once; reading-thread is one of the aggregator's second thread.
  entryPoints: {
    pullpath: 'src/main.ts',
    'host-facts': 'src/agent/host-facts.ts',
    'reading-thread': 'src/aggregator/reading/reading-thread.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  banner: {
    // CommonJS packages inside an ES module bundle still call require.
    js: `import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);`,
  },
});
// Linked as `pullpath` and `kubectl-pullpath` on the PATH.
chmodSync('dist/pullpath.js', 0o755);

import fc from 'fast-check';

// The same cases at every run, so that a red test is of the change at hand; `npm run fuzz` looks for new ones, and
// PULLPATH_SEED tries another set.
fc.configureGlobal({ seed: Number(process.env['PULLPATH_SEED'] ?? 1) });

export { fc };

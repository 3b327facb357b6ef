import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/source-tree.ts';
import { generatedPages } from './pages.ts';

for (const page of await generatedPages()) writeFileSync(join(root, page.path), page.text);

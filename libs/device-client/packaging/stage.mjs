// node packaging/stage.mjs FOLDER: lays the package out in another folder, as npm pack takes it. Needs a compiled library.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARY, makeBundle, publishedManifest, ROOT } from './bundle.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('Name the folder to lay the package out in.');
mkdirSync(folder, { recursive: true });
await makeBundle(join(folder, 'bundle'));
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
copyFileSync(join(LIBRARY, 'README.md'), join(folder, 'README.md'));

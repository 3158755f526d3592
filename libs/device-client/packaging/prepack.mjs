// Before `npm pack`: compiles, bundles, and puts the published package.json in the place of the workspace's, which postpack brings back.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LIBRARY, makeBundle, publishedManifest, ROOT } from './bundle.mjs';
import { KEPT } from './postpack.mjs';

if (existsSync(KEPT)) throw new Error(`An earlier npm pack was interrupted: run "node packaging/postpack.mjs" in ${LIBRARY} first.`);
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-b', LIBRARY], { stdio: 'inherit' });
if (status !== 0) process.exit(1);
await makeBundle(join(LIBRARY, 'bundle'));
const manifest = publishedManifest();
copyFileSync(join(ROOT, 'LICENSE'), join(LIBRARY, 'LICENSE'));
copyFileSync(join(LIBRARY, 'package.json'), KEPT);
writeFileSync(join(LIBRARY, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

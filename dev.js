// What `npm run dev` runs again at each change of src: builds, and starts the gateway in this process.

import { spawnSync } from 'node:child_process';

const { status } = spawnSync(process.execPath, ['build.js', '--if-needed'], { stdio: 'inherit' });
if (status === 0) await import('./dist/src/main.js');

/** Defines WAITS, as esbuild does: `node --import ./tests/web/waits.mjs --test tests/web/`. */
import { readFileSync } from 'node:fs';

globalThis.WAITS = JSON.parse(readFileSync(new URL('../../chalicelib/web/src/waits.json', import.meta.url)));

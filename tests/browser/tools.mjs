// The packages that the chore `test-tools` installs below `target/tools/browser`, and the start of Chromium.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../target/tools/browser/package.json', import.meta.url));
const { chromium } = require('playwright-core');

/** axe-core as text, to be run in a page. */
export const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// No name resolves but those of our own machine, so that nothing leaves the machine even if a check is blind to it.
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost',
];

/** Starts the Chromium of the machine. */
export function launch(executablePath) {
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** The four settings in which pages are seen. */
export const SETTINGS = [320, 1280].flatMap((width) =>
  ['light', 'dark'].map((colorScheme) => ({ name: `${width} ${colorScheme}`, width, colorScheme })),
);

/** What Playwright calls a setting. Nothing moves, so that what is measured has come to rest. */
export function contextOptions({ width, colorScheme }) {
  return { viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce', serviceWorkers: 'block' };
}

/** Goes through `items` with `work`, two at a time, and gives the results in their order. */
export async function twoAtATime(items, work) {
  const results = [];
  const waiting = items.map((item, index) => async () => (results[index] = await work(item)));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await Promise.all([worker(), worker()]);
  return results;
}

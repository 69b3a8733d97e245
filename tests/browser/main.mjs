// `node main.mjs CHROMIUM`: takes a job as JSON on standard input, and answers in JSON on standard output.
//
//   { "task": "visit", "pages": [PAGE…], "settings": ["320 dark"…] }    findings; without settings, in all four
//   { "task": "shots", "pages": [PAGE…], "folder": DIR }                names of files
//   { "task": "consent", "pages": [PAGE…] }    findings; what more such a page has is told in `consent.mjs`
//   { "task": "live", "port": of a preview, "workspace": DIR, "scenes": ["edit"…], "shots": DIR }    findings
//
// A PAGE is { "folder": a tenant's output, "base": the path it is published at, "path": the page's, from the base on,
// "name": what it is called in findings and file names, "status": what the host answers, 200 if not given }.

import { readFileSync } from 'node:fs';

import { consent } from './consent.mjs';
import { live } from './live.mjs';
import { serve } from './serve.mjs';
import { shoot } from './shots.mjs';
import { SETTINGS, launch, twoAtATime } from './tools.mjs';
import { visit } from './visit.mjs';

const job = JSON.parse(readFileSync(0, 'utf8'));
const servers = new Map();
for (const { folder, base } of job.pages ?? []) {
  if (!servers.has(folder)) servers.set(folder, await serve(folder, base));
}
const pages = (job.pages ?? []).map(({ folder, base, path, status = 200, ...more }) => {
  return { ...more, origin: servers.get(folder).origin, path: base.replace(/\/$/, '') + path, status };
});
const browser = await launch(process.argv[2]);
const results = await twoAtATime(works(), (work) => work());
await browser.close();
await Promise.all([...servers.values()].map(({ close }) => close()));
process.stdout.write(JSON.stringify(results.flat()));

function works() {
  if (job.task === 'live') return job.scenes.map((scene) => () => live(browser, job, scene));
  if (job.task === 'consent') return pages.map((page) => () => consent(browser, page));
  if (job.task === 'shots') return pages.map((page) => () => shoot(browser, page, job.folder));
  const settings = SETTINGS.filter(({ name }) => job.settings?.includes(name) ?? true);
  return pages.flatMap((page) => settings.map((setting) => () => visit(browser, page, setting)));
}

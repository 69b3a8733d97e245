// A preview that runs, seen in the browser while sources are edited: one scene at a time, each on pages of its own.
//
// What every scene reports besides what it is about: messages of the console, requests to other hosts, cookies, and
// anything that the page's policy refused.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkAccess } from './access.mjs';
import { SCENES } from './scenes.mjs';
import { contextOptions } from './tools.mjs';

/** How long a page may take to show something, in milliseconds. */
const PATIENCE = 15000;

/** Plays a scene, and gives the findings. */
export async function live(browser, job, scene) {
  const findings = [];
  const report = (kind, what) => findings.push({ page: scene, setting: 'live', kind, what });
  const context = await browser.newContext(contextOptions({ width: 1280, colorScheme: job.colorScheme ?? 'light' }));
  context.setDefaultTimeout(PATIENCE);
  try {
    const given = stage(context, job, report);
    await SCENES[scene](given);
    for (const page of context.pages()) await judge(page, given.report);
    for (const cookie of await context.cookies()) report('cookie', cookie.name);
  } catch (error) {
    report('failure', String(error.stack ?? error));
  } finally {
    await context.close();
  }
  return findings;
}

/** What a scene works with. */
function stage(context, { port, workspace, shots, colorScheme }, tell) {
  const expected = [];
  const report = (kind, what) => expected.some((pattern) => pattern.test(what)) || tell(kind, what);
  const address = (host, path = '/') => `http://${host}:${port}${path}`;
  const file = (path) => join(workspace, path);
  return {
    report,
    context,
    address,
    /** Opens a page; whatever it does by itself is watched. */
    open: async (host, path) => {
      const page = await context.newPage();
      watch(page, port, report);
      await page.goto(address(host, path));
      return page;
    },
    read: (path) => readFileSync(file(path), 'utf8'),
    write: (path, text) => writeFileSync(file(path), text),
    /** Changes the first of some words in a file. */
    edit: (path, from, to) => {
      const text = readFileSync(file(path), 'utf8');
      if (!text.includes(from)) report('scene', `\`${path}\` does not hold \`${from}\``);
      writeFileSync(file(path), text.replace(from, to));
    },
    /** Some of what is reported is meant to happen. */
    meant: (pattern) => expected.push(pattern),
    /** Reports what is not so. */
    expect: (is, what) => is || report('scene', what),
    access: (page) => checkAccess(page, report),
    shot: (page, name) => shots && page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`) }),
  };
}

function watch(page, port, report) {
  page.on('console', (message) => {
    // Chromium has a word about each answer that is an error, as some are meant to be.
    const text = message.text();
    if (!text.startsWith('Failed to load resource')) report('console', `${message.type()}: ${text}`);
  });
  page.on('pageerror', (error) => report('console', `uncaught: ${error.message}`));
  page.on('request', (request) => {
    const { hostname, port: called } = new URL(request.url());
    const isOurs = (hostname === 'localhost' || hostname.endsWith('.localhost')) && called === String(port);
    if (!isOurs) report('request', request.url());
  });
  page.addInitScript(() => {
    window.__refused = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.__refused.push(`${event.effectiveDirective} refused ${event.blockedURI || event.sample}`);
    });
  });
}

async function judge(page, report) {
  if (page.isClosed()) return;
  for (const refused of await page.evaluate(() => window.__refused ?? [])) report('csp', refused);
  if (await page.evaluate(() => 'pwned' in window)) report('script', 'text of a source ran');
}

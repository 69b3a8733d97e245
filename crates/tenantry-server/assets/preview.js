// What the preview adds to a page: it is told of changes, takes them in without losing what one is at, and shows what
// is wrong and where things come from. Nothing of it is ever published.

import { morph } from './morph.js';
import { Overlay, Toolbar, ask } from './panel.js';
import { Stream } from './stream.js';

const tag = document.querySelector('script[src="/__tenantry/preview.js"]');
const path = decodeURIComponent(location.pathname);

/** What this page shows, and the build that it was taken from. */
const page = { digest: tag.dataset.digest, build: tag.dataset.build, isBroken: 'broken' in tag.dataset };

const overlay = new Overlay();
const toolbar = new Toolbar(path);

const handlers = {
  hello: ({ build }) => build !== page.build && check(),
  page: (told) => told.path === path && take(told),
  assets: (paths) => swapAssets(new Set(paths)),
  follow: (there) => follow(there),
  /** Too many pages listen: this one asks instead. */
  crowded: () => stream.ask(check),
};

const stream = new Stream((name, content) => handlers[name]?.(content));

window.addEventListener('pagehide', () => stream.stop());
window.addEventListener('pageshow', ({ persisted }) => persisted && awake());
document.addEventListener('visibilitychange', () => (document.hidden ? stream.stop() : awake()));
if (!document.hidden) stream.start();
if (!page.isBroken) check();

/** The page is looked at again: whatever it missed is found by asking. */
function awake() {
  stream.start();
  check();
}

/** Asks whether this page is as it should be. */
async function check() {
  const state = await ask('page', { path });
  if (!state) return;
  page.build = state.build;
  if (state.digest !== page.digest) await update();
  showProblems(state.problems);
}

/** This page differs, or what is wrong with it. */
async function take({ build, digest, problems }) {
  page.build = build;
  if (page.isBroken) return location.reload();
  if (digest !== page.digest) await update();
  if (problems === 0) showProblems([]);
  else await check();
}

function showProblems(problems) {
  if (!page.isBroken) overlay.show(problems);
  toolbar.refresh();
}

let updating = null;
let isOutdated = false;

/** Takes in the page as it is now; once more, if it changed meanwhile. */
function update() {
  isOutdated = true;
  updating ??= (async () => {
    while (isOutdated) {
      isOutdated = false;
      await updateOnce();
    }
    updating = null;
  })();
  return updating;
}

async function updateOnce() {
  const response = await fetch(location.origin + location.pathname + location.search, { cache: 'no-cache' });
  const text = await response.text();
  const next = new DOMParser().parseFromString(text, 'text/html');
  const nextTag = next.querySelector('script[src="/__tenantry/preview.js"]');
  // A script of the site that is another one has to run from the start.
  if (!nextTag || 'broken' in nextTag.dataset || scripts(next) !== scripts(document)) return location.reload();
  page.digest = nextTag.dataset.digest;
  page.build = nextTag.dataset.build;
  morph(document, next);
  document.dispatchEvent(new CustomEvent('tenantry:updated'));
}

function scripts(of) {
  return [...of.scripts].map((script) => script.getAttribute('src') ?? script.textContent).join('\n');
}

/** Files that kept their names hold something else: styles and images are shown anew, nothing is loaded again. */
async function swapAssets(paths) {
  const isMeant = (url) => paths.has(decodeURIComponent(new URL(url, location.href).pathname));
  // What styles name is taken from the cache of the browser, so that is renewed first.
  const renew = (one) => fetch(location.origin + encodeURI(one), { cache: 'reload' }).catch(() => {});
  await Promise.all([...paths].map(renew));
  const fresh = (url) => {
    const address = new URL(url, location.href);
    address.searchParams.set('tenantry', Date.now().toString(36));
    return address.href;
  };
  for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
    const next = link.cloneNode();
    next.href = fresh(link.href);
    // The name tells the content no more, if it ever did.
    next.removeAttribute('integrity');
    next.addEventListener('load', () => link.remove());
    next.addEventListener('error', () => next.remove());
    link.after(next);
  }
  for (const image of document.images) if (isMeant(image.src)) image.src = fresh(image.src);
}

/** Goes to the page that was edited. */
function follow({ tenant, path: there }) {
  const host = location.hostname.endsWith('.localhost') ? `${tenant}.localhost` : location.hostname;
  const address = `${location.protocol}//${host}${location.port && `:${location.port}`}${encodeURI(there)}`;
  if (address !== location.origin + location.pathname) location.assign(address);
}

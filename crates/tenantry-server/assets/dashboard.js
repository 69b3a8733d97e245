// What makes the dashboard quick: it finds while one types, and shows changes as they happen. Without it, forms and
// links do the same with one more step.

import { morphElement } from './morph.js';
import { Stream } from './stream.js';

/** After the last key, in milliseconds. */
const PAUSE = 80;

const form = document.querySelector('form[data-live]');
let timer;
let asked = 0;

/** Shows an address of the dashboard in place, without leaving what one is at. */
async function show(address) {
  const number = (asked += 1);
  const response = await fetch(address, { cache: 'no-store' });
  const text = await response.text();
  // A later question may have been answered sooner.
  if (!response.ok || number !== asked) return;
  const next = new DOMParser().parseFromString(text, 'text/html');
  const [from, to] = [document, next].map((of) => of.querySelector('#results'));
  // What stands in the form is the reader's.
  if (from && to) morphElement(from, to);
}

function find() {
  const values = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...values]) if (!value) values.delete(name);
  const address = `${location.origin}${location.pathname}${values.size ? `?${values}` : ''}`;
  history.replaceState(null, '', address);
  return show(address);
}

form?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
});

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  find();
});

const again = () => show(location.href);
const handlers = { edit: again, checked: again };
let build = null;

/** A change that was missed shows by its build. */
handlers.hello = (hello) => {
  if (build && build !== hello.build) again();
  build = hello.build;
};

const stream = new Stream((name, content) => handlers[name]?.(content), '/__tenantry/events?dashboard');
window.addEventListener('pagehide', () => stream.stop());
window.addEventListener('pageshow', ({ persisted }) => persisted && stream.start());
document.addEventListener('visibilitychange', () => (document.hidden ? stream.stop() : stream.start()));
if (!document.hidden) stream.start();

// Makes a document like another one, and leaves alone whatever is alike: elements keep their focus, what was typed into
// them, how far they are scrolled, and whether they are unfolded.

/** What the preview adds to a document is no part of it. */
const OURS = 'tenantry-preview, [data-tenantry-leaving]';

/** What a reader changes: whether it is unfolded. */
const READERS = new Set(['details open', 'dialog open']);

/** Makes `from`, which is shown, like `to`, which is not. */
export function morph(from, to) {
  const focused = from.activeElement?.id;
  attributes(from.documentElement, to.documentElement);
  children(from.head, to.head);
  morphElement(from.body, to.body);
  // What had the focus was replaced by something of the same name.
  if (focused && from.activeElement === from.body) from.getElementById(focused)?.focus({ preventScroll: true });
}

/** Makes an element, which is shown, like another one of its kind, which is not. */
export function morphElement(old, next) {
  attributes(old, next);
  children(old, next);
}

/** Makes one node like another one of its kind. */
function node(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
    return;
  }
  if (isStyle(old) && old.getAttribute('href') !== next.getAttribute('href')) return swapStyle(old, next);
  morphElement(old, next);
}

function attributes(old, next) {
  const kept = ({ name }) => READERS.has(`${old.localName} ${name}`);
  for (const attribute of [...old.attributes]) {
    if (!next.hasAttribute(attribute.name) && !kept(attribute)) old.removeAttribute(attribute.name);
  }
  for (const attribute of next.attributes) {
    if (old.getAttribute(attribute.name) !== attribute.value && !kept(attribute)) {
      old.setAttribute(attribute.name, attribute.value);
    }
  }
}

/** What is the same at both ends stays; what lies between is matched in order. */
function children(old, next) {
  const ours = (one) => one.nodeType === Node.ELEMENT_NODE && one.matches(OURS);
  const olds = [...old.childNodes].filter((child) => !ours(child));
  const nexts = [...next.childNodes];
  while (olds.length > 0 && nexts.length > 0 && olds[0].isEqualNode(nexts[0])) {
    olds.shift();
    nexts.shift();
  }
  let end = null;
  while (olds.length > 0 && nexts.length > 0 && olds.at(-1).isEqualNode(nexts.at(-1))) {
    end = olds.pop();
    nexts.pop();
  }
  between(old, { olds, nexts, end: end ?? firstOfOurs(old) });
}

/** What the preview added to the end of an element stays at its end. */
function firstOfOurs(parent) {
  return [...parent.children].find((child) => child.matches('tenantry-preview')) ?? null;
}

function between(parent, { olds, nexts, end }) {
  const named = new Map(nexts.filter((next) => next.id).map((next) => [next.id, next]));
  for (const next of nexts) {
    const at = olds.findIndex((old) => isAlike(old, next, named));
    if (at < 0) {
      parent.insertBefore(document.importNode(next, true), olds[0] ?? end);
      continue;
    }
    // What was passed over has no counterpart, unless something later is called the same.
    for (const old of olds.splice(0, at)) if (named.has(old.id)) olds.push(old); else old.remove();
    const [old] = olds.splice(0, 1);
    if (old.nextSibling !== (olds[0] ?? end) && old.id) parent.insertBefore(old, olds[0] ?? end);
    node(old, next);
  }
  for (const old of olds) old.remove();
}

/** Whether one node can become the other: of the same kind, and not called otherwise. */
function isAlike(old, next, named) {
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName) return false;
  if ((old.id ?? '') === (next.id ?? '')) return true;
  // Who is called something gets what is called the same, or nothing.
  return !next.id && !named.has(old.id);
}

function isStyle(element) {
  return element.localName === 'link' && element.relList.contains('stylesheet');
}

/** The old style goes when the new one has come, so that the page never stands without. */
function swapStyle(old, next) {
  const fresh = document.importNode(next, true);
  old.setAttribute('data-tenantry-leaving', '');
  const leave = () => old.remove();
  fresh.addEventListener('load', leave);
  fresh.addEventListener('error', leave);
  old.after(fresh);
}

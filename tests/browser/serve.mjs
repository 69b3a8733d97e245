// One built tenant as a static host serves it: `_headers`, `_redirects` and `404.html` are obeyed, not shown.
//
// The files are read at each request; a folder without an `index.html` is not found.

import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
};

/** In milliseconds. As from a far host, images come after the first paint: a page that keeps no room for them moves. */
const LATE = 150;

const NOT_SHOWN = ['/_headers', '/_redirects'];

/** Serves `folder` below the path `base` of a free port of this machine. */
export async function serve(folder, base) {
  const rules = headerRules(read(join(folder, '_headers'))?.toString() ?? '');
  const redirects = redirectRules(read(join(folder, '_redirects'))?.toString() ?? '');
  const server = createServer((request, response) => {
    const { status, headers, body } = answer({ folder, base, rules, redirects }, request.url);
    const late = /^(image|font)/.test(headers['Content-Type']) ? LATE : 0;
    setTimeout(() => response.writeHead(status, headers).end(body), late);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

function answer({ folder, base, rules, redirects }, target) {
  const path = inside(base, target);
  if (path === undefined) return { status: 404, headers: {}, body: '' };
  const headers = headersFor(rules, path);
  const redirect = redirects.find(({ from }) => matches(from, path));
  if (redirect) return { status: redirect.status, headers: { ...headers, Location: redirect.to }, body: '' };
  const file = find(folder, path);
  if (file === 'folder') {
    return { status: 301, headers: { ...headers, Location: `${base.replace(/\/$/, '')}${path}/` }, body: '' };
  }
  const status = file ? 200 : 404;
  const name = file ?? join(folder, '404.html');
  const body = read(name) ?? 'not found';
  return { status, headers: { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', ...headers }, body };
}

/** The path of a request within the site, from `/` on; undefined if it is none or lies outside. */
function inside(base, target) {
  const prefix = base.replace(/\/$/, '');
  try {
    const path = decodeURIComponent(target.split('?')[0]);
    return path.startsWith(`${prefix}/`) && !path.includes('\0') ? path.slice(prefix.length) : undefined;
  } catch {
    return undefined;
  }
}

/** The file that is shown at a path; `folder` for one that lacks its slash. */
function find(folder, path) {
  const file = normalize(join(folder, path));
  if (!file.startsWith(normalize(folder + sep)) || NOT_SHOWN.includes(path)) return undefined;
  const kind = statSync(file, { throwIfNoEntry: false });
  if (path.endsWith('/')) return read(join(file, 'index.html')) && join(file, 'index.html');
  if (kind?.isDirectory()) return 'folder';
  return kind?.isFile() ? file : undefined;
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** `_headers`: a pattern on a line of its own, then indented lines `Name: value`, or `! Name` to take one back. */
function headerRules(text) {
  const rules = [];
  for (const line of linesOf(text)) {
    if (/^\S/.test(line)) rules.push({ pattern: line.trim(), lines: [] });
    else rules.at(-1)?.lines.push(line.trim());
  }
  return rules;
}

/** All rules that match apply, in order; a name given twice has both values. */
function headersFor(rules, path) {
  const headers = {};
  for (const line of rules.filter(({ pattern }) => matches(pattern, path)).flatMap(({ lines }) => lines)) {
    const [, removed, name, value] = line.match(/^(!\s*)?([^:\s]+)(?::\s*(.*))?$/) ?? [];
    if (removed) delete headers[name];
    else if (name) headers[name] = headers[name] ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

/** `_redirects`: `/from /to 301` on each line; a rewrite, such as 200, is no redirect. */
function redirectRules(text) {
  const rules = linesOf(text).map((line) => line.trim().split(/\s+/));
  const parsed = rules.map(([from, to, status]) => ({ from: decodeURI(from), to, status: Number(status ?? 301) }));
  return parsed.filter(({ status }) => status >= 300 && status < 400);
}

function linesOf(text) {
  return text.split(/\r?\n/).filter((line) => line.trim() && !line.startsWith('#'));
}

/** Whether a path fits a pattern, in which `*` stands for anything. */
function matches(pattern, path) {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's').test(path);
}

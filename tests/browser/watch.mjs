// What a page does by itself while it is open: messages, requests, dialogs, downloads, new windows.
//
// How it looks when it has come to rest is told by `look.mjs`.

/** Reports what a page does in its context. A request to another host is reported and not made. */
export async function watchContext(context, { origin, path, status }, report) {
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith(`${origin}/`)) return route.continue();
    report('request', `${route.request().resourceType()} ${url}`);
    return route.abort();
  });
  await context.addInitScript(keepReports);
  // Chromium has a word about a page that is not found, as it was meant to be.
  const expected = (message) => status >= 400 && message.location().url === origin + path;
  context.on('page', (page) => {
    page.on('console', (message) => expected(message) || report('console', `${message.type()}: ${message.text()}`));
    watchPage(page, origin, report);
  });
}

function watchPage(page, origin, report) {
  page.on('pageerror', (error) => report('console', `uncaught: ${error.message}`));
  page.on('popup', (popup) => report('window', popup.url()));
  page.on('download', (download) => report('download', download.url()));
  page.on('websocket', (socket) => report('request', `websocket ${socket.url()}`));
  page.on('dialog', (dialog) => {
    report('dialog', `${dialog.type()}: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('framenavigated', (frame) => {
    const url = frame.url();
    if (url !== 'about:blank' && !url.startsWith(`${origin}/`)) report('navigation', url);
  });
}

/** Runs in the page, before its first byte: keeps what only the page itself is told. */
function keepReports() {
  const kept = { violations: [], shift: 0 };
  Object.defineProperty(window, '__kept', { value: kept });
  document.addEventListener('securitypolicyviolation', (event) => {
    kept.violations.push(`${event.effectiveDirective} refused ${event.blockedURI || event.sample}`);
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) kept.shift += entry.hadRecentInput ? 0 : entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}

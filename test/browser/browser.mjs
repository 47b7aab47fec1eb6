import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** For each window, Chromium would start a page for each of these, which takes most of the time of a new visitor. */
const popupsOfTheAddressBar = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'];
/** Features that Playwright also disables. The list below replaces Playwright's own. */
const disabledByPlaywright = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

export async function launchBrowser() {
  assert.ok(existsSync(executablePath), `${executablePath} is not installed: apt-get install chromium.`);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${[...popupsOfTheAddressBar, ...disabledByPlaywright]}`,
      // Requests to other origins, which are recorded below, also fail.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

/**
 * Opens an empty page for a new visitor. `complaints` collects everything that a page must not cause: requests to other
 * origins, errors and warnings on the console (including violations of the content security policy), and uncaught
 * errors. Messages on the console that match `expected` and requests to `otherOrigins` are allowed.
 */
export async function openPage(
  { browser, url },
  { colorScheme = 'light', viewport = { width: 1440, height: 900 }, timezoneId, expected, otherOrigins = [] } = {},
) {
  const context = await browser.newContext({ colorScheme, viewport, ...(timezoneId && { timezoneId }) });
  context.setDefaultTimeout(30_000);
  const complaints = [];
  await context.route('**/*', (route) => {
    const requested = new URL(route.request().url());
    if ([new URL(url).origin, ...otherOrigins].includes(requested.origin)) return proceed(route);
    // Chromium's own PDF viewer also consists of pages.
    if (/^chrome(-extension)?:$/.test(requested.protocol)) return proceed(route);
    complaints.push(`request to ${requested.href}`);
    return route.abort();
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      // biome-ignore lint/suspicious/noConsole: gathered with what else is on the page's console.
      console.error(`policy violated: ${violatedDirective} by ${blockedURI}`);
    });
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`uncaught ${error.stack}`));
  page.on('console', (message) => {
    if (expected?.test(message.text())) return;
    if (['error', 'warning'].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  return { page, context, complaints };
}

/** Lets a request through. A request whose page is closed meanwhile is already handled. */
async function proceed(route) {
  try {
    await route.continue();
  } catch (error) {
    if (!/already handled|been closed/.test(error.message)) throw error;
  }
}

import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';

export const sizes = { wide: { width: 1280, height: 800 }, small: { width: 900, height: 600 } } as const;
export const themes = ['light', 'dark'] as const;

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const pictures = 'test-results/screens';
/** The moment every page believes it is. */
const now = Date.UTC(2026, 10, 20, 9, 30);

let browser: Browser;

/** Starts one browser for the tests of a file. */
export function withBrowser(): void {
  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    });
  });
  afterAll(async () => {
    await browser?.close();
  });
}

/** How a page begins; the in-memory backend receives `query`. */
export interface Opening {
  theme?: 'light' | 'dark' | 'system';
  size?: { width: number; height: number };
  lang?: 'en' | 'de';
  query?: Record<string, string>;
  zoom?: number;
  /** Another page than the one with the in-memory backend. */
  site?: string;
  /** Runs before the page is opened. */
  before?: (page: Page) => Promise<void>;
}

/** Opens the page, runs `act`, and fails on anything the page complained about. */
export async function onPage(opening: Opening, act: (page: Page) => Promise<void>): Promise<void> {
  const {
    theme = 'system',
    size = sizes.wide,
    lang = 'en',
    query = {},
    zoom = 1,
    site = inject('site'),
  } = opening;
  const context: BrowserContext = await browser.newContext({
    viewport: { width: Math.round(size.width / zoom), height: Math.round(size.height / zoom) },
    deviceScaleFactor: zoom,
    colorScheme: theme === 'dark' ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: lang === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'UTC',
  });
  // As the desktop shell does: code that writes over what every object inherits fails here too.
  await context.addInitScript(() => void Object.freeze(Object.prototype));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    await page.clock.install({ time: now });
    await opening.before?.(page);
    await page.goto(`${site}?${new URLSearchParams({ theme, lang, ...query })}`);
    await act(page);
    expect(complaints).toEqual([]);
  } catch (error) {
    await picture(page, `failed-${expect.getState().currentTestName?.replace(/[^\w]+/g, '-') ?? ''}`);
    throw error;
  } finally {
    await context.close();
  }
}

/** Fails if axe finds anything against WCAG 2.2 AA on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  // The policy of the page forbids added script elements; evaluating the text goes past it, as a test may.
  const { readFile } = await import('node:fs/promises');
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(axe, 'utf8'));
  const found = await page.evaluate(async () => {
    const run = (
      window as unknown as { axe: { run: (root: Document, options: object) => Promise<AxeResults> } }
    ).axe;
    const results = await run.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
      // Menus and lists that pop up stand outside the landmarks by nature; their roles say what they are.
      rules: { region: { enabled: false } },
    });
    return results.violations.map(
      (violation) =>
        `${violation.id}: ${violation.help}\n  ${violation.nodes.map((node) => `${node.html.slice(0, 160)} — ${node.failureSummary.replaceAll('\n', ' ').slice(0, 300)}`).join('\n  ')}`,
    );
  });
  expect(found).toEqual([]);
}

interface AxeResults {
  violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
}

/** Keeps a picture of the page. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${pictures}/${name}.png`, animations: 'disabled', caret: 'hide' });
}

/** Looks at the page as it is in both themes and both sizes: axe must be content, and a picture is kept of each. */
export async function everyLook(page: Page, name: string): Promise<void> {
  // A theme chosen in the settings would hide the one asked for here.
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBeNull();
  for (const theme of themes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: theme });
      await expectAccessible(page);
      await picture(page, `${name}-${theme}-${size}`);
    }
  }
}

/** The selector of a test id. */
export function id(testid: string, more = ''): string {
  return `[data-testid="${testid}"]${more}`;
}

/** Answers the question that the program asks with a dialog of its own while `act` runs; fails if it asks none. */
export async function answering(page: Page, yes: boolean, act: () => Promise<void>): Promise<void> {
  const asked = page.waitForEvent('dialog').then((dialog) => (yes ? dialog.accept() : dialog.dismiss()));
  await Promise.all([asked, act()]);
}

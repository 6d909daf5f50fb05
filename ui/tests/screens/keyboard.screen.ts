import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { id, onPage, withBrowser } from './page';

withBrowser();

/** A key, the selector of an element to wait for, or of a control to reach with Tab. */
type Step = string | { tabTo: string };

/** A screen, and the steps that lead to it. */
interface Screen {
  query?: Record<string, string>;
  steps?: Step[];
  /** An element of the screen once it is there. */
  shows: string;
  /** The part that belongs to this screen alone; the controls around it are those of another one. */
  within?: string;
}

/** No screen has more controls than that. */
const mostTabs = 120;
/** Jobs end at once. */
const fast = { speed: '1000000000' };
/** Jobs run until they are cancelled. */
const slow = { speed: '1' };

const settings = (tab: string): Step[] => {
  const at = ['general', 'security', 'password', 'recovery', 'kit', 'sync', 'backups'].indexOf(tab);
  return [
    'Control+,',
    id(testids.settingsTab, '[data-tab="general"]:focus'),
    ...Array<string>(at).fill('ArrowDown'),
    id(testids.settingsTab, `[data-tab="${tab}"]:focus`),
  ];
};
/** From the first row to its item. */
const openFirst = (title: string): Step[] => [
  id(testids.itemRow, `[data-title="${title}"][aria-posinset="1"]`),
  'F2',
  id(testids.itemList, ':focus'),
  'Home',
  id(testids.itemRow, '[aria-posinset="1"][aria-selected="true"]'),
  'Enter',
  id(testids.detailTitle, ':focus'),
];
const search = (title: string): Step[] => ['Control+f', ...title, ...openFirst(title)];
const command = (name: string, typed: string): Step[] => [
  'Control+k',
  ...typed,
  id(testids.paletteEntry, `[data-command="${name}"][aria-selected="true"]`),
  'Enter',
];
const toRepair: Step[] = [
  id(testids.unlockPassword, ':focus'),
  ...fakePassword,
  'Enter',
  { tabTo: id(testids.repairOpen) },
  'Enter',
];
const toRestore: Step[] = [
  { tabTo: id(testids.restoreOpen) },
  'Enter',
  { tabTo: id(testids.restorePick) },
  'Enter',
];
const toWords: Step[] = [
  ...settings('sync'),
  { tabTo: id(testids.syncServer) },
  ...'vault.lan',
  'Enter',
  id(testids.syncWords),
];
const toJoin: Step[] = [
  { tabTo: id(testids.unlockNewProfile) },
  'Enter',
  { tabTo: id(testids.joinOpen) },
  'Enter',
  id(testids.syncServer, ':focus'),
  ...'vault.example.org',
  'Enter',
];
const toBackup: Step[] = [
  ...settings('backups'),
  { tabTo: id(testids.backupOpen) },
  'Enter',
  id(testids.backupBrowser),
  `${id(testids.backupItems)} [data-item-id]`,
];

const screens: Record<string, Screen> = {
  'the first run': { query: { state: 'first_run' }, shows: id(testids.firstRunScreen) },
  unlocking: { query: { state: 'locked' }, shows: id(testids.unlockPassword, ':focus') },
  'unlocking with a PIN': { query: { state: 'locked', pin: '' }, shows: id(testids.unlockScreen) },
  'the list': { shows: id(testids.itemRow) },
  'an item': { steps: openFirst('Alarm system'), shows: id(testids.detailTitle, ':focus') },
  'an item in the trash': {
    within: `section:has(${id(testids.searchField)}), ${id(testids.detail)}`,
    // The sidebar arrives apart from the list.
    steps: [
      id(testids.sidebarEntry, '[data-scope="trash"]'),
      'F1',
      'End',
      id(testids.sidebarEntry, '[data-scope="trash"]:focus'),
      'Enter',
      ...openFirst('Draft of a letter'),
    ],
    shows: id(testids.detailRestore),
  },
  'a new item': {
    steps: ['Control+n', id(testids.newType, ':focus'), 'Enter'],
    shows: id(testids.editTitle, ':focus'),
  },
  'the form of an item': {
    within: id(testids.editor),
    steps: [...search('Fastmail'), 'Control+e'],
    shows: id(testids.editTitle, ':focus'),
  },
  'the question on leaving a form': {
    steps: [
      ...search('Fastmail'),
      'Control+e',
      id(testids.editTitle, ':focus'),
      'X',
      { tabTo: id(testids.editCancel) },
      'Enter',
    ],
    shows: id(testids.leaveDialog),
  },
  'an empty profile': { query: { items: '0' }, shows: id(testids.mainScreen) },
  'a draft': { query: { draft: '' }, shows: id(testids.draftOffer), within: id(testids.draftOffer) },
  'the generator': { steps: ['Control+g'], shows: id(testids.generatorDialog) },
  'the commands': { steps: ['Control+k'], shows: id(testids.palette) },
  'the shortcuts': { steps: ['Control+/'], shows: id(testids.shortcutSheet) },
  'the import': { steps: ['Control+i'], shows: id(testids.importDialog) },
  'the export': { steps: command('export', 'export items'), shows: id(testids.exportDialog) },
  'the general settings': { steps: settings('general'), shows: id(testids.settingsDialog) },
  'the security settings': { steps: settings('security'), shows: id(testids.settingsDialog) },
  'the password settings': { steps: settings('password'), shows: id(testids.settingsDialog) },
  'the recovery code': { steps: settings('recovery'), shows: id(testids.settingsDialog) },
  'the Kit': { steps: settings('kit'), shows: id(testids.settingsDialog) },
  'the sync settings': { steps: settings('sync'), shows: id(testids.syncServer) },
  'the words of a server': { steps: toWords, shows: id(testids.syncWords, ' :focus') },
  'a new account': {
    steps: [...toWords, { tabTo: id(testids.syncWordsSame) }, 'Enter'],
    shows: id(testids.syncLogin, ':focus'),
  },
  'a profile with a server': {
    query: { sync: 'up_to_date' },
    steps: [...settings('sync'), id(testids.syncFactorOn)],
    shows: id(testids.syncDeviceRevoke),
  },
  'a code of the second factor': {
    query: { sync: 'up_to_date', factor: '' },
    steps: [
      ...settings('sync'),
      { tabTo: id(testids.syncFactorOff) },
      'Enter',
      id(testids.syncPasswordDialogField, ':focus'),
      ...fakePassword,
      'Enter',
    ],
    shows: id(testids.factorCode, ':focus'),
    within: id(testids.syncPasswordDialog),
  },
  'the keys of a profile with a server': {
    query: { sync: 'up_to_date' },
    steps: [...settings('password'), { tabTo: id(testids.leakedOpen) }, 'Enter'],
    shows: id(testids.leakedPassword),
  },
  'a profile that is signed out': {
    query: { sync: 'signed_out' },
    steps: settings('sync'),
    shows: id(testids.syncSignInPassword),
  },
  'an account on a new computer': {
    query: { state: 'locked' },
    steps: toJoin,
    shows: id(testids.joinLogin, ':focus'),
  },
  'the backups': { steps: settings('backups'), shows: id(testids.settingsDialog) },
  'an open backup': { query: fast, steps: toBackup, shows: id(testids.backupSearch) },
  'an item in a backup': {
    query: fast,
    steps: [
      ...toBackup,
      { tabTo: id(testids.backupSearch) },
      ...'passport',
      id(
        testids.backupItems,
        ':not(:has([data-item-id] ~ [data-item-id] ~ [data-item-id] ~ [data-item-id]))',
      ),
      { tabTo: id(testids.backupItems) },
      'ArrowDown',
    ],
    shows: id(testids.backupTake),
  },
  'repair of a database': {
    query: { state: 'locked', damage: 'page', ...fast },
    steps: toRepair,
    shows: id(testids.repairSalvage),
  },
  'repair without keys': {
    query: { state: 'locked', damage: 'keys', ...fast },
    steps: toRepair,
    shows: id(testids.repairOther),
  },
  'repair that runs': {
    query: { state: 'locked', damage: 'page', ...slow },
    steps: toRepair,
    shows: id(testids.repairCancel, ':enabled'),
  },
  'restoring a backup': {
    query: { state: 'locked', ...fast },
    steps: toRestore,
    shows: id(testids.restorePassword),
  },
  'codes that were found': {
    query: { codesInText: '' },
    steps: command('codes', 'add one-time codes from a p'),
    shows: id(testids.codesDialog),
  },
  'codes for another program': {
    steps: command('codesOut', 'export one'),
    shows: id(testids.codesOutRow),
  },
  'codes as pictures': {
    steps: [
      ...command('codesOut', 'export one'),
      { tabTo: id(testids.codesOutShow) },
      'Enter',
      id(testids.confirmPasswordField, ':focus'),
      ...fakePassword,
      'Enter',
    ],
    shows: id(testids.codeQr),
  },
  'a code for another device': {
    steps: [...search('Fastmail'), { tabTo: id(testids.codeShare) }, 'Enter'],
    shows: id(testids.codeQr),
  },
};

/** What has the focus, and which of those with the same name it is; `body` if nothing has. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'body';
    const describe = (one: HTMLElement): string => {
      const name = one.getAttribute('aria-label') ?? one.textContent?.trim().slice(0, 30) ?? '';
      return `${one.tagName.toLowerCase()} ${one.dataset['testid'] ?? ''} ${name}`;
    };
    const name = describe(element);
    const all = [...document.querySelectorAll<HTMLElement>(element.tagName)];
    // Not its place among all: the rows behind a dialog are drawn when they are.
    return `${name} ${all.filter((one) => describe(one) === name).indexOf(element)}`;
  });

/** Whether a selector matches what has the focus. */
const isFocused = (page: Page, selector: string) =>
  page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector);

/** All that is on the page, what is typed, and what has the focus. */
const content = (page: Page) =>
  page.evaluate(() => {
    const typed = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map((field) => [
      field.value,
      field.checked,
    ]);
    const at = [...document.querySelectorAll('*')].indexOf(document.activeElement ?? document.body);
    return JSON.stringify([document.body.outerHTML, typed, at]);
  });

/** Waits until what the last key began is drawn; a control that it removes has lost the focus by then. */
const drawn = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 6; frame += 1) await new Promise(requestAnimationFrame);
  });

/** Presses a key and fails if the focus is on nothing afterwards. */
async function press(page: Page, key: string, where: string): Promise<void> {
  await page.keyboard.press(key);
  await expect
    .poll(() => focused(page), { message: `${where}, after ${key}`, timeout: 2000 })
    .not.toBe('body');
}

async function open(page: Page, { steps = [], shows, query }: Screen): Promise<void> {
  await page.reload();
  const begins = steps.length === 0 ? shows : id(query?.['state'] ? testids.unlockScreen : testids.itemRow);
  await page.locator(begins).first().waitFor();
  for (const step of steps) {
    if (typeof step !== 'string') await tabTo(page, step.tabTo);
    else if (step.startsWith('[')) await page.locator(step).first().waitFor();
    else await press(page, step, 'on the way');
  }
  await page.locator(shows).first().waitFor();
  await drawn(page);
}

/** Presses Tab until a control has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor();
  for (let step = 0; step < mostTabs && !(await isFocused(page, selector)); step += 1) {
    await tab(page, `on the way to ${selector}`);
  }
  await expect
    .poll(() => isFocused(page, selector), { message: `${selector} is reached with Tab` })
    .toBe(true);
}

/** Presses Tab; after the last control the focus is on the frame of the page once, so it is pressed again. */
async function tab(page: Page, where: string): Promise<string> {
  await page.keyboard.press('Tab');
  const now = await focused(page);
  if (now !== 'body') return now;
  await press(page, 'Tab', where);
  return focused(page);
}

/** A control that Tab reaches, and how often it is pressed for that. */
interface Stop {
  name: string;
  presses: number;
}

/** Returns the controls that Tab reaches, each once. */
async function tabStops(page: Page, where: string): Promise<Stop[]> {
  const stops: Stop[] = [];
  let inFrame = 0;
  for (let presses = 1; presses < mostTabs; presses += 1) {
    await page.keyboard.press('Tab');
    const name = await focused(page);
    // After the last control the focus is on the frame of the page, once.
    inFrame = name === 'body' ? inFrame + 1 : 0;
    expect(inFrame, `${where}, Tab brings the focus back`).toBeLessThan(2);
    if (stops.some((one) => one.name === name)) return stops;
    if (name !== 'body') stops.push({ name, presses });
  }
  throw new Error(`${where}: Tab does not come round`);
}

/** Presses Tab until a stop has the focus. How often differs by one: the frame is not always among them. */
async function goTo(page: Page, { name, presses }: Stop, pressed: number, where: string): Promise<void> {
  for (let at = pressed; at < presses - 2; at += 1) await page.keyboard.press('Tab');
  for (let more = 0; more < mostTabs && (await focused(page)) !== name; more += 1)
    await page.keyboard.press('Tab');
  await expect.poll(() => focused(page), { message: where, timeout: 2000 }).toBe(name);
}

describe('the focus is never lost', () => {
  for (const [name, screen] of Object.entries(screens)) {
    test(name, { timeout: 240_000 }, () =>
      onPage({ query: screen.query ?? {} }, async (page) => {
        // Dialogs of the program itself are agreed to, so that all happens that can.
        page.on('dialog', (dialog) => void dialog.accept());
        await open(page, screen);
        const stops = await tabStops(page, name);
        let tried = 0;
        /** How often Tab was pressed since the screen was opened; `undefined` if it is not as it was then. */
        let pressed: number | undefined;
        for (const stop of stops) {
          const where = `${name}, on ${stop.name}`;
          if (pressed === undefined) await open(page, screen);
          await goTo(page, stop, pressed ?? 0, where);
          pressed = stop.presses;
          if (screen.within && !(await isFocused(page, `:is(${screen.within}) *`))) continue;
          tried += 1;
          const before = await content(page);
          for (const key of ['Enter', 'Escape']) {
            await press(page, key, where);
            await drawn(page);
            expect(await focused(page), `${where}, after ${key}`).not.toBe('body');
          }
          if ((await content(page)) !== before) pressed = undefined;
        }
        expect(tried).toBeGreaterThan(0);
      }),
    );
  }
});

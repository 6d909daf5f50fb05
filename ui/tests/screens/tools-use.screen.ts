import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { id, onPage, withBrowser } from './page';

withBrowser();

const open = (query: Record<string, string>, act: (page: Page) => Promise<void>) =>
  onPage({ query }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await act(page);
  });
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? document.activeElement?.tagName);
/** Opens the palette and waits until typing goes into it. */
const openPalette = async (page: Page) => {
  await page.keyboard.press('Control+k');
  await page.locator(id(testids.paletteInput, ':focus')).waitFor();
  await page.locator(id(testids.paletteEntry)).first().waitFor();
};
const gone = (page: Page, testid: string) => page.locator(id(testid)).waitFor({ state: 'detached' });

describe('dialogs', () => {
  test.each([
    ['Control+,', testids.settingsDialog],
    ['Control+g', testids.generatorDialog],
    ['Control+i', testids.importDialog],
    ['Control+k', testids.palette],
    ['Control+/', testids.shortcutSheet],
  ])('%s opens one, and Escape brings the focus back', (keys, testid) =>
    open({}, async (page) => {
      await page.locator(id(testids.searchField)).focus();
      await page.keyboard.press(keys);
      await page.locator(id(testid)).waitFor();
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.closest('[aria-modal="true"]') !== null))
        .toBe(true);
      await page.keyboard.press('Escape');
      await gone(page, testid);
      await expect.poll(() => focused(page)).toBe(testids.searchField);
    }),
  );

  test('keep the keys from what lies behind, but Ctrl+L still locks', () =>
    open({}, async (page) => {
      await page.locator(id(testids.itemRow, '[data-title="Fastmail"]')).click();
      await page.locator(id(testids.detailTitle)).waitFor();
      await page.keyboard.press('Control+/');
      await page.locator(id(testids.shortcutSheet)).waitFor();
      await page.keyboard.press('Control+c');
      await page.keyboard.press('Control+g');
      await expect.poll(() => page.locator(id(testids.clipboardCountdown)).count()).toBe(0);
      await expect.poll(() => page.locator(id(testids.generatorDialog)).count()).toBe(0);
      await page.keyboard.press('Control+l');
      await page.locator(id(testids.unlockPassword)).waitFor();
    }));
});

describe('settings', () => {
  test('theme, density and language are in force at once', () =>
    open({}, async (page) => {
      await page.keyboard.press('Control+,');
      const root = page.locator('html');
      await page.locator(id(testids.settingsTheme, '[data-value="dark"]')).check();
      await expect.poll(() => root.getAttribute('data-theme')).toBe('dark');
      await page.locator(id(testids.settingsDensity, '[data-value="compact"]')).check();
      await expect.poll(() => root.getAttribute('data-density')).toBe('compact');
      await page.locator(id(testids.settingsLanguage)).click();
      await page.getByRole('option', { name: 'Deutsch' }).click();
      await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
      await expect.poll(() => root.getAttribute('lang')).toBe('de');
    }));

  test('tabs and times are reached with the keyboard', () =>
    open({}, async (page) => {
      await page.keyboard.press('Control+,');
      await expect.poll(() => focused(page)).toBe(testids.settingsTab);
      await page.keyboard.press('ArrowDown');
      await page.locator(id(testids.settingsLockAfter)).waitFor();
      await page.locator(id(testids.settingsLockAfter)).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: 'never' }).waitFor();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.getByText('anyone at this computer').waitFor();
      await expect
        .poll(() => page.locator(id(testids.settingsLockAfter)).getAttribute('data-value'))
        .toBe('0');
    }));

  test('the password changes only with the current one and two equal new ones', () =>
    open({}, async (page) => {
      await page.keyboard.press('Control+,');
      await page.locator(id(testids.settingsTab, '[data-tab="password"]')).click();
      const submit = page.locator(id(testids.settingsChangePassword));
      await page.locator(id(testids.settingsCurrentPassword)).fill('wrong');
      await page.locator(id(testids.settingsNewPassword)).fill('Velvet-Tunnel-82-orbit');
      await page.locator(id(testids.settingsRepeatPassword)).fill('Velvet-Tunnel-82-orbis');
      await page.getByText('The two are not the same.').waitFor();
      await expect.poll(() => submit.isDisabled()).toBe(true);
      await page.locator(id(testids.settingsRepeatPassword)).fill('Velvet-Tunnel-82-orbit');
      await submit.click();
      await page.locator(id(testids.settingsPasswordError)).waitFor();
      await expect.poll(() => focused(page)).toBe(testids.settingsCurrentPassword);
      await page.locator(id(testids.settingsCurrentPassword)).fill('correct horse');
      await page.keyboard.press('Enter');
      await page.getByText('Master password changed').waitFor();
      await expect.poll(() => page.locator(id(testids.settingsNewPassword)).inputValue()).toBe('');
    }));

  test('the Kit is saved again and confirmed by a group of it', () =>
    open({ kit: '' }, async (page) => {
      await page.locator(id(testids.kitBanner)).waitFor();
      await page.keyboard.press('Control+,');
      await page.locator(id(testids.settingsTab, '[data-tab="kit"]')).click();
      await page.locator(id(testids.kitSave)).click();
      await page.getByText('Emergency Kit saved').waitFor();
      await page.locator(id(testids.kitGroup)).fill('ZZZZ');
      await page.locator(id(testids.kitConfirm)).click();
      await page.locator(id(testids.kitError)).waitFor();
      await page.locator(id(testids.kitReveal)).click();
      const group = Number(await page.locator(id(testids.kitGroup)).getAttribute('data-group'));
      const asked = page.locator(id(testids.kitSecretKey)).locator(`[data-number="${group + 1}"]`);
      await page.getByLabel(`Group ${group + 1} of 7`).fill((await asked.textContent()) ?? '');
      await page.locator(id(testids.kitConfirm)).click();
      await page.getByText('Confirmed: you typed a group').waitFor();
      // From now on the password is needed.
      await page.locator(id(testids.kitReveal)).click();
      await gone(page, testids.kitSecretKey);
      await page.locator(id(testids.kitReveal)).click();
      await page.locator(id(testids.confirmPasswordField, ':focus')).fill(fakePassword);
      await page.locator(id(testids.confirmPasswordGo)).click();
      await page.locator(id(testids.kitSecretKey)).waitFor();
      await gone(page, testids.kitBanner);
    }));
});

describe('generator', () => {
  test('makes what is asked for, and at least one class stays', () =>
    open({}, async (page) => {
      await page.keyboard.press('Control+g');
      const value = page.locator(id(testids.generatorValue));
      await page.locator(id(testids.generatorLength)).fill('40');
      await page.keyboard.press('Enter');
      await expect.poll(async () => (await value.textContent())?.length).toBe(40);
      for (const name of ['Lowercase letters', 'Uppercase letters', 'Symbols']) {
        await page.getByRole('switch', { name }).click();
      }
      await expect.poll(() => value.textContent()).toMatch(/^\d{40}$/);
      await expect.poll(() => page.getByRole('switch', { name: 'Digits' }).isDisabled()).toBe(true);
      await page.locator(id(testids.generatorKind, '[data-kind="words"]')).check();
      await expect.poll(async () => (await value.textContent())?.split('-').length).toBe(5);
      await page.locator(id(testids.generatorLength)).fill('9999');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator(id(testids.generatorLength)).inputValue()).toBe('20');
      const before = await value.textContent();
      await page.locator(id(testids.generatorAgain)).click();
      await expect.poll(() => value.textContent()).not.toBe(before);
    }));

  test('a copy counts down until the clipboard is cleared, now or later', () =>
    open({}, async (page) => {
      await page.keyboard.press('Control+g');
      await page.locator(id(testids.generatorCopy)).click();
      await page.keyboard.press('Escape');
      const countdown = page.locator(id(testids.clipboardCountdown));
      await countdown.waitFor();
      await page.clock.runFor(10_000);
      await expect.poll(() => countdown.textContent()).toMatch(/(19|20) s/);
      await page.getByRole('button', { name: 'Clear the clipboard now' }).click();
      await gone(page, testids.clipboardCountdown);
    }));

  test('in a form the password fills the field, focus returns to the button', () =>
    open({}, async (page) => {
      await page.locator(id(testids.itemRow, '[data-title="Fastmail"]')).click();
      await page.locator(id(testids.detailEdit)).click();
      const button = page.locator(id(testids.editGenerate)).first();
      await button.click();
      const value = page.locator(id(testids.generatorValue));
      await expect.poll(() => value.textContent()).not.toBe('');
      const made = await value.textContent();
      await page.locator(id(testids.generatorUse)).click();
      await gone(page, testids.generatorPanel);
      const field = page.locator(id(testids.editField, '[data-role="password"]'));
      await expect.poll(() => field.inputValue()).toBe(made);
      await expect.poll(() => focused(page)).toBe(testids.editGenerate);
    }));
});

describe('import', () => {
  test('leaves out existing items on request, and shows every count', () =>
    open({}, async (page) => {
      await page.keyboard.press('Control+i');
      await page.locator(id(testids.importPick, ':focus')).waitFor();
      await page.keyboard.press('Enter');
      const commit = page.locator(id(testids.importCommit));
      await page.getByRole('button', { name: 'Import 202 items' }).waitFor();
      await page.locator(id(testids.importSkipIdentical)).click();
      await page.getByRole('button', { name: 'Import 214 items' }).waitFor();
      await page.locator(id(testids.importSkipIdentical)).click();
      await page.locator(id(testids.importFolder)).fill('Old');
      await page.locator(id(testids.importTag)).fill('imported');
      await commit.click();
      const count = (testid: string) => page.locator(id(testid)).getAttribute('data-count');
      await expect.poll(() => count(testids.importImported)).toBe('202');
      await expect.poll(() => count(testids.importSkipped)).toBe('12');
      await expect.poll(() => page.locator(id(testids.importNote)).count()).toBe(5);
      await expect
        .poll(() => page.locator(id(testids.importNote, '[data-outcome="not_kept"]')).count())
        .toBe(1);
      await expect.poll(() => focused(page)).toBe(testids.importClose);
      await page.keyboard.press('Enter');
      await gone(page, testids.importDialog);
      await page.locator(id(testids.sidebarEntry, '[data-scope="tag:imported"]')).waitFor();
    }));

  test('lists every remark of a long report', () =>
    open({ import: 'many' }, async (page) => {
      await page.keyboard.press('Control+i');
      await page.locator(id(testids.importPick)).click();
      const notes = page.locator(id(testids.importNote));
      await notes.first().waitFor();
      await expect.poll(() => notes.count()).toBe(100);
      await page.getByText('Not kept (412)').click();
      const more = page.getByRole('button', { name: /^Show \d+ more$/ });
      for (let step = 0; step < 4; step += 1) await more.click();
      await expect.poll(() => notes.count()).toBe(412);
      await expect.poll(() => more.count()).toBe(0);
    }));

  test('that is cancelled has written nothing', () =>
    open({ import: 'slow', speed: '2' }, async (page) => {
      await page.keyboard.press('Control+i');
      await page.locator(id(testids.importPick)).click();
      await page.locator(id(testids.importCommit)).click();
      await page.getByRole('progressbar', { name: 'Importing…' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.clock.runFor(500);
      await page.getByText('Cancelled. Nothing was imported.').waitFor();
      await expect.poll(() => page.locator(id(testids.listTotal)).getAttribute('data-total')).toBe('38');
    }));
});

describe('jobs', () => {
  test('are cancelled, dismissed and lead to their item, with the focus kept', () =>
    open({ speed: '2000000' }, async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator(id(testids.paletteInput)).fill('documents');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.jobRow, '[data-state="done"]')).waitFor();
      await page.locator(id(testids.jobRow, '[data-state="running"]')).getByRole('button').click();
      await page.locator(id(testids.jobRow, '[data-state="cancelled"]')).waitFor();
      await page.getByRole('button', { name: 'Show the item of “Insurance policy.pdf”' }).click();
      await expect
        .poll(() => page.locator(id(testids.detailTitle)).textContent())
        .toContain('Insurance policy');
      await page.locator(id(testids.jobDismiss)).last().click();
      await expect.poll(() => page.locator(id(testids.jobRow)).count()).toBe(1);
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.closest('section') !== null))
        .toBe(true);
      await page.locator(id(testids.jobDismiss)).click();
      await gone(page, testids.jobTray);
    }));
});

describe('palette', () => {
  test('finds commands and items, and the keyboard alone runs them', () =>
    open({}, async (page) => {
      await openPalette(page);
      await page.keyboard.press('ArrowUp');
      await expect
        .poll(() =>
          page.locator(id(testids.paletteEntry, '[aria-selected="true"]')).getAttribute('data-command'),
        )
        .toBe('quit');
      await page.keyboard.type('shortcuts');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.shortcutSheet)).waitFor();
      await page.keyboard.press('Escape');
      await gone(page, testids.shortcutSheet);
      await openPalette(page);
      await page.keyboard.type('se');
      await page.locator(id(testids.paletteEntry, '[data-item-id]')).first().waitFor();
      await expect
        .poll(() =>
          page.locator(id(testids.paletteEntry, '[aria-selected="true"]')).getAttribute('data-command'),
        )
        .toMatch(/search|settings/);
      await page.locator(id(testids.paletteInput)).fill('dock');
      await page.locator(id(testids.paletteEntry, '[data-item-id]')).first().waitFor();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator(id(testids.detailTitle)).textContent()).toContain('Docker');
    }));
});

describe('what must be told', () => {
  test('a crash is reported before unlocking as well', () =>
    onPage({ query: { state: 'locked', crashed: '' } }, async (page) => {
      await page.locator(id(testids.unlockPassword)).waitFor();
      await page.locator(id(testids.crashNotice)).waitFor();
      await page.getByRole('button', { name: 'Dismiss this message' }).click();
      await gone(page, testids.crashNotice);
    }));
});

describe('t37', () => {
  const expectInert = async (page: Page) => {
    expect(await page.evaluate(() => (window as unknown as { harmed?: number }).harmed)).toBeUndefined();
    const foreign = await page.evaluate(() =>
      [
        ...document.querySelectorAll(
          'img[onerror], svg[onload], iframe, object, embed, [onclick], a[href^="javascript:"]',
        ),
      ].map((element) => element.outerHTML),
    );
    expect(foreign).toEqual([]);
    expect(await page.evaluate(() => document.querySelectorAll('body script').length)).toBeLessThanOrEqual(1);
    // Nothing a file says makes the page wider than the window.
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
  };

  test('t37_texts_of_an_import_file_are_inert', () =>
    open({ import: 'hostile' }, async (page) => {
      await page.keyboard.press('Control+i');
      await page.locator(id(testids.importPick)).click();
      await page.locator(id(testids.importPreview)).waitFor();
      await expectInert(page);
      await expect
        .poll(() => page.locator(id(testids.importPreview)).textContent())
        .toContain('<script>window.harmed=2</script>');
      const body = page.locator(id(testids.importPreview));
      expect(await body.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(
        0,
      );
      await page.locator(id(testids.importCommit)).click();
      await page.locator(id(testids.importReport)).waitFor();
      await expectInert(page);
    }));

  test('t37_file_names_in_the_tray_are_inert', () =>
    open({ items: 'hostile' }, async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator(id(testids.paletteInput)).fill('img');
      await page.locator(id(testids.paletteEntry, '[data-item-id]')).first().waitFor();
      await expectInert(page);
      await page.locator(id(testids.paletteInput)).fill('documents');
      await page.locator(id(testids.paletteEntry, '[data-command="documents"]')).click();
      await page.locator(id(testids.jobRow)).first().waitFor();
      await expectInert(page);
      await expect.poll(() => page.locator(id(testids.jobTray)).textContent()).toContain('<img src=x');
    }));

  test('t37_an_unknown_notice_never_reaches_the_page', () =>
    open({ notice: '<img src=x onerror="window.harmed=1">,__proto__' }, async (page) => {
      await page.locator(id(testids.notice)).first().waitFor();
      await expectInert(page);
      await expect.poll(() => page.locator(id(testids.notice)).first().textContent()).not.toContain('img');
    }));
});

import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { expectAccessible, id, onPage, picture, sizes, withBrowser } from './page';

withBrowser();

const harmed = () => (window as unknown as { harmed?: number }).harmed;

test('t37_markup_and_script_addresses_in_items_stay_text', () =>
  onPage({ size: sizes.small, query: { items: 'hostile' } }, async (page) => {
    await page.locator(id(testids.itemRow, '[data-title^="<img"]')).click();
    await page.locator(id(testids.detailTitle)).getByText('<img src=x onerror="window.harmed=1">').waitFor();
    const reveal = page.locator(id(testids.fieldReveal)).first();
    await reveal.click();
    await page.getByText('<svg onload').first().waitFor();

    // Nothing of the text became an element or an attribute that does something.
    const found = await page.locator(id(testids.mainScreen)).evaluate((main) => ({
      elements: main.querySelectorAll('script, iframe, object, embed, img, a, h1 + h1, b, u, i').length,
      handlers: [...main.querySelectorAll('*')].filter((one) =>
        [...one.attributes].some((attribute) => attribute.name.startsWith('on')),
      ).length,
    }));
    expect(found).toEqual({ elements: 0, handlers: 0 });

    // Only the one http address can be opened at all.
    await expect.poll(() => page.locator(id(testids.urlRow)).count()).toBe(3);
    await expect.poll(() => page.locator(id(testids.urlOpen)).count()).toBe(1);

    await page.locator(id(testids.detailEdit)).click();
    await page.locator(id(testids.editTitle)).waitFor();
    await page.locator(id(testids.editCancel)).click();
    await page.locator(id(testids.detailMore)).click();
    await page.locator(id(testids.detailHistory)).click();
    await page.locator(id(testids.historyEntry)).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteInput)).fill('<img');
    await page.locator(id(testids.palette)).getByText('<img src=x').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await expectAccessible(page);
    await picture(page, 'hostile');
    expect(await page.evaluate(harmed)).toBeUndefined();
    expect(page.url()).toContain('fake.html');
  }));

test('t37_direction_marks_control_characters_and_endless_names_do_not_break_the_page', () =>
  onPage({ size: sizes.small, query: { items: 'hostile' } }, async (page) => {
    await page.locator(id(testids.itemRow, '[data-title^="WWW"]')).click();
    await page.locator(id(testids.detailEdit)).waitFor();
    await picture(page, 'hostile-long');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await page.locator(id(testids.detailEdit)).click({ trial: true });
    await page.locator(id(testids.itemRow)).nth(0).click();
    await expectAccessible(page);
    await picture(page, 'hostile-directions');
  }));

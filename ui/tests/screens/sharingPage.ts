import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { id } from './page';

/** The entry of a vault in the sidebar. */
export const entry = (page: Page, label: string) =>
  page
    .locator(id(testids.sidebarEntry, '[data-scope^="vault:"]'))
    .filter({ has: page.getByText(label, { exact: true }) });

/** Opens the people of a vault. */
export async function people(page: Page, vault: string): Promise<void> {
  await entry(page, vault).click({ button: 'right' });
  await page.locator(id(testids.placePeople)).click();
  await page.locator(id(testids.peopleDialog)).waitFor();
}

/** The row of a member. */
export const member = (page: Page, name: string) =>
  page.locator(id(testids.peopleMember)).filter({ has: page.getByText(name, { exact: true }) });

/** The rows of changes of a kind that are not in effect. */
export const pending = (page: Page, kind: string) =>
  page.locator(id(testids.peoplePending, `[data-kind="${kind}"]`));

/** Chooses the role of a member. */
export async function setRole(page: Page, name: string, role: string): Promise<void> {
  await member(page, name).locator(id(testids.peopleRole)).click();
  await page.locator(`[role="option"][data-value="${role}"]`).click();
}

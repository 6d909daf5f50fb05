import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { id } from './page';

/** The entry of a team in the sidebar. */
export const teamEntry = (page: Page, name: string) =>
  page.locator(id(testids.teamEntry)).filter({ has: page.getByText(name, { exact: true }) });

/** Opens a team, and one of its parts. */
export async function openTeam(page: Page, name: string, tab?: string): Promise<void> {
  await teamEntry(page, name).click();
  await page.locator(id(testids.teamPerson)).first().waitFor();
  if (tab) await openTab(page, tab);
}

/** Opens a part of the team. */
export async function openTab(page: Page, tab: string): Promise<void> {
  await page.locator(id(testids.teamTab, `[data-tab="${tab}"]`)).click();
  await page.locator(id(testids.teamTab, `[data-tab="${tab}"][data-state="active"]`)).waitFor();
}

const rowOf = (testid: string) => (page: Page, name: string) =>
  page.locator(id(testid)).filter({ has: page.getByText(name, { exact: true }) });

/** The row of a person. */
export const person = rowOf(testids.teamPerson);
/** The row of a group. */
export const group = rowOf(testids.teamGroup);
/** The row of a vault. */
export const teamVault = rowOf(testids.teamVault);

/** Chooses in the menu of a person. */
export async function choose(page: Page, name: string, entry: string): Promise<void> {
  await person(page, name).locator(id(testids.teamPersonMore)).click();
  await page.locator(id(entry)).click();
}

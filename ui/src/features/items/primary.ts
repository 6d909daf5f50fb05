import { call, type FieldView, type ItemView } from '../../backend';
import { fieldName } from './names';
import { t } from '../../shared/i18n/index.svelte';
import type { ItemStore } from './itemStore.svelte';

/* The values of an item that shortcuts and menus copy. */

function find(item: ItemView, roles: string[], kind?: FieldView['kind']): FieldView | undefined {
  const filled = item.fields.filter((field) => field.filled);
  return (
    filled.find((field) => field.role !== undefined && roles.includes(field.role)) ??
    filled.find((field) => field.kind === kind)
  );
}

/** Returns the field that stands for the password of an item. */
export const passwordOf = (item: ItemView): FieldView | undefined =>
  find(item, ['password', 'card_number', 'api_key', 'licence_key', 'private_key'], 'concealed');

/** Returns the field that stands for its user name. */
export const usernameOf = (item: ItemView): FieldView | undefined =>
  find(item, ['username', 'card_holder', 'email', 'wifi_name', 'account_holder']);

/** Returns the field with its one-time code. */
export const codeOf = (item: ItemView): FieldView | undefined => find(item, ['code'], 'code');

/** Copies the value of a field, if there is one. */
export async function copyField(
  store: ItemStore,
  item: ItemView,
  field: FieldView | undefined,
): Promise<void> {
  if (!field) return;
  const receipt = await store.attempt(call('item_copy', { itemId: item.id, fieldId: field.id }));
  if (receipt) store.copied(fieldName(field), receipt.clears_in_seconds);
}

/** Copies the first web address of an item, if there is one. */
export async function copyUrl(store: ItemStore, item: ItemView): Promise<void> {
  if (item.urls.length === 0) return;
  const receipt = await store.attempt(call('item_copy_role', { itemId: item.id, role: 'url' }));
  if (receipt) store.copied(t('detail.url'), receipt.clears_in_seconds);
}

/** Opens a web address of an item in the browser, if it exists. */
export function openUrl(store: ItemStore, item: ItemView, index: number): void {
  if (index < item.urls.length) void store.attempt(call('item_open_url', { itemId: item.id, index }));
}

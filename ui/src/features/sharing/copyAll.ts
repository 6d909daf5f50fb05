import { call, type ItemScope, type TransferView } from '../../backend';

/** Rows in one request. */
const page = 500;

/** Returns the ids of a vault's items in a scope. */
async function idsIn(scope: ItemScope, vaultId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += page) {
    const query = { text: '', scope, sort: 'title' as const, offset, limit: page };
    const { rows } = await call('item_list', { query });
    ids.push(...rows.filter(({ vault_id }) => vault_id === vaultId).map(({ id }) => id));
    if (rows.length < page) return ids;
  }
}

/** Copies all items of a vault that are not in the trash to another vault, or none; one undo takes all of them back. */
export async function copyAll(vaultId: string, to: string): Promise<TransferView> {
  const scopes: ItemScope[] = [
    { kind: 'vault', vault_id: vaultId },
    { kind: 'archive' },
    { kind: 'templates' },
  ];
  const ids = new Set<string>();
  for (const scope of scopes) for (const id of await idsIn(scope, vaultId)) ids.add(id);
  return call('item_transfer', { itemIds: [...ids], vaultId: to, mode: 'copy' });
}

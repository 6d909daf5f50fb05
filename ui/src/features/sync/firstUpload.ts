import type { UploadVaultView, UploadView } from '../../backend';
import { bytes, t } from '../../shared/i18n/index.svelte';

/** How much of something there is. */
export type Size = Pick<UploadVaultView, 'items' | 'documents' | 'bytes'>;

/** Returns how much would be sent: everything but the vaults that stay on this computer. */
export const toSend = ({ vaults }: UploadView): Size =>
  vaults
    .filter((vault) => !vault.only_here)
    .reduce(
      (all, vault) => ({
        items: all.items + vault.items,
        documents: all.documents + vault.documents,
        bytes: all.bytes + vault.bytes,
      }),
      { items: 0, documents: 0, bytes: 0 },
    );

/** Returns whether the server has room for it, as far as that is known. */
export const fits = (upload: UploadView): boolean =>
  upload.room === undefined || toSend(upload).bytes <= upload.room;

/** Returns a size in words. */
export const vaultSize = ({ items, documents, bytes: size }: Size): string =>
  [
    t('sync.first.items', { count: items }),
    documents > 0 ? t('sync.first.documents', { count: documents }) : '',
    `${bytes(size)}.`,
  ]
    .filter(Boolean)
    .join(', ');

/** More bytes than any disk has: what a server says that sets no limit. */
const unlimited = 2 ** 53;

/** Returns what there is to say of the server's room. */
export function roomText(room: number | undefined): string {
  if (room === undefined) return t('sync.first.room.unknown');
  return room >= unlimited ? t('sync.first.room.free') : t('sync.first.room', { room: bytes(room) });
}

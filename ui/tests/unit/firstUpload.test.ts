import { expect, test } from 'vitest';
import type { UploadVaultView, UploadView } from '../../src/backend';
import { fits, roomText, toSend, vaultSize } from '../../src/features/sync/firstUpload';

const vault = (bytes: number, only_here = false): UploadVaultView => ({
  id: String(bytes),
  name: '',
  home: false,
  only_here,
  items: 2,
  documents: 1,
  bytes,
});
const upload = (room?: number): UploadView => ({
  vaults: [vault(1000), vault(500), vault(9000, true)],
  ...(room === undefined ? {} : { room }),
});

test('vaults that stay here are not counted', () => {
  expect(toSend(upload())).toEqual({ items: 4, documents: 2, bytes: 1500 });
  expect(vaultSize(toSend(upload()))).toMatch(/^4 items, 2 documents, 1\.5 kB\.$/i);
  expect(vaultSize({ items: 1, documents: 0, bytes: 900 })).toMatch(/^1 item, 900 bytes?\.$/);
});

test('it fits if the room is unknown or as large as what is sent', () => {
  expect(fits(upload())).toBe(true);
  expect(fits(upload(1500))).toBe(true);
  expect(fits(upload(1499))).toBe(false);
});

test('a server without a limit is not said to have millions of terabytes', () => {
  expect(roomText(9_223_372_036_854_776_000)).toBe('The server sets no limit.');
  expect(roomText(5_000_000)).toContain('5 MB');
  expect(roomText(undefined)).toContain('cannot be asked');
});

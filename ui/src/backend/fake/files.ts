import type { AttachmentView, PictureView } from '../types';
import { hex, type FakeItem } from './model';

/** Replaces a file; the old one becomes an earlier version. */
export function replace(item: FakeItem, blobId: string, at: number): void {
  const place = item.attachments.findIndex((one) => one.blob_id === blobId);
  const file = item.attachments[place];
  if (file) put(item, place, { ...file, blob_id: hex(32), size: file.size + 1000, added_at: at }, at);
}

/** Restores an earlier file; returns false if there is none. */
export function restore(item: FakeItem, blobId: string, at: number): boolean {
  const back = item.earlier.find((one) => one.file.blob_id === blobId && one.kept);
  if (!back) return false;
  item.earlier = item.earlier.filter((one) => one !== back);
  const place = item.attachments.findIndex((one) => one.blob_id === back.now);
  if (place < 0) item.attachments.push(back.file);
  else put(item, place, back.file, at);
  return true;
}

function put(item: FakeItem, place: number, file: AttachmentView, at: number): void {
  const [before] = item.attachments.splice(place, 1, file);
  if (!before) return;
  for (const one of item.earlier) if (one.now === before.blob_id) one.now = file.blob_id;
  item.earlier.unshift({ file: before, until: at, now: file.blob_id, kept: true });
}

/** Removes a file; it becomes an earlier version. */
export function detach(item: FakeItem, blobId: string, at: number): void {
  const gone = item.attachments.filter((one) => one.blob_id === blobId);
  item.attachments = item.attachments.filter((one) => one.blob_id !== blobId);
  for (const one of item.earlier) if (one.now === blobId) delete one.now;
  item.earlier.unshift(...gone.map((file) => ({ file, until: at, kept: true })));
}

/** Returns a current or earlier file of an item. */
export function find(item: FakeItem, blobId: string): AttachmentView | undefined {
  const all = [...item.attachments, ...item.earlier.filter((one) => one.kept).map((one) => one.file)];
  return all.find((one) => one.blob_id === blobId);
}

/** Returns the thumbnail of a file; only pictures have one. */
export function picture(file: AttachmentView | undefined): PictureView | undefined {
  // One grey point.
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
  return file?.media_type.startsWith('image/') ? { png, width: 1, height: 1, pages: 1 } : undefined;
}

import type { Translation } from '../message';
import type { documents as source } from '../en/documents';

export const documents: Translation<typeof source> = {};

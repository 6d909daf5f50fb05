import type { Translation } from '../message';
import type { settings as source } from '../en/settings';

export const settings: Translation<typeof source> = {};

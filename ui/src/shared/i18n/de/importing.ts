import type { Translation } from '../message';
import type { importing as source } from '../en/importing';

export const importing: Translation<typeof source> = {};

import type { Translation } from '../message';
import type { firstRun as source } from '../en/firstRun';

export const firstRun: Translation<typeof source> = {};

import type { Translation } from '../message';
import type { generator as source } from '../en/generator';

export const generator: Translation<typeof source> = {};

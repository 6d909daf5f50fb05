import { activity } from './activity';
import { backup } from './backup';
import { common } from './common';
import { documents } from './documents';
import { exporting } from './exporting';
import { firstRun } from './firstRun';
import { generator } from './generator';
import { guardians } from './guardians';
import { health } from './health';
import { importing } from './importing';
import { importingTables } from './importingTables';
import { importingContainers } from './importingContainers';
import { items } from './items';
import { keys } from './keys';
import { main } from './main';
import { many } from './many';
import { scopes } from './scopes';
import { profileCopy } from './profileCopy';
import { repair } from './repair';
import { settings } from './settings';
import { sharing } from './sharing';
import { ssh } from './ssh';
import { sync } from './sync';
import { teams } from './teams';
import { unlock } from './unlock';

/** Every message in English, the source language. */
export const en = {
  ...common,
  ...unlock,
  ...firstRun,
  ...main,
  ...items,
  ...many,
  ...documents,
  ...importing,
  ...importingTables,
  ...importingContainers,
  ...exporting,
  ...generator,
  ...settings,
  ...backup,
  ...repair,
  ...scopes,
  ...ssh,
  ...keys,
  ...sync,
  ...profileCopy,
  ...sharing,
  ...teams,
  ...guardians,
  ...activity,
  ...health,
} as const;

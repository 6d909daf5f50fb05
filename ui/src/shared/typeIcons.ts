import BadgeCheck from '@lucide/svelte/icons/badge-check';
import CreditCard from '@lucide/svelte/icons/credit-card';
import Database from '@lucide/svelte/icons/database';
import FileText from '@lucide/svelte/icons/file-text';
import FingerprintPattern from '@lucide/svelte/icons/fingerprint-pattern';
import KeyRound from '@lucide/svelte/icons/key-round';
import Landmark from '@lucide/svelte/icons/landmark';
import NotebookText from '@lucide/svelte/icons/notebook-text';
import Server from '@lucide/svelte/icons/server';
import SquareTerminal from '@lucide/svelte/icons/square-terminal';
import Timer from '@lucide/svelte/icons/timer';
import UserRound from '@lucide/svelte/icons/user-round';
import Webhook from '@lucide/svelte/icons/webhook';
import Wifi from '@lucide/svelte/icons/wifi';

/** The icon of each type of item. */
export const typeIcons = {
  login: KeyRound,
  note: NotebookText,
  card: CreditCard,
  identity: UserRound,
  document: FileText,
  ssh_key: SquareTerminal,
  api_credential: Webhook,
  passkey: FingerprintPattern,
  one_time_code: Timer,
  wifi: Wifi,
  bank_account: Landmark,
  licence: BadgeCheck,
  database: Database,
  server: Server,
};

/** A type of item that has an icon. */
export type IconType = keyof typeof typeIcons;

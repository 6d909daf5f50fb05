import CreditCard from '@lucide/svelte/icons/credit-card';
import FileText from '@lucide/svelte/icons/file-text';
import KeyRound from '@lucide/svelte/icons/key-round';
import NotebookText from '@lucide/svelte/icons/notebook-text';
import UserRound from '@lucide/svelte/icons/user-round';

/** The sign of each type of item. */
export const typeIcons = {
  login: KeyRound,
  note: NotebookText,
  card: CreditCard,
  identity: UserRound,
  document: FileText,
};

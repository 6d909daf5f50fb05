import type { AppStatus } from './generated/AppStatus';
import type { BackupSettings } from './generated/BackupSettings';
import type { BackupsView } from './generated/BackupsView';
import type { BulkChange } from './generated/BulkChange';
import type { TransferMode } from './generated/TransferMode';
import type { ChangedView } from './generated/ChangedView';
import type { CodeTransferView } from './generated/CodeTransferView';
import type { CodeView } from './generated/CodeView';
import type { Command } from './generated/commands';
import type { CopyReceipt } from './generated/CopyReceipt';
import type { ProfileDiagnosis } from './generated/ProfileDiagnosis';
import type { DifferenceView } from './generated/DifferenceView';
import type { DeleteRequest } from './generated/DeleteRequest';
import type { DeletedView } from './generated/DeletedView';
import type { DocumentRulesView } from './generated/DocumentRulesView';
import type { DraftSummary } from './generated/DraftSummary';
import type { EarlierFileView } from './generated/EarlierFileView';
import type { ErrorView } from './generated/ErrorView';
import type { EventView } from './generated/EventView';
import type { FoundCode } from './generated/FoundCode';
import type { FoundCodes } from './generated/FoundCodes';
import type { GeneratedEntry } from './generated/GeneratedEntry';
import type { GeneratedView } from './generated/GeneratedView';
import type { GeneratorRecipe } from './generated/GeneratorRecipe';
import type { HealthChoice } from './generated/HealthChoice';
import type { HealthKind } from './generated/HealthKind';
import type { HealthPage } from './generated/HealthPage';
import type { HealthView } from './generated/HealthView';
import type { HistoryEntry } from './generated/HistoryEntry';
import type { ImportChoice } from './generated/ImportChoice';
import type { ImportPreview } from './generated/ImportPreview';
import type { ImportReport } from './generated/ImportReport';
import type { ItemDraft } from './generated/ItemDraft';
import type { ItemPage } from './generated/ItemPage';
import type { ItemQuery } from './generated/ItemQuery';
import type { ItemTemplate } from './generated/ItemTemplate';
import type { ItemView } from './generated/ItemView';
import type { JobView } from './generated/JobView';
import type { HistoryRetention } from './generated/HistoryRetention';
import type { KitView } from './generated/KitView';
import type { LinkView } from './generated/LinkView';
import type { OpenBackupView } from './generated/OpenBackupView';
import type { PaperSize } from './generated/PaperSize';
import type { PastValueView } from './generated/PastValueView';
import type { PictureView } from './generated/PictureView';
import type { RemovedView } from './generated/RemovedView';
import type { RestoredView } from './generated/RestoredView';
import type { RestoreFileView } from './generated/RestoreFileView';
import type { RetentionRules } from './generated/RetentionRules';
import type { ProfileLocation } from './generated/ProfileLocation';
import type { QrView } from './generated/QrView';
import type { RecoverRequest } from './generated/RecoverRequest';
import type { RecoveryCodeView } from './generated/RecoveryCodeView';
import type { RecoveryView } from './generated/RecoveryView';
import type { RotateRequest } from './generated/RotateRequest';
import type { SalvagedView } from './generated/SalvagedView';
import type { SalvageReport } from './generated/SalvageReport';
import type { SecurityView } from './generated/SecurityView';
import type { SettingsView } from './generated/SettingsView';
import type { SidebarView } from './generated/SidebarView';
import type { SshKeyKind } from './generated/SshKeyKind';
import type { SshKeySource } from './generated/SshKeySource';
import type { StoredSshKey } from './generated/StoredSshKey';
import type { SshKeyView } from './generated/SshKeyView';
import type { StrengthView } from './generated/StrengthView';
import type { UsedCode } from './generated/UsedCode';
import type { TransferView } from './generated/TransferView';
import type { UndoneView } from './generated/UndoneView';
import type { UnlockRequest } from './generated/UnlockRequest';
import type { VaultAppearanceView } from './generated/VaultAppearanceView';
import type { VaultView } from './generated/VaultView';

/** No arguments. */
type None = Record<never, never>;
type ItemRef = { itemId: string };
type ItemsRef = { itemIds: string[] };
type FormRef = { draft: ItemDraft; draftId?: string };
/** A damaged profile and the secrets that open it. */
type RepairRef = { profileId: string; password: string; secretKey?: string };
type FieldRef = { itemId: string; fieldId: string };

/** The roles that `item_copy_role` can copy. */
export type CopyRole = 'username' | 'password' | 'code' | 'url';

/** Every command of the program with its arguments and result; see `docs/commands.md`. */
export interface Commands {
  app_status: [None, AppStatus];
  app_diagnostics: [None, string];
  app_copy_diagnostics: [None, null];
  app_quit: [None, null];
  profile_create: [{ name: string; password: string }, AppStatus];
  profile_rename: [{ profileId: string; name: string }, AppStatus];
  profile_location: [{ profileId: string }, ProfileLocation];
  profile_move: [{ profileId: string }, ProfileLocation | null];
  profile_add_existing: [None, AppStatus | null];
  profile_forget: [{ profileId: string }, AppStatus];
  profile_delete: [{ profileId: string; request: DeleteRequest }, DeletedView];
  session_unlock: [{ request: UnlockRequest }, AppStatus];
  session_unlock_pin: [{ profileId: string; pin: string }, AppStatus];
  session_recover: [{ request: RecoverRequest }, AppStatus];
  session_lock: [None, null];
  session_accept_rollback: [None, AppStatus];
  session_touch: [None, null];
  session_change_password: [{ current: string; new: string }, null];
  session_confirm: [{ password: string }, null];
  session_strengthen: [{ password: string }, SecurityView];
  session_rotate: [{ request: RotateRequest }, AppStatus];
  security_get: [None, SecurityView];
  pin_set: [{ password: string; pin: string }, SecurityView];
  pin_forget: [None, SecurityView];
  recovery_status: [None, RecoveryView];
  recovery_begin: [{ password: string }, RecoveryCodeView];
  recovery_save: [{ paper: PaperSize }, boolean];
  recovery_confirm: [{ group: number; text: string; password: string | null }, RecoveryView];
  recovery_cancel: [None, null];
  recovery_remove: [{ password: string }, RecoveryView];
  kit_status: [None, KitView];
  kit_save: [{ paper: PaperSize }, boolean];
  kit_reveal: [None, string];
  kit_confirm: [{ group: number; text: string }, KitView];
  kit_check: [{ text: string }, KitView];
  settings_get: [None, SettingsView];
  settings_set: [{ settings: SettingsView }, SettingsView];
  sidebar_get: [None, SidebarView];
  item_templates: [None, ItemTemplate[]];
  item_list: [{ query: ItemQuery }, ItemPage];
  item_get: [ItemRef, ItemView];
  item_save: [{ draft: ItemDraft; draftId?: string; vaultId?: string }, ItemView];
  item_duplicate: [ItemRef, ItemView];
  item_link: [ItemRef, LinkView | null];
  item_make_template: [ItemRef & { title: string }, ItemView];
  item_set_favourite: [ItemsRef & { favourite: boolean }, ChangedView];
  item_set_archived: [ItemsRef & { archived: boolean }, ChangedView];
  item_change: [ItemsRef & { change: BulkChange }, ChangedView];
  folder_rename: [{ from: string; to?: string }, ChangedView];
  tag_rename: [{ from: string; to?: string }, ChangedView];
  undo: [{ undo: string }, UndoneView];
  vault_list: [None, VaultView[]];
  vault_create: [{ appearance: VaultAppearanceView }, VaultView[]];
  vault_update: [{ vaultId: string; appearance: VaultAppearanceView }, VaultView[]];
  vault_order: [{ vaultIds: string[] }, VaultView[]];
  vault_delete: [{ vaultId: string; items?: number }, VaultView[]];
  item_transfer: [ItemsRef & { vaultId: string; mode: TransferMode }, TransferView];
  item_trash: [ItemsRef, ChangedView];
  item_restore: [ItemsRef, ChangedView];
  item_purge: [ItemsRef, null];
  trash_empty: [None, number];
  item_reveal: [FieldRef, string];
  item_reveal_past: [FieldRef & { index: number }, string];
  item_field_history: [FieldRef, PastValueView[]];
  item_copy: [FieldRef, CopyReceipt];
  item_copy_role: [ItemRef & { role: CopyRole }, CopyReceipt];
  item_open_url: [ItemRef & { index: number }, null];
  item_code: [FieldRef, CodeView];
  item_code_next: [FieldRef, UsedCode];
  item_history: [ItemRef, HistoryEntry[]];
  item_at_revision: [ItemRef & { revision: string }, ItemView];
  item_restore_revision: [ItemRef & { revision: string }, ItemView];
  item_superseded_dismiss: [ItemRef, ItemView];
  history_compare: [ItemRef & { before: string; after: string; reveal: boolean }, DifferenceView[]];
  history_purge: [{ itemIds?: string[]; keep: HistoryRetention }, RemovedView];
  history_rules_get: [None, RetentionRules];
  history_rules_set: [{ rules: RetentionRules }, RetentionRules];
  event_list: [{ offset: number; limit: number }, EventView[]];
  code_check: [{ text: string }, CodeView];
  draft_save: [{ draftId?: string; draft: ItemDraft }, string];
  draft_list: [None, DraftSummary[]];
  draft_get: [{ draftId: string }, ItemDraft];
  draft_discard: [{ draftId: string }, null];
  document_import: [None, number[]];
  document_attach: [ItemRef, number[]];
  document_detach: [ItemRef & { blobId: string }, ItemView];
  document_export: [ItemRef & { blobId: string }, number | null];
  document_replace: [ItemRef & { blobId: string }, number | null];
  document_versions: [ItemRef, EarlierFileView[]];
  document_restore: [ItemRef & { blobId: string }, ItemView];
  document_drop: [ItemRef & { blobId: string }, null];
  document_thumbnail: [ItemRef & { blobId: string }, PictureView];
  document_page: [ItemRef & { blobId: string; page: number; edge: number }, PictureView];
  document_rules_get: [{ vaultId?: string }, DocumentRulesView];
  document_rules_set: [{ vaultId?: string; rules: DocumentRulesView }, DocumentRulesView];
  job_list: [None, JobView[]];
  job_cancel: [{ jobId: number }, null];
  import_pick: [None, ImportPreview | null];
  import_commit: [{ choice: ImportChoice }, ImportReport];
  import_discard: [{ token: string }, null];
  ssh_key_generate: [FormRef & { kind: SshKeyKind }, StoredSshKey];
  ssh_key_read: [FormRef & { source: SshKeySource; passphrase?: string }, StoredSshKey | null];
  ssh_key_in_draft: [{ draftId: string }, SshKeyView | null];
  health_check: [{ choice: HealthChoice }, number];
  health_report: [None, HealthView | null];
  health_list: [{ kind: HealthKind; offset: number; limit: number }, HealthPage];
  backup_list: [None, BackupsView];
  backup_settings_set: [{ settings: BackupSettings }, BackupsView];
  backup_folder_pick: [None, BackupsView | null];
  backup_folder_reset: [None, BackupsView];
  backup_folder_show: [None, null];
  backup_save: [None, number | null];
  backup_check: [{ name: string }, number];
  backup_open: [{ name?: string }, number | null];
  backup_opened: [None, OpenBackupView | null];
  backup_close: [None, null];
  backup_items: [{ query: ItemQuery }, ItemPage];
  backup_item: [ItemRef, ItemView];
  backup_extract_item: [ItemRef & { copy: boolean }, number];
  backup_extract_document: [ItemRef & { blobId: string; targetId?: string }, number];
  backup_save_document: [ItemRef & { blobId: string }, number | null];
  restore_pick: [None, RestoreFileView | null];
  restore_start: [{ token: string; password: string; secretKey: string }, AppStatus];
  restore_discard: [None, null];
  repair_inspect: [{ profileId: string }, ProfileDiagnosis];
  repair_examine: [RepairRef, SalvageReport];
  repair_restore: [RepairRef & { backup: number }, RestoredView];
  repair_salvage: [RepairRef & { name: string }, SalvagedView];
  generator_make: [{ recipe: GeneratorRecipe }, GeneratedView];
  generator_copy: [{ password: string }, CopyReceipt];
  generator_keep: [{ password: string }, null];
  generator_history: [None, GeneratedEntry[]];
  generator_history_reveal: [{ index: number; at: number }, string];
  generator_history_copy: [{ index: number; at: number }, CopyReceipt];
  generator_history_clear: [None, null];
  code_pick: [None, FoundCodes | null];
  code_read: [{ text: string }, FoundCodes];
  code_paste: [None, FoundCodes];
  code_dropped: [None, FoundCodes];
  code_dropped_keep: [None, number[]];
  code_add: [{ codes: FoundCode[] }, ChangedView];
  code_share: [FieldRef, QrView];
  code_transfer: [ItemsRef, CodeTransferView];
  code_export: [ItemsRef, number | null];
  strength_measure: [{ password: string; words: string[] }, StrengthView];
  clipboard_clear: [None, null];
}

/** Name of a command, from the one list that the program is built from. */
export type CommandName = Command;
/** Compiles only if the table above names exactly the commands of that list. */
export type TableFitsList = Fits<keyof Commands, Command> & Fits<Command, keyof Commands>;
type Fits<A extends B, B> = A;
/** Arguments of a command. */
export type Arguments<K extends CommandName> = Commands[K][0];
/** Result of a command. */
export type Result<K extends CommandName> = Commands[K][1];

/** Events of the program. They carry no content: the interface then asks for what it shows. */
export interface Events {
  'session-locked': null;
  'items-changed': null;
  job: JobView;
  'backup-failed': ErrorView;
  clipboard: { clears_in_seconds: number };
  'files-dropped': number[];
  'codes-dropped': number;
  menu: string;
}

/** Name of an event. */
export type EventName = keyof Events;

/** The program behind the interface. */
export interface Backend {
  /** Calls a command; rejects with an `ErrorView`. */
  call<K extends CommandName>(name: K, args: Arguments<K>): Promise<Result<K>>;
  /** Listens for an event until the returned function is called. */
  on<E extends EventName>(name: E, handler: (payload: Events[E]) => void): () => void;
}

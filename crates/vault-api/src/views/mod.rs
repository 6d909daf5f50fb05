//! The types that cross into the interface, exported to TypeScript.

mod app;
mod backup;
mod error;
mod health;
mod import;
mod input;
mod item;
mod job;
mod keys;
mod kind;
mod place;
mod repair;
mod ssh;
mod tools;
mod vault;

pub use app::{
    AppStatus, Density, Language, PaperSize, ProfileSummary, SessionState, SettingsView, Theme, UnlockRequest,
};
pub use backup::{
    BackupCheck, BackupFailure, BackupOccasion, BackupRow, BackupSettings, BackupsView, OpenBackupView,
    RestoreFileView,
};
pub use error::{ErrorCode, ErrorView};
pub use health::{
    HealthChoice, HealthCount, HealthKind, HealthMissing, HealthPage, HealthRow, HealthStolen, HealthView,
};
pub use import::{
    FieldOutcome, ImportChoice, ImportFormat, ImportNote, ImportPreview, ImportReport, ImportSample,
};
pub use input::InputProblem;
pub use item::LinkView;
pub use item::{
    AttachmentView, ClockDoubtView, CodeView, DocumentRulesView, DraftSummary, EarlierFileView, FieldDraft,
    FieldView, HistoryEntry, ItemDraft, ItemPage, ItemQuery, ItemRow, ItemScope, ItemSort, ItemView,
    NameCount, PastValueView, PictureView, SidebarView, SupersededView, TakenCodeView, TypeCount,
};
pub use job::{JobKind, JobOutcome, JobState, JobUnit, JobView};
pub use keys::{RecoverRequest, RecoveryCodeView, RecoveryView, RotateRequest, SecurityView};
pub use kind::{FieldKindView, FieldTemplate, ItemTemplate, ItemTypeView, PasskeyView, UrlMatchView};
pub use place::{DeleteRequest, DeletedView, HolderView, PlaceView};
pub use repair::{
    DamageView, FileStateView, LossesView, NearBackupView, RestoredView, SalvagedView, SavedView,
};
pub use ssh::{SshKeyKind, SshKeySource, SshKeyTaken, SshKeyView};
pub use tools::{
    CodeTransferView, CopyReceipt, FoundCode, GeneratedEntry, GeneratedView, GeneratorRecipe, KitView,
    QrView, StrengthView, WordListView, WordSeparator,
};
pub use vault::{
    BulkChange, CarryView, ChangedView, DifferenceView, EventView, KeepView, RemovedView, RulesView,
    SideView, TransferView, UndoneView, VaultLookView, VaultView,
};

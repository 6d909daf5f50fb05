//! The types that cross into the interface, exported to TypeScript, and their conversions from and to the engine's.
//!
//! They contain no secret except where a use-case was asked to reveal one.

mod activity;
mod app;
mod approval;
mod backup;
mod bulk;
mod count;
mod document;
mod export;
mod form;
mod guardians;
mod health;
mod history;
mod import;
mod import_same;
mod import_table;
mod item;
mod job;
mod keys;
mod kind;
mod list;
mod logins;
mod members;
mod network;
mod otp;
mod profile;
mod profile_copy;
mod repair;
mod rotation;
mod ssh;
mod sync;
mod team;
mod tools;
mod upload;
mod vault;

pub use activity::{ActivityFormat, ActivityGroupView, ActivityPage, ActivityQuery, ActivityRow};
pub use app::{
    AppStatus, Density, Language, ProfileSummary, SessionState, SettingsView, Theme, UnlockRequest,
};
pub use approval::{ApprovalStatusView, ApprovalView, DeviceOfferStatus, DeviceOfferView, JoinCodeView};
pub use backup::{
    BackupCheck, BackupFailure, BackupOccasion, BackupRow, BackupSettings, BackupsView, OpenBackupView,
    RestoreFileView,
};
pub use bulk::{BulkChange, ChangedView, TransferMode, TransferView, UndoneView};
pub(crate) use count::count;
pub use document::{AttachmentView, DocumentRulesView, EarlierFileView, PictureView};
pub use export::{ExportChoice, ExportFormatView, ExportReportView, ExportRequest};
pub(crate) use form::tidy_folder;
pub use form::{DraftSummary, FieldDraft, ItemDraft};
pub use guardians::{
    ConsentStateView, ConsentView, GuardiansRequest, RecoveryRequestView, RegainRequest, RegainStep,
    RegainView, TeamConsentView, TeamRecoveryView, TeamReleaseView,
};
pub use health::{
    BreachCheck, HealthChoice, HealthCount, HealthKind, HealthMissing, HealthPage, HealthRow, HealthView,
};
pub use history::{
    ComparedValue, DifferenceView, EventView, HistoryEntry, HistoryRetention, PastValueView, RemovedView,
    RetentionRules,
};
pub use import::{
    FieldOutcome, ImportChoice, ImportCost, ImportFormat, ImportLocked, ImportNote, ImportPreview,
    ImportProgram, ImportRead, ImportReport, ImportSample, ImportUnlock, import_extensions,
};
pub use import_same::ImportSame;
pub use import_table::{ImportColumn, ImportColumns, ImportMeaning, ImportTable};
pub(crate) use item::passkey_id;
pub use item::{FieldView, ItemView, PasskeyView, SupersededView};
pub use job::{JobKind, JobOutcome, JobState, JobUnit, JobView};
pub use keys::{
    KitView, PaperSize, RecoverRequest, RecoveryCodeView, RecoveryView, RotateRequest, SecurityView,
};
pub use kind::{FieldKindView, FieldTemplate, ItemTemplate, ItemTypeView, UrlMatchView};
pub(crate) use list::type_counts;
pub use list::{
    ItemPage, ItemQuery, ItemRow, ItemScope, ItemSort, LinkView, NameCount, SidebarView, TypeCount,
};
pub use logins::LoginView;
pub use members::{
    AnswerView, ChangeKind, ChangeRequest, InvitationLinkView, InviteRequest, JoiningView, MemberView,
    MembersView, OfferView, OpenInvitationView, PendingChangeView, RoleView,
};
pub use network::{
    AuthorityChoice, AuthorityFileView, CertificateView, NetworkChoice, NetworkView, PickedAuthorityView,
    ProxyChoice, ProxyKind, ProxyView,
};
pub use otp::{
    ClockWarning, CodeTransferView, CodeView, FoundCode, FoundCodes, MissingPart, QrView, UnreadCode,
    UnreadReason, UsedCode,
};
pub use profile::{DeleteRequest, DeletedView, ProfileLocation};
pub use profile_copy::{
    ArchiveFileView, ProfileCopiedView, ProfileCopyChoice, ProfileCopyPreview, ProfileCopyRequest,
};
pub use repair::{
    FileStateView, FoundBackupView, LossesView, ProfileDiagnosis, RestoredView, SalvageReport, SalvagedView,
};
pub use rotation::{ExposedView, FormerMemberView, RotationCount, RotationView, SecretKindView};
pub use ssh::{SshKeyKind, SshKeySource, SshKeyView, StoredSshKey};
pub use sync::{
    AccountRequest, AccountView, AlarmKindView, AlarmView, AuditKindView, AuditView, DeviceView,
    FactorCodesView, FactorKind, FactorOfferView, FactorsView, HeadView, HealedView, JoinRequest, KeyChoice,
    LeavingView, LostDeviceRequest, OtherKeyView, ReenrolState, ReenrolmentView, ServerChoice, ServerView,
    SignInView, SignUpView, SyncState, SyncView, VaultDocumentsView, VaultSyncView,
};
pub use team::{
    DeviationKindView, DeviationView, GroupRequest, MissingFactorView, PolicyView, TeamGrantView,
    TeamGroupView, TeamPersonView, TeamStateRequest, TeamStateView, TeamVaultRequest, TeamVaultView,
    TeamView,
};
pub use tools::{
    CopyReceipt, GeneratedEntry, GeneratedView, GeneratorRecipe, StrengthView, WordListView, WordSeparator,
};
pub use upload::{UploadVaultView, UploadView};
pub use vault::{SharingView, VaultAppearanceView, VaultReadOnlyView, VaultView};

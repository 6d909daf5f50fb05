//! A sample of each message with all members set.

use vault_wire::account::{SignedCertificate, SignedReenrolment};
use vault_wire::cbor::Canonical as _;
use vault_wire::grant::{Grant, GrantContext};
use vault_wire::invitation::{Answer, SignedAccept};
use vault_wire::log::RejectReason;
use vault_wire::message::*;
use vault_wire::revision::SignedRevision;
use vault_wire::roster::SignedRecord;
use vault_wire::*;

pub fn revision(body: Option<&[u8]>) -> LogEntry {
    let body_hash = BodyHash::of(body.unwrap_or(b"dropped"));
    let revision =
        SignedRevision { header: vec![0x8b; 200], body_hash, signature: Signature::from_bytes([9; 64]) };
    LogEntry::Revision { revision, body: body.map(<[u8]>::to_vec) }
}

pub fn record(root_signature: Option<Signature>) -> LogEntry {
    LogEntry::Record(SignedRecord {
        bytes: vec![0x89; 300],
        signature: Signature::from_bytes([8; 64]),
        root_signature,
    })
}

pub fn entries() -> Vec<LogEntry> {
    vec![
        record(None),
        revision(Some(b"sealed")),
        record(Some(Signature::from_bytes([7; 64]))),
        revision(None),
        revision(Some(b"")),
    ]
}

pub fn page() -> LogPage {
    LogPage {
        vault_id: VaultId::from_bytes([1; 16]),
        after: 41,
        entries: entries(),
        head_seq: 46,
        head_root: Root::from_bytes([2; 32]),
    }
}

pub fn push() -> PushBatch {
    let entries = entries().into_iter().filter(LogEntry::is_complete).collect();
    PushBatch { batch_id: BatchId::from_bytes([3; 16]), atomic: true, entries }
}

pub fn reply() -> PushReply {
    let results = vec![
        PushResult::Accepted { seq: 46 },
        PushResult::Conflict { seq: 12 },
        PushResult::Conflict { seq: 0 },
        PushResult::Refused(Refusal::Rejected(RejectReason::Author)),
        PushResult::Refused(Refusal::BlobMissing),
    ];
    PushReply { head_seq: 46, head_root: Root::from_bytes([2; 32]), results }
}

pub fn heal() -> HealBatch {
    HealBatch { first_seq: 42, entries: entries() }
}

pub fn head(id: u8) -> VaultHead {
    VaultHead {
        vault_id: VaultId::from_bytes([id; 16]),
        seq: u64::MAX,
        root: Root::from_bytes([2; 32]),
        epoch: u32::MAX,
        last_record: EntryHash::from_bytes([4; 32]),
    }
}

pub fn vaults() -> VaultList {
    VaultList { vaults: vec![head(1), head(2)], next: Some(VaultId::from_bytes([2; 16])) }
}

pub fn grant() -> Grant {
    let context = GrantContext {
        vault_id: VaultId::from_bytes([1; 16]),
        epoch: u32::MAX,
        recipient: AccountId::from_bytes([5; 16]),
        generation: u32::MAX,
    };
    Grant { context, encapsulated: Box::new([6; Grant::ENCAPSULATED]), sealed: [7; Grant::SEALED] }
}

pub fn grants() -> GrantList {
    GrantList { grants: vec![grant(), grant()] }
}

pub fn lacking() -> LackingGrants {
    LackingGrants { epoch: u32::MAX, accounts: (0..256).map(account).collect() }
}

pub fn account(number: u128) -> AccountId {
    AccountId::from_bytes(number.to_be_bytes())
}

pub fn certificate() -> SignedCertificate {
    let (by_root, by_key) = (Signature::from_bytes([1; 64]), Signature::from_bytes([2; 64]));
    SignedCertificate { bytes: vec![0x88; 1350], by_root, by_key }
}

pub fn answers() -> AnswerList {
    let (by_invite, by_key) = (Signature::from_bytes([3; 64]), Signature::from_bytes([4; 64]));
    let accept = SignedAccept { bytes: vec![0x86; 140], by_invite, by_key };
    AnswerList { answers: vec![Answer { certificate: certificate(), accept, name: Box::new([5; 329]) }] }
}

pub fn declare() -> DeclareBlob {
    DeclareBlob::new(BlobId::from_bytes([8; 16]), 4096 + 16).unwrap()
}

pub fn missing() -> MissingChunks {
    MissingChunks {
        ranges: vec![ChunkRange { first: 0, count: 1 }, ChunkRange { first: 2, count: MAX_CHUNKS - 2 }],
    }
}

pub fn chunks() -> ChunkList {
    ChunkList { blob_id: BlobId::from_bytes([8; 16]), hashes: vec![[1; 32], [2; 32]] }
}

pub fn range() -> LogRange {
    let entries = (0..50).flat_map(|_| [revision(None), record(None)]).collect();
    LogRange { vault_id: VaultId::from_bytes([1; 16]), index: 3, entries }
}

pub fn kdf() -> UncheckedKdf {
    UncheckedKdf { m_kib: 262_144, t: 3, p: 4 }
}

pub fn origin() -> Origin {
    Origin::new("https://coffer.example").unwrap()
}

pub fn statement() -> SignedReenrolment {
    SignedReenrolment { bytes: vec![0x88; 400], by_root: Signature::from_bytes([2; 64]) }
}

/// Runs a macro for every CBOR message.
macro_rules! each_cbor {
    ($run:ident) => {
        $run!(entry: LogEntry = revision(Some(b"sealed")));
        $run!(record: LogEntry = record(Some(vault_wire::Signature::from_bytes([7; 64]))));
        $run!(page: LogPage = page());
        $run!(push: PushBatch = push());
        $run!(reply: PushReply = reply());
        $run!(heal: HealBatch = heal());
        $run!(head: VaultHead = head(1));
        $run!(vaults: VaultList = vaults());
        $run!(grants: GrantList = grants());
        $run!(lacking: LackingGrants = lacking());
        $run!(answers: AnswerList = answers());
        $run!(declare: DeclareBlob = declare());
        $run!(missing: MissingChunks = missing());
        $run!(chunks: ChunkList = chunks());
        $run!(range: LogRange = range());
    };
}
pub(crate) use each_cbor;

pub fn credential<const MAX: usize>() -> Credential<MAX> {
    Credential::new("secret-canary").unwrap()
}

pub fn device(id: u8) -> Device {
    Device {
        device_id: DeviceId::from_bytes([id; 32]),
        device: Bytes::new(vec![1; 1400]).unwrap(),
        label: Some(Bytes::new(vec![1; 329]).unwrap()),
        added_at: 1,
        seen_at: 2,
        current: true,
    }
}

pub fn session() -> LoginSession {
    let (session_id, device_id) = (SessionId::from_bytes([3; 16]), DeviceId::from_bytes([1; 32]));
    LoginSession { session_id, device_id, begun_at: 1, used_at: 2, current: false }
}

pub fn tokens() -> Tokens {
    Tokens { access: credential(), access_seconds: 600, refresh: credential(), refresh_seconds: 2_592_000 }
}

pub fn event() -> AuditEvent {
    let mut event = AuditEvent {
        seq: 1,
        at: 1_790_000_000_000,
        kind: Slug::new(AuditKind::SignedIn.as_str()).unwrap(),
        actor: Some(AccountId::from_bytes([5; 16])),
        device: Some(DeviceId::from_bytes([1; 32])),
        vault: Some(VaultId::from_bytes([1; 16])),
        address: Some(Text::new("2001:db8::1").unwrap()),
        hash: Bytes::new(vec![0; 32]).unwrap(),
    };
    event.hash = Bytes::new(event.hash_after(&[0; 32]).to_vec()).unwrap();
    event
}

pub fn discovery() -> Discovery {
    let versions = Versions { api: List::new(vec![1]).unwrap(), format: List::new(vec![1, 2]).unwrap() };
    let limits = Limits { account_bytes: 1 << 40, ..Limits::MAX };
    Discovery {
        versions,
        issuer: origin(),
        limits,
        sign_up: SignUp::Code,
        features: List::new(vec![Slug::new("web-authn").unwrap()]).unwrap(),
        blob_origins: List::new(vec![Origin::new("https://blobs.example").unwrap()]).unwrap(),
        recovery: RecoveryNotice { epoch: 2, until: Some(1_790_000_000_000) },
    }
}

pub fn jwks() -> Jwks {
    let key = Jwk {
        kty: Text::new("OKP").unwrap(),
        crv: Text::new("Ed25519").unwrap(),
        alg: Text::new("EdDSA").unwrap(),
        purpose: Text::new("sig").unwrap(),
        kid: Slug::new("k-2026-11").unwrap(),
        x: Bytes::new(vec![1; 32]).unwrap(),
    };
    Jwks { keys: List::new(vec![key]).unwrap() }
}

pub fn register_finish() -> RegisterFinish {
    RegisterFinish {
        login: LoginName::new("anna@example.org").unwrap(),
        kdf: kdf(),
        record: Bytes::new(vec![1; 192]).unwrap(),
        keyset: Bytes::new(vec![1; 300]).unwrap(),
        root_box: Bytes::new(vec![1; 110]).unwrap(),
        certificate: Bytes::new(certificate().encode()).unwrap(),
        statement: Bytes::new(statement().encode()).unwrap(),
        code: Some(credential()),
    }
}

pub fn keyset() -> KeysetReply {
    KeysetReply {
        kdf: kdf(),
        keyset: Bytes::new(vec![1; 300]).unwrap(),
        root_box: Bytes::new(vec![1; 110]).unwrap(),
        certificate: Bytes::new(certificate().encode()).unwrap(),
        statement: Bytes::new(statement().encode()).unwrap(),
    }
}

pub fn factors() -> FactorState {
    FactorState { totp: true, recovery_left: 9 }
}

pub fn export() -> AccountExport {
    AccountExport {
        account_id: AccountId::from_bytes([5; 16]),
        login: LoginName::new("anna@example.org").unwrap(),
        created_at: 1,
        version: 7,
        factors: factors(),
        devices: List::new(vec![device(1)]).unwrap(),
        sessions: List::new(vec![session()]).unwrap(),
        vaults: List::new(vec![VaultUsage { vault_id: VaultId::from_bytes([1; 16]), bytes: 5 }]).unwrap(),
    }
}

pub fn problem() -> Problem {
    Problem {
        code: ProblemCode::RateLimited,
        status: 429,
        title: Text::new("Too many requests").unwrap(),
        detail: Some(Text::new("Wait.").unwrap()),
        vaults: Some(List::new(vec![VaultId::from_bytes([1; 16])]).unwrap()),
        refusal: Some(66),
        retry_after: Some(30),
    }
}

/// Runs the first macro for every JSON message to a server, which rejects unknown members, and the second for
/// those from a server, which ignore them.
macro_rules! each_json {
    ($strict:ident, $lenient:ident) => {
        $lenient!(hint: VaultChanged = VaultChanged { vault: VaultId::from_bytes([1; 16]), head: 42 });
        $strict!(register_start: RegisterStart = RegisterStart {
            account_id: AccountId::from_bytes([5; 16]),
            request: Bytes::new(vec![1; 32]).unwrap(),
        });
        $lenient!(register_start_reply: RegisterStartReply = RegisterStartReply { response: Bytes::new(vec![1; 64]).unwrap() });
        $strict!(register_finish: RegisterFinish = register_finish());
        $lenient!(register_reply: RegisterReply = RegisterReply { version: 7 });
        $strict!(login_params: LoginParams = LoginParams { login: LoginName::new("anna@example.org").unwrap() });
        $lenient!(login_params_reply: LoginParamsReply = LoginParamsReply { account_id: AccountId::from_bytes([5; 16]), kdf: kdf() });
        $strict!(login_start: LoginStart = LoginStart {
            account_id: AccountId::from_bytes([5; 16]),
            ke1: Bytes::new(vec![1; 96]).unwrap(),
        });
        $lenient!(login_start_reply: LoginStartReply = LoginStartReply { ke2: Bytes::new(vec![1; 320]).unwrap(), state: credential() });
        $strict!(login_finish: LoginFinish = LoginFinish { state: credential(), ke3: Bytes::new(vec![1; 64]).unwrap() });
        $lenient!(step_factor: LoginStep = LoginStep::Factor {
            state: credential(),
            factors: List::new(vec![Factor::Totp, Factor::Recovery]).unwrap(),
        });
        $lenient!(step_device: LoginStep = LoginStep::Device { state: credential() });
        $lenient!(step_done: LoginStep = LoginStep::Done { tokens: tokens() });
        $strict!(factor_code: FactorCode = FactorCode { state: credential(), code: credential() });
        $lenient!(factor_state: FactorState = factors());
        $lenient!(totp_secret: TotpSecret = TotpSecret { secret: credential() });
        $strict!(totp_confirm: TotpConfirm = TotpConfirm { code: credential() });
        $lenient!(recovery_codes: RecoveryCodes = RecoveryCodes {
            codes: List::new((0..10).map(|_| credential()).collect()).unwrap(),
        });
        $lenient!(tokens: Tokens = tokens());
        $strict!(refresh: Refresh = Refresh { refresh: credential() });
        $strict!(logout: Logout = Logout { scope: LogoutScope::All });
        $strict!(add_device: AddDevice = AddDevice { state: credential(), device: Bytes::new(vec![1; 1400]).unwrap() });
        $lenient!(devices: DeviceList = DeviceList { devices: List::new(vec![device(1), device(2)]).unwrap() });
        $lenient!(sessions: SessionList = SessionList { sessions: List::new(vec![session()]).unwrap() });
        $lenient!(keyset: KeysetReply = keyset());
        $lenient!(export: AccountExport = export());
        $lenient!(audit: AuditPage = AuditPage { events: List::new(vec![event()]).unwrap(), more: true });
        $strict!(device_label: DeviceLabel = DeviceLabel { label: Bytes::new(vec![1; 329]).unwrap() });
        $strict!(mail_code: MailCode = MailCode { login: LoginName::new("anna@example.org").unwrap() });
        $strict!(code_start: CodeStart = CodeStart { login: LoginName::new("anna@example.org").unwrap() });
        $lenient!(code_start_reply: CodeStartReply = CodeStartReply {
            account_id: AccountId::from_bytes([5; 16]),
            challenge: Bytes::new(vec![1; 32]).unwrap(),
            state: credential(),
        });
        $strict!(code_finish: CodeFinish = CodeFinish { state: credential(), proof: Bytes::new(vec![1; 64]).unwrap() });
        $strict!(approval_offer: ApprovalOffer = ApprovalOffer { approval_id: ApprovalId::from_bytes([7; 16]) });
        $lenient!(approval_state: ApprovalState = ApprovalState {
            approval_id: ApprovalId::from_bytes([7; 16]),
            request: Some(Bytes::new(vec![1; 1500]).unwrap()),
        });
        $strict!(approval_answer: AnswerApproval = AnswerApproval {
            approval_id: ApprovalId::from_bytes([7; 16]),
            answer: Bytes::new(vec![1; 2000]).unwrap(),
        });
        $strict!(approval_request: RequestApproval = RequestApproval {
            account_id: AccountId::from_bytes([5; 16]),
            approval_id: ApprovalId::from_bytes([7; 16]),
            request: Bytes::new(vec![1; 1500]).unwrap(),
        });
        $lenient!(approval_reply: ApprovalReply = ApprovalReply {
            answer: Some(Bytes::new(vec![1; 2000]).unwrap()),
        });
        $strict!(code_box: CodeBox = CodeBox {
            statement: Bytes::new(vec![1; 400]).unwrap(),
            sealed: Some(Bytes::new(vec![1; 500]).unwrap()),
        });
        $strict!(change_login: ChangeLogin = ChangeLogin {
            login: LoginName::new("anna@example.org").unwrap(),
            code: Some(credential()),
        });
        $lenient!(usage: AccountUsage = AccountUsage {
            bytes: 5,
            limit: 6,
            vaults: List::new(vec![VaultUsage { vault_id: VaultId::from_bytes([1; 16]), bytes: 5 }]).unwrap(),
        });
        $lenient!(discovery: Discovery = discovery());
        $lenient!(jwks: Jwks = jwks());
        $lenient!(problem: Problem = problem());
    };
}
pub(crate) use each_json;

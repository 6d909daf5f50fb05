use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::{ExportChoice, ExportFormatView, ExportReportView, ExportRequest};

use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn item_export(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: ExportRequest,
) -> Result<Option<ExportReportView>> {
    // Checked before the dialog, so that nobody is refused after choosing a file.
    shell.coffer.expect_export(&request).await?;
    let strings = shell.strings().await?;
    let name = match request.format {
        ExportFormatView::Archive => "Archive.coffer",
        ExportFormatView::Kdbx => "Coffer.kdbx",
        ExportFormatView::BitwardenEncrypted | ExportFormatView::BitwardenJson => "Coffer.json",
        ExportFormatView::Cxf => "Coffer.cxf.json",
        ExportFormatView::Csv => "Coffer.csv",
    };
    let dialog = dialog::pick_target(&window, strings.save_export, name);
    dialog::with_path(dialog, |path| shell.coffer.item_export(request, path)).await
}

#[tauri::command]
pub async fn document_export_all(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    choice: ExportChoice,
) -> Result<Option<ExportReportView>> {
    shell.coffer.expect_confirmed().await?;
    let dialog = dialog::pick_folder(&window, shell.strings().await?.save_files);
    dialog::with_path(dialog, |folder| shell.coffer.document_export_all(choice, folder)).await
}

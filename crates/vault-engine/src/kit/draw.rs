//! Drawing of text and shapes on a PDF page. Positions are in points from the lower left corner.

use pdf_writer::types::LineCapStyle;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use zeroize::Zeroizing;

use super::latin;

/// A colour: red, green, blue from 0 to 1.
pub type Colour = [f32; 3];

/// Length of the Bézier handles of a quarter circle with radius 1.
const QUARTER: f32 = 0.5523;

#[derive(Clone, Copy)]
pub enum Font {
    Text,
    Bold,
    Key,
}

impl Font {
    const ALL: [(Self, &'static [u8], &'static [u8]); 3] = [
        (Self::Text, b"T", b"Helvetica"),
        (Self::Bold, b"B", b"Helvetica-Bold"),
        (Self::Key, b"K", b"Courier-Bold"),
    ];

    fn name(self) -> Name<'static> {
        Name(match self {
            Self::Text => b"T",
            Self::Bold => b"B",
            Self::Key => b"K",
        })
    }
}

/// The page while it is drawn.
pub struct Sheet {
    content: Content,
}

impl Sheet {
    pub fn new() -> Self {
        Self { content: Content::new() }
    }

    /// Draws one line of encoded text with its baseline at `y`.
    pub fn text(&mut self, font: Font, size: f32, colour: Colour, x: f32, y: f32, text: &[u8]) {
        self.fill(colour);
        self.content.begin_text().set_font(font.name(), size).next_line(x, y).show(Str(text)).end_text();
    }

    /// Draws a paragraph in the text font and returns the baseline below its last line.
    pub fn paragraph(
        &mut self,
        size: f32,
        colour: Colour,
        x: f32,
        mut y: f32,
        width: f32,
        text: &str,
    ) -> f32 {
        for line in latin::wrap(&latin::encode(text), width / size) {
            self.text(Font::Text, size, colour, x, y, &line);
            y -= size * 1.45;
        }
        y
    }

    /// Fills a rectangle with rounded corners.
    pub fn panel(&mut self, colour: Colour, x: f32, y: f32, width: f32, height: f32, radius: f32) {
        self.fill(colour);
        let (r, k) = (radius, radius * (1.0 - QUARTER));
        let (right, top) = (x + width, y + height);
        self.content
            .move_to(x + r, y)
            .line_to(right - r, y)
            .cubic_to(right - k, y, right, y + k, right, y + r)
            .line_to(right, top - r)
            .cubic_to(right, top - k, right - k, top, right - r, top)
            .line_to(x + r, top)
            .cubic_to(x + k, top, x, top - k, x, top - r)
            .line_to(x, y + r)
            .cubic_to(x, y + k, x + k, y, x + r, y)
            .fill_nonzero();
    }

    /// Draws a horizontal line.
    pub fn rule(&mut self, colour: Colour, x: f32, y: f32, width: f32, thickness: f32) {
        let [red, green, blue] = colour;
        self.content
            .set_stroke_rgb(red, green, blue)
            .set_line_width(thickness)
            .set_line_cap(LineCapStyle::RoundCap)
            .move_to(x, y)
            .line_to(x + width, y)
            .stroke();
    }

    /// Fills squares of a grid, `module` points wide, from its upper left corner. A run in a row is one rectangle.
    pub fn grid(&mut self, colour: Colour, x: f32, top: f32, module: f32, rows: &[Vec<bool>]) {
        self.fill(colour);
        for (row, line) in (1_u16..).zip(rows) {
            let y = top - f32::from(row) * module;
            let mut at = 0_u16;
            for run in line.chunk_by(|a, b| a == b) {
                let len = u16::try_from(run.len()).unwrap_or(u16::MAX);
                if run.first() == Some(&true) {
                    self.content.rect(x + f32::from(at) * module, y, f32::from(len) * module, module);
                }
                at = at.saturating_add(len);
            }
        }
        self.content.fill_nonzero();
    }

    fn fill(&mut self, colour: Colour) {
        let [red, green, blue] = colour;
        self.content.set_fill_rgb(red, green, blue);
    }

    /// Returns a document with the page.
    pub fn into_pdf(self, (width, height): (f32, f32), title: &str) -> Zeroizing<Vec<u8>> {
        let [catalog, pages, page, content, info] = [1, 2, 3, 4, 5].map(Ref::new);
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages).lang(TextStr("en"));
        pdf.pages(pages).kids([page]).count(1);
        let mut leaf = pdf.page(page);
        leaf.media_box(Rect::new(0.0, 0.0, width, height)).parent(pages).contents(content);
        let mut resources = leaf.resources();
        let mut fonts = resources.fonts();
        for ((_, name, _), id) in Font::ALL.into_iter().zip(10..) {
            fonts.pair(Name(name), Ref::new(id));
        }
        fonts.finish();
        resources.finish();
        leaf.finish();
        for ((_, _, base), id) in Font::ALL.into_iter().zip(10..) {
            pdf.type1_font(Ref::new(id)).base_font(Name(base)).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        // Without name and key, since file managers show a file's properties.
        pdf.document_info(info).title(TextStr(title)).creator(TextStr("Coffer"));
        pdf.stream(content, &self.content.finish());
        Zeroizing::new(pdf.finish())
    }
}

//! The protocol of the pipes: one job to the worker, one response back.

use std::io::{self, Read, Write};

use zeroize::Zeroizing;

use crate::{MAX_DOCUMENT_SIZE, MAX_EDGE, Picture};

/// The file format of a document, detected from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Portable Network Graphics.
    Png = 1,
    /// JPEG.
    Jpeg = 2,
    /// Graphics Interchange Format; only its first frame is rendered.
    Gif = 3,
    /// WebP.
    WebP = 4,
    /// Windows bitmap.
    Bmp = 5,
    /// Portable Document Format.
    Pdf = 6,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Png, Self::Jpeg, Self::Gif, Self::WebP, Self::Bmp, Self::Pdf];

    /// The kind of a media type; `None` if it cannot be rendered.
    #[must_use]
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        Some(match media_type {
            "image/png" => Self::Png,
            "image/jpeg" => Self::Jpeg,
            "image/gif" => Self::Gif,
            "image/webp" => Self::WebP,
            "image/bmp" => Self::Bmp,
            "application/pdf" => Self::Pdf,
            _ => return None,
        })
    }
}

/// A request to render one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The document's format.
    pub kind: Kind,
    /// The page, from 0 on; 0 for images.
    pub page: u32,
    /// The longer edge of the result, in pixels; images are never enlarged to it.
    pub edge: u32,
    /// The document's length in bytes.
    pub size: u64,
}

impl Job {
    /// The encoded length in bytes.
    const LEN: usize = 17;

    /// Returns whether the job is within the limits.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (1..=MAX_EDGE).contains(&self.edge) && (1..=MAX_DOCUMENT_SIZE).contains(&self.size)
    }

    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let Self { kind, page, edge, size } = *self;
        to.write_all(&[kind as u8])?;
        to.write_all(&page.to_le_bytes())?;
        to.write_all(&edge.to_le_bytes())?;
        to.write_all(&size.to_le_bytes())
    }

    /// Reads a job; `None` if it is not valid.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; Self::LEN];
        from.read_exact(&mut bytes)?;
        let [kind, p0, p1, p2, p3, e0, e1, e2, e3, size @ ..] = bytes;
        let Some(kind) = Kind::ALL.into_iter().find(|known| *known as u8 == kind) else { return Ok(None) };
        let page = u32::from_le_bytes([p0, p1, p2, p3]);
        let edge = u32::from_le_bytes([e0, e1, e2, e3]);
        let job = Self { kind, page, edge, size: u64::from_le_bytes(size) };
        Ok(job.is_valid().then_some(job))
    }
}

/// The reason why a document was not rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    /// The document cannot be decoded, or takes more than the limits.
    Unreadable = 1,
    /// The document has no such page.
    NoSuchPage = 2,
    /// The operating system offers no sandbox.
    SandboxUnavailable = 3,
}

/// The response of the worker. The document may have taken the worker over, so a response is untrusted.
#[derive(Debug, PartialEq, Eq)]
pub enum Response {
    /// The rendered page.
    Drawn(Picture),
    /// Nothing was rendered.
    Refused(Refusal),
}

impl Response {
    const DRAWN: u8 = 0;

    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Refused(why) => to.write_all(&[*why as u8]),
            Self::Drawn(picture) => {
                to.write_all(&[Self::DRAWN])?;
                for number in [picture.width(), picture.height(), picture.pages()] {
                    to.write_all(&number.to_le_bytes())?;
                }
                to.write_all(picture.rgba())
            }
        }
    }

    /// Reads a response up to the end of the pipe. Allocates no more than a picture of `edge` by `edge` pixels takes.
    ///
    /// # Errors
    /// If the bytes are no response to a job with this edge, or the pipe broke.
    pub fn read(from: &mut impl Read, edge: u32) -> io::Result<Self> {
        let [first] = array(from)?;
        let response = match first {
            Self::DRAWN => {
                let [width, height, pages] =
                    [array(from)?, array(from)?, array(from)?].map(u32::from_le_bytes);
                let edge = edge.min(MAX_EDGE);
                if width > edge || height > edge {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                let len = usize::try_from(u64::from(width) * u64::from(height) * 4)
                    .map_err(|_| io::ErrorKind::InvalidData)?;
                let mut rgba = Zeroizing::new(vec![0; len]);
                from.read_exact(&mut rgba)?;
                let picture = Picture::new(width, height, pages, rgba);
                Self::Drawn(picture.ok_or(io::ErrorKind::InvalidData)?)
            }
            1 => Self::Refused(Refusal::Unreadable),
            2 => Self::Refused(Refusal::NoSuchPage),
            3 => Self::Refused(Refusal::SandboxUnavailable),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        if from.read(&mut [0])? == 0 { Ok(response) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

fn array<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        Job { kind: Kind::Pdf, page: 7, edge: 256, size: 1_000 }
    }

    fn written(job: &Job) -> Vec<u8> {
        let mut bytes = Vec::new();
        job.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_job_round_trips_and_one_beyond_the_limits_is_refused() {
        assert_eq!(written(&job()).len(), Job::LEN);
        for kind in Kind::ALL {
            let job = Job { kind, ..job() };
            assert_eq!(Job::read(&mut written(&job).as_slice()).unwrap(), Some(job));
        }
        for job in [
            Job { edge: 0, ..job() },
            Job { edge: MAX_EDGE + 1, ..job() },
            Job { size: 0, ..job() },
            Job { size: MAX_DOCUMENT_SIZE + 1, ..job() },
        ] {
            assert_eq!(Job::read(&mut written(&job).as_slice()).unwrap(), None, "{job:?}");
        }
        let mut unknown = written(&job());
        unknown[0] = 99;
        assert_eq!(Job::read(&mut unknown.as_slice()).unwrap(), None);
        assert!(Job::read(&mut &written(&job())[..16]).is_err());
    }

    #[test]
    fn a_response_round_trips_and_an_invalid_one_is_refused() {
        let picture = Picture::new(2, 1, 3, Zeroizing::new(vec![1, 2, 3, 255, 5, 6, 7, 255])).unwrap();
        let mut good = Vec::new();
        Response::Drawn(picture).write(&mut good).unwrap();
        let Ok(Response::Drawn(read)) = Response::read(&mut good.as_slice(), 2) else { panic!() };
        assert_eq!((read.width(), read.height(), read.pages(), read.rgba().len()), (2, 1, 3, 8));

        let changed = |at: usize, to: u8| {
            let mut bytes = good.clone();
            bytes[at] = to;
            bytes
        };
        for (what, bytes, edge) in [
            ("larger than requested", good.clone(), 1),
            ("no width", changed(1, 0), 2),
            ("no height", changed(5, 0), 2),
            ("enormous", changed(4, 255), MAX_EDGE),
            ("no pages", changed(9, 0), 2),
            ("cut short", good[..good.len() - 1].to_vec(), 2),
            ("longer", [good.as_slice(), &[0]].concat(), 2),
            ("another first byte", changed(0, 9), 2),
            ("bytes after a refusal", vec![1, 0], 2),
            ("nothing", Vec::new(), 2),
        ] {
            assert!(Response::read(&mut bytes.as_slice(), edge).is_err(), "{what}");
        }
        for (byte, why) in
            [(1, Refusal::Unreadable), (2, Refusal::NoSuchPage), (3, Refusal::SandboxUnavailable)]
        {
            assert_eq!(Response::read(&mut [byte].as_slice(), 2).unwrap(), Response::Refused(why));
        }
    }
}

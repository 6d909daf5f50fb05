//! What goes through the pipes: one job to the process that draws, one answer back.

use std::io::{self, Read, Write};

use zeroize::Zeroizing;

use crate::{LARGEST, LONGEST_EDGE, Picture};

/// What kind of file a document is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Portable Network Graphics.
    Png = 1,
    /// JPEG.
    Jpeg = 2,
    /// Graphics Interchange Format; its first picture.
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

    /// The kind of a media type; none if it cannot be drawn.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
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

/// What is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// What the document is.
    pub kind: Kind,
    /// Which page, from 0 on; 0 for pictures.
    pub page: u32,
    /// The picture's longer edge, in points; it is never drawn larger than this.
    pub edge: u32,
    /// The document's length in bytes.
    pub size: u64,
}

impl Job {
    /// The length of a job as it goes through the pipe.
    const LEN: usize = 17;

    /// Whether the job is within the limits.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (1..=LONGEST_EDGE).contains(&self.edge) && (1..=LARGEST).contains(&self.size)
    }

    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let Self { kind, page, edge, size } = *self;
        to.write_all(&[kind as u8])?;
        to.write_all(&page.to_le_bytes())?;
        to.write_all(&edge.to_le_bytes())?;
        to.write_all(&size.to_le_bytes())
    }

    /// Reads a job; none if it is not sound.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; Self::LEN];
        from.read_exact(&mut bytes)?;
        let [kind, p0, p1, p2, p3, e0, e1, e2, e3, size @ ..] = bytes;
        let Some(kind) = Kind::ALL.into_iter().find(|known| *known as u8 == kind) else { return Ok(None) };
        let page = u32::from_le_bytes([p0, p1, p2, p3]);
        let edge = u32::from_le_bytes([e0, e1, e2, e3]);
        let job = Self { kind, page, edge, size: u64::from_le_bytes(size) };
        Ok(job.is_sound().then_some(job))
    }
}

/// Why nothing was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    /// The document cannot be read, or is too large to be drawn.
    Unreadable = 1,
    /// It has no such page.
    NoSuchPage = 2,
    /// The operating system cannot shut the process in.
    NotShutIn = 3,
}

/// What the process that draws says. It has seen the document, so it may say anything.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// The picture.
    Drawn(Picture),
    /// No picture.
    Refused(Refusal),
}

impl Answer {
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

    /// Reads the answer to a job, to its very end. Never takes more memory than the largest picture that was asked for.
    ///
    /// # Errors
    /// If it is no answer to this job, or the pipe broke.
    pub fn read(from: &mut impl Read, edge: u32) -> io::Result<Self> {
        let [first] = array(from)?;
        let answer = match first {
            Self::DRAWN => {
                let [width, height, pages] =
                    [array(from)?, array(from)?, array(from)?].map(u32::from_le_bytes);
                let edge = edge.min(LONGEST_EDGE);
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
            3 => Self::Refused(Refusal::NotShutIn),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        if from.read(&mut [0])? == 0 { Ok(answer) } else { Err(io::ErrorKind::InvalidData.into()) }
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
    fn a_job_reads_back_and_one_beyond_the_limits_does_not() {
        assert_eq!(written(&job()).len(), Job::LEN);
        for kind in Kind::ALL {
            let job = Job { kind, ..job() };
            assert_eq!(Job::read(&mut written(&job).as_slice()).unwrap(), Some(job));
        }
        for job in [
            Job { edge: 0, ..job() },
            Job { edge: LONGEST_EDGE + 1, ..job() },
            Job { size: 0, ..job() },
            Job { size: LARGEST + 1, ..job() },
        ] {
            assert_eq!(Job::read(&mut written(&job).as_slice()).unwrap(), None, "{job:?}");
        }
        let mut unknown = written(&job());
        unknown[0] = 99;
        assert_eq!(Job::read(&mut unknown.as_slice()).unwrap(), None);
        assert!(Job::read(&mut &written(&job())[..16]).is_err());
    }

    #[test]
    fn an_answer_reads_back_and_a_false_one_is_refused() {
        let picture = Picture::new(2, 1, 3, Zeroizing::new(vec![1, 2, 3, 255, 5, 6, 7, 255])).unwrap();
        let mut good = Vec::new();
        Answer::Drawn(picture).write(&mut good).unwrap();
        let Ok(Answer::Drawn(read)) = Answer::read(&mut good.as_slice(), 2) else { panic!() };
        assert_eq!((read.width(), read.height(), read.pages(), read.rgba().len()), (2, 1, 3, 8));

        let changed = |at: usize, to: u8| {
            let mut bytes = good.clone();
            bytes[at] = to;
            bytes
        };
        for (what, bytes, edge) in [
            ("larger than asked for", good.clone(), 1),
            ("no width", changed(1, 0), 2),
            ("no height", changed(5, 0), 2),
            ("enormous", changed(4, 255), LONGEST_EDGE),
            ("no pages", changed(9, 0), 2),
            ("cut short", good[..good.len() - 1].to_vec(), 2),
            ("longer", [good.as_slice(), &[0]].concat(), 2),
            ("another first byte", changed(0, 9), 2),
            ("a refusal with something after it", vec![1, 0], 2),
            ("nothing", Vec::new(), 2),
        ] {
            assert!(Answer::read(&mut bytes.as_slice(), edge).is_err(), "{what}");
        }
        for (byte, why) in [(1, Refusal::Unreadable), (2, Refusal::NoSuchPage), (3, Refusal::NotShutIn)] {
            assert_eq!(Answer::read(&mut [byte].as_slice(), 2).unwrap(), Answer::Refused(why));
        }
    }
}

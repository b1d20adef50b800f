//! A text as a QR code, drawn as a PNG: black on white, with the margin that readers want.
//!
//! Source of the format: <https://www.w3.org/TR/png-3/>

use libdeflater::{CompressionLvl, Compressor, crc32};
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of a module's side.
const SCALE: usize = 4;
/// Light modules on each side of the code.
const MARGIN: usize = 4;

/// The PNG; `None` for a text that is too long for a code.
pub(super) fn qr_code_png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, modules) = (code.width(), code.into_colors());
    let side = (width + 2 * MARGIN) * SCALE;
    let module_at = |pixel: usize| (pixel / SCALE).checked_sub(MARGIN).filter(|module| *module < width);
    let is_dark = |row: usize, column: usize| {
        let place = module_at(row).zip(module_at(column)).map(|(row, column)| row * width + column);
        place.and_then(|place| modules.get(place)) == Some(&Color::Dark)
    };
    let mut lines = Vec::with_capacity(side * (side / 8 + 2));
    for row in 0..side {
        // No filter.
        lines.push(0);
        for first in (0..side).step_by(8) {
            lines.push((first..first + 8).fold(0_u8, |bits, column| (bits << 1) | u8::from(!is_dark(row, column))));
        }
    }
    let side = u32::try_from(side).ok()?.to_be_bytes();
    // One bit of grey for each pixel; deflated, not interlaced.
    let head = [&side[..], &side[..], &[1, 0, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", head), (b"IDAT", deflated(&lines)?), (b"IEND", Vec::new())] {
        let chunk = [&kind[..], &content].concat();
        png.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    Some(png)
}

fn deflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut deflated = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut deflated).ok()?;
    deflated.truncate(length);
    Some(deflated)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The text of a code, as readers of PNGs and of codes find it.
    pub(in crate::iam) fn read(png: &[u8]) -> String {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.color_type, frame.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
        let (width, height) = (usize::try_from(frame.width).unwrap(), usize::try_from(frame.height).unwrap());
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let [code] = &image.detect_grids()[..] else { panic!("there is not one code") };
        code.decode().unwrap().1
    }

    #[test]
    fn readers_of_codes_find_the_text() {
        for text in ["a".to_owned(), "otpauth://totp/phone@123456789012?secret=ABC".to_owned(), "Z2".repeat(300)] {
            assert_eq!(read(&qr_code_png(&text).unwrap()), text);
        }
        assert_eq!(qr_code_png(&"x".repeat(3000)), None);
    }
}

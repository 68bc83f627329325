//! Where a line of CSV without quotes ends, and its values: eight bytes at a step.

/// The bytes of a word that are looked for are marked by their highest bits, the first byte of the text by the lowest.
const HIGHEST: u64 = splat(0x80);
const OTHERS: u64 = splat(0x7f);

/// Finds the end of the first line, and where each of its values ends. `None` if it has quotes, or does not end here;
/// then what is in `ends` means nothing.
pub(super) fn find(input: &[u8], delimiter: u8, ends: &mut Vec<usize>) -> Option<usize> {
    ends.clear();
    let (words, rest) = input.as_chunks::<8>();
    let delimiters = splat(delimiter);
    for (number, word) in words.iter().enumerate() {
        let (word, start) = (u64::from_le_bytes(*word), number * 8);
        let stops = first_of(word, splat(b'\n')) | first_of(word, splat(b'\r')) | first_of(word, splat(b'"'));
        let stop = stops & stops.wrapping_neg();
        let mut values = all_of(word, delimiters) & stop.wrapping_sub(1);
        while values != 0 {
            ends.push(start + place(values));
            values &= values - 1;
        }
        if stop != 0 {
            return ended(input, start + place(stop), ends);
        }
    }
    let start = input.len() - rest.len();
    for (at, byte) in (start..).zip(rest) {
        match *byte {
            b'\n' | b'\r' | b'"' => return ended(input, at, ends),
            byte if byte == delimiter => ends.push(at),
            _ => {}
        }
    }
    None
}

/// The line that ends at what was found, unless that is a quote.
fn ended(input: &[u8], at: usize, ends: &mut Vec<usize>) -> Option<usize> {
    if input[at] == b'"' {
        return None;
    }
    ends.push(at);
    Some(at)
}

const fn splat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Marks the first byte that equals those of `wanted`; what it marks behind that means nothing.
fn first_of(word: u64, wanted: u64) -> u64 {
    let differs = word ^ wanted;
    // a borrow out of the first zero may mark the next byte
    differs.wrapping_sub(splat(1)) & !differs & HIGHEST
}

/// Marks each byte that equals those of `wanted`.
fn all_of(word: u64, wanted: u64) -> u64 {
    let differs = word ^ wanted;
    !(((differs & OTHERS) + OTHERS) | differs | OTHERS)
}

/// Which byte the lowest mark is on.
fn place(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, byte by byte.
    fn plainly(input: &[u8], delimiter: u8) -> Option<(usize, Vec<usize>)> {
        let end = input.iter().position(|byte| b"\r\n\"".contains(byte)).filter(|end| input[*end] != b'"')?;
        let mut ends: Vec<_> = (0..end).filter(|at| input[*at] == delimiter).collect();
        ends.push(end);
        Some((end, ends))
    }

    #[test]
    fn what_is_found_is_what_a_search_byte_by_byte_finds() {
        let mut random = fastrand::Rng::with_seed(7);
        // neighbours of what is looked for, which subtraction may take for it, and bytes with the highest bit
        let alphabet = b",;\t\n\r\"-+\x0b\x0c\x08\x00\x01#!\xac\x8a\xffabc";
        let mut ends = Vec::new();
        for round in 0..50_000 {
            let len = random.usize(..40);
            // in half of the rounds stops are rare, so that lines are long
            let input: Vec<u8> = std::iter::repeat_with(|| match random.usize(..alphabet.len()) {
                3..6 if round % 2 == 0 && random.u8(..8) > 0 => b'x',
                at => alphabet[at],
            })
            .take(len)
            .collect();
            for delimiter in [b',', b';', b'\t'] {
                let found = find(&input, delimiter, &mut ends).map(|end| (end, ends.clone()));
                assert_eq!(found, plainly(&input, delimiter), "{input:?}");
            }
        }
    }
}

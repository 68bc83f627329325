//! "Did you mean": the nearest of the names that would have been right.

/// The candidate that `word` is most likely a typo of, if any is near: at most every third of its letters is another.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let mut found: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        let limit = found.map_or(word.len().div_ceil(3), |(near, _)| near - 1);
        if let Some(distance) = distance(&word, &letters, limit) {
            found = Some((distance, candidate));
            if distance == 0 {
                break;
            }
        }
    }
    found.map(|(_, candidate)| candidate)
}

/// Insertions, deletions and replacements between `a` and `b`, and swaps of neighbours; `None`: more than the limit.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        // names that differ from the start are given up there
        if row.iter().all(|so_far| *so_far > limit) {
            return None;
        }
        (before, last) = (last, row);
    }
    // not all of it is another
    last.last()
        .copied()
        .filter(|distance| *distance <= limit && (*distance == 0 || *distance < a.len().max(b.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_name_and_other_words_none() {
        let names = ["host", "usage_user", "usage_idle", "at", "größe"];
        let cases = [
            ("hots", Some("host")),
            ("Host", Some("host")),
            ("usage_usr", Some("usage_user")),
            ("usageidle", Some("usage_idle")),
            ("grösse", Some("größe")),
            ("a", Some("at")),
            ("x", None),
            ("temperature", None),
            ("", None),
        ];
        for (typo, name) in cases {
            assert_eq!(nearest(typo, names), name, "{typo}");
        }
        assert_eq!(nearest("x", []), None);
    }
}

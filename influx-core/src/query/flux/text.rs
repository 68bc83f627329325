//! Text as it stands in a query.

use super::Flux;

impl Flux {
    /// A text as it stands in a query: in double quotes, and with what would end them or be computed escaped. It is for
    /// scripts that are kept, as those of tasks are; a query does without: [`Query::param`](crate::query::Query::param).
    ///
    /// ```
    /// use influx_core::query::Flux;
    ///
    /// let flux = format!("from(bucket: {}) |> range(start: -1h)", Flux::string(r#"my "bucket" ${1 + 1}"#));
    /// assert_eq!(flux, r#"from(bucket: "my \"bucket\" \${1 + 1}") |> range(start: -1h)"#);
    /// ```
    #[must_use]
    pub fn string(text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 2);
        out.push('"');
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '"' => out.push_str(r#"\""#),
                '\n' => out.push_str(r"\n"),
                '\r' => out.push_str(r"\r"),
                '\t' => out.push_str(r"\t"),
                '$' if rest.peek() == Some(&'{') => out.push_str(r"\$"),
                c if c == BACKSLASH => out.extend([BACKSLASH; 2]),
                c if c.is_ascii_control() => out.push_str(&format!(r"\x{:02x}", u32::from(c))),
                c => out.push(c),
            }
        }
        out.push('"');
        out
    }
}

const BACKSLASH: char = '\\';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_quotes() {
        for (text, flux) in [
            ("", r#""""#),
            ("größe", r#""größe""#),
            (r#"") |> drop() //"#, r#""\") |> drop() //""#),
            (r"\", r#""\\""#),
            (r#"\""#, r#""\\\"""#),
            ("${x} $x $", r#""\${x} $x $""#),
            ("a\n\r\t\0\u{7f}", r#""a\n\r\t\x00\x7f""#),
        ] {
            assert_eq!(Flux::string(text), flux);
        }
    }
}

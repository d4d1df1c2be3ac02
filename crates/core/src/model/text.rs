//! Text from a provider is untrusted (R-TK-10).

/// Makes untrusted text plain: control and bidirectional characters removed, white space folded, at most
/// `limit` characters (an ellipsis tells that it was cut).
pub fn plain(text: &str, limit: usize) -> String {
    let mut result = String::new();
    let mut count = 0;
    for character in text.trim().chars() {
        let character = if character.is_whitespace() { ' ' } else { character };
        if is_unsafe(character) || (character == ' ' && result.ends_with(' ')) {
            continue;
        }
        if count == limit {
            result.push('…');
            break;
        }
        result.push(character);
        count += 1;
    }
    result
}

/// Control characters, and those that reorder or hide text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_is_made_plain() {
        let cases = [
            ("  a\n\tb ", 10, "a b", "white space is folded"),
            ("a\u{202E}b\u{200B}\u{1b}[31mc", 10, "ab[31mc", "control and bidi characters are removed"),
            ("abcdef", 3, "abc…", "long text is cut"),
            ("<b>&", 10, "<b>&", "markup stays text: whoever shows it escapes it"),
        ];
        for (text, limit, expected, why) in cases {
            assert_eq!(plain(text, limit), expected, "{why}");
        }
    }
}

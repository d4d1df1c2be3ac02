//! Words of a command as a POSIX shell reads them (POSIX.1-2017, Shell Command Language §2.2), without running anything.

use std::iter::Peekable;
use std::str::Chars;

use zeroize::Zeroizing;

/// The words of the first command. Variables stay as they are written; an open quote ends with the text.
pub(super) fn words(text: &str) -> Vec<Zeroizing<String>> {
    let mut words = Vec::new();
    let mut word: Option<Zeroizing<String>> = None;
    let mut rest = text.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            '\\' => match rest.next() {
                // A line that goes on, also as Windows ends it.
                Some('\n') | None => {}
                Some('\r') => drop(rest.next_if_eq(&'\n')),
                Some(escaped) => open(&mut word).push(escaped),
            },
            '\'' => single(&mut rest, open(&mut word)),
            '"' => double(&mut rest, open(&mut word)),
            '$' if rest.next_if_eq(&'\'').is_some() => dollar(&mut rest, open(&mut word)),
            // The end of the command. An ampersand within a word was meant as such: documentation forgets quotes.
            '\n' | ';' | '|' | '<' | '>' => break,
            '&' if rest.peek().is_none_or(|next| next.is_whitespace() || *next == '&') => break,
            '#' if word.is_none() => break,
            blank if blank.is_whitespace() => words.extend(word.take()),
            other => open(&mut word).push(other),
        }
        if words.len() > MOST_WORDS {
            break;
        }
    }
    words.extend(word);
    words
}

fn open(word: &mut Option<Zeroizing<String>>) -> &mut String {
    word.get_or_insert_with(Zeroizing::default)
}

fn single(rest: &mut Peekable<Chars<'_>>, word: &mut String) {
    word.extend(rest.by_ref().take_while(|sign| *sign != '\''));
}

fn double(rest: &mut Peekable<Chars<'_>>, word: &mut String) {
    while let Some(sign) = rest.next() {
        match sign {
            '"' => return,
            '\\' => match rest.next() {
                Some('\n') | None => {}
                Some(escaped @ ('"' | '\\' | '$' | '`')) => word.push(escaped),
                Some(other) => word.extend(['\\', other]),
            },
            other => word.push(other),
        }
    }
}

/// `$'…'`, as browsers copy what has quotes in it.
fn dollar(rest: &mut Peekable<Chars<'_>>, word: &mut String) {
    while let Some(sign) = rest.next() {
        match sign {
            '\'' => return,
            '\\' => match rest.next() {
                Some('n') => word.push('\n'),
                Some('r') => word.push('\r'),
                Some('t') => word.push('\t'),
                Some('u') => word.extend(code_point(rest, 4)),
                Some('x') => word.extend(code_point(rest, 2)),
                Some(escaped) => word.push(escaped),
                None => {}
            },
            other => word.push(other),
        }
    }
}

fn code_point(rest: &mut Peekable<Chars<'_>>, most: usize) -> Option<char> {
    let mut number = 0;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|sign| sign.to_digit(16)) else { break };
        number = number * 16 + digit;
        rest.next();
    }
    char::from_u32(number)
}

const MOST_WORDS: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        let cases: [(&str, &[&str], &str); 14] = [
            ("a  b\tc", &["a", "b", "c"], "blanks"),
            ("a 'b c' d", &["a", "b c", "d"], "single quotes"),
            (r#"a "b \"c\" \d $x""#, &["a", r#"b "c" \d $x"#], "double quotes keep other backslashes"),
            (r"a\ b 'it'\''s'", &["a b", "it's"], "escapes, and quotes that touch"),
            ("a \\\n  b \\\r\n c", &["a", "b", "c"], "lines that go on"),
            ("a ''", &["a", ""], "an empty word"),
            (r"a $'b\'c\n\u0041\x42'", &["a", "b'c\nAB"], "as browsers copy it"),
            ("a b | jq .", &["a", "b"], "the end of the command"),
            ("a > file", &["a"], "where its output goes"),
            ("a x?b=1&c=2", &["a", "x?b=1&c=2"], "an ampersand without quotes"),
            ("a && b", &["a"], "a second command"),
            ("a\nb", &["a"], "the next line"),
            ("a #b", &["a"], "a comment"),
            ("a 'b", &["a", "b"], "an open quote"),
        ];
        for (text, expected, why) in cases {
            let words: Vec<_> = words(text).iter().map(|word| word.to_string()).collect();
            assert_eq!(words, expected, "{why}");
        }
    }
}

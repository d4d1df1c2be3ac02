//! Tables that fit the terminal: a line a row, columns by their widest cell, cut at the terminal's edge.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::{output, terminal, words};

/// How text may look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Columns of the terminal; `None` = lines are not cut.
    pub(crate) width: Option<usize>,
    /// Colours may be used.
    pub(crate) colour: bool,
}

impl Look {
    /// As standard output has it.
    pub(crate) fn of_output() -> Self {
        let is_terminal = output::is_terminal();
        let width = if is_terminal { terminal::width() } else { None };
        Self { width, colour: is_terminal && words::may_colour() }
    }
}

/// One field of a table, safe to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    colour: Option<&'static str>,
}

impl Cell {
    /// Text.
    pub(crate) fn plain(text: impl AsRef<str>) -> Self {
        Self { text: words::plain(text.as_ref()), colour: None }
    }

    /// Text in a colour (SGR code), which repeats what it says.
    pub(crate) fn coloured(text: impl AsRef<str>, colour: &'static str) -> Self {
        Self { colour: Some(colour), ..Self::plain(text) }
    }
}

/// Rows under a head.
pub(crate) struct Table<const COLUMNS: usize> {
    rows: Vec<[Cell; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// A table without rows.
    pub(crate) fn new(head: [&str; COLUMNS]) -> Self {
        Self { rows: vec![head.map(Cell::plain)] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: [Cell; COLUMNS]) {
        self.rows.push(cells);
    }

    /// The table as lines.
    pub(crate) fn text(&self, look: Look) -> String {
        let widest = |column: usize| self.rows.iter().map(|row| row[column].text.width()).max().unwrap_or(0);
        let widths = std::array::from_fn(widest);
        self.rows.iter().map(|row| line(row, widths, look)).collect()
    }
}

/// A row; coloured while it is cut, because escape sequences have no width.
fn line<const COLUMNS: usize>(row: &[Cell; COLUMNS], widths: [usize; COLUMNS], look: Look) -> String {
    let filled = row.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
    let whole: usize =
        row.iter().zip(widths).take(filled).enumerate().fold(0, |width, (at, (cell, column))| {
            width + if at + 1 == filled { cell.text.width() } else { column + GAP }
        });
    let is_cut = look.width.is_some_and(|width| whole > width);
    // The ellipsis takes a column.
    let mut room = look.width.filter(|_| is_cut).map_or(usize::MAX, |width| width.saturating_sub(1));
    let mut line = String::new();
    for (at, (cell, column)) in row.iter().zip(widths).take(filled).enumerate() {
        let shown = fitting(&cell.text, room);
        room -= shown.width();
        let ends_here = shown.len() < cell.text.len() || (room == 0 && is_cut);
        let text = if ends_here { format!("{shown}…") } else { shown.to_owned() };
        match cell.colour.filter(|_| look.colour) {
            Some(colour) => line.push_str(&format!("\x1b[{colour}m{text}\x1b[0m")),
            None => line.push_str(&text),
        }
        if ends_here {
            break;
        }
        if at + 1 < filled {
            let gap = (column - cell.text.width() + GAP).min(room);
            room -= gap;
            line.push_str(&" ".repeat(gap));
        }
    }
    line.push('\n');
    line
}

/// Cuts a line to the terminal's width.
pub(crate) fn cut(line: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if line.width() > width => format!("{}…", fitting(line, width.saturating_sub(1))),
        _ => line.to_owned(),
    }
}

/// As much of the text as has room.
fn fitting(text: &str, room: usize) -> &str {
    let mut taken = 0;
    for (at, character) in text.char_indices() {
        taken += character.width().unwrap_or(0);
        if taken > room {
            return &text[..at];
        }
    }
    text
}

const GAP: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_its_terminal() {
        let (plain, green) = (Cell::plain("active"), Cell::coloured("active", "32"));
        let cases = [
            (&plain, None, "a/b   active  5 min left  fine\n", "not cut"),
            (&plain, Some(12), "a/b   activ…\n", "cut with an ellipsis"),
            (&plain, Some(30), "a/b   active  5 min left  fine\n", "just wide enough"),
            (&plain, Some(26), "a/b   active  5 min left …\n", "cut within a gap"),
            (
                &green,
                Some(80),
                "a/b   \x1b[32mactive\x1b[0m  5 min left  fine\n",
                "the status alone is coloured",
            ),
            (&green, Some(9), "a/b   \x1b[32mac…\x1b[0m\n", "colours are closed when cut"),
            (&plain, Some(3), "a/…\n", "hardly any terminal"),
        ];
        for (status, width, expected, why) in cases {
            let row = [Cell::plain("a/b"), status.clone(), Cell::plain("5 min left"), Cell::plain("fine")];
            assert_eq!(line(&row, [4, 6, 10, 4], Look { width, colour: true }), expected, "{why}");
        }
    }

    #[test]
    fn wide_characters_keep_their_columns() {
        let mut table = Table::new(["A", "B"]);
        table.row([Cell::plain("日本"), Cell::plain("x")]);

        let text = table.text(Look { width: Some(6), colour: false });

        assert_eq!(text, "A    …\n日本 …\n");
    }

    #[test]
    fn no_cell_plays_with_the_terminal() {
        assert_eq!(Cell::plain("a\x1b[2Jb").text, "a[2Jb");
    }
}

//! A terminal's window as a picture.

use std::num::NonZeroU16;

use anstyle::{Ansi256Color, AnsiColor, RgbColor, Style};
use anstyle_svg::{Palette, Term};
use vt100::{Cell, Color, Parser, Screen};

/// More than any picture has.
const ROWS: u16 = 200;

/// What is in a window of so many columns after `written`, as SVG: what was drawn over or cleared
/// is gone.
pub(crate) fn picture(written: &str, columns: u16) -> String {
    let some = |count| NonZeroU16::new(count).expect("a window has a size");
    let mut parser = Parser::new(some(ROWS), some(columns), 0);
    parser.process(written.as_bytes());
    let rows: Vec<_> = (0..ROWS)
        .map(|row| painted(parser.screen(), row, columns))
        .collect();
    let text = rows.join("\n");
    term(columns).render_svg(text.trim_end())
}

/// A dark window with the colours of GitHub's own: it can be told from the page in light and dark.
fn term(columns: u16) -> Term {
    let rgb = |[red, green, blue]: [u8; 3]| RgbColor(red, green, blue);
    let palette = [
        [0x48, 0x4f, 0x58],
        [0xff, 0x7b, 0x72],
        [0x3f, 0xb9, 0x50],
        [0xd2, 0x99, 0x22],
        [0x58, 0xa6, 0xff],
        [0xbc, 0x8c, 0xff],
        [0x39, 0xc5, 0xcf],
        [0xb1, 0xba, 0xc4],
        [0x8b, 0x94, 0x9e],
        [0xff, 0xa1, 0x98],
        [0x56, 0xd3, 0x64],
        [0xe3, 0xb3, 0x41],
        [0x79, 0xc0, 0xff],
        [0xd2, 0xa8, 0xff],
        [0x56, 0xd4, 0xdd],
        [0xff, 0xff, 0xff],
    ];
    Term::new()
        .palette(Palette(palette.map(rgb)))
        .fg_color(rgb([0xe6, 0xed, 0xf3]).into())
        .bg_color(rgb([0x16, 0x1b, 0x22]).into())
        // The widest of the fonts that it may be shown in has cells of less than 9 pixels.
        .min_width_px(usize::from(columns) * 9)
}

/// A row with its colours, without the blanks behind it.
fn painted(screen: &Screen, row: u16, columns: u16) -> String {
    let cells = (0..columns).filter_map(|column| screen.cell(row, column));
    let cells: Vec<_> = cells.filter(|cell| !cell.is_wide_continuation()).collect();
    let end = cells.iter().rposition(|cell| cell.has_contents());
    let cells = &cells[..end.map_or(0, |last| last + 1)];
    let runs = cells.chunk_by(|one, next| style(one) == style(next));
    let runs = runs.map(|run| {
        let style = style(run[0]);
        let text: String = run.iter().map(|cell| shown(cell)).collect();
        format!("{style}{text}{style:#}")
    });
    runs.collect()
}

fn shown(cell: &Cell) -> &str {
    if cell.has_contents() {
        cell.contents()
    } else {
        " "
    }
}

fn style(cell: &Cell) -> Style {
    let mut style = Style::new()
        .fg_color(colour(cell.fgcolor()))
        .bg_color(colour(cell.bgcolor()));
    if cell.bold() {
        style = style.bold();
    }
    if cell.dim() {
        // Terminals make it grey; a picture would make it hard to read.
        style = style.fg_color(Some(AnsiColor::BrightBlack.into()));
    }
    style
}

fn colour(colour: Color) -> Option<anstyle::Color> {
    match colour {
        Color::Default => None,
        Color::Idx(index) => {
            let index = Ansi256Color(index);
            Some(index.into_ansi().map_or(index.into(), Into::into))
        }
        Color::Rgb(red, green, blue) => Some(RgbColor(red, green, blue).into()),
    }
}

#[test]
fn what_stayed_is_drawn_in_its_colours() {
    let drawn = picture(
        "one\r\n\u{1b}[1mstatus\u{1b}[0m\r\u{1b}[J\u{1b}[31mt\u{1b}[0mwo <&>\r\n\u{1b}[2maside",
        20,
    );
    for part in [
        "<tspan>one</tspan>",
        r#"<tspan class="fg-red">t</tspan><tspan>wo &lt;&amp;&gt;</tspan>"#,
        r#"<tspan class="fg-bright-black">aside</tspan>"#,
        ".fg-red { fill: #FF7B72 }",
    ] {
        assert!(drawn.contains(part), "{part} is not in\n{drawn}");
    }
    assert!(!drawn.contains("status"), "{drawn}");
}

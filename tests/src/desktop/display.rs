//! A virtual display of one's own, and what a person at it sees of its windows.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

use x11rb::connection::Connection as _;
use x11rb::properties::WmHints;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, ImageFormat, InputFocus,
    MapState, StackMode,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{Failure, Outcome};
use crate::Group;

/// An X server that shows its pictures to nobody.
pub struct Display {
    name: String,
    /// Held open: the server would fail at its next word.
    _output: BufReader<ChildStdout>,
    _server: Group,
}

/// A window's number at the X server.
pub type WindowNumber = u32;

/// A connection to a display, as a window manager has one. No window manager runs there.
pub struct Screen {
    connection: RustConnection,
    root: WindowNumber,
}

impl Display {
    /// Starts a server on a free display; its words go to a file.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(log: &Path) -> Outcome<Self> {
        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log)?);
        let mut server = Group::start(&mut command);
        let output = server.child().stdout.take().ok_or_else(|| Failure::new("Xvfb has no output"))?;
        let mut output = BufReader::new(output);
        let mut number = String::new();
        output.read_line(&mut number)?;
        let number = number.trim();
        super::ensure(!number.is_empty(), "Xvfb did not start")?;
        Ok(Self { name: format!(":{number}"), _output: output, _server: server })
    }

    /// The value of `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection to it.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn screen(&self) -> Outcome<Screen> {
        let (connection, number) = x11rb::connect(Some(&self.name))?;
        let roots = &connection.setup().roots;
        let root = roots.get(number).ok_or_else(|| Failure::new("the display has no screen"))?.root;
        Ok(Screen { connection, root })
    }
}

impl Screen {
    /// A visible window of a program, by a part of the class that it names (`WM_CLASS`).
    ///
    /// # Errors
    /// The server does not answer.
    pub fn window_of(&self, program: &str) -> Outcome<Option<WindowNumber>> {
        for window in self.visible()? {
            if self.class(window)?.contains(program) {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// Whether what is typed goes to this window.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn has_focus(&self, window: WindowNumber) -> Outcome<bool> {
        Ok(self.connection.get_input_focus()?.reply()?.focus == window)
    }

    /// Whether the window asks for attention (ICCCM's urgency hint).
    ///
    /// # Errors
    /// The server does not answer.
    pub fn is_urgent(&self, window: WindowNumber) -> Outcome<bool> {
        Ok(WmHints::get(&self.connection, window)?.reply()?.is_some_and(|hints| hints.urgent))
    }

    /// Puts a window in front and lets what is typed go there, as a click on it would.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn bring_forward(&self, window: WindowNumber) -> Outcome {
        let above = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        self.connection.configure_window(window, &above)?.check()?;
        self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.check()?;
        Ok(())
    }

    /// Whether no visible window of the display's own children lies above this one.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn is_in_front(&self, window: WindowNumber) -> Outcome<bool> {
        Ok(self.visible()?.last() == Some(&window))
    }

    /// Asks a window to close, as its close button would.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn ask_to_close(&self, window: WindowNumber) -> Outcome {
        let protocols = self.atom("WM_PROTOCOLS")?;
        let close = self.atom("WM_DELETE_WINDOW")?;
        let message = ClientMessageEvent::new(32, window, protocols, [close, x11rb::CURRENT_TIME, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()?;
        self.connection.sync()?;
        Ok(())
    }

    /// Gives a window another size.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn resize(&self, window: WindowNumber, width: u32, height: u32) -> Outcome {
        let size = ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(window, &size)?.check()?;
        Ok(())
    }

    /// The largest visible window, if one is larger than a tooltip.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn largest(&self) -> Outcome<Option<WindowNumber>> {
        let mut found = None;
        let mut most = 200 * 200;
        for window in self.visible()? {
            let Ok(geometry) = self.connection.get_geometry(window)?.reply() else { continue };
            let size = u32::from(geometry.width) * u32::from(geometry.height);
            if size > most {
                (found, most) = (Some(window), size);
            }
        }
        Ok(found)
    }

    /// The pixels of a part of a window: four bytes each, row by row.
    ///
    /// # Errors
    /// The server does not answer, or the window is gone or smaller than that.
    pub fn pixels(&self, window: WindowNumber, part: Part) -> Outcome<Vec<u8>> {
        let Part { x, y, width, height } = part;
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, window, x, y, width, height, u32::MAX)?;
        Ok(image.reply()?.data)
    }

    /// The visible windows, the front one last.
    fn visible(&self) -> Outcome<Vec<WindowNumber>> {
        let children = self.connection.query_tree(self.root)?.reply()?.children;
        let visible = children.into_iter().filter(|window| {
            let asked = self.connection.get_window_attributes(*window);
            // A window may be gone by the time it is asked about.
            asked.is_ok_and(|reply| reply.reply().is_ok_and(|seen| seen.map_state == MapState::VIEWABLE))
        });
        Ok(visible.collect())
    }

    fn class(&self, window: WindowNumber) -> Outcome<String> {
        let asked =
            self.connection.get_property(false, window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, 256)?;
        let class = asked.reply().map(|property| property.value).unwrap_or_default();
        Ok(String::from_utf8_lossy(&class).into_owned())
    }

    fn atom(&self, name: &str) -> Outcome<u32> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}

/// A part of a window, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// From the left.
    pub x: i16,
    /// From the top.
    pub y: i16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

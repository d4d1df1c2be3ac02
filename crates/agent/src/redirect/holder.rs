//! Which program listens at a port, where `/proc` tells.

use std::fs;
use std::path::Path;

use grantkeep_core::model::plain;

/// The program that listens at `port`, as in "python3 (process 4711)"; `None` where the system does not tell.
///
/// Reads many small files, so it blocks.
pub(super) fn holder(port: u16) -> Option<String> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| listening_inode(&fs::read_to_string(table).ok()?, port).map(str::to_owned))?;
    let link = format!("socket:[{inode}]");
    let (pid, process) = fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        has_open(&entry.path(), &link).then(|| (pid, entry.path()))
    })?;
    let name = fs::read_to_string(process.join("comm")).ok()?;
    Some(format!("{} (process {pid})", plain(&name, 32)))
}

fn has_open(process: &Path, link: &str) -> bool {
    let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
    files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == link))
}

/// The inode of the socket that listens at `port`, in a table of `proc_net_tcp(5)`.
fn listening_inode(table: &str, port: u16) -> Option<&str> {
    let end = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let mut columns = line.split_whitespace();
        let local = columns.nth(1)?;
        let state = columns.nth(1)?;
        let inode = columns.nth(5)?;
        (state == LISTEN && local.ends_with(&end)).then_some(inode)
    })
}

const LISTEN: &str = "0A";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_the_listening_socket() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1167 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 11111 1
   1: 0100007F:1167 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22222 1
   2: garbage
";
        assert_eq!(listening_inode(table, 4455), Some("22222"), "the listening one, not one connected");
        assert_eq!(listening_inode(table, 4456), None);
        assert_eq!(listening_inode("", 4455), None);
    }

    #[test]
    fn our_own_listener_is_found() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();

        let holder = holder(listener.local_addr().unwrap().port()).unwrap();

        assert!(holder.ends_with(&format!("(process {})", std::process::id())), "{holder}");
    }
}

//! Notices that the network came back.
//!
//! A hint to look now, not to wait for the end of a back-off; where the system does not tell, the back-off's end (an
//! hour at most) does.

/// Calls `returned` each time that an address or a route came, until the future is dropped.
#[cfg(target_os = "linux")]
pub(crate) async fn watch(returned: impl Fn()) {
    if let Err(error) = linux::watch(returned).await {
        tracing::warn!(%error, "the system does not tell when the network returns");
        std::future::pending::<()>().await;
    }
}

/// This system is not asked.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn watch(_returned: impl Fn()) {
    std::future::pending::<()>().await;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::net::netlink::SocketAddrNetlink;
    use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType};
    use tokio::io::unix::AsyncFd;

    pub(super) async fn watch(returned: impl Fn()) -> io::Result<()> {
        let socket = waiting(open()?)?;
        loop {
            while !read(&socket).await? {}
            // Addresses and routes come in bursts, and a name server a moment later.
            let settled = tokio::time::sleep(SETTLE);
            tokio::pin!(settled);
            loop {
                tokio::select! {
                    () = &mut settled => break,
                    read = read(&socket) => { read?; }
                }
            }
            returned();
        }
    }

    /// A socket that hears of addresses and routes (rtnetlink(7)); no protocol named is `NETLINK_ROUTE`.
    fn open() -> io::Result<OwnedFd> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
        rustix::net::bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
        Ok(socket)
    }

    #[expect(
        deprecated,
        reason = "its successor is unsafe; what is deprecated is sound for a descriptor that is owned"
    )]
    fn waiting(socket: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
        AsyncFd::new(socket)
    }

    /// Reads one message; whether it says that something came.
    async fn read(socket: &AsyncFd<OwnedFd>) -> io::Result<bool> {
        let mut message = [0_u8; 4096];
        loop {
            let mut ready = socket.readable().await?;
            let read = ready.try_io(|socket| {
                let (length, _) = rustix::net::recv(socket.get_ref(), &mut message[..], RecvFlags::empty())?;
                Ok(length)
            });
            match read {
                Ok(Ok(length)) => {
                    return Ok(says_that_something_came(message.get(..length).unwrap_or_default()));
                }
                // Messages were lost: something happened, whatever it was.
                Ok(Err(error)) if error.raw_os_error() == Some(rustix::io::Errno::NOBUFS.raw_os_error()) => {
                    return Ok(true);
                }
                Ok(Err(error)) => return Err(error),
                Err(_would_block) => {}
            }
        }
    }

    /// The type stands in bytes 4 and 5 of a message, in the machine's order (netlink(7)).
    pub(super) fn says_that_something_came(message: &[u8]) -> bool {
        let Some(&[low, high]) = message.get(4..6) else { return false };
        [NEW_ADDRESS, NEW_ROUTE].contains(&u16::from_ne_bytes([low, high]))
    }

    /// `RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE`.
    const GROUPS: u32 = 0x10 | 0x40 | 0x100 | 0x400;
    /// `RTM_NEWADDR`.
    const NEW_ADDRESS: u16 = 20;
    /// `RTM_NEWROUTE`.
    const NEW_ROUTE: u16 = 24;
    const SETTLE: Duration = Duration::from_secs(2);

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_what_comes_counts() {
            let message = |kind: u16| [&[16, 0, 0, 0][..], &kind.to_ne_bytes(), &[0; 10]].concat();
            let cases = [
                (message(20), true, "an address"),
                (message(24), true, "a route"),
                (message(21), false, "an address that goes"),
                (message(16), false, "a link"),
                (vec![16, 0], false, "a message cut short"),
            ];
            for (message, expected, why) in cases {
                assert_eq!(says_that_something_came(&message), expected, "{why}");
            }
        }

        #[tokio::test]
        async fn the_system_lets_us_hear() {
            let socket = waiting(open().unwrap()).unwrap();

            let quiet = tokio::time::timeout(Duration::from_millis(20), read(&socket)).await;

            assert!(quiet.is_err() || quiet.is_ok_and(|read| read.is_ok()), "it waits, or says something");
        }
    }
}

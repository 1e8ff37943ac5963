//! Streams of tasks between two instances (`multi_net/asyncio_tcp_*.py`).

use crate::instances::{Link, two_instances};
use crate::net::{EBADF, ECONNRESET, Net, Outcome};
use crate::tasks::{Short, Stream, Tasks};

/// Runs one task with one client of this instance.
fn serve<N: Net>(
    net: &N,
    link: &Link,
    handle: impl AsyncFnOnce(Stream<'_, '_, N>) -> Outcome,
) -> Outcome {
    let tasks = Tasks::new(net);
    let listener = tasks.start_server(net.free_port())?;
    link.tell(net.reach(&listener));
    tasks.run(vec![Box::pin(async { handle(tasks.accept(&listener).await?).await })])
}

/// Runs one task with a connection to the other instance.
fn visit<N: Net>(
    net: &N,
    link: &Link,
    handle: impl AsyncFnOnce(Stream<'_, '_, N>) -> Outcome,
) -> Outcome {
    let tasks = Tasks::new(net);
    let address = link.address();
    tasks.run(vec![Box::pin(async { handle(tasks.open_connection(address).await?).await })])
}

mod asyncio_tcp_server_client {
    //! An echo; both sides can name the other.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        serve(net, link, async |stream| {
            assert!(stream.getpeername()?.ip().is_loopback());
            let data = stream.read(100).await?;
            assert_eq!(data, b"ping");
            stream.write(&data).await?;
            stream.close()?;
            Ok(())
        })
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        visit(net, link, async |stream| {
            assert!(stream.getpeername()?.ip().is_loopback());
            stream.write(b"ping").await?;
            assert_eq!(stream.read(100).await?, b"ping");
            assert_eq!(stream.read(100).await?, b"");
            stream.close()?;
            Ok(())
        })
    }

    two_instances!(server, client);
}

mod asyncio_tcp_readexactly {
    //! Reads of an exact length: of none, of what comes in pieces, and one that comes short.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        serve(net, link, async |stream| {
            stream.write(b"a").await?;
            link.signal();
            stream.write(b"b").await?;
            link.signal();
            stream.write(b"c").await?;
            link.signal();
            stream.write(b"d").await?;
            stream.close()?;
            Ok(())
        })
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        visit(net, link, async |stream| {
            assert_eq!(stream.readexactly(0).await?, b"");
            (0..3).for_each(|_| link.wait());
            assert_eq!(stream.readexactly(2).await?, b"ab");
            assert_eq!(stream.readexactly(0).await?, b"");
            assert_eq!(stream.readexactly(1).await?, b"c");
            assert_eq!(stream.readexactly(2).await, Err(Short::Ended(b"d".to_vec())));
            assert_eq!(stream.readexactly(0).await?, b"");
            assert_eq!(stream.readexactly(1).await, Err(Short::Ended(vec![])));
            stream.close()?;
            Ok(())
        })
    }

    two_instances!(server, client);
}

mod asyncio_tcp_readinto {
    //! Reads into a buffer: only so much of it changes.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        serve(net, link, async |stream| {
            stream.write(b"abc").await?;
            link.signal();
            stream.close()?;
            Ok(())
        })
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        visit(net, link, async |stream| {
            link.wait();
            let mut buf = *b"....";
            assert_eq!(stream.readinto(&mut []).await?, 0);
            let mut count = 0;
            while count < 2 {
                let more = stream.readinto(&mut buf[count..2]).await?;
                assert_ne!(more, 0, "the end comes too early");
                count += more;
            }
            assert_eq!(&buf, b"ab..");
            assert_eq!(stream.readinto(&mut buf[..1]).await?, 1);
            assert_eq!(&buf, b"cb..");
            assert_eq!(stream.readinto(&mut buf).await?, 0, "the end");
            assert_eq!(&buf, b"cb..");
            stream.close()?;
            Ok(())
        })
    }

    two_instances!(server, client);
}

mod asyncio_tcp_readall {
    //! Reading until the peer closes; afterwards there is nothing.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        serve(net, link, async |stream| {
            for byte in [b"a", b"b", b"c"] {
                stream.write(byte).await?;
            }
            stream.close()?;
            Ok(())
        })
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        visit(net, link, async |stream| {
            assert_eq!(stream.readall().await?, b"abc");
            assert_eq!(stream.readall().await?, b"");
            assert_eq!(stream.read(10).await?, b"");
            stream.close()?;
            Ok(())
        })
    }

    two_instances!(server, client);
}

mod asyncio_tcp_close_write {
    //! The peer has closed: reads show the end. This side has closed: writing is an error.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        serve(net, link, async |stream| {
            stream.write(b"x").await?;
            assert_eq!(stream.read(1).await?, b"", "the client has closed");
            stream.close()?;
            assert_eq!(stream.write(b"x").await, Err(EBADF));
            Ok(())
        })
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        visit(net, link, async |stream| {
            assert_eq!(stream.read(1).await?, b"x");
            stream.close()?;
            assert_eq!(stream.write(b"x").await, Err(EBADF));
            assert_eq!(stream.read(1).await, Err(EBADF));
            Ok(())
        })
    }

    two_instances!(server, client);
}

mod asyncio_tcp_client_rst {
    //! The client resets: what it had sent, then the error (the end, if resets are not reported).

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        serve(net, link, async |stream| {
            assert_eq!(stream.readexactly(10).await?, b"ten bytes!");
            stream.write(b"never read").await?;
            let expected = if net.reports_reset() { Err(ECONNRESET) } else { Ok(vec![]) };
            assert_eq!(stream.read(10).await, expected);
            assert_eq!(stream.read(10).await?, b"");
            assert_eq!(stream.read_now(10)?, b"");
            stream.close()?;
            Ok(())
        })
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        visit(net, link, async |stream| {
            stream.write(b"ten bytes!").await?;
            stream.reset()?;
            Ok(())
        })
    }

    two_instances!(server, client);
}

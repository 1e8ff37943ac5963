//! Tasks of one instance (`net_hosted/asyncio_*.py`, `net_inet/asyncio_*.py`).

use std::cell::Cell;

use crate::instances::{Link, two_instances};
use crate::net::{EADDRINUSE, Net, Outcome};
use crate::over_std::Std;
use crate::over_usocket::on_loopback;
use crate::tasks::Tasks;

mod asyncio_loopback {
    //! A server task and the other instance: 100 bytes go and come back, twice at the same time.

    use super::*;

    const CLIENTS: usize = 2;

    fn payload(number: usize) -> Vec<u8> {
        (0..100).map(|at| (at + number) as u8).collect()
    }

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let tasks = Tasks::new(net);
        let listener = tasks.start_server(net.free_port())?;
        link.tell(net.reach(&listener));
        let (tasks, listener) = (&tasks, &listener);
        let echo = || async move {
            let stream = tasks.accept(listener).await?;
            let data = stream.readexactly(100).await?;
            stream.write(&data).await?;
            assert_eq!(stream.read(1).await?, b"");
            stream.close()?;
            Ok(())
        };
        tasks.run((0..CLIENTS).map(|_| Box::pin(echo()) as _).collect())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let address = link.address();
        let tasks = Tasks::new(net);
        let (tasks, connected) = (&tasks, &Cell::new(0));
        let visit = |number| async move {
            let stream = tasks.open_connection(address).await?;
            connected.set(connected.get() + 1);
            stream.write(&payload(number)).await?;
            assert_eq!(stream.readexactly(100).await?, payload(number));
            stream.close()?;
            Ok(())
        };
        tasks.run((0..CLIENTS).map(|number| Box::pin(visit(number)) as _).collect())?;
        assert_eq!(connected.get(), CLIENTS);
        Ok(())
    }

    two_instances!(server, client);
}

mod asyncio_start_server {
    //! A port is taken while a server has it, and free when the server is closed.

    use super::*;
    use crate::net::Socket;

    fn program(net: &impl Net) -> Outcome {
        let tasks = Tasks::new(net);
        let server = tasks.start_server(net.free_port())?;
        let port = net.reach(&server).port();
        Ok(check(&tasks, &server, port)?)
    }

    fn check<'n, N: Net>(
        tasks: &Tasks<'n, N>,
        server: &N::Socket<'n>,
        port: u16,
    ) -> crate::net::Result<()> {
        assert_eq!(tasks.start_server(port).err(), Some(EADDRINUSE));
        server.close()?;
        let again = tasks.start_server(port)?;
        assert_eq!(tasks.start_server(port).err(), Some(EADDRINUSE));
        again.close()
    }

    #[test]
    fn on_usocket() {
        on_loopback(|net| {
            let tasks = Tasks::new(net);
            let port = net.free_port();
            let server = tasks.start_server(port)?;
            Ok(check(&tasks, &server, port)?)
        })
        .unwrap();
    }

    #[test]
    fn on_std() {
        program(&Std).unwrap();
    }
}

mod asyncio_tcp_read_headers {
    //! The head of an HTTP answer, line by line, from a server that cuts it anywhere.

    use super::*;

    const HEAD: &[u8] =
        b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nX-Long: 0123456789\r\n\r\n";
    const BODY: &[u8] = b"It works\n";

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let tasks = Tasks::new(net);
        let listener = tasks.start_server(net.free_port())?;
        link.tell(net.reach(&listener));
        tasks.run(vec![Box::pin(async {
            let stream = tasks.accept(&listener).await?;
            assert_eq!(stream.readline().await?, b"GET /page HTTP/1.0\r\n");
            assert_eq!(stream.readline().await?, b"\r\n");
            for piece in HEAD.chunks(7) {
                stream.write(piece).await?;
            }
            stream.write(BODY).await?;
            stream.close()?;
            Ok(())
        })])
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let address = link.address();
        let tasks = Tasks::new(net);
        tasks.run(vec![Box::pin(async {
            let stream = tasks.open_connection(address).await?;
            stream.write(b"GET /page HTTP/1.0\r\n\r\n").await?;
            let mut head = Vec::new();
            loop {
                let line = stream.readline().await?;
                assert!(line.ends_with(b"\r\n"), "{line:?}");
                head.extend_from_slice(&line);
                if line == b"\r\n" {
                    break;
                }
            }
            assert_eq!(head, HEAD);
            assert_eq!(stream.readall().await?, BODY);
            stream.close()?;
            Ok(())
        })])
    }

    two_instances!(server, client);
}

mod asyncio_cancel_stream {
    //! A read that is cancelled takes nothing with it: the next one gets everything.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let tasks = Tasks::new(net);
        let listener = tasks.start_server(net.free_port())?;
        link.tell(net.reach(&listener));
        tasks.run(vec![Box::pin(async {
            let stream = tasks.accept(&listener).await?;
            assert_eq!(stream.read(1).await?, b"?");
            stream.write(b"answer").await?;
            assert_eq!(stream.read(1).await?, b"");
            stream.close()?;
            Ok(())
        })])
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let address = link.address();
        let tasks = Tasks::new(net);
        tasks.run(vec![Box::pin(async {
            let stream = tasks.open_connection(address).await?;
            tasks.cancel(stream.read(10));
            tasks.cancel(stream.readline());
            stream.write(b"?").await?;
            assert_eq!(stream.readexactly(6).await?, b"answer");
            stream.close()?;
            Ok(())
        })])
    }

    two_instances!(server, client);
}

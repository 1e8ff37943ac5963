//! A server that sends back whatever its clients send: `nc ADDRESS 7000`.

use core::net::Ipv4Addr;

use defmt::{Display2Format, info, warn};
use embassy_time::Timer;
use usocket::asynch::{Handle, Socket, socket};
use usocket::fugit::ExtU32;
use usocket::{AF_INET, Error, SOCK_STREAM};

const PORT: u16 = 7000;

/// Serves one client after the other; one more may wait.
#[embassy_executor::task]
pub(crate) async fn serve(stack: Handle<'static>) {
    loop {
        if let Err(error) = listen(stack).await {
            // the module has restarted, for example: then it listens no more
            warn!("echo: {}", Display2Format(&error));
            Timer::after_secs(5).await;
        }
    }
}

async fn listen(stack: Handle<'_>) -> Result<(), Error> {
    let listener = socket(&stack, AF_INET, SOCK_STREAM, 0)?;
    listener.bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    listener.listen(1).await?;
    info!("echo: listening on port {}", PORT);
    loop {
        let (client, address) = listener.accept().await?;
        info!("echo: {} has come", Display2Format(&address));
        match echo(&client).await {
            Ok(count) => info!("echo: {} bytes went back", count),
            Err(error) => warn!("echo: the client was lost: {}", Display2Format(&error)),
        }
    }
}

/// Sends back what comes until the client closes, or is silent for a minute; returns how much it was.
async fn echo(client: &Socket<'_>) -> Result<usize, Error> {
    client.settimeout(Some(60.secs()))?;
    let mut data = [0; 512];
    let mut total = 0;
    loop {
        let count = client.recv(&mut data).await?;
        if count == 0 {
            client.close().await?;
            return Ok(total);
        }
        client.sendall(&data[..count]).await?;
        total += count;
    }
}

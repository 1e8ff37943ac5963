//! Fetches a web page every minute, with reqwless.

use defmt::{Debug2Format, info, warn};
use embassy_time::Timer;
use reqwless::client::HttpClient;
use reqwless::request::Method;
use usocket::asynch::Handle;

/// Without TLS: `http://`.
const URL: &str = match option_env!("URL") {
    Some(url) => url,
    None => "http://example.com/",
};

#[embassy_executor::task]
pub(crate) async fn fetch(stack: Handle<'static>) {
    loop {
        match page(stack).await {
            Ok(count) => info!("http: {} bytes", count),
            Err(error) => warn!("http: {} failed: {}", URL, Debug2Format(&error)),
        }
        Timer::after_secs(60).await;
    }
}

/// Gets the page and returns how long it is. The connection is closed when it is dropped.
async fn page(stack: Handle<'_>) -> Result<usize, reqwless::Error> {
    info!("http: GET {}", URL);
    let mut client = HttpClient::new(&stack, &stack); // for streams, and for names
    let mut request = client.request(Method::GET, URL).await?;
    let mut headers = [0; 1024];
    let response = request.send(&mut headers).await?;
    info!("http: status {}", response.status.0);

    // any length: piece by piece
    let mut body = response.body().reader();
    let mut piece = [0; 256];
    let mut total = 0;
    loop {
        let count = embedded_io_async::Read::read(&mut body, &mut piece).await?;
        if count == 0 {
            return Ok(total);
        }
        if total == 0 {
            let text = core::str::from_utf8(&piece[..count]).unwrap_or("not text");
            info!("http: it begins with {}", text.lines().next().unwrap_or_default());
        }
        total += count;
    }
}

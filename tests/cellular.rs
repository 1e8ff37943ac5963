//! Cellular modules, simulated.
use std::net::Ipv4Addr;
use usocket::clock::Clock;
use usocket::network::Cellular;
use usocket::{AF_INET, Memory, Modem, SOCK_STREAM, getaddrinfo, socket};
use usocket_simulator::{Profile, VirtualWorld};
mod world;
use world::WorldClock;

#[test]
fn hello() {
    let world = VirtualWorld::new(Profile::bg96()).dns("peer", Ipv4Addr::new(93, 184, 216, 34));
    let host = world.listen(Ipv4Addr::new(93, 184, 216, 34), 80);
    host.echo();
    let mut memory = Memory::<3, 2048, 512>::new();
    let modem = Modem::quectel(world.uart(), WorldClock(world.clone()), &mut memory);
    let lte = Cellular::new(&modem);
    let r = (|| {
        lte.active(true)?;
        println!("{:?}", lte.status()?);
        lte.connect("internet", "", "")?;
        println!("{:?} {:?} {}", lte.status()?, lte.ifconfig()?, lte.signal()?);
        println!(
            "{:?} {:?} {:?} {:?} {:?}",
            lte.imei()?,
            lte.imsi()?,
            lte.iccid()?,
            lte.operator()?,
            lte.time()?
        );
        let addr = getaddrinfo(&lte, "peer", 80)?[0].sockaddr;
        let sock = socket(&lte, AF_INET, SOCK_STREAM, 0)?;
        sock.connect(addr)?;
        let data: Vec<u8> = (0..20000u32).map(|i| i as u8).collect();
        let mut got = Vec::new();
        for chunk in data.chunks(1000) {
            sock.sendall(chunk).map_err(|e| e.error)?;
            let mut buf = [0; 1000];
            sock.read(&mut buf).map_err(|e| e.error)?;
            got.extend_from_slice(&buf);
        }
        assert!(got == data);
        sock.close()
    })();
    println!("{}", world.transcript());
    r.unwrap();
    let _ = modem.clock().now();
}

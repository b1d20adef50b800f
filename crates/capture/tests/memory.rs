//! Memory stays flat: large bodies in both directions, and a thousand streams at once. Alone in its process, because
//! memory is the process's.

#[cfg(test)]
#[path = "gateway/house.rs"]
#[allow(dead_code, reason = "the other tests need the rest")]
mod house;
#[cfg(test)]
#[path = "gateway/played.rs"]
#[allow(dead_code, reason = "the other tests need the rest")]
mod played;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cairn_environment::Environment;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Barrier;

    use crate::house::House;
    use crate::played::{EMPTY, Upstream, client, get, patiently};

    const MIB: usize = 1 << 20;
    const PIECE: usize = 64 << 10;

    /// Bytes of the process in memory, and the most there were.
    fn resident() -> (usize, usize) {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let of = |name: &str| -> usize {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
        };
        (of("VmRSS:"), of("VmHWM:"))
    }

    /// Sends `count` bytes up and as many down, and compares how many arrive.
    async fn up_and_down(house: &House, upstream: &Upstream, count: usize) {
        let tasks = Environment::real().tasks;
        let mut client = client(house.address).await;
        client.send(format!("PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: {count}\r\n\r\n")).await;
        let mut line = upstream.accept().await;
        line.head().await;
        let (mut read, mut write) = client.0.into_split();
        let piece = vec![7; PIECE];
        let sending = tasks.spawn(async move {
            for _ in 0..count / PIECE {
                write.write_all(&piece).await.unwrap();
            }
            write
        });
        let mut space = vec![0; PIECE];
        for _ in 0..count / PIECE {
            patiently("the upload", line.0.read_exact(&mut space)).await.unwrap();
        }
        line.send(EMPTY).await;
        let mut write = patiently("the end of the upload", sending).await.unwrap();
        let mut answer = vec![0; EMPTY.len()];
        patiently("the answer", read.read_exact(&mut answer)).await.unwrap();

        write.write_all(get("/b/k").as_bytes()).await.unwrap();
        line.head().await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {count}\r\n\r\n");
        line.send(&head).await;
        let piece = vec![7; PIECE];
        let sending = tasks.spawn(async move {
            for _ in 0..count / PIECE {
                line.0.write_all(&piece).await.unwrap();
            }
        });
        let mut got = vec![0; head.len()];
        patiently("the head", read.read_exact(&mut got)).await.unwrap();
        for _ in 0..count / PIECE {
            patiently("the download", read.read_exact(&mut space)).await.unwrap();
        }
        patiently("the end of the download", sending).await.unwrap();
    }

    /// Downloads in the middle of which all are at the same time.
    async fn thousand_streams(house: &House, upstream: Upstream, count: usize) {
        let tasks = Environment::real().tasks;
        let address = house.address;
        let middle = Arc::new(Barrier::new(count));
        let half = 256 << 10;
        let content = Arc::new(vec![7; half]);
        let meeting = Arc::clone(&middle);
        let serving = tasks.spawn(async move {
            let mut lines = Vec::with_capacity(count);
            for _ in 0..count {
                let mut line = upstream.accept().await;
                let (meeting, content) = (Arc::clone(&meeting), Arc::clone(&content));
                lines.push(Environment::real().tasks.spawn(async move {
                    line.head().await;
                    line.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 2 * half)).await;
                    line.send(content.as_slice()).await;
                    meeting.wait().await;
                    line.send(content.as_slice()).await;
                    line
                }));
            }
            for line in lines {
                drop(line.await.unwrap());
            }
        });
        let reading = (0..count).map(|_| {
            tasks.spawn(async move {
                let mut client = client(address).await;
                client.send(get("/b/k")).await;
                client.head().await;
                let mut space = vec![0; 8 << 10];
                for _ in 0..2 * half / space.len() {
                    patiently("a stream", client.0.read_exact(&mut space)).await.unwrap();
                }
            })
        });
        for reader in reading.collect::<Vec<_>>() {
            reader.await.unwrap();
        }
        serving.await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn neither_large_bodies_nor_many_streams_fill_the_memory() {
        let upstream = Upstream::start().await;
        let house = House::in_front_of(upstream.address()).await;
        up_and_down(&house, &upstream, 8 * MIB).await;
        let (before, _) = resident();
        up_and_down(&house, &upstream, 512 * MIB).await;
        let (_, peak) = resident();
        assert!(peak < before + 64 * MIB, "from {before} to {peak} bytes for one body");

        let (before, _) = resident();
        thousand_streams(&house, upstream, 1000).await;
        let (_, peak) = resident();
        // Part of it is the test's own: for each stream a client with its space, an upstream, and two records on a
        // disk in memory.
        assert!(peak < before + 128 * MIB, "from {before} to {peak} bytes for 1,000 streams");
        println!("1,000 streams: from {} to {} MiB", before / MIB, peak / MIB);
        assert_eq!(house.wait_for_events(2 * 2 + 1000).await.len(), 1004);
    }
}

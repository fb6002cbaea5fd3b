//! The accept loop. It is our own, since a fault must be able to close a connection.

use std::io;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use crate::http::exchange::exchange;
use crate::life;
use crate::world::Shared;

/// What the handle tells the server. The reply says that it is done.
#[derive(Debug)]
pub(crate) enum Command {
    /// Close the listener and all connections.
    GoDown(std::sync::mpsc::Sender<()>),
    /// Listen again.
    ComeUp(
        std::net::TcpListener,
        std::sync::mpsc::Sender<io::Result<()>>,
    ),
    /// Kill all processes and end.
    Stop,
}

/// How long to wait for the end of killed processes.
const STOP_ROUNDS: u32 = 200;
const STOP_ROUND: Duration = Duration::from_millis(5);

/// Serves until told to stop.
pub(crate) async fn serve(
    world: Shared,
    listener: TcpListener,
    mut commands: UnboundedReceiver<Command>,
    mut births: UnboundedReceiver<String>,
) {
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            stream = accept(listener.as_ref()) => {
                connections.spawn(talk(world.clone(), stream));
            }
            Some(_) = connections.join_next() => {}
            Some(id) = births.recv() => {
                tokio::spawn(life::live(world.clone(), id));
            }
            command = commands.recv() => match command {
                Some(Command::GoDown(done)) => {
                    listener = None;
                    connections.shutdown().await;
                    // Nobody waits any more if the handle is gone.
                    let _ = done.send(());
                }
                Some(Command::ComeUp(socket, done)) => {
                    let result = TcpListener::from_std(socket).map(|it| listener = Some(it));
                    let _ = done.send(result);
                }
                Some(Command::Stop) | None => break,
            },
        }
    }
    drop(listener);
    connections.shutdown().await;
    for _ in 0..STOP_ROUNDS {
        if !life::kill_everything(&world) {
            break;
        }
        tokio::time::sleep(STOP_ROUND).await;
    }
}

/// Waits forever while there is no listener.
async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    loop {
        match listener {
            Some(listener) => match listener.accept().await {
                Ok((stream, _)) => return stream,
                // Too many open files, or a client that is gone already.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            None => std::future::pending().await,
        }
    }
}

async fn talk(world: Shared, stream: TcpStream) {
    // Small answers shall not wait for more bytes; without it, they are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| exchange(world.clone(), request));
    // An error is a connection that was cut, by a fault or by the client.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

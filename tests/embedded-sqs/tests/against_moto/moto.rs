//! A moto server in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// The version whose deviations are written down here.
const VERSION: &str = "5.2.1";

pub struct Moto {
    process: Child,
    address: SocketAddr,
}

impl Moto {
    /// Starts moto on a free port, and answers when it listens; else why there is none.
    pub fn start() -> Result<Self, String> {
        let found = Command::new("python3")
            .args(["-c", "import moto; print(moto.__version__)"])
            .output();
        let found = found.map_err(|error| format!("python3 does not start: {error}"))?;
        let version = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        if !found.status.success() {
            return Err(format!(
                "python3 has no moto; pip install 'moto[server]=={VERSION}'"
            ));
        }
        if version != VERSION {
            return Err(format!(
                "python3 has moto {version}, and the deviations here are those of {VERSION}"
            ));
        }
        let mut process = Command::new("python3")
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("moto does not start: {error}"))?;
        let said = process.stderr.take().ok_or("moto has no stderr")?;
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        let address = lines.by_ref().find_map(|line| {
            // It listens before it says ` * Running on http://127.0.0.1:41234`.
            line.split_once("Running on http://")?.1.trim().parse().ok()
        });
        let Some(address) = address else {
            let _ = process.kill();
            let _ = process.wait();
            return Err(format!(
                "moto {VERSION} ended before it listened (is moto[server] installed?)"
            ));
        };
        // Someone has to read its log, or it would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { process, address })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! Building the functions, as anybody would: with cargo.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The functions' binaries by name, and the clock shim.
#[derive(Debug, Clone)]
pub struct Binaries {
    functions: BTreeMap<String, PathBuf>,
    shim: Option<PathBuf>,
}

/// Why there are no binaries.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// cargo did not run.
    #[error("cargo did not run: {0}")]
    NoCargo(#[source] std::io::Error),
    /// The build failed; cargo has said why on standard error.
    #[error("the functions did not build; see cargo's words above")]
    Failed,
    /// A folder of `functions/` gave no binary.
    #[error("functions/{0} gave no binary of its name")]
    Missing(String),
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .components()
        .collect()
}

impl Binaries {
    /// Builds every folder of `functions/`, and the clock shim if it is wanted.
    pub fn build(release: bool, shim: bool) -> Result<Self, BuildError> {
        let names = folders().map_err(BuildError::NoCargo)?;
        let cargo = option_env!("CARGO").unwrap_or("cargo");
        let mut command = Command::new(cargo);
        command
            .current_dir(root())
            .args(["build", "--quiet", "--message-format=json-render-diagnostics"]);
        for name in &names {
            command.args(["-p", name]);
        }
        if shim {
            command.args(["-p", "clock-shim"]);
        }
        if release {
            command.arg("--release");
        }
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .map_err(BuildError::NoCargo)?;
        if !output.status.success() {
            return Err(BuildError::Failed);
        }
        let mut functions = BTreeMap::new();
        let mut library = None;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let name = message["target"]["name"]
                .as_str()
                .unwrap_or_default()
                .replace('_', "-");
            if let Some(path) = message["executable"].as_str() {
                functions.insert(name, PathBuf::from(path));
            } else if name == "clock-shim" {
                library = message["filenames"][0].as_str().map(PathBuf::from);
            }
        }
        if let Some(missing) = names.iter().find(|name| !functions.contains_key(*name)) {
            return Err(BuildError::Missing(missing.clone()));
        }
        Ok(Self {
            functions,
            shim: library,
        })
    }

    /// The binary of a function.
    pub fn function(&self, name: &str) -> Option<&Path> {
        self.functions.get(name).map(PathBuf::as_path)
    }

    /// The clock shim.
    pub fn shim(&self) -> Option<&Path> {
        self.shim.as_deref()
    }
}

fn folders() -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root().join("functions"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

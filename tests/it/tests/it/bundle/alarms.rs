//! The alarms: whoever gets the mail finds a paragraph about it in the README.

use std::collections::BTreeSet;

use super::{everything_on, read, root};

/// The names in bold with which a paragraph of the README begins, such as `**ImportDeadLetters**, **ConfirmDeadLetters**:`.
fn titles(readme: &str) -> BTreeSet<&str> {
    let paragraphs = readme.split("\n\n").map(str::trim_start);
    let heads = paragraphs
        .filter(|paragraph| paragraph.starts_with("**"))
        .filter_map(|paragraph| paragraph.split_once(':'));
    heads
        .flat_map(|(head, _)| head.split("**").skip(1).step_by(2))
        .collect()
}

/// The alarms' logical ids, without the word that all of them end in.
fn alarms() -> BTreeSet<String> {
    let alarms = everything_on().alarms.into_iter();
    let name = |id: String| {
        id.strip_suffix("Alarm")
            .unwrap_or_else(|| panic!("{id}"))
            .to_owned()
    };
    alarms.map(|alarm| name(alarm.logical_id)).collect()
}

#[test]
fn every_alarm_has_a_paragraph_in_the_readme() {
    let readme = read(&root().join("README.md"));
    let titles = titles(&readme);
    let alarms = alarms();
    let missing: Vec<&String> = alarms
        .iter()
        .filter(|alarm| !titles.contains(alarm.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "README.md has no paragraph **…** for {missing:?}"
    );
}

#[test]
fn the_readme_names_no_alarm_that_is_not_there() {
    let readme = read(&root().join("README.md"));
    // A name like an alarm's is one word of several, each with a capital.
    let is_one = |title: &&str| {
        title.chars().all(char::is_alphanumeric) && title.chars().filter(|c| c.is_uppercase()).count() > 1
    };
    let alarms = alarms();
    let invented: Vec<&str> = titles(&readme)
        .into_iter()
        .filter(is_one)
        .filter(|title| !alarms.contains(*title))
        .collect();
    assert!(invented.is_empty(), "no alarm is called {invented:?}");
}

/// What follows a word of the README's shell commands, such as `relay` in `relay CheckSetup '{}'`.
fn asked_of<'a>(readme: &'a str, word: &str) -> BTreeSet<&'a str> {
    let after = readme.match_indices(word).filter_map(|(at, _)| {
        let is_a_word = !readme[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name = readme[at + word.len()..].strip_prefix(' ')?;
        let name = name.split(|c: char| !c.is_alphanumeric()).next()?;
        (is_a_word && name.starts_with(char::is_uppercase)).then_some(name)
    });
    after.collect()
}

#[test]
fn the_readmes_commands_name_parts_of_the_stack_that_are_there() {
    let readme = read(&root().join("README.md"));
    let template = read(&root().join("template.yaml"));
    let (_, resources) = template.split_once("\nResources:\n").unwrap();
    let (resources, _) = resources.split_once("\nOutputs:\n").unwrap();
    let parts = asked_of(&readme, "$(of");
    assert!(!parts.is_empty(), "the README's commands ask in another way");
    let missing: Vec<&str> = parts
        .into_iter()
        .filter(|part| !resources.contains(&format!("\n  {part}:\n")))
        .collect();
    assert!(missing.is_empty(), "the template has no {missing:?}");
    let functions: BTreeSet<String> = everything_on()
        .functions
        .into_values()
        .map(|function| function.logical_id)
        .collect();
    let called = asked_of(&readme, "relay");
    let missing: Vec<&str> = called
        .into_iter()
        .filter(|name| !functions.contains(*name))
        .collect();
    assert!(missing.is_empty(), "no function is called {missing:?}");
}

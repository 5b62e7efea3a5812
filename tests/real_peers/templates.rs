//! The template drivers, as they are before anyone fills them in.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::driver::Driver;
use crate::installed::{example, node, program};

#[test]
fn the_javascript_template_answers_init_and_skips_the_rest() {
    let Some(node) = node("the Node of the JavaScript template") else { return };
    answers_init_and_skips_the_rest(node, &[&template("driver.mjs")]);
}

#[test]
fn the_python_template_answers_init_and_skips_the_rest() {
    let Some(python) = program("python3") else { return };
    answers_init_and_skips_the_rest(python, &[&template("driver.py")]);
}

#[test]
fn the_rust_template_answers_init_and_skips_the_rest() {
    let Some(driver) = example("template-driver") else { return };
    answers_init_and_skips_the_rest(driver, &[]);
}

fn template(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/templates").join(file)
}

fn answers_init_and_skips_the_rest(program: PathBuf, arguments: &[&Path]) {
    let mut command = Command::new(program);
    command.args(arguments);
    let mut driver = Driver::start(command);
    for _ in 0..2 {
        let hello = driver.done("init", json!({"contract": 1, "client_id": "http://localhost"}));
        assert_eq!((&hello["name"], &hello["commands"]), (&json!("my-client"), &json!(["init"])));
        for name in ["start", "callback", "request", "refresh", "logout", "toString"] {
            let answer = driver.ask(name, json!({}));
            assert_eq!((&answer["ok"], &answer["skip"]), (&json!(false), &json!(true)), "{answer}");
        }
    }
    let confidential = driver.ask("init", json!({"contract": 1, "jwk": {"kty": "EC"}}));
    assert_eq!(confidential["skip"], json!(true), "{confidential}");
    driver.end();
}

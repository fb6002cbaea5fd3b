use crate::support::*;
use serde_json::json;

#[test]
fn scratch() {
    let show = |name: &str, ran: Ran| eprintln!("##### {name}\n{ran}");
    at_once([0, 1, 2, 3, 4, 5, 6, 7], |n| match n {
        0 => show(
            "exit 3",
            Setting::of("echo hello; echo there >&2; exit 3")
                .start()
                .run(&["migrate"]),
        ),
        1 => show(
            "exit 0",
            Setting::of("echo hello").start().run(&["migrate"]),
        ),
        2 => show(
            "sidecar",
            Setting::of("sleep 1; echo hello")
                .beside_nonessential("proxy", "echo side; exit 143")
                .start()
                .run(&["migrate"]),
        ),
        3 => {
            let bench = Setting::of("echo hello").admin(&json!({"secrets": [{"name":"X","valueFrom":"arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf"}]})).start();
            show("secret", bench.run(&["migrate"]));
        }
        4 => show(
            "json",
            Setting::of("echo hello; echo at postgres://u:secret@h/d; exit 1")
                .start()
                .run(&["--output", "json", "migrate"]),
        ),
        5 => show("config", Setting::of("").start().run(&["config"])),
        6 => show(
            "unreachable",
            Tool::new("http://127.0.0.1:1", Setting::of("").start().folder()).run(&["migrate"]),
        ),
        _ => show(
            "drain 0",
            Setting::of("echo hello; kill -9 $$")
                .start()
                .run(&["--drain", "0s", "migrate"]),
        ),
    });
}

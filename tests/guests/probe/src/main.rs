//! A command that tries one thing of WASI and prints what came of it: `probe WHAT [ARGUMENT...]`. It uses Rust's standard
//! library where that reaches the host, and the raw imports where only those do; the two are of different WASI versions.

mod clocks;
mod files;
mod raw_files;
mod streams;

use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let Some(what) = arguments.get(1) else {
        eprintln!("usage: probe WHAT [ARGUMENT...]");
        return ExitCode::from(2);
    };
    let rest: Vec<&str> = arguments[2..].iter().map(String::as_str).collect();
    match run(what, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn run(what: &str, arguments: &[&str]) -> Outcome {
    match (what, arguments) {
        ("arguments", rest) => println!("{rest:?}"),
        ("environment", []) => println!("{:?}", std::env::vars().collect::<Vec<_>>()),
        ("directory", []) => println!("{:?}", wasip2::cli::environment::initial_cwd()),
        ("preopens", []) => {
            let directories = wasip2::filesystem::preopens::get_directories();
            println!("{:?}", directories.iter().map(|(_, path)| path).collect::<Vec<_>>());
        }
        ("copy-input", []) => {
            let mut input = Vec::new();
            std::io::stdin().read_to_end(&mut input)?;
            std::io::stdout().write_all(&input)?;
        }
        ("outputs", []) => {
            println!("to stdout");
            eprintln!("to stderr");
        }
        ("much-output", []) => {
            let result = std::io::stdout().write_all(&vec![b'x'; 1_000_000]);
            eprintln!("{:?}", result.err().map(|error| error.kind()));
        }
        ("terminals", []) => println!(
            "{} {} {}",
            std::io::stdin().is_terminal(),
            std::io::stdout().is_terminal(),
            std::io::stderr().is_terminal()
        ),
        ("exit", [code]) => std::process::exit(code.parse()?),
        ("exit-with-code", [code]) => wasip2::cli::exit::exit_with_code(code.parse()?),
        ("exit-result", ["ok"]) => wasip2::cli::exit::exit(Ok(())),
        ("exit-result", ["error"]) => wasip2::cli::exit::exit(Err(())),
        ("random", []) => println!(
            "{:?} {} {:?} {} {:?}",
            wasip2::random::random::get_random_bytes(5),
            wasip2::random::random::get_random_u64(),
            wasip2::random::insecure::get_insecure_random_bytes(3),
            wasip2::random::insecure::get_insecure_random_u64(),
            wasip2::random::insecure_seed::insecure_seed(),
        ),
        ("random-bytes", [length]) => {
            println!("{}", wasip2::random::random::get_random_bytes(length.parse()?).len());
        }
        ("connect", [address]) => drop(std::net::TcpStream::connect(address)?),
        ("udp", []) => {
            drop(wasip2::sockets::udp_create_socket::create_udp_socket(wasip2::sockets::network::IpAddressFamily::Ipv4))
        }
        ("http", []) => drop(wasip2::http::types::Fields::new()),
        ("clocks", rest) => clocks::run(rest)?,
        ("streams", rest) => streams::run(rest)?,
        ("files", rest) => files::run(rest)?,
        ("raw-files", rest) => raw_files::run(rest)?,
        _ => return Err(format!("probe cannot try `{what}` with {arguments:?}").into()),
    }
    Ok(())
}

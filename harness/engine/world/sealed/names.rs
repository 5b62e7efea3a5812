//! The name server of the sealed world.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use atproof_protocol::http::Request;
use simple_dns::rdata::{A, RData, TXT};
use simple_dns::{CLASS, CharacterString, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;

use super::super::{Conduct, site};
use super::{Sealed, SealedError};

/// Where it listens.
const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 53);

/// Longest question, in bytes.
const LONGEST_QUESTION: usize = 4096;

/// How long a connection may last.
const LONGEST_CONNECTION: Duration = Duration::from_secs(30);

/// How long an answer may be kept, in seconds: not at all.
const LIFETIME: u32 = 0;

/// Longest text in a TXT record that is one string.
const LONGEST_STRING: usize = 255;

/// What there is to say of a name.
enum Found {
    Address(Ipv4Addr),
    Texts(Vec<String>),
    /// The name is there, but nothing of the kind that was asked for.
    Nothing,
    Unknown,
    Failure,
}

/// Answers over UDP and TCP.
pub(super) async fn serve(sealed: &Arc<Sealed>) -> Result<(), SealedError> {
    let unheard = |source| SealedError::Listen { address: ADDRESS, source };
    let socket = Arc::new(UdpSocket::bind(ADDRESS).await.map_err(unheard)?);
    let listener = TcpListener::bind(ADDRESS).await.map_err(unheard)?;
    tokio::spawn(datagrams(sealed.clone(), socket));
    let sealed = sealed.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let sealed = sealed.clone();
            tokio::spawn(timeout(LONGEST_CONNECTION, async move {
                // An error on one connection is the client's own affair.
                let _ended = connection(&sealed, stream).await;
            }));
        }
    });
    Ok(())
}

async fn datagrams(sealed: Arc<Sealed>, socket: Arc<UdpSocket>) {
    let mut buffer = [0; LONGEST_QUESTION];
    // An error belongs to an answer that nobody wanted any more.
    loop {
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
            tokio::task::yield_now().await;
            continue;
        };
        let question = buffer.get(..length).unwrap_or_default().to_vec();
        let (sealed, socket) = (sealed.clone(), socket.clone());
        tokio::spawn(async move {
            if let Some(answer) = answer(&sealed, &question).await {
                let _sent = socket.send_to(&answer, from).await;
            }
        });
    }
}

/// Messages with their length before them (RFC 1035, section 4.2.2).
async fn connection(sealed: &Sealed, mut stream: TcpStream) -> std::io::Result<()> {
    loop {
        let length = usize::from(stream.read_u16().await?).min(LONGEST_QUESTION);
        let mut question = vec![0; length];
        stream.read_exact(&mut question).await?;
        let Some(answer) = answer(sealed, &question).await else { return Ok(()) };
        stream.write_u16(u16::try_from(answer.len()).unwrap_or(u16::MAX)).await?;
        stream.write_all(&answer).await?;
    }
}

/// The answer to a message. `None` where there is to be none, or nothing was asked.
async fn answer(sealed: &Sealed, message: &[u8]) -> Option<Vec<u8>> {
    let query = Packet::parse(message).ok()?;
    let question = query.questions.first()?;
    let name = question.qname.to_string().trim_end_matches('.').to_ascii_lowercase();
    let found = match question.qtype {
        QTYPE::TYPE(TYPE::TXT) if name.starts_with(PREFIX) => texts(sealed, &name).await?,
        QTYPE::TYPE(TYPE::A) => sealed.address_of(&name).map_or(Found::Unknown, Found::Address),
        _ => sealed.address_of(&name).map_or(Found::Unknown, |_| Found::Nothing),
    };
    let mut reply = Packet::new_reply(query.id());
    reply.set_flags(PacketFlag::AUTHORITATIVE_ANSWER | PacketFlag::RECURSION_AVAILABLE);
    if query.has_flags(PacketFlag::RECURSION_DESIRED) {
        reply.set_flags(PacketFlag::RECURSION_DESIRED);
    }
    reply.questions.push(question.clone());
    let records: Vec<RData<'_>> = match &found {
        Found::Address(address) => vec![RData::A(A { address: (*address).into() })],
        Found::Texts(texts) => texts.iter().filter_map(|text| record(text)).collect(),
        Found::Nothing => Vec::new(),
        Found::Unknown => {
            *reply.rcode_mut() = RCODE::NameError;
            Vec::new()
        }
        Found::Failure => {
            *reply.rcode_mut() = RCODE::ServerFailure;
            Vec::new()
        }
    };
    for data in records {
        let name = question.qname.clone();
        reply.answers.push(ResourceRecord::new(name, CLASS::IN, LIFETIME, data));
    }
    reply.build_bytes_vec_compressed().ok()
}

/// What the names of TXT records of handles begin with (atproto Handle spec, DNS TXT Method).
const PREFIX: &str = "_atproto.";

/// The texts of a handle, which are an answer of its world like any other.
async fn texts(sealed: &Sealed, name: &str) -> Option<Found> {
    let Some(world) = sealed.world_of(name) else { return Some(Found::Unknown) };
    let question = Request::new("QUERY", format!("{}{name}?type=TXT", site::DNS));
    let delivery = world.answer(&question);
    tokio::time::sleep(delivery.after).await;
    if delivery.conduct != Conduct::Whole {
        return None;
    }
    let body = String::from_utf8_lossy(&delivery.response.body);
    Some(match delivery.response.status {
        200 => Found::Texts(body.lines().map(str::to_owned).collect()),
        404 => Found::Unknown,
        _ => Found::Failure,
    })
}

fn record(text: &str) -> Option<RData<'_>> {
    let mut strings = TXT::new();
    for string in text.as_bytes().chunks(LONGEST_STRING) {
        strings.add_char_string(CharacterString::new(string).ok()?);
    }
    Some(RData::TXT(strings))
}

#[cfg(test)]
mod tests {
    use simple_dns::{Name, Question};

    use super::*;

    async fn ask(name: &str, kind: TYPE) -> (RCODE, Vec<String>) {
        let (_, key) = crate::stage::authority().unwrap();
        let sealed = Sealed::new(&key, "ca.pem".into()).unwrap();
        let mut query = Packet::new_query(7);
        let (kind, class) = (QTYPE::TYPE(kind), simple_dns::QCLASS::CLASS(CLASS::IN));
        query.questions.push(Question::new(Name::new(name).unwrap(), kind, class, false));
        let reply = answer(&sealed, &query.build_bytes_vec().unwrap()).await.unwrap();
        let reply = Packet::parse(&reply).unwrap();
        assert_eq!(reply.id(), 7);
        let data = reply.answers.iter().map(|record| format!("{:?}", record.rdata));
        (reply.rcode(), data.collect())
    }

    #[tokio::test]
    async fn the_directory_is_at_a_public_address_and_others_are_unknown() {
        let (code, answers) = ask("PLC.directory", TYPE::A).await;
        assert_eq!((code, answers.len()), (RCODE::NoError, 1));
        assert!(answers[0].contains(&u32::from(super::super::PUBLIC).to_string()), "{answers:?}");
        assert_eq!(ask("plc.directory", TYPE::AAAA).await, (RCODE::NoError, Vec::new()));
        for (name, kind) in [
            ("example.org", TYPE::A),
            ("localdomain", TYPE::A),
            ("alice.w.atproof.zz", TYPE::A),
            ("_atproto.alice.w.atproof.zz", TYPE::TXT),
        ] {
            assert_eq!(ask(name, kind).await, (RCODE::NameError, Vec::new()), "{name}");
        }
    }

    #[tokio::test]
    async fn what_is_no_question_gets_no_answer() {
        let (_, key) = crate::stage::authority().unwrap();
        let sealed = Sealed::new(&key, "ca.pem".into()).unwrap();
        let empty = Packet::new_query(1).build_bytes_vec().unwrap();
        for message in [&b""[..], b"\0\0", &[0xff; 40], &empty] {
            assert_eq!(answer(&sealed, message).await, None);
        }
    }

    #[test]
    fn long_texts_are_cut_into_strings() {
        let text = "x".repeat(600);
        let Some(RData::TXT(strings)) = record(&text) else { panic!("no record") };
        assert_eq!(String::try_from(strings).unwrap(), text);
    }
}

//! Damages components for tests: at random bytes, and with a knowledge of sections that keeps their sizes right, so that
//! what is damaged is not refused at its first byte. Everything follows from a seed.
#![allow(dead_code, reason = "test programs of two crates share this, and use some of it each")]

/// Numbers that look random and are the same in each run (xorshift64*).
pub struct Random(u64);

impl Random {
    /// `seed` must not be zero.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

/// A copy with a few bytes changed, removed, repeated or inserted, wherever that is.
pub fn damage_bytes(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] = random.next() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
            3 => bytes.insert(at, random.next() as u8),
            4 => {
                let end = (at + 1 + random.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => bytes.truncate(at.max(16)),
        }
    }
    bytes
}

/// A component as its sections.
#[derive(Clone)]
pub struct Component(Vec<Section>);

#[derive(Clone)]
struct Section {
    id: u8,
    body: Body,
}

#[derive(Clone)]
enum Body {
    /// A core module, which stays as it is.
    Module(Vec<u8>),
    Nested(Component),
    Other(Vec<u8>),
}

const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";
const CORE_MODULE: u8 = 1;
const COMPONENT: u8 = 4;

impl Component {
    /// The sections of a sound component.
    pub fn parse(bytes: &[u8]) -> Component {
        let mut rest = bytes.strip_prefix(HEADER).expect("a component's header");
        let mut sections = Vec::new();
        while let [id, tail @ ..] = rest {
            let (size, width) = read_number(tail).expect("a section's size");
            let (body, after) = tail[width..].split_at(size as usize);
            let body = match *id {
                CORE_MODULE => Body::Module(body.to_vec()),
                COMPONENT => Body::Nested(Component::parse(body)),
                _ => Body::Other(body.to_vec()),
            };
            sections.push(Section { id: *id, body });
            rest = after;
        }
        Component(sections)
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = HEADER.to_vec();
        for section in &self.0 {
            let nested;
            let body = match &section.body {
                Body::Module(body) | Body::Other(body) => body,
                Body::Nested(component) => {
                    nested = component.encode();
                    &nested
                }
            };
            bytes.push(section.id);
            write_number(&mut bytes, body.len() as u64);
            bytes.extend_from_slice(body);
        }
        bytes
    }

    /// A copy with a few sections moved, repeated, removed, borrowed from `other`, or changed inside.
    pub fn damaged(&self, other: &Component, random: &mut Random) -> Component {
        let mut copy = self.clone();
        for _ in 0..=random.below(3) {
            copy.damage(other, random);
        }
        copy
    }

    fn damage(&mut self, other: &Component, random: &mut Random) {
        let sections = &mut self.0;
        if sections.is_empty() {
            return;
        }
        let at = random.below(sections.len());
        let elsewhere = random.below(sections.len());
        match random.below(16) {
            0 => sections.swap(at, elsewhere),
            1 => sections.insert(elsewhere, sections[at].clone()),
            2 => drop(sections.remove(at)),
            3 if !other.0.is_empty() => sections.insert(at, other.0[random.below(other.0.len())].clone()),
            4 => sections[at].id = random.below(14) as u8,
            _ => match &mut sections[at].body {
                Body::Module(_) => {}
                Body::Nested(component) => component.damage(other, random),
                Body::Other(body) => damage_section(body, random),
            },
        }
    }
}

/// Changes a number, or a few bytes, of a section's contents.
fn damage_section(body: &mut Vec<u8>, random: &mut Random) {
    if body.is_empty() {
        return;
    }
    let at = random.below(body.len());
    match random.below(4) {
        0 => *body = damage_bytes(body, random),
        1 => body[at] ^= 1 << random.below(8),
        _ => {
            let Some((number, width)) = read_number(&body[at..]) else { return };
            let changed = match random.below(8) {
                0 => number + 1,
                1 => number.saturating_sub(1),
                2 => 0,
                3 => u64::from(u32::MAX),
                4 => 1 << 31,
                5 => random.below(8) as u64,
                6 => random.below(64) as u64,
                _ => random.next() >> 28,
            };
            let mut encoded = Vec::new();
            write_number(&mut encoded, changed);
            body.splice(at..at + width, encoded);
        }
    }
}

/// A number in LEB128, and its width.
fn read_number(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0;
    for (place, byte) in bytes.iter().take(5).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, place + 1));
        }
    }
    None
}

fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

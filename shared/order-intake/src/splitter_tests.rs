use super::*;

const CAP: usize = 4096;

type Cut = (Vec<Piece>, Ending, usize);

/// Cuts chunks and says how large the buffer grew.
fn cut_chunks<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, cap: usize, whole: bool) -> Cut {
    let mut splitter = Splitter::new("OrderId", cap);
    let mut out = VecDeque::new();
    let mut largest = 0;
    for chunk in chunks {
        splitter.feed(chunk, &mut out);
        largest = largest.max(splitter.record.len());
    }
    let ending = splitter.end(whole, &mut out);
    (out.into(), ending, largest)
}

fn cut(body: &str) -> (Vec<Piece>, Ending) {
    let (pieces, ending, _) = cut_chunks([body.as_bytes()], CAP, true);
    (pieces, ending)
}

fn record(text: &str) -> Piece {
    Piece::Record {
        bytes: text.into(),
        salvaged: false,
    }
}

fn salvaged(text: &str) -> Piece {
    Piece::Record {
        bytes: text.into(),
        salvaged: true,
    }
}

fn malformed(text: &str, fault: &'static str) -> Piece {
    Piece::Malformed {
        bytes: text.into(),
        fault,
    }
}

const NOT_JSON: &str = "the record is not JSON";
const BRACKET: &str = "a bracket closes another kind of bracket";
const ENDED: &str = "the answer ended inside this record";
const BEHIND: &str = "it stands behind the end of the array";
const NO_ARRAY: &str = "the answer is no array of records";

/// A body, its pieces and how it ends.
type Row = (&'static str, Vec<Piece>, Ending);

fn sound() -> Vec<Row> {
    let complete = Ending::Complete;
    vec![
        ("", vec![], complete),
        (" \r\n\t ", vec![], complete),
        ("[]", vec![], complete),
        (" [ ] \n", vec![], complete),
        ("null", vec![], complete),
        (" null\n", vec![], complete),
        (
            "\u{feff}[{\"OrderId\":1}]",
            vec![record(r#"{"OrderId":1}"#)],
            complete,
        ),
        (
            "[ {\"OrderId\": 1 ,\n \"a\" : [ ] }\r\n , {\"OrderId\":2} ]\n",
            vec![
                record("{\"OrderId\": 1 ,\n \"a\" : [ ] }"),
                record(r#"{"OrderId":2}"#),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1,"a":[[{"b":"]}\"}{[\\"}],{}]},{"OrderId":2,"n":"},{\"OrderId\""}]"#,
            vec![
                record(r#"{"OrderId":1,"a":[[{"b":"]}\"}{[\\"}],{}]}"#),
                record(r#"{"OrderId":2,"n":"},{\"OrderId\""}"#),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1,"n":"Größe “M” 尺寸 👕"},{"OrderId":2,"n":"\ud83d\udc55"}]"#,
            vec![
                record(r#"{"OrderId":1,"n":"Größe “M” 尺寸 👕"}"#),
                record(r#"{"OrderId":2,"n":"\ud83d\udc55"}"#),
            ],
            complete,
        ),
        (
            r#"[null,-1.5e3 ,"a]}",true,[1,[2]],{}]"#,
            ["null", "-1.5e3", r#""a]}""#, "true", "[1,[2]]", "{}"]
                .map(record)
                .into(),
            complete,
        ),
        (
            r#"[{"OrderId":1,"lines":[{"OrderId":1,"s":"M"},{"OrderId":1,"s":"L"}]},{"OrderId":2}]"#,
            vec![
                record(r#"{"OrderId":1,"lines":[{"OrderId":1,"s":"M"},{"OrderId":1,"s":"L"}]}"#),
                record(r#"{"OrderId":2}"#),
            ],
            complete,
        ),
        (" {\"OrderId\":1} ", vec![record(r#"{"OrderId":1}"#)], complete),
        (
            r#"[,{"OrderId":1},,{"OrderId":2},]"#,
            vec![record(r#"{"OrderId":1}"#), record(r#"{"OrderId":2}"#)],
            complete,
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn broken_records() -> Vec<Row> {
    let (complete, off) = (Ending::Complete, Ending::BrokenOff);
    let (two, three) = (r#"{"OrderId":2}"#, r#"{"OrderId":3}"#);
    vec![
        // A wrong bracket; a missing one, which would swallow the next records.
        (
            r#"[{"OrderId":1,"a":[1}},{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,"a":[1}}"#, BRACKET),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1,"a":{"b":1},{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,"a":{"b":1}"#, BRACKET),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1,"a":2,{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,"a":2"#, BRACKET),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1}],{"OrderId":2},{"OrderId":3}]"#,
            vec![record(r#"{"OrderId":1}"#), salvaged(two), salvaged(three)],
            complete,
        ),
        // One quote too few, one too many.
        (
            r#"[{"OrderId":1,"n":"abc,"x":2},{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,"n":"abc,"x":2}"#, ENDED),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1,"n":"3" x 5"},{"OrderId":2,"n":"a}b"},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,"n":"3" x 5"}"#, NOT_JSON),
                salvaged(r#"{"OrderId":2,"n":"a}b"}"#),
                salvaged(three),
            ],
            complete,
        ),
        // A comma, a colon, a word too many: the brackets are right, so the next record stands where it should.
        (
            r#"[{"OrderId":1,},{"OrderId":2}, {"x":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,}"#, NOT_JSON),
                record(two),
                record(r#"{"x":3}"#),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1},{"OrderId":NaN}]"#,
            vec![
                record(r#"{"OrderId":1}"#),
                malformed(r#"{"OrderId":NaN}"#, NOT_JSON),
            ],
            complete,
        ),
        (
            r#"[nul,{"OrderId":2}]"#,
            vec![malformed("nul", NOT_JSON), record(two)],
            complete,
        ),
        // A bracket too many closes the record early.
        (
            r#"[{"OrderId":1}},{"OrderId":2}]"#,
            vec![record(r#"{"OrderId":1}"#), malformed("}", BRACKET), record(two)],
            complete,
        ),
        // First, last, two in a row.
        (
            r#"[{"OrderId":1]},{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1]}"#, BRACKET),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":2},{"OrderId":3},{"OrderId":1]}]"#,
            vec![
                record(two),
                record(three),
                malformed(r#"{"OrderId":1]}]"#, BRACKET),
            ],
            off,
        ),
        (
            r#"[{"OrderId":2},{"OrderId":1,"n":"a]"#,
            vec![record(two), malformed(r#"{"OrderId":1,"n":"a]"#, ENDED)],
            off,
        ),
        (
            r#"[{"OrderId":1]},{"OrderId":4]},{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1]}"#, BRACKET),
                malformed(r#"{"OrderId":4]}"#, BRACKET),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1,"a":[{"b":1},{"OrderId":4,"a":[{"b":1},{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,"a":[{"b":1}"#, ENDED),
                malformed(r#"{"OrderId":4,"a":[{"b":1}"#, ENDED),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        // The next record was found inside the broken one: the end of that array is not the end of the answer.
        (
            r#"[{"OrderId":1,"a":[1},"lines":[{"OrderId":1,"s":"M"},{"OrderId":1,"s":"L"}],"t":5},{"OrderId":2},{"OrderId":3}]"#,
            vec![
                malformed(r#"{"OrderId":1,"a":[1},"lines":[{"OrderId":1,"s":"M"}"#, BRACKET),
                salvaged(r#"{"OrderId":1,"s":"L"}"#),
                malformed(r#","t":5}"#, BEHIND),
                salvaged(two),
                salvaged(three),
            ],
            complete,
        ),
        (
            r#"[{"OrderId":1,"a":[1},"l":[{"OrderId":1},{"OrderId":1}]}]"#,
            vec![
                malformed(r#"{"OrderId":1,"a":[1},"l":[{"OrderId":1}"#, BRACKET),
                salvaged(r#"{"OrderId":1}"#),
                malformed("}]", BEHIND),
            ],
            off,
        ),
        // Text behind the array, and no array at all.
        (
            r#"[{"OrderId":2}] <!-- 12 ms -->"#,
            vec![record(two), malformed("<!-- 12 ms -->", BEHIND)],
            complete,
        ),
        (
            r#"[{"OrderId":1}],[{"OrderId":4},{"OrderId":2}]"#,
            vec![
                record(r#"{"OrderId":1}"#),
                malformed(r#",[{"OrderId":4}"#, BEHIND),
                salvaged(two),
            ],
            complete,
        ),
        (
            r#"{"OrderId":2}{"OrderId":3}"#,
            vec![record(two), malformed(three, BEHIND)],
            complete,
        ),
        (
            "<html>\n<p>Service, [not] available</p>",
            vec![malformed("<html>\n<p>Service, [not] available</p>", NO_ARRAY)],
            off,
        ),
        ("nullnull", vec![malformed("nullnull", NO_ARRAY)], off),
        ("17", vec![malformed("17", NO_ARRAY)], off),
        (r#"{"OrderId":1"#, vec![malformed(r#"{"OrderId":1"#, ENDED)], off),
        // It ended between records.
        (r#"[{"OrderId":2},"#, vec![record(two)], off),
        ("[", vec![], off),
    ]
}

#[test]
fn a_sound_answer_is_cut_into_its_elements() {
    for (body, pieces, ending) in sound() {
        assert_eq!(cut(body), (pieces, ending), "{body}");
    }
}

#[test]
fn a_broken_record_does_not_take_the_next_ones_with_it() {
    for (body, pieces, ending) in broken_records() {
        assert_eq!(cut(body), (pieces, ending), "{body}");
    }
}

#[test]
fn where_the_chunks_end_does_not_matter() {
    for (body, pieces, ending) in sound().into_iter().chain(broken_records()) {
        let bytes = body.as_bytes();
        for place in 0..=bytes.len() {
            let (head, tail) = bytes.split_at(place);
            let (got, ended, _) = cut_chunks([head, tail], CAP, true);
            assert_eq!((got, ended), (pieces.clone(), ending), "{body} cut at {place}");
        }
        let (got, ended, _) = cut_chunks(bytes.chunks(1), CAP, true);
        assert_eq!((got, ended), (pieces, ending), "{body} byte by byte");
    }
}

#[test]
fn where_the_transport_breaks_the_unfinished_record_is_no_record() {
    let body = br#"[{"OrderId":1,"n":"a"},{"OrderId":2,"n":"b"}]"#;
    for place in 0..body.len() {
        let (pieces, ending, _) = cut_chunks([&body[..place]], CAP, false);
        let whole = [r#"{"OrderId":1,"n":"a"}"#, r#"{"OrderId":2,"n":"b"}"#];
        let count = usize::from(place >= 22) + usize::from(place >= 44);
        let expected: Vec<Piece> = whole[..count].iter().map(|text| record(text)).collect();
        assert_eq!((pieces, ending), (expected, Ending::BrokenOff), "at {place}");
    }
}

#[test]
fn a_record_beyond_the_cap_is_malformed_and_the_next_is_found() {
    let large = format!(r#"{{"OrderId":1,"n":"{}"}}"#, "x".repeat(100));
    let fits = format!(r#"{{"OrderId":3,"n":"{}"}}"#, "x".repeat(80));
    let body = format!(r#"[{large},{{"OrderId":2}},{fits}]"#);
    let (pieces, ending, _) = cut_chunks([body.as_bytes()], fits.len(), true);
    let expected = vec![
        malformed(&large, "the record is larger than a record may be"),
        salvaged(r#"{"OrderId":2}"#),
        salvaged(&fits),
    ];
    assert_eq!((pieces, ending), (expected, Ending::Complete));
}

#[test]
fn a_broken_record_without_end_does_not_fill_the_memory() {
    let cap = 1000;
    let endless = "x".repeat(20_000);
    let body = format!(r#"[{{"OrderId":1,"n":"{endless}"}},{{"OrderId":2}}]"#);
    let (pieces, ending, largest) = cut_chunks(body.as_bytes().chunks(7), cap, true);
    assert!(largest <= 2 * cap, "{largest}");
    assert_eq!(pieces.last(), Some(&salvaged(r#"{"OrderId":2}"#)));
    let kept: usize = pieces[..pieces.len() - 1]
        .iter()
        .map(|piece| match piece {
            Piece::Malformed { bytes, .. } => bytes.iter().filter(|byte| **byte == b'x').count(),
            Piece::Record { .. } => unreachable!("{piece:?}"),
        })
        .sum();
    assert_eq!((kept, ending), (20_000, Ending::Complete));
}

#[test]
fn one_broken_record_among_two_thousand_costs_only_itself() {
    let order = |id: u32| format!(r#"{{"OrderId":{id},"n":"{}"}}"#, "x".repeat(2500));
    let mut all: Vec<String> = (1..=2000).map(order).collect();
    // Without its closing bracket it would swallow the rest of the answer.
    all[999].pop();
    let body = format!("[{}]", all.join(","));
    let (pieces, ending, _) = cut_chunks(body.as_bytes().chunks(16 * 1024), 8 * 1024 * 1024, true);
    assert_eq!((pieces.len(), ending), (2000, Ending::Complete));
    for (place, piece) in pieces.iter().enumerate() {
        let expected = match place {
            ..999 => record(&all[place]),
            999 => malformed(&all[place], BRACKET),
            _ => salvaged(&all[place]),
        };
        assert!(*piece == expected, "record {}", place + 1);
    }
}

/// Numerical Recipes' linear congruential generator: the same cases on every machine.
struct Draw(u32);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % n
    }
}

#[test]
fn no_text_whatever_loses_a_byte_or_depends_on_its_chunks() {
    const PARTS: [&str; 18] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        " ",
        "1",
        "null",
        "\"OrderId\"",
        "{\"OrderId\":7}",
        "},{\"OrderId\"",
        "x",
        "\u{fc}",
        "{\"a\":[1,2]}",
        "\u{0}",
    ];
    let mut draw = Draw(1);
    for case in 0..20_000 {
        let text: String = (0..draw.below(24))
            .map(|_| PARTS[draw.below(PARTS.len())])
            .collect();
        let body = if case % 2 == 0 { format!("[{text}") } else { text };
        let cap = [8, 40, CAP][draw.below(3)];
        let place = (0..=body.len()).nth(draw.below(body.len() + 1)).unwrap();
        let (head, tail) = body.as_bytes().split_at(place);
        let (pieces, ending, largest) = cut_chunks([head, tail], cap, true);
        let (again, ended, _) = cut_chunks(body.as_bytes().chunks(1), cap, true);
        assert_eq!((&pieces, ending), (&again, ended), "{body:?} at {place}");
        assert!(largest <= 2 * cap, "{body:?}: {largest}");
        // An answer that is nothing but `null` says that there is nothing.
        if body.trim() != "null" {
            assert_eq!(
                letters(body.as_bytes()),
                letters(&text_of(&pieces)),
                "{body:?}: {pieces:?}"
            );
        }
    }
}

#[test]
fn no_bytes_whatever_make_it_panic() {
    let mut draw = Draw(2);
    for _ in 0..20_000 {
        let body: Vec<u8> = (0..draw.below(40)).map(|_| draw.below(256) as u8).collect();
        cut_chunks([&body[..]], 16, draw.below(2) == 0);
    }
}

fn text_of(pieces: &[Piece]) -> Vec<u8> {
    let bytes = pieces.iter().map(|piece| match piece {
        Piece::Record { bytes, .. } | Piece::Malformed { bytes, .. } => &bytes[..],
    });
    bytes.collect::<Vec<_>>().concat()
}

/// What a text says, without brackets, commas and blanks.
fn letters(text: &[u8]) -> Vec<u8> {
    let said = text.iter().filter(|byte| !b"[], ".contains(byte));
    said.copied().collect()
}

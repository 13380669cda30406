use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const GOOD: &str = "clip,label,predicted,logit_happy,logit_sad,error\n\
                    00001,happy,sad,-1.5,0.25,\n\
                    00002,sad,,,,\"no frame, \"\"none\"\"\"\n";

fn parse(text: &str) -> Result<Predictions> {
    Predictions::from_csv("p.csv".as_ref(), text.as_bytes())
}

#[test]
fn reads_and_writes_the_same() {
    let predictions = parse(GOOD).unwrap();
    assert_eq!(predictions.classes().names(), ["happy", "sad"]);
    assert_eq!(predictions.clips()[0].outcome, Ok(vec![-1.5, 0.25]));
    assert_eq!(
        predictions.clips()[1].outcome,
        Err("no frame, \"none\"".to_owned())
    );
    assert_eq!(predictions.to_csv(), GOOD);
    // As a spreadsheet saves it.
    let saved = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(parse(&saved).unwrap(), predictions);
}

#[test]
fn a_logit_survives_as_it_was() {
    for x in [f32::MIN_POSITIVE, 1e-45, f32::MAX, -0.0, 0.1, 16_777_217.0] {
        let outcome = Ok(vec![x, -f32::MAX]);
        let (id, label) = ("a".to_owned(), 0);
        let clip = JudgedClip { id, label, outcome };
        let classes = Vocabulary::new(["happy", "sad"]).unwrap();
        let wrote = Predictions::new(classes, vec![clip]).unwrap();
        let read = parse(&wrote.to_csv()).unwrap();
        let Ok(logits) = &read.clips()[0].outcome else {
            panic!("{x} came back as unread")
        };
        assert_eq!(logits[0].to_bits(), x.to_bits());
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    let row = |row: &str| format!("{GOOD}{row}\n");
    for (text, says) in [
        (String::new(), "p.csv: the file is empty"),
        ("\n\n".into(), "p.csv: the file is empty"),
        (
            "00001,happy,sad,-1.5,0.25,\n".into(),
            "should start with clip,label",
        ),
        (
            "clip,label,predicted,error\n".into(),
            "p.csv: the columns logit_",
        ),
        (
            "clip,label,predicted,logit_a,logit_A,error\n".into(),
            "are the same",
        ),
        (
            "clip,label,predicted,logit_a,b,error\n".into(),
            "no file of predictions",
        ),
        (GOOD.lines().next().unwrap().into(), "a header but no clip"),
        (
            row("3,happy,sad,0,1"),
            "p.csv, row 4: it has 5 cells, but the header has 6",
        ),
        (row("3,happy,sad,0,1,,"), "row 4: it has 7 cells"),
        (
            row("3,joyful,sad,0,1,"),
            "row 4: label is \"joyful\", which is not among happy, sad",
        ),
        (row("3,,sad,0,1,"), "row 4: label is \"\""),
        (row("3,sad,calm,0,1,"), "row 4: predicted is \"calm\""),
        (row("3,sad,happy,0,1,"), "the largest logit is that of sad"),
        (row("3,sad,,0,1,"), "row 4: predicted is \"\""),
        (row("3,sad,sad,NaN,1,"), "row 4: the logit of happy is NaN"),
        (row("3,sad,sad,1,inf,"), "row 4: the logit of sad is inf"),
        (row("3,sad,sad,1,1e39,"), "row 4: the logit of sad is inf"),
        (
            row("3,sad,sad,1,x,"),
            "row 4: logit_sad is \"x\", which is no number",
        ),
        (row("3,sad,sad,1,,"), "row 4: logit_sad is \"\""),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}\n  lacks: {says}");
    }
}

#[test]
fn bytes_of_all_kinds_are_no_panic() {
    let latin = [GOOD.as_bytes(), b"3,happy,sad,0,1,\xe9\n"].concat();
    let error = Predictions::from_csv("p.csv".as_ref(), &latin).unwrap_err();
    assert!(
        error.to_string().contains("row 4: this is not UTF-8"),
        "{error}"
    );
    let zeros = vec![0; 100_000];
    let error = Predictions::from_csv("p.csv".as_ref(), &zeros).unwrap_err();
    assert!(error.to_string().len() < 700, "{error}");
    // Cut anywhere, it reads as fewer clips or is refused; a logit is never a shorter number.
    let whole = parse(GOOD).unwrap();
    for end in 0..GOOD.len() {
        if let Ok(part) = parse(&GOOD[..end]) {
            assert_eq!(part.clips()[0], whole.clips()[0], "cut at {end}");
        }
    }
}

#[test]
fn whatever_is_accepted_is_understood() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let alphabet = b"\"\n\r,;.-0123456789einfNaN\0\xff logit_hapysd";
    let mut accepted = 0;
    for _ in 0..20_000 {
        let mut bytes = GOOD.as_bytes().to_vec();
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..bytes.len());
            bytes[at] = alphabet[rng.random_range(0..alphabet.len())];
        }
        if let Ok(read) = Predictions::from_csv("p.csv".as_ref(), &bytes) {
            accepted += 1;
            assert_eq!(parse(&read.to_csv()).unwrap(), read);
        }
    }
    assert!(accepted > 1000, "{accepted}: too few to say anything");
}

#[test]
fn writes_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("predictions.csv");
    let predictions = parse(GOOD).unwrap();
    predictions.write_csv(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), GOOD);
    assert_eq!(Predictions::read_csv(&path).unwrap(), predictions);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    let error = predictions.write_csv(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("cannot write "), "{error}");
    let error = Predictions::read_csv(&dir.path().join("no.csv")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}

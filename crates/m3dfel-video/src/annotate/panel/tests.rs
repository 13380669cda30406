use super::super::palette::CLASSES;
use super::*;

fn rect() -> Rect {
    Rect {
        left: 1.0,
        top: 1.0,
        width: 9.0,
        height: 9.0,
    }
}

/// Faces by number, with their first and last frames.
fn notes(faces: &[(TrackId, usize, usize)]) -> Notes {
    let mut notes = Notes::new(["happy", "sad"]);
    let last = faces.iter().map(|f| f.2).max().unwrap_or(0);
    for frame in 0..=last {
        let here = faces.iter().filter(|f| (f.1..=f.2).contains(&frame));
        notes.frame(frame as f64, here.map(|f| (f.0, rect())));
    }
    for &(track, from, to) in faces {
        notes
            .window(track, from as f64, to as f64, &[0.9, 0.1])
            .unwrap();
    }
    notes
}

#[test]
fn faces_keep_their_rows_and_take_those_that_are_free() {
    let notes = notes(&[
        (5, 0, 9),
        (1, 3, 4),
        (2, 4, 9),
        (3, 4, 9),
        (4, 5, 6),
        (9, 5, 9),
    ]);
    let rows = places(&notes);
    assert_eq!(
        rows.into_iter().collect::<Vec<_>>(),
        [(1, 1), (2, 2), (4, 1), (5, 0)]
    );
    let mut silent = Notes::new(["happy"]);
    silent.frame(0.0, [(1, rect())]);
    assert!(places(&silent).is_empty());
}

#[test]
fn a_curve_is_cut_where_it_leaves_the_plot() {
    let part = [(0.0, vec![0.0]), (2.0, vec![1.0]), (4.0, vec![0.0])];
    let cut = |from, to| clipped(&part, 0, from, to).collect::<Vec<_>>();
    assert_eq!(
        cut(1.0, 3.0),
        [(1.0, 0.5), (2.0, 1.0), (2.0, 1.0), (3.0, 0.5)]
    );
    assert_eq!(cut(-9.0, 1.0), [(0.0, 0.0), (1.0, 0.5)]);
    assert_eq!(cut(5.0, 9.0), []);
    assert_eq!(cut(-9.0, 0.0), []);
}

#[test]
fn of_many_classes_the_likely_have_curves() {
    let names: Vec<String> = (0..20).map(|k| format!("class {k}")).collect();
    let mut notes = Notes::new(names.clone());
    for k in [19, 3] {
        let odds: Vec<f32> = (0..20).map(|c| if c == k { 0.9 } else { 0.0 }).collect();
        notes.window(0, k as f64, k as f64 + 1.0, &odds).unwrap();
    }
    let font = Font::new().unwrap();
    let numbers: Vec<usize> = chosen(&notes, &names, &font, 99.0)
        .iter()
        .map(|c| c.number)
        .collect();
    assert_eq!(numbers.len(), CLASSES.len());
    assert!(numbers.contains(&3) && numbers.contains(&19));
    assert!(numbers.is_sorted());
}

#[test]
fn the_legend_and_the_rows_fit_into_the_panel() {
    let font = Font::new().unwrap();
    let names: Vec<String> = ["happy", "sad"].map(String::from).into();
    for picture in [(2, 2), (16, 16), (176, 144), (320, 240), (3840, 2160)] {
        let text = (picture.0.min(picture.1) as f32 / 32.0).max(10.0);
        let notes = notes(&[(1, 0, 9), (2, 0, 9)]);
        let panel = Panel::plan(&font, &notes, &names, picture, text).unwrap();
        for item in &panel.legend {
            let bottom = 2.0 * panel.row_height + item.at.y + 0.5 * text;
            assert!(bottom <= panel.height() as f32, "{picture:?}");
        }
        let mut canvas =
            Canvas::new(Font::new().unwrap(), picture.0, picture.1 + panel.height()).unwrap();
        for time in [0.0, 4.5, 9.0, 1e9, f64::NAN] {
            panel.draw(&mut canvas, &notes, 4, time);
        }
        // Curves have a good part of the width, and room for figures beside them.
        let plot = panel.plot(1);
        let (width, share) = (picture.0 as f32, plot.width / picture.0 as f32);
        assert!(width < 100.0 || (0.3..0.9).contains(&share), "{picture:?}");
        assert!(
            width < 100.0 || plot.left + plot.width < width,
            "{picture:?}"
        );
    }
}

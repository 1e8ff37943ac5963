//! The results as a picture: utilisation by chunk size.

use std::path::Path;

use anyhow::Result;
use plotters::prelude::*;

use crate::driver::Driver;
use crate::outcome::Outcome;
use crate::plan::{DIRECTIONS, Run, SIZES};

const SIZE: (u32, u32) = (920, 640);
const FONT: &str = "sans-serif";

/// From the bottom to the top.
const LAYERS: [Driver; 4] =
    [Driver::Limit, Driver::EspAtNalDefault, Driver::EspAtNalBest, Driver::Usocket];

fn colour(driver: Driver) -> RGBColor {
    match driver {
        Driver::Limit => RGBColor(205, 205, 205),
        Driver::Usocket => RGBColor(0, 92, 175),
        Driver::EspAtNalBest | Driver::EspAtNalFifo => RGBColor(214, 116, 0),
        Driver::EspAtNalDefault => RGBColor(178, 34, 52),
    }
}

/// One panel for each direction and latency, one line for each driver.
pub(crate) fn draw(path: &Path, runs: &[Run], outcomes: &[Outcome]) -> Result<()> {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(
        "Part of the line that carries payload, by size of call and ring (ESP-AT, 921600 baud, one socket)",
        (FONT, 17),
    )?;
    let panels = root.split_evenly((2, 2));
    let cases = DIRECTIONS.into_iter().flat_map(|direction| [(direction, 0), (direction, 2)]);
    for (panel, (direction, latency)) in panels.iter().zip(cases) {
        let mut chart = ChartBuilder::on(panel)
            .caption(format!("{direction}, {latency} ms a command"), (FONT, 15))
            .margin(10)
            .x_label_area_size(32)
            .y_label_area_size(44)
            .build_cartesian_2d(0..SIZES.len() - 1, 0.0..100.0)?;
        chart
            .configure_mesh()
            .x_labels(SIZES.len())
            .x_label_formatter(&|place| format!("{} B", SIZES[*place]))
            .y_label_formatter(&|share| format!("{share} %"))
            .light_line_style(WHITE)
            .draw()?;
        for driver in LAYERS {
            let points: Vec<(usize, f64)> = runs
                .iter()
                .zip(outcomes)
                .filter(|((who, scenario), _)| {
                    *who == driver
                        && scenario.direction == direction
                        && scenario.latency.as_millis() == latency
                })
                .filter_map(|((_, scenario), outcome)| {
                    let place = SIZES.iter().position(|size| *size == scenario.habit.size())?;
                    // a transfer that never ends has no rate
                    let share = match outcome.failure {
                        None => 100.0 * outcome.utilisation(scenario),
                        Some(_) => 0.0,
                    };
                    Some((place, share))
                })
                .collect();
            let style = colour(driver).stroke_width(if driver == Driver::Limit { 8 } else { 2 });
            chart
                .draw_series(LineSeries::new(points.iter().copied(), style))?
                .label(driver.to_string())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
            chart.draw_series(
                points
                    .into_iter()
                    .filter(|_| driver != Driver::Limit)
                    .map(|point| Circle::new(point, 3, colour(driver).filled())),
            )?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerRight)
            .border_style(BLACK.mix(0.3))
            .background_style(WHITE.mix(0.8))
            .label_font((FONT, 12))
            .draw()?;
    }
    root.present()?;
    Ok(())
}

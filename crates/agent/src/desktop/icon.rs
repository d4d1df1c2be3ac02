//! The icon of the tray, drawn as `icons/grantkeep.svg` has it: a tile with a tower whose door is a keyhole.
//!
//! The tile is read on light and dark panels alike, so one drawing serves both. With attention a disc covers its corner:
//! a shape, and not a colour alone.

use ksni::Icon;

/// The icon in the sizes that panels ask for.
pub(super) fn all(attention: bool) -> Vec<Icon> {
    SIZES.iter().map(|size| icon(*size, attention)).collect()
}

fn icon(size: i32, attention: bool) -> Icon {
    let pixels = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    let data = pixels.flat_map(|(x, y)| pixel(x, y, size, attention)).collect();
    Icon { width: size, height: size, data }
}

/// ARGB of a pixel, the mean of some points in it.
fn pixel(x: i32, y: i32, size: i32, attention: bool) -> [u8; 4] {
    let mut sum = [0.0_f32; 4];
    for (step_x, step_y) in (0..STEPS).flat_map(|x| (0..STEPS).map(move |y| (x, y))) {
        let place = |pixel: i32, step: i32| {
            (pixel as f32 + (step as f32 + 0.5) / STEPS as f32) * CANVAS / size as f32
        };
        if let Some(colour) = colour(place(x, step_x), place(y, step_y), attention) {
            sum[0] += 255.0;
            for (sum, part) in sum[1..].iter_mut().zip(colour) {
                *sum += f32::from(part);
            }
        }
    }
    let covered = (sum[0] / 255.0).max(1.0);
    let points = (STEPS * STEPS) as f32;
    // Colours are not weakened by transparency here: panels expect them so.
    [sum[0] / points, sum[1] / covered, sum[2] / covered, sum[3] / covered].map(|part| part.round() as u8)
}

/// The colour at a point of the drawing; `None` outside of it.
fn colour(x: f32, y: f32, attention: bool) -> Option<[u8; 3]> {
    if attention {
        let distance = (x - BADGE.0).hypot(y - BADGE.1);
        if distance < BADGE_RADIUS {
            return Some(ATTENTION);
        }
        if distance < BADGE_RADIUS + BADGE_GAP {
            return None;
        }
    }
    if !in_tile(x, y) {
        return None;
    }
    // The tower's own coordinates, as the drawing's transform has it.
    let (x, y) = ((x - 256.0) / 17.0 + 12.0, (y - 256.0) / 17.0 + 12.25);
    let is_door = (x - 12.0).hypot(y - 13.6) < 2.0 || inside(&DOOR, x, y);
    Some(if inside(&TOWER, x, y) && !is_door { WHITE } else { INDIGO })
}

/// A square with round corners.
fn in_tile(x: f32, y: f32) -> bool {
    let beyond = |at: f32| (TILE.0 + CORNER - at).max(at - (TILE.1 - CORNER)).max(0.0);
    (TILE.0..TILE.1).contains(&x) && (TILE.0..TILE.1).contains(&y) && beyond(x).hypot(beyond(y)) <= CORNER
}

/// Whether a ray from the point meets the outline an odd number of times.
fn inside(outline: &[(f32, f32)], x: f32, y: f32) -> bool {
    let ends = outline.iter().cycle().skip(1);
    let crossings = outline.iter().zip(ends).filter(|((from_x, from_y), (to_x, to_y))| {
        (*from_y > y) != (*to_y > y) && x < (to_x - from_x) * (y - from_y) / (to_y - from_y) + from_x
    });
    crossings.count() % 2 == 1
}

const SIZES: [i32; 3] = [22, 32, 48];

/// Points in a pixel, each way.
const STEPS: i32 = 4;

const CANVAS: f32 = 512.0;
const TILE: (f32, f32) = (24.0, 488.0);
const CORNER: f32 = 104.0;
const BADGE: (f32, f32) = (392.0, 392.0);
const BADGE_RADIUS: f32 = 104.0;
const BADGE_GAP: f32 = 28.0;

const INDIGO: [u8; 3] = [0x43, 0x53, 0xd6];
const WHITE: [u8; 3] = [0xff, 0xff, 0xff];
const ATTENTION: [u8; 3] = [0xe5, 0x48, 0x4d];

const TOWER: [(f32, f32); 16] = [
    (4.0, 3.5),
    (7.5, 3.5),
    (7.5, 5.7),
    (10.25, 5.7),
    (10.25, 3.5),
    (13.75, 3.5),
    (13.75, 5.7),
    (16.5, 5.7),
    (16.5, 3.5),
    (20.0, 3.5),
    (20.0, 9.5),
    (18.4, 11.2),
    (18.4, 21.0),
    (5.6, 21.0),
    (5.6, 11.2),
    (4.0, 9.5),
];
const DOOR: [(f32, f32); 4] = [(13.1, 15.27), (13.65, 18.4), (10.35, 18.4), (10.9, 15.27)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_shows_a_tower_with_a_door_and_attention_by_a_shape() {
        let at = |x: i32, y: i32, attention| {
            let icon = icon(48, attention);
            let start = usize::try_from(4 * (y * 48 + x)).unwrap();
            <[u8; 4]>::try_from(&icon.data[start..start + 4]).unwrap()
        };
        let cases = [
            (0, 0, false, [0, 0, 0, 0], "a round corner"),
            (24, 4, false, [0xff, 0x43, 0x53, 0xd6], "the tile above the tower"),
            (24, 17, false, [0xff, 0xff, 0xff, 0xff], "the wall"),
            (24, 26, false, [0xff, 0x43, 0x53, 0xd6], "the keyhole"),
            (37, 37, false, [0xff, 0x43, 0x53, 0xd6], "the tile beside the tower"),
            (37, 37, true, [0xff, 0xe5, 0x48, 0x4d], "the disc"),
            (26, 34, true, [0, 0, 0, 0], "a gap around it"),
        ];
        for (x, y, attention, expected, why) in cases {
            assert_eq!(at(x, y, attention), expected, "{why}");
        }
    }
}

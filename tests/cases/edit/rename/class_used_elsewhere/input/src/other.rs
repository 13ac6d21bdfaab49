use crate::room::Room;

/// A Room.
pub fn of(room: &Room) -> *const Room {
    assert!(size_of::<Room>() > 0, "Room is empty");
    room
}

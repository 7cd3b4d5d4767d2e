// SPDX-License-Identifier: Apache-2.0

/// Finds paths in a list by their hash, and keeps no more of each than its place there.
///
/// A hash table with open addressing, at most three quarters full. Hashes have a key of this process, so a
/// manifest cannot be made to collide.
struct PlaceIndex: Sendable {
    private static let free = UInt32.max

    /// A power of two of them, or none.
    private var slots: [UInt32] = []

    /// Makes sure that one more path than the list has finds a slot.
    mutating func makeRoom(_ list: PackedFiles) {
        guard list.count + 1 > slots.count / 4 * 3 else { return }
        slots = [UInt32](repeating: Self.free, count: Swift.max(16, slots.count * 2))
        for place in 0..<list.count {
            var slot = first(list.path(at: place))
            while slots[slot] != Self.free { slot = after(slot) }
            slots[slot] = UInt32(truncatingIfNeeded: place)
        }
    }

    /// The slot in which a path belongs; nil when the list has it.
    func freeSlot(for path: ArraySlice<UInt8>, _ list: PackedFiles) -> Int? {
        var slot = first(path)
        while slots[slot] != Self.free {
            if list.path(at: Int(slots[slot])) == path { return nil }
            slot = after(slot)
        }
        return slot
    }

    mutating func fill(_ slot: Int, with place: UInt32) { slots[slot] = place }

    /// Where in the list a path stands.
    func place(of path: ArraySlice<UInt8>, _ list: PackedFiles) -> Int? {
        guard !slots.isEmpty else { return nil }
        var slot = first(path)
        while slots[slot] != Self.free {
            let place = Int(slots[slot])
            if list.path(at: place) == path { return place }
            slot = after(slot)
        }
        return nil
    }

    private func after(_ slot: Int) -> Int { (slot + 1) & (slots.count - 1) }

    private func first(_ path: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        path.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize() & (slots.count - 1)
    }

    /// How much memory it takes.
    var byteCount: Int { slots.capacity * MemoryLayout<UInt32>.stride }
}

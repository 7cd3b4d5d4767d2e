// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension Validators {
    /// The first thing in which a file is not the one that was expected, told for both; nil when it is.
    ///
    /// Stricter than `isSameVersion`, for these are moments of one run: whoever writes and then sets the
    /// modification time back still moves ctime.
    func difference(to found: Validators) -> (expected: String, found: String)? {
        func compare<Value: Equatable>(_ mine: Value?, _ theirs: Value?, _ say: (Value) -> String) -> (
            String, String
        )? {
            guard let mine, let theirs, mine != theirs else { return nil }
            return (say(mine), say(theirs))
        }
        let instant = { (time: Timestamp) in
            "\(time) + \(time.nanoseconds &- time.seconds &* 1_000_000_000) ns"
        }
        return compare(size, found.size) { "\($0) bytes" }
            ?? compare(inode, found.inode) { "inode \($0)" }
            ?? compare(modified, found.modified) { "modification time \(instant($0))" }
            ?? compare(changed, found.changed) { "change time \(instant($0))" }
    }
}

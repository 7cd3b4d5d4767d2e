// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Whether the pages of a chain can have sound checksums when they are put together.
///
/// `pg_combinebackup` takes pages as they are: where the last backup has checksums and one that it builds on has
/// none, the pages of that one are wrong in the result. The other way round nobody looks at them.
enum ChainChecksums {
    /// The first of the chain whose pages lack the checksums that the last one's have; nil when all is well.
    ///
    /// `links` says of each whether its pages have checksums, the full backup first.
    static func firstWithout(_ links: [Bool]) -> Int? {
        guard links.last == true else { return nil }
        return links.firstIndex(of: false)
    }

    static func finding(_ label: String) -> Finding {
        Finding(.backup(.parentWithoutChecksums(label: label)))
    }
}

// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What was looked at so far for one file.
struct WALSearch {
    let file: ArchivedWALFile
    var candidates = WALCandidates()
    private var places: Set<ObjectName> = []

    init(_ file: ArchivedWALFile) { self.file = file }

    /// Whether a layout has another place for the file than those before it.
    mutating func isNew(_ layout: WALLayout) -> Bool { places.insert(layout.place(of: file)).inserted }
}

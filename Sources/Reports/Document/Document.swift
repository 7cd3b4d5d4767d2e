// SPDX-License-Identifier: Apache-2.0

/// What people read, before it has a form: the same parts in every format.
struct Document: Sendable, Equatable {
    var title: String
    /// Beside the title: what it is about, and when it was made.
    var subtitle: String
    var sections: [Part]

    /// A section with its heading.
    struct Part: Sendable, Equatable {
        var heading: String
        var blocks: [Block]
    }

    enum Block: Sendable, Equatable {
        case paragraph(String)
        /// A sentence each.
        case list([String])
        /// A result that must be seen: how much is shown, and of what.
        case result(ControlResult, String)
        case heading(String)
        /// Lines of ASCII and dashes that mean something to a program, exactly as they are.
        case exact(String)
        case table(Grid)
        case picture(Picture)
    }

    /// A table; each row has as many cells as there are columns.
    struct Grid: Sendable, Equatable {
        /// What the table is of, also for those who do not see it.
        var caption: String
        var columns: [Column]
        var rows: [[String]]
        /// What stands there where there is no row.
        var empty = "None."

        struct Column: Sendable, Equatable {
            var title: String
            /// Of numbers.
            var isRight = false
        }
    }
}

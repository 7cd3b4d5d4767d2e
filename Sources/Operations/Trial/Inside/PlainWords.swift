// SPDX-License-Identifier: Apache-2.0
import Diagnostics

extension ToldError {
    /// With nothing that could steer a terminal, and no longer than it should be: who says it runs foreign code.
    var plain: ToldError {
        var error = self
        (error.message, error.hints) = (message.plain, hints.prefix(10).map(\.plain))
        return error
    }
}

extension String {
    /// One line without what could steer a terminal, and not longer than a message should be.
    var plain: String {
        let text = unicodeScalars.prefix(4000).map { scalar -> String in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                "?"
            default: String(scalar)
            }
        }
        return text.joined()
    }
}
